/*
 * ask - questions to lib/targets, one a line, for a counter that is written separately: ask CONFIGURATION <questions >answers
 *
 *   zone NAME MOMENT                             offset
 *   moment NAME LOCAL                            moment
 *   working CALENDAR FROM TO                     seconds
 *   after CALENDAR FROM SECONDS                  moment, or -
 *   open CALENDAR MOMENT                         the stretch it is in or before: "FROM TO", or -
 *   day CALENDAR                                 seconds of a working day
 *   due CLOCK START POLICY,PRIORITY[,AT,POLICY,PRIORITY]... [FROM/TO]...     "DUE WARN", each a moment, "-" (not owed), "paused" or "beyond"
 *
 * Moments are seconds since 1970.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "targets/targets.h"

static gint64
number(const char *text)
{
    char *end;
    gint64 value = g_ascii_strtoll(text, &end, 10);

    if (*end != '\0' || end == text)
        g_error("no number: \"%s\"", text);
    return value;
}

static const Zone *
zone_of(const char *name)
{
    static GHashTable *zones;
    Zone *zone;

    if (zones == NULL)
        zones = g_hash_table_new(g_str_hash, g_str_equal);
    zone = g_hash_table_lookup(zones, name);
    if (zone == NULL) {
        zone = zone_load(name, NULL);
        if (zone == NULL)
            g_error("no zone: %s", name);
        g_hash_table_insert(zones, g_strdup(name), zone);
    }
    return zone;
}

static const Calendar *
calendar_of(const Targets *targets, const char *name)
{
    const Calendar *calendar = targets_calendar(targets, name);

    if (calendar == NULL)
        g_error("no calendar: %s", name);
    return calendar;
}

/* ---- due ---------------------------------------------------------------------------------------------------- */

static ClockKind
clock_of(const char *name)
{
    for (ClockKind kind = 0; kind < N_CLOCKS; kind++)
        if (strcmp(clock_kind_name(kind), name) == 0)
            return kind;
    g_error("no clock: %s", name);
}

static void
read_turns(const Targets *targets, const char *text, GArray *turns)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);

    for (gsize i = 0; words[i] != NULL; i += i == 0 ? 2 : 3) {
        gsize at = i == 0 ? 0 : i + 1;
        PolicyTurn turn = { i == 0 ? G_MININT64 : number(words[i]), targets_policy(targets, words[at]), PRIORITY_NORMAL };

        if (turn.policy == NULL || !ticket_priority_parse(words[at + 1], &turn.priority))
            g_error("no policy and priority: %s", text);
        g_array_append_val(turns, turn);
    }
}

static void
print_moment(TargetState state, gint64 moment)
{
    static const char *const names[] = { [TARGET_NOT_OWED] = "-", [TARGET_PAUSED] = "paused", [TARGET_BEYOND] = "beyond" };

    if (state == TARGET_DUE)
        printf("%" G_GINT64_FORMAT, moment);
    else
        fputs(names[state], stdout);
}

static void
answer_due(const Targets *targets, char **words)
{
    g_autoptr(GArray) turns = g_array_new(FALSE, FALSE, sizeof(PolicyTurn)), pauses = g_array_new(FALSE, FALSE, sizeof(Stretch));
    TargetHistory history = { .start = number(words[2]) };
    TargetMoments moments;

    read_turns(targets, words[3], turns);
    for (char **word = words + 4; *word != NULL; word++) {
        g_auto(GStrv) ends = g_strsplit(*word, "/", 2);
        Stretch pause = { number(ends[0]), *ends[1] == '\0' ? STILL_PAUSED : number(ends[1]) };

        g_array_append_val(pauses, pause);
    }
    stretches_join(pauses);
    history.turns = (const PolicyTurn *) (gpointer) turns->data;
    history.n_turns = turns->len;
    history.pauses = (const Stretch *) (gpointer) pauses->data;
    history.n_pauses = pauses->len;
    moments = target_moments(clock_of(words[1]), &history);
    print_moment(moments.state, moments.due);
    putchar(' ');
    print_moment(moments.warn_state, moments.warn);
}

/* ---- all ---------------------------------------------------------------------------------------------------- */

static void
answer(const Targets *targets, char **words)
{
    guint n = g_strv_length(words);
    gint64 first, second;

    if (strcmp(words[0], "due") == 0 && n >= 4) {
        answer_due(targets, words);
    } else if (strcmp(words[0], "zone") == 0 && n == 3) {
        printf("%" G_GINT64_FORMAT, zone_offset(zone_of(words[1]), number(words[2])));
    } else if (strcmp(words[0], "moment") == 0 && n == 3) {
        printf("%" G_GINT64_FORMAT, zone_moment(zone_of(words[1]), number(words[2])));
    } else if (strcmp(words[0], "working") == 0 && n == 4) {
        printf("%" G_GINT64_FORMAT, calendar_working(calendar_of(targets, words[1]), number(words[2]), number(words[3])));
    } else if (strcmp(words[0], "after") == 0 && n == 4) {
        gboolean reached = calendar_after(calendar_of(targets, words[1]), number(words[2]), number(words[3]), &first);

        print_moment(reached ? TARGET_DUE : TARGET_NOT_OWED, first);
    } else if (strcmp(words[0], "open") == 0 && n == 3) {
        if (calendar_next(calendar_of(targets, words[1]), number(words[2]), &first, &second))
            printf("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, first, second);
        else
            putchar('-');
    } else if (strcmp(words[0], "day") == 0 && n == 2) {
        printf("%" G_GINT64_FORMAT, calendar_day(calendar_of(targets, words[1])));
    } else {
        g_error("no question: %s", words[0]);
    }
    putchar('\n');
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = argc == 2 ? config_load(argv[1], &error) : NULL;
    g_autoptr(Targets) targets = NULL;
    char *line = NULL;
    size_t size = 0;

    if (argc != 2)
        g_error("usage: ask CONFIGURATION");
    if (config != NULL)
        targets = targets_load(argv[1], config->directory, config->calendars, config->targets, &error);
    if (targets == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    while (getline(&line, &size, stdin) > 0) {
        g_auto(GStrv) words = g_strsplit(g_strchomp(line), " ", -1);

        answer(targets, words);
    }
    free(line);
    return 0;
}
