#include <string.h>

#include "base/limits.h"
#include "message/filename-private.h"
#include "tap.h"

static const struct {
    const char *rule, *name, *clean;
} cases[] = {
    { "plain", "report.pdf", "report.pdf" },
    { "unicode-stays", "Übersicht żółw.pdf", "Übersicht żółw.pdf" },
    { "path-goes", "../../etc/passwd", "passwd" },
    { "windows-path-goes", "C:\\temp\\x.txt", "x.txt" },
    { "trailing-slash", "dir/", NULL },
    { "dots-only", "..", NULL },
    { "empty", "", NULL },
    { "hidden-file", ".htaccess", "htaccess" },
    { "zero-width-before-dot", "\342\200\213.htaccess", "htaccess" },
    { "direction-override", "exe\342\200\256fdp.exe", "exefdp.exe" },
    { "controls", "a\r\nb\tc\033[31m.txt", "abc[31m.txt" },
    { "c1-controls", "a\302\233b.txt", "ab.txt" },
    { "trailing-dots-and-blanks", "a.exe. . ", "a.exe" },
    { "device", "CON", "_CON" },
    { "device-with-ending", "com1.txt", "_com1.txt" },
    { "no-device", "console.txt", "console.txt" },
    { "stream-and-wildcards", "a:b*?.txt", "a_b__.txt" },
    { "fraction-slash", "a\342\201\204b.txt", "b.txt" },
    { "decomposed-becomes-nfc", "a\314\210.txt", "ä.txt" },
    { "bad-utf8", "a\377b.txt", "a\357\277\275b.txt" },
};

static void
test_case(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autofree char *clean = filename_clean(cases[i].name);
    g_autofree char *again = clean != NULL ? filename_clean(clean) : NULL;

    g_assert_cmpstr(clean, ==, cases[i].clean);
    g_assert_cmpstr(again, ==, clean);
}

static void
test_long(void)
{
    g_autofree char *x = g_strnfill(4096, 'x');
    g_autofree char *name = g_strconcat(x, ".pdf", NULL);
    g_autofree char *clean = filename_clean(name);

    g_assert_cmpuint(strlen(clean), ==, LIMIT_FILENAME);
    g_assert_true(g_str_has_suffix(clean, "x.pdf"));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/message/filename/%s", cases[i].rule);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_case);
    }
    g_test_add_func("/message/filename/long-names-keep-their-ending", test_long);
    return g_test_run();
}
