#include "sieve/literal-index-private.h"

#include <string.h>

#define WINDOW 4

typedef struct {
    char *text;
    gsize length;
    guint id;
    gsize offset;          /* of its window */
    guint next;            /* with the same window, plus 1; 0: none */
    guint same;            /* with the same text, plus 1: found when this one is */
    guint scan;            /* the last one that found it */
} Literal;

struct LiteralIndex {
    GArray     *literals;                  /* Literal */
    /* By the number of octets in the window, minus 1: window -> first literal + 1. */
    GHashTable *by_window[WINDOW];
    gboolean    built;
    guint       scans;
};

static void
literal_clear(gpointer data)
{
    g_free(((Literal *) data)->text);
}

LiteralIndex *
literal_index_new(void)
{
    LiteralIndex *index = g_new0(LiteralIndex, 1);

    index->literals = g_array_new(FALSE, FALSE, sizeof(Literal));
    g_array_set_clear_func(index->literals, literal_clear);
    return index;
}

void
literal_index_free(LiteralIndex *index)
{
    if (index == NULL)
        return;
    g_array_unref(index->literals);
    for (guint i = 0; i < WINDOW; i++)
        g_clear_pointer(&index->by_window[i], g_hash_table_unref);
    g_free(index);
}

void
literal_index_add(LiteralIndex *index, const char *literal, gsize length, guint id)
{
    Literal new_literal = { g_memdup2(literal, length), length, id, 0, 0, 0, 0 };

    g_assert(length > 0 && !index->built);
    g_array_append_val(index->literals, new_literal);
}

static guint32
window_at(const char *text, guint size)
{
    guint32 window = 0;

    for (guint i = 0; i < size; i++)
        window = window << 8 | (guchar) text[i];
    return window;
}

static guint
count_of(GHashTable *counts, guint32 window)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(counts, GUINT_TO_POINTER(window)));
}

/* How often each window of full size occurs among the literals. */
static GHashTable *
count_windows(const LiteralIndex *index)
{
    GHashTable *counts = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < index->literals->len; i++) {
        const Literal *literal = &g_array_index(index->literals, Literal, i);

        for (gsize at = 0; at + WINDOW <= literal->length; at++) {
            guint32 window = window_at(literal->text + at, WINDOW);

            g_hash_table_insert(counts, GUINT_TO_POINTER(window), GUINT_TO_POINTER(count_of(counts, window) + 1));
        }
    }
    return counts;
}

static void
choose_window(Literal *literal, GHashTable *counts)
{
    guint least = G_MAXUINT;

    for (gsize at = 0; at + WINDOW <= literal->length; at++) {
        guint count = count_of(counts, window_at(literal->text + at, WINDOW));

        if (count < least) {
            least = count;
            literal->offset = at;
        }
    }
}

static void
add_window(LiteralIndex *index, Literal *literal, guint number)
{
    guint size = (guint) MIN(literal->length, WINDOW);
    gpointer window = GUINT_TO_POINTER(window_at(literal->text + literal->offset, size));

    if (index->by_window[size - 1] == NULL)
        index->by_window[size - 1] = g_hash_table_new(NULL, NULL);
    literal->next = GPOINTER_TO_UINT(g_hash_table_lookup(index->by_window[size - 1], window));
    g_hash_table_insert(index->by_window[size - 1], window, GUINT_TO_POINTER(number + 1));
}

/* What a thousand rules look for is one literal. */
static void
build(LiteralIndex *index)
{
    g_autoptr(GHashTable) counts = count_windows(index);
    g_autoptr(GHashTable) texts = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);

    for (guint i = 0; i < index->literals->len; i++) {
        Literal *literal = &g_array_index(index->literals, Literal, i);
        GBytes *text = g_bytes_new_static(literal->text, literal->length);
        guint first = GPOINTER_TO_UINT(g_hash_table_lookup(texts, text));

        if (first != 0) {
            literal->same = g_array_index(index->literals, Literal, first - 1).same;
            g_array_index(index->literals, Literal, first - 1).same = i + 1;
            g_bytes_unref(text);
            continue;
        }
        g_hash_table_insert(texts, text, GUINT_TO_POINTER(i + 1));
        choose_window(literal, counts);
        add_window(index, literal, i);
    }
    index->built = TRUE;
}

static void
tell(const LiteralIndex *index, const Literal *literal, LiteralFound found, gpointer data)
{
    found(literal->id, data);
    while (literal->same != 0) {
        literal = &g_array_index(index->literals, Literal, literal->same - 1);
        found(literal->id, data);
    }
}

/* The literals whose window stands at this place of the text. */
static void
try_place(const LiteralIndex *index, guint size, const char *text, gsize length, gsize at, LiteralFound found, gpointer data)
{
    guint32 window = window_at(text + at, size);
    guint next = GPOINTER_TO_UINT(g_hash_table_lookup(index->by_window[size - 1], GUINT_TO_POINTER(window)));

    while (next != 0) {
        Literal *literal = &g_array_index(index->literals, Literal, next - 1);

        next = literal->next;
        if (literal->scan == index->scans || at < literal->offset ||
            at - literal->offset + literal->length > length ||
            memcmp(text + at - literal->offset, literal->text, literal->length) != 0)
            continue;
        literal->scan = index->scans;
        tell(index, literal, found, data);
    }
}

void
literal_index_scan(LiteralIndex *index, const char *text, gsize length, LiteralFound found, gpointer data)
{
    if (!index->built)
        build(index);
    index->scans++;
    for (guint size = 1; size <= WINDOW; size++) {
        if (index->by_window[size - 1] == NULL)
            continue;
        for (gsize at = 0; at + size <= length; at++)
            try_place(index, size, text, length, at, found, data);
    }
}
