/*
 * test-intake-imap-plan.c - what of a folder is fetched next, and how, without a server
 */
#include "intake/imap-plan.h"
#include "tap.h"

#define DAY_US (86400 * G_GINT64_CONSTANT(1000000))

/* ---- sets --------------------------------------------------------------------------------------------------- */

static const struct {
    const char *rule, *text, *expected;   /* NULL: it is no set */
} texts[] = {
    { "empty", "", "" },
    { "one", "7", "7" },
    { "ranges-in-order", "20,1:17", "1:17,20" },
    { "ranges-that-touch-are-one", "1:3,4:6", "1:6" },
    { "ranges-that-overlap-are-one", "1:10,5:20,21", "1:21" },
    { "range-backwards", "9:3", "3:9" },
    { "largest", "4294967295", "4294967295" },
    { "up-to-the-largest", "4294967290:4294967295,1", "1,4294967290:4294967295" },
    { "zero", "0", NULL },
    { "too-large", "4294967296", NULL },
    { "star", "1:*", NULL },
    { "comma-at-the-end", "1,", NULL },
    { "two-commas", "1,,2", NULL },
    { "open-range", "1:", NULL },
    { "letters", "1a", NULL },
    { "sign", "-1", NULL },
};

static void
test_texts(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(UidSet) set = uid_set_parse(texts[i].text);
        g_autofree char *formatted = set != NULL ? uid_set_format(set) : NULL;

        if (g_strcmp0(formatted, texts[i].expected) != 0)
            g_error("%s: %s", texts[i].rule, formatted);
    }
}

static const struct {
    const char *rule, *set;
    guint32 first, last;
    const char *added, *removed;
} changes[] = {
    { "apart", "10:20", 30, 40, "10:20,30:40", "10:20" },
    { "before", "10:20", 1, 8, "1:8,10:20", "10:20" },
    { "touching", "10:20", 21, 21, "10:21", "10:20" },
    { "inside", "10:20", 12, 13, "10:20", "10:11,14:20" },
    { "the-whole", "10:20", 10, 20, "10:20", "" },
    { "over-several", "1:3,5:7,9:11", 2, 10, "1:11", "1,11" },
    { "the-end", "10:20", 20, 25, "10:25", "10:19" },
    { "largest", "4294967290:4294967295", 4294967295U, 4294967295U, "4294967290:4294967295", "4294967290:4294967294" },
    { "nothing", "10:20", 5, 4, "10:20", "10:20" },
    { "nothing-from-zero", "10:20", 0, 30, "10:20", "10:20" },
};

static void
test_changes(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autoptr(UidSet) more = uid_set_parse(changes[i].set), less = uid_set_copy(more);
        g_autofree char *added = NULL, *removed = NULL;

        uid_set_add(more, changes[i].first, changes[i].last);
        uid_set_remove(less, changes[i].first, changes[i].last);
        added = uid_set_format(more);
        removed = uid_set_format(less);
        if (g_strcmp0(added, changes[i].added) != 0 || g_strcmp0(removed, changes[i].removed) != 0)
            g_error("%s: %s, %s", changes[i].rule, added, removed);
    }
}

/* Against a plain array of bits. */
static void
test_random_changes(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(5);
    g_autoptr(UidSet) set = uid_set_new();
    gboolean bits[101] = { FALSE };

    for (int round = 0; round < 5000; round++) {
        guint32 first = (guint32) g_rand_int_range(random, 1, 100), last = (guint32) g_rand_int_range(random, (gint32) first, 101);
        gboolean add = g_rand_boolean(random);
        guint64 count = 0;

        (add ? uid_set_add : uid_set_remove)(set, first, last);
        for (guint32 uid = first; uid <= last; uid++)
            bits[uid] = add;
        for (guint32 uid = 1; uid <= 100; uid++) {
            g_assert_cmpint(uid_set_contains(set, uid), ==, bits[uid]);
            count += bits[uid];
        }
        g_assert_cmpuint(uid_set_count(set), ==, count);
    }
}

/* ---- first contact and new numbers -------------------------------------------------------------------------- */

static void
assert_todo(const ImapProgress *progress, const char *expected)
{
    g_autofree char *todo = uid_set_format(progress->todo);

    g_assert_cmpstr(todo, ==, expected);
}

