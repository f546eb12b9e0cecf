/*
 * rules-replay.c - rules replay: decide stored mail again with changed rules, and tell what would be different
 *
 * Differences are no failure: the exit status is that of the replay.
 */
#include "rules-replay.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "gateway/replay.h"
#include "replay-report.h"

#define DEFAULT_SINCE   "30d"
#define PROGRESS_EVERY  (200 * 1000)
#define MAX_JOBS        64

typedef struct {
    char    *since, *queue;
    int      jobs;
    gboolean all;
} ReplayOptions;

typedef struct {
    const Cli    *cli;
    ReplayReport *report;
    gint64        listed;          /* differences printed so far (--json) */
    gint64        shown_at;        /* progress: monotonic                 */
    gboolean      shows_progress;
} Telling;

/* ---- while it runs ------------------------------------------------------------------------------------------ */

/* One object is printed bit by bit: history may be long. */
static void
tell_difference(gpointer data, const json_t *mail)
{
    Telling *telling = data;

    replay_report_add(telling->report, mail);
    if (telling->cli->json) {
        g_autofree char *text = json_format(mail, FALSE);

        printf("%s\n%s", telling->listed++ > 0 ? "," : "", text);
    }
}

static void
tell_progress(gpointer data, gint64 done, gint64 all, gint64 different)
{
    Telling *telling = data;
    gint64 now = clock_monotonic();

    if (now - telling->shown_at < PROGRESS_EVERY && done < all)
        return;
    telling->shown_at = now;
    fprintf(stderr, "\r%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " mails, %" G_GINT64_FORMAT " would be different ", done, all, different);
}

static void
clear_progress(const Telling *telling)
{
    if (telling->shows_progress)
        fputs("\r\033[K", stderr);
}

/* ---- the sums ----------------------------------------------------------------------------------------------- */

static int
by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static json_t *
fates_to_json(const ReplayTotals *totals)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    json_t *list = json_array();
    GHashTableIter each;
    gpointer name;

    g_hash_table_iter_init(&each, totals->fates);
    while (g_hash_table_iter_next(&each, &name, NULL))
        g_ptr_array_add(names, name);
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++) {
        const ReplayFate *fate = g_hash_table_lookup(totals->fates, names->pdata[i]);
        json_t *row = json_object();

        json_object_set_new(row, "becomes", json_text(names->pdata[i]));
        json_object_set_new(row, "was", json_integer(fate->was));
        json_object_set_new(row, "would", json_integer(fate->would));
        json_array_append_new(list, row);
    }
    return list;
}

static json_t *
digests_to_json(const HistoryCount *count)
{
    json_t *object = json_object();
    GHashTableIter each;
    gpointer digest, mails;

    g_hash_table_iter_init(&each, count->digests);
    while (g_hash_table_iter_next(&each, &digest, &mails))
        json_object_set_new(object, digest, json_integer(*(const gint64 *) mails));
    return object;
}

static json_t *
totals_to_json(const ReplayTotals *totals)
{
    json_t *object = json_object();

    json_object_set_new(object, "mails", json_integer(totals->count.mails));
    json_object_set_new(object, "same", json_integer(totals->same));
    json_object_set_new(object, "different", json_integer(totals->different));
    json_object_set_new(object, "failed", json_integer(totals->failed));
    json_object_set_new(object, "unreadable", json_integer(totals->unreadable));
    json_object_set_new(object, "not_asked", json_integer(totals->count.unasked));
    json_object_set_new(object, "not_kept", json_integer(totals->count.gone));
    json_object_set_new(object, "not_decided", json_integer(totals->count.undecided));
    json_object_set_new(object, "in_order", json_integer(totals->ordered));
    json_object_set_new(object, "assumed", json_integer(totals->assumed));
    return object;
}

static void
print_member(const char *key, json_t *value)
{
    g_autofree char *text = json_format(value, FALSE);

    printf(",\n\"%s\": %s", key, text);
    json_decref(value);
}

