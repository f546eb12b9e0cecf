/*
 * cmd-report.c - report: what a span of time says of the desk
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/io.h"
#include "cli.h"
#include "report-print.h"
#include "report/csv.h"
#include "report/figures-json.h"
#include "report/figures-read.h"
#include "report/page.h"

#define SHOWN          20          /* of each kind of what recurs */
#define DAYS_BY_DAY    62          /* a page of more days is by the week */
#define PAGE_MODE      0644

typedef struct {
    char    *since, *until, *by, *every, *timezone, *html;
    gboolean recurring, all, csv, standby;
} Options;

/* What one report is made from. */
typedef struct {
    const Cli     *cli;
    const Options *options;
    const Config  *config;
    Store         *store;
    ReportSpan    *span;
    ReportBy       by;
    ReportNames    names;
    GPtrArray     *queues, *policies, *targets;
    gint64         now;
} Work;

/* ---- what the configuration says ---------------------------------------------------------------------------- */

static void
read_names(Work *work)
{
    work->queues = g_ptr_array_new();
    work->policies = g_ptr_array_new();
    work->targets = g_ptr_array_new();
    for (guint i = 0; i < work->config->queues->len; i++) {
        const QueueConfig *queue = work->config->queues->pdata[i];

        g_ptr_array_add(work->queues, queue->name);
        g_ptr_array_add(work->policies, queue->target);
    }
    for (guint i = 0; i < work->config->targets->len; i++)
        g_ptr_array_add(work->targets, ((const TargetConfig *) work->config->targets->pdata[i])->name);
    work->names = (ReportNames) { (const char *const *) work->queues->pdata, (const char *const *) work->policies->pdata, work->queues->len,
                                  (const char *const *) work->targets->pdata, work->targets->len };
}

static const char *
zone_of_calendar(const Config *config, const char *name)
{
    for (guint i = 0; name != NULL && i < config->calendars->len; i++) {
        const CalendarConfig *calendar = config->calendars->pdata[i];

        if (strcmp(calendar->name, name) == 0)
            return calendar->timezone;
    }
    return NULL;
}

static const char *
zone_of_queue(const Config *config, const QueueConfig *queue)
{
    for (guint i = 0; queue->target != NULL && i < config->targets->len; i++) {
        const TargetConfig *target = config->targets->pdata[i];

        if (strcmp(target->name, queue->target) == 0)
            return zone_of_calendar(config, target->all.calendar);
    }
    return NULL;
}

/* That of the first queue whose calendar names one; else the one that rules tell the hour in. */
static const char *
zone_of_desk(const Config *config)
{
    for (guint i = 0; i < config->queues->len; i++) {
        const char *name = zone_of_queue(config, config->queues->pdata[i]);

        if (name != NULL)
            return name;
    }
    return config->rules.timezone != NULL ? config->rules.timezone : "UTC";
}

/* ---- outputs ------------------------------------------------------------------------------------------------ */

static gboolean
write_figures(const Work *work, GError **error)
{
    g_autoptr(Report) report = report_read(work->store, work->span, work->by, &work->names, work->now, error);
    g_autoptr(Json) object = NULL;
    g_autofree char *csv = NULL;

    if (report == NULL)
        return FALSE;
    if (work->cli->json) {
        object = report_to_json(report);
        json_print(object, stdout);
    } else if (work->options->csv) {
        csv = report_to_csv(report);
        fputs(csv, stdout);
    } else {
        report_print(work->cli, report, work->options->by != NULL || work->span->every == EVERY_SPAN);
    }
    return TRUE;
}

static gboolean
write_recurring(const Work *work, GError **error)
{
    g_autoptr(Recurring) recurring = recurring_read(work->store, work->span, work->options->all ? 0 : SHOWN, error);
    g_autoptr(Json) object = NULL;
    g_autofree char *csv = NULL;

    if (recurring == NULL)
        return FALSE;
    if (work->cli->json) {
        object = recurring_to_json(recurring);
        json_print(object, stdout);
    } else if (work->options->csv) {
        csv = recurring_to_csv(recurring);
        fputs(csv, stdout);
    } else {
        recurring_print(work->cli, recurring);
    }
    return TRUE;
}

/* Of all but the first grouping only the sums are shown: its periods need not be counted. */
static gboolean
read_page(const Work *work, const ReportSpan *whole, const ReportSpan *earlier, ReportPage *page, GError **error)
{
    for (ReportBy by = 0; by < N_REPORT_BY; by++) {
        page->reports[by] = report_read(work->store, by == 0 ? work->span : whole, by, &work->names, work->now, error);
        if (page->reports[by] == NULL)
            return FALSE;
    }
    page->before = report_read(work->store, earlier, REPORT_BY_QUEUE, &work->names, work->now, error);
    page->recurring = page->before != NULL ? recurring_read(work->store, work->span, work->options->all ? 0 : SHOWN, error) : NULL;
    return page->recurring != NULL && report_read_waits(work->store, work->span, report_wait_ends, REPORT_WAITS, page->waits, error)
           && report_read_hours(work->store, work->span, page->hours, error);
}

static gboolean
write_page(const Work *work, GError **error)
{
    g_autoptr(ReportSpan) earlier = report_span_before(work->span), whole = report_span_whole(work->span);
    ReportPage page = { .name = work->config->gateway.name };
    g_autofree char *html = read_page(work, whole, earlier, &page, error) ? report_page(&page) : NULL;
    gboolean ok = html != NULL;

    if (ok && strcmp(work->options->html, "-") == 0)
        fputs(html, stdout);
    else if (ok)
        ok = io_replace_file(work->options->html, html, strlen(html), PAGE_MODE, error);
    for (ReportBy by = 0; by < N_REPORT_BY; by++)
        report_free((Report *) page.reports[by]);
    report_free((Report *) page.before);
    recurring_free((Recurring *) page.recurring);
    return ok;
}

