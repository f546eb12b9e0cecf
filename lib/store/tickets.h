/*
 * tickets.h - what people do to tickets from the command line
 */
#pragma once

#include "store/store.h"
#include "ticket/ticket.h"

/* What a reply needs to know before it can be composed. Ids and addresses as in the tables; NULL where there is none. */
typedef struct {
    gint64    reference;      /* after merging */
    char     *queue;
    TicketStatus status;
    char     *subject;
    gint64    requester;      /* person id; 0: none */
    char     *requester_address;
    char     *requester_name;
    char     *last_message_id;   /* of the newest article that came by mail */
    GPtrArray *references;    /* char *: Message-IDs of the ticket's articles and mails sent, oldest first, 50 at most (the first and the newest 49) */
} TicketForReply;

void ticket_for_reply_free(TicketForReply *ticket);
gboolean store_ticket_for_reply(Store *store, gint64 reference, TicketForReply **ticket_out, GError **error);

/* An agent of that name; made on the spot where create is set (display name = name). NOT_FOUND otherwise. */
gboolean store_agent(Store *store, const char *name, gboolean create, gint64 *id_out, char **display_name_out, GError **error);

gboolean store_outbox_reserve(Store *store, gint64 *id_out, GError **error);

typedef struct {
    gint64      ticket;
    gint64      agent;
    const char *text;
    gint64      outbox;            /* reserved id */
    const char *envelope_sender, *recipient, *message_id;
    GBytes     *bytes;
    gint64      life_seconds;
} TicketReply;

/* Article, outbox row, message_ref, event, state (new -> open; others stay) in one transaction. */
gboolean store_ticket_reply(Store *store, const TicketReply *reply, GError **error);

typedef enum { TICKET_CHANGE_PRIORITY, TICKET_CHANGE_ASSIGNEE, TICKET_CHANGE_QUEUE, TICKET_CHANGE_TAG, TICKET_CHANGE_UNTAG, TICKET_CHANGE_NOTE } TicketChangeKind;

typedef struct {
    TicketChangeKind kind;
    const char      *value;        /* what it becomes; NULL: nobody */
    gint64           agent;        /* who does it; 0: nobody known  */
    const char      *who;          /* "agent:anna"                  */
} TicketChange;

/* Inside a transaction. What is so already changes nothing. NOT_FOUND, or INVALID for a ticket that was merged into another. */
gboolean store_ticket_change(Store *store, gint64 reference, const TicketChange *change, GError **error);
/* Inside a transaction: other becomes part of target. */
gboolean store_ticket_merge(Store *store, gint64 target, gint64 other, const char *who, GError **error);

/* Changes the state if ticket_may_change() allows it (checked under a row lock); INVALID names both states. who: "agent:anna". */
gboolean store_ticket_status(Store *store, gint64 reference, TicketStatus to, const char *who, const char *why, GError **error);
/* The same inside of a transaction that is open already. */
gboolean store_ticket_change_status(Store *store, gint64 reference, TicketStatus to, const char *who, const char *why, GError **error);
