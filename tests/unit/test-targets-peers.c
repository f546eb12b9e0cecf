/*
 * questions that the manuals of other systems ask, with their answers and ours; doc/response-times.txt tells why some differ
 *
 * Histories: m a customer's mail, r a reply, p pending, o open, c closed, t other terms. All clocks show UTC; 2026-03-02 is a Monday.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/clock.h"
#include "config/config.h"
#include "tap.h"
#include "targets/clocks.h"
#include "targets/targets.h"

#define WEEK(name, hours) "[calendar " name "]\ntimezone = UTC\nhours = Mon-Fri " hours "\n"
#define POLICY(name, calendar, times) "[target " name "]\ncalendar = " calendar "\n" times

static const char configuration[] =
    "[calendar always]\nalways = yes\n" WEEK("eight", "08:00-17:00") WEEK("nine", "09:00-17:00") WEEK("early", "08:00-16:00")
    WEEK("rt", "09:00-18:00") "holidays = rt.ics\n"
    POLICY("rt-basic", "always", "resolution = 8h\nurgent.resolution = 2h\n") POLICY("rt-business", "rt", "resolution = 4h\n")
    POLICY("rt-answer", "always", "first-response = 8h\nnext-response = 8h\n") POLICY("rt-hour", "rt", "first-response = 1h\n")
    POLICY("rt-both", "always", "first-response = 8h\nresolution = 24h\n")
    POLICY("rt-loop", "always", "first-response = 1h\nnext-response = 1h\nresolution = 24h\n")
    POLICY("eight-4h", "eight", "first-response = 4h\n") POLICY("nine-4h", "nine", "first-response = 4h\n")
    POLICY("nine-30m", "nine", "first-response = 30m\n") POLICY("nine-8h", "nine", "resolution = 8h\n") POLICY("nine-1d", "nine", "resolution = 1d\n")
    POLICY("nine-6h", "nine", "resolution = 6h\n") POLICY("any-6h", "always", "resolution = 6h\n")
    POLICY("early-12h", "early", "first-response = 12h\n") POLICY("early-16h", "early", "resolution = 16h\n")
    POLICY("eight-2h", "eight", "first-response = 2h\n") POLICY("zammad", "always", "first-response = 60m\nnext-response = 60m\nresolution = 75m\n")
    POLICY("zammad-30m", "always", "first-response = 30m\n") POLICY("zammad-2h", "always", "first-response = 2h\n")
    POLICY("zammad-update", "always", "next-response = 60m\n") POLICY("ld-short", "always", "first-response = 1h\nresolution = 2h\n")
    POLICY("ld-long", "always", "first-response = 3h\nresolution = 4h\n") POLICY("grace", "always", "resolution = 8h\n");

static const char rt_holidays[] =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
    "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20100101\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20101225\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:3\r\nDTSTART;VALUE=DATE:20151012\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n";

#define FIRST CLOCK_FIRST_RESPONSE
#define NEXT  CLOCK_NEXT_RESPONSE
#define DONE  CLOCK_RESOLUTION

/* Answers: when it is due, "paused", or "-": nothing is owed. */
static const struct {
    const char *name, *terms, *history;
    ClockKind   kind;
    const char *ours, *theirs, *why;     /* why: NULL where they agree */
} questions[] = {
    { "rt/real-time", "rt-basic normal", "m 2026-03-02 10:00", DONE, "2026-03-02 18:00", "2026-03-02 18:00", NULL },
    { "rt/urgent", "rt-basic urgent", "m 2026-03-02 10:00", DONE, "2026-03-02 12:00", "2026-03-02 12:00", NULL },
    { "rt/business-time-over-a-weekend", "rt-business normal", "m 2026-03-06 16:00", DONE, "2026-03-09 11:00", "2026-03-09 11:00", NULL },
    { "rt/holiday-of-each-year", "rt-business normal", "m 2026-12-24 16:00", DONE, "2026-12-28 11:00", "2026-12-28 11:00", NULL },
    { "rt/holiday-once", "rt-business normal", "m 2015-10-09 17:00", DONE, "2015-10-13 12:00", "2015-10-13 12:00", NULL },
    { "rt/holiday-once/not-the-next-year", "rt-business normal", "m 2016-10-11 17:00", DONE, "2016-10-12 12:00", "2016-10-12 12:00", NULL },
    { "rt/after-our-reply-nothing-is-due", "rt-answer normal", "m 2026-03-02 10:00,r 2026-03-02 12:00", NEXT, "-", "-", NULL },
    { "rt/a-further-mail-after-it", "rt-answer normal", "m 2026-03-02 10:00,r 2026-03-02 12:00,m 2026-03-02 15:00", NEXT, "2026-03-02 23:00",
      "2026-03-02 23:00", NULL },
    { "rt/response-and-resolution", "rt-both normal", "m 2026-03-02 10:00", DONE, "2026-03-03 10:00", "2026-03-02 18:00",
      "there is one date for both, the earlier; ours are two clocks" },
    { "rt/stalled", "rt-basic normal", "m 2026-03-02 10:00,p 2026-03-02 11:00", DONE, "paused", "paused", NULL },
    { "rt/open-again", "rt-basic normal", "m 2026-03-02 10:00,p 2026-03-02 11:00,o 2026-03-02 13:00", DONE, "2026-03-02 20:00", "2026-03-02 18:00",
      "time in a state that is ignored still counts, unless an option excludes it; ours never counts while the customer is waited for" },
    { "rt/keep-in-loop", "rt-loop normal", "m 2026-03-02 10:00,r 2026-03-02 10:30", NEXT, "-", "2026-03-02 12:30",
      "a reply may oblige to write again; with us nothing is owed to whom was answered last" },
    { "rt/real-time-begins-with-the-next-opening", "rt-basic normal", "m 2026-03-07 12:00", DONE, "2026-03-07 20:00", "2026-03-09 17:00",
      "real time waits for the hours to begin; ours is counted by one calendar, from the mail on" },
    { "rt/more-time-out-of-hours", "rt-hour normal", "m 2026-03-07 12:00", FIRST, "2026-03-09 10:00", "2026-03-09 12:00",
      "what comes out of hours may be given more time; ours is the time that was promised" },
    { "zammad/two-hours-of-which-one-today", "eight-2h normal", "m 2026-03-02 16:00", FIRST, "2026-03-03 09:00", "2026-03-03 09:00", NULL },
    { "zammad/16-hours-are-two-days-of-eight", "early-16h normal", "m 2026-03-02 08:00", DONE, "2026-03-03 16:00", "2026-03-03 16:00", NULL },
    { "zammad/moved-counts-from-the-mail-on", "zammad normal", "m 2026-03-02 10:00,t 2026-03-02 10:30 zammad-2h", FIRST, "2026-03-02 12:00",
      "2026-03-02 12:00", NULL },
    { "zammad/our-further-mail-begins-nothing", "zammad normal", "m 2026-03-02 10:00,r 2026-03-02 10:10,r 2026-03-02 10:20", NEXT, "-", "-", NULL },
    { "zammad/a-second-question-moves-nothing", "zammad normal", "m 2026-03-02 10:00,r 2026-03-02 10:10,m 2026-03-02 10:20,m 2026-03-02 10:30", NEXT,
      "2026-03-02 11:20", "2026-03-02 11:20", NULL },
    { "zammad/update-time-alone", "zammad-update normal", "m 2026-03-02 10:00", NEXT, "-", "2026-03-02 11:00",
      "without a first response the update time counts from the beginning; with us the next response follows a reply" },
    { "zammad/half-an-hour-pending", "zammad-30m normal", "m 2026-03-02 10:00,p 2026-03-02 10:15,o 2026-03-02 10:45", FIRST, "2026-03-02 11:00",
      "2026-03-02 11:00", NULL },
    { "zammad/used-up-before-it-was-pending", "zammad normal", "m 2026-03-02 10:00,p 2026-03-02 11:30,o 2026-03-02 12:00", DONE, "2026-03-02 11:15",
      "2026-03-02 11:15", NULL },
    { "libredesk/other-policy", "ld-short normal", "m 2026-03-02 10:00,t 2026-03-02 10:30 ld-long", FIRST, "2026-03-02 13:00", "2026-03-02 13:30",
      "a policy counts from when it was applied; ours keeps what was used before" },
    { "libredesk/waiting", "ld-short normal", "m 2026-03-02 10:00,p 2026-03-02 10:15", DONE, "paused", "2026-03-02 12:00", "nothing pauses it" },
    { "libredesk/one-next-response-at-a-time", "rt-loop normal", "m 2026-03-02 10:00,r 2026-03-02 10:10,m 2026-03-02 10:20,m 2026-03-02 10:50", NEXT,
      "2026-03-02 11:20", "2026-03-02 11:20", NULL },
    { "osticket/answered-and-the-customer-is-silent", "grace normal", "m 2026-03-02 10:00,r 2026-03-02 10:30,p 2026-03-02 10:30", DONE, "paused",
      "2026-03-02 18:00", "only the whole time is counted, whoever has to write next" },
    { "freshdesk/six-business-hours", "nine-6h normal", "m 2026-03-06 16:00", DONE, "2026-03-09 14:00", "2026-03-09 14:00", NULL },
    { "freshdesk/six-calendar-hours", "any-6h normal", "m 2026-03-06 16:00", DONE, "2026-03-06 22:00", "2026-03-06 22:00", NULL },
    { "thulium/twelve-hours", "early-12h normal", "m 2022-02-21 10:00", FIRST, "2022-02-22 14:00", "2022-02-22 14:00", NULL },
    { "airclou/friday-at-four", "nine-4h normal", "m 2026-03-06 16:00", FIRST, "2026-03-09 12:00", "2026-03-09 12:00", NULL },
    { "vector/a-minute-before-the-weekend", "nine-30m normal", "m 2026-03-06 16:59", FIRST, "2026-03-09 09:29", "2026-03-09 09:29", NULL },
    { "nine-minds/friday-at-four", "eight-4h normal", "m 2026-03-06 16:00", FIRST, "2026-03-09 11:00", "2026-03-10 11:00",
      "one hour on Friday and three on Monday end on Monday: their manual is a day off" },
    { "eccentex/eight-working-hours", "nine-8h normal", "m 2026-03-03 11:00", DONE, "2026-03-04 11:00", "2026-03-04 11:00", NULL },
    { "eccentex/a-day", "nine-1d normal", "m 2026-03-03 11:00", DONE, "2026-03-04 11:00", "2026-03-06 11:00",
      "a day is 24 hours of working time; ours is the calendar's working day" },
    { "eccentex/opened-again", "nine-8h normal", "m 2026-03-03 11:00,c 2026-03-03 12:00,o 2026-03-05 11:00", DONE, "2026-03-06 10:00",
      "2026-03-06 11:00", "a case that is opened again has all of its time; with us what was used is used" },
};