static void
end_json(const ReplayReport *report, const ReplayTotals *totals, const Rules *rules, gint64 since)
{
    printf("\n]");
    print_member("rules_digest", json_text(rules->digest));
    print_member("since", json_time(since));
    print_member("totals", totals_to_json(totals));
    print_member("becomes", fates_to_json(totals));
    print_member("actions", replay_report_actions(report));
    print_member("errors", replay_report_errors(report));
    print_member("decided_by", digests_to_json(&totals->count));
    puts("}");
}

static void
print_left_out(gint64 mails, const char *why)
{
    if (mails > 0)
        printf("  %8" G_GINT64_FORMAT " left out: %s\n", mails, why);
}

static void
print_sums(const ReplayReport *report, const ReplayTotals *totals, gint64 since, gint64 took)
{
    static const Column fates[] = { { "becomes", "WHAT BECOMES OF MAIL", 40 }, { "was", "WAS", 0 }, { "would", "WOULD BE", 0 },
                                    { NULL, NULL, 0 } };
    static const Column actions[] = { { "queue", "MAIL TO", 20 }, { "mails", "MAILS", 0 }, { "change", "CHANGE", 50 }, { "by", "BY", 60 },
                                      { NULL, NULL, 0 } };
    static const Column errors[] = { { "mails", "MAILS", 0 }, { "error", "THE RULES FAILED", 0 }, { NULL, NULL, 0 } };
    const Cli table = { .json = FALSE };
    g_autoptr(Json) fate_rows = fates_to_json(totals), action_rows = replay_report_actions(report), error_rows = replay_report_errors(report);
    g_autofree char *from = clock_format_utc(since);
    gint64 decided = totals->same + totals->different;

    if (json_array_size(error_rows) > 0) {
        print_rows(&table, error_rows, errors);
        puts("");
    }
    if (json_array_size(fate_rows) > 0) {
        print_rows(&table, fate_rows, fates);
        puts("");
    }
    if (json_array_size(action_rows) > 0) {
        print_rows(&table, action_rows, actions);
        puts("");
    }
    printf("%" G_GINT64_FORMAT " %s since %s, decided again in %.1f s; nothing was written\n", decided, decided == 1 ? "mail" : "mails", from,
           (double) took / G_USEC_PER_SEC);
    printf("  %8" G_GINT64_FORMAT " would be different\n", totals->different - totals->failed);
    printf("  %8" G_GINT64_FORMAT " the same\n", totals->same);
    if (totals->failed > 0)
        printf("  %8" G_GINT64_FORMAT " on which the rules fail\n", totals->failed);
    print_left_out(totals->count.unasked, "duplicates and quarantined mail, about which rules are not asked");
    print_left_out(totals->count.gone, "retention removed the mail itself");
    print_left_out(totals->count.undecided, "not decided yet, or retention removed the decision");
    print_left_out(totals->unreadable, "cannot be read any more");
    if (totals->ordered > 0)
        printf("  %8" G_GINT64_FORMAT " hang on earlier mail (correlation) and were played through in order\n", totals->ordered);
    if (totals->assumed > 0)
        printf("  %8" G_GINT64_FORMAT " ask what was not asked then, and got the answer of today\n", totals->assumed);
    if (g_hash_table_size(totals->count.digests) > 1)
        printf("They were decided by %u different sets of rules.\n", g_hash_table_size(totals->count.digests));
}

/* ---- the command -------------------------------------------------------------------------------------------- */

/* The embedded server is started where it is down; that connection ends before a process is made. */
static gboolean
wake_database(const Config *config)
{
    g_autoptr(Store) store = cli_store(config, STORE_READER);

    return store != NULL;
}

static gboolean
read_since(const ReplayOptions *options, gint64 *since_out)
{
    g_autoptr(GError) error = NULL;
    gint64 seconds;

    if (text_parse_duration(options->since != NULL ? options->since : DEFAULT_SINCE, &seconds, NULL)) {
        *since_out = MAX(clock_now() - seconds * G_USEC_PER_SEC, 0);
        return TRUE;
    }
    return clock_parse(options->since, since_out, &error);
}

