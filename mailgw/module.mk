# programs: read options, build the parts, run; no mail logic
bin_PROGRAMS += mailgw/mailgw
mailgw_mailgw_SOURCES = \
	mailgw/cli.c mailgw/cli.h \
	mailgw/cmd-agent.c \
	mailgw/cmd-calendar.c \
	mailgw/cmd-config.c \
	mailgw/cmd-customer.c \
	mailgw/cmd-db.c \
	mailgw/cmd-demo.c \
	mailgw/cmd-explain.c \
	mailgw/cmd-imap.c \
	mailgw/cmd-import.c \
	mailgw/cmd-inbound.c \
	mailgw/cmd-init.c mailgw/init.h \
	mailgw/cmd-kb.c \
	mailgw/cmd-outbox.c \
	mailgw/cmd-parse.c \
	mailgw/cmd-report.c mailgw/report-print.c mailgw/report-print.h \
	mailgw/cmd-rules.c \
	mailgw/cmd-serve.c \
	mailgw/cmd-target.c \
	mailgw/cmd-template.c mailgw/template-commands.h mailgw/template-diff.c mailgw/template-preview.c mailgw/template-render.c \
	mailgw/cmd-ticket.c \
	mailgw/cmd-watch.c \
	mailgw/first-steps.h \
	mailgw/explanation.c mailgw/explanation.h \
	mailgw/folded.c mailgw/folded.h \
	mailgw/identity.c mailgw/identity.h \
	mailgw/listener-access.c mailgw/listener-access.h \
	mailgw/lists.c mailgw/lists.h \
	mailgw/main.c \
	mailgw/notify.c mailgw/notify.h \
	mailgw/open.c \
	mailgw/print.c \
	mailgw/replay-report.c mailgw/replay-report.h \
	mailgw/imap-accounts.c mailgw/imap-accounts.h mailgw/imap-oauth.c mailgw/imap-oauth.h mailgw/imap-secret.c mailgw/imap-secret.h \
	mailgw/imap-test.c mailgw/imap-test.h \
	mailgw/role-imap.c mailgw/role-imap.h \
	mailgw/roles.c mailgw/roles.h \
	mailgw/rules-replay.c mailgw/rules-replay.h \
	mailgw/running.c mailgw/running.h \
	mailgw/database-watch.c mailgw/database-watch.h \
	mailgw/supervisor.c mailgw/supervisor.h \
	mailgw/trial.c mailgw/trial.h \
	mailgw/target-commands.h mailgw/target-due.c mailgw/target-recompute.c \
	mailgw/ticket-attachment.c mailgw/ticket-change.c mailgw/ticket-show.c mailgw/ticket-commands.h
nodist_mailgw_mailgw_SOURCES = mailgw/first-steps.c
mailgw_mailgw_LDADD = $(LINK_REPORT_ONLY) $(LINK_GATEWAY)
# For what is made: outside of the source tree it does not stand beside its header.
mailgw_mailgw_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/mailgw

# What `init` writes.
FIRST_STEPS = \
	etc/first-steps/rules/main.sieve \
	etc/first-steps/rules/main.svtest \
	etc/first-steps/mailgw.conf
mailgw/first-steps.c: mailgw/first-steps.awk $(FIRST_STEPS)
	$(AM_V_GEN)$(MKDIR_P) mailgw && (cd $(srcdir) && $(AWK) -f mailgw/first-steps.awk $(FIRST_STEPS)) > $@-t && mv $@-t $@
CLEANFILES += mailgw/first-steps.c
EXTRA_DIST += mailgw/first-steps.awk $(FIRST_STEPS)

# The pipe client of MTAs: libc only, so that no library upgrade makes it bounce mail.
bin_PROGRAMS += mailgw/mailgw-deliver
mailgw_mailgw_deliver_SOURCES = \
	mailgw/deliver.c mailgw/deliver-private.h \
	mailgw/deliver-lmtp.c \
	mailgw/deliver-sender.c \
	mailgw/deliver-socket.c
mailgw_mailgw_deliver_LDFLAGS = $(DELIVER_LDFLAGS) $(HARDEN_LDFLAGS)
mailgw_mailgw_deliver_LDADD =
