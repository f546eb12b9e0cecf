/*
 * policy.c - policies, and walking through a history
 */
#include "targets/policy.h"

G_STATIC_ASSERT(TARGET_PRIORITIES == PRIORITY_URGENT + 1);

const char *
clock_kind_name(ClockKind kind)
{
    static const char *const names[N_CLOCKS] = {
        [CLOCK_FIRST_RESPONSE] = "first-response", [CLOCK_NEXT_RESPONSE] = "next-response", [CLOCK_RESOLUTION] = "resolution",
    };

    return names[kind];
}

/* ---- policies ----------------------------------------------------------------------------------------------- */

static gint64
seconds_of(const Calendar *calendar, const WorkingTime *own, const WorkingTime *all)
{
    const WorkingTime *time = own->given ? own : all;

    return time->given ? calendar_seconds(calendar, time) : 0;
}

Policy *
policy_new(const TargetConfig *config, const Calendar *(*find)(gpointer data, const char *name), gpointer data)
{
    const TargetTerms *all = &config->all;
    Policy *policy = g_new0(Policy, 1);

    policy->name = g_strdup(config->name);
    policy->notices = config->notices;
    policy->for_priority = config->for_priority;
    for (gsize i = 0; i < TARGET_PRIORITIES; i++) {
        const TargetTerms *own = &config->of_priority[i];
        PolicyTerms *terms = &policy->of_priority[i];

        terms->calendar = find(data, own->calendar != NULL ? own->calendar : all->calendar);
        g_assert(terms->calendar != NULL);
        terms->seconds[CLOCK_FIRST_RESPONSE] = seconds_of(terms->calendar, &own->first_response, &all->first_response);
        terms->seconds[CLOCK_NEXT_RESPONSE] = seconds_of(terms->calendar, &own->next_response, &all->next_response);
        terms->seconds[CLOCK_RESOLUTION] = seconds_of(terms->calendar, &own->resolution, &all->resolution);
        terms->warn_percent = own->warn_percent > 0 ? own->warn_percent : all->warn_percent;
    }
    return policy;
}

void
policy_free(Policy *policy)
{
    if (policy == NULL)
        return;
    g_free(policy->name);
    g_free(policy);
}

/* ---- walking ------------------------------------------------------------------------------------------------ */

/* The history, cut into pieces in which one calendar counts and nothing waits. */
typedef struct {
    const TargetHistory *history;
    gint64 at;
    gsize  turn, pause;
} Walk;

typedef struct {
    const Calendar *calendar;
    gint64 from, to;               /* to is G_MAXINT64 in the last one */
} Piece;

/* FALSE: there is no more, since it waits. */
static gboolean
walk_next(Walk *walk, Piece *piece_out)
{
    const TargetHistory *history = walk->history;

    while (walk->at < G_MAXINT64) {
        gint64 end = G_MAXINT64;
        const PolicyTurn *turn;
        gboolean waits;

        while (walk->turn + 1 < history->n_turns && history->turns[walk->turn + 1].at <= walk->at)
            walk->turn++;
        while (walk->pause < history->n_pauses && history->pauses[walk->pause].to <= walk->at)
            walk->pause++;
        if (walk->turn + 1 < history->n_turns)
            end = history->turns[walk->turn + 1].at;
        waits = walk->pause < history->n_pauses && history->pauses[walk->pause].from <= walk->at;
        if (walk->pause < history->n_pauses)
            end = MIN(end, waits ? history->pauses[walk->pause].to : history->pauses[walk->pause].from);
        turn = &history->turns[walk->turn];
        *piece_out = (Piece) { turn->policy->of_priority[turn->priority].calendar, walk->at, end };
        walk->at = end;
        if (!waits)
            return TRUE;
    }
    return FALSE;
}

/* ---- questions ---------------------------------------------------------------------------------------------- */

/* The first moment at which so much is used. */
static TargetState
moment_of_use(const TargetHistory *history, gint64 seconds, gint64 *moment_out)
{
    Walk walk = { history, history->start, 0, 0 };
    Piece piece;

    *moment_out = history->start;
    if (seconds <= 0)
        return TARGET_DUE;
    while (walk_next(&walk, &piece)) {
        gint64 used;

        if (piece.to == G_MAXINT64)
            return calendar_after(piece.calendar, piece.from, seconds, moment_out) ? TARGET_DUE : TARGET_BEYOND;
        used = calendar_working(piece.calendar, piece.from, piece.to);
        if (used >= seconds)
            return calendar_after(piece.calendar, piece.from, seconds, moment_out) ? TARGET_DUE : TARGET_BEYOND;
        seconds -= used;
    }
    return TARGET_PAUSED;
}

TargetMoments
target_moments(ClockKind kind, const TargetHistory *history)
{
    const PolicyTurn *last = &history->turns[history->n_turns - 1];
    const PolicyTerms *terms = &last->policy->of_priority[last->priority];
    TargetMoments moments = { TARGET_NOT_OWED, TARGET_NOT_OWED, 0, 0 };

    if (terms->seconds[kind] == 0)
        return moments;
    moments.state = moment_of_use(history, terms->seconds[kind], &moments.due);
    /* A share that is no whole second is used when the second is over. */
    if (terms->warn_percent > 0)
        moments.warn_state = moment_of_use(history, (terms->seconds[kind] * terms->warn_percent + 99) / 100, &moments.warn);
    return moments;
}

gint64
target_used(const TargetHistory *history, gint64 until)
{
    Walk walk = { history, history->start, 0, 0 };
    gint64 used = 0;
    Piece piece;

    while (walk.at < until && walk_next(&walk, &piece))
        used += calendar_working(piece.calendar, piece.from, MIN(piece.to, until));
    return used;
}

GArray *
target_stretches(const TargetHistory *history, gint64 until, guint max)
{
    GArray *stretches = g_array_new(FALSE, FALSE, sizeof(Stretch));
    Walk walk = { history, history->start, 0, 0 };
    Piece piece;

    while (walk.at < until && stretches->len < max && walk_next(&walk, &piece)) {
        gint64 end = MIN(piece.to, until), opens, closes;

        for (gint64 at = piece.from; stretches->len < max && calendar_next(piece.calendar, at, &opens, &closes) && opens < end;
             at = closes) {
            Stretch stretch = { MAX(opens, at), MIN(closes, end) };

            g_array_append_val(stretches, stretch);
            if (closes >= end)
                break;
        }
    }
    return stretches;
}
