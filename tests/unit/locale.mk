# unit tests of lib/locale
UNIT_TESTS += tests/unit/test-locale-moment
tests_unit_test_locale_moment_SOURCES = tests/unit/test-locale-moment.c tests/unit/tap.h
tests_unit_test_locale_moment_LDADD = $(LINK_LOCALE)

UNIT_TESTS += tests/unit/test-locale-duration
tests_unit_test_locale_duration_SOURCES = tests/unit/test-locale-duration.c tests/unit/tap.h
tests_unit_test_locale_duration_LDADD = $(LINK_LOCALE)
