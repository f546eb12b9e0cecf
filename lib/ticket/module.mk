# ticket: plain types and the allowed changes of state
noinst_LIBRARIES += lib/ticket/libticket.a
lib_ticket_libticket_a_SOURCES = \
	lib/ticket/decision.c lib/ticket/decision.h \
	lib/ticket/facts.c lib/ticket/facts.h \
	lib/ticket/ticket.c lib/ticket/ticket.h

LINK_TICKET = lib/ticket/libticket.a $(LINK_BASE)
