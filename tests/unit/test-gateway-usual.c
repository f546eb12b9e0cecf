/*
 * test-gateway-usual.c - how long an answer usually takes: the median of what was answered and of what still waits
 */
#include "gateway/usual.h"
#include "tap.h"

#define H G_GINT64_CONSTANT(3600)

static GArray *
waits_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(UsualWait));
}

static void
add(GArray *waits, guint n, gint64 seconds, gboolean answered)
{
    const UsualWait wait = { seconds, answered };

    for (guint i = 0; i < n; i++)
        g_array_append_val(waits, wait);
}

static void
test_enough(void)
{
    g_autoptr(GArray) waits = waits_new();

    g_assert_cmpint(usual_median(waits), ==, 0);
    add(waits, USUAL_ANSWERS - 1, H, TRUE);
    add(waits, 5, 2 * H, FALSE);
    g_assert_cmpint(usual_median(waits), ==, 0);
    add(waits, 1, H, TRUE);
    g_assert_cmpint(usual_median(waits), ==, H);
}

static void
test_middle(void)
{
    g_autoptr(GArray) waits = waits_new();

    for (gint64 i = 21; i > 0; i--)
        add(waits, 1, i * H, TRUE);
    g_assert_cmpint(usual_median(waits), ==, 11 * H);
    add(waits, 1, 0, TRUE);
    g_assert_cmpint(usual_median(waits), ==, 10 * H);
}

/* A desk that answers the easy half at once and the rest never is not quick. */
static void
test_waiting_counts(void)
{
    g_autoptr(GArray) waits = waits_new();

    add(waits, 20, H, TRUE);
    add(waits, 30, 100 * H, FALSE);
    g_assert_cmpint(usual_median(waits), ==, 0);
}

/* What came a moment ago says nothing yet. */
static void
test_fresh_mail_says_nothing(void)
{
    g_autoptr(GArray) waits = waits_new();

    add(waits, 21, 5 * H, TRUE);
    add(waits, 500, 60, FALSE);
    g_assert_cmpint(usual_median(waits), ==, 5 * H);
}

static void
test_answered_in_no_time(void)
{
    g_autoptr(GArray) waits = waits_new();

    add(waits, 25, 0, TRUE);
    g_assert_cmpint(usual_median(waits), ==, 1);
}

static void
test_rounded(void)
{
    static const struct { gint64 seconds, day, expected; } cases[] = {
        { 1, 8 * H, 300 }, { 301, 8 * H, 600 }, { H - 1, 8 * H, H }, { H, 8 * H, H }, { H + 1, 8 * H, H + H / 2 }, { 2 * H + 1, 0, 2 * H + H / 2 },
        { 3 * H + 1, 8 * H, 4 * H }, { 8 * H, 8 * H, 8 * H }, { 8 * H + 1, 8 * H, 12 * H }, { 20 * H, 8 * H, 20 * H }, { 16 * H, 7 * H, 16 * H },
        { 47 * H + 1, 0, 48 * H }, { 49 * H, 0, 60 * H },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(usual_round(cases[i].seconds, cases[i].day), ==, cases[i].expected);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/gateway/usual/enough", test_enough);
    g_test_add_func("/gateway/usual/middle", test_middle);
    g_test_add_func("/gateway/usual/waiting-counts", test_waiting_counts);
    g_test_add_func("/gateway/usual/fresh-mail-says-nothing", test_fresh_mail_says_nothing);
    g_test_add_func("/gateway/usual/answered-in-no-time", test_answered_in_no_time);
    g_test_add_func("/gateway/usual/rounded", test_rounded);
    return g_test_run();
}
