# targets: calendars, working time, when a response is due (libical)
noinst_LIBRARIES += lib/targets/libtargets.a
lib_targets_libtargets_a_CPPFLAGS = $(AM_CPPFLAGS) $(ICAL_CFLAGS)
lib_targets_libtargets_a_SOURCES = \
	lib/targets/calendar.c lib/targets/calendar.h lib/targets/calendar-private.h \
	lib/targets/calendar-spans.c \
	lib/targets/clocks.c lib/targets/clocks.h \
	lib/targets/digest.c lib/targets/digest-private.h \
	lib/targets/civil.c lib/targets/civil.h \
	lib/targets/holidays.c lib/targets/holidays.h \
	lib/targets/holidays-read.c \
	lib/targets/policy.c lib/targets/policy.h \
	lib/targets/stretch.c lib/targets/stretch.h \
	lib/targets/targets.c lib/targets/targets.h \
	lib/targets/warnings.c \
	lib/targets/zone.c lib/targets/zone.h lib/targets/zone-private.h \
	lib/targets/zone-rule.c

LINK_TARGETS_ONLY = lib/targets/libtargets.a $(ICAL_LIBS)
LINK_TARGETS = $(LINK_TARGETS_ONLY) lib/ticket/libticket.a $(LINK_CONFIG)
