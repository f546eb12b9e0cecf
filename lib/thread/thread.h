/*
 * thread.h - decide which ticket a message belongs to
 *
 * Tried in this order; the first that holds decides, and every step writes to the trace how it came out:
 *   1. a valid token: in the recipient, in a Message-ID of ours that In-Reply-To or References name, in the
 *      token line of the body;
 *   2. a known Message-ID (In-Reply-To, then References from the newest back; ids only referred to by earlier
 *      mail count), and the sender takes part;
 *   3. the rule set's correlation key (none without rules);
 *   4. the subject tag with the installation's name, and the sender takes part;
 *   5. otherwise a new ticket; where 2 or 4 pointed at one but the sender does not take part, it is "perhaps
 *      related".
 *
 * The own Message-ID of a message counts in step 2 where earlier mail referred to it: a late parent. It joins
 * if its sender takes part or belongs to the requester's organisation; otherwise it is related.
 *
 * Nothing here reads the database: what is known stands in Facts. Finding no ticket is a result, not an error.
 */
#pragma once

#include "message/message.h"
#include "thread/token.h"
#include "ticket/decision.h"
#include "ticket/facts.h"

typedef enum { THREAD_NEW, THREAD_BY_TOKEN, THREAD_BY_REFERENCE, THREAD_BY_CORRELATION, THREAD_BY_TAG } ThreadHow;

typedef struct {
    Token       token;
    const char *where;               /* "recipient", "message-id", "body" (static) */
} ThreadToken;

/* Everything in a message that may name a ticket, found before the store is asked. */
typedef struct {
    GArray    *tokens;               /* ThreadToken, in the order of trust, each token once */
    GPtrArray *references;           /* char *: In-Reply-To, then References from the newest back, each once;
                                        without the message's own id */
    gint64     tag;                  /* reference in the subject's tag; 0: none */
    char      *subject;              /* the subject without tag and reply prefixes; never NULL */
} ThreadKeys;

typedef struct {
    ThreadHow  how;
    gint64     ticket;               /* 0 for THREAD_NEW                                                  */
    gboolean   other_address;        /* by a token made out to another person                             */
    gboolean   token_proves_sender;  /* by a token made out to the sender: he takes part from now on      */
    gboolean   answers_automatic;    /* a token or reference shows an automatic mail of ours (brake b)    */
    GArray    *related;              /* gint64: of THREAD_NEW: tickets pointed at by what does not suffice */
    GArray    *merge;                /* gint64: tickets of this sender that turn out to be the same conversation as
                                        `ticket`: mail that arrived out of order (see conversation.c) */
} ThreadMatch;

typedef struct {
    const char        *name;         /* of the installation, in tags; without brackets */
    const char *const *old_tags;     /* further names; "" allows the bare [#n] */
    const char        *host;         /* domain of our Message-IDs */
    const TokenKeys   *keys;
    gint64             now;
} ThreadSettings;

/* detail is what stands behind "+" in the recipient, or NULL. */
ThreadKeys  *thread_keys_new(const Message *message, const char *detail, const ThreadSettings *settings);
void         thread_keys_free(ThreadKeys *keys);
ThreadMatch *thread_match(const ThreadKeys *keys, const char *message_id, const Facts *facts, Trace *trace);
void         thread_match_free(ThreadMatch *match);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThreadKeys, thread_keys_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ThreadMatch, thread_match_free)

/*
 * "[Northwind #1042] Printer" with at most one tag of that name, wherever old ones stood; prefixes like "Re:"
 * are kept in front of it.
 */
char *thread_tag_subject(const char *subject, const char *name, gint64 reference);
