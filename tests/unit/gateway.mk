# unit tests of lib/gateway
UNIT_TESTS += tests/unit/test-gateway-decide

tests_unit_test_gateway_decide_SOURCES = tests/unit/test-gateway-decide.c tests/unit/gateway-desk.h
tests_unit_test_gateway_decide_LDADD = $(LINK_GATEWAY)
