# unit tests of lib/report
UNIT_TESTS += tests/unit/test-report-figures tests/unit/test-report-page tests/unit/test-report-subject
tests_unit_test_report_figures_SOURCES = tests/unit/test-report-figures.c tests/unit/tap.h
tests_unit_test_report_figures_LDADD = $(LINK_REPORT)
tests_unit_test_report_page_SOURCES = tests/unit/test-report-page.c tests/unit/tap.h
tests_unit_test_report_page_LDADD = $(LINK_REPORT)
tests_unit_test_report_subject_SOURCES = tests/unit/test-report-subject.c tests/unit/tap.h
tests_unit_test_report_subject_LDADD = $(LINK_REPORT)
