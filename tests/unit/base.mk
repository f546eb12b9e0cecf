# unit tests of lib/base
UNIT_TESTS += tests/unit/test-base-text
tests_unit_test_base_text_SOURCES = tests/unit/test-base-text.c tests/unit/tap.h
tests_unit_test_base_text_LDADD = $(LINK_BASE)
