/* How long a mail waits for its next attempt. */
#include "gateway/send.h"
#include "tap.h"

static void
test_doubles(void)
{
    static const gint64 expected[] = { 60, 60, 120, 240, 480, 960, 1920, 3600, 3600 };

    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_cmpint(send_back_off(60, (int) i, 0.5), ==, expected[i]);
}

/* A third up and down, so that a thousand mails that failed together do not come back together. */
static void
test_spread(void)
{
    for (int attempts = 0; attempts < 40; attempts++) {
        gint64 middle = send_back_off(60, attempts, 0.5);

        g_assert_cmpint(send_back_off(60, attempts, 0.0), ==, middle * 2 / 3);
        g_assert_cmpint(send_back_off(60, attempts, 1.0), <=, middle * 4 / 3);
        for (int step = 0; step < 10; step++)
            g_assert_cmpint(send_back_off(60, attempts, step / 10.0), <, send_back_off(60, attempts, (step + 1) / 10.0));
    }
}

static void
test_bounds(void)
{
    static const int attempts[] = { G_MININT, -1, 0, 1, 63, 64, 1000000, G_MAXINT };

    for (gsize i = 0; i < G_N_ELEMENTS(attempts); i++) {
        g_assert_cmpint(send_back_off(60, attempts[i], 0.0), >=, 40);
        g_assert_cmpint(send_back_off(60, attempts[i], 1.0), <=, 4800);
    }
}

/* "Come back later" counts, within reason; "come back at once" does not shorten the pause. */
static void
test_retry_after(void)
{
    g_assert_cmpint(send_pause(60, 0), ==, 60);
    g_assert_cmpint(send_pause(60, 5), ==, 60);
    g_assert_cmpint(send_pause(60, 90), ==, 90);
    g_assert_cmpint(send_pause(60, G_MAXINT64), ==, 4 * 3600);
    g_assert_cmpint(send_pause(60, -1), ==, 60);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/gateway/send/back-off/doubles-to-an-hour", test_doubles);
    g_test_add_func("/gateway/send/back-off/spread-by-a-third", test_spread);
    g_test_add_func("/gateway/send/back-off/bounds", test_bounds);
    g_test_add_func("/gateway/send/back-off/retry-after", test_retry_after);
    return g_test_run();
}
