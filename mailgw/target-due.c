/*
 * target-due.c - target due: when responses are due to a ticket that comes in at some time, without a database
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli.h"
#include "target-commands.h"
#include "targets/civil.h"
#include "targets/targets.h"

/* Of the working time that is explained: ten weeks of five days with a break at noon. */
#define MAX_STRETCHES 100

typedef struct {
    char    *policy, *priority, *from;
    char   **pauses;
    gboolean explain;
} DueOptions;

/* ---- arguments ---------------------------------------------------------------------------------------------- */

static gint64
whole_second(gint64 time)
{
    return time / G_USEC_PER_SEC - (time % G_USEC_PER_SEC < 0 ? 1 : 0);
}

static gboolean
parse_moment(const char *text, gint64 *moment_out, GError **error)
{
    gint64 time;

    if (!clock_parse(text, &time, error))
        return FALSE;
    *moment_out = whole_second(time);
    if (*moment_out >= FIRST_MOMENT && *moment_out < END_MOMENT)
        return TRUE;
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "\"%s\" is out of reach: calendars go from %d to %d", text, FIRST_YEAR,
                END_YEAR - 1);
    return FALSE;
}

/* "FROM/TO"; without TO it lasts. */
static gboolean
parse_pause(const char *text, GArray *pauses, GError **error)
{
    g_auto(GStrv) ends = g_strsplit(text, "/", 2);
    Stretch pause = { 0, STILL_PAUSED };

    if (ends[0] == NULL || ends[1] == NULL) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "\"%s\" is no pause: expected FROM/TO", text);
        return FALSE;
    }
    if (!parse_moment(ends[0], &pause.from, error) || (*ends[1] != '\0' && !parse_moment(ends[1], &pause.to, error)))
        return FALSE;
    if (pause.to < pause.from) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "the pause \"%s\" ends before it begins", text);
        return FALSE;
    }
    g_array_append_val(pauses, pause);
    return TRUE;
}

static gboolean
parse_history(const DueOptions *options, PolicyTurn *turn, GArray *pauses, TargetHistory *history, GError **error)
{
    if (!parse_moment(options->from, &history->start, error))
        return FALSE;
    if (options->priority != NULL && !ticket_priority_parse(options->priority, &turn->priority)) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "there is no priority \"%s\": it is low, normal, high or urgent",
                    options->priority);
        return FALSE;
    }
    for (char **pause = options->pauses; pause != NULL && *pause != NULL; pause++)
        if (!parse_pause(*pause, pauses, error))
            return FALSE;
    stretches_join(pauses);
    history->turns = turn;
    history->n_turns = 1;
    history->pauses = (const Stretch *) (gpointer) pauses->data;
    history->n_pauses = pauses->len;
    return TRUE;
}

/* ---- printing ----------------------------------------------------------------------------------------------- */

static json_t *
moment_to_json(TargetState state, gint64 moment)
{
    return state == TARGET_DUE ? json_time(moment * G_USEC_PER_SEC) : json_null();
}

