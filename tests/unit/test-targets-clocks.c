/*
 * what is owed, when, and what meets it: every order that mails, replies and changes may come in
 */
#include <glib.h>

#include "tap.h"
#include "targets/clocks.h"

#define T(seconds)   ((gint64) (seconds) * G_USEC_PER_SEC)
#define Q(seconds)   { T(seconds), FALSE }
#define R(seconds)   { T(seconds), TRUE }
#define MOST         8

static Calendar *always;

static Policy *
policy_of(gint64 first, gint64 next, gint64 resolution)
{
    Policy *policy = g_new0(Policy, 1);

    for (TicketPriority i = 0; i < TARGET_PRIORITIES; i++)
        policy->of_priority[i] = (PolicyTerms) { always, { first, next, resolution }, 50 };
    return policy;
}

typedef struct {
    const char *name;
    ClockItem   items[MOST];
    gsize       n_items;
    ClockStatus statuses[MOST];
    gsize       n_statuses;
    ClockRound  rounds[MOST];      /* without warnings; times in microseconds */
    gsize       n_rounds;
} Case;

#define FIRST(start, due, paused, met)  { CLOCK_FIRST_RESPONSE, T(start), T(due), 0, T(paused), T(met) }
#define NEXT(start, due, paused, met)   { CLOCK_NEXT_RESPONSE, T(start), T(due), 0, T(paused), T(met) }
#define DONE(start, due, paused, met)   { CLOCK_RESOLUTION, T(start), T(due), 0, T(paused), T(met) }

