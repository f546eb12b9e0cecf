/*
 * test-targets-policy.c - when a response is due, by what is owed and what happened
 */
#include <string.h>

#include "config/config.h"
#include "tap.h"
#include "targets/targets.h"

/* Hours of a day that is always open, and of one that is open from 08:00 to 16:00 UTC. Times are hours after a midnight. */
static const char configuration[] =
    "[calendar always]\nalways = yes\n"
    "[calendar day]\nhours = Mon-Sun 08:00-16:00\n"
    "[target slow]\ncalendar = day\nfirst-response = 4h\nnext-response = 1d\nwarn-at = 75%\n"
    "urgent.first-response = 1h\nurgent.calendar = always\nhigh.warn-at = 50%\nhigh.first-response = 2h\n"
    "[target quick]\ncalendar = always\nfirst-response = 3h\nresolution = 2d\n";

#define MIDNIGHT G_GINT64_CONSTANT(1795392000)     /* 2026-11-23 */
#define NEVER    -1.0
#define WAITS    -2.0

typedef struct {
    double      at;
    const char *policy;
    TicketPriority priority;
} Turn;

static const struct {
    const char *reason;
    ClockKind   kind;
    double      start;
    Turn        turns[4];          /* ends with a NULL policy */
    double      pauses[4][2];      /* ends with 0, 0; an end of 0 lasts */
    double      due, warn;
} cases[] = {
    { "counted in the calendar", CLOCK_FIRST_RESPONSE, 6, { { 0, "slow", PRIORITY_NORMAL } }, { { 0 } }, 12, 11 },
    { "a working day of the calendar is 1d", CLOCK_NEXT_RESPONSE, 8, { { 0, "slow", PRIORITY_NORMAL } }, { { 0 } }, 16, 14 },
    { "a line of the priority is in force", CLOCK_FIRST_RESPONSE, 8, { { 0, "slow", PRIORITY_HIGH } }, { { 0 } }, 10, 9 },
    { "so is its calendar", CLOCK_FIRST_RESPONSE, 2, { { 0, "slow", PRIORITY_URGENT } }, { { 0 } }, 3, 2.75 },
    { "and a day of it", CLOCK_NEXT_RESPONSE, 2, { { 0, "slow", PRIORITY_URGENT } }, { { 0 } }, 26, 20 },
    { "what is not owed", CLOCK_RESOLUTION, 8, { { 0, "slow", PRIORITY_NORMAL } }, { { 0 } }, NEVER, NEVER },
    { "without warn-at there is no warning", CLOCK_FIRST_RESPONSE, 8, { { 0, "quick", PRIORITY_NORMAL } }, { { 0 } }, 11, NEVER },
    { "a pause moves it", CLOCK_FIRST_RESPONSE, 8, { { 0, "slow", PRIORITY_NORMAL } }, { { 9, 10 } }, 13, 12 },
    { "a pause while it is closed does not", CLOCK_FIRST_RESPONSE, 8, { { 0, "slow", PRIORITY_NORMAL } }, { { 17, 20 } }, 12, 11 },
    { "a pause that lasts", CLOCK_FIRST_RESPONSE, 8, { { 0, "slow", PRIORITY_NORMAL } }, { { 11.5, 0 } }, WAITS, 11 },
    { "used up when a pause begins", CLOCK_FIRST_RESPONSE, 8, { { 0, "slow", PRIORITY_NORMAL } }, { { 12, 0 } }, 12, 11 },
    { "two pauses", CLOCK_FIRST_RESPONSE, 8, { { 0, "slow", PRIORITY_NORMAL } }, { { 9, 10 }, { 10.5, 11 } }, 13.5, 12.5 },
    { "a pause before it starts", CLOCK_FIRST_RESPONSE, 8, { { 0, "slow", PRIORITY_NORMAL } }, { { 2, 9 } }, 13, 12 },
    { "a change takes along what was used", CLOCK_FIRST_RESPONSE, 8,
      { { 0, "slow", PRIORITY_NORMAL }, { 9, "quick", PRIORITY_NORMAL } }, { { 0 } }, 11, NEVER },
    { "counted by the calendar of its time", CLOCK_FIRST_RESPONSE, 14,
      { { 0, "slow", PRIORITY_NORMAL }, { 20, "quick", PRIORITY_NORMAL } }, { { 0 } }, 21, NEVER },
    { "a change of priority is one of terms", CLOCK_FIRST_RESPONSE, 14,
      { { 0, "slow", PRIORITY_NORMAL }, { 15, "slow", PRIORITY_HIGH } }, { { 0 } }, 16, 15 },
    { "all of it was used before the change", CLOCK_FIRST_RESPONSE, 8,
      { { 0, "slow", PRIORITY_NORMAL }, { 11, "slow", PRIORITY_URGENT } }, { { 0 } }, 9, 8.75 },
    { "a change to what owes nothing and back", CLOCK_RESOLUTION, 0,
      { { 0, "quick", PRIORITY_NORMAL }, { 8, "slow", PRIORITY_NORMAL }, { 16, "quick", PRIORITY_NORMAL } }, { { 0 } }, 48, NEVER },
    { "a change before it starts", CLOCK_FIRST_RESPONSE, 8,
      { { 0, "slow", PRIORITY_NORMAL }, { 4, "quick", PRIORITY_NORMAL } }, { { 0 } }, 11, NEVER },
    { "a change in a pause", CLOCK_FIRST_RESPONSE, 8,
      { { 0, "slow", PRIORITY_NORMAL }, { 10, "quick", PRIORITY_NORMAL } }, { { 9, 20 } }, 22, NEVER },
};

