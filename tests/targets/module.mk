# targets: our arithmetic beside a counter that knows nothing of it
check_PROGRAMS += tests/targets/ask
tests_targets_ask_SOURCES = tests/targets/ask.c
tests_targets_ask_LDADD = $(LINK_TARGETS)
EXTRA_DIST += tests/targets/counter.py

# A desk with simulated time, and hosts of the clock role in it.
check_PROGRAMS += tests/targets/clock-host tests/targets/desk
tests_targets_clock_host_SOURCES = tests/targets/clock-host.c tests/targets/simulated.h
tests_targets_clock_host_LDADD = $(LINK_GATEWAY)
tests_targets_desk_SOURCES = tests/targets/desk.c tests/targets/simulated.h
tests_targets_desk_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
tests_targets_desk_LDADD = $(LINK_GATEWAY)
EXTRA_DIST += tests/targets/simulation.py tests/targets/owed.py

# More than in `make check`: make targets-compared CASES=100000 COUNTER_MINUTES=20
CASES = 100000
COUNTER_MINUTES = 20
targets-compared: tests/targets/ask
	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 '$(srcdir)/tests/targets/counter.py' tests/targets/ask --cases '$(CASES)' \
	    --minutes '$(COUNTER_MINUTES)'

.PHONY: targets-compared

# A simulated year of 50,000 tickets; it says where it stopped when the minutes are over: make check-year MINUTES=30 [YEAR_ARGS='--seed 2']
check-year: all-am tests/targets/clock-host tests/targets/desk
	MAILGW_SOURCE='$(abs_top_srcdir)' MAILGW_BUILD='$(abs_top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	    /usr/bin/python3 '$(srcdir)/tests/targets/simulation.py' --minutes '$(MINUTES)' $(YEAR_ARGS)
.PHONY: check-year
