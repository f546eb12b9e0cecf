/*
 * decide.h - what shall become of a message: Message and Facts in, Decision out
 *
 * Pure: no database, no clock, no random numbers; the moment, the reference of a new ticket and the random part of a Message-ID are arguments.
 * decide_prepare() reads from the message what the store has to be asked; decide() reads the answer.
 */
#pragma once

#include "base/limits.h"
#include "gateway/settings.h"
#include "message/message.h"
#include "thread/thread.h"
#include "ticket/decision.h"
#include "ticket/facts.h"

/* How the message came: what is known of it besides its bytes. */
typedef struct {
    gint64      inbound;              /* 0 in explain                                         */
    gint64      raw;
    gint64      received_at;
    const char *sender;               /* envelope: "" null path, NULL unknown                 */
    const char *recipient;            /* envelope: NULL unknown                               */
    const char *auth_user;
    const char *queue;
    gboolean    quiet;
    gboolean    taken_back;           /* it was passed on before, and came back */
    const char *note;                 /* what its source has to say of it, for the agents; or NULL */
    GBytes     *bytes;                /* the mail itself, for rules that look at it raw; NULL: not at hand */
} Arrival;

typedef struct {
    gint64 reference;                 /* of the ticket that may be made */
    guint8 random[16];                /* for the Message-IDs of the mails that may be written */
    gint64 outbox[LIMIT_MAILS];       /* numbers of their outbox rows, taken in this order; 0: not reserved */
} DecideIds;

/* How a mail to that queue is parsed, under the rules in force. */
MessageOptions decide_message_options(const DecideSettings *settings, const char *queue);

/* What was read from one message before the store is asked. */
typedef struct {
    ThreadKeys   *thread;
    FactsRequest *request;
    char         *envelope_sender;    /* the envelope's, else Return-Path's; "" null, NULL unknown */
    char         *silence;            /* why the message itself forbids an automatic answer, or NULL */
    char         *silence_of_form;    /* the same of what a trusted form sends                                */
    gboolean      to_bounces;         /* it came to an address that is there for bounces              */
    SolvedToken   solved;             /* of the link it came by; reference 0: none                    */
    RatedToken    rated;              /* likewise                                                     */
    gint64        locks[LIMIT_CONVERSATION_KEYS];
    guint         n_locks;
} Prepared;

Prepared *decide_prepare(const Message *message, const Arrival *arrival, const DecideSettings *settings, gint64 now);
void      prepared_free(Prepared *prepared);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Prepared, prepared_free)

/* The keys that the same content has in the other queues, where there are others: puts them into prepared->request. */
void decide_ask_elsewhere(Prepared *prepared, GBytes *bytes, const Arrival *arrival, const DecideSettings *settings);

/*
 * Keys that only the facts could tell (the reopening budget of a closed ticket): puts them into prepared->request. TRUE if the store
 * has to be asked once more before decide().
 */
gboolean decide_needs_more(Prepared *prepared, const Facts *facts, const DecideSettings *settings);

/*
 * Where the decision has needs, the caller answers them in facts, counts the round there, and asks again; after LIMIT_NEED_ROUNDS rounds a
 * further need is an error of the rules, and the decision is whole.
 */
Decision *decide(const Message *message, const Arrival *arrival, const Prepared *prepared, const Facts *facts,
                 const DecideSettings *settings, gint64 now, const DecideIds *ids);

/* A response that is nearly or really overdue. */
typedef struct {
    gint64      ticket;
    const char *kind;                 /* "first-response" */
    const char *policy;
    const char *queue;
    const char *subject;
    gboolean    overdue;              /* else nearly            */
    gint64      due;                  /* microseconds UTC       */
    gint64      left;                 /* seconds of working time; below zero: so much too late */
    gint64      elapsed_percent;      /* of the working time that there was for it */
} TargetNotice;

/*
 * What the rules want done to a ticket because a response on it is nearly or really overdue (settings->rules: compiled for that). request asks for the
 * ticket, as one that a token names, and for its requester as the sender. told_out: the rules have told somebody, and did not say keep, so that nobody
 * else has to be told. Needs are answered as for decide().
 */
Decision *decide_target(const TargetNotice *notice, FactsRequest *request, const Facts *facts, const DecideSettings *settings, gint64 now,
                        const DecideIds *ids, gboolean *told_out);

/*
 * The decision for a mail that failed LIMIT_ATTEMPTS times alone, or cannot be parsed: quarantined, with a placeholder ticket that shows it to the agents.
 * The message may be NULL.
 */
Decision *decide_quarantine(const Message *message, const Arrival *arrival, const char *why, const DecideIds *ids);
