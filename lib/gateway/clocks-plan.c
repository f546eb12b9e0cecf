/*
 * clocks-plan.c - from the history of a ticket to what changes on its clocks
 *
 * A clock is known by its kind and the moment it began at; the one that is owed stays itself even if it turns out to have begun at another moment, so that a
 * warning that was given is not given again.
 */
#include "gateway/clocks.h"

#include <string.h>

#include "base/clock.h"

typedef struct {
    const ClockTicket   *ticket;
    const ClockSettings *settings;
    gint64               at, now;
    ClockChange         *change;
    GArray              *turns;        /* ClockTurn   */
    GArray              *statuses;     /* ClockStatus */
    GArray              *items;        /* ClockItem   */
    GPtrArray           *unmatched;    /* const ClockRow *: clocks that no round was found for yet */
} Plan;

static void
tell(Plan *plan, gint64 at, const char *kind, char *detail)
{
    ClockEventRow *event = g_new0(ClockEventRow, 1);

    event->at = at;
    event->kind = g_strdup(kind);
    event->detail = detail;
    g_ptr_array_add(plan->change->events, event);
}

/* ---- the history, and what this change adds to it ------------------------------------------------------------- */

static const char *
policy_name(const Plan *plan)
{
    const ClockTicket *ticket = plan->ticket;
    const Policy *policy = clocks_policy(plan->settings, ticket->policy, ticket->queue, ticket->customer_policy, ticket->priority);

    return policy != NULL ? policy->name : NULL;
}

/* "urgent gold": the priority, and the policy, if there is one. */
static char *
terms_text(TicketPriority priority, const char *policy)
{
    return g_strconcat(ticket_priority_name(priority), policy != NULL ? " " : NULL, policy, NULL);
}

static ClockTurn
turn_of_text(const Plan *plan, gint64 at, const char *text)
{
    const char *space = strchr(text, ' ');
    g_autofree char *priority = space != NULL ? g_strndup(text, (gsize) (space - text)) : g_strdup(text);
    ClockTurn turn = { at, NULL, PRIORITY_NORMAL };

    ticket_priority_parse(priority, &turn.priority);
    if (space != NULL)
        turn.policy = targets_policy(plan->settings->targets, space + 1);
    return turn;
}

/* What is told as having happened before what is known already happened with it. */
static void
add_turn(Plan *plan, gint64 at, const char *text)
{
    GArray *turns = plan->turns;
    ClockTurn turn = turn_of_text(plan, turns->len > 0 ? MAX(at, g_array_index(turns, ClockTurn, turns->len - 1).at) : at, text);

    g_array_append_val(turns, turn);
}

static void
add_status(Plan *plan, gint64 at, TicketStatus name)
{
    GArray *statuses = plan->statuses;
    ClockStatus status = { statuses->len > 0 ? MAX(at, g_array_index(statuses, ClockStatus, statuses->len - 1).at) : at, name };

    g_array_append_val(statuses, status);
}

static void
read_history(Plan *plan)
{
    const ClockTicket *ticket = plan->ticket;
    g_autofree char *terms = terms_text(ticket->priority, policy_name(plan));
    const char *known_terms = NULL;
    TicketStatus known_status = TICKET_NEW;

    for (guint i = 0; i < ticket->items->len; i++) {
        const ClockItemRow *row = &g_array_index(ticket->items, ClockItemRow, i);
        ClockItem item = { row->at, row->reply };

        g_array_append_val(plan->items, item);
    }
    for (guint i = 0; i < ticket->events->len; i++) {
        const ClockEventRow *event = ticket->events->pdata[i];
        TicketStatus status;

        if (g_str_equal(event->kind, "target-terms")) {
            known_terms = event->detail;
            add_turn(plan, event->at, event->detail);
        } else if (ticket_status_parse(event->detail, &status)) {
            known_status = status;
            add_status(plan, event->at, status);
        }
    }
    if (g_strcmp0(known_terms, terms) != 0 && (known_terms != NULL || policy_name(plan) != NULL)) {
        add_turn(plan, plan->at, terms);
        tell(plan, plan->at, "target-terms", g_steal_pointer(&terms));
    }
    /* New and open are one to a clock. */
    if (MAX(known_status, TICKET_OPEN) != MAX(ticket->status, TICKET_OPEN)) {
        add_status(plan, plan->at, ticket->status);
        tell(plan, plan->at, "target-status", g_strdup(ticket_status_name(ticket->status)));
    }
}

/* ---- clocks --------------------------------------------------------------------------------------------------- */

static const ClockRow *
take_clock(Plan *plan, const ClockRound *round)
{
    const char *target = clock_kind_name(round->kind);

    for (int pass = 0; pass < 2; pass++)
        for (guint i = 0; i < plan->unmatched->len; i++) {
            const ClockRow *clock = plan->unmatched->pdata[i];

            if (g_str_equal(clock->target, target)
                && (pass == 0 ? clock->started == round->started : clock->met == 0 && round->met == 0)) {
                g_ptr_array_remove_index(plan->unmatched, i);
                return clock;
            }
        }
    return NULL;
}

static char *
moment_text(const char *target, const char *words, gint64 moment)
{
    g_autofree char *text = moment != 0 ? clock_format_utc(moment) : g_strdup("nothing while it waits");

    return g_strdup_printf("%s: %s %s", target, words, text);
}

