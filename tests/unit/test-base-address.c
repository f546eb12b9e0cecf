/*
 * test-base-address.c - which addresses may go to an SMTP server, and the keys made of them
 */
#include "base/address.h"
#include "tap.h"

#include <string.h>

#define LOCAL_64  "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg"
#define LABEL_63  "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg"
#define DOMAIN_189 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeefffffffffffff." LABEL_63 "." \
                   "ccccccccccddddddddddeeeeeeeeeeffffffffffggggggggggggggggggggg"

typedef struct {
    const char *rule;
    const char *address;
    gboolean valid;
} ValidCase;

static const ValidCase valid_cases[] = {
    { "plain", "anna@example.com", TRUE },
    { "every-atext", "!#$%&'*+-/=?^_`{|}~@example.com", TRUE },
    { "host-without-dot", "root@localhost", TRUE },
    { "host-with-underscore", "root@my_host.example", TRUE },
    { "quoted", "\"anna b\"@example.com", TRUE },
    { "quoted-at-sign", "\"a@b\"@example.com", TRUE },
    { "quoted-pair", "\"a\\\"b\\\\\"@example.com", TRUE },
    { "quoted-empty", "\"\"@example.com", TRUE },
    { "literal-ipv4", "a@[192.0.2.1]", TRUE },
    { "literal-ipv6", "a@[IPv6:2001:db8::1]", TRUE },
    { "utf8-local-part", "άννα@example.com", TRUE },
    { "utf8-domain", "a@münchen.example", TRUE },
    { "local-part-64", LOCAL_64 "@example.com", TRUE },
    { "local-part-65", "x" LOCAL_64 "@example.com", FALSE },
    { "label-63", "a@" LABEL_63 ".example", TRUE },
    { "label-64", "a@x" LABEL_63 ".example", FALSE },
    { "whole-254", LOCAL_64 "@" DOMAIN_189, TRUE },
    { "whole-255", LOCAL_64 "@x" DOMAIN_189, FALSE },
    { "empty", "", FALSE },
    { "no-at-sign", "anna", FALSE },
    { "no-local-part", "@example.com", FALSE },
    { "no-domain", "anna@", FALSE },
    { "source-route", "@a.example:anna@example.com", FALSE },
    { "two-at-signs", "a@b@example.com", FALSE },
    { "angle-brackets", "<anna@example.com>", FALSE },
    { "blank", "an na@example.com", FALSE },
    { "blank-at-the-end", "anna@example.com ", FALSE },
    { "second-argument", "anna@example.com> SIZE=1", FALSE },
    { "crlf-in-local-part", "anna\r\nRCPT TO:<evil@example.com", FALSE },
    { "lf-in-domain", "anna@example.com\nDATA", FALSE },
    { "crlf-in-quotes", "\"a\r\nb\"@example.com", FALSE },
    { "crlf-in-quoted-pair", "\"a\\\r\\\nb\"@example.com", FALSE },
    { "tab-in-quotes", "\"a\tb\"@example.com", FALSE },
    { "delete", "a\x7f@example.com", FALSE },
    { "c1", "a\xc2\x85@example.com", FALSE },
    { "bidi", "a\xe2\x80\xae@example.com", FALSE },
    { "no-break-space", "a\xc2\xa0" "b@example.com", FALSE },
    { "bad-utf8", "a\xff@example.com", FALSE },
    { "overlong-utf8", "a\xc0\xaf@example.com", FALSE },
    { "quote-not-closed", "\"anna@example.com", FALSE },
    { "quote-closed-by-pair", "\"anna\\\"@example.com", FALSE },
    { "quote-in-the-middle", "\"a\"b\"@example.com", FALSE },
    { "quote-after-atom", "a\"b\"@example.com", FALSE },
    { "leading-dot", ".anna@example.com", FALSE },
    { "trailing-dot", "anna.@example.com", FALSE },
    { "two-dots", "an..na@example.com", FALSE },
    { "domain-two-dots", "a@example..com", FALSE },
    { "domain-leading-dot", "a@.example.com", FALSE },
    { "domain-trailing-dot", "a@example.com.", FALSE },
    { "domain-leading-hyphen", "a@-example.com", FALSE },
    { "domain-trailing-hyphen", "a@example-.com", FALSE },
    { "domain-slash", "a@exa/mple.com", FALSE },
    { "literal-not-closed", "a@[192.0.2.1", FALSE },
    { "literal-wrong", "a@[192.0.2.256]", FALSE },
    { "literal-ipv6-without-tag", "a@[2001:db8::1]", FALSE },
    { "literal-with-blank", "a@[192.0.2.1 ]", FALSE },
};

