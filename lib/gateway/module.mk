# gateway: accept, work (parse, facts, decide, apply), send, reply (libseccomp)
noinst_LIBRARIES += lib/gateway/libgateway.a
lib_gateway_libgateway_a_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS)
lib_gateway_libgateway_a_SOURCES = \
	lib/gateway/accept.c lib/gateway/accept.h \
	lib/gateway/acknowledge.c \
	lib/gateway/acknowledge-help.c \
	lib/gateway/acknowledge-mail.c \
	lib/gateway/acknowledge-promise.c \
	lib/gateway/acknowledge-related.c \
	lib/gateway/acknowledge-vacation.c \
	lib/gateway/audit.c lib/gateway/audit.h \
	lib/gateway/batch.c lib/gateway/batch-private.h \
	lib/gateway/batch-parse.c \
	lib/gateway/batch-tally.c lib/gateway/batch-tally-private.h \
	lib/gateway/clocks.c lib/gateway/clocks.h lib/gateway/clocks-plan.c \
	lib/gateway/clock-role.c lib/gateway/clock-role.h lib/gateway/clock-notice.c lib/gateway/clock-rules.c \
	lib/gateway/clock-rest.c lib/gateway/clock-reminder.c lib/gateway/clock-letter.c lib/gateway/clock-letter.h lib/gateway/clock-survey.c \
	lib/gateway/clock-watch.c \
	lib/gateway/decide.c lib/gateway/decide.h lib/gateway/decide-private.h \
	lib/gateway/decide-agents.c \
	lib/gateway/decide-prepare.c \
	lib/gateway/decide-person.c \
	lib/gateway/decide-quarantine.c \
	lib/gateway/decide-report.c \
	lib/gateway/decide-rules.c \
	lib/gateway/decide-rules-apply.c \
	lib/gateway/decide-requester.c \
	lib/gateway/decide-rules-facts.c \
	lib/gateway/decide-rules-needs.c \
	lib/gateway/decide-rules-notify.c \
	lib/gateway/decide-rules-redirect.c \
	lib/gateway/decide-rules-ticket.c \
	lib/gateway/decide-rules-webhook.c \
	lib/gateway/decide-solved.c lib/gateway/decide-rated.c lib/gateway/decide-link.c \
	lib/gateway/mail-link.c lib/gateway/mail-link.h \
	lib/gateway/decide-target.c \
	lib/gateway/decide-ticket.c \
	lib/gateway/decision-json.c lib/gateway/decision-json.h \
	lib/gateway/decision-view.c lib/gateway/decision-view.h \
	lib/gateway/facts-json.c lib/gateway/facts-json.h lib/gateway/facts-json-private.h \
	lib/gateway/help-file.c lib/gateway/help-file.h \
	lib/gateway/help-folder.c \
	lib/gateway/parser.c lib/gateway/parser.h lib/gateway/parser-private.h \
	lib/gateway/parser-child.c \
	lib/gateway/parser-sandbox.c \
	lib/gateway/replay.c lib/gateway/replay.h lib/gateway/replay-private.h \
	lib/gateway/replay-decide.c \
	lib/gateway/replay-reader.c \
	lib/gateway/replay-world.c \
	lib/gateway/mailbox.c lib/gateway/mailbox.h lib/gateway/mailbox-private.h \
	lib/gateway/mailbox-commit.c \
	lib/gateway/recipient.c lib/gateway/recipient.h \
	lib/gateway/reply.c lib/gateway/reply.h \
	lib/gateway/role.c lib/gateway/role.h \
	lib/gateway/rules.c lib/gateway/rules-lists.c lib/gateway/rules-on-target.c lib/gateway/rules.h \
	lib/gateway/send.c lib/gateway/send.h \
	lib/gateway/send-webhooks.c lib/gateway/send-webhooks-private.h \
	lib/gateway/settings.c lib/gateway/settings.h \
	lib/gateway/token-keeper.c lib/gateway/token-keeper.h \
	lib/gateway/usual.c lib/gateway/usual.h \
	lib/gateway/worker.c lib/gateway/worker.h

LINK_GATEWAY_ONLY = lib/gateway/libgateway.a $(SECCOMP_LIBS)
LINK_GATEWAY = $(LINK_GATEWAY_ONLY) lib/thread/libthread.a $(LINK_TEMPLATE_ONLY) $(LINK_LOCALE_ONLY) lib/sieve/libsieve.a $(PCRE2_LIBS) $(LINK_TARGETS_ONLY) $(LINK_STORE_ONLY) $(LINK_INTAKE_ONLY) $(LINK_COURIER_ONLY) \
               $(LINK_MESSAGE_ONLY) lib/ticket/libticket.a $(LINK_CONFIG)
EXTRA_DIST += lib/gateway/README
