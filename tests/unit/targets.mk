# unit tests of lib/targets
UNIT_TESTS += tests/unit/test-targets-working
tests_unit_test_targets_working_SOURCES = tests/unit/test-targets-working.c tests/unit/targets-cases.h
tests_unit_test_targets_working_LDADD = $(LINK_TARGETS)

UNIT_TESTS += tests/unit/test-targets-policy
tests_unit_test_targets_policy_SOURCES = tests/unit/test-targets-policy.c
tests_unit_test_targets_policy_LDADD = $(LINK_TARGETS)

UNIT_TESTS += tests/unit/test-targets-clocks
tests_unit_test_targets_clocks_SOURCES = tests/unit/test-targets-clocks.c tests/unit/tap.h
tests_unit_test_targets_clocks_LDADD = $(LINK_TARGETS)

UNIT_TESTS += tests/unit/test-targets-peers
tests_unit_test_targets_peers_SOURCES = tests/unit/test-targets-peers.c tests/unit/tap.h
tests_unit_test_targets_peers_LDADD = $(LINK_TARGETS)
