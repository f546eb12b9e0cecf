# unit tests of lib/thread
UNIT_TESTS += tests/unit/test-thread-token tests/unit/test-thread-subject tests/unit/test-thread-keys \
	tests/unit/test-thread-match tests/unit/test-thread-conversation

tests_unit_test_thread_token_SOURCES = tests/unit/test-thread-token.c
tests_unit_test_thread_token_LDADD = $(LINK_THREAD)

tests_unit_test_thread_subject_SOURCES = tests/unit/test-thread-subject.c
tests_unit_test_thread_subject_LDADD = $(LINK_THREAD)

tests_unit_test_thread_keys_SOURCES = tests/unit/test-thread-keys.c tests/unit/thread-scenario.h
tests_unit_test_thread_keys_LDADD = $(LINK_THREAD)

tests_unit_test_thread_match_SOURCES = tests/unit/test-thread-match.c tests/unit/thread-scenario.h
tests_unit_test_thread_match_LDADD = $(LINK_THREAD)

tests_unit_test_thread_conversation_SOURCES = tests/unit/test-thread-conversation.c tests/unit/thread-scenario.h
tests_unit_test_thread_conversation_LDADD = $(LINK_THREAD)
