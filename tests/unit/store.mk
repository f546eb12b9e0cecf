# unit tests of lib/store: each starts a PostgreSQL of its own in a temporary directory
UNIT_TESTS += tests/unit/test-store-embedded
tests_unit_test_store_embedded_SOURCES = tests/unit/test-store-embedded.c tests/unit/store-fixture.h tests/unit/tap.h
tests_unit_test_store_embedded_LDADD = $(LINK_STORE_ONLY) $(LINK_BASE)
$(tests_unit_test_store_embedded_OBJECTS): lib/store/queries-table.h

STORE_TEST_FILES = tests/unit/store-desk.h tests/unit/store-sql.h tests/unit/store-fixture.h tests/unit/tap.h

UNIT_TESTS += tests/unit/test-store-accept
tests_unit_test_store_accept_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
tests_unit_test_store_accept_SOURCES = tests/unit/test-store-accept.c $(STORE_TEST_FILES)
tests_unit_test_store_accept_LDADD = $(LINK_STORE)
$(tests_unit_test_store_accept_OBJECTS): lib/store/queries-table.h

UNIT_TESTS += tests/unit/test-store-connection
tests_unit_test_store_connection_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
tests_unit_test_store_connection_SOURCES = tests/unit/test-store-connection.c $(STORE_TEST_FILES)
tests_unit_test_store_connection_LDADD = $(LINK_STORE)
$(tests_unit_test_store_connection_OBJECTS): lib/store/queries-table.h

UNIT_TESTS += tests/unit/test-store-schema
tests_unit_test_store_schema_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
tests_unit_test_store_schema_SOURCES = tests/unit/test-store-schema.c $(STORE_TEST_FILES)
tests_unit_test_store_schema_LDADD = $(LINK_STORE)
$(tests_unit_test_store_schema_OBJECTS): lib/store/queries-table.h
