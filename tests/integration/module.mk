# Programs that stories are told with.
check_PROGRAMS += tests/integration/imap-drive
tests_integration_imap_drive_SOURCES = tests/integration/imap-drive.c
tests_integration_imap_drive_LDADD = $(LINK_INTAKE)