typedef struct {
    const char *rule;
    const char *address;
    const char *expected;
} KeyCase;

static const KeyCase canonical_cases[] = {
    { "ascii-case", "Anna.B@Example.COM", "anna.b@example.com" },
    { "detail-belongs-to-it", "a+Tag@x.example", "a+tag@x.example" },
    { "idn-to-a-label", "a@MÜNCHEN.example", "a@xn--mnchen-3ya.example" },
    { "a-label-is-the-same", "a@XN--Mnchen-3ya.example", "a@xn--mnchen-3ya.example" },
    { "sharp-s-is-kept", "a@faß.example", "a@xn--fa-hia.example" },
    { "decomposed-domain", "a@mu\xcc\x88nchen.example", "a@xn--mnchen-3ya.example" },
    { "full-width-dot", "a@x\xe3\x80\x82" "example", "a@x.example" },
    { "root-dot", "a@example.com.", "a@example.com" },
    { "utf8-local-part-is-kept", "Άννα@x.example", "Άννα@x.example" },
    { "last-at-sign", "\"a@b\"@x.example", "\"a@b\"@x.example" },
    { "literal", "a@[IPv6:2001:DB8::1]", "a@[ipv6:2001:db8::1]" },
    { "bad-bytes", "a\xff@x.example", "a\xef\xbf\xbd@x.example" },
    { "nothing", "", NULL },
    { "no-domain", "anna", NULL },
    { "empty-domain", "anna@", NULL },
    { "no-local-part", "@x.example", NULL },
    { "line-feed", "a\nb@x.example", NULL },
    { "domain-with-blank", "a@x example", NULL },
    { "domain-not-allowed", "a@\xe2\x80\xae.example", NULL },
    { "domain-bad-utf8", "a@\xff.example", NULL },
};

static const KeyCase counting_cases[] = {
    { "plain", "Anna@X.example", "anna@x.example" },
    { "detail", "anna+1@x.example", "anna@x.example" },
    { "batv", "prvs=1234567890=Anna@x.example", "anna@x.example" },
    { "batv-old", "prvs=anna/1234567890@x.example", "anna@x.example" },
    { "batv-barracuda", "btv1==123abc==anna@x.example", "anna@x.example" },
    { "batv-with-detail", "prvs=1234567890=anna+x@x.example", "anna@x.example" },
    { "batv-without-user", "prvs=1234@x.example", "prvs=1234@x.example" },
    { "srs0", "SRS0=HHH=TT=x.example=anna@forwarder.example", "anna@x.example" },
    { "srs0-plus", "SRS0+HHH=TT=x.example=anna@forwarder.example", "anna@x.example" },
    { "srs0-user-with-equals", "SRS0=HHH=TT=x.example=a=b@forwarder.example", "a=b@x.example" },
    { "srs1", "SRS1=GGG=first.example==HHH=TT=x.example=anna@second.example", "anna@x.example" },
    { "srs1-plus", "SRS1=GGG=first.example=+HHH=TT=x.example=anna@second.example", "anna@x.example" },
    { "srs0-around-batv", "SRS0=HHH=TT=x.example=prvs=12=anna@forwarder.example", "anna@x.example" },
    { "srs0-cut-short", "SRS0=HHH=TT@forwarder.example", "srs0=hhh=tt@forwarder.example" },
    { "srs0-empty-user", "SRS0=H=T=x.example=@f.example", "srs0=h=t=x.example=@f.example" },
    { "srs1-cut-short", "SRS1=GGG=first.example@s.example", "srs1=ggg=first.example@s.example" },
    { "srs-word-only", "srs0@x.example", "srs0@x.example" },
    { "only-detail", "+x@x.example", "+x@x.example" },
    { "not-an-address", "anna", NULL },
};

