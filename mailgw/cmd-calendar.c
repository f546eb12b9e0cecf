/*
 * cmd-calendar.c - calendar show: the days of a calendar, month by month; needs no database
 */
#include <langinfo.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli.h"
#include "targets/civil.h"
#include "targets/targets.h"

#define MAX_DAYS 3660

static const char *const weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
static const char *const months[] = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                                      "November", "December" };

/* ---- a day -------------------------------------------------------------------------------------------------- */

typedef struct {
    gint64      day;
    gint64      from, to;          /* moments: its midnights */
    gint64      seconds;           /* that are open          */
    GArray     *open;              /* Stretch                */
    const char *holiday, *extra;   /* what it is called; NULL: it is none */
} Day;

static Day
day_new(const Calendar *calendar, gint64 number)
{
    const Zone *zone = calendar_zone(calendar);
    Day day = { .day = number, .from = zone_moment(zone, number * SECONDS_PER_DAY), .to = zone_moment(zone, (number + 1) * SECONDS_PER_DAY) };
    gint64 opens, closes;

    day.open = g_array_new(FALSE, FALSE, sizeof(Stretch));
    for (gint64 at = day.from; calendar_next(calendar, at, &opens, &closes) && opens < day.to; at = closes) {
        stretches_append(day.open, MAX(opens, day.from), MIN(closes, day.to));
        if (closes >= day.to)
            break;
    }
    day.seconds = calendar_working(calendar, day.from, day.to);
    if (calendar_holidays(calendar) != NULL)
        day.holiday = holidays_day(calendar_holidays(calendar), number);
    if (calendar_extra(calendar) != NULL)
        day.extra = holidays_day(calendar_extra(calendar), number);
    return day;
}

/* ---- JSON --------------------------------------------------------------------------------------------------- */

static json_t *
local_json(const Zone *zone, gint64 moment)
{
    g_autofree char *text = clock_format_offset(moment * G_USEC_PER_SEC, (int) (zone_offset(zone, moment) / 60), FALSE);

    return json_text(text);
}

static json_t *
day_to_json(const Calendar *calendar, const Day *day)
{
    g_autofree char *date = civil_format(day->day);
    json_t *object = json_object(), *open = json_array();

    json_object_set_new(object, "date", json_text(date));
    json_object_set_new(object, "weekday", json_text(weekdays[civil_weekday(day->day)]));
    json_object_set_new(object, "seconds", json_integer(day->seconds));
    for (guint i = 0; i < day->open->len; i++) {
        const Stretch *stretch = &g_array_index(day->open, Stretch, i);
        json_t *one = json_object();

        json_object_set_new(one, "from", local_json(calendar_zone(calendar), stretch->from));
        json_object_set_new(one, "to", local_json(calendar_zone(calendar), stretch->to));
        json_array_append_new(open, one);
    }
    json_object_set_new(object, "open", open);
    json_object_set_new(object, "holiday", json_text(day->holiday));
    json_object_set_new(object, "extra", json_text(day->extra));
    return object;
}

static void
print_json(const Calendar *calendar, gint64 first, gint64 last)
{
    g_autoptr(Json) object = json_object();
    g_autofree char *from = civil_format(first), *to = civil_format(last);
    json_t *days = json_array();
    gint64 seconds = 0;

    for (gint64 number = first; number <= last; number++) {
        Day day = day_new(calendar, number);

        seconds += day.seconds;
        json_array_append_new(days, day_to_json(calendar, &day));
        g_array_unref(day.open);
    }
    json_object_set_new(object, "calendar", json_text(calendar_name(calendar)));
    json_object_set_new(object, "timezone", json_text(zone_name(calendar_zone(calendar))));
    json_object_set_new(object, "always", json_boolean(calendar_is_always(calendar)));
    json_object_set_new(object, "day", json_integer(calendar_day(calendar)));
    json_object_set_new(object, "from", json_text(from));
    json_object_set_new(object, "to", json_text(to));
    json_object_set_new(object, "seconds", json_integer(seconds));
    json_object_set_new(object, "days", days);
    json_print(object, stdout);
}

/* ---- months on a terminal ----------------------------------------------------------------------------------- */

/* A mark for each hour that the clock on the wall shows: none, some or all of it is open. */
static void
print_bar(const Calendar *calendar, const Day *day)
{
    gboolean unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    const char *none = unicode ? "\xc2\xb7" : ".", *some = unicode ? "\xe2\x96\x84" : "+", *all = unicode ? "\xe2\x96\x88" : "#";

    for (int hour = 0; hour < 24; hour++) {
        gint64 from = zone_moment(calendar_zone(calendar), day->day * SECONDS_PER_DAY + hour * 3600);
        gint64 to = zone_moment(calendar_zone(calendar), day->day * SECONDS_PER_DAY + (hour + 1) * 3600);
        gint64 open = calendar_working(calendar, from, to);

        fputs(to <= from ? " " : open == 0 ? none : open < to - from ? some : all, stdout);
    }
}

