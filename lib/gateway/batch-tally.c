#include "gateway/batch-tally-private.h"

struct Tally {
    GHashTable *taken;     /* key of a bucket -> double *: tokens               */
    GHashTable *newest;    /* queue and sender -> gint64 *: a ticket just made  */
    GHashTable *images;    /* GBytes: person and SHA-256 of an inline image     */
};

Tally *
tally_new(void)
{
    Tally *tally = g_new0(Tally, 1);

    tally->taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    tally->newest = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    tally->images = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
    return tally;
}

void
tally_free(Tally *tally)
{
    if (tally == NULL)
        return;
    g_hash_table_unref(tally->taken);
    g_hash_table_unref(tally->newest);
    g_hash_table_unref(tally->images);
    g_free(tally);
}

/* No queue's name holds a line end. */
static char *
key_of_sender(const FactsRequest *request)
{
    return g_strdup_printf("%s\n%s", request->queue, request->sender);
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

void
tally_apply(const Tally *tally, const FactsRequest *request, Facts *facts)
{
    for (guint i = 0; i < facts->buckets->len; i++) {
        Bucket *bucket = g_ptr_array_index(facts->buckets, i);
        const double *taken = g_hash_table_lookup(tally->taken, bucket->key);

        if (taken != NULL)
            bucket->tokens -= *taken;
    }
    apply_images(tally, request, facts);
    if (request->sender != NULL) {
        g_autofree char *key = key_of_sender(request);
        const gint64 *newest = g_hash_table_lookup(tally->newest, key);

        if (newest != NULL)
            facts->newest_open = *newest;
    }
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

void
tally_add(Tally *tally, const FactsRequest *request, const Decision *decision)
{
    for (guint i = 0; i < decision->effects->len; i++) {
        const Effect *effect = g_ptr_array_index(decision->effects, i);

        if (effect->kind == EFFECT_TAKE)
            add_taken(tally, effect->small.text);
        if (effect->kind == EFFECT_IMAGES)
            add_images(tally, &effect->images);
        if (effect->kind == EFFECT_TICKET && !effect->ticket.placeholder && request->sender != NULL)
            g_hash_table_replace(tally->newest, key_of_sender(request),
                                 g_memdup2(&effect->ticket.reference, sizeof effect->ticket.reference));
    }
}
