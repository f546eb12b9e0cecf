# targets: our arithmetic beside a counter that knows nothing of it
check_PROGRAMS += tests/targets/ask
tests_targets_ask_SOURCES = tests/targets/ask.c
tests_targets_ask_LDADD = $(LINK_TARGETS)
EXTRA_DIST += tests/targets/counter.py

# More than in `make check`: make targets-compared CASES=100000 COUNTER_MINUTES=20
CASES = 100000
COUNTER_MINUTES = 20
targets-compared: tests/targets/ask
	PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 '$(srcdir)/tests/targets/counter.py' tests/targets/ask --cases '$(CASES)' \
	    --minutes '$(COUNTER_MINUTES)'

.PHONY: targets-compared
