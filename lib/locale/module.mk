# locale: dates, times and durations as the readers of a language expect them (ICU)
noinst_LIBRARIES += lib/locale/liblocale.a
lib_locale_liblocale_a_CPPFLAGS = $(AM_CPPFLAGS) $(ICU_CFLAGS)
lib_locale_liblocale_a_SOURCES = \
	lib/locale/duration.c \
	lib/locale/icu.c lib/locale/locale-private.h \
	lib/locale/locale.h \
	lib/locale/moment.c \
	lib/locale/words.c

LINK_LOCALE_ONLY = lib/locale/liblocale.a $(ICU_LIBS)
LINK_LOCALE = $(LINK_LOCALE_ONLY) $(LINK_BASE)
