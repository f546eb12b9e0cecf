/*
 * test-report-page.c - strangers' text in pages and spreadsheets; charts that are well-formed whatever their figures
 */
#include "report/chart.h"
#include "report/csv.h"
#include "report/markup.h"
#include "report/page.h"
#include "tap.h"

#include <math.h>
#include <string.h>

/* ---- text --------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name, *text, *html, *csv;
} cases[] = {
    { "plain", "a b", "a b", "\"a b\"" },
    { "markup", "<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;", "\"<b>&\"\"'\"" },
    { "closing-a-title", "</title><script>x</script>", "&lt;/title&gt;&lt;script&gt;x&lt;/script&gt;", "\"</title><script>x</script>\"" },
    { "an-entity-is-text", "&lt;", "&amp;lt;", "\"&lt;\"" },
    { "formula", "=1+1", "=1+1", "\"'=1+1\"" },
    { "formula-plus", "+1", "+1", "\"'+1\"" },
    { "formula-minus", "-1", "-1", "\"'-1\"" },
    { "formula-at", "@SUM(A1)", "@SUM(A1)", "\"'@SUM(A1)\"" },
    { "formula-behind-blanks", "  =1", "  =1", "\"'  =1\"" },
    { "formula-behind-a-tab", "\t=1", "\xef\xbf\xbd=1", "\"' =1\"" },
    { "formula-behind-a-return", "\r=1", "\xef\xbf\xbd=1", "\"' =1\"" },
    { "sign-within", "a=1", "a=1", "\"a=1\"" },
    { "quote-and-comma", "a\",\"=1", "a&quot;,&quot;=1", "\"a\"\",\"\"=1\"" },
    { "lines", "a\r\nb", "a\xef\xbf\xbd\xef\xbf\xbd" "b", "\"a  b\"" },
    { "escape-sequences", "\x1b[31m", "\xef\xbf\xbd[31m", "\" [31m\"" },
    { "bidi-override", "\xe2\x80\xaegnp", "\xef\xbf\xbdgnp", "\"\xe2\x80\xaegnp\"" },
    { "bad-utf8", "a\xff", "a\xef\xbf\xbd", "\"a\xef\xbf\xbd\"" },
    { "nothing", "", "", "\"\"" },
};

static void
test_html(gconstpointer data)
{
    const char *const *one = data;
    g_autoptr(GString) page = g_string_new(NULL);

    markup_text(page, one[1]);
    g_assert_cmpstr(page->str, ==, one[2]);
}

static void
test_csv(gconstpointer data)
{
    const char *const *one = data;
    g_autoptr(GString) csv = g_string_new(NULL);

    csv_text(csv, one[1]);
    g_assert_cmpstr(csv->str, ==, one[3]);
}

static void
test_csv_lines(void)
{
    g_autoptr(GString) csv = g_string_new(NULL);

    csv_text(csv, NULL);
    csv_number(csv, -3);
    csv_end(csv);
    csv_text(csv, "a");
    csv_end(csv);
    g_assert_cmpstr(csv->str, ==, "\"\",-3\r\n\"a\"\r\n");
}

/* ---- charts and pages: markup that a parser of GLib's takes ------------------------------------------------- */

/* One that takes anything, because only its form is looked at. */
static void
assert_well_formed(const char *markup)
{
    const GMarkupParser parser = { 0 };
    GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, NULL, NULL);
    g_autoptr(GError) error = NULL;

    g_markup_parse_context_parse(context, markup, -1, &error);
    g_assert_no_error(error);
    g_markup_parse_context_end_parse(context, &error);
    g_assert_no_error(error);
    g_markup_parse_context_free(context);
}

static void
draw(guint n, const double *values, ChartScale scale, gboolean stacked)
{
    g_autoptr(GString) page = g_string_new(NULL);
    g_autoptr(GPtrArray) labels = g_ptr_array_new();
    const ChartSeries series[] = { { "<one>", "strong", values }, { "two", "soft", values } };
    ChartColumns chart = { .label = "\"<svg>&", .scale = scale, .stacked = stacked, .n = n, .room = 6, .series = series, .n_series = 2 };

    for (guint i = 0; i < n; i++)
        g_ptr_array_add(labels, (gpointer) "<1 Nov>");
    chart.labels = (const char *const *) labels->pdata;
    chart_columns(page, &chart);
    assert_well_formed(page->str);
    g_assert_null(strstr(page->str, "nan"));
    g_assert_null(strstr(page->str, "inf"));
    g_assert_null(strstr(page->str, "height=\"-"));
}

