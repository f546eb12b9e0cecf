# What `make check` runs: unit tests and checks of the tree (TAP, Automake's driver), then the stories and attacks (pytest).
# Each unit test links its module and those below, nothing else.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
# What a test says besides its results belongs in its log, a sanitizer's report above all.
AM_LOG_DRIVER_FLAGS = --merge
# What hangs ends with a result of its own.
LOG_COMPILER = timeout
AM_LOG_FLAGS = 600
AM_TESTS_ENVIRONMENT = G_TEST_SRCDIR='$(abs_top_srcdir)/tests' G_TEST_BUILDDIR='$(abs_top_builddir)/tests' \
                       MAILGW_SOURCE='$(abs_top_srcdir)' MAILGW_BUILD='$(abs_top_builddir)'; \
                       export G_TEST_SRCDIR G_TEST_BUILDDIR MAILGW_SOURCE MAILGW_BUILD;
UNIT_TESTS =

include tests/unit/base.mk
include tests/unit/config.mk
include tests/unit/ticket.mk
include tests/unit/message.mk
include tests/unit/thread.mk
include tests/unit/sieve.mk
include tests/unit/template.mk
include tests/unit/targets.mk
include tests/unit/locale.mk
include tests/unit/store.mk
include tests/unit/intake.mk
include tests/unit/courier.mk
include tests/unit/gateway.mk
include tests/unit/report.mk
include tests/targets/module.mk
include tests/bench/module.mk
include tests/integration/module.mk
include tests/fuzz/module.mk

check_PROGRAMS += $(UNIT_TESTS)

TREE_CHECKS = tests/check-source tests/check-layers tests/check-binaries
TESTS += $(UNIT_TESTS) $(TREE_CHECKS)
EXTRA_DIST += $(TREE_CHECKS) tests/run-pytest tests/summary tests/pytest.ini tests/conftest.py tests/results.py

# Folders whose files no list names.  EXTRA_DIST would take along what Python leaves in them.
TEST_FOLDERS = tests/corpora tests/fuzz tests/integration tests/kb tests/mail tests/rules tests/screens tests/security
dist-hook:
	target=`cd "$(distdir)" && pwd` && cd $(srcdir) && \
	    find $(TEST_FOLDERS) \( -name __pycache__ -o -name .deps \) -prune -o \
	        -type f ! -name '*.o' ! -name .dirstamp ! -name imap-drive -print 2>/dev/null | tar -cf - -T - | \
	    tar -xf - -C "$$target"

# In place of Automake's own rule, which would stop before the stories when a unit test fails.
check-TESTS: $(check_PROGRAMS)
	@rm -f $(TEST_LOGS) $(TEST_LOGS:.log=.trs) $(TEST_SUITE_LOG); \
	status=0; \
	$(MAKE) $(AM_MAKEFLAGS) $(TEST_SUITE_LOG) || status=1; \
	MAILGW_SOURCE='$(abs_top_srcdir)' MAILGW_BUILD='$(abs_top_builddir)' \
	    $(SHELL) $(srcdir)/tests/run-pytest tests/pytest.results $(PYTEST_ARGS) || status=1; \
	$(SHELL) $(srcdir)/tests/summary $(TEST_LOGS) tests/pytest.results >tests/summary.log || status=1; \
	cat tests/summary.log; \
	exit $$status

# For .ci/run: the unit tests alone, built or run, and the files that hold the results of the whole.
tests/programs: all-am $(check_PROGRAMS)

tests/unit-only: tests/programs
	@rm -f $(UNIT_TESTS:=.log) $(UNIT_TESTS:=.trs) $(TEST_SUITE_LOG); \
	status=0; \
	$(MAKE) $(AM_MAKEFLAGS) $(TEST_SUITE_LOG) TESTS='$(UNIT_TESTS)' || status=1; \
	cat $(UNIT_TESTS:=.log) >tests/unit.results || status=1; \
	exit $$status

tests/list-results:
	@echo $(TEST_LOGS) tests/pytest.results

.PHONY: tests/programs tests/unit-only tests/list-results
CLEANFILES += tests/pytest.results tests/unit.results tests/summary.log

# How well mail that nobody here wrote is understood: make corpora [CORPORA_ARGS='-v replies']
corpora: all-am
	MAILGW_SOURCE='$(abs_top_srcdir)' MAILGW_BUILD='$(abs_top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	    /usr/bin/python3 '$(abs_top_srcdir)/tests/corpora/figures.py' $(CORPORA_ARGS)

.PHONY: corpora

# kill -9 at random moments, longer than in `make check`: make kill-rounds ROUNDS=100 MINUTES=30 [SEED=1]
ROUNDS = 100
MINUTES = 30
SEED = 1
kill-rounds: all-am
	MAILGW_KILL_ROUNDS='$(ROUNDS)' MAILGW_KILL_MINUTES='$(MINUTES)' MAILGW_KILL_SEED='$(SEED)' \
	    MAILGW_SOURCE='$(abs_top_srcdir)' MAILGW_BUILD='$(abs_top_builddir)' $(SHELL) $(srcdir)/tests/run-pytest \
	    tests/kill-rounds.results '$(abs_top_srcdir)/tests/integration/test_kill_rounds.py'

.PHONY: kill-rounds
CLEANFILES += tests/kill-rounds.results

# Every responder against every brake, and ten thousand mails that forge one sender; about 15 minutes: make loops [FORGED=10000]
FORGED = 10000
loops: all-am
	MAILGW_LOOPS=all MAILGW_FORGED='$(FORGED)' \
	    MAILGW_SOURCE='$(abs_top_srcdir)' MAILGW_BUILD='$(abs_top_builddir)' $(SHELL) $(srcdir)/tests/run-pytest \
	    tests/loops.results '$(abs_top_srcdir)/tests/security/test_loop_laboratory.py' \
	    '$(abs_top_srcdir)/tests/security/test_loop_forged_victim.py'

.PHONY: loops
CLEANFILES += tests/loops.results

# Pictures of the automatic mails, to be looked at: make screenshots [SCREENS=DIR]
SCREENS = screens
screenshots: all-am
	MAILGW_SOURCE='$(abs_top_srcdir)' MAILGW_BUILD='$(abs_top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	    /usr/bin/python3 '$(abs_top_srcdir)/tests/screens/shoot.py' '$(SCREENS)'

.PHONY: screenshots

# The report of a year as one page, and pictures of it narrow and wide, light and dark, and on paper: make report-screens [SCREENS=DIR] [TICKETS=50000].
# Two minutes with the default. Of the simulated year: MAILGW_KEEP=1 make check-year, then make report-screens YEAR=.../gw/mailgw.conf.
TICKETS = 20000
YEAR =
report-screens: all-am
	MAILGW_SOURCE='$(abs_top_srcdir)' MAILGW_BUILD='$(abs_top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	    /usr/bin/python3 '$(abs_top_srcdir)/tests/screens/report.py' --tickets '$(TICKETS)' --year '$(YEAR)' '$(SCREENS)'

.PHONY: report-screens

# How precise suggestions of help articles are, by threshold.
kb-figures: all-am
	MAILGW_SOURCE='$(abs_top_srcdir)' MAILGW_BUILD='$(abs_top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	    /usr/bin/python3 -m pytest -q -s -p no:cacheprovider '$(abs_top_srcdir)/tests/integration/test_kb.py' -k threshold

.PHONY: kb-figures
