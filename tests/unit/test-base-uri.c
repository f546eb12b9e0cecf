#include "base/uri.h"
#include "tap.h"

static const struct {
    const char *name, *text;
    gboolean    good;
} cases[] = {
    { "plain", "https://hooks.example.com/mail", TRUE },
    { "port", "https://hooks.example.com:8443/mail?a=b&c=%20", TRUE },
    { "scheme-in-capitals", "HTTPS://hooks.example.com/", TRUE },
    { "ipv6", "https://[2001:db8::1]:8443/", TRUE },
    { "no-path", "https://hooks.example.com", TRUE },
    { "http", "http://hooks.example.com/", FALSE },
    { "file", "file:///etc/passwd", FALSE },
    { "empty", "", FALSE },
    { "no-host", "https:///mail", FALSE },
    { "host-like-an-option", "https://-hooks/", FALSE },
    { "user", "https://user@hooks.example.com/", FALSE },
    { "password", "https://user:secret@hooks.example.com/", FALSE },
    { "empty-user", "https://@hooks.example.com/", FALSE },
    { "fragment", "https://hooks.example.com/#x", FALSE },
    { "blank", "https://hooks.example.com/a b", FALSE },
    { "line-end", "https://hooks.example.com/\r\nHost: x", FALSE },
    { "backslash", "https://hooks.example.com\\@evil.example/", FALSE },
    { "not-ascii", "https://hooks.example.\xce\xb3\xcf\x81/", FALSE },
    { "port-out-of-range", "https://hooks.example.com:65536/", FALSE },
    { "port-zero", "https://hooks.example.com:0/", FALSE },
    { "half-an-ipv6-address", "https://[2001:db8::1/", FALSE },
};

static void
test_https(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *problem = uri_https_problem(cases[i].text);

        g_test_message("%s: %s", cases[i].name, problem != NULL ? problem : "good");
        g_assert_cmpint(problem == NULL, ==, cases[i].good);
    }
}

static void
test_authority(void)
{
    g_autofree char *plain = uri_https_authority("https://hooks.example.com/secret");
    g_autofree char *port = uri_https_authority("https://[2001:db8::1]:8443?secret");
    g_autofree char *password = uri_https_authority("https://u:p@x@hooks.example.com/@secret");
    g_autofree char *none = uri_https_authority("nonsense");

    g_assert_cmpstr(plain, ==, "hooks.example.com");
    g_assert_cmpstr(port, ==, "[2001:db8::1]:8443");
    g_assert_cmpstr(password, ==, "hooks.example.com");
    g_assert_cmpstr(none, ==, "");
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/base/uri/https", test_https);
    g_test_add_func("/base/uri/only-the-host-is-shown", test_authority);
    return g_test_run();
}
