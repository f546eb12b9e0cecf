# store: everything that talks to PostgreSQL (libpq)
noinst_LIBRARIES += lib/store/libstore.a
lib_store_libstore_a_CPPFLAGS = $(AM_CPPFLAGS) $(PQ_CFLAGS)
lib_store_libstore_a_SOURCES = \
	lib/store/accept.c lib/store/accept.h \
	lib/store/embedded.c lib/store/embedded.h \
	lib/store/outbox.c lib/store/outbox.h \
	lib/store/schema.c lib/store/schema.h \
	lib/store/store.c lib/store/store.h lib/store/store-private.h \
	lib/store/tickets.c lib/store/tickets.h \
	lib/store/work-apply.c \
	lib/store/work-facts.c \
	lib/store/work-lease.c lib/store/work.h
nodist_lib_store_libstore_a_SOURCES = \
	lib/store/migrations-table.c \
	lib/store/queries-table.c lib/store/queries-table.h

LINK_STORE_ONLY = lib/store/libstore.a $(PQ_LIBS)
LINK_STORE = $(LINK_STORE_ONLY) $(LINK_TICKET)
