# unit tests of lib/config
UNIT_TESTS += tests/unit/test-config-mistakes
tests_unit_test_config_mistakes_SOURCES = tests/unit/test-config-mistakes.c
tests_unit_test_config_mistakes_LDADD = $(LINK_CONFIG)

UNIT_TESTS += tests/unit/test-config-values
tests_unit_test_config_values_SOURCES = tests/unit/test-config-values.c
tests_unit_test_config_values_LDADD = $(LINK_CONFIG)

UNIT_TESTS += tests/unit/test-config-manual
tests_unit_test_config_manual_SOURCES = tests/unit/test-config-manual.c
tests_unit_test_config_manual_LDADD = $(LINK_CONFIG)

UNIT_TESTS += tests/unit/test-config-targets
tests_unit_test_config_targets_SOURCES = tests/unit/test-config-targets.c
tests_unit_test_config_targets_LDADD = $(LINK_CONFIG)
