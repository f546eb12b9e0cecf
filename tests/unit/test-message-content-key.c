#include <string.h>

#include "message/content-key.h"
#include "tap.h"

static gboolean
key_of(const char *bytes, gssize length, const char *queue, guint8 key_out[32])
{
    gboolean identity;

    content_key((const guint8 *) bytes, length < 0 ? strlen(bytes) : (gsize) length, queue, key_out, &identity);
    return identity;
}

static gboolean
same(const char *a, const char *b)
{
    guint8 key_a[32];
    guint8 key_b[32];

    key_of(a, -1, "support", key_a);
    key_of(b, -1, "support", key_b);
    return memcmp(key_a, key_b, 32) == 0;
}

static const char mail_lf[] = "From: a@x.example\nTo: b@y.example\nSubject: one\n two\nMessage-ID: <1@x>\n\nHello,\n\nline\n";

static const struct {
    const char *rule;
    const char *a, *b;
    gboolean equal;
} cases[] = {
    { "crlf-is-lf", mail_lf,
      "From: a@x.example\r\nTo: b@y.example\r\nSubject: one\r\n two\r\nMessage-ID: <1@x>\r\n\r\nHello,\r\n\r\nline\r\n", TRUE },
    { "bare-cr-is-lf", mail_lf,
      "From: a@x.example\rTo: b@y.example\rSubject: one\r two\rMessage-ID: <1@x>\r\rHello,\r\rline\r", TRUE },
    { "no-last-line-end", mail_lf,
      "From: a@x.example\nTo: b@y.example\nSubject: one\n two\nMessage-ID: <1@x>\n\nHello,\n\nline", TRUE },
    { "trailing-empty-lines", mail_lf,
      "From: a@x.example\nTo: b@y.example\nSubject: one\n two\nMessage-ID: <1@x>\n\nHello,\n\nline\n\r\n\n\r\n", TRUE },
    { "trace-fields-are-left-out", mail_lf,
      "Return-Path: <a@x.example>\nReceived: from z by y;\n now\nDelivered-To: b@y.example\nX-Spam: no\n"
      "From: a@x.example\nTo: b@y.example\nSubject: one\n two\nMessage-ID: <1@x>\n\nHello,\n\nline\n", TRUE },
    { "mbox-line-is-left-out", mail_lf,
      "From a@x.example Sun Nov 22 10:00:00 2026\nFrom: a@x.example\nTo: b@y.example\nSubject: one\n two\n"
      "Message-ID: <1@x>\n\nHello,\n\nline\n", TRUE },
    { "refolding-keeps-it", mail_lf,
      "FROM : a@x.example\nTo:b@y.example\nSubject: one two\nMESSAGE-ID:\t<1@x> \n\nHello,\n\nline\n", TRUE },
    { "empty-body", "From: a@x\n\n", "From: a@x\n", TRUE },
    { "body-of-empty-lines", "From: a@x\n\n\n\n\n", "From: a@x\n\n", TRUE },
    { "empty-lines-inside-count", "From: a@x\n\na\n\nb", "From: a@x\n\na\nb", FALSE },
    { "empty-lines-before-text-count", "From: a@x\n\n\na", "From: a@x\n\na", FALSE },
    { "order-counts", "From: a@x\nTo: b@x\n\n", "To: b@x\nFrom: a@x\n\n", FALSE },
    { "another-subject", "Subject: a\n\nt", "Subject: b\n\nt", FALSE },
    { "another-content-type", "Content-Type: text/plain\n\nt", "Content-Type: text/html\n\nt", FALSE },
    { "another-resent-to", "Resent-To: a@x\n\nt", "Resent-To: b@x\n\nt", FALSE },
    { "another-body", "Subject: a\n\nt", "Subject: a\n\nu", FALSE },
    { "blanks-in-the-body-count", "Subject: a\n\nt ", "Subject: a\n\nt", FALSE },
    { "text-without-empty-line-is-body", "Subject: a\nno field here, plain text\nand more", "Subject: a\n\nno field here, plain text\nand more", TRUE },
    { "header-is-not-body", "Subject: a\n\nSubject: b\n", "Subject: a\nSubject: b\n\n", FALSE },
};

static void
test_case(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);

    g_assert_cmpint(same(cases[i].a, cases[i].b), ==, cases[i].equal);
}

static void
test_nul(void)
{
    static const char a[] = "Subject: a\0b\n\nx\0y";
    static const char b[] = "Subject: a\0c\n\nx\0y";
    static const char c[] = "Subject: a\0b\n\nx\0z";
    guint8 key_a[32];
    guint8 key_b[32];
    guint8 key_c[32];

    key_of(a, sizeof a - 1, "q", key_a);
    key_of(b, sizeof b - 1, "q", key_b);
    key_of(c, sizeof c - 1, "q", key_c);
    g_assert_true(memcmp(key_a, key_b, 32) != 0);
    g_assert_true(memcmp(key_a, key_c, 32) != 0);
}

static void
test_queue(void)
{
    guint8 key_a[32];
    guint8 key_b[32];

    key_of(mail_lf, -1, "support", key_a);
    key_of(mail_lf, -1, "sales", key_b);
    g_assert_true(memcmp(key_a, key_b, 32) != 0);
}

static void
test_identity(void)
{
    guint8 key[32];

    g_assert_true(key_of("Message-ID: <a@b>\n\n", -1, "q", key));
    g_assert_true(key_of("date: today\n\n", -1, "q", key));
    g_assert_false(key_of("Date:\nMessage-ID: \t\n\nDate: in the body", -1, "q", key));
    g_assert_false(key_of("Subject: x\n\n", -1, "q", key));
    g_assert_false(key_of("", 0, "q", key));
}

/* The same bytes hashed through every boundary of the writer's buffer. */
static void
test_long_bodies(void)
{
    for (gsize length = 16370; length < 16400; length++) {
        g_autoptr(GString) lf = g_string_new("Subject: s\n\n");
        g_autoptr(GString) crlf = g_string_new("Subject: s\r\n\r\n");
        guint8 key_lf[32];
        guint8 key_crlf[32];

        for (gsize i = 0; i < length; i++) {
            g_string_append_c(lf, 'x');
            g_string_append_c(crlf, 'x');
        }
        g_string_append(lf, "\n\n\nend\n\n");
        g_string_append(crlf, "\r\n\r\n\r\nend");
        key_of(lf->str, (gssize) lf->len, "q", key_lf);
        key_of(crlf->str, (gssize) crlf->len, "q", key_crlf);
        g_assert_cmpmem(key_lf, 32, key_crlf, 32);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/message/content-key/%s", cases[i].rule);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_case);
    }
    g_test_add_func("/message/content-key/nul-cuts-nothing", test_nul);
    g_test_add_func("/message/content-key/queue-belongs-to-it", test_queue);
    g_test_add_func("/message/content-key/identity-is-message-id-or-date", test_identity);
    g_test_add_func("/message/content-key/long-lines-cross-the-buffer", test_long_bodies);
    return g_test_run();
}
