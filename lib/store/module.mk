# store: everything that talks to PostgreSQL (libpq)
noinst_LIBRARIES += lib/store/libstore.a
lib_store_libstore_a_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
lib_store_libstore_a_SOURCES = \
	lib/store/accept.c lib/store/accept.h lib/store/accept-private.h \
	lib/store/accept-copy.c \
	lib/store/books.c lib/store/books.h \
	lib/store/clocks.c lib/store/clocks-due.c lib/store/clocks-rest.c lib/store/clocks-private.h lib/store/clocks.h \
	lib/store/columns.c lib/store/columns-private.h \
	lib/store/connect.c \
	lib/store/effects.c lib/store/effects-private.h \
	lib/store/embedded.c lib/store/embedded.h lib/store/embedded-private.h \
	lib/store/embedded-cluster.c \
	lib/store/embedded-process.c \
	lib/store/help.c lib/store/help.h \
	lib/store/mailbox.c lib/store/mailbox.h \
	lib/store/history.c lib/store/history.h \
	lib/store/migrations-table.h \
	lib/store/notify.c \
	lib/store/oauth.c lib/store/oauth.h \
	lib/store/outbox.c lib/store/outbox.h \
	lib/store/params.c \
	lib/store/pipeline.c \
	lib/store/report.c lib/store/report.h \
	lib/store/rows.c \
	lib/store/schema.c lib/store/schema.h \
	lib/store/store.c lib/store/store.h lib/store/store-private.h \
	lib/store/tickets.c lib/store/tickets.h \
	lib/store/work-apply.c lib/store/work-facts.c lib/store/work-inbound.c lib/store/work-lease.c lib/store/work-needs.c lib/store/work.h lib/store/facts-private.h
nodist_lib_store_libstore_a_SOURCES = \
	lib/store/migrations-table.c \
	lib/store/queries-table.c lib/store/queries-table.h

LINK_STORE_ONLY = lib/store/libstore.a $(PQ_LIBS)
LINK_STORE = $(LINK_STORE_ONLY) $(LINK_TICKET)

# The SQL. A file that lies in schema/ but not in these lists stops the build: a new one touches its folder, which the tables depend on.
QUERIES = \
	schema/queries/accept.sql \
	schema/queries/admin.sql \
	schema/queries/audit.sql \
	schema/queries/clock.sql \
	schema/queries/help.sql \
	schema/queries/history.sql \
	schema/queries/customer.sql \
	schema/queries/inbound.sql \
	schema/queries/mailbox.sql \
	schema/queries/oauth.sql \
	schema/queries/outbox.sql \
	schema/queries/outbox_admin.sql \
	schema/queries/purge.sql \
	schema/queries/report.sql \
	schema/queries/schema.sql \
	schema/queries/session.sql \
	schema/queries/ticket.sql \
	schema/queries/work_apply.sql \
	schema/queries/work_facts.sql \
	schema/queries/work_lease.sql
MIGRATIONS = \
	schema/embedded.sql \
	schema/0001-tables.sql \
	schema/0002-functions.sql \
	schema/0003-work.sql \
	schema/0004-reports.sql \
	schema/0005-rules.sql \
	schema/0006-grants.sql \
	schema/0007-mail-of-rules.sql \
	schema/0008-mailbox.sql \
	schema/0009-webhooks.sql \
	schema/0010-customers.sql \
	schema/0011-rule-times.sql \
	schema/0012-taken-back.sql \
	schema/0013-erase.sql \
	schema/0014-policy.sql \
	schema/0015-tokens.sql \
	schema/0016-clocks.sql \
	schema/0017-raw-numbers.sql \
	schema/0018-mailbox-bytes.sql \
	schema/0019-help-articles.sql \
	schema/0020-pending-until.sql schema/0021-solved.sql schema/0022-waits.sql schema/0023-help-index.sql \
	schema/0024-ticket-times.sql schema/0025-rest.sql schema/0026-survey.sql

CHECK_SQL_LISTS = \
	for file in schema/[0-9]*.sql schema/queries/*.sql; do \
	    case ' $(QUERIES) $(MIGRATIONS) ' in \
	        *" $$file "*) ;; \
	        *) echo "$$file: not in the lists of lib/store/module.mk" >&2; exit 1 ;; \
	    esac; \
	done
MAKE_TABLE = $(MKDIR_P) lib/store && \
	(cd $(srcdir) && $(CHECK_SQL_LISTS) && $(AWK) -v make="$$make" -f lib/store/tables.awk $$files) > $@-t && mv $@-t $@

lib/store/queries-table.h: lib/store/tables.awk $(QUERIES) $(srcdir)/schema/queries
	$(AM_V_GEN)make=queries-header files='$(QUERIES)'; $(MAKE_TABLE)
lib/store/queries-table.c: lib/store/tables.awk $(QUERIES) $(srcdir)/schema/queries
	$(AM_V_GEN)make=queries files='$(QUERIES)'; $(MAKE_TABLE)
lib/store/migrations-table.c: lib/store/tables.awk $(MIGRATIONS) $(srcdir)/schema
	$(AM_V_GEN)make=migrations files='$(MIGRATIONS)'; $(MAKE_TABLE)

# BUILT_SOURCES serves `make all`; the explicit dependency serves a single target in a fresh tree.
$(lib_store_libstore_a_OBJECTS): lib/store/queries-table.h
BUILT_SOURCES += lib/store/migrations-table.c lib/store/queries-table.c lib/store/queries-table.h
CLEANFILES += lib/store/migrations-table.c lib/store/queries-table.c lib/store/queries-table.h
EXTRA_DIST += lib/store/tables.awk $(QUERIES) $(MIGRATIONS)
