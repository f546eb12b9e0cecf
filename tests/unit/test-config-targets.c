/*
 * test-config-targets.c - hours, working time, calendars and policies as they stand in the file
 */
#include "base/error.h"
#include "config/config.h"
#include "tap.h"

#include <string.h>

/* ---- hours -------------------------------------------------------------------------------------------------- */

static void
test_hours_read(void)
{
    static const struct {
        const char *text, *normal;
    } cases[] = {
        { "Mon-Fri 09:00-18:00", "Mon-Fri 09:00-18:00" },
        { "Mon-Fri 9:00-13:00 14:00-18:00; Sat 10:00-14:00", "Mon-Fri 09:00-13:00 14:00-18:00; Sat 10:00-14:00" },
        { "mon,WED,Friday 09:00-12:00, 13:00-17:00", "Mon 09:00-12:00 13:00-17:00; Wed 09:00-12:00 13:00-17:00; "
                                                     "Fri 09:00-12:00 13:00-17:00" },
        { "Sat-Mon 10:00-12:00", "Mon 10:00-12:00; Sat-Sun 10:00-12:00" },
        { "Mon-Sun 00:00-24:00", "Mon-Sun 00:00-24:00" },
        { "Mon 22:00-06:00;", "Mon 22:00-06:00" },
        { "Mon 18:00-00:00", "Mon 18:00-24:00" },
        { "Mon 18:00-24:00", "Mon 18:00-24:00" },
        { "Mon 14:00-18:00 09:00-13:00", "Mon 09:00-13:00 14:00-18:00" },
        { "Tue 09:00-10:00; Mon 09:00-10:00; Tue 11:00-12:00", "Mon 09:00-10:00; Tue 09:00-10:00 11:00-12:00" },
        { "Sun\t 23:59-00:01", "Sun 23:59-00:01" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *why = NULL, *text = NULL, *again = NULL;
        g_autoptr(GArray) spans = hours_parse(cases[i].text, &why), second = NULL;

        g_assert_cmpstr(why, ==, NULL);
        g_assert_nonnull(spans);
        text = hours_format(spans);
        g_assert_cmpstr(text, ==, cases[i].normal);
        second = hours_parse(text, NULL);
        again = hours_format(second);
        g_assert_cmpstr(again, ==, text);
    }
}

static void
test_hours_refused(void)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        { "Mno-Fri 09:00-18:00", "\"Mno\" is no day; did you mean \"Mon\"?" },
        { "Mon-Fri", "names no span" },
        { "09:00-18:00", "days are missing" },
        { "Mon 09:00-25:00", "is no span" },
        { "Mon 09:60-10:00", "is no span" },
        { "Mon 09:00-24:01", "is no span" },
        { "Mon 9-18", "is no span" },
        { "Mon 09:00", "is no span" },
        { "Mon 24:00-06:00", "no span begins at 24:00" },
        { "Mon 09:00-09:00", "the whole day is 00:00-24:00" },
        { "Mon 09:00-12:00 Tue 09:00-12:00", "a \";\" is missing before \"Tue\"" },
        { "Mon 09:00-12:00;; Tue 09:00-12:00", "names no span" },
        { "Mon-Tue-Wed 09:00-12:00", "is no day" },
        { "Mon 009:00-12:00", "is no span" },
        { ";", "names no span" },
        { "Mon -1:00-12:00", "\"-1:00-12:00\"" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *why = NULL;
        g_autoptr(GArray) spans = hours_parse(cases[i].text, &why);

        g_assert_null(spans);
        if (why == NULL || strstr(why, cases[i].why) == NULL)
            g_error("\"%s\": \"%s\" does not hold \"%s\"", cases[i].text, why, cases[i].why);
    }
}

