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

UNIT_TESTS += tests/unit/test-store-apply
tests_unit_test_store_apply_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
tests_unit_test_store_apply_SOURCES = tests/unit/test-store-apply.c $(STORE_TEST_FILES)
tests_unit_test_store_apply_LDADD = $(LINK_STORE)
$(tests_unit_test_store_apply_OBJECTS): lib/store/queries-table.h

UNIT_TESTS += tests/unit/test-store-audit
tests_unit_test_store_audit_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
tests_unit_test_store_audit_SOURCES = tests/unit/test-store-audit.c $(STORE_TEST_FILES)
tests_unit_test_store_audit_LDADD = $(LINK_STORE)
$(tests_unit_test_store_audit_OBJECTS): lib/store/queries-table.h

UNIT_TESTS += tests/unit/test-store-connection
tests_unit_test_store_connection_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
tests_unit_test_store_connection_SOURCES = tests/unit/test-store-connection.c $(STORE_TEST_FILES)
tests_unit_test_store_connection_LDADD = $(LINK_STORE)
$(tests_unit_test_store_connection_OBJECTS): lib/store/queries-table.h

UNIT_TESTS += tests/unit/test-store-facts
tests_unit_test_store_facts_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
tests_unit_test_store_facts_SOURCES = tests/unit/test-store-facts.c $(STORE_TEST_FILES)
tests_unit_test_store_facts_LDADD = $(LINK_STORE)
$(tests_unit_test_store_facts_OBJECTS): lib/store/queries-table.h

UNIT_TESTS += tests/unit/test-store-mailbox
tests_unit_test_store_mailbox_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
tests_unit_test_store_mailbox_SOURCES = tests/unit/test-store-mailbox.c $(STORE_TEST_FILES)
tests_unit_test_store_mailbox_LDADD = $(LINK_STORE)
$(tests_unit_test_store_mailbox_OBJECTS): lib/store/queries-table.h

UNIT_TESTS += tests/unit/test-store-outbox
tests_unit_test_store_outbox_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
tests_unit_test_store_outbox_SOURCES = tests/unit/test-store-outbox.c $(STORE_TEST_FILES)
tests_unit_test_store_outbox_LDADD = $(LINK_STORE)
$(tests_unit_test_store_outbox_OBJECTS): lib/store/queries-table.h

UNIT_TESTS += tests/unit/test-store-schema
tests_unit_test_store_schema_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
tests_unit_test_store_schema_SOURCES = tests/unit/test-store-schema.c $(STORE_TEST_FILES)
tests_unit_test_store_schema_LDADD = $(LINK_STORE)
$(tests_unit_test_store_schema_OBJECTS): lib/store/queries-table.h

UNIT_TESTS += tests/unit/test-store-tables
tests_unit_test_store_tables_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
tests_unit_test_store_tables_SOURCES = tests/unit/test-store-tables.c $(STORE_TEST_FILES)
tests_unit_test_store_tables_LDADD = $(LINK_STORE)
$(tests_unit_test_store_tables_OBJECTS): lib/store/queries-table.h

UNIT_TESTS += tests/unit/test-store-tickets
tests_unit_test_store_tickets_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
tests_unit_test_store_tickets_SOURCES = tests/unit/test-store-tickets.c $(STORE_TEST_FILES)
tests_unit_test_store_tickets_LDADD = $(LINK_STORE)
$(tests_unit_test_store_tickets_OBJECTS): lib/store/queries-table.h

UNIT_TESTS += tests/unit/test-store-work
tests_unit_test_store_work_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
tests_unit_test_store_work_SOURCES = tests/unit/test-store-work.c $(STORE_TEST_FILES)
tests_unit_test_store_work_LDADD = $(LINK_STORE)
$(tests_unit_test_store_work_OBJECTS): lib/store/queries-table.h
