/*
 * targets - how many due times are reckoned in a second: for a week of working time, and for two years of it
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "config/config.h"
#include "targets/targets.h"

#define ROUNDS 4000000

static const char configuration[] =
    "[calendar office]\ntimezone = Europe/Athens\nhours = Mon-Fri 09:00-13:00 14:00-18:00; Sat 10:00-14:00\n";

/* Spread over 16 years; the same ones each time. */
static guint64
next_random(guint64 *state)
{
    *state = *state * G_GUINT64_CONSTANT(6364136223846793005) + G_GUINT64_CONSTANT(1442695040888963407);
    return *state >> 33;
}

static double
due_per_second(const Calendar *calendar, gint64 working_seconds)
{
    guint64 state = 1;
    gint64 begin = clock_monotonic(), sum = 0, due = 0;

    for (int i = 0; i < ROUNDS; i++) {
        gint64 from = 1577836800 + (gint64) (next_random(&state) % (16 * 365 * 86400));

        calendar_after(calendar, from, working_seconds, &due);
        sum += due;
    }
    g_assert_cmpint(sum, !=, 0);
    return ROUNDS / ((double) (clock_monotonic() - begin) / G_USEC_PER_SEC);
}

int
main(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = config_parse(configuration, strlen(configuration), "bench.conf", "/", &error);
    gint64 begin = clock_monotonic();
    g_autoptr(Targets) targets = config != NULL ? targets_load("bench.conf", "/", config->calendars, config->targets, &error) : NULL;
    const Calendar *calendar;
    double week, years;

    if (targets == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    calendar = targets_calendar(targets, "office");
    printf("a calendar is made in %.1f ms\n", (double) (clock_monotonic() - begin) / 1000);
    week = due_per_second(calendar, 44 * 3600);
    years = due_per_second(calendar, 2 * 52 * 44 * 3600);
    printf("a week of working time:      %12.0f due times a second (aim: 1,000,000)\n", week);
    printf("two years of working time:   %12.0f due times a second, %.2f times slower (aim: less than 3)\n", years, week / years);
    return week >= 1e6 && week / years < 3 ? 0 : 1;
}