static void
test_working_time(void)
{
    static const struct {
        const char *text;
        gint64 days, seconds;
        const char *normal;
    } cases[] = {
        { "4h", 0, 14400, "4h" },       { "30m", 0, 1800, "30m" },     { "3d", 3, 0, "3d" },        { "90", 0, 90, "1m 30s" },
        { "1d 4h", 1, 14400, "1d 4h" }, { "1h30m", 0, 5400, "1h 30m" }, { "45s", 0, 45, "45s" },    { "24h", 0, 86400, "24h" },
        { "3660d", 3660, 0, "3660d" },
    };
    static const char *const refused[] = { "", "h", "4x", "0", "0h", "-1h", "1w", "3661d", "99999999999999999999h", "1h 2", "4 h", "1,5h" };
    WorkingTime time;

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = NULL;

        g_assert_true(working_time_parse(cases[i].text, &time, NULL));
        g_assert_true(time.given);
        g_assert_cmpint(time.days, ==, cases[i].days);
        g_assert_cmpint(time.seconds, ==, cases[i].seconds);
        text = working_time_format(&time);
        g_assert_cmpstr(text, ==, cases[i].normal);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *why = NULL;

        /* "1h 2": two seconds more; everything else has a reason. */
        if (strcmp(refused[i], "1h 2") == 0) {
            g_assert_true(working_time_parse(refused[i], &time, NULL));
            g_assert_cmpint(time.seconds, ==, 3602);
            continue;
        }
        if (working_time_parse(refused[i], &time, &why))
            g_error("\"%s\" was taken", refused[i]);
        g_assert_nonnull(why);
    }
}

/* ---- sections ----------------------------------------------------------------------------------------------- */

static Config *
parse(const char *text, GError **error)
{
    return config_parse(text, strlen(text), "test.conf", "/etc/mailgw", error);
}

#define OFFICE "[calendar office]\ntimezone = Europe/Athens\nhours = Mon-Fri 09:00-17:00\n"
#define ALWAYS "[calendar always]\nalways = yes\n"

static void
test_sections_read(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = parse(OFFICE "holidays = greece.ics, own.ics\nextra-days = moved.ics\nextra-hours = 10:00-14:00\n"
                                     "day = 7h\n" ALWAYS
                                     "[target standard]\ncalendar = office\nfirst-response = 4h\nresolution = 3d\nwarn-at = 75%\n"
                                     "urgent.first-response = 30m\nurgent.calendar = always\nlow.warn-at = 90 %\n"
                                     "[queue q]\naddress = q@x.example\ntarget = standard\n", &error);
    const CalendarConfig *office;
    const TargetConfig *standard;

    g_assert_no_error(error);
    office = config->calendars->pdata[0];
    g_assert_cmpstr(office->name, ==, "office");
    g_assert_cmpuint(office->hours->len, ==, 5);
    g_assert_cmpstr(office->holidays[1], ==, "own.ics");
    g_assert_cmpuint(office->extra_hours->len, ==, 1);
    g_assert_cmpint(office->day_seconds, ==, 7 * 3600);
    g_assert_cmpuint(office->line, ==, 1);
    g_assert_cmpuint(office->holidays_line, ==, 4);
    g_assert_true(((const CalendarConfig *) config->calendars->pdata[1])->always);
    standard = config->targets->pdata[0];
    g_assert_cmpint(standard->all.first_response.seconds, ==, 4 * 3600);
    g_assert_cmpint(standard->all.resolution.days, ==, 3);
    g_assert_false(standard->all.next_response.given);
    g_assert_cmpint(standard->all.warn_percent, ==, 75);
    g_assert_cmpstr(standard->of_priority[3].calendar, ==, "always");
    g_assert_cmpint(standard->of_priority[3].first_response.seconds, ==, 1800);
    g_assert_cmpint(standard->of_priority[0].warn_percent, ==, 90);
    g_assert_cmpstr(config_queue_for_address(config, "q@x.example", NULL)->target, ==, "standard");
}

