/*
 * test-locale-moment.c - dates and times as readers of six languages expect them, and by whose clock
 */
#include "locale/locale.h"
#include "tap.h"

#define TUESDAY 1795523400         /* 2026-11-24T12:30:00Z */
#define HOURS(n) ((gint64) ((n) * 3600))

typedef struct {
    const char *name, *language;
    LocaleMoment moment;
    const char *expected;
} Case;

#define ATHENS .offset = HOURS(2), .zone = "Europe/Athens"
#define INDIA  .offset = HOURS(5.5), .desk_zone = "Europe/Athens", .desk_offset = HOURS(2)

static const Case cases[] = {
    { "english", "en", { TUESDAY, ATHENS }, "Tuesday, 24 November, 14:30 (Athens time)" },
    { "greek", "el", { TUESDAY, ATHENS }, "Τρίτη, 24 Νοεμβρίου, 14:30 (ζώνη ώρας: Αθήνα)" },
    { "russian-genitive-month", "ru", { TUESDAY, ATHENS }, "вторник, 24 ноября, 14:30 (часовой пояс: Афины)" },
    { "belarusian", "be", { TUESDAY, ATHENS }, "аўторак, 24 лістапада, 14:30 (часавы пояс: Афіны)" },
    { "polish-genitive-month", "pl", { TUESDAY, ATHENS }, "wtorek, 24 listopada, 14:30 (strefa czasowa: Ateny)" },
    { "german-uhr", "de", { TUESDAY, ATHENS }, "Dienstag, 24. November, 14:30 Uhr (Ortszeit Athen)" },
    { "region-of-a-language-of-ours", "el-GR", { TUESDAY, ATHENS }, "Τρίτη, 24 Νοεμβρίου, 14:30 (ζώνη ώρας: Αθήνα)" },
    { "american-english-is-read-by-all", "en-US", { TUESDAY, ATHENS }, "Tuesday, 24 November, 14:30 (Athens time)" },
    { "language-without-words-of-ours", "fr", { TUESDAY, ATHENS }, "mardi 24 novembre, 14:30 (Athènes)" },
    { "no-language", NULL, { TUESDAY, ATHENS }, "Tuesday, 24 November, 14:30 (Athens time)" },
    { "no-tag", "../../etc", { TUESDAY, ATHENS }, "Tuesday, 24 November, 14:30 (Athens time)" },
    { "unknown-language", "xq", { TUESDAY, ATHENS }, NULL },

    { "offset", "en", { TUESDAY, .offset = HOURS(2) }, "Tuesday, 24 November, 14:30, UTC+2" },
    { "half-hour-offset", "en", { TUESDAY, INDIA }, "Tuesday, 24 November, 18:00, UTC+5:30 (our time, Athens: 14:30)" },
    { "offset-west", "en", { TUESDAY, .offset = HOURS(-3.5) }, "Tuesday, 24 November, 09:00, UTC-3:30" },
    { "zero-offset", "en", { TUESDAY, .offset = 0 }, "Tuesday, 24 November, 12:30, UTC" },
    { "zone-that-is-no-place", "en", { TUESDAY, .offset = 0, .zone = "UTC" }, "Tuesday, 24 November, 12:30, UTC" },
    { "another-day-at-the-desk", "en", { TUESDAY, .offset = HOURS(-13.5), .desk_zone = "Europe/Athens", .desk_offset = HOURS(2) },
      "Monday, 23 November, 23:00, UTC-13:30 (our time, Athens: Tuesday, 24 November, 14:30)" },
    { "desk-besides-greek", "el", { TUESDAY, INDIA }, "Τρίτη, 24 Νοεμβρίου, 18:00, UTC+5:30 (δική μας ώρα, Αθήνα: 14:30)" },
    { "desk-besides-russian", "ru", { TUESDAY, INDIA }, "вторник, 24 ноября, 18:00, UTC+5:30 (у нас, Афины: 14:30)" },
    { "desk-besides-belarusian", "be", { TUESDAY, INDIA }, "аўторак, 24 лістапада, 18:00, UTC+5:30 (у нас, Афіны: 14:30)" },
    { "desk-besides-polish", "pl", { TUESDAY, INDIA }, "wtorek, 24 listopada, 18:00, UTC+5:30 (u nas, Ateny: 14:30)" },
    { "desk-besides-german", "de", { TUESDAY, INDIA }, "Dienstag, 24. November, 18:00 Uhr, UTC+5:30 (bei uns, Athen: 14:30 Uhr)" },
    { "two-places", "en", { TUESDAY, .offset = HOURS(-5), .zone = "America/New_York", .desk_zone = "Europe/Athens", .desk_offset = HOURS(2) },
      "Tuesday, 24 November, 07:30 (New York time) (our time, Athens: 14:30)" },

    { "year", "en", { TUESDAY, ATHENS, .with_year = TRUE }, "Tuesday, 24 November 2026, 14:30 (Athens time)" },
    { "year-russian", "ru", { TUESDAY, ATHENS, .with_year = TRUE }, "вторник, 24 ноября 2026 г., 14:30 (часовой пояс: Афины)" },
    { "year-german", "de", { TUESDAY, ATHENS, .with_year = TRUE }, "Dienstag, 24. November 2026, 14:30 Uhr (Ortszeit Athen)" },
    { "seconds-are-not-told", "en", { TUESDAY + 59, ATHENS }, "Tuesday, 24 November, 14:30 (Athens time)" },
    { "before-1970", "en", { -1, .offset = 0 }, "Wednesday, 31 December, 23:59, UTC" },
};

static void
test_case(gconstpointer data)
{
    const Case *one = data;
    g_autofree char *text = locale_moment(locale_get(one->language), &one->moment);

    if (one->expected != NULL)
        g_assert_cmpstr(text, ==, one->expected);
    else
        g_assert_nonnull(text);
}

/* Tags come from mails: a thousand of them are not a thousand languages to keep. */
static void
test_many_tags(void)
{
    const Locale *last = NULL;

    for (int i = 0; i < 1000; i++) {
        g_autofree char *tag = g_strdup_printf("xx-a%03d", i);

        last = locale_get(tag);
    }
    g_assert_true(last == locale_get("en"));
    g_assert_true(locale_get("de") == locale_get("de"));
}

static void
test_speed(void)
{
    const Locale *locale = locale_get("en");
    const int rounds = 20000;
    gint64 from = g_get_monotonic_time();
    double each;

    for (int i = 0; i < rounds; i++)
        g_free(locale_moment(locale, &cases[0].moment));
    each = (double) (g_get_monotonic_time() - from) / rounds;
    g_test_message("%.2f us each", each);
    /* Opening formatters each time would be over a thousand. */
    g_assert_cmpfloat(each, <, 100.0);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/locale/moment/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/locale/moment/what-is-kept-is-bounded", test_many_tags);
    g_test_add_func("/locale/moment/formatters-are-kept", test_speed);
    return g_test_run();
}
