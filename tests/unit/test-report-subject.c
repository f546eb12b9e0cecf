/*
 * test-report-subject.c - which subjects are one and the same thing
 */
#include "report/subject.h"

#include <string.h>

#include "tap.h"

static const struct {
    const char *name, *subject, *form;
} cases[] = {
    { "case-and-punctuation-do-not-count", "Invoice is DUE!", "invoice is due" },
    { "a-number-is-any-number", "Invoice 42 is due", "invoice # is due" },
    { "a-numbered-word-is-one", "Invoice INV-2026-0042 is due", "invoice # is due" },
    { "dates-and-times-are-numbers", "Backup of 2026-11-22 03:15:00 failed", "backup of # failed" },
    { "an-address-is-any-address", "Mail to anna.smith@example.com bounced", "mail to # bounced" },
    { "a-path-is-any-path", "No such file /var/www/html", "no such file #" },
    { "several-in-a-row-are-one", "Disk 3 4 5 full", "disk # full" },
    { "joints-at-the-end-are-punctuation", "Site is down...", "site is down" },
    { "joints-within-stay", "e-mail doesn't arrive", "e-mail doesn't arrive" },
    { "a-host-without-numbers-stays", "www.example.com is down", "www.example.com is down" },
    { "blanks-fold", "  Site \t is \n down ", "site is down" },
    { "greek-capitals", "ΔΕΝ ΜΠΟΡΩ", "δεν μπορω" },
    { "cyrillic", "Не работает почта 77", "не работает почта #" },
    { "full-width-letters-are-letters", "\xef\xbc\xa9\xef\xbd\x8e\xef\xbd\x96\xef\xbd\x8f\xef\xbd\x89\xef\xbd\x83\xef\xbd\x85 \xef\xbc\x94\xef\xbc\x92", "invoice #" },
    { "arabic-digits-are-digits", "\xd9\xa4\xd9\xa2 days", "# days" },
    { "nothing", "", "(no subject)" },
    { "nothing-but-punctuation", "?!... --", "(no subject)" },
    { "bidi-controls-are-no-letters", "\xe2\x80\xaegnp.exe", "gnp.exe" },
    { "formulas-are-words", "=HYPERLINK(\"http://x.example\";\"y\")", "hyperlink # y" },
    { "bad-utf8-is-survived", "caf\xe9 closed", "caf closed" },
};

static void
test_form(gconstpointer data)
{
    const char *const *one = data;
    g_autofree char *form = subject_form(one[1]);

    g_assert_cmpstr(form, ==, one[2]);
}

static void
test_long(void)
{
    g_autoptr(GString) subject = g_string_new(NULL);
    g_autofree char *form = NULL;

    for (int i = 0; i < 100000; i++)
        g_string_append(subject, "\xce\xb1 ");
    form = subject_form(subject->str);
    g_assert_cmpuint(strlen(form), <=, 120);
    g_assert_true(g_utf8_validate(form, -1, NULL));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/report/subject/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_form);
    }
    g_test_add_func("/report/subject/a-long-one-is-cut-between-characters", test_long);
    return g_test_run();
}
