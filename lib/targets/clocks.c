#include "targets/clocks.h"

static gint64
second_of(gint64 at)
{
    return at / G_USEC_PER_SEC;
}

static gboolean
waits(TicketStatus status)
{
    return status == TICKET_PENDING || status == TICKET_RESOLVED || status == TICKET_CLOSED;
}

static gboolean
is_over(TicketStatus status)
{
    return status == TICKET_RESOLVED || status == TICKET_CLOSED;
}

/* The beginning of the last run of states that are all so; 0: the last one is not. */
static gint64
last_run(const ClockHistory *history, gboolean (*holds)(TicketStatus status))
{
    gint64 from = 0;

    for (gsize i = history->n_statuses; i > 0 && holds(history->statuses[i - 1].status); i--)
        from = history->statuses[i - 1].at;
    return from;
}

static GArray *
rounds_of_items(const ClockHistory *history)
{
    GArray *rounds = g_array_new(FALSE, FALSE, sizeof(ClockRound));
    gint64 resolved = last_run(history, is_over);
    gboolean replied = FALSE, owed = FALSE, asked = FALSE;
    guint owed_at = 0;

    for (gsize i = 0; i < history->n_items; i++) {
        const ClockItem *item = &history->items[i];
        ClockRound response = { .kind = replied ? CLOCK_NEXT_RESPONSE : CLOCK_FIRST_RESPONSE, .started = item->at };
        ClockRound resolution = { .kind = CLOCK_RESOLUTION, .started = item->at };

        if (item->reply) {
            if (owed)
                g_array_index(rounds, ClockRound, owed_at).met = item->at;
            owed = FALSE;
            replied = TRUE;
            continue;
        }
        if (!owed) {
            owed_at = rounds->len;
            g_array_append_val(rounds, response);
        }
        owed = TRUE;
        resolution.met = resolved != 0 ? MAX(resolved, item->at) : 0;
        if (!asked)
            g_array_append_val(rounds, resolution);
        asked = TRUE;
    }
    return rounds;
}

/* ---- the terms and pauses that a round knows of --------------------------------------------------------------- */

/* Without a policy nothing is owed; if there was one before or comes later, it counts for that time too. */
static GArray *
turns_until(const ClockHistory *history, gint64 end)
{
    GArray *turns = g_array_new(FALSE, FALSE, sizeof(PolicyTurn));

    for (gsize i = 0; i < history->n_turns && (i == 0 || history->turns[i].at <= end); i++) {
        const ClockTurn *turn = &history->turns[i];
        PolicyTurn one = { second_of(turn->at), turn->policy, turn->priority };
        gboolean last = i + 1 == history->n_turns || history->turns[i + 1].at > end;

        if (turn->policy == NULL && last)
            g_array_set_size(turns, 0);
        else if (turn->policy != NULL)
            g_array_append_val(turns, one);
    }
    return turns;
}

static GArray *
pauses_until(const ClockHistory *history, gint64 end)
{
    GArray *pauses = g_array_new(FALSE, FALSE, sizeof(Stretch));
    gint64 from = -1;

    for (gsize i = 0; i < history->n_statuses && history->statuses[i].at < end; i++) {
        gint64 at = second_of(history->statuses[i].at);

        if (waits(history->statuses[i].status)) {
            if (from < 0)
                from = at;
        } else if (from >= 0) {
            stretches_append(pauses, from, at);
            from = -1;
        }
    }
    if (from >= 0)
        stretches_append(pauses, from, STILL_PAUSED);
    return pauses;
}

/* FALSE: it is not owed. */
static gboolean
fill_moments(const ClockHistory *history, ClockRound *round)
{
    gint64 end = round->met != 0 ? round->met : G_MAXINT64;
    g_autoptr(GArray) turns = turns_until(history, end), pauses = pauses_until(history, end);
    TargetHistory target = { .start = second_of(round->started), .turns = (const PolicyTurn *) (gpointer) turns->data, .n_turns = turns->len,
                             .pauses = (const Stretch *) (gpointer) pauses->data, .n_pauses = pauses->len };
    TargetMoments moments;

    if (turns->len == 0)
        return FALSE;
    moments = target_moments(round->kind, &target);
    if (moments.state == TARGET_NOT_OWED)
        return FALSE;
    round->due = moments.state == TARGET_DUE ? moments.due * G_USEC_PER_SEC : 0;
    round->warn = moments.warn_state == TARGET_DUE ? moments.warn * G_USEC_PER_SEC : 0;
    round->paused = round->met == 0 ? last_run(history, waits) : 0;
    return TRUE;
}

GArray *
clock_rounds(const ClockHistory *history)
{
    GArray *rounds = rounds_of_items(history);

    for (guint i = 0; i < rounds->len;) {
        if (fill_moments(history, &g_array_index(rounds, ClockRound, i)))
            i++;
        else
            g_array_remove_index(rounds, i);
    }
    return rounds;
}
