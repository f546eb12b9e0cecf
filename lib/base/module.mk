# base: errors, log, clock, limits, text helpers (GLib, GnuTLS, jansson, libidn2)
noinst_LIBRARIES += lib/base/libbase.a
lib_base_libbase_a_SOURCES = \
	lib/base/address.c lib/base/address.h \
	lib/base/buffer.c lib/base/buffer.h \
	lib/base/clock.c lib/base/clock.h \
	lib/base/connection.c lib/base/connection.h lib/base/connection-private.h \
	lib/base/connection-open.c lib/base/connection-tls.c \
	lib/base/error.c lib/base/error.h \
	lib/base/hash.c lib/base/hash.h \
	lib/base/io.c lib/base/io.h \
	lib/base/json.c lib/base/json.h \
	lib/base/limits.h \
	lib/base/log.c lib/base/log.h \
	lib/base/spool.c lib/base/spool.h \
	lib/base/text-number.c lib/base/text.c lib/base/text.h \
	lib/base/uri.c lib/base/uri.h

LINK_BASE = lib/base/libbase.a $(GLIB_LIBS) $(GNUTLS_LIBS) $(JANSSON_LIBS) $(IDN2_LIBS)