/* A first response within 100 seconds, a next one within 200, a resolution within 1000. */
static const Case cases[] = {
    { "nothing-came/nothing-is-owed", { { 0 } }, 0, { { 0 } }, 0, { { 0 } }, 0 },
    { "a-mail/first-response-and-resolution", { Q(1000) }, 1, { { 0 } }, 0, { FIRST(1000, 1100, 0, 0), DONE(1000, 2000, 0, 0) }, 2 },
    { "a-second-mail/restarts-nothing", { Q(1000), Q(1050) }, 2, { { 0 } }, 0, { FIRST(1000, 1100, 0, 0), DONE(1000, 2000, 0, 0) }, 2 },
    { "a-reply/meets-it-when-written", { Q(1000), R(1060) }, 2, { { 0 } }, 0, { FIRST(1000, 1100, 0, 1060), DONE(1000, 2000, 0, 0) }, 2 },
    { "a-reply/late-meets-it-too", { Q(1000), R(1500) }, 2, { { 0 } }, 0, { FIRST(1000, 1100, 0, 1500), DONE(1000, 2000, 0, 0) }, 2 },
    { "a-second-reply/meets-nothing-more", { Q(1000), R(1060), R(1070) }, 3, { { 0 } }, 0,
      { FIRST(1000, 1100, 0, 1060), DONE(1000, 2000, 0, 0) }, 2 },
    { "a-question-after-the-reply/next-response", { Q(1000), R(1060), Q(1100) }, 3, { { 0 } }, 0,
      { FIRST(1000, 1100, 0, 1060), DONE(1000, 2000, 0, 0), NEXT(1100, 1300, 0, 0) }, 3 },
    { "two-questions-after-the-reply/one-next-response", { Q(1000), R(1060), Q(1100), Q(1200), R(1250), Q(1300) }, 6, { { 0 } }, 0,
      { FIRST(1000, 1100, 0, 1060), DONE(1000, 2000, 0, 0), NEXT(1100, 1300, 0, 1250), NEXT(1300, 1500, 0, 0) }, 4 },
    { "the-desk-wrote-first/no-first-response", { R(900), Q(1000) }, 2, { { 0 } }, 0,
      { NEXT(1000, 1200, 0, 0), DONE(1000, 2000, 0, 0) }, 2 },
    { "pending/nothing-is-due", { Q(1000) }, 1, { { T(1050), TICKET_PENDING } }, 1,
      { FIRST(1000, 0, 1050, 0), DONE(1000, 0, 1050, 0) }, 2 },
    { "pending-after-it-was-due/stays-due", { Q(1000) }, 1, { { T(1200), TICKET_PENDING } }, 1,
      { FIRST(1000, 1100, 1200, 0), DONE(1000, 0, 1200, 0) }, 2 },
    { "pending-and-back/later-by-the-pause", { Q(1000) }, 1, { { T(1050), TICKET_PENDING }, { T(1350), TICKET_OPEN } }, 2,
      { FIRST(1000, 1400, 0, 0), DONE(1000, 2300, 0, 0) }, 2 },
    { "pending-and-back-at-once/no-pause", { Q(1000) }, 1, { { T(1050), TICKET_PENDING }, { T(1050), TICKET_OPEN } }, 2,
      { FIRST(1000, 1100, 0, 0), DONE(1000, 2000, 0, 0) }, 2 },
    { "pending-before-it-began/counts-from-the-end", { Q(1000) }, 1, { { T(900), TICKET_PENDING }, { T(1010), TICKET_OPEN } }, 2,
      { FIRST(1000, 1110, 0, 0), DONE(1000, 2010, 0, 0) }, 2 },
    { "resolved/resolution-is-met", { Q(1000) }, 1, { { T(1300), TICKET_RESOLVED } }, 1,
      { FIRST(1000, 1100, 1300, 0), DONE(1000, 2000, 0, 1300) }, 2 },
    { "resolved-then-closed/met-by-the-first", { Q(1000) }, 1, { { T(1300), TICKET_RESOLVED }, { T(1900), TICKET_CLOSED } }, 2,
      { FIRST(1000, 1100, 1300, 0), DONE(1000, 2000, 0, 1300) }, 2 },
    { "reopened/resolution-is-owed-again", { Q(1000) }, 1, { { T(1300), TICKET_CLOSED }, { T(1800), TICKET_OPEN } }, 2,
      { FIRST(1000, 1100, 0, 0), DONE(1000, 2500, 0, 0) }, 2 },
    { "a-pause-after-the-reply/moves-nothing-that-was-met", { Q(1000), R(1060) }, 2, { { T(1070), TICKET_PENDING } }, 1,
      { FIRST(1000, 1100, 0, 1060), DONE(1000, 0, 1070, 0) }, 2 },
    { "closed-before-anything-came/met-at-once", { Q(1000) }, 1, { { T(900), TICKET_CLOSED } }, 1,
      { FIRST(1000, 0, 900, 0), DONE(1000, 0, 0, 1000) }, 2 },
};

static void
assert_rounds(const GArray *rounds, const ClockRound *expected, gsize n)
{
    g_assert_cmpuint(rounds->len, ==, n);
    for (guint i = 0; i < n; i++) {
        const ClockRound *round = &g_array_index(rounds, ClockRound, i);

        g_assert_cmpint(round->kind, ==, expected[i].kind);
        g_assert_cmpint(round->started, ==, expected[i].started);
        g_assert_cmpint(round->due, ==, expected[i].due);
        g_assert_cmpint(round->paused, ==, expected[i].paused);
        g_assert_cmpint(round->met, ==, expected[i].met);
    }
}

static void
test_case(gconstpointer data)
{
    const Case *one = data;
    g_autofree Policy *policy = policy_of(100, 200, 1000);
    ClockTurn turn = { 0, policy, PRIORITY_NORMAL };
    ClockHistory history = { one->items, one->n_items, &turn, 1, one->statuses, one->n_statuses };
    g_autoptr(GArray) rounds = clock_rounds(&history);

    assert_rounds(rounds, one->rounds, one->n_rounds);
}

/* ---- terms ---------------------------------------------------------------------------------------------------- */

