# Programs that stories are told with.
check_PROGRAMS += tests/integration/imap-drive
tests_integration_imap_drive_SOURCES = tests/integration/imap-drive.c
tests_integration_imap_drive_LDADD = $(LINK_INTAKE)

# The long stories of mailboxes: 200 kills over 5,000 mails, a mailbox of 100,000, 1,000 mails that come in two ways at once, eight daemons. Thirty
# minutes at most.
check-imap-long: all-am
	MAILGW_SOURCE='$(abs_top_srcdir)' MAILGW_BUILD='$(abs_top_builddir)' \
	    MAILGW_IMAP_KILLS=200 MAILGW_IMAP_MAILS=5000 MAILGW_IMAP_YEARS=100000 MAILGW_IMAP_BOTH=1000 MAILGW_IMAP_DAEMONS=8 \
	    timeout 1800 /usr/bin/python3 -m pytest -q -s -k 'killed_at or years or at_once or daemons' \
	    '$(srcdir)/tests/integration/test_imap.py' '$(srcdir)/tests/integration/test_imap_size.py' \
	    '$(srcdir)/tests/integration/test_imap_trouble.py'
.PHONY: check-imap-long