/*
 * What was noticed holds as long as it is so. A reply may be known to have been in time only after its time was over, and terms may become longer: then
 * nothing was missed, and it may be missed later. What was met too late was missed, even if nobody noticed.
 */
static void
judge(Plan *plan, const ClockRow *before, ClockRow *clock)
{
    gboolean late = clock->due != 0 && (clock->met != 0 ? clock->met : plan->now) > clock->due;

    clock->warned = before != NULL ? before->warned : 0;
    clock->breached = before != NULL ? before->breached : 0;
    /* While it waits, its time may never be used up: it is warned of when it runs again, unless it was before. */
    if (clock->due == 0 && clock->warned == 0)
        clock->warn = 0;
    if (clock->met == 0 && (clock->warn == 0 || clock->warn > plan->now))
        clock->warned = 0;
    if (clock->breached != 0 && !late) {
        clock->breached = 0;
        tell(plan, plan->now, "target-breach-withdrawn", moment_text(clock->target, "due", clock->due));
    } else if (clock->breached == 0 && late && clock->met != 0) {
        clock->breached = plan->now;
        tell(plan, plan->now, "target-breached", moment_text(clock->target, "met after it was due", clock->due));
    }
}

static void
tell_difference(Plan *plan, const ClockRow *before, const ClockRow *clock)
{
    if (before == NULL)
        tell(plan, clock->started, "target-started", moment_text(clock->target, "due", clock->due));
    else if (before->due != 0 && clock->due != 0 && before->due != clock->due)
        tell(plan, plan->now, "target-moved", moment_text(clock->target, "due", clock->due));
    if (clock->met != 0 && (before == NULL || before->met == 0))
        tell(plan, clock->met, "target-met", g_strdup(clock->target));
    if (clock->met == 0 && before != NULL && before->met != 0)
        tell(plan, plan->now, "target-owed-again", moment_text(clock->target, "due", clock->due));
}

static gboolean
is_same(const ClockRow *a, const ClockRow *b)
{
    return g_str_equal(a->policy, b->policy) && g_strcmp0(a->digest, b->digest) == 0 && a->started == b->started && a->due == b->due && a->warn == b->warn
           && a->paused == b->paused && a->warned == b->warned && a->met == b->met && a->breached == b->breached;
}

static const char *
policy_at(const Plan *plan, gint64 at)
{
    const ClockTurn *turns = (const ClockTurn *) (gpointer) plan->turns->data;
    const char *name = NULL;

    for (guint i = 0; i < plan->turns->len; i++)
        if (turns[i].policy != NULL && (name == NULL || turns[i].at <= at))
            name = turns[i].policy->name;
    return name;
}

static void
plan_round(Plan *plan, const ClockRound *round)
{
    const ClockRow *before = take_clock(plan, round);
    ClockRow *clock;

    /* What was met is over, whatever calendars say today. */
    if (before != NULL && before->met != 0 && before->met == round->met && before->started == round->started)
        return;
    clock = g_new0(ClockRow, 1);
    *clock = (ClockRow) { .id = before != NULL ? before->id : 0, .target = g_strdup(clock_kind_name(round->kind)),
                          .policy = g_strdup(policy_at(plan, round->met != 0 ? round->met : G_MAXINT64)), .started = round->started,
                          .due = round->due, .warn = round->warn, .paused = round->paused, .met = round->met,
                          .digest = g_strdup(targets_digest(plan->settings->targets)) };
    judge(plan, before, clock);
    if (before != NULL && is_same(before, clock)) {
        clock_row_free(clock);
        return;
    }
    tell_difference(plan, before, clock);
    g_ptr_array_add(plan->change->changed, clock);
}

static void
plan_clocks(Plan *plan)
{
    const ClockHistory history = {
        .items = (const ClockItem *) (gpointer) plan->items->data, .n_items = plan->items->len,
        .turns = (const ClockTurn *) (gpointer) plan->turns->data, .n_turns = plan->turns->len,
        .statuses = (const ClockStatus *) (gpointer) plan->statuses->data, .n_statuses = plan->statuses->len,
    };
    g_autoptr(GArray) rounds = plan->ticket->owes_nothing ? g_array_new(FALSE, FALSE, sizeof(ClockRound)) : clock_rounds(&history);

    for (guint i = 0; i < plan->ticket->clocks->len; i++)
        g_ptr_array_add(plan->unmatched, plan->ticket->clocks->pdata[i]);
    for (guint i = 0; i < rounds->len; i++)
        plan_round(plan, &g_array_index(rounds, ClockRound, i));
    for (guint i = 0; i < plan->unmatched->len; i++) {
        const ClockRow *clock = plan->unmatched->pdata[i];

        g_array_append_val(plan->change->ended, clock->id);
        if (clock->met == 0)
            tell(plan, plan->now, "target-ended", g_strdup(clock->target));
    }
}

ClockChange *
clocks_plan(const ClockTicket *ticket, const ClockSettings *settings, gint64 at, gint64 now)
{
    g_autoptr(GArray) turns = g_array_new(FALSE, FALSE, sizeof(ClockTurn)), statuses = g_array_new(FALSE, FALSE, sizeof(ClockStatus));
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(ClockItem));
    g_autoptr(GPtrArray) unmatched = g_ptr_array_new();
    Plan plan = { ticket, settings, at, now, clock_change_new(ticket->reference), turns, statuses, items, unmatched };

    read_history(&plan);
    plan_clocks(&plan);
    return plan.change;
}
