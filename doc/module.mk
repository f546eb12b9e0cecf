# manual pages, and the guide for operators
dist_man_MANS += \
	doc/mailgw-agent.1 \
	doc/mailgw-audit.1 \
	doc/mailgw-calendar.1 \
	doc/mailgw-config.1 \
	doc/mailgw-customer.1 \
	doc/mailgw-db.1 \
	doc/mailgw-deliver.1 \
	doc/mailgw-demo.1 \
	doc/mailgw-explain.1 \
	doc/mailgw-imap.1 \
	doc/mailgw-import.1 \
	doc/mailgw-inbound.1 \
	doc/mailgw-init.1 \
	doc/mailgw-kb.1 \
	doc/mailgw-outbox.1 \
	doc/mailgw-parse.1 \
	doc/mailgw-purge.1 \
	doc/mailgw-reload.1 \
	doc/mailgw-report.1 \
	doc/mailgw-rules.1 \
	doc/mailgw-serve.1 \
	doc/mailgw-status.1 \
	doc/mailgw-target.1 \
	doc/mailgw-template.1 \
	doc/mailgw-ticket.1 \
	doc/mailgw.1 \
	doc/mailgw.conf.5
dist_doc_DATA = README doc/guide.txt doc/response-times.txt
