/* Authentication-Results (RFC 8601): what is believed, and of several results which. */
#include <string.h>

#include "mail-fixture.h"
#include "tap.h"

/* Of a mail from anna@mail.customer.example; our authserv-id is mx.example.com. NULL: nothing is believed. */
static const struct {
    const char *rule, *value, *spf, *dkim, *dmarc;
} cases[] = {
    { "none", "mx.example.com; none", "-", "-", "-" },
    { "three", "mx.example.com; spf=pass; dkim=fail; dmarc=pass", "pass", "fail", "pass" },
    { "version-1", "mx.example.com 1; spf=pass", "pass", "-", "-" },
    { "version-2", "mx.example.com 2; spf=pass", NULL, NULL, NULL },
    { "method-version-1", "mx.example.com; dkim/1=pass", "-", "pass", "-" },
    { "method-version-2", "mx.example.com; dkim/2=pass", "-", "-", "-" },
    { "comments-everywhere", "(a) mx.example.com (b;c) (1); (x) dkim (y) = (z;) pass (w)", "-", "pass", "-" },
    { "quoted-id", "\"mx.example.com\"; spf=pass", "pass", "-", "-" },
    { "another-id", "mx.example.com.evil.example; spf=pass", NULL, NULL, NULL },
    { "reason-holds-results", "mx.example.com; spf=fail reason=\"x; dmarc=pass header.from=y\"", "fail", "-",
      "-" },
    { "comment-holds-results", "mx.example.com; spf=fail (; dmarc=pass)", "fail", "-", "-" },
    { "other-methods", "mx.example.com; dkim-adsp=pass; x-dkim=pass; dkim-atps=pass; iprev=pass", "-", "-",
      "-" },
    { "dkim-of-the-sender",
      "mx.example.com; dkim=pass header.d=esp.example; dkim=fail header.d=customer.example", "-", "fail", "-" },
    { "dkim-of-the-sender-first",
      "mx.example.com; dkim=pass header.i=@customer.example; dkim=fail header.d=esp.example", "-", "pass",
      "-" },
    { "dkim-good-of-two-others", "mx.example.com; dkim=fail header.d=a.example; dkim=pass header.d=b.example",
      "-", "pass", "-" },
    { "dkim-good-of-the-sender",
      "mx.example.com; dkim=fail header.d=customer.example; dkim=pass header.d=mail.customer.example", "-",
      "pass", "-" },
    { "spf-of-the-envelope", "mx.example.com; spf=none smtp.helo=a.example; spf=pass smtp.mailfrom=b.example",
      "pass", "-", "-" },
    { "dmarc-of-from", "mx.example.com; dmarc=pass (p=none) header.from=mail.customer.example", "-", "-",
      "pass" },
    { "dmarc-of-another", "mx.example.com; dmarc=pass header.from=evil.example", "-", "-", "-" },
    { "dmarc-of-another-in-reason",
      "mx.example.com; dmarc=pass reason=\" header.from=evil.example\" header.from=mail.customer.example", "-",
      "-", "pass" },
    { "first-of-equals", "mx.example.com; dmarc=fail; dmarc=pass", "-", "-", "fail" },
    { "any-case", "MX.Example.COM; SPF=Pass; DMARC=Pass HEADER.FROM=Mail.Customer.Example", "pass", "-",
      "pass" },
    { "unfinished", "mx.example.com; spf=; dkim; =pass; dmarc=\"", "-", "-", "-" },
    { "unclosed-comment", "mx.example.com; spf=pass (; dkim=pass; dmarc=pass", "pass", "-", "-" },
};

static const char *
or_none(const char *text)
{
    return text != NULL ? text : "-";
}

static void
test_case(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autofree char *mail =
        g_strdup_printf("Authentication-Results: %s\nFrom: anna@mail.customer.example\n\nx", cases[i].value);
    g_autoptr(Message) message = mail_text_parse(mail);

    if (cases[i].spf == NULL) {
        g_assert_null(message->authentication);
        return;
    }
    g_assert_nonnull(message->authentication);
    g_assert_cmpstr(or_none(message->authentication->spf), ==, cases[i].spf);
    g_assert_cmpstr(or_none(message->authentication->dkim), ==, cases[i].dkim);
    g_assert_cmpstr(or_none(message->authentication->dmarc), ==, cases[i].dmarc);
}

/* Below the topmost field stands what the sender may have written. */
static void
test_topmost(void)
{
    g_autoptr(Message) ours_below =
        mail_text_parse("Authentication-Results: evil.example; dmarc=pass\n"
                        "Authentication-Results: mx.example.com; dmarc=pass\nFrom: a@x.example\n\nx");
    g_autoptr(Message) ours_above =
        mail_text_parse("Authentication-Results: mx.example.com; dmarc=fail\n"
                        "Authentication-Results: mx.example.com; dmarc=pass\nFrom: a@x.example\n\nx");

    g_assert_null(ours_below->authentication);
    g_assert_cmpstr(ours_above->authentication->dmarc, ==, "fail");
}

/* Two senders are nobody: no result is about them. */
static void
test_two_from(void)
{
    g_autoptr(Message) message =
        mail_text_parse("Authentication-Results: mx.example.com; dmarc=pass header.from=b.example\n"
                        "From: a@a.example, b@b.example\n\nx");

    g_assert_null(message->authentication->dmarc);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/message/authentication/%s", cases[i].rule);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_case);
    }
    g_test_add_func("/message/authentication/topmost", test_topmost);
    g_test_add_func("/message/authentication/two-from", test_two_from);
    return g_test_run();
}
