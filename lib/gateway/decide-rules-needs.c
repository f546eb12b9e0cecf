/*
 * decide-rules-needs.c - what the rules ask for that only the store can tell, and the answers, as the script takes them
 *
 * A script runs as if each answer were no until it is known, so that one round asks for as much as can be told beforehand: what the script itself
 * tests (lists, duplicates) and what its actions name (agents, keys, the requester).
 */
#include "gateway/decide-private.h"

#include <string.h>

#include "base/address.h"
#include "base/hash.h"
#include "base/text.h"

/* ---- what a script tests ------------------------------------------------------------------------------------ */

/* Lists of the store hold addresses; NULL: it is none, and on no list. */
static FactNeed *
member_need(const char *key)
{
    const char *end = strchr(key, '\n');
    g_autofree char *list = g_strndup(key, (gsize) (end - key));
    g_autofree char *address = address_is_valid(end + 1) ? address_canonical(end + 1) : NULL;

    return address != NULL ? fact_need_new(NEED_LISTED, address, list) : NULL;
}

/* What a stranger put into a Message-ID is remembered as a hash: it is long, or no text, or nothing that should be kept. */
static FactNeed *
seen_need(const char *key)
{
    guint8 digest[HASH_SHA256_BYTES];
    g_autofree char *hex = NULL;
    Sha256 *sum = sha256_new();

    sha256_update(sum, key, strlen(key));
    sha256_finish(sum, digest);
    hex = hash_hex(digest, sizeof digest);
    return fact_need_new(NEED_SEEN, hex, NULL);
}

static FactNeed *
need_of_script(const SieveNeed *wanted)
{
    return wanted->kind == SIEVE_NEED_LIST ? member_need(wanted->key) : seen_need(wanted->key);
}

/* TRUE: the answer is known, and the next run has it. */
static gboolean
answer(const Deciding *d, const SieveNeed *wanted, const SieveFacts *facts)
{
    g_autoptr(FactNeed) need = need_of_script(wanted);
    gint64 number = 0;

    if (need != NULL && !facts_find_answer(d->facts, need, &number))
        return FALSE;
    if (wanted->kind == SIEVE_NEED_LIST)
        g_hash_table_insert(facts->lists, g_strdup(wanted->key), number != 0 ? (gpointer) "yes" : NULL);
    else
        g_hash_table_insert(facts->duplicates, g_strdup(wanted->key), GINT_TO_POINTER(number != 0 ? 1 : 2));
    return TRUE;
}

SieveResult *
decide_run_script(const Deciding *d, SieveInput *input, GHashTable *values)
{
    g_autoptr(GHashTable) lists = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) duplicates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const SieveFacts facts = { .values = values, .lists = lists, .duplicates = duplicates };
    SieveResult *result = NULL;
    gboolean again = TRUE;

    input->facts = &facts;
    while (again) {
        sieve_result_free(result);
        result = sieve_run(d->settings->rules->script, input);
        again = FALSE;
        for (guint i = 0; i < result->needs->len; i++)
            again = answer(d, result->needs->pdata[i], &facts) || again;
    }
    input->facts = NULL;
    return result;
}

/* RFC 7352, 3: a message counts as seen once its script ran without an error. Without ":last" the first time counts. */
void
decide_remember(Deciding *d)
{
    const GPtrArray *duplicates = d->ruling->result->duplicates;

    for (guint i = 0; i < duplicates->len; i++) {
        const SieveNeed *asked = g_ptr_array_index(duplicates, i);
        g_autoptr(FactNeed) need = seen_need(asked->key);
        Effect *effect;

        if (asked->seen && !asked->last)
            continue;
        effect = decision_add(d->decision, EFFECT_SEEN, g_strdup("the rules ask whether it came before"));
        effect->seen.key = g_strdup(need->text);
        effect->seen.seconds = asked->seconds;
        effect->seen.again = asked->seen;
    }
}

/* ---- what its actions name ---------------------------------------------------------------------------------- */

FactNeed *
decide_correlation(const Deciding *d, const SieveAction *action)
{
    const char *filed = decide_ruling_queue(d);
    g_autofree char *clean = text_sanitise(action->argument, strlen(action->argument));
    g_autofree char *key = text_cut(clean, LIMIT_TICKET_VALUE);

    return fact_need_new(NEED_CORRELATED, key, filed != NULL ? filed : d->arrival->queue);
}

static void
need(Deciding *d, FactNeed *wanted)
{
    gint64 number;

    if (wanted == NULL)
        return;
    if (facts_find_answer(d->facts, wanted, &number))
        fact_need_free(wanted);
    else
        g_ptr_array_add(d->decision->needs, wanted);
}

/*
 * Whether an agent exists, and which ticket bears a key, is the store's to say. On a ticket that is there already neither does anything. A key is asked for
 * even if the message is dropped otherwise: whether it is may hang on the ticket.
 */
static void
collect_of_actions(Deciding *d)
{
    const GPtrArray *actions = d->ruling->result->actions;

    for (guint i = 0; i < actions->len; i++) {
        const SieveAction *action = g_ptr_array_index(actions, i);

        if (action->kind == SIEVE_ASSIGN && d->ruling->fate == FATE_KEEP)
            need(d, fact_need_new(NEED_AGENT, action->argument, NULL));
        if (action->kind == SIEVE_CORRELATE)
            need(d, decide_correlation(d, action));
    }
    if (d->ruling->fate == FATE_KEEP)
        need(d, decide_requester_need(d));
}

void
decide_collect_needs(Deciding *d, const FactTicket *ticket)
{
    const GPtrArray *asked = d->ruling->result->needs;

    for (guint i = 0; i < asked->len; i++)
        need(d, need_of_script(g_ptr_array_index(asked, i)));
    if (ticket == NULL || d->notice != NULL)
        collect_of_actions(d);
}