static void
test_valid(gconstpointer data)
{
    const ValidCase *c = data;

    g_assert_cmpint(address_is_valid(c->address), ==, c->valid);
}

static void
test_canonical(gconstpointer data)
{
    const KeyCase *c = data;
    g_autofree char *key = address_canonical(c->address);
    g_autofree char *again = NULL;

    g_assert_cmpstr(key, ==, c->expected);
    again = key == NULL ? NULL : address_canonical(key);
    g_assert_cmpstr(again, ==, key);
}

static void
test_counting(gconstpointer data)
{
    const KeyCase *c = data;
    g_autofree char *key = address_counting_key(c->address);

    g_assert_cmpstr(key, ==, c->expected);
}

static void
test_canonical_is_bounded(void)
{
    g_autofree char *local = g_strnfill(10 * 1024 * 1024, 'a');
    g_autofree char *huge = g_strconcat(local, "@x.example", NULL);
    g_autofree char *huge_domain = g_strconcat("a@", local, NULL);
    g_autofree char *fits = g_strdup_printf("%.*s@x.example", 512 - 10, local);
    g_autofree char *key = address_canonical(fits);

    g_assert_null(address_canonical(huge));
    g_assert_null(address_canonical(huge_domain));
    g_assert_null(address_counting_key(huge));
    g_assert_false(address_is_valid(huge));
    g_assert_cmpstr(key, ==, fits);
}

static void
test_equal(void)
{
    g_assert_true(address_equal("A@münchen.example", "a@XN--MNCHEN-3YA.example"));
    g_assert_false(address_equal("a@x.example", "a+1@x.example"));
    g_assert_false(address_equal("a", "a"));
}

static void
test_domain(void)
{
    g_assert_cmpstr(address_domain("\"a@b\"@x.example"), ==, "x.example");
    g_assert_null(address_domain("anna"));
    g_assert_null(address_domain("anna@"));
}

static void
test_split(void)
{
    static const struct {
        const char *address;
        const char *base;
        const char *detail;
    } cases[] = {
        { "Support+X@Example.com", "support@example.com", "x" },
        { "support@example.com", "support@example.com", NULL },
        { "support+@example.com", "support@example.com", "" },
        { "a+b+c@example.com", "a@example.com", "b+c" },
        { "+x@example.com", "+x@example.com", NULL },
        { "\"a+b\"@example.com", "\"a+b\"@example.com", NULL },
    };
    char *untouched = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *base = NULL;
        g_autofree char *detail = NULL;

        g_assert_true(address_split_detail(cases[i].address, &base, &detail));
        g_assert_cmpstr(base, ==, cases[i].base);
        g_assert_cmpstr(detail, ==, cases[i].detail);
    }
    g_assert_false(address_split_detail("support", &untouched, &untouched));
    g_assert_null(untouched);
}

static void
add_key_cases(const char *prefix, const KeyCase *cases, gsize n_cases, GTestDataFunc test)
{
    for (gsize i = 0; i < n_cases; i++) {
        g_autofree char *path = g_strconcat(prefix, cases[i].rule, NULL);

        g_test_add_data_func(path, &cases[i], test);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(valid_cases); i++) {
        g_autofree char *path = g_strconcat("/address/valid/", valid_cases[i].rule, NULL);

        g_test_add_data_func(path, &valid_cases[i], test_valid);
    }
    add_key_cases("/address/canonical/", canonical_cases, G_N_ELEMENTS(canonical_cases), test_canonical);
    add_key_cases("/address/counting/", counting_cases, G_N_ELEMENTS(counting_cases), test_counting);
    g_test_add_func("/address/canonical/is-bounded", test_canonical_is_bounded);
    g_test_add_func("/address/equal", test_equal);
    g_test_add_func("/address/domain", test_domain);
    g_test_add_func("/address/split-detail", test_split);
    return g_test_run();
}
