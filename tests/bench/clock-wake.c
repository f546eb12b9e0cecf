/*
 * clock-wake - what one look of the clock role costs: clock-wake SOCKETS
 *
 * Prints the median and the longest of many: a look when nothing is due, and one whose statement that takes what is due finds nothing, rolled back.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "store/clocks.h"

#define LOOKS 500
#define BATCH 200

static int
compare(const void *a, const void *b)
{
    const gint64 *one = a, *other = b;

    return (*one > *other) - (*one < *other);
}

static gboolean
look(Store *store, gboolean take, GError **error)
{
    g_autoptr(GPtrArray) notices = NULL;
    gboolean done;
    gint64 next, now;

    if (!store_clock_next(store, &next, &now, error))
        return FALSE;
    if (!take)
        return TRUE;
    done = store_begin(store, error) && store_clock_due(store, now, BATCH, &notices, error);
    store_rollback(store);
    return done;
}

static gboolean
measure(Store *store, const char *what, gboolean take, GError **error)
{
    gint64 took[LOOKS];

    for (int i = 0; i < LOOKS; i++) {
        gint64 begin = clock_monotonic();

        if (!look(store, take, error))
            return FALSE;
        took[i] = clock_monotonic() - begin;
    }
    qsort(took, LOOKS, sizeof *took, compare);
    printf("%s %.3f %.3f\n", what, (double) took[LOOKS / 2] / 1000, (double) took[LOOKS - 1] / 1000);
    return TRUE;
}

int
main(int argc, char **argv)
{
    StoreSettings settings = { .role = STORE_WORKER, .name = "clock-wake" };
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = NULL;

    if (argc != 2) {
        fputs("usage: clock-wake SOCKETS\n", stderr);
        return 2;
    }
    settings.socket_dir = argv[1];
    store = store_open(&settings, &error);
    if (store != NULL && measure(store, "idle", FALSE, &error) && measure(store, "take", TRUE, &error))
        return 0;
    fprintf(stderr, "%s\n", error->message);
    return 1;
}
