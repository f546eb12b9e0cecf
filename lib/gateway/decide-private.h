/*
 * decide-private.h - the parts of a decision, one file each
 */
#pragma once

#include "gateway/decide.h"

/* Everything decide() was given, and the decision as it grows. */
typedef struct {
    const Message        *message;
    const Arrival        *arrival;
    const Prepared       *prepared;
    const Facts          *facts;
    const DecideSettings *settings;
    const QueueConfig    *queue;
    gint64                now;
    const DecideIds      *ids;
    ThreadMatch          *match;
    Decision             *decision;
} Deciding;

/* Whether it is about another mail, and no conversation. */
gboolean decide_is_report(const Message *message);
/* An image that is shown inside the text: these are remembered, so that a signature's logo is known the next time. */
gboolean decide_is_inline_image(const MessagePart *part);

/* decide-report.c: bounces, receipts, abuse reports: joined to what they are about, never a conversation. */
void decide_report(Deciding *d);

/* decide-ticket.c: which ticket gets the message, in which state, with which effects. Returns the ticket's reference. */
void decide_new_ticket(Deciding *d, const char *reason);
void decide_join(Deciding *d, const FactTicket *ticket, const char *reason);
void decide_article(Deciding *d, gint64 ticket, char *reason);
/* decide-person.c: what the mail teaches about its sender. */
void decide_person(Deciding *d, gint64 ticket);
/* The language of a new ticket: what the mail is written in, else what its sender wrote in before, else the queue's; NULL if none is known. */
const char *decide_language(const Deciding *d);

/* acknowledge.c: the automatic answer, or why there is none (decision->acknowledgement). */
void decide_acknowledgement(Deciding *d, const char *kind);
/* The token buckets an automatic mail to this sender needs, whether or not one is sent. ticket 0: a ticket not made yet. */
void acknowledge_buckets(GPtrArray *buckets, const char *address, gint64 ticket, const AcknowledgeConfig *limits);
/* Where an automatic answer may go, or NULL with the reason (RFC 3834, 4; design: alignment by libpsl or DMARC). */
const char *acknowledge_recipient(const Deciding *d, char **why_not_out);

/* "reopen:1042:h": the budget of reopenings of a ticket, by the hour or the day. */
char *reopen_bucket_key(gint64 ticket, char period);

typedef enum { SENDER_UNKNOWN, SENDER_PASSED, SENDER_FAILED } SenderStanding;
SenderStanding decide_sender_standing(const Message *message, const Arrival *arrival);