static json_t *
stretches_to_json(const TargetHistory *history, gint64 until)
{
    g_autoptr(GArray) stretches = target_stretches(history, until, MAX_STRETCHES);
    json_t *array = json_array();

    for (guint i = 0; i < stretches->len; i++) {
        const Stretch *stretch = &g_array_index(stretches, Stretch, i);
        json_t *object = json_object();

        json_object_set_new(object, "from", json_time(stretch->from * G_USEC_PER_SEC));
        json_object_set_new(object, "to", json_time(stretch->to * G_USEC_PER_SEC));
        json_object_set_new(object, "seconds", json_integer(stretch->to - stretch->from));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
clock_to_json(ClockKind kind, const TargetHistory *history, gboolean explain)
{
    TargetMoments moments = target_moments(kind, history);
    json_t *object;

    if (moments.state == TARGET_NOT_OWED)
        return json_null();
    object = json_object();
    json_object_set_new(object, "due", moment_to_json(moments.state, moments.due));
    json_object_set_new(object, "warn", moment_to_json(moments.warn_state, moments.warn));
    if (explain)
        json_object_set_new(object, "counted", moments.state == TARGET_DUE ? stretches_to_json(history, moments.due) : json_array());
    return object;
}

/* "Mon 2026-11-23 13:00:00 +02:00" */
static char *
local_text(const Zone *zone, gint64 moment)
{
    static const char *const weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    g_autofree char *text = clock_format_offset(moment * G_USEC_PER_SEC, (int) (zone_offset(zone, moment) / 60), FALSE);

    return g_strdup_printf("%s %.10s %.8s %s", weekdays[civil_weekday(civil_day_of(zone_local(zone, moment)))], text, text + 11, text + 19);
}

static char *
state_text(TargetState state, const Zone *zone, gint64 moment)
{
    switch (state) {
    case TARGET_DUE:
        return local_text(zone, moment);
    case TARGET_PAUSED:
        return g_strdup("not while it waits");
    case TARGET_BEYOND:
        return g_strdup("not before 2100");
    case TARGET_NOT_OWED:
    default:
        return g_strdup("-");
    }
}

/* The stretches that were counted, and how much was used at the end of each. */
static void
print_stretches(const TargetHistory *history, const Zone *zone, gint64 until)
{
    g_autoptr(GArray) stretches = target_stretches(history, until, MAX_STRETCHES);
    gint64 used = 0;

    for (guint i = 0; i < stretches->len; i++) {
        const Stretch *stretch = &g_array_index(stretches, Stretch, i);
        g_autofree char *from = local_text(zone, stretch->from), *to = local_text(zone, stretch->to);
        gint64 length = stretch->to - stretch->from;

        used += length;
        printf("    %s - %s  %3" G_GINT64_FORMAT ":%02d:%02d  %4" G_GINT64_FORMAT ":%02d:%02d\n", from, to, length / 3600,
               (int) (length / 60 % 60), (int) (length % 60), used / 3600, (int) (used / 60 % 60), (int) (used % 60));
    }
    if (stretches->len == MAX_STRETCHES)
        printf("    and so on, until all of it is used\n");
}

static void
print_clock(ClockKind kind, const TargetHistory *history, gboolean explain)
{
    const PolicyTerms *terms = &history->turns->policy->of_priority[history->turns->priority];
    const Zone *zone = calendar_zone(terms->calendar);
    TargetMoments moments = target_moments(kind, history);
    g_autofree char *due = state_text(moments.state, zone, moments.due), *warn = state_text(moments.warn_state, zone, moments.warn);

    printf("%-14s  due %-30s  warn %s\n", clock_kind_name(kind), due, warn);
    if (!explain || moments.state != TARGET_DUE)
        return;
    printf("    %" G_GINT64_FORMAT ":%02d:%02d of calendar %s (%s), a day of it is %" G_GINT64_FORMAT ":%02d:%02d\n",
           terms->seconds[kind] / 3600, (int) (terms->seconds[kind] / 60 % 60), (int) (terms->seconds[kind] % 60),
           calendar_name(terms->calendar), zone_name(zone), calendar_day(terms->calendar) / 3600,
           (int) (calendar_day(terms->calendar) / 60 % 60), (int) (calendar_day(terms->calendar) % 60));
    print_stretches(history, zone, moments.due);
}

static void
print_due(const Cli *cli, const TargetHistory *history, gboolean explain)
{
    g_autoptr(Json) object = json_object();

    for (ClockKind kind = 0; kind < N_CLOCKS; kind++) {
        if (cli->json)
            json_object_set_new(object, clock_kind_name(kind), clock_to_json(kind, history, explain));
        else
            print_clock(kind, history, explain);
    }
    if (cli->json)
        json_print(object, stdout);
}

/* ---- the command -------------------------------------------------------------------------------------------- */

static int
no_policy(const Config *config, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *nearest;

    for (guint i = 0; i < config->targets->len; i++)
        g_ptr_array_add(names, ((const TargetConfig *) config->targets->pdata[i])->name);
    g_ptr_array_add(names, NULL);
    nearest = text_nearest(name, (const char *const *) names->pdata);
    if (nearest != NULL)
        return fail_text("there is no [target %s] in %s; did you mean \"%s\"?", name, config->path, nearest);
    return fail_text("there is no [target %s] in %s", name, config->path);
}

static int
due(const Cli *cli, const DueOptions *options)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Targets) targets = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) pauses = g_array_new(FALSE, FALSE, sizeof(Stretch));
    PolicyTurn turn = { 0, NULL, PRIORITY_NORMAL };
    TargetHistory history = { 0 };

    if (options->policy == NULL || options->from == NULL)
        return usage_text("mailgw target due", "--policy NAME and --from TIME are needed");
    if (!parse_history(options, &turn, pauses, &history, &error))
        return usage_text("mailgw target due", "%s", error->message);
    config = cli_config(cli);
    if (config == NULL)
        return EXIT_FAILED;
    if (!cli_targets(config, &targets, &error))
        return fail(g_steal_pointer(&error));
    turn.policy = targets_policy(targets, options->policy);
    if (turn.policy == NULL)
        return no_policy(config, options->policy);
    print_due(cli, &history, options->explain);
    return EXIT_DONE;
}

int
cmd_target_due(Cli *cli, int argc, char **argv)
{
    static const Command self = { "due", NULL, "when responses are due to a ticket that comes in at some time", cmd_target_due, NULL };
    DueOptions options = { 0 };
    const GOptionEntry entries[] = {
        { "policy", 0, 0, G_OPTION_ARG_STRING, &options.policy, "a [target NAME] of the configuration", "NAME" },
        { "priority", 0, 0, G_OPTION_ARG_STRING, &options.priority, "low, normal (the default), high or urgent", "PRIORITY" },
        { "from", 0, 0, G_OPTION_ARG_STRING, &options.from, "when the clocks start: 2026-11-22T10:00:00+02:00", "TIME" },
        { "pause", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.pauses, "the ticket waits for the customer meanwhile; may be repeated",
          "FROM/TO" },
        { "explain", 0, 0, G_OPTION_ARG_NONE, &options.explain, "tell the working time that was counted", NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    int status = command_options("mailgw target", &self, cli, entries, &argc, &argv, 0, 0);

    if (status < 0)
        status = due(cli, &options);
    g_free(options.policy);
    g_free(options.priority);
    g_free(options.from);
    g_strfreev(options.pauses);
    return status;
}
