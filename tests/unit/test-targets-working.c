/*
 * test-targets-working.c - the arithmetic of working time, in a table of cases
 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/clock.h"
#include "config/config.h"
#include "tap.h"
#include "targets/civil.h"
#include "targets/targets.h"
#include "targets-cases.h"

#define IN(name, zone, hours) "[calendar " name "]\ntimezone = " zone "\nhours = " hours "\n"
#define ATHENS(name, hours)   IN(name, "Europe/Athens", "Mon-Sun " hours)
#define NEW_YORK(name, hours) IN(name, "America/New_York", "Mon-Sun " hours)
#define LORD_HOWE(name, hours) IN(name, "Australia/Lord_Howe", "Mon-Sun " hours)
#define SANTIAGO(name, hours) IN(name, "America/Santiago", "Mon-Sun " hours)

static const char configuration[] =
    "[calendar always]\nalways = yes\n"
    IN("office", "Europe/Athens", "Mon-Fri 09:00-13:00 14:00-18:00; Sat 10:00-14:00")
    IN("closed", "Europe/Athens", "Mon-Fri 09:00-13:00 14:00-18:00; Sat 10:00-14:00") "holidays = holidays.ics\nextra-days = extra.ics\n"
    IN("watch", "Europe/Athens", "Mon-Sun 22:00-06:00") "holidays = tuesday.ics\n"
    IN("desk", "America/New_York", "Mon-Fri 09:00-17:00")
    IN("kathmandu", "Asia/Kathmandu", "Mon-Fri 09:00-17:00") IN("kolkata", "Asia/Kolkata", "Mon-Fri 09:00-17:00")
    IN("kiritimati", "Pacific/Kiritimati", "Mon-Fri 09:00-17:00") IN("pago", "Pacific/Pago_Pago", "Mon-Fri 09:00-17:00")
    IN("casablanca", "Africa/Casablanca", "Mon-Fri 09:00-17:00") IN("dublin", "Europe/Dublin", "Mon-Fri 09:00-17:00")
    IN("overlap", "UTC", "Mon 09:00-13:00 12:00-18:00") IN("sunday", "UTC", "Sun 22:00-06:00")
    IN("tie", "UTC", "Mon,Tue 09:00-18:00; Wed,Thu 09:00-15:00") IN("short", "UTC", "Mon-Fri 09:00-17:00") "day = 7h\n"
    ATHENS("night", "22:00-06:00") ATHENS("all", "00:00-24:00") ATHENS("a-0200", "02:00-05:00") ATHENS("a-0300", "03:00-04:00")
    ATHENS("a-0330", "03:30-08:00") ATHENS("a-0100", "01:00-03:30") ATHENS("a-0315", "03:15-03:45") ATHENS("a-0000", "00:00-03:00")
    ATHENS("a-0400", "04:00-08:00")
    NEW_YORK("n-all", "00:00-24:00") NEW_YORK("n-0100", "01:00-04:00") NEW_YORK("n-0200", "02:00-03:00") NEW_YORK("n-0101", "01:00-02:00")
    NEW_YORK("n-0230", "02:30-07:00") NEW_YORK("n-0030", "00:30-01:30")
    LORD_HOWE("l-all", "00:00-24:00") LORD_HOWE("l-0100", "01:00-03:00") LORD_HOWE("l-0130", "01:30-02:00") LORD_HOWE("l-0200", "02:00-02:30")
    SANTIAGO("s-1800", "18:00-24:00") SANTIAGO("s-0000", "00:00-06:00") SANTIAGO("s-2330", "23:30-24:00") SANTIAGO("s-night", "22:00-06:00");

#define EVENT(lines) "BEGIN:VEVENT\r\n" lines "END:VEVENT\r\n"

static const struct {
    const char *name, *events;
} files[] = {
    { "holidays.ics",
      EVENT("UID:1\r\nSUMMARY:Christmas\r\nDTSTART;VALUE=DATE:20201225\r\nDTEND;VALUE=DATE:20201227\r\nRRULE:FREQ=YEARLY\r\n")
      EVENT("UID:2\r\nSUMMARY:Meeting\r\nDTSTART;TZID=Europe/Athens:20261130T100000\r\nDURATION:PT1H\r\n")
      EVENT("UID:3\r\nSUMMARY:Long weekend\r\nDTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20270103\r\n")
      EVENT("UID:4\r\nSUMMARY:Called off\r\nSTATUS:CANCELLED\r\nDTSTART;VALUE=DATE:20261126\r\n") },
    { "extra.ics",
      EVENT("UID:1\r\nSUMMARY:Sale\r\nDTSTART;VALUE=DATE:20261129\r\n")
      EVENT("UID:2\r\nSUMMARY:Inventory\r\nDTSTART;VALUE=DATE:20270102\r\n")
      EVENT("UID:3\r\nSUMMARY:Launch\r\nDTSTART:20261206T180000Z\r\nDTEND:20261206T190000Z\r\n") },
    { "tuesday.ics", EVENT("UID:1\r\nDTSTART;VALUE=DATE:20261124\r\n") },
};

static Targets *targets;

static void
load(void)
{
    g_autofree char *directory = g_dir_make_tmp("mailgw-targets-XXXXXX", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = config_parse(configuration, strlen(configuration), "test.conf", directory, &error);

    g_assert_no_error(error);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(directory, files[i].name, NULL);
        g_autofree char *text = g_strconcat("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", files[i].events, "END:VCALENDAR\r\n", NULL);

        g_assert_true(g_file_set_contents(path, text, -1, NULL));
    }
    targets = targets_load("test.conf", directory, config->calendars, config->targets, &error);
    g_assert_no_error(error);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(directory, files[i].name, NULL);

        g_unlink(path);
    }
    g_rmdir(directory);
}

static gint64
moment(const Calendar *calendar, const char *text)
{
    g_autofree char *utc = strchr(text, 'Z') != NULL ? g_strdup(text) : g_strconcat(text, strlen(text) == 16 ? ":00Z" : "Z", NULL);
    gint64 time;

    g_assert_true(clock_parse(utc, &time, NULL));
    time /= G_USEC_PER_SEC;
    return strchr(text, 'Z') != NULL ? time : zone_moment(calendar_zone(calendar), time);
}

static gint64
seconds(const Calendar *calendar, const char *text)
{
    WorkingTime time = { 0 };

    if (strcmp(text, "0") == 0)
        return 0;
    g_assert_true(working_time_parse(text, &time, NULL));
    return calendar_seconds(calendar, &time);
}

static void
test_after(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(after_cases); i++) {
        const Calendar *calendar = targets_calendar(targets, after_cases[i].calendar);
        gint64 from = moment(calendar, after_cases[i].from), expected = moment(calendar, after_cases[i].due), due = 0;
        gint64 length = seconds(calendar, after_cases[i].time);

        g_assert_true(calendar_after(calendar, from, length, &due));
        if (due != expected)
            g_error("%s: %s from %s: %" G_GINT64_FORMAT " seconds off", after_cases[i].reason, after_cases[i].time, after_cases[i].from,
                    due - expected);
        /* The two questions are each other's answers. */
        g_assert_cmpint(calendar_working(calendar, from, due), ==, length);
        g_assert_cmpint(calendar_working(calendar, from, due - 1), ==, length - 1);
    }
}

