#include "thread/thread.h"

#include "thread/conversation-private.h"

static ThreadMatch *
match_new(void)
{
    ThreadMatch *match = g_new0(ThreadMatch, 1);

    match->related = g_array_new(FALSE, TRUE, sizeof(gint64));
    match->merge = g_array_new(FALSE, TRUE, sizeof(gint64));
    return match;
}

void
thread_match_free(ThreadMatch *match)
{
    if (match == NULL)
        return;
    g_array_unref(match->related);
    g_array_unref(match->merge);
    g_free(match);
}

static void
decide(const Matching *m, ThreadHow how, gint64 ticket)
{
    m->match->how = how;
    m->match->ticket = ticket;
}

static void
add_related(const Matching *m, gint64 ticket)
{
    for (guint i = 0; i < m->match->related->len; i++) {
        if (g_array_index(m->match->related, gint64, i) == ticket)
            return;
    }
    g_array_append_val(m->match->related, ticket);
}

/* Step 1. The MAC is proved already; whether its ticket still exists is for the facts to say. */
static gboolean
try_token(const Matching *m, const ThreadToken *found)
{
    const FactTicket *ticket = facts_ticket(m->facts, found->token.reference);
    g_autofree char *step = g_strdup_printf("token in %s", found->where);
    gboolean own = m->facts->person != 0 && found->token.person == m->facts->person;

    if (ticket == NULL) {
        trace_add(m->trace, step, FALSE, "ticket %" G_GINT64_FORMAT " does not exist any more",
                  found->token.reference);
        return FALSE;
    }
    decide(m, THREAD_BY_TOKEN, ticket->reference);
    m->match->token_proves_sender = own;
    m->match->other_address = !own;
    trace_add(m->trace, step, TRUE, "ticket %" G_GINT64_FORMAT ", %s", ticket->reference,
              own ? "given to the sender" : "given to somebody else: from another address");
    return TRUE;
}

static gboolean
try_tokens(const Matching *m)
{
    if (m->keys->tokens->len == 0)
        trace_add(m->trace, "token", FALSE, "none that is valid");
    for (guint i = 0; i < m->keys->tokens->len; i++) {
        if (try_token(m, &g_array_index(m->keys->tokens, ThreadToken, i)))
            return TRUE;
    }
    return FALSE;
}

/* Step 2, one id. It may be known in several tickets; where a mail bearing it was filed is the better witness. */
static gboolean
try_reference(const Matching *m, const char *id, gboolean seen)
{
    for (guint i = 0; i < m->facts->references->len; i++) {
        const FactReference *known = m->facts->references->pdata[i];
        const FactTicket *ticket = facts_ticket(m->facts, known->ticket);

        if (ticket == NULL || known->seen != seen || !g_str_equal(known->message_id, id))
            continue;
        trace_add(m->trace, "reference", ticket->sender_takes_part,
                  "%s %s ticket %" G_GINT64_FORMAT "%s", id, seen ? "is in" : "is referred to in", ticket->reference,
                  ticket->sender_takes_part ? "" : ", where the sender does not take part");
        if (ticket->sender_takes_part) {
            decide(m, THREAD_BY_REFERENCE, ticket->reference);
            return TRUE;
        }
        add_related(m, ticket->reference);
    }
    return FALSE;
}

/*
 * Step 2, the message's own id. That an id like it was *filed* before says nothing (ids are reused and forged),
 * that earlier mail answers it makes this the parent that comes late. Whoever knows an id can refer to it, so a
 * stranger's mail is not drawn into the referring ticket; a colleague's is, because his organisation is known
 * to be the requester's.
 */
