# unit tests of lib/thread
UNIT_TESTS += tests/unit/test-thread-token

tests_unit_test_thread_token_SOURCES = tests/unit/test-thread-token.c
tests_unit_test_thread_token_LDADD = $(LINK_THREAD)
