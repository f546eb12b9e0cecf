# config: the option table and a strict reader
noinst_LIBRARIES += lib/config/libconfig.a
lib_config_libconfig_a_SOURCES = \
	lib/config/config.c lib/config/config.h \
	lib/config/options.c lib/config/options.h \
	lib/config/reader.c lib/config/reader-private.h

LINK_CONFIG = lib/config/libconfig.a $(LINK_BASE)
