/*
 * stretch.c - stretches of time in order and apart
 */
#include "targets/stretch.h"

static int
by_beginning(gconstpointer a, gconstpointer b)
{
    const Stretch *x = a, *y = b;

    return x->from < y->from ? -1 : x->from > y->from;
}

void
stretches_append(GArray *stretches, gint64 from, gint64 to)
{
    Stretch *last = stretches->len > 0 ? &g_array_index(stretches, Stretch, stretches->len - 1) : NULL;
    Stretch stretch = { from, to };

    if (to <= from)
        return;
    if (last != NULL && from <= last->to)
        last->to = MAX(last->to, to);
    else
        g_array_append_val(stretches, stretch);
}

void
stretches_join(GArray *stretches)
{
    g_autoptr(GArray) joined = g_array_new(FALSE, FALSE, sizeof(Stretch));

    g_array_sort(stretches, by_beginning);
    for (guint i = 0; i < stretches->len; i++) {
        const Stretch *stretch = &g_array_index(stretches, Stretch, i);

        stretches_append(joined, stretch->from, stretch->to);
    }
    g_array_set_size(stretches, 0);
    if (joined->len > 0)
        g_array_append_vals(stretches, joined->data, joined->len);
}
