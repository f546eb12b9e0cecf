/*
 * when the database's clock was set, and how long what is due waits then
 */
#include "gateway/clock-role.h"
#include "tap.h"

#define MINUTES(n) ((gint64) (n) * 60 * G_USEC_PER_SEC)
#define START      ((gint64) 1763800000 * G_USEC_PER_SEC)
#define LOOKS      5

static const struct {
    const char     *name;
    struct { gint64 wall, monotonic; ClockWatchState state; } looks[LOOKS];   /* since the first one, which nothing is known before */
    gsize           n;
} cases[] = {
    { "both-go-on/runs", { { MINUTES(1), MINUTES(1), CLOCK_RUNS }, { MINUTES(90), MINUTES(90), CLOCK_RUNS } }, 2 },
    { "five-minutes/is-drift", { { MINUTES(6), MINUTES(1), CLOCK_RUNS }, { MINUTES(2), MINUTES(2), CLOCK_RUNS } }, 2 },
    { "a-day-forward/waits-then-runs", { { MINUTES(1441), MINUTES(1), CLOCK_JUMPED }, { MINUTES(1442), MINUTES(2), CLOCK_HELD },
                                         { MINUTES(1445), MINUTES(5), CLOCK_HELD }, { MINUTES(1446), MINUTES(6), CLOCK_RUNS } }, 4 },
    { "a-day-back/waits-too", { { MINUTES(-1439), MINUTES(1), CLOCK_JUMPED }, { MINUTES(-1438), MINUTES(2), CLOCK_HELD } }, 2 },
    { "there-and-back/said-twice", { { MINUTES(1441), MINUTES(1), CLOCK_JUMPED }, { MINUTES(2), MINUTES(2), CLOCK_JUMPED },
                                     { MINUTES(6), MINUTES(6), CLOCK_HELD }, { MINUTES(7), MINUTES(7), CLOCK_RUNS } }, 4 },
};

static void
test_case(gconstpointer data)
{
    gsize number = GPOINTER_TO_SIZE(data);
    ClockWatch watch = { 0 };
    gint64 jump;

    g_assert_cmpint(clock_watch(&watch, START, MINUTES(1000), &jump), ==, CLOCK_RUNS);
    for (gsize i = 0; i < cases[number].n; i++)
        g_assert_cmpint(clock_watch(&watch, START + cases[number].looks[i].wall, MINUTES(1000) + cases[number].looks[i].monotonic, &jump), ==,
                        cases[number].looks[i].state);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/gateway/clock-watch/", cases[i].name, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_case);
    }
    return g_test_run();
}
