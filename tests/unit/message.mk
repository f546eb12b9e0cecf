# unit tests of lib/message
UNIT_TESTS += tests/unit/test-message-alignment
tests_unit_test_message_alignment_SOURCES = tests/unit/test-message-alignment.c tests/unit/tap.h
tests_unit_test_message_alignment_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-pass-on
tests_unit_test_message_pass_on_SOURCES = tests/unit/test-message-pass-on.c tests/unit/tap.h
tests_unit_test_message_pass_on_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-compose
tests_unit_test_message_compose_SOURCES = tests/unit/test-message-compose.c tests/unit/tap.h tests/unit/mail-fixture.h
tests_unit_test_message_compose_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-content-key
tests_unit_test_message_content_key_SOURCES = tests/unit/test-message-content-key.c tests/unit/tap.h
tests_unit_test_message_content_key_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-content-type
tests_unit_test_message_content_type_SOURCES = tests/unit/test-message-content-type.c tests/unit/tap.h tests/unit/mail-fixture.h
tests_unit_test_message_content_type_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-corpora
tests_unit_test_message_corpora_SOURCES = tests/unit/test-message-corpora.c tests/unit/tap.h
tests_unit_test_message_corpora_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-filename
tests_unit_test_message_filename_SOURCES = tests/unit/test-message-filename.c tests/unit/tap.h
tests_unit_test_message_filename_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-language
tests_unit_test_message_language_SOURCES = tests/unit/test-message-language.c tests/unit/tap.h tests/unit/mail-fixture.h
tests_unit_test_message_language_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-limits
tests_unit_test_message_limits_SOURCES = tests/unit/test-message-limits.c tests/unit/tap.h tests/unit/mail-fixture.h
tests_unit_test_message_limits_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-parse
tests_unit_test_message_parse_SOURCES = tests/unit/test-message-parse.c tests/unit/tap.h tests/unit/mail-fixture.h
tests_unit_test_message_parse_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-part-content
tests_unit_test_message_part_content_SOURCES = tests/unit/test-message-part-content.c tests/unit/tap.h tests/unit/mail-fixture.h
tests_unit_test_message_part_content_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-protection
tests_unit_test_message_protection_SOURCES = tests/unit/test-message-protection.c tests/unit/tap.h tests/unit/mail-fixture.h
tests_unit_test_message_protection_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-record
tests_unit_test_message_record_SOURCES = tests/unit/test-message-record.c tests/unit/tap.h tests/unit/mail-fixture.h
tests_unit_test_message_record_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-tnef
tests_unit_test_message_tnef_SOURCES = tests/unit/test-message-tnef.c tests/unit/tap.h tests/unit/mail-fixture.h
tests_unit_test_message_tnef_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-silence
tests_unit_test_message_silence_SOURCES = tests/unit/test-message-silence.c tests/unit/tap.h
tests_unit_test_message_silence_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-bounce
tests_unit_test_message_bounce_SOURCES = tests/unit/test-message-bounce.c tests/unit/tap.h tests/unit/mail-fixture.h
tests_unit_test_message_bounce_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-class
tests_unit_test_message_class_SOURCES = tests/unit/test-message-class.c tests/unit/tap.h tests/unit/mail-fixture.h
tests_unit_test_message_class_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-class-roles
tests_unit_test_message_class_roles_SOURCES = tests/unit/test-message-class-roles.c tests/unit/tap.h tests/unit/mail-fixture.h
tests_unit_test_message_class_roles_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-authentication
tests_unit_test_message_authentication_SOURCES = tests/unit/test-message-authentication.c tests/unit/tap.h tests/unit/mail-fixture.h
tests_unit_test_message_authentication_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-addresses
tests_unit_test_message_addresses_SOURCES = tests/unit/test-message-addresses.c tests/unit/tap.h
tests_unit_test_message_addresses_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-dates
tests_unit_test_message_dates_SOURCES = tests/unit/test-message-dates.c tests/unit/tap.h
tests_unit_test_message_dates_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-words
tests_unit_test_message_words_SOURCES = tests/unit/test-message-words.c tests/unit/tap.h
tests_unit_test_message_words_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-parameters
tests_unit_test_message_parameters_SOURCES = tests/unit/test-message-parameters.c tests/unit/tap.h
tests_unit_test_message_parameters_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-structure
tests_unit_test_message_structure_SOURCES = tests/unit/test-message-structure.c tests/unit/tap.h tests/unit/mail-fixture.h
tests_unit_test_message_structure_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-charset
tests_unit_test_message_charset_SOURCES = tests/unit/test-message-charset.c tests/unit/tap.h
tests_unit_test_message_charset_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-flowed
tests_unit_test_message_flowed_SOURCES = tests/unit/test-message-flowed.c tests/unit/tap.h
tests_unit_test_message_flowed_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-html
tests_unit_test_message_html_SOURCES = tests/unit/test-message-html.c tests/unit/tap.h
tests_unit_test_message_html_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-readable
tests_unit_test_message_readable_SOURCES = tests/unit/test-message-readable.c tests/unit/tap.h tests/unit/mail-fixture.h
tests_unit_test_message_readable_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-spans-programs
tests_unit_test_message_spans_programs_SOURCES = tests/unit/test-message-spans-programs.c tests/unit/tap.h
tests_unit_test_message_spans_programs_LDADD = $(LINK_MESSAGE)

UNIT_TESTS += tests/unit/test-message-spans
tests_unit_test_message_spans_SOURCES = tests/unit/test-message-spans.c tests/unit/spans-cases.h tests/unit/tap.h
tests_unit_test_message_spans_LDADD = $(LINK_MESSAGE)
