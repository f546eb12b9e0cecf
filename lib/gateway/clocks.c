#include "gateway/clocks.h"

gboolean
clocks_are_used(const ClockSettings *settings)
{
    g_autoptr(GPtrArray) names = settings->targets != NULL ? targets_policy_names(settings->targets) : NULL;

    return names != NULL && names->len > 0;
}

const Policy *
clocks_policy(const ClockSettings *settings, const char *by_rule, const char *queue, const char *of_customer, TicketPriority priority)
{
    const QueueConfig *config = queues_find_name(settings->queues, queue);
    const char *const names[] = { by_rule, config != NULL ? config->target : NULL, of_customer };

    if (settings->targets == NULL)
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const Policy *policy = names[i] != NULL ? targets_policy(settings->targets, names[i]) : NULL;

        if (policy != NULL)
            return policy;
    }
    return targets_policy_for(settings->targets, priority);
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

static gboolean
refresh(Store *store, const ClockSettings *settings, const ClockCause *causes, gsize n, GPtrArray *changes, GError **error)
{
    g_autoptr(GPtrArray) tickets = NULL;
    g_autofree gint64 *references = g_new(gint64, n);
    gint64 now;

    for (gsize i = 0; i < n; i++)
        references[i] = causes[i].ticket;
    if (!store_clock_tickets(store, references, n, &tickets, &now, error))
        return FALSE;
    if (settings->now != 0)
        now = settings->now;
    for (guint i = 0; i < tickets->len; i++) {
        const ClockTicket *ticket = tickets->pdata[i];
        g_autoptr(ClockChange) change = clocks_plan(ticket, settings, moment_of(ticket->reference, causes, n, now), now);

        if (change->changed->len + change->ended->len + change->events->len > 0)
            g_ptr_array_add(changes, g_steal_pointer(&change));
    }
    return changes->len == 0 || store_clock_write(store, changes, error);
}

gboolean
clocks_refresh(Store *store, const ClockSettings *settings, const ClockCause *causes, gsize n, GPtrArray **changes_out, GError **error)
{
    g_autoptr(GPtrArray) changes = g_ptr_array_new_with_free_func((GDestroyNotify) clock_change_free);

    if (n > 0 && clocks_are_used(settings) && !refresh(store, settings, causes, n, changes, error))
        return FALSE;
    if (changes_out != NULL)
        *changes_out = g_steal_pointer(&changes);
    return TRUE;
}
