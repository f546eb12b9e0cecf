#define _GNU_SOURCE   /* memmem */
#include "sieve/chains-private.h"

#include <string.h>

#include "base/limits.h"
#include "sieve/comparators-private.h"
#include "sieve/literal-index-private.h"
#include "sieve/match-types-private.h"
#include "sieve/required-literal-private.h"

/* Keys that are looked for in the same values. */
typedef struct {
    char             *field;          /* lower case */
    gboolean          addresses;
    AddressPart       part;
    const Comparator *comparator;
    GHashTable       *exact;          /* key, folded -> GArray * of places in the chain */
    LiteralIndex     *literals;       /* ids: places in the chain */
    GArray           *patterns;       /* places of regular expressions without regard to case */
} Table;

struct Chain {
    GArray    *steps;                 /* guint: by place */
    guint      behind;                /* where the last test goes when it does not hold */
    GArray    *always;                /* places that can always hold, in order */
    GPtrArray *tables;                /* Table * */
};

/* The places that can hold in one message, in order. */
typedef struct {
    guint   version;                  /* of the MailView */
    GArray *places;
    guint8 *known;                    /* by place, while they are collected */
} Hits;

static void
table_free(gpointer data)
{
    Table *table = data;

    g_free(table->field);
    g_hash_table_unref(table->exact);
    literal_index_free(table->literals);
    g_array_unref(table->patterns);
    g_free(table);
}

static Chain *
chain_new(void)
{
    Chain *chain = g_new0(Chain, 1);

    chain->steps = g_array_new(FALSE, FALSE, sizeof(guint));
    chain->always = g_array_new(FALSE, FALSE, sizeof(guint));
    chain->tables = g_ptr_array_new_with_free_func(table_free);
    return chain;
}

void
chain_free(Chain *chain)
{
    if (chain == NULL)
        return;
    g_array_unref(chain->steps);
    g_array_unref(chain->always);
    g_ptr_array_unref(chain->tables);
    g_free(chain);
}

static Table *
find_table(Chain *chain, const Call *call, const char *field)
{
    gboolean addresses = call->definition->index == INDEX_ADDRESS;
    Table *table;

    for (guint i = 0; i < chain->tables->len; i++) {
        table = chain->tables->pdata[i];
        if (table->addresses == addresses && table->part == call->match.part &&
            table->comparator == call->match.comparator && g_ascii_strcasecmp(table->field, field) == 0)
            return table;
    }
    table = g_new0(Table, 1);
    table->field = g_ascii_strdown(field, -1);
    table->addresses = addresses;
    table->part = call->match.part;
    table->comparator = call->match.comparator;
    table->exact = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
    table->literals = literal_index_new();
    table->patterns = g_array_new(FALSE, FALSE, sizeof(guint));
    g_ptr_array_add(chain->tables, table);
    return table;
}

/* What must stand in a value for the key to match, folded as the comparator does; NULL if nothing must. */
static char *
required_literal(const CallMatch *match, const MatchKey *key, gsize *length_out)
{
    g_autofree char *literal = NULL;
    gsize length = 0;

    if (match->type == &mcht_contains) {
        literal = g_strndup(key->text, key->length);
        length = key->length;
    } else if (match->type == &mcht_matches) {
        literal = required_literal_of_glob(key->text, key->length, &length);
    } else {
        literal = required_literal_of_regex(key->text, key->length, &length);
    }
    if (literal == NULL || length == 0)
        return NULL;
    if (match->comparator->fold != NULL)
        return match->comparator->fold(literal, length, length_out);
    *length_out = length;
    return g_steal_pointer(&literal);
}

static gboolean
has_index(const Call *call)
{
    const CallMatch *match = &call->match;
    const MatchType *type = match->type;

    if (call->definition->index == INDEX_NONE || match->keys == NULL || match->mime != MIME_NONE || match->anychild)
        return FALSE;
    if (type != &mcht_is && type != &mcht_contains && type != &mcht_matches && type != &mcht_regex)
        return FALSE;
    if (!match->comparator->same_length || (call->definition->index == INDEX_ADDRESS && match->index > 0))
        return FALSE;
    if (match->part == PART_USER || match->part == PART_DETAIL)
        return FALSE;
    for (guint i = 0; i < call->positionals[0].strings->len; i++) {
        if (((SieveString *) call->positionals[0].strings->pdata[i])->pieces != NULL)
            return FALSE;
    }
    for (guint i = 0; type != &mcht_is && i < match->keys->len; i++) {
        gsize length;
        g_autofree char *literal = required_literal(match, match->keys->pdata[i], &length);

        if (literal == NULL)
            return FALSE;
    }
    return TRUE;
}

static void
add_exact(Table *table, const MatchKey *key, guint place)
{
    GArray *places = g_hash_table_lookup(table->exact, key->text);

    if (places == NULL) {
        places = g_array_new(FALSE, FALSE, sizeof(guint));
        g_hash_table_insert(table->exact, g_strndup(key->text, key->length), places);
    }
    g_array_append_val(places, place);
}

static void
add_keys(Chain *chain, const Call *call, guint place)
{
    const GPtrArray *names = call->positionals[0].strings;

    for (guint n = 0; n < names->len; n++) {
        Table *table = find_table(chain, call, ((SieveString *) names->pdata[n])->text);

        for (guint i = 0; i < call->match.keys->len; i++) {
            const MatchKey *key = call->match.keys->pdata[i];
            g_autofree char *literal = NULL;
            gsize length;

            if (call->match.type == &mcht_is) {
                add_exact(table, key, place);
                continue;
            }
            literal = required_literal(&call->match, key, &length);
            literal_index_add(table->literals, literal, length, place);
        }
        if (call->match.type == &mcht_regex && call->match.comparator->fold != NULL)
            g_array_append_val(table->patterns, place);
    }
}