static char *
wall_text(const Zone *zone, gint64 moment, gboolean is_end)
{
    int minutes = (int) (zone_local(zone, moment) / 60 % 1440);

    return g_strdup_printf("%02d:%02d", is_end && minutes == 0 ? 24 : minutes / 60, minutes % 60);
}

static void
print_day(const Calendar *calendar, const Day *day)
{
    const Zone *zone = calendar_zone(calendar);
    g_autoptr(GString) text = g_string_new(NULL);
    int year, month, of_month;

    civil_date(day->day, &year, &month, &of_month);
    printf("%s %2d  ", weekdays[civil_weekday(day->day)], of_month);
    print_bar(calendar, day);
    for (guint i = 0; i < day->open->len; i++) {
        const Stretch *stretch = &g_array_index(day->open, Stretch, i);
        g_autofree char *from = wall_text(zone, stretch->from, FALSE), *to = wall_text(zone, stretch->to, TRUE);

        g_string_append_printf(text, "%s%s-%s", i > 0 ? " " : "", from, to);
    }
    if (day->seconds > 0)
        printf("  %2d:%02d  %s", (int) (day->seconds / 3600), (int) (day->seconds / 60 % 60), text->str);
    if (day->holiday != NULL)
        fputs(day->extra != NULL ? "  (holiday, open extra) " : "  holiday ", stdout);
    if (day->holiday != NULL)
        print_escaped(day->holiday);
    if (day->extra != NULL)
        fputs("  extra ", stdout);
    if (day->extra != NULL)
        print_escaped(day->extra);
    if (zone_offset(zone, day->from) != zone_offset(zone, day->to))
        fputs("  (the clock changes)", stdout);
    puts("");
}

static void
print_months(const Calendar *calendar, gint64 first, gint64 last)
{
    int shown = 0;

    for (gint64 number = first; number <= last; number++) {
        Day day = day_new(calendar, number);
        int year, month, of_month;

        civil_date(number, &year, &month, &of_month);
        if (month != shown) {
            printf("%s%s %d  %s, %s\n        0     6     12    18\n", shown > 0 ? "\n" : "", months[month - 1], year, calendar_name(calendar),
                   calendar_is_always(calendar) ? "always open" : zone_name(calendar_zone(calendar)));
            shown = month;
        } else if (civil_weekday(number) == 0) {
            puts("");
        }
        print_day(calendar, &day);
        g_array_unref(day.open);
    }
}

/* ---- the command -------------------------------------------------------------------------------------------- */

static gint64
end_of_month(gint64 number)
{
    int year, month, day;

    civil_date(number, &year, &month, &day);
    return (month == 12 ? civil_day(year + 1, 1, 1) : civil_day(year, month + 1, 1)) - 1;
}

/* This month; from a day to the end of its month; or from a day to another one. */
static gboolean
choose_days(const Calendar *calendar, const char *from, const char *to, gint64 *first_out, gint64 *last_out)
{
    gint64 today = civil_day_of(zone_local(calendar_zone(calendar), clock_now() / G_USEC_PER_SEC));
    int year, month, day;

    civil_date(today, &year, &month, &day);
    *first_out = civil_day(year, month, 1);
    if (from != NULL && !civil_parse(from, first_out))
        return FALSE;
    *last_out = end_of_month(*first_out);
    return to == NULL || civil_parse(to, last_out);
}

static int
show(const Cli *cli, const char *name, const char *from, const char *to)
{
    g_autoptr(Config) config = cli_config(cli);
    g_autoptr(Targets) targets = NULL;
    g_autoptr(GError) error = NULL;
    const Calendar *calendar;
    gint64 first, last;

    if (config == NULL)
        return EXIT_FAILED;
    if (!cli_targets(config, &targets, &error))
        return fail(g_steal_pointer(&error));
    calendar = targets_calendar(targets, name);
    if (calendar == NULL)
        return fail_text("there is no [calendar %s] in %s", name, config->path);
    if (!choose_days(calendar, from, to, &first, &last))
        return usage_text("mailgw calendar show", "a day is written 2026-12-24, and lies between 1970 and 2099");
    if (last < first || last - first >= MAX_DAYS)
        return usage_text("mailgw calendar show", "--to is a day after --from, at most ten years");
    if (cli->json)
        print_json(calendar, first, last);
    else
        print_months(calendar, first, last);
    return EXIT_DONE;
}

static int
cmd_calendar_show(Cli *cli, int argc, char **argv)
{
    static const Command self = { "show", "NAME", "the open hours and holidays of a calendar, this month", cmd_calendar_show, NULL };
    g_autofree char *from = NULL, *to = NULL;
    const GOptionEntry entries[] = {
        { "from", 0, 0, G_OPTION_ARG_STRING, &from, "the first day, 2026-12-24", "DATE" },
        { "to", 0, 0, G_OPTION_ARG_STRING, &to, "the last day; by default the end of the month", "DATE" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    int status = command_options("mailgw calendar", &self, cli, entries, &argc, &argv, 1, 1);

    return status >= 0 ? status : show(cli, argv[1], from, to);
}

const Command calendar_commands[] = {
    { "show", "NAME", "the open hours and holidays of a calendar, this month", cmd_calendar_show, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};
