/*
 * test-base-spool.c - bytes come back as they went in, from the heap and from a memfd, also after they were released
 */
#include "base/spool.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tap.h"

static GByteArray *
make(gsize length)
{
    GByteArray *bytes = g_byte_array_sized_new((guint) length);

    g_byte_array_set_size(bytes, (guint) length);
    for (gsize i = 0; i < length; i++)
        bytes->data[i] = (guint8) (i * 31 >> 3);
    return bytes;
}

static GBytes *
through_spool(const GByteArray *bytes, gsize step)
{
    Spool *spool = spool_new();

    for (gsize at = 0; at < bytes->len; at += step)
        spool_append(spool, bytes->data + at, MIN(step, bytes->len - at));
    return spool_free_to_bytes(spool);
}

static gboolean
is_same(GBytes *read, const GByteArray *bytes)
{
    return g_bytes_get_size(read) == bytes->len && memcmp(g_bytes_get_data(read, NULL), bytes->data, bytes->len) == 0;
}

static void
test_lengths(void)
{
    static const gsize lengths[] = { 1, SPOOL_MEMORY - 1, SPOOL_MEMORY, SPOOL_MEMORY + 1, SPOOL_MEMORY + SPOOL_STEP, 5 * SPOOL_MEMORY + 4711 };
    static const gsize steps[] = { 4096, 16383, SPOOL_STEP, 3 * SPOOL_MEMORY };

    for (gsize l = 0; l < G_N_ELEMENTS(lengths); l++)
        for (gsize s = 0; s < G_N_ELEMENTS(steps); s++) {
            g_autoptr(GByteArray) bytes = make(lengths[l]);
            g_autoptr(GBytes) read = through_spool(bytes, steps[s]);

            g_assert_true(is_same(read, bytes));
        }
}

static void
test_nothing(void)
{
    g_autoptr(Spool) left = spool_new();
    g_autoptr(GBytes) none = spool_free_to_bytes(spool_new());

    g_assert_cmpuint(g_bytes_get_size(none), ==, 0);
    spool_release(none, 0);
    spool_release(none, SPOOL_MEMORY);
    spool_append(left, "x", 1);
}

static gsize
resident(GBytes *bytes)
{
    gsize page = (gsize) sysconf(_SC_PAGESIZE), count = 0;
    g_autofree char *table = NULL;
    g_autofree char *start = g_strdup_printf("%lx-", (gulong) g_bytes_get_data(bytes, NULL));
    const char *entry;

    if (!g_file_get_contents("/proc/self/smaps", &table, NULL, NULL))
        return page;
    entry = strstr(table, start);
    entry = entry != NULL ? strstr(entry, "\nRss:") : NULL;
    if (entry != NULL)
        count = (gsize) g_ascii_strtoull(entry + 5, NULL, 10) * 1024;
    return count;
}

static void
test_release(void)
{
    gsize length = 8 * SPOOL_MEMORY;
    g_autoptr(GByteArray) bytes = make(length);
    g_autoptr(GBytes) read = through_spool(bytes, 16384);

    g_assert_true(is_same(read, bytes));
    g_assert_cmpuint(resident(read), >=, length);
    spool_release(read, length);
    g_assert_cmpuint(resident(read), <, length / 8);
    g_assert_true(is_same(read, bytes));
    spool_release(read, length * 2);
}

static void
test_release_of_others(void)
{
    gsize length = 2 * SPOOL_MEMORY;
    g_autoptr(GByteArray) bytes = make(length);
    g_autoptr(GBytes) memory = g_bytes_new(bytes->data, length);

    spool_release(memory, length);
    g_assert_true(is_same(memory, bytes));
}

/* A process that may open nothing more gets no memfd. */
static void
test_without_memfd(void)
{
    struct rlimit as_it_was, none = { 0, 0 };
    g_autoptr(GByteArray) bytes = make(3 * SPOOL_MEMORY);

    if (g_test_subprocess()) {
        g_autoptr(GBytes) read = NULL;

        g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &as_it_was), ==, 0);
        none.rlim_max = as_it_was.rlim_max;
        g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &none), ==, 0);
        read = through_spool(bytes, 16384);
        g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &as_it_was), ==, 0);
        g_assert_true(is_same(read, bytes));
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/spool/any-length-comes-back", test_lengths);
    g_test_add_func("/spool/nothing-comes-back", test_nothing);
    g_test_add_func("/spool/what-is-released-can-be-read-again", test_release);
    g_test_add_func("/spool/bytes-of-others-are-left-alone", test_release_of_others);
    g_test_add_func("/spool/without-a-memfd-it-stays-on-the-heap", test_without_memfd);
    return g_test_run();
}
