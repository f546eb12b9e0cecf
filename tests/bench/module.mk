# bench: programs that are run by a person, never by `make check`
#
#   make bench [BENCH_ARGS='--count 20000 --minutes 30 --mails DIRECTORY']
#   make bench-parse [CORPORA=DIRECTORY]
#   make bench-imap [IMAP_ARGS='--count 100000 --rounds 1']
#   make bench-rules [RULES_ARGS='--copies 500 1000']
#   make bench-replay [REPLAY_ARGS='--count 10000']
#   make bench-template
#   make bench-report [REPORT_ARGS="--tickets 1000000"]
BENCH_TOOLS = tests/bench/lmtp-load tests/bench/floor tests/bench/spawn-time tests/bench/empty tests/bench/parse-time tests/bench/rules tests/bench/template
EXTRA_PROGRAMS = $(BENCH_TOOLS)
CLEANFILES += $(BENCH_TOOLS)
EXTRA_DIST += tests/bench/run tests/bench/imap tests/bench/replay tests/bench/template-run tests/bench/template-kainjow.cc

tests_bench_lmtp_load_SOURCES = tests/bench/lmtp-load.c tests/bench/mails.c tests/bench/mails.h
tests_bench_lmtp_load_LDADD = $(GLIB_LIBS)

tests_bench_floor_SOURCES = tests/bench/floor.c tests/bench/floor-sample.c tests/bench/floor-sample.h tests/bench/mails.c tests/bench/mails.h
tests_bench_floor_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
tests_bench_floor_LDADD = $(PQ_LIBS) $(GLIB_LIBS)

tests_bench_spawn_time_SOURCES = tests/bench/spawn-time.c
tests_bench_empty_SOURCES = tests/bench/empty.c
tests_bench_empty_CFLAGS = -O2
tests_bench_empty_LDFLAGS = -static

bench: all-am $(BENCH_TOOLS)
	MAILGW_SOURCE='$(abs_top_srcdir)' MAILGW_BUILD='$(abs_top_builddir)' $(srcdir)/tests/bench/run $(BENCH_ARGS)

tests_bench_parse_time_SOURCES = tests/bench/parse-time.c
tests_bench_parse_time_CPPFLAGS = $(AM_CPPFLAGS) $(GMIME_CFLAGS)
tests_bench_parse_time_LDADD = $(LINK_MESSAGE)

# All of what is understood of a mail, JSON included, beside bare parsing and decoding by GMime: at most three times.
CORPORA = $(srcdir)/../shared/corpora
bench-parse: tests/bench/parse-time
	tests/bench/parse-time --at-most 3.0 '$(CORPORA)'

tests_bench_rules_SOURCES = tests/bench/rules.c
tests_bench_rules_LDADD = $(LINK_SIEVE)

# Rules by the thousand, beside the same ones in Pigeonhole where sieve-filter is installed.
bench-rules: tests/bench/rules
	tests/bench/rules $(RULES_ARGS)

# About a minute with the default; a mailbox of 100,000 takes ten.
bench-imap: all-am
	MAILGW_SOURCE='$(abs_top_srcdir)' MAILGW_BUILD='$(abs_top_builddir)' $(srcdir)/tests/bench/imap $(IMAP_ARGS)

# A history decided again with one changed rule: its time, and the summary as it is printed. Two to five minutes, most of them to make the history.
bench-replay: all-am
	MAILGW_SOURCE='$(abs_top_srcdir)' MAILGW_BUILD='$(abs_top_builddir)' $(srcdir)/tests/bench/replay $(REPLAY_ARGS)
.PHONY: bench-replay

tests_bench_template_SOURCES = tests/bench/template.c
tests_bench_template_LDADD = $(LINK_TEMPLATE)

# The acknowledgement, beside a C++ Mustache where it is installed (Debian: libkainjow-mustache-dev). Not one of the tree's programs: its
# compiler needs exceptions, and its header is no requirement.
tests/bench/template-kainjow: tests/bench/template-kainjow.cc
	$(AM_V_CXXLD)$(MKDIR_P) tests/bench && $(CXX) -std=c++17 -O2 $(JANSSON_CFLAGS) -o $@ $(srcdir)/tests/bench/template-kainjow.cc $(JANSSON_LIBS)
CLEANFILES += tests/bench/template-kainjow

bench-template: all-am tests/bench/template
	@if echo '#include <kainjow/mustache.hpp>' | $(CXX) -std=c++17 -x c++ -E - >/dev/null 2>&1; then $(MAKE) tests/bench/template-kainjow; fi
	$(srcdir)/tests/bench/template-run '$(abs_top_builddir)' '$(abs_top_srcdir)'

.PHONY: bench bench-imap bench-parse bench-rules bench-template

EXTRA_PROGRAMS += tests/bench/targets tests/bench/clock-wake
CLEANFILES += tests/bench/targets tests/bench/clock-wake
EXTRA_DIST += tests/bench/targets-open
tests_bench_targets_SOURCES = tests/bench/targets.c
tests_bench_targets_LDADD = $(LINK_TARGETS)
tests_bench_clock_wake_SOURCES = tests/bench/clock-wake.c
tests_bench_clock_wake_LDADD = $(LINK_STORE)

# Due times a second; then the clock role with a million responses that are owed, and with 10,000 that come due in one minute. About three minutes:
# make bench-targets [TARGETS_ARGS='--open 100000']
bench-targets: all-am tests/bench/targets tests/bench/clock-wake
	tests/bench/targets
	MAILGW_SOURCE='$(abs_top_srcdir)' MAILGW_BUILD='$(abs_top_builddir)' PYTHONDONTWRITEBYTECODE=1 $(srcdir)/tests/bench/targets-open $(TARGETS_ARGS)

.PHONY: bench-targets

# Reports of a week and a year, with so many tickets in the database; half an hour at most with a million, most of it to make them.
bench-report: all-am
	MAILGW_SOURCE="$(abs_top_srcdir)" MAILGW_BUILD="$(abs_top_builddir)" $(srcdir)/tests/bench/report $(REPORT_ARGS)
.PHONY: bench-report
EXTRA_DIST += tests/bench/report
