# unit tests of lib/base
UNIT_TESTS += tests/unit/test-base-text
tests_unit_test_base_text_SOURCES = tests/unit/test-base-text.c tests/unit/tap.h
tests_unit_test_base_text_LDADD = $(LINK_BASE)

UNIT_TESTS += tests/unit/test-base-address
tests_unit_test_base_address_SOURCES = tests/unit/test-base-address.c
tests_unit_test_base_address_LDADD = $(LINK_BASE)

UNIT_TESTS += tests/unit/test-base-bytes
tests_unit_test_base_bytes_SOURCES = tests/unit/test-base-bytes.c
tests_unit_test_base_bytes_LDADD = $(LINK_BASE)

UNIT_TESTS += tests/unit/test-base-clock
tests_unit_test_base_clock_SOURCES = tests/unit/test-base-clock.c
tests_unit_test_base_clock_LDADD = $(LINK_BASE)

UNIT_TESTS += tests/unit/test-base-spool
tests_unit_test_base_spool_SOURCES = tests/unit/test-base-spool.c
tests_unit_test_base_spool_LDADD = $(LINK_BASE)

UNIT_TESTS += tests/unit/test-base-io
tests_unit_test_base_io_SOURCES = tests/unit/test-base-io.c
tests_unit_test_base_io_LDADD = $(LINK_BASE)

UNIT_TESTS += tests/unit/test-base-output
tests_unit_test_base_output_SOURCES = tests/unit/test-base-output.c
tests_unit_test_base_output_LDADD = $(LINK_BASE)

UNIT_TESTS += tests/unit/test-base-uri
tests_unit_test_base_uri_SOURCES = tests/unit/test-base-uri.c tests/unit/tap.h
tests_unit_test_base_uri_LDADD = $(LINK_BASE)
