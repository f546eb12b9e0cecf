# unit tests of lib/message
UNIT_TESTS += tests/unit/test-message-content-key tests/unit/test-message-silence
tests_unit_test_message_content_key_SOURCES = tests/unit/test-message-content-key.c
tests_unit_test_message_content_key_LDADD = $(LINK_MESSAGE)
tests_unit_test_message_silence_SOURCES = tests/unit/test-message-silence.c
tests_unit_test_message_silence_LDADD = $(LINK_MESSAGE)
