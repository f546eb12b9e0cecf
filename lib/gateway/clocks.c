#include "gateway/clocks.h"

gboolean
clocks_are_used(const ClockSettings *settings)
{
    g_autoptr(GPtrArray) names = settings->targets != NULL ? targets_policy_names(settings->targets) : NULL;

    return names != NULL && names->len > 0;
}

/* Of several causes of one ticket the last one counts. */
static gint64
moment_of(gint64 ticket, const ClockCause *causes, gsize n, gint64 now)
{
    gint64 at = 0;

    for (gsize i = 0; i < n; i++)
        if (causes[i].ticket == ticket)
            at = MAX(at, causes[i].at == 0 ? now : causes[i].at);
    return at != 0 ? MIN(at, now) : now;
}

gboolean
clocks_refresh(Store *store, const ClockSettings *settings, const ClockCause *causes, gsize n, gint64 *changed_out, GError **error)
{
    g_autoptr(GPtrArray) tickets = NULL, changes = g_ptr_array_new_with_free_func((GDestroyNotify) clock_change_free);
    g_autofree gint64 *references = g_new(gint64, n + 1);
    gint64 now, changed = 0;

    if (changed_out != NULL)
        *changed_out = 0;
    if (n == 0 || !clocks_are_used(settings))
        return TRUE;
    for (gsize i = 0; i < n; i++)
        references[i] = causes[i].ticket;
    if (!store_clock_tickets(store, references, n, &tickets, &now, error))
        return FALSE;
    for (guint i = 0; i < tickets->len; i++) {
        const ClockTicket *ticket = tickets->pdata[i];
        g_autoptr(ClockChange) change = clocks_plan(ticket, settings, moment_of(ticket->reference, causes, n, now), now);

        changed += change->changed->len + change->ended->len;
        if (change->changed->len + change->ended->len + change->events->len > 0)
            g_ptr_array_add(changes, g_steal_pointer(&change));
    }
    if (changed_out != NULL)
        *changed_out = changed;
    return changes->len == 0 || store_clock_write(store, changes, error);
}
