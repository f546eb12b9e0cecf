# unit tests of lib/template
UNIT_TESTS += tests/unit/test-template-mustache
tests_unit_test_template_mustache_SOURCES = tests/unit/test-template-mustache.c tests/unit/tap.h
tests_unit_test_template_mustache_LDADD = $(LINK_TEMPLATE)

UNIT_TESTS += tests/unit/test-template-engine
tests_unit_test_template_engine_SOURCES = tests/unit/test-template-engine.c tests/unit/tap.h
tests_unit_test_template_engine_LDADD = $(LINK_TEMPLATE)

UNIT_TESTS += tests/unit/test-template-set
tests_unit_test_template_set_SOURCES = tests/unit/test-template-set.c tests/unit/tap.h
tests_unit_test_template_set_LDADD = $(LINK_TEMPLATE)
