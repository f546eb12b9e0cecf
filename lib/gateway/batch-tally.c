#include "gateway/batch-tally-private.h"

struct Tally {
    GHashTable *taken;     /* key of a bucket -> double *: tokens               */
    GHashTable *newest;    /* queue and person -> gint64 *: a ticket just made  */
    GHashTable *correlated; /* key of a FactNeed -> gint64 *: a ticket just made         */
    GHashTable *closed;    /* gint64 *: tickets that a rule just closed                  */
    GHashTable *seen;      /* key of a FactNeed: what rules will know as seen             */
    GHashTable *images;    /* GBytes: person and SHA-256 of an inline image     */
};

Tally *
tally_new(void)
{
    Tally *tally = g_new0(Tally, 1);

    tally->taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    tally->newest = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    tally->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    tally->images = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
    tally->correlated = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    tally->closed = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    return tally;
}

void
tally_free(Tally *tally)
{
    if (tally == NULL)
        return;
    g_hash_table_unref(tally->taken);
    g_hash_table_unref(tally->newest);
    g_hash_table_unref(tally->seen);
    g_hash_table_unref(tally->images);
    g_hash_table_unref(tally->correlated);
    g_hash_table_unref(tally->closed);
    g_free(tally);
}

/* No queue's name holds a line end. */
static char *
key_of_person(const char *queue, gint64 person)
{
    return g_strdup_printf("%s\n%" G_GINT64_FORMAT, queue, person);
}

static GBytes *
key_of_image(gint64 person, const guint8 *sha256)
{
    GByteArray *key = g_byte_array_new();

    g_byte_array_append(key, (const guint8 *) &person, sizeof person);
    g_byte_array_append(key, sha256, 32);
    return g_byte_array_free_to_bytes(key);
}

static void
apply_images(const Tally *tally, const FactsRequest *request, Facts *facts)
{
    for (guint at = 0; at + 32 <= request->images->len; at += 32) {
        g_autoptr(GBytes) key = key_of_image(facts->person, request->images->data + at);

        if (g_hash_table_contains(tally->images, key))
            g_byte_array_append(facts->seen_images, request->images->data + at, 32);
    }
}

static void
add_images(Tally *tally, const EffectImages *images)
{
    for (guint at = 0; at + 32 <= images->sha256->len; at += 32)
        g_hash_table_add(tally->images, key_of_image(images->person, images->sha256->data + at));
}

static void
apply_person(const Tally *tally, const char *queue, Facts *facts)
{
    g_autofree char *key = key_of_person(queue, facts->person);
    const gint64 *newest = facts->person != 0 ? g_hash_table_lookup(tally->newest, key) : NULL;

    for (guint i = 0; i < facts->buckets->len; i++) {
        Bucket *bucket = g_ptr_array_index(facts->buckets, i);
        const double *taken = g_hash_table_lookup(tally->taken, bucket->key);

        if (taken != NULL)
            bucket->tokens -= *taken;
    }
    if (newest != NULL)
        facts->newest_open = *newest;
}

void
tally_apply(const Tally *tally, const FactsRequest *request, Facts *facts)
{
    apply_images(tally, request, facts);
    apply_person(tally, request->queue, facts);
}

static void
add_taken(Tally *tally, const char *key)
{
    double *taken = g_hash_table_lookup(tally->taken, key);

    if (taken == NULL) {
        taken = g_new0(double, 1);
        g_hash_table_insert(tally->taken, g_strdup(key), taken);
    }
    *taken += 1.0;
}

/* A ticket of this batch is not in the store yet: what is known of it is what was decided. */
static void
know_ticket(const FactNeed *need, gint64 reference, Facts *facts)
{
    FactTicket *ticket;

    if (facts_ticket(facts, reference) != NULL)
        return;
    ticket = g_new0(FactTicket, 1);
    ticket->reference = reference;
    ticket->queue = g_strdup(need->queue);
    ticket->status = TICKET_NEW;
    ticket->articles = 1;
    g_ptr_array_add(facts->tickets, ticket);
}

void
tally_answer(const Tally *tally, const GPtrArray *needs, Facts *facts)
{
    for (guint i = 0; i < needs->len; i++) {
        const FactNeed *need = g_ptr_array_index(needs, i);
        g_autofree char *key = fact_need_key(need);
        const gint64 *made = g_hash_table_lookup(tally->correlated, key);
        gint64 known = 0;

        if (need->kind == NEED_SEEN && g_hash_table_contains(tally->seen, key))
            facts_answer(facts, need, 1);
        if (need->kind == NEED_PERSON)
            apply_person(tally, need->request->queue, g_hash_table_lookup(facts->persons, need->text));
        if (need->kind != NEED_CORRELATED)
            continue;
        if (made != NULL) {
            know_ticket(need, *made, facts);
            facts_answer(facts, need, *made);
        } else if (facts_find_answer(facts, need, &known) && g_hash_table_contains(tally->closed, &known)) {
            facts_answer(facts, need, 0);
        }
    }
}

static gboolean
is_ticket(G_GNUC_UNUSED gpointer key, gpointer value, gpointer ticket)
{
    return *(const gint64 *) value == *(const gint64 *) ticket;
}

static void
add_closed(Tally *tally, gint64 ticket)
{
    g_hash_table_add(tally->closed, g_memdup2(&ticket, sizeof ticket));
    g_hash_table_foreach_remove(tally->correlated, is_ticket, &ticket);
}

static const char *
queue_of_made(const Decision *decision)
{
    for (guint i = 0; i < decision->effects->len; i++) {
        const Effect *effect = g_ptr_array_index(decision->effects, i);

        if (effect->kind == EFFECT_TICKET)
            return effect->ticket.queue;
    }
    return NULL;
}

static void
add_correlated(Tally *tally, const EffectChange *change, const char *queue)
{
    g_autoptr(FactNeed) need = fact_need_new(NEED_CORRELATED, change->value, queue);

    if (queue != NULL)
        g_hash_table_replace(tally->correlated, fact_need_key(need), g_memdup2(&change->ticket, sizeof change->ticket));
}

static void
add_seen(Tally *tally, const EffectSeen *seen)
{
    g_autoptr(FactNeed) need = fact_need_new(NEED_SEEN, seen->key, NULL);

    g_hash_table_add(tally->seen, fact_need_key(need));
}

void
tally_add(Tally *tally, const Decision *decision)
{
    for (guint i = 0; i < decision->effects->len; i++) {
        const Effect *effect = g_ptr_array_index(decision->effects, i);

        if (effect->kind == EFFECT_TAKE)
            add_taken(tally, effect->small.text);
        if (effect->kind == EFFECT_CHANGE && effect->change.what == CHANGE_CORRELATION)
            add_correlated(tally, &effect->change, queue_of_made(decision));
        if (effect->kind == EFFECT_STATUS && effect->small.status == TICKET_CLOSED)
            add_closed(tally, effect->small.ticket);
        if (effect->kind == EFFECT_IMAGES)
            add_images(tally, &effect->images);
        if (effect->kind == EFFECT_SEEN)
            add_seen(tally, &effect->seen);
        if (effect->kind == EFFECT_TICKET && !effect->ticket.placeholder && effect->ticket.requester != 0)
            g_hash_table_replace(tally->newest, key_of_person(effect->ticket.queue, effect->ticket.requester),
                                 g_memdup2(&effect->ticket.reference, sizeof effect->ticket.reference));
    }
}