static void
test_working(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(working_cases); i++) {
        const Calendar *calendar = targets_calendar(targets, working_cases[i].calendar);
        gint64 from = moment(calendar, working_cases[i].from), to = moment(calendar, working_cases[i].to);
        gint64 worked = calendar_working(calendar, from, to), expected = seconds(calendar, working_cases[i].time);

        if (worked != expected)
            g_error("%s: %s to %s: %" G_GINT64_FORMAT " seconds off", working_cases[i].reason, working_cases[i].from, working_cases[i].to,
                    worked - expected);
        g_assert_cmpint(calendar_working(calendar, to, from), ==, 0);
    }
}

/* What reaches beyond the years that were worked out is told, and nothing loops. */
static void
test_reach(void)
{
    const Calendar *office = targets_calendar(targets, "office");
    gint64 due = 1, opens, closes;

    g_assert_true(calendar_after(office, moment(office, "1900-01-01 00:00"), 1, &due));
    g_assert_cmpint(due, ==, moment(office, "1970-01-01 09:00:01"));
    g_assert_false(calendar_after(office, moment(office, "2099-12-31 18:00"), 1, &due));
    g_assert_false(calendar_after(office, moment(office, "2026-01-01 00:00"), G_GINT64_CONSTANT(1) << 40, &due));
    g_assert_cmpint(due, ==, moment(office, "1970-01-01 09:00:01"));
    g_assert_false(calendar_next(office, moment(office, "2100-01-01 00:00"), &opens, &closes));
    g_assert_cmpint(calendar_working(office, G_MININT64, G_MAXINT64), >, 0);
}

