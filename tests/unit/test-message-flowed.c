#include "message/flowed-private.h"
#include "tap.h"

static void
test_cases(void)
{
    static const struct {
        const char *rule;
        const char *flowed;
        gboolean    delete_space;
        const char *text;
    } cases[] = {
        { "lines that end in a blank go on", "one \ntwo \nthree\nfour\n", FALSE, "one two three\nfour\n" },
        { "CRLF", "one \r\ntwo\r\n", FALSE, "one two\n" },
        { "the last line may lack its end", "one \ntwo", FALSE, "one two\n" },
        { "a last line that wants to go on", "one \n", FALSE, "one\n" },
        { "DelSp takes the blank away", "\346\227\245 \n\346\234\254\n", TRUE, "\346\227\245\346\234\254\n" },
        { "DelSp keeps the second blank", "one  \ntwo\n", TRUE, "one two\n" },
        { "stuffed blanks go", " From here\n >no quote\n  two blanks\n", FALSE, "From here\n>no quote\n two blanks\n" },
        { "quotes keep their marks", "> one \n> two\n>> deeper\n", FALSE, "> one two\n>> deeper\n" },
        { "a paragraph ends where the depth changes", "> one \nanswer\n", FALSE, "> one\nanswer\n" },
        { "an empty quoted line", "> a\n>\n> b\n", FALSE, "> a\n>\n> b\n" },
        { "the signature separator is fixed", "bye \n-- \nJoe \nSmith\n", FALSE, "bye\n-- \nJoe Smith\n" },
        { "a quoted separator too", "> bye\n> -- \n> Joe\n", FALSE, "> bye\n> -- \n> Joe\n" },
        { "a line of one blank is stuffed and empty", " \nx\n", FALSE, "\nx\n" },
        { "empty", "", FALSE, "" },
        { "empty lines stay", "a\n\n\nb\n", FALSE, "a\n\n\nb\n" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) text = g_string_new(NULL);

        g_test_message("%s", cases[i].rule);
        flowed_append(text, cases[i].flowed, cases[i].delete_space, 1000);
        g_assert_cmpstr(text->str, ==, cases[i].text);
    }
}

static void
test_limit(void)
{
    g_autoptr(GString) flowed = g_string_new(NULL);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < 1000; i++)
        g_string_append(flowed, "ten bytes.\n");
    flowed_append(text, flowed->str, FALSE, 100);
    g_assert_cmpint(text->len, >=, 100);
    g_assert_cmpint(text->len, <, 130);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/flowed/rfc3676", test_cases);
    g_test_add_func("/flowed/limit", test_limit);
    return g_test_run();
}