static void
test_charts(void)
{
    double values[400];

    for (guint i = 0; i < G_N_ELEMENTS(values); i++)
        values[i] = i % 7 == 0 ? -1 : pow(1.05, i);
    for (ChartScale scale = CHART_COUNT; scale <= CHART_SECONDS; scale++)
        for (guint n = 1; n <= G_N_ELEMENTS(values); n += 57) {
            draw(n, values, scale, FALSE);
            draw(n, values, scale, TRUE);
        }
    memset(values, 0, sizeof values);
    draw(1, values, CHART_COUNT, FALSE);
    draw(400, values, CHART_SECONDS, FALSE);
    draw(400, values, CHART_PERCENT, TRUE);
}

static void
test_heat(void)
{
    gint64 counts[7][24] = { { 0 } };
    g_autoptr(GString) empty = g_string_new(NULL), full = g_string_new(NULL);

    chart_heat(empty, "<none>", counts);
    assert_well_formed(empty->str);
    counts[6][23] = G_MAXINT32;
    counts[0][0] = 1;
    chart_heat(full, "some", counts);
    assert_well_formed(full->str);
    g_assert_nonnull(strstr(full->str, "fill-opacity=\"1.00\""));
}

static RecurringItem *
item_new(const char *name)
{
    RecurringItem *item = g_new0(RecurringItem, 1);

    item->name = (char *) name;
    item->count = 3;
    return item;
}

/* Nothing of a page but the doctype and its empty elements keeps an XML parser from reading it. */
static void
assert_page(const char *html)
{
    g_autoptr(GRegex) meta = g_regex_new("<!DOCTYPE html>|<meta [^>]*>|<style>[^<]*</style>", 0, 0, NULL);
    g_autofree char *rest = g_regex_replace_literal(meta, html, -1, 0, "", 0, NULL);

    assert_well_formed(rest);
}

static void
test_page(void)
{
    static const char hostile[] = "</td><script>alert(1)</script><img src=x onerror='y'>\"&";
    g_autoptr(GError) error = NULL;
    g_autoptr(ReportSpan) span = report_span_new(zone_find("Europe/Athens"), "2026-10-20", "2026-11-03", EVERY_DAY, 1793700000, &error);
    g_autoptr(Report) report = report_new(span, REPORT_BY_AGENT, 1793700000);
    g_autoptr(GPtrArray) subjects = g_ptr_array_new_with_free_func(g_free), none = g_ptr_array_new();
    const Recurring recurring = { .span = span, .before = span->first, .subjects = subjects, .keys = none, .articles = none };
    ReportPage page = { .name = hostile, .before = report, .recurring = &recurring };
    g_autofree char *html = NULL;

    g_assert_no_error(error);
    report_group(report, hostile)->all.mails = 7;
    report_group(report, NULL);
    g_ptr_array_add(subjects, item_new(hostile));
    for (ReportBy by = 0; by < N_REPORT_BY; by++)
        page.reports[by] = report;
    html = report_page(&page);
    assert_page(html);
    g_assert_null(strstr(html, "<script"));
    g_assert_null(strstr(html, "<img"));
    g_assert_null(strstr(html, "http:"));
    g_assert_null(strstr(html, "https:"));
    g_assert_null(strstr(html, "url("));
    g_assert_null(strstr(html, "@import"));
    g_assert_nonnull(strstr(html, "default-src 'none'"));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *html = g_strdup_printf("/report/html/%s", cases[i].name), *csv = g_strdup_printf("/report/csv/%s", cases[i].name);

        g_test_add_data_func(html, &cases[i], test_html);
        g_test_add_data_func(csv, &cases[i], test_csv);
    }
    g_test_add_func("/report/csv/cells-and-lines", test_csv_lines);
    g_test_add_func("/report/chart/well-formed-whatever-the-figures", test_charts);
    g_test_add_func("/report/chart/heat", test_heat);
    g_test_add_func("/report/page/strangers-text-is-text", test_page);
    return g_test_run();
}