static void
test_open(void)
{
    static const struct {
        const char *reason, *at, *opens, *closes;
        gboolean    open;
    } cases[] = {
        { "the first second", "2026-11-23 09:00", "2026-11-23 09:00", "2026-11-23 13:00", TRUE },
        { "the second before", "2026-11-23 08:59:59", "2026-11-23 09:00", "2026-11-23 13:00", FALSE },
        { "the last second", "2026-11-23 12:59:59", "2026-11-23 09:00", "2026-11-23 13:00", TRUE },
        { "the end is closed", "2026-11-23 13:00", "2026-11-23 14:00", "2026-11-23 18:00", FALSE },
        { "the weekend", "2026-11-28 20:00", "2026-11-30 09:00", "2026-11-30 13:00", FALSE },
    };
    const Calendar *office = targets_calendar(targets, "office");

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gint64 opens, closes;

        g_test_message("%s", cases[i].reason);
        g_assert_true(calendar_next(office, moment(office, cases[i].at), &opens, &closes));
        g_assert_cmpint(opens, ==, moment(office, cases[i].opens));
        g_assert_cmpint(closes, ==, moment(office, cases[i].closes));
        g_assert_cmpint(calendar_is_open(office, moment(office, cases[i].at)), ==, cases[i].open);
    }
    g_assert_true(calendar_is_open(targets_calendar(targets, "always"), 0));
}

static void
test_hostile_zones(void)
{
    g_autofree char *good = NULL;
    gsize length;

    g_assert_true(g_file_get_contents("/usr/share/zoneinfo/Europe/Athens", &good, &length, NULL));
    for (gsize cut = 0; cut < length; cut += 7)
        g_assert_null(zone_read("cut", (const guint8 *) good, cut, NULL));
    for (gsize i = 0; i < length; i++) {
        g_autofree char *bad = g_memdup2(good, length);
        g_autoptr(Zone) zone = NULL;

        bad[i] = (char) 0xff;
        zone = zone_read("bad", (const guint8 *) bad, length, NULL);
        if (zone != NULL)
            zone_moment(zone, 1800000000);
    }
    g_assert_null(zone_load("../../../etc/passwd", NULL));
    g_assert_null(zone_load("/etc/passwd", NULL));
    g_assert_null(zone_load("", NULL));
    g_assert_null(zone_load("right/Europe/Athens", NULL));
    g_assert_null(zone_load("tzdata.zi", NULL));
}

int
main(int argc, char **argv)
{
    int status;

    tap_init(&argc, &argv);
    load();
    g_assert_cmpuint(G_N_ELEMENTS(after_cases) + G_N_ELEMENTS(working_cases), >=, 300);
    g_test_add_func("/targets/working/after", test_after);
    g_test_add_func("/targets/working/between", test_working);
    g_test_add_func("/targets/working/open", test_open);
    g_test_add_func("/targets/working/reach", test_reach);
    g_test_add_func("/targets/zone/hostile-files", test_hostile_zones);
    status = g_test_run();
    targets_free(targets);
    return status;
}
