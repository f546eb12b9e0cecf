# unit tests of lib/store: each starts a PostgreSQL of its own in a temporary directory
UNIT_TESTS += tests/unit/test-store-embedded
tests_unit_test_store_embedded_SOURCES = tests/unit/test-store-embedded.c tests/unit/store-fixture.h tests/unit/tap.h
tests_unit_test_store_embedded_LDADD = $(LINK_STORE_ONLY) $(LINK_BASE)
$(tests_unit_test_store_embedded_OBJECTS): lib/store/queries-table.h
