#include "message/alignment.h"
#include "tap.h"

static const struct {
    const char *rule, *a, *b;
    gboolean same;
} cases[] = {
    { "equal", "example.com", "example.com", TRUE },
    { "subdomains", "mail.example.com", "bounce.news.example.com", TRUE },
    { "others", "example.com", "example.org", FALSE },
    { "public-suffix-is-no-organisation", "a.co.uk", "b.co.uk", FALSE },
    { "below-public-suffix", "x.a.co.uk", "a.co.uk", TRUE },
    { "hosting-suffix", "a.github.io", "b.github.io", FALSE },
    { "ending-of-a-name-is-not-enough", "evilexample.com", "example.com", FALSE },
    { "a-labels", "mail.xn--bcher-kva.de", "xn--bcher-kva.de", TRUE },
    { "null", NULL, NULL, FALSE },
    { "empty", "", "", FALSE },
};

static void
test_case(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);

    g_assert_cmpint(domain_same_organisation(cases[i].a, cases[i].b), ==, cases[i].same);
    g_assert_cmpint(domain_same_organisation(cases[i].b, cases[i].a), ==, cases[i].same);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/message/alignment/%s", cases[i].rule);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_case);
    }
    return g_test_run();
}
