#include "config/options.h"
#include "message/charset-private.h"
#include "tap.h"

/* The table of options cannot ask the table of character sets: they are neighbours. */
static void
test_every_choice_is_a_set(void)
{
    gboolean found = FALSE;

    for (gsize i = 0; i < n_options; i++) {
        g_auto(GStrv) words = NULL;

        if (!g_str_equal(options[i].section, "queue") || !g_str_equal(options[i].key, "charset"))
            continue;
        found = TRUE;
        words = g_strsplit(options[i].choices, "|", -1);
        for (gsize word = 0; words[word] != NULL; word++)
            g_assert_true(charset_is_default(words[word]));
    }
    g_assert_true(found);
    g_assert_false(charset_is_default("windows-9999"));
    g_assert_false(charset_is_default("utf-16"));
    g_assert_false(charset_is_default("unknown-8bit"));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/charset/every-choice-is-a-set", test_every_choice_is_a_set);
    return g_test_run();
}
