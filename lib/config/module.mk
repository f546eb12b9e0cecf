# config: the option table and a strict reader
noinst_LIBRARIES += lib/config/libconfig.a
lib_config_libconfig_a_SOURCES = \
	lib/config/check.c \
	lib/config/check-imap.c \
	lib/config/config.c lib/config/config.h lib/config/config-private.h \
	lib/config/fill.c \
	lib/config/format.c \
	lib/config/check-targets.c \
	lib/config/hours.c lib/config/hours.h \
	lib/config/host.c lib/config/host-private.h \
	lib/config/lookup.c lib/config/values.h \
	lib/config/mistakes.c lib/config/mistakes-private.h \
	lib/config/options.c lib/config/options.h \
	lib/config/reader.c lib/config/reader-private.h \
	lib/config/secret.c \
	lib/config/sections.c \
	lib/config/values.c lib/config/values-private.h \
	lib/config/values-imap.c \
	lib/config/values-network.c \
	lib/config/values-number.c \
	lib/config/values-targets.c \
	lib/config/values-text.c

LINK_CONFIG = lib/config/libconfig.a $(LINK_BASE)