static gboolean
try_late_parent(const Matching *m)
{
    for (guint i = 0; m->message_id != NULL && i < m->facts->references->len; i++) {
        const FactReference *known = m->facts->references->pdata[i];
        const FactTicket *ticket = facts_ticket(m->facts, known->ticket);
        gboolean belongs;

        if (ticket == NULL || known->seen || !g_str_equal(known->message_id, m->message_id))
            continue;
        belongs = ticket->sender_takes_part || ticket->same_organisation;
        trace_add(m->trace, "late parent", belongs, "its own id is referred to in ticket %" G_GINT64_FORMAT "%s",
                  ticket->reference, belongs ? "" : ", which the sender and his organisation have no part in");
        if (belongs) {
            decide(m, THREAD_BY_REFERENCE, ticket->reference);
            return TRUE;
        }
        add_related(m, ticket->reference);
    }
    return FALSE;
}

static gboolean
try_references(const Matching *m)
{
    guint explained = m->trace->lines->len;

    for (guint i = 0; i < m->keys->references->len; i++) {
        const char *id = m->keys->references->pdata[i];

        if (try_reference(m, id, TRUE) || try_reference(m, id, FALSE))
            return TRUE;
    }
    if (try_late_parent(m))
        return TRUE;
    if (m->trace->lines->len == explained)
        trace_add(m->trace, "reference", FALSE, "none of %u is known", m->keys->references->len);
    return FALSE;
}

/* Step 3: only a rule can compute the key. Whoever has rules asks them before a tag decides. */
static gboolean
try_correlation(const Matching *m)
{
    trace_add(m->trace, "correlation key", FALSE, "the rules tell it, where there are any");
    return FALSE;
}

/* Step 4. Numbers are easy to guess, so a tag says which ticket is meant, never that its writer may join. */
static gboolean
try_tag(const Matching *m)
{
    const FactTicket *ticket = m->keys->tag != 0 ? facts_ticket(m->facts, m->keys->tag) : NULL;

    if (ticket == NULL) {
        if (m->keys->tag == 0)
            trace_add(m->trace, "subject tag", FALSE, "none of ours");
        else
            trace_add(m->trace, "subject tag", FALSE, "there is no ticket %" G_GINT64_FORMAT, m->keys->tag);
        return FALSE;
    }
    trace_add(m->trace, "subject tag", ticket->sender_takes_part, "ticket %" G_GINT64_FORMAT "%s", ticket->reference,
              ticket->sender_takes_part ? "" : ", where the sender does not take part");
    if (!ticket->sender_takes_part) {
        add_related(m, ticket->reference);
        return FALSE;
    }
    decide(m, THREAD_BY_TAG, ticket->reference);
    return TRUE;
}

static gboolean
shows_automatic(const ThreadKeys *keys, const Facts *facts)
{
    for (guint i = 0; i < keys->tokens->len; i++) {
        if (g_array_index(keys->tokens, ThreadToken, i).token.purpose == TOKEN_AUTOMATIC)
            return TRUE;
    }
    for (guint i = 0; i < facts->references->len; i++) {
        const FactReference *known = facts->references->pdata[i];

        if (known->automatic && thread_keys_name(keys, known->message_id))
            return TRUE;
    }
    return FALSE;
}

ThreadMatch *
thread_match(const ThreadKeys *keys, const char *message_id, const Facts *facts, Trace *trace)
{
    static const struct {
        const char *name;
        gboolean  (*try)(const Matching *m);
    } steps[] = {
        { "token", try_tokens },
        { "reference", try_references },
        { "correlation key", try_correlation },
        { "subject tag", try_tag },
    };
    ThreadMatch *match = match_new();
    const Matching m = { keys, message_id, facts, trace, match };
    const char *held = NULL;

    match->answers_automatic = shows_automatic(keys, facts);
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        if (held != NULL)
            trace_add(trace, steps[i].name, FALSE, "not needed: the %s decided", held);
        else if (steps[i].try(&m))
            held = steps[i].name;
    }
    if (held == NULL) {
        trace_add(trace, "new ticket", TRUE, "nothing above holds");
        return match;
    }
    g_array_set_size(match->related, 0);
    conversation_join(&m);
    return match;
}