static void
add_step(Chain *chain, Step *step, guint number)
{
    guint place = chain->steps->len;

    step->chain = chain;
    step->place = place;
    g_array_append_val(chain->steps, number);
    chain->behind = step->if_false;
    if (has_index(step->call) &&
        chain->tables->len + step->call->positionals[0].strings->len <= LIMIT_SIEVE_CHAIN_FIELDS)
        add_keys(chain, step->call, place);
    else
        g_array_append_val(chain->always, place);
}

static gboolean
is_free_test(const SieveScript *script, guint number)
{
    const Step *step = number < script->steps->len ? &g_array_index(script->steps, Step, number) : NULL;

    return step != NULL && step->kind == STEP_TEST && step->chain == NULL;
}

static void
unmark(SieveScript *script, Chain *chain)
{
    for (guint i = 0; i < chain->steps->len; i++)
        g_array_index(script->steps, Step, g_array_index(chain->steps, guint, i)).chain = NULL;
    chain_free(chain);
}

void
chains_build(SieveScript *script)
{
    for (guint first = 0; first < script->steps->len; first++) {
        guint number = first, last = first;
        Chain *chain;

        if (!is_free_test(script, first))
            continue;
        chain = chain_new();
        do {
            Step *step = &g_array_index(script->steps, Step, number);

            add_step(chain, step, number);
            last = number;
            number = step->if_false;
        } while (number > last && is_free_test(script, number));
        if (chain->steps->len >= LIMIT_SIEVE_SHORT_CHAIN)
            g_ptr_array_add(script->chains, chain);
        else
            unmark(script, chain);
    }
}

static void
note_place(guint place, gpointer data)
{
    Hits *hits = data;

    if (hits->known[place])
        return;
    hits->known[place] = TRUE;
    g_array_append_val(hits->places, place);
}

static void
note_places(const GArray *places, Hits *hits)
{
    for (guint i = 0; i < places->len; i++)
        note_place(g_array_index(places, guint, i), hits);
}

/* U+212A and U+017F are a K and an s to a pattern that disregards case: then ASCII literals prove nothing. */
static gboolean
has_strange_letter(const char *value, gsize length)
{
    return memmem(value, length, "\xe2\x84\xaa", 3) != NULL || memmem(value, length, "\xc5\xbf", 2) != NULL;
}

static void
look_up(const Table *table, const char *value, Hits *hits)
{
    const GArray *exact;
    gsize length = strlen(value);
    g_autofree char *owned = NULL;
    const char *folded = value;

    if (table->comparator->fold != NULL)
        folded = owned = table->comparator->fold(value, length, &length);
    exact = g_hash_table_lookup(table->exact, folded);
    if (exact != NULL)
        note_places(exact, hits);
    literal_index_scan(table->literals, folded, length, note_place, hits);
    if (table->patterns->len > 0 && has_strange_letter(folded, length))
        note_places(table->patterns, hits);
}

static const char *
part_of(const MailAddress *address, AddressPart part)
{
    return part == PART_ALL ? address->full : part == PART_DOMAIN ? address->domain : address->local_part;
}

static void
look_up_table(Run *run, const Table *table, Hits *hits)
{
    const GPtrArray *values = table->addresses ? mail_addresses(run->mail, table->field) : mail_fields(run->mail, table->field);

    for (guint i = 0; i < values->len; i++) {
        const char *value = table->addresses ? part_of(values->pdata[i], table->part)
                                             : ((const MailField *) values->pdata[i])->value;

        if (value != NULL && run_spend(run, strlen(value)))
            look_up(table, value, hits);
    }
}

static int
compare_places(gconstpointer a, gconstpointer b)
{
    guint left = *(const guint *) a, right = *(const guint *) b;

    return left < right ? -1 : left > right ? 1 : 0;
}

static void
hits_free(gpointer data)
{
    g_array_unref(((Hits *) data)->places);
    g_free(data);
}

static const GArray *
hits_of(Run *run, Chain *chain)
{
    Hits *hits;

    if (run->chain_hits == NULL)
        run->chain_hits = g_hash_table_new_full(NULL, NULL, NULL, hits_free);
    hits = g_hash_table_lookup(run->chain_hits, chain);
    if (hits != NULL && hits->version == mail_view_version(run->mail))
        return hits->places;
    hits = g_new0(Hits, 1);
    hits->version = mail_view_version(run->mail);
    hits->places = g_array_new(FALSE, FALSE, sizeof(guint));
    hits->known = g_new0(guint8, chain->steps->len);
    for (guint i = 0; i < chain->tables->len; i++)
        look_up_table(run, chain->tables->pdata[i], hits);
    g_clear_pointer(&hits->known, g_free);
    g_array_sort(hits->places, compare_places);
    g_hash_table_replace(run->chain_hits, chain, hits);
    return hits->places;
}

/* The first place from `from` on in a list in order; G_MAXUINT if there is none. */
static guint
first_from(const GArray *places, guint from)
{
    guint low = 0, high = places->len;

    while (low < high) {
        guint middle = (low + high) / 2;

        if (g_array_index(places, guint, middle) < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low < places->len ? g_array_index(places, guint, low) : G_MAXUINT;
}

guint
chain_next(Run *run, const Step *step)
{
    Chain *chain = step->chain;
    guint next = MIN(first_from(hits_of(run, chain), step->place), first_from(chain->always, step->place));

    return next == G_MAXUINT ? chain->behind : g_array_index(chain->steps, guint, next);
}
