# unit tests of lib/sieve
UNIT_TESTS += tests/unit/test-sieve-problems tests/unit/test-sieve-hostile tests/unit/test-sieve-needs

tests_unit_test_sieve_problems_SOURCES = tests/unit/test-sieve-problems.c
tests_unit_test_sieve_problems_LDADD = $(LINK_SIEVE)

tests_unit_test_sieve_hostile_SOURCES = tests/unit/test-sieve-hostile.c
tests_unit_test_sieve_hostile_LDADD = $(LINK_SIEVE)

tests_unit_test_sieve_needs_SOURCES = tests/unit/test-sieve-needs.c
tests_unit_test_sieve_needs_LDADD = $(LINK_SIEVE)

UNIT_TESTS += tests/unit/test-sieve-chains
tests_unit_test_sieve_chains_SOURCES = tests/unit/test-sieve-chains.c tests/unit/sieve-fixture.h tests/unit/tap.h
tests_unit_test_sieve_chains_LDADD = $(LINK_SIEVE)

UNIT_TESTS += tests/unit/test-sieve-literals
tests_unit_test_sieve_literals_SOURCES = tests/unit/test-sieve-literals.c tests/unit/tap.h
tests_unit_test_sieve_literals_LDADD = $(LINK_SIEVE)

UNIT_TESTS += tests/unit/test-sieve-budget
tests_unit_test_sieve_budget_SOURCES = tests/unit/test-sieve-budget.c tests/unit/sieve-fixture.h tests/unit/tap.h
tests_unit_test_sieve_budget_LDADD = $(LINK_SIEVE)

UNIT_TESTS += tests/unit/test-sieve-explain
tests_unit_test_sieve_explain_SOURCES = tests/unit/test-sieve-explain.c tests/unit/sieve-fixture.h tests/unit/tap.h
tests_unit_test_sieve_explain_LDADD = $(LINK_SIEVE)

UNIT_TESTS += tests/unit/test-sieve-lexer
tests_unit_test_sieve_lexer_SOURCES = tests/unit/test-sieve-lexer.c tests/unit/sieve-fixture.h tests/unit/tap.h
tests_unit_test_sieve_lexer_LDADD = $(LINK_SIEVE)

UNIT_TESTS += tests/unit/test-sieve-mistakes
tests_unit_test_sieve_mistakes_SOURCES = tests/unit/test-sieve-mistakes.c tests/unit/sieve-fixture.h tests/unit/tap.h
tests_unit_test_sieve_mistakes_LDADD = $(LINK_SIEVE)

UNIT_TESTS += tests/unit/test-sieve-run
tests_unit_test_sieve_run_SOURCES = tests/unit/test-sieve-run.c tests/unit/sieve-fixture.h tests/unit/tap.h
tests_unit_test_sieve_run_LDADD = $(LINK_SIEVE)
