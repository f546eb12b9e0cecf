/*
 * test-report-figures.c - days and periods, durations and shares in words, what a group starts with
 */
#include "report/axis.h"
#include "report/figures-json.h"
#include "report/words.h"
#include "tap.h"
#include "targets/civil.h"

/* 2026-11-22 12:00 UTC, a Sunday. */
#define NOON ((civil_day(2026, 11, 22) * 86400) + 43200)

static ReportSpan *
span_of(const char *zone, const char *since, const char *until, ReportEvery every)
{
    g_autoptr(GError) error = NULL;
    ReportSpan *span = report_span_new(zone_find(zone), since, until, every, NOON, &error);

    g_assert_no_error(error);
    return span;
}

static void
assert_day(gint64 day, const char *expected)
{
    g_autofree char *text = civil_format(day);

    g_assert_cmpstr(text, ==, expected);
}

/* ---- spans -------------------------------------------------------------------------------------------------- */

static void
test_default(void)
{
    g_autoptr(ReportSpan) span = span_of("Europe/Athens", NULL, NULL, EVERY_SPAN);

    assert_day(span->first, "2026-10-24");
    assert_day(span->end, "2026-11-23");
    g_assert_cmpuint(report_span_periods(span), ==, 1);
}

/* At noon in London it is tomorrow already on Kiritimati, 14 hours ahead. */
static void
test_today_is_the_desks(void)
{
    g_autoptr(ReportSpan) span = span_of("Pacific/Kiritimati", "1d", NULL, EVERY_DAY);

    assert_day(span->first, "2026-11-23");
    assert_day(span->end, "2026-11-24");
}

static void
test_days_with_a_change(void)
{
    g_autoptr(ReportSpan) autumn = span_of("Europe/Athens", "2026-10-24", "2026-10-27", EVERY_DAY);
    g_autoptr(ReportSpan) spring = span_of("Europe/Athens", "2026-03-28", "2026-03-31", EVERY_DAY);
    static const gint64 hours_autumn[] = { 24, 25, 24 }, hours_spring[] = { 24, 23, 24 };

    for (guint i = 0; i < 3; i++) {
        g_assert_cmpint(report_span_moment(autumn, i + 1) - report_span_moment(autumn, i), ==, hours_autumn[i] * 3600);
        g_assert_cmpint(report_span_moment(spring, i + 1) - report_span_moment(spring, i), ==, hours_spring[i] * 3600);
    }
}

/* In Cairo clocks are put forward at midnight: that day begins at 01:00. */
static void
test_day_without_midnight(void)
{
    g_autoptr(ReportSpan) span = span_of("Africa/Cairo", "2026-04-23", "2026-04-26", EVERY_DAY);

    g_assert_cmpint(report_span_moment(span, 1) - report_span_moment(span, 0), ==, 24 * 3600);
    g_assert_cmpint(report_span_moment(span, 2) - report_span_moment(span, 1), ==, 23 * 3600);
}

static void
test_weeks(void)
{
    g_autoptr(ReportSpan) span = span_of("UTC", "2026-11-05", "2026-11-19", EVERY_WEEK);

    g_assert_cmpuint(report_span_periods(span), ==, 3);
    assert_day(report_span_day(span, 0), "2026-11-05");
    assert_day(report_span_day(span, 1), "2026-11-09");
    assert_day(report_span_day(span, 2), "2026-11-16");
    assert_day(report_span_day(span, 3), "2026-11-19");
}

static void
test_before(void)
{
    g_autoptr(ReportSpan) span = span_of("UTC", "2026-11-05", "2026-11-19", EVERY_WEEK);
    g_autoptr(ReportSpan) before = report_span_before(span);

    assert_day(before->first, "2026-10-22");
    assert_day(before->end, "2026-11-05");
    g_assert_cmpuint(report_span_periods(before), ==, 1);
}

