# unit tests of lib/ticket
UNIT_TESTS += tests/unit/test-ticket-values
tests_unit_test_ticket_values_SOURCES = tests/unit/test-ticket-values.c
tests_unit_test_ticket_values_LDADD = $(LINK_TICKET)