/* ---- the command -------------------------------------------------------------------------------------------- */

static Store *
open_store(const Config *config, gboolean standby)
{
    g_autofree char *socket_dir = NULL;
    g_autoptr(GError) error = NULL;
    StoreSettings settings;
    Store *store;

    if (!standby)
        return cli_store(config, STORE_READER);
    if (config->database.url == NULL) {
        fail_text("--standby needs a [database] url: an embedded database has none");
        return NULL;
    }
    settings = cli_store_settings(config, STORE_READER, "report", &socket_dir);
    settings.standby = TRUE;
    store = store_open(&settings, &error);
    if (store == NULL)
        fail(g_steal_pointer(&error));
    return store;
}

static int
run_report(const Cli *cli, const Options *options, const Config *config, const Zone *zone, ReportEvery every, ReportBy by)
{
    gint64 now = clock_now() / G_USEC_PER_SEC;
    g_autoptr(GError) error = NULL;
    g_autoptr(ReportSpan) span = report_span_new(zone, options->since, options->until, every, now, &error);
    Work work = { .cli = cli, .options = options, .config = config, .by = by, .now = now };
    g_autoptr(Store) store = NULL;
    gboolean ok;

    if (span == NULL)
        return usage_text("mailgw report", "%s", error->message);
    if (options->html != NULL && every == EVERY_SPAN)
        report_span_divide(span, span->end - span->first > DAYS_BY_DAY ? EVERY_WEEK : EVERY_DAY);
    store = open_store(config, options->standby);
    if (store == NULL)
        return EXIT_FAILED;
    work.store = store;
    work.span = span;
    read_names(&work);
    ok = store_report_begin(store, &error)
         && (options->html != NULL ? write_page(&work, &error) : options->recurring ? write_recurring(&work, &error) : write_figures(&work, &error));
    store_rollback(store);
    g_ptr_array_unref(work.queues);
    g_ptr_array_unref(work.policies);
    g_ptr_array_unref(work.targets);
    return ok ? EXIT_DONE : fail(g_steal_pointer(&error));
}

static gboolean
read_words(const Options *options, ReportEvery *every_out, ReportBy *by_out)
{
    *every_out = EVERY_SPAN;
    *by_out = REPORT_BY_QUEUE;
    if (options->every != NULL && strcmp(options->every, "day") == 0)
        *every_out = EVERY_DAY;
    else if (options->every != NULL && strcmp(options->every, "week") == 0)
        *every_out = EVERY_WEEK;
    else if (options->every != NULL)
        return usage_text("mailgw report", "--every is one of day, week, not \"%s\"", options->every) == EXIT_DONE;
    if (options->by != NULL && !report_by_parse(options->by, by_out))
        return usage_text("mailgw report", "--by is one of queue, policy, priority, language, agent, not \"%s\"", options->by) == EXIT_DONE;
    return TRUE;
}

static void
options_clear(Options *options)
{
    g_free(options->since);
    g_free(options->until);
    g_free(options->by);
    g_free(options->every);
    g_free(options->timezone);
    g_free(options->html);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

int
cmd_report(Cli *cli, int argc, char **argv)
{
    g_auto(Options) options = { 0 };
    const GOptionEntry entries[] = {
        { "since", 0, 0, G_OPTION_ARG_STRING, &options.since, "the first day, 2026-11-01, or so long before the end: 30d (default)", "DATE|AGE" },
        { "until", 0, 0, G_OPTION_ARG_STRING, &options.until, "the first day that does not count; by default tomorrow", "DATE" },
        { "by", 0, 0, G_OPTION_ARG_STRING, &options.by, "queue (default), policy, priority, language or agent", "WHAT" },
        { "every", 0, 0, G_OPTION_ARG_STRING, &options.every, "a line for each day or week", "day|week" },
        { "recurring", 0, 0, G_OPTION_ARG_NONE, &options.recurring, "what comes up again and again, and whether that grows", NULL },
        { "all", 0, 0, G_OPTION_ARG_NONE, &options.all, "not only the most frequent of what recurs", NULL },
        { "timezone", 0, 0, G_OPTION_ARG_STRING, &options.timezone, "whose days; by default that of the first queue's calendar", "ZONE" },
        { "csv", 0, 0, G_OPTION_ARG_NONE, &options.csv, "print comma-separated values", NULL },
        { "html", 0, 0, G_OPTION_ARG_FILENAME, &options.html, "write all of it as one page; - is standard output", "FILE" },
        { "standby", 0, 0, G_OPTION_ARG_NONE, &options.standby, "read from a standby of the database", NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "report", NULL, "how much came in, how fast it was answered, what recurs", cmd_report, NULL };
    int status = command_options("mailgw", &self, cli, entries, &argc, &argv, 0, 0);
    g_autoptr(Config) config = NULL;
    const char *name;
    const Zone *zone;
    ReportEvery every;
    ReportBy by;

    if (status >= 0)
        return status;
    if (!read_words(&options, &every, &by))
        return EXIT_USAGE;
    if (cli->json + options.csv + (options.html != NULL) > 1)
        return usage_text("mailgw report", "--json, --csv and --html exclude each other");
    config = cli_config(cli);
    if (config == NULL)
        return EXIT_FAILED;
    name = options.timezone != NULL ? options.timezone : zone_of_desk(config);
    zone = zone_find(name);
    if (zone == NULL)
        return usage_text("mailgw report", "there is no time zone \"%s\"", name);
    return run_report(cli, &options, config, zone, every, by);
}