static const struct {
    const char *name, *since, *until;
} wrong[] = {
    { "a-day-that-is-none", "2026-02-30", NULL },       { "a-word", "yesterday", NULL },
    { "an-end-that-is-none", NULL, "2026-13-01" },      { "an-end-that-is-an-age", NULL, "3d" },
    { "the-end-before-the-beginning", "2026-11-02", "2026-11-01" },
    { "an-empty-span", "2026-11-01", "2026-11-01" },    { "more-than-ten-years", "2010-01-01", "2026-01-01" },
    { "an-age-of-nothing", "0d", NULL },                { "an-age-without-end", "99999999999999999999d", NULL },
    { "a-negative-age", "-3d", NULL },
};

static void
test_wrong(gconstpointer data)
{
    const char *const *one = data;
    g_autoptr(GError) error = NULL;

    g_assert_null(report_span_new(zone_find("UTC"), one[1], one[2], EVERY_DAY, NOON, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
}

/* ---- figures ------------------------------------------------------------------------------------------------ */

static void
test_zeros(void)
{
    g_autoptr(ReportSpan) span = span_of("UTC", "2026-11-20", "2026-11-26", EVERY_DAY);
    g_autoptr(Report) report = report_new(span, REPORT_BY_QUEUE, NOON);
    const ReportGroup *group = report_group(report, "support");

    g_assert_cmpuint(report_begun(report), ==, 3);
    for (guint i = 0; i < report_span_periods(span); i++) {
        g_assert_cmpint(group->periods[i].mails, ==, 0);
        g_assert_cmpint(group->periods[i].backlog, ==, i < 3 ? 0 : -1);
    }
    g_assert_true(report_group(report, "support") == group);
}

static void
test_order(void)
{
    static const char *const expected[] = { "urgent", "low", "a", "b", NULL };
    g_autoptr(ReportSpan) span = span_of("UTC", NULL, NULL, EVERY_SPAN);
    g_autoptr(Report) report = report_new(span, REPORT_BY_PRIORITY, NOON);

    report_group(report, "urgent");
    report_group(report, "low");
    report_group(report, NULL);
    report_group(report, "b");
    report_group(report, "a");
    report_sort(report, 2);
    for (guint i = 0; i < report->groups->len; i++)
        g_assert_cmpstr(((const ReportGroup *) report->groups->pdata[i])->name, ==, expected[i]);
}

static void
test_json(void)
{
    g_autoptr(ReportSpan) span = span_of("Europe/Athens", "2026-11-20", "2026-11-22", EVERY_DAY);
    g_autoptr(Report) report = report_new(span, REPORT_BY_QUEUE, NOON);
    g_autoptr(Json) object = NULL;
    const json_t *totals;

    report->whole.all.kept[REPORT_RESOLUTION] = (ReportKept) { .met = 2, .breached = 1, .owed = 5 };
    report->whole.all.answered = (ReportTimes) { .count = 2, .median = 10.5, .p90 = 11.49 };
    object = report_to_json(report);
    totals = json_object_get(object, "totals");
    g_assert_cmpint(json_integer_value(json_object_get(json_object_get(totals, "first_response_seconds"), "median")), ==, 11);
    g_assert_cmpint(json_integer_value(json_object_get(json_object_get(totals, "first_response_seconds"), "p90")), ==, 11);
    g_assert_true(json_is_null(json_object_get(json_object_get(totals, "resolution_seconds"), "median")));
    g_assert_cmpfloat_with_epsilon(json_number_value(json_object_get(json_object_get(json_object_get(totals, "targets"), "all"), "met_percent")), 66.67, 1e-9);
    g_assert_true(json_is_null(json_object_get(json_object_get(json_object_get(totals, "targets"), "first-response"), "met_percent")));
    g_assert_cmpuint(json_array_size(json_object_get(object, "periods")), ==, 2);
}

/* ---- words and ticks ---------------------------------------------------------------------------------------- */

static const struct {
    double      seconds;
    const char *text;
} durations[] = {
    { 0, "0s" },       { 59.4, "59s" },     { 59.5, "1m" },     { 60, "1m" },        { 3570, "1h" },       { 3599, "1h" },
    { 5400, "1h 30m" }, { 86399, "1d" },    { 86400, "1d" },    { 97200, "1d 3h" },  { 1e6, "11d 14h" },   { -5, "0s" },
};

static void
test_durations(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(durations); i++) {
        g_autofree char *text = report_duration(durations[i].seconds);

        g_assert_cmpstr(text, ==, durations[i].text);
    }
}

/* 9,999 of 10,000 are not all of them. */
static void
test_percents(void)
{
    static const struct {
        ReportKept  kept;
        const char *text;
    } cases[] = { { { 0, 0, 7 }, "-" },      { { 3, 0, 0 }, "100%" },     { { 0, 3, 0 }, "0%" },
                  { { 2, 1, 0 }, "66.7%" },  { { 9999, 1, 0 }, "99.9%" }, { { 1, 9999, 0 }, "0.1%" } };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = report_percent(report_kept_percent(&cases[i].kept));

        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

static void
test_changes(void)
{
    static const struct {
        gint64      count, before;
        const char *text;
    } cases[] = { { 0, 0, "0" }, { 3, 0, "+3 (new)" }, { 0, 4, "-4 (-100%)" }, { 14, 10, "+4 (+40%)" }, { 5, 5, "0" } };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = report_change(cases[i].count, cases[i].before);

        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

static void
test_ticks(void)
{
    static const struct {
        double max, step, top;
    } cases[] = { { 0, 1, 1 },     { 1, 1, 1 },       { 4, 1, 4 },         { 5, 2, 6 },      { 20, 5, 20 },
                  { 21, 10, 30 },  { 999, 500, 1000 }, { 1e6, 5e5, 1e6 },  { 0.3, 1, 1 } };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpfloat(axis_step(cases[i].max, 4), ==, cases[i].step);
        g_assert_cmpfloat(axis_top(cases[i].max, axis_step(cases[i].max, 4)), ==, cases[i].top);
    }
    g_assert_cmpfloat(axis_step_seconds(4 * 3600, 4), ==, 3600);
    g_assert_cmpfloat(axis_step_seconds(3 * 86400, 4), ==, 86400);
    g_assert_cmpfloat(axis_step_seconds(30 * 86400, 4), ==, 10 * 86400);
    g_assert_cmpuint(axis_every(5, 6), ==, 1);
    g_assert_cmpuint(axis_every(53, 6), ==, 9);
    g_assert_cmpuint(axis_every(0, 6), ==, 1);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/report/span/thirty-days-today-included", test_default);
    g_test_add_func("/report/span/today-is-the-desks", test_today_is_the_desks);
    g_test_add_func("/report/span/days-are-as-long-as-the-clock-makes-them", test_days_with_a_change);
    g_test_add_func("/report/span/a-day-without-midnight", test_day_without_midnight);
    g_test_add_func("/report/span/weeks-begin-on-monday-and-are-cut", test_weeks);
    g_test_add_func("/report/span/as-many-days-before", test_before);
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree char *path = g_strdup_printf("/report/span/refused/%s", wrong[i].name);

        g_test_add_data_func(path, &wrong[i], test_wrong);
    }
    g_test_add_func("/report/figures/what-did-not-happen-is-zero", test_zeros);
    g_test_add_func("/report/figures/named-groups-first-nameless-last", test_order);
    g_test_add_func("/report/figures/json", test_json);
    g_test_add_func("/report/words/durations", test_durations);
    g_test_add_func("/report/words/shares", test_percents);
    g_test_add_func("/report/words/changes", test_changes);
    g_test_add_func("/report/axis/ticks", test_ticks);
    return g_test_run();
}