static void
test_sections_read_back(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = parse(OFFICE ALWAYS "[target standard]\ncalendar = office\nfirst-response = 1h30m\n"
                                     "high.resolution = 2d 4h\nurgent.calendar = always\n", &error);
    g_autofree char *text = config_format(config), *again = NULL;
    g_autoptr(Config) second = parse(text, &error);

    g_assert_no_error(error);
    g_assert_nonnull(strstr(text, "hours = Mon-Fri 09:00-17:00\n"));
    g_assert_nonnull(strstr(text, "high.resolution = 2d 4h\n"));
    g_assert_nonnull(strstr(text, "urgent.calendar = always\n"));
    g_assert_null(strstr(text, "low."));
    again = config_format(second);
    g_assert_cmpstr(again, ==, text);
}

static void
test_mistakes(void)
{
    static const struct {
        const char *text, *error;
    } cases[] = {
        { "[calendar x]\n", "test.conf:1:1: [calendar x] needs the key \"hours\"" },
        { "[calendar]\nalways = yes\n", "needs a name" },
        { "[calendar x]\nhours = Mno 09:00-17:00\n", "test.conf:2:9: wrong value \"Mno 09:00-17:00\" for hours: expected hours such as" },
        { "[calendar x]\nhours = Mno 09:00-17:00\n", "did you mean \"Mon\"?" },
        { "[calendar x]\nalways = yes\nhours = Mon 09:00-17:00\n", "test.conf:3:1: what is always open has no hours" },
        { "[calendar x]\nhours = Mon 09:00-17:00\nextra-hours = 10:00-12:00\n", "test.conf:3:1: extra-hours are those of extra-days" },
        { "[calendar x]\nhours = Mon 09:00-17:00\nextra-days = x.ics\nextra-hours = Mon 10:00-12:00\n", "here only spans stand" },
        { "[calendar x]\nhours = Mon 09:00-17:00\ntimezone = Europe/Atlantis\n", "test.conf:3:12: wrong value" },
        { "[calendar x]\nhours = Mon 09:00-17:00\nday = 25h\n", "a value from 0 to 1d" },
        { "[calender x]\nalways = yes\n", "did you mean [calendar x]?" },
        { ALWAYS "[target x]\nfirst-response = 4h\n", "test.conf:3:1: [target x] needs the key \"calendar\"" },
        { ALWAYS "[target x]\ncalendar = alway\nfirst-response = 4h\n", "test.conf:4:12: there is no [calendar alway]; did you mean \"always\"?" },
        { ALWAYS "[target x]\ncalendar = always\nfirst-response = 4h\nhigh.calendar = nowhere\n", "test.conf:6:17: there is no [calendar nowhere]" },
        { ALWAYS "[target x]\ncalendar = always\n", "promises nothing" },
        { ALWAYS "[target x]\ncalendar = always\nfirst-reponse = 4h\n", "did you mean \"first-response\"?" },
        { ALWAYS "[target x]\ncalendar = always\nurgnt.first-response = 4h\n", "did you mean \"urgent.first-response\"?" },
        { ALWAYS "[target x]\ncalendar = always\nfirst-response = 1w\n", "a week has no length of its own" },
        { ALWAYS "[target x]\ncalendar = always\nfirst-response = 4h\nwarn-at = 101%\n", "a value from 1% to 100%" },
        { ALWAYS "[target x]\ncalendar = always\nfirst-response = 4h\nwarn-at = 75\n", "a share such as 75%" },
        { "[queue q]\naddress = q@x.example\ntarget = gold\n", "test.conf:3:10: there is no [target gold]" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Config) config = parse(cases[i].text, &error);

        g_assert_null(config);
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
        if (strstr(error->message, cases[i].error) == NULL)
            g_error("case %u: \"%s\" does not hold \"%s\"", (guint) i, error->message, cases[i].error);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/config/targets/hours/read-and-printed", test_hours_read);
    g_test_add_func("/config/targets/hours/refused-with-the-reason", test_hours_refused);
    g_test_add_func("/config/targets/working-time", test_working_time);
    g_test_add_func("/config/targets/sections", test_sections_read);
    g_test_add_func("/config/targets/printed-as-it-is-read", test_sections_read_back);
    g_test_add_func("/config/targets/mistakes", test_mistakes);
    return g_test_run();
}
