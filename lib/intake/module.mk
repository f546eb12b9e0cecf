# intake: sources of mail (libetpan)
noinst_LIBRARIES += lib/intake/libintake.a
lib_intake_libintake_a_SOURCES = \
	lib/intake/imap-account.c lib/intake/imap-account.h \
	lib/intake/imap-books.h \
	lib/intake/imap-change.c \
	lib/intake/imap-client.c lib/intake/imap-client.h lib/intake/imap-client-private.h \
	lib/intake/imap-connect.c \
	lib/intake/imap-fetch.c \
	lib/intake/imap-folder.c \
	lib/intake/imap-guard.c lib/intake/imap-guard-private.h \
	lib/intake/imap-guard-fetch.c \
	lib/intake/imap-guard-status.c \
	lib/intake/imap-login.c \
	lib/intake/imap-mark.c \
	lib/intake/imap-plan.c lib/intake/imap-plan.h \
	lib/intake/imap-stream.c lib/intake/imap-stream-private.h \
	lib/intake/imap-sync.c lib/intake/imap-sync.h lib/intake/imap-sync-private.h \
	lib/intake/imap-take.c \
	lib/intake/imap-utf7.c \
	lib/intake/imap-wait.c \
	lib/intake/listen.c \
	lib/intake/lmtp.c lib/intake/lmtp.h \
	lib/intake/lmtp-command.c lib/intake/lmtp-command-private.h \
	lib/intake/lmtp-connection.c lib/intake/lmtp-connection-private.h \
	lib/intake/lmtp-data.c lib/intake/lmtp-data-private.h \
	lib/intake/lmtp-session.c lib/intake/lmtp-session-private.h \
	lib/intake/lmtp-verbs.c lib/intake/lmtp-verbs-private.h \
	lib/intake/mbox.c lib/intake/mbox-private.h \
	lib/intake/mailbox-file.c lib/intake/mailbox-file.h \
	lib/intake/sink.c lib/intake/sink.h \
	lib/intake/uid-set.c lib/intake/uid-set.h

EXTRA_DIST += lib/intake/README

LINK_INTAKE_ONLY = lib/intake/libintake.a $(ETPAN_LIBS)
LINK_INTAKE = $(LINK_INTAKE_ONLY) $(LINK_BASE)
