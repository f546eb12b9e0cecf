/*
 * conversation-private.h - tickets that turn out to be one conversation, because its mail arrived out of order
 */
#pragma once

#include "thread/thread.h"

/* What one match works on. */
typedef struct {
    const ThreadKeys *keys;
    const char       *message_id;    /* the message's own; may be NULL */
    const Facts      *facts;
    Trace            *trace;
    ThreadMatch      *match;
} Matching;

/* Whether In-Reply-To or References name that id. */
gboolean thread_keys_name(const ThreadKeys *keys, const char *message_id);

/*
 * After a ticket was found: fills match->merge, and moves match->ticket to the lowest reference of the
 * conversation.
 */
void     conversation_join(const Matching *m);