static gint64
moment(double hours)
{
    return MIDNIGHT + (gint64) (hours * 3600);
}

static void
assert_moment(const char *reason, double expected, TargetState state, gint64 found)
{
    TargetState wanted = expected == NEVER ? TARGET_NOT_OWED : expected == WAITS ? TARGET_PAUSED : TARGET_DUE;

    if (state != wanted)
        g_error("%s: state %d, not %d", reason, (int) state, (int) wanted);
    if (wanted == TARGET_DUE && found != moment(expected))
        g_error("%s: %" G_GINT64_FORMAT " seconds off", reason, found - moment(expected));
}

static void
test_cases(gconstpointer data)
{
    const Targets *targets = data;

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        PolicyTurn turns[G_N_ELEMENTS(cases[i].turns)];
        g_autoptr(GArray) pauses = g_array_new(FALSE, FALSE, sizeof(Stretch));
        TargetHistory history = { .start = moment(cases[i].start), .turns = turns };
        TargetMoments moments;

        for (; history.n_turns < G_N_ELEMENTS(turns) && cases[i].turns[history.n_turns].policy != NULL; history.n_turns++) {
            const Turn *turn = &cases[i].turns[history.n_turns];

            turns[history.n_turns] = (PolicyTurn) { moment(turn->at), targets_policy(targets, turn->policy), turn->priority };
        }
        for (gsize pause = 0; pause < G_N_ELEMENTS(cases[i].pauses) && cases[i].pauses[pause][0] > 0; pause++) {
            double end = cases[i].pauses[pause][1];
            Stretch stretch = { moment(cases[i].pauses[pause][0]), end > 0 ? moment(end) : STILL_PAUSED };

            g_array_append_val(pauses, stretch);
        }
        history.pauses = (const Stretch *) (gpointer) pauses->data;
        history.n_pauses = pauses->len;
        moments = target_moments(cases[i].kind, &history);
        assert_moment(cases[i].reason, cases[i].due, moments.state, moments.due);
        assert_moment(cases[i].reason, cases[i].warn, moments.warn_state, moments.warn);
        if (moments.state == TARGET_DUE && history.n_turns == 1) {
            const PolicyTerms *terms = &turns[0].policy->of_priority[turns[0].priority];

            g_assert_cmpint(target_used(&history, moments.due), ==, terms->seconds[cases[i].kind]);
        }
    }
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = NULL;
    g_autoptr(Targets) targets = NULL;

    tap_init(&argc, &argv);
    config = config_parse(configuration, strlen(configuration), "test.conf", "/", &error);
    g_assert_no_error(error);
    targets = targets_load("test.conf", "/", config->calendars, config->targets, &error);
    g_assert_no_error(error);
    g_test_add_data_func("/targets/policy/due", targets, test_cases);
    return g_test_run();
}