static int
replay(const Cli *cli, const ReplayOptions *options, const char *path, gint64 since)
{
    g_autoptr(Config) config = cli_config(cli);
    g_autoptr(Targets) targets = NULL;
    g_autoptr(TemplateSet) templates = NULL;
    g_autoptr(Rules) rules = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(ReplayReport) report = replay_report_new(options->all);
    g_autofree char *socket_dir = NULL, *full_path = g_canonicalize_filename(path, NULL);
    Telling telling = { .cli = cli, .report = report, .shows_progress = !cli->json && isatty(STDERR_FILENO) };
    const ReplaySink sink = { &telling, tell_difference, telling.shows_progress ? tell_progress : NULL };
    ReplaySettings settings = { .scope = { since, options->queue }, .jobs = options->jobs > 0 ? options->jobs : (int) MIN(g_get_num_processors(), MAX_JOBS) };
    ReplayTotals totals = { 0 };
    gint64 began = clock_monotonic();
    RulesNames names;

    if (config == NULL)
        return EXIT_FAILED;
    if (options->queue != NULL && queues_find_name(config->queues, options->queue) == NULL)
        return fail_text("there is no queue \"%s\"", options->queue);
    templates = cli_templates(config, &error);
    if (templates != NULL && cli_targets(config, &targets, &error)) {
        names = cli_rules_names(config, targets, templates);
        rules = rules_load(config->directory, full_path, &names, &error);
    }
    if (rules == NULL)
        return fail(g_steal_pointer(&error));
    if (!wake_database(config))
        return EXIT_FAILED;
    cli_decide_settings(config, &settings.decide);
    settings.decide.targets = targets;
    settings.decide.rules = rules;
    settings.decide.templates = templates;
    settings.store = cli_store_settings(config, STORE_READER, "replay", &socket_dir);
    settings.token_life_seconds = config->gateway.token_life_seconds;
    if (cli->json)
        printf("{\"differences\": [");
    fflush(stdout);
    if (!replay_run(&settings, &sink, &totals, &error)) {
        clear_progress(&telling);
        replay_totals_clear(&totals);
        return fail(g_steal_pointer(&error));
    }
    clear_progress(&telling);
    if (cli->json) {
        end_json(report, &totals, rules, since);
    } else {
        replay_report_print(report);
        print_sums(report, &totals, since, clock_monotonic() - began);
    }
    replay_totals_clear(&totals);
    return EXIT_DONE;
}

int
cmd_rules_replay(Cli *cli, int argc, char **argv)
{
    ReplayOptions options = { 0 };
    const GOptionEntry entries[] = {
        { "since", 0, 0, G_OPTION_ARG_STRING, &options.since, "mail that came since then: 30d (default), or RFC 3339", "AGE|TIME" },
        { "queue", 0, 0, G_OPTION_ARG_STRING, &options.queue, "only mail to that queue", "QUEUE" },
        { "jobs", 0, 0, G_OPTION_ARG_INT, &options.jobs, "so many processes (default: one for each processor)", "N" },
        { "all", 0, 0, G_OPTION_ARG_NONE, &options.all, "every mail of every group", NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "replay", "FILE", "what would be different if these were the rules", cmd_rules_replay, NULL };
    int status = command_options("mailgw rules", &self, cli, entries, &argc, &argv, 1, 1);
    gint64 since;

    if (status < 0 && (options.jobs < 0 || options.jobs > MAX_JOBS))
        status = usage_text("mailgw rules replay", "--jobs wants a number from 1 to %d", MAX_JOBS);
    if (status < 0 && !read_since(&options, &since))
        status = usage_text("mailgw rules replay", "--since wants an age (30d, 12h) or a moment (RFC 3339), not \"%s\"", options.since);
    if (status < 0)
        status = replay(cli, &options, argv[1], since);
    g_free(options.since);
    g_free(options.queue);
    return status;
}
