# Unit tests print TAP (g_test) and run under Automake's driver; each links its module and those below, nothing else.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
AM_TESTS_ENVIRONMENT = G_TEST_SRCDIR='$(abs_top_srcdir)/tests' G_TEST_BUILDDIR='$(abs_top_builddir)/tests'; \
                       export G_TEST_SRCDIR G_TEST_BUILDDIR;
UNIT_TESTS =

include tests/unit/base.mk
include tests/unit/config.mk
include tests/unit/ticket.mk
include tests/unit/message.mk
include tests/unit/thread.mk
include tests/unit/store.mk
include tests/unit/intake.mk
include tests/unit/courier.mk
include tests/unit/gateway.mk
include tests/bench/module.mk

check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