static Targets *targets;

static void
load(void)
{
    g_autofree char *directory = g_dir_make_tmp("mailgw-peers-XXXXXX", NULL), *path = g_build_filename(directory, "rt.ics", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = config_parse(configuration, strlen(configuration), "test.conf", directory, &error);

    g_assert_no_error(error);
    g_assert_true(g_file_set_contents(path, rt_holidays, -1, NULL));
    targets = targets_load("test.conf", directory, config->calendars, config->targets, &error);
    g_assert_no_error(error);
    g_unlink(path);
    g_rmdir(directory);
}

static gint64
moment(const char *text)
{
    g_autofree char *day = g_strndup(text, strlen("2026-03-02 10:00")), *utc = g_strconcat(day, ":00Z", NULL);
    gint64 time;

    g_assert_true(clock_parse(utc, &time, NULL));
    return time;
}

static ClockTurn
terms(gint64 at, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", 2);
    ClockTurn turn = { at, targets_policy(targets, words[0]), PRIORITY_NORMAL };

    g_assert_nonnull(turn.policy);
    g_assert_true(words[1] == NULL || ticket_priority_parse(words[1], &turn.priority));
    return turn;
}

static void
read_event(const char *text, GArray *items, GArray *turns, GArray *statuses)
{
    gint64 at = moment(text + 2);
    ClockItem item = { at, *text == 'r' };
    ClockStatus status = { at, *text == 'p' ? TICKET_PENDING : *text == 'c' ? TICKET_CLOSED : TICKET_OPEN };

    if (*text == 't') {
        ClockTurn turn = terms(at, text + strlen("t 2026-03-02 10:30 "));

        g_array_append_val(turns, turn);
    } else if (*text == 'm' || *text == 'r') {
        g_array_append_val(items, item);
    } else {
        g_array_append_val(statuses, status);
    }
}

static char *
answer(const GArray *rounds, ClockKind kind)
{
    for (guint i = 0; i < rounds->len; i++) {
        const ClockRound *round = &g_array_index(rounds, ClockRound, i);
        g_autofree char *text = clock_format_utc(round->due);

        if (round->kind == kind && round->met == 0)
            return round->due == 0 ? g_strdup("paused") : g_strdelimit(g_strndup(text, strlen("2026-03-02T10:00")), "T", ' ');
    }
    return g_strdup("-");
}

static void
test_question(gconstpointer data)
{
    gsize n = GPOINTER_TO_SIZE(data);
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(ClockItem)), turns = g_array_new(FALSE, FALSE, sizeof(ClockTurn));
    g_autoptr(GArray) statuses = g_array_new(FALSE, FALSE, sizeof(ClockStatus)), rounds = NULL;
    g_auto(GStrv) events = g_strsplit(questions[n].history, ",", -1);
    ClockTurn first = terms(0, questions[n].terms);
    g_autofree char *ours = NULL;

    g_array_append_val(turns, first);
    for (char **event = events; *event != NULL; event++)
        read_event(*event, items, turns, statuses);
    rounds = clock_rounds(&(ClockHistory) { (const ClockItem *) (gpointer) items->data, items->len, (const ClockTurn *) (gpointer) turns->data,
                                            turns->len, (const ClockStatus *) (gpointer) statuses->data, statuses->len });
    ours = answer(rounds, questions[n].kind);
    g_assert_cmpstr(ours, ==, questions[n].ours);
    g_assert_cmpint(strcmp(questions[n].ours, questions[n].theirs) != 0, ==, questions[n].why != NULL);
}

int
main(int argc, char **argv)
{
    int status;

    tap_init(&argc, &argv);
    load();
    for (gsize i = 0; i < G_N_ELEMENTS(questions); i++) {
        g_autofree char *path = g_strconcat("/targets/peers/", questions[i].name, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_question);
    }
    status = g_test_run();
    targets_free(targets);
    return status;
}