static void
test_import(void)
{
    const ImapImport all = { IMAP_IMPORT_ALL, 0 }, since = { IMAP_IMPORT_SINCE, 10 * DAY_US }, from_now = { IMAP_IMPORT_FROM_NOW, 0 };
    const ImapRow old = { 5, 100, 9 * DAY_US, 0 }, young = { 6, 100, 10 * DAY_US, 0 }, undated = { 7, 100, 0, 0 },
                  moved_in_later = { 101, 100, DAY_US, 0 };
    ImapProgress progress;

    imap_progress_init(&progress);
    imap_plan_begin(&progress, &all, 7, 100, 20 * DAY_US);
    assert_todo(&progress, "1:100");
    g_assert_true(imap_plan_wants(&progress, &old));
    imap_plan_begin(&progress, &since, 7, 100, 20 * DAY_US);
    assert_todo(&progress, "1:100");
    g_assert_false(imap_plan_wants(&progress, &old));
    g_assert_true(imap_plan_wants(&progress, &young));
    g_assert_true(imap_plan_wants(&progress, &undated));
    g_assert_true(imap_plan_wants(&progress, &moved_in_later));
    imap_plan_begin(&progress, &from_now, 7, 100, 20 * DAY_US);
    assert_todo(&progress, "");
    g_assert_cmpuint(progress.last_uid, ==, 100);
    imap_plan_begin(&progress, &all, 7, 0, 20 * DAY_US);
    assert_todo(&progress, "");
    imap_progress_clear(&progress);
}

/* The mail of before the first contact does not come in through new numbers. */
static void
test_renumbered_after_from_now(void)
{
    const ImapImport from_now = { IMAP_IMPORT_FROM_NOW, 0 };
    const ImapRow old = { 5, 100, 19 * DAY_US, 0 }, young = { 90, 100, 21 * DAY_US, 0 };
    ImapProgress progress;

    imap_progress_init(&progress);
    imap_plan_begin(&progress, &from_now, 7, 100, 20 * DAY_US);
    uid_set_add(progress.marking, 3, 3);
    imap_plan_renumber(&progress, 8, 90);
    assert_todo(&progress, "1:90");
    g_assert_true(progress.renumbered);
    g_assert_true(uid_set_is_empty(progress.marking));
    g_assert_false(imap_plan_wants(&progress, &old));
    g_assert_true(imap_plan_wants(&progress, &young));
    imap_progress_clear(&progress);
}

static void
test_new_mail(void)
{
    const ImapImport all = { IMAP_IMPORT_ALL, 0 };
    ImapProgress progress;

    imap_progress_init(&progress);
    imap_plan_begin(&progress, &all, 7, 3, 0);
    uid_set_remove(progress.todo, 1, 3);
    imap_plan_arrived(&progress, 3);
    assert_todo(&progress, "");
    imap_plan_arrived(&progress, 9);
    assert_todo(&progress, "4:9");
    g_assert_cmpuint(progress.last_uid, ==, 9);
    imap_progress_clear(&progress);
}

/* ---- windows ------------------------------------------------------------------------------------------------ */

static void
assert_window(const char *todo, ImapOrder order, guint turn, guint32 width, guint32 first, guint32 last)
{
    g_autoptr(UidSet) set = uid_set_parse(todo);
    UidRange window;

    g_assert_true(imap_plan_window(set, order, turn, width, &window));
    g_assert_cmpuint(window.first, ==, first);
    g_assert_cmpuint(window.last, ==, last);
}

static void
test_windows(void)
{
    g_autoptr(UidSet) nothing = uid_set_new();
    UidRange window;

    g_assert_false(imap_plan_window(nothing, IMAP_NEWEST_FIRST, 0, 10, &window));
    assert_window("1:100000", IMAP_NEWEST_FIRST, 0, 100, 99901, 100000);
    assert_window("1:100000", IMAP_NEWEST_FIRST, 3, 100, 1, 100);
    assert_window("1:100000", IMAP_OLDEST_FIRST, 0, 100, 1, 100);
    assert_window("1:100000", IMAP_OLDEST_FIRST, 3, 100, 99901, 100000);
    assert_window("5,8:9", IMAP_NEWEST_FIRST, 0, 100, 8, 9);
    assert_window("1:4294967295", IMAP_NEWEST_FIRST, 0, G_MAXUINT32, 1, 4294967295U);
    assert_window("4294967295", IMAP_OLDEST_FIRST, 0, 1, 4294967295U, 4294967295U);
}

/* Mail that comes while years of mail are fetched is among the next four windows, whichever order was asked for. */
static void
test_neither_end_starves(void)
{
    for (ImapOrder order = IMAP_NEWEST_FIRST; order <= IMAP_OLDEST_FIRST; order++) {
        g_autoptr(UidSet) todo = uid_set_parse("1:100000");

        for (guint turn = 0; turn < 4; turn++) {
            UidRange window;

            g_assert_true(imap_plan_window(todo, order, turn, 50, &window));
            uid_set_remove(todo, window.first, window.last);
        }
        g_assert_false(uid_set_contains(todo, 1));
        g_assert_false(uid_set_contains(todo, 100000));
    }
}

static void
test_width_follows_density(void)
{
    guint32 width = 200;

    for (int i = 0; i < 40; i++)
        width = imap_plan_width(width, 0);
    g_assert_cmpuint(width, ==, G_MAXUINT32);
    for (int i = 0; i < 40; i++)
        width = imap_plan_width(width, 1000);
    g_assert_cmpuint(width, ==, 1);
    g_assert_cmpuint(imap_plan_width(200, 200), ==, 200);
}

