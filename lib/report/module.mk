# report: what a span of time says of the desk: figures, what recurs; as JSON, CSV and a page
noinst_LIBRARIES += lib/report/libreport.a
lib_report_libreport_a_SOURCES = \
	lib/report/axis.c lib/report/axis.h \
	lib/report/chart.c lib/report/chart.h \
	lib/report/chart-heat.c \
	lib/report/csv.c lib/report/csv.h \
	lib/report/figures.c lib/report/figures.h \
	lib/report/figures-json.c lib/report/figures-json.h \
	lib/report/figures-read.c lib/report/figures-read.h \
	lib/report/markup.c lib/report/markup.h \
	lib/report/page.c lib/report/page.h lib/report/page-private.h \
	lib/report/page-charts.c \
	lib/report/page-style.c \
	lib/report/page-tables.c \
	lib/report/recurring.c lib/report/recurring.h \
	lib/report/span.c lib/report/span.h \
	lib/report/subject.c lib/report/subject.h \
	lib/report/words.c lib/report/words.h

LINK_REPORT_ONLY = lib/report/libreport.a -lm
LINK_REPORT = $(LINK_REPORT_ONLY) $(LINK_TARGETS_ONLY) $(LINK_STORE_ONLY) lib/ticket/libticket.a $(LINK_CONFIG)
EXTRA_DIST += lib/report/README
