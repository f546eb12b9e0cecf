#include "intake/uid-set.h"

struct UidSet {
    GArray *ranges;           /* UidRange, ascending, with a gap between any two */
};

UidSet *
uid_set_new(void)
{
    UidSet *set = g_new0(UidSet, 1);

    set->ranges = g_array_new(FALSE, FALSE, sizeof(UidRange));
    return set;
}

void
uid_set_free(UidSet *set)
{
    if (set == NULL)
        return;
    g_array_unref(set->ranges);
    g_free(set);
}

UidSet *
uid_set_copy(const UidSet *set)
{
    UidSet *copy = uid_set_new();

    g_array_append_vals(copy->ranges, set->ranges->data, set->ranges->len);
    return copy;
}

UidRange
uid_set_range(const UidSet *set, gsize i)
{
    return g_array_index(set->ranges, UidRange, i);
}

gsize
uid_set_n_ranges(const UidSet *set)
{
    return set->ranges->len;
}

void
uid_set_clear(UidSet *set)
{
    g_array_set_size(set->ranges, 0);
}

gboolean
uid_set_is_empty(const UidSet *set)
{
    return set->ranges->len == 0;
}

guint64
uid_set_count(const UidSet *set)
{
    guint64 count = 0;

    for (guint i = 0; i < set->ranges->len; i++)
        count += (guint64) uid_set_range(set, i).last - uid_set_range(set, i).first + 1;
    return count;
}

/* The first range that ends at uid or behind it. */
static guint
find(const UidSet *set, guint32 uid)
{
    guint low = 0, high = set->ranges->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;

        if (uid_set_range(set, middle).last < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

gboolean
uid_set_contains(const UidSet *set, guint32 uid)
{
    guint i = find(set, uid);

    return i < set->ranges->len && uid_set_range(set, i).first <= uid;
}

void
uid_set_add(UidSet *set, guint32 first, guint32 last)
{
    UidRange range = { first, last };
    guint from, to;

    if (first == 0 || first > last)
        return;
    /* Everything that overlaps the new range, or touches it, becomes part of it. */
    from = to = find(set, first > 1 ? first - 1 : 1);
    while (to < set->ranges->len && (last == G_MAXUINT32 || uid_set_range(set, to).first <= last + 1)) {
        range.first = MIN(range.first, uid_set_range(set, to).first);
        range.last = MAX(range.last, uid_set_range(set, to).last);
        to++;
    }
    if (to > from)
        g_array_remove_range(set->ranges, from, to - from);
    g_array_insert_val(set->ranges, from, range);
}

void
uid_set_remove(UidSet *set, guint32 first, guint32 last)
{
    guint i = find(set, first);

    if (first == 0 || first > last)
        return;
    while (i < set->ranges->len && uid_set_range(set, i).first <= last) {
        UidRange old = uid_set_range(set, i);

        g_array_remove_index(set->ranges, i);
        if (old.first < first) {
            UidRange before = { old.first, first - 1 };

            g_array_insert_val(set->ranges, i, before);
            i++;
        }
        if (old.last > last) {
            UidRange behind = { last + 1, old.last };

            g_array_insert_val(set->ranges, i, behind);
            i++;
        }
    }
}

char *
uid_set_format(const UidSet *set)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < set->ranges->len; i++) {
        UidRange range = uid_set_range(set, i);

        g_string_append_printf(text, "%s%u", i > 0 ? "," : "", range.first);
        if (range.last > range.first)
            g_string_append_printf(text, ":%u", range.last);
    }
    return g_string_free(text, FALSE);
}

/* A number of RFC 9051, 9 (nz-number); *text is moved behind it. */
static gboolean
read_uid(const char **text, guint32 *uid_out)
{
    guint64 number = 0;
    const char *at = *text;

    while (g_ascii_isdigit(*at) && number <= G_MAXUINT32)
        number = number * 10 + (guint64) (*at++ - '0');
    if (at == *text || number == 0 || number > G_MAXUINT32)
        return FALSE;
    *uid_out = (guint32) number;
    *text = at;
    return TRUE;
}

UidSet *
uid_set_parse(const char *text)
{
    g_autoptr(UidSet) set = uid_set_new();
    const char *at = text;

    while (*at != '\0') {
        guint32 first, last;

        if (!read_uid(&at, &first))
            return NULL;
        last = first;
        if (*at == ':') {
            at++;
            if (!read_uid(&at, &last))
                return NULL;
        }
        uid_set_add(set, MIN(first, last), MAX(first, last));
        if (*at == ',' && at[1] != '\0')
            at++;
        else if (*at != '\0')
            return NULL;
    }
    return g_steal_pointer(&set);
}