static void
test_batches(void)
{
    const ImapRow rows[] = { { 1, 900, 0, 0 }, { 2, 100, 0, 0 }, { 3, 100, 0, 0 } };

    g_assert_cmpuint(imap_plan_batch(rows, 3, 50, 1000), ==, 2);
    g_assert_cmpuint(imap_plan_batch(rows, 3, 1, 1000), ==, 1);
    g_assert_cmpuint(imap_plan_batch(rows, 3, 50, 10), ==, 1);
    g_assert_cmpuint(imap_plan_batch(rows, 3, 50, 5000), ==, 3);
    g_assert_cmpuint(imap_plan_batch(rows, 0, 50, 5000), ==, 0);
}

/* ---- trouble ------------------------------------------------------------------------------------------------ */

static void
test_bad_mail_is_given_up_and_no_other(void)
{
    const ImapRow good = { 4, 100, 0, 0 }, bad = { 5, 100, 0, 0 };
    const guint32 both[] = { 4, 5 };
    ImapTrouble trouble;

    imap_trouble_init(&trouble);
    g_assert_cmpint(imap_trouble_way(&trouble, &bad, 1000), ==, IMAP_FETCH_WITH_OTHERS);
    imap_trouble_failed(&trouble, both, 2, TRUE);
    g_assert_cmpint(imap_trouble_way(&trouble, &bad, 1000), ==, IMAP_FETCH_ALONE);
    imap_trouble_over(&trouble, both, 1);
    g_assert_cmpint(imap_trouble_way(&trouble, &good, 1000), ==, IMAP_FETCH_WITH_OTHERS);
    imap_trouble_failed(&trouble, both + 1, 1, TRUE);
    g_assert_cmpint(imap_trouble_way(&trouble, &bad, 1000), ==, IMAP_FETCH_BEGINNING);
    g_assert_cmpint(imap_trouble_way(&trouble, &good, 1000), ==, IMAP_FETCH_WITH_OTHERS);
    imap_trouble_failed(&trouble, both + 1, 1, TRUE);
    g_assert_cmpint(imap_trouble_way(&trouble, &bad, 1000), ==, IMAP_FETCH_GIVE_UP);
    imap_trouble_over(&trouble, both + 1, 1);
    g_assert_cmpint(imap_trouble_way(&trouble, &bad, 1000), ==, IMAP_FETCH_WITH_OTHERS);
    imap_trouble_clear(&trouble);
}

/* A network that breaks four times in a row costs no mail. */
static void
test_network_is_forgiven(void)
{
    const ImapRow row = { 5, 100, 0, 0 };
    ImapTrouble trouble;

    imap_trouble_init(&trouble);
    for (int i = 0; i < 4; i++)
        imap_trouble_failed(&trouble, &row.uid, 1, FALSE);
    g_assert_cmpint(imap_trouble_way(&trouble, &row, 1000), ==, IMAP_FETCH_ALONE);
    for (int i = 0; i < 6; i++)
        imap_trouble_failed(&trouble, &row.uid, 1, FALSE);
    g_assert_cmpint(imap_trouble_way(&trouble, &row, 1000), ==, IMAP_FETCH_GIVE_UP);
    imap_trouble_clear(&trouble);
}

static void
test_oversize(void)
{
    const ImapRow row = { 5, 1001, 0, 0 };
    ImapTrouble trouble;

    imap_trouble_init(&trouble);
    g_assert_cmpint(imap_trouble_way(&trouble, &row, 1000), ==, IMAP_FETCH_BEGINNING);
    imap_trouble_failed(&trouble, &row.uid, 1, TRUE);
    g_assert_cmpint(imap_trouble_way(&trouble, &row, 1000), ==, IMAP_FETCH_GIVE_UP);
    imap_trouble_clear(&trouble);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/intake/uid-set/texts", test_texts);
    g_test_add_func("/intake/uid-set/changes", test_changes);
    g_test_add_func("/intake/uid-set/random-changes", test_random_changes);
    g_test_add_func("/intake/imap-plan/import", test_import);
    g_test_add_func("/intake/imap-plan/renumbered-after-from-now", test_renumbered_after_from_now);
    g_test_add_func("/intake/imap-plan/new-mail", test_new_mail);
    g_test_add_func("/intake/imap-plan/windows", test_windows);
    g_test_add_func("/intake/imap-plan/neither-end-starves", test_neither_end_starves);
    g_test_add_func("/intake/imap-plan/width-follows-density", test_width_follows_density);
    g_test_add_func("/intake/imap-plan/batches", test_batches);
    g_test_add_func("/intake/imap-plan/bad-mail-is-given-up-and-no-other", test_bad_mail_is_given_up_and_no_other);
    g_test_add_func("/intake/imap-plan/network-is-forgiven", test_network_is_forgiven);
    g_test_add_func("/intake/imap-plan/oversize", test_oversize);
    return g_test_run();
}
