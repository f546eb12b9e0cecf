# unit tests of lib/intake
INTAKE_FIXTURE = tests/unit/intake-fixture.c tests/unit/intake-fixture.h

UNIT_TESTS += tests/unit/test-intake-lmtp
tests_unit_test_intake_lmtp_SOURCES = tests/unit/test-intake-lmtp.c $(INTAKE_FIXTURE)
tests_unit_test_intake_lmtp_LDADD = $(LINK_INTAKE)

UNIT_TESTS += tests/unit/test-intake-server
tests_unit_test_intake_server_SOURCES = tests/unit/test-intake-server.c $(INTAKE_FIXTURE)
tests_unit_test_intake_server_LDADD = $(LINK_INTAKE)

UNIT_TESTS += tests/unit/test-intake-smuggling
tests_unit_test_intake_smuggling_SOURCES = tests/unit/test-intake-smuggling.c $(INTAKE_FIXTURE)
tests_unit_test_intake_smuggling_LDADD = $(LINK_INTAKE)

UNIT_TESTS += tests/unit/test-intake-mailbox-file
tests_unit_test_intake_mailbox_file_SOURCES = tests/unit/test-intake-mailbox-file.c
tests_unit_test_intake_mailbox_file_LDADD = $(LINK_INTAKE)

UNIT_TESTS += tests/unit/test-intake-imap-plan
tests_unit_test_intake_imap_plan_SOURCES = tests/unit/test-intake-imap-plan.c
tests_unit_test_intake_imap_plan_LDADD = $(LINK_INTAKE)

UNIT_TESTS += tests/unit/test-intake-imap-guard
tests_unit_test_intake_imap_guard_SOURCES = tests/unit/test-intake-imap-guard.c
tests_unit_test_intake_imap_guard_LDADD = $(LINK_INTAKE)

UNIT_TESTS += tests/unit/test-intake-imap-client
tests_unit_test_intake_imap_client_SOURCES = tests/unit/test-intake-imap-client.c
tests_unit_test_intake_imap_client_LDADD = $(LINK_INTAKE)