static void
test_change_carries_over(void)
{
    g_autofree Policy *slow = policy_of(1000, 0, 0), *quick = policy_of(100, 0, 0);
    const ClockItem items[] = { Q(1000) };
    const ClockTurn turns[] = { { T(1000), slow, PRIORITY_NORMAL }, { T(1060), quick, PRIORITY_NORMAL } };
    ClockHistory history = { items, 1, turns, 2, NULL, 0 };
    const ClockRound expected = FIRST(1000, 1100, 0, 0);
    g_autoptr(GArray) rounds = clock_rounds(&history);

    assert_rounds(rounds, &expected, 1);
}

static void
test_later_terms_leave_what_was_met(void)
{
    g_autofree Policy *slow = policy_of(1000, 0, 0), *quick = policy_of(10, 0, 0);
    const ClockItem items[] = { Q(1000), R(1050) };
    const ClockTurn turns[] = { { T(1000), slow, PRIORITY_NORMAL }, { T(1060), quick, PRIORITY_NORMAL } };
    ClockHistory history = { items, 2, turns, 2, NULL, 0 };
    const ClockRound expected = FIRST(1000, 2000, 0, 1050);
    g_autoptr(GArray) rounds = clock_rounds(&history);

    assert_rounds(rounds, &expected, 1);
}

static void
test_no_policy_owes_nothing(void)
{
    g_autofree Policy *policy = policy_of(100, 0, 0);
    const ClockItem items[] = { Q(1000) };
    const ClockTurn turns[] = { { T(1000), policy, PRIORITY_NORMAL }, { T(1060), NULL, PRIORITY_NORMAL } };
    ClockHistory history = { items, 1, turns, 2, NULL, 0 };
    g_autoptr(GArray) rounds = clock_rounds(&history);

    g_assert_cmpuint(rounds->len, ==, 0);
}

static void
test_policy_that_comes_later_counts_from_the_beginning(void)
{
    g_autofree Policy *policy = policy_of(100, 0, 0);
    const ClockItem items[] = { Q(1000) };
    const ClockTurn turns[] = { { T(1000), NULL, PRIORITY_NORMAL }, { T(1060), policy, PRIORITY_NORMAL } };
    ClockHistory history = { items, 1, turns, 2, NULL, 0 };
    const ClockRound expected = FIRST(1000, 1100, 0, 0);
    g_autoptr(GArray) rounds = clock_rounds(&history);

    assert_rounds(rounds, &expected, 1);
}

static void
test_warning_is_a_share(void)
{
    g_autofree Policy *policy = policy_of(100, 0, 0);
    const ClockItem items[] = { Q(1000) };
    const ClockTurn turn = { 0, policy, PRIORITY_NORMAL };
    ClockHistory history = { items, 1, &turn, 1, NULL, 0 };
    g_autoptr(GArray) rounds = clock_rounds(&history);

    g_assert_cmpint(g_array_index(rounds, ClockRound, 0).warn, ==, T(1050));
}

int
main(int argc, char **argv)
{
    CalendarConfig config = { .name = (char *) "always", .always = TRUE };
    g_autoptr(GError) error = NULL;
    Zone *zone = zone_load("UTC", &error);

    tap_init(&argc, &argv);
    g_assert_no_error(error);
    always = calendar_new(&config, zone, NULL, NULL, &error);
    g_assert_no_error(error);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/targets/clocks/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/targets/clocks/terms/a-change-carries-over-what-was-used", test_change_carries_over);
    g_test_add_func("/targets/clocks/terms/a-change-leaves-what-was-met", test_later_terms_leave_what_was_met);
    g_test_add_func("/targets/clocks/terms/no-policy-owes-nothing", test_no_policy_owes_nothing);
    g_test_add_func("/targets/clocks/terms/a-policy-that-comes-later-counts-from-the-beginning", test_policy_that_comes_later_counts_from_the_beginning);
    g_test_add_func("/targets/clocks/terms/the-warning-is-a-share", test_warning_is_a_share);
    return g_test_run();
}
