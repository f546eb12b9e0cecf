/*
 * test-base-clock.c - times as RFC 3339 text
 */
#include "base/clock.h"
#include "base/error.h"
#include "tap.h"

#define SECOND G_GINT64_CONSTANT(1000000)

static void
test_format(void)
{
    static const struct {
        gint64 time;
        const char *expected;
    } cases[] = {
        { 0, "1970-01-01T00:00:00Z" },
        { 1795341600 * SECOND, "2026-11-22T10:00:00Z" },
        { 1795341600 * SECOND + 999999, "2026-11-22T10:00:00Z" },
        { -1, "1969-12-31T23:59:59Z" },
        { -SECOND, "1969-12-31T23:59:59Z" },
        { 951782400 * SECOND, "2000-02-29T00:00:00Z" },
        { G_MAXINT64, "9999-12-31T23:59:59Z" },
        { G_MININT64, "0001-01-01T00:00:00Z" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = clock_format_utc(cases[i].time);

        g_assert_cmpstr(text, ==, cases[i].expected);
    }
}

static void
test_format_offset(void)
{
    static const struct {
        int offset;
        gboolean unknown;
        const char *expected;
    } cases[] = {
        { 0, FALSE, "2026-11-22T10:00:00+00:00" },      { 120, FALSE, "2026-11-22T12:00:00+02:00" },
        { -210, FALSE, "2026-11-22T06:30:00-03:30" },   { 0, TRUE, "2026-11-22T10:00:00-00:00" },
        { 120, TRUE, "2026-11-22T10:00:00-00:00" },     { 840, FALSE, "2026-11-23T00:00:00+14:00" },
        { 99999, FALSE, "2026-11-23T09:59:00+23:59" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = clock_format_offset(1795341600 * SECOND, cases[i].offset, cases[i].unknown);

        g_assert_cmpstr(text, ==, cases[i].expected);
    }
}

static void
test_parse(void)
{
    static const struct {
        const char *text;
        gint64 expected;
    } cases[] = {
        { "2026-11-22T10:00:00Z", 1795341600 * SECOND },
        { "2026-11-22t10:00:00z", 1795341600 * SECOND },
        { "2026-11-22 12:00:00+02:00", 1795341600 * SECOND },
        { "2026-11-22T06:30:00-03:30", 1795341600 * SECOND },
        { "2026-11-22T10:00:00-00:00", 1795341600 * SECOND },
        { "2026-11-22T10:00:00.5Z", 1795341600 * SECOND + 500000 },
        { "2026-11-22T10:00:00.123456789123456789Z", 1795341600 * SECOND + 123456 },
        { "2016-12-31T23:59:60Z", 1483228800 * SECOND },
        { "1969-12-31T23:59:59Z", -SECOND },
        { "0001-01-01T00:00:00Z", -62135596800 * SECOND },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint64 time = 0;

        g_assert_true(clock_parse(cases[i].text, &time, NULL));
        g_assert_cmpint(time, ==, cases[i].expected);
    }
}

static void
test_parse_refuses(void)
{
    static const char *const refused[] = {
        "", "now", "2026-11-22", "2026-11-22T10:00Z", "2026-11-22T10:00:00", "2026-11-22T10:00:00+0200",
        "2026-11-22T10:00:00Zx", " 2026-11-22T10:00:00Z", "2026-11-22T10:00:00.Z", "2026-02-29T10:00:00Z",
        "2026-13-01T10:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T10:60:00Z", "2026-11-22T10:00:61Z",
        "0000-01-01T00:00:00Z", "2026-11-22T10:00:00+24:00", "2026-11-22T10:00:00+02:60", "-026-11-22T10:00:00Z",
        "2026-11-22\n10:00:00Z", "2026-1-22T10:00:00Z", "12026-11-22T10:00:00Z",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GError) error = NULL;
        gint64 time = 5;

        g_assert_false(clock_parse(refused[i], &time, &error));
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
        g_assert_cmpint(time, ==, 5);
    }
}

static void
test_clocks(void)
{
    gint64 before = clock_monotonic();

    g_assert_cmpint(clock_now(), >, 1700000000 * SECOND);
    g_assert_cmpint(clock_process_cpu(), >=, 0);
    g_assert_cmpint(clock_monotonic(), >=, before);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/clock/format", test_format);
    g_test_add_func("/clock/format-offset", test_format_offset);
    g_test_add_func("/clock/parse", test_parse);
    g_test_add_func("/clock/parse-refuses", test_parse_refuses);
    g_test_add_func("/clock/read", test_clocks);
    return g_test_run();
}
