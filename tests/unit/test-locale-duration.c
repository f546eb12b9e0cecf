/*
 * test-locale-duration.c - durations in working time, with the plural and the case that a language wants
 */
#include "locale/locale.h"
#include "tap.h"

#define M ((gint64) 60)
#define H ((gint64) 3600)
#define DAY (8 * H)

typedef struct {
    const char  *name, *language;
    gint64       seconds, day;
    DurationForm form;
    const char  *expected;
} Case;

static const Case cases[] = {
    { "hours", "en", 4 * H, DAY, DURATION_WITHIN, "4 working hours" },
    { "one-hour", "en", H, DAY, DURATION_WITHIN, "1 working hour" },
    { "a-day-is-the-calendars", "en", 3 * DAY, DAY, DURATION_WITHIN, "3 working days" },
    { "day-and-hours", "en", DAY + 2 * H, DAY, DURATION_WITHIN, "1 working day and 2 hours" },
    { "minutes", "en", 30 * M, DAY, DURATION_WITHIN, "30 working minutes" },
    { "not-of-working-time", "en", 24 * H, 0, DURATION_WITHIN, "24 hours" },
    { "days-from-two-on", "en", 48 * H, 0, DURATION_WITHIN, "2 days" },
    { "odd-hours", "en", 47 * H, 0, DURATION_WITHIN, "47 hours" },
    { "two-units-at-most", "en", 50 * H + 59 * M, 0, DURATION_WITHIN, "2 days and 3 hours" },
    { "rounded-up", "en", 3 * H + 1, 0, DURATION_WITHIN, "3 hours and 1 minute" },
    { "rounded-up-into-the-hour", "en", 2 * H - 1, 0, DURATION_WITHIN, "2 hours" },
    { "sixty-minutes-are-an-hour", "en", H - 1, 0, DURATION_WITHIN, "1 hour" },
    { "nothing-is-a-minute", "en", 0, 0, DURATION_PLAIN, "1 minute" },
    { "working-day-of-one-hour", "en", 3 * H, H, DURATION_WITHIN, "3 working hours" },

    { "greek-one", "el", H, DAY, DURATION_WITHIN, "1 εργάσιμη ώρα" },
    { "greek", "el", 4 * H, DAY, DURATION_WITHIN, "4 εργάσιμες ώρες" },
    { "german-dative", "de", 3 * DAY, DAY, DURATION_WITHIN, "3 Arbeitstagen" },
    { "german-alone", "de", 3 * DAY, DAY, DURATION_PLAIN, "3 Arbeitstage" },
    { "german", "de", 4 * H, DAY, DURATION_WITHIN, "4 Arbeitsstunden" },
    { "russian-few-alone", "ru", 3 * H, 0, DURATION_PLAIN, "3 часа" },
    { "russian-few-genitive", "ru", 3 * H, DAY, DURATION_WITHIN, "3 рабочих часов" },
    { "russian-21", "ru", 21 * H, 0, DURATION_PLAIN, "21 час" },
    { "russian-21-genitive", "ru", 21 * H, 0, DURATION_WITHIN, "21 часа" },
    { "russian-11-is-many", "ru", 11 * H, 0, DURATION_PLAIN, "11 часов" },
    { "russian-one-day", "ru", DAY, DAY, DURATION_WITHIN, "1 рабочего дня" },
    { "belarusian", "be", 4 * H, DAY, DURATION_WITHIN, "4 працоўных гадзін" },
    { "belarusian-few-alone", "be", 2 * H, 0, DURATION_PLAIN, "2 гадзіны" },
    { "polish-few-genitive", "pl", 4 * H, DAY, DURATION_WITHIN, "4 godzin roboczych" },
    { "polish-few-alone", "pl", 4 * H, DAY, DURATION_PLAIN, "4 godziny robocze" },
    { "polish-21-is-many", "pl", 21 * H, 0, DURATION_PLAIN, "21 godzin" },
    { "polish-22-is-few", "pl", 22 * H, 0, DURATION_PLAIN, "22 godziny" },
    { "polish-one-day", "pl", DAY, DAY, DURATION_WITHIN, "1 dnia roboczego" },

    { "no-words-for-working-time", "fr", 4 * H, DAY, DURATION_WITHIN, NULL },
    { "plain-time-by-icu", "fr", 4 * H, 0, DURATION_WITHIN, "4\u00a0heures" },
};

static void
test_case(gconstpointer data)
{
    const Case *one = data;
    g_autofree char *text = locale_duration(locale_get(one->language), one->seconds, one->day, one->form);

    g_assert_cmpstr(text, ==, one->expected);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/locale/duration/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
