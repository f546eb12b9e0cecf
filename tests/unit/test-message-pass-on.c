/* A message that is passed on: fields of ours above it, edits in its header, every other byte as it came. */
#include "message/pass-on.h"
#include "tap.h"

#include <string.h>

#include "base/error.h"
#include "message/compose.h"

#define OURS "Received: by desk.example.com (mailgw) id 17; Tue, 14 Nov 2023 22:13:20 +0000\r\n" \
             "X-Loop: desk.example.com\r\n" \
             "Resent-Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n" \
             "Resent-From: \"Support\" <support@example.com>\r\n" \
             "Resent-To: <ops@example.net>\r\n" \
             "Resent-Message-ID: <r1@desk.example.com>\r\n"

static const PassingOn passing = {
    .from_name = "Support", .from_address = "support@example.com", .to_address = "ops@example.net", .message_id = "r1@desk.example.com",
    .host = "desk.example.com", .inbound = 17, .date = G_GINT64_CONSTANT(1700000000000000),
};

typedef struct {
    const char *name;
    HeaderEdit  edits[3];
    const char *mail, *expected;      /* below the fields of ours */
} Case;

static const Case cases[] = {
    { "line-ends-become-crlf", { { 0 } }, "From: a@b.example\n\nHello\n", "From: a@b.example\r\n\r\nHello\r\n" },
    { "mac-line-ends-too", { { 0 } }, "From: a@b.example\rTo: c@d.example\r\rHello\r", "From: a@b.example\r\nTo: c@d.example\r\n\r\nHello\r\n" },
    { "folds-and-case-stay", { { 0 } }, "sUBJECT:   a\n\t b \nX: 1\n\nx", "sUBJECT:   a\r\n\t b \r\nX: 1\r\n\r\nx\r\n" },
    { "octets-stay", { { 0 } }, "Subject: \xe4\xff\n\n\x80\xfe=\n.\n", "Subject: \xe4\xff\r\n\r\n\x80\xfe=\r\n.\r\n" },
    { "a-mailbox-line-does-not-travel", { { 0 } }, "From a@b.example Mon\nTo: c@d.example\n\nx\n", "To: c@d.example\r\n\r\nx\r\n" },
    { "no-empty-line-before-the-body", { { 0 } }, "To: c@d.example\nHello there\nyou\n", "To: c@d.example\r\n\r\nHello there\r\nyou\r\n" },
    { "no-header-at-all", { { 0 } }, "Hello there\n", "\r\nHello there\r\n" },
    { "nothing-but-a-header", { { 0 } }, "To: c@d.example", "To: c@d.example\r\n\r\n" },
    { "line-ends-that-were-converted-twice", { { 0 } }, "A: 1\r\r\nB: 2\r\r\n\r\r\nx", "A: 1\r\nB: 2\r\n\r\nx\r\n" },
    { "added-above", { { "X-Team", "dns", FALSE, 0 } }, "A: 1\n\nx\n", "X-Team: dns\r\nA: 1\r\n\r\nx\r\n" },
    { "added-below", { { "X-Team", "dns", TRUE, 0 } }, "A: 1\n\nx\n", "A: 1\r\nX-Team: dns\r\n\r\nx\r\n" },
    { "added-in-utf-8-is-encoded", { { "X-Team", "Zo\xc3\xab", FALSE, 0 } }, "A: 1\n\nx\n", "X-Team: =?utf-8?B?Wm/Dqw==?=\r\nA: 1\r\n\r\nx\r\n" },
    { "an-added-line-end-ends-nothing", { { "X-Team", "a\r\nBcc: x@y.example", FALSE, 0 } }, "A: 1\n\nx\n", NULL },
    { "the-second-of-its-name-goes", { { "a", NULL, FALSE, 1 } }, "A: 1\nB: 2\na: 3\nA: 4\n\nA: 5\n", "A: 1\r\nB: 2\r\nA: 4\r\n\r\nA: 5\r\n" },
    { "with-its-folds", { { "A", NULL, FALSE, 0 } }, "A: 1\n 2\n\t3\nB: 4\n\nx\n", "B: 4\r\n\r\nx\r\n" },
    { "both", { { "B", "9", FALSE, 0 }, { "A", NULL, FALSE, 0 }, { "C", "8", TRUE, 0 } }, "A: 1\nB: 2\n\nx\n", "B: 9\r\nB: 2\r\nC: 8\r\n\r\nx\r\n" },
};

static GBytes *
pass_on(const char *mail, gsize length, const HeaderEdit *edits, gsize n)
{
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(HeaderEdit));
    g_autoptr(GError) error = NULL;
    PassingOn how = passing;
    GBytes *bytes;

    for (gsize i = 0; i < n && edits[i].name != NULL; i++)
        g_array_append_val(list, edits[i]);
    how.edits = list->len > 0 ? list : NULL;
    bytes = pass_on_mail((const guint8 *) mail, length, &how, &error);
    g_assert_no_error(error);
    g_assert_true(mail_is_canonical(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)));
    return bytes;
}

static void
test_case(gconstpointer data)
{
    const Case *one = data;
    g_autoptr(GBytes) bytes = pass_on(one->mail, strlen(one->mail), one->edits, G_N_ELEMENTS(one->edits));
    g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

    g_assert_true(g_str_has_prefix(text, OURS));
    if (one->expected != NULL)
        g_assert_cmpstr(text + strlen(OURS), ==, one->expected);
    else
        g_assert_null(strstr(text, "\nBcc:"));
}

/* NUL is all that SMTP cannot carry at all. */
static void
test_any_octets(void)
{
    g_autoptr(GString) mail = g_string_new("A: 1\r\n\r\n");
    g_autoptr(GString) expected = g_string_new(OURS "A: 1\r\n\r\n");
    g_autoptr(GBytes) bytes = NULL;

    for (guint octet = 1; octet < 256; octet++) {
        if (octet == '\r' || octet == '\n')
            continue;
        g_string_append_c(mail, (char) octet);
        g_string_append_c(expected, (char) octet);
    }
    g_string_append_len(mail, "\0\n", 2);
    g_string_append(expected, "\r\n");
    bytes = pass_on(mail->str, mail->len, NULL, 0);
    g_assert_cmpuint(g_bytes_get_size(bytes), ==, expected->len);
    g_assert_true(memcmp(g_bytes_get_data(bytes, NULL), expected->str, expected->len) == 0);
}

static void
test_what_cannot_be_written(void)
{
    static const struct { const char *field; PassingOn how; } wrong[] = {
        { "goal", { .from_address = "a@b.example", .to_address = "x@y.example>\r\nRCPT TO:<z@y.example", .message_id = "a@b.example", .host = "h" } },
        { "sender", { .from_address = "nobody", .to_address = "x@y.example", .message_id = "a@b.example", .host = "h" } },
        { "id", { .from_address = "a@b.example", .to_address = "x@y.example", .message_id = "a b@c", .host = "h" } },
        { "host", { .from_address = "a@b.example", .to_address = "x@y.example", .message_id = "a@b.example", .host = "h\r\nBcc: x" } },
        { "name", { .from_name = "a\nb", .from_address = "a@b.example", .to_address = "x@y.example", .message_id = "a@b.example", .host = "h" } },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;

        g_test_message("%s", wrong[i].field);
        g_assert_null(pass_on_mail((const guint8 *) "A: 1\n\n", 6, &wrong[i].how, &error));
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/message/pass-on/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/message/pass-on/any-octets", test_any_octets);
    g_test_add_func("/message/pass-on/what-cannot-be-written", test_what_cannot_be_written);
    return g_test_run();
}
