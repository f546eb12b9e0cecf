# unit tests of lib/gateway
UNIT_TESTS += tests/unit/test-gateway-decide tests/unit/test-gateway-acknowledge tests/unit/test-gateway-parser \
	tests/unit/test-gateway-parser-hostile \
	tests/unit/test-gateway-report tests/unit/test-gateway-send

UNIT_TESTS += tests/unit/test-gateway-rated
tests_unit_test_gateway_rated_SOURCES = tests/unit/test-gateway-rated.c tests/unit/gateway-desk.h tests/unit/tap.h
tests_unit_test_gateway_rated_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-solved
tests_unit_test_gateway_solved_SOURCES = tests/unit/test-gateway-solved.c tests/unit/gateway-desk.h tests/unit/tap.h
tests_unit_test_gateway_solved_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-usual
tests_unit_test_gateway_usual_SOURCES = tests/unit/test-gateway-usual.c tests/unit/tap.h
tests_unit_test_gateway_usual_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-related
tests_unit_test_gateway_related_SOURCES = tests/unit/test-gateway-related.c tests/unit/gateway-desk.h tests/unit/tap.h
tests_unit_test_gateway_related_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-agents
tests_unit_test_gateway_agents_SOURCES = tests/unit/test-gateway-agents.c tests/unit/gateway-desk.h tests/unit/tap.h
tests_unit_test_gateway_agents_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-brand
tests_unit_test_gateway_brand_SOURCES = tests/unit/test-gateway-brand.c tests/unit/gateway-desk.h tests/unit/tap.h
tests_unit_test_gateway_brand_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-charset
tests_unit_test_gateway_charset_SOURCES = tests/unit/test-gateway-charset.c tests/unit/tap.h
tests_unit_test_gateway_charset_LDADD = $(LINK_GATEWAY)

tests_unit_test_gateway_decide_SOURCES = tests/unit/test-gateway-decide.c tests/unit/gateway-desk.h
tests_unit_test_gateway_decide_LDADD = $(LINK_GATEWAY)

tests_unit_test_gateway_acknowledge_SOURCES = tests/unit/test-gateway-acknowledge.c tests/unit/gateway-desk.h
tests_unit_test_gateway_acknowledge_LDADD = $(LINK_GATEWAY)

tests_unit_test_gateway_parser_SOURCES = tests/unit/test-gateway-parser.c
tests_unit_test_gateway_parser_LDADD = $(LINK_GATEWAY)

tests_unit_test_gateway_send_SOURCES = tests/unit/test-gateway-send.c
tests_unit_test_gateway_send_LDADD = $(LINK_GATEWAY)

# It includes parser.c with another child behind it, so the library's own is left out by the linker.
tests_unit_test_gateway_parser_hostile_SOURCES = tests/unit/test-gateway-parser-hostile.c
tests_unit_test_gateway_parser_hostile_LDADD = $(LINK_GATEWAY)

tests_unit_test_gateway_report_SOURCES = tests/unit/test-gateway-report.c tests/unit/gateway-desk.h
tests_unit_test_gateway_report_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-rules
tests_unit_test_gateway_rules_SOURCES = tests/unit/test-gateway-rules.c tests/unit/gateway-desk.h tests/unit/gateway-rules-desk.h tests/unit/tap.h
tests_unit_test_gateway_rules_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-rules-mail
tests_unit_test_gateway_rules_mail_SOURCES = tests/unit/test-gateway-rules-mail.c tests/unit/gateway-desk.h tests/unit/gateway-rules-desk.h tests/unit/tap.h
tests_unit_test_gateway_rules_mail_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-facts-json
tests_unit_test_gateway_facts_json_SOURCES = tests/unit/test-gateway-facts-json.c tests/unit/tap.h
tests_unit_test_gateway_facts_json_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-replay
tests_unit_test_gateway_replay_SOURCES = tests/unit/test-gateway-replay.c tests/unit/tap.h
tests_unit_test_gateway_replay_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-needs
tests_unit_test_gateway_needs_SOURCES = tests/unit/test-gateway-needs.c tests/unit/gateway-rules-desk.h tests/unit/gateway-desk.h tests/unit/tap.h
tests_unit_test_gateway_needs_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-requester
tests_unit_test_gateway_requester_SOURCES = tests/unit/test-gateway-requester.c tests/unit/gateway-rules-desk.h tests/unit/gateway-desk.h tests/unit/tap.h
tests_unit_test_gateway_requester_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-rules-webhook
tests_unit_test_gateway_rules_webhook_SOURCES = tests/unit/test-gateway-rules-webhook.c tests/unit/gateway-desk.h tests/unit/gateway-rules-desk.h tests/unit/tap.h
tests_unit_test_gateway_rules_webhook_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-template
tests_unit_test_gateway_template_SOURCES = tests/unit/test-gateway-template.c tests/unit/gateway-desk.h tests/unit/gateway-rules-desk.h tests/unit/tap.h
tests_unit_test_gateway_template_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-promise
tests_unit_test_gateway_promise_SOURCES = tests/unit/test-gateway-promise.c tests/unit/gateway-desk.h tests/unit/gateway-rules-desk.h tests/unit/tap.h
tests_unit_test_gateway_promise_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-clock-watch
tests_unit_test_gateway_clock_watch_SOURCES = tests/unit/test-gateway-clock-watch.c tests/unit/tap.h
tests_unit_test_gateway_clock_watch_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-help-file
tests_unit_test_gateway_help_file_SOURCES = tests/unit/test-gateway-help-file.c tests/unit/tap.h
tests_unit_test_gateway_help_file_LDADD = $(LINK_GATEWAY)

UNIT_TESTS += tests/unit/test-gateway-policy
tests_unit_test_gateway_policy_SOURCES = tests/unit/test-gateway-policy.c tests/unit/tap.h
tests_unit_test_gateway_policy_LDADD = $(LINK_GATEWAY)
