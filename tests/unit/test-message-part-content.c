#include <string.h>

#include "base/error.h"
#include "mail-fixture.h"
#include "message/part-content.h"
#include "tap.h"

static GBytes *
content_of(const char *text, const char *path, MessagePart **part_out, GError **error)
{
    return message_part_content((const guint8 *) text, strlen(text), path, part_out, error);
}

static void
assert_content(GBytes *bytes, const char *content)
{
    g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

    g_assert_cmpstr(text, ==, content);
    g_assert_cmpuint(g_bytes_get_size(bytes), ==, strlen(content));
}

static void
expect(const char *text, const char *path, const char *content)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = content_of(text, path, NULL, &error);

    g_assert_no_error(error);
    assert_content(bytes, content);
}

static void
expect_error(const char *text, const char *path, int code)
{
    g_autoptr(GError) error = NULL;
    MessagePart *part = NULL;
    g_autoptr(GBytes) bytes = content_of(text, path, &part, &error);

    g_assert_null(bytes);
    g_assert_null(part);
    g_assert_error(error, MAILGW_ERROR, code);
}

static const char two_parts[] =
    "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b\nContent-Type: application/pdf; name=a.pdf\n"
    "Content-Transfer-Encoding: base64\n\nJVBERi0x\nLjQ=\n--b--\n";

static void
test_single(void)
{
    expect("Subject: x\n\nbody\n", "1", "body\n");
    expect("From a@b Mon Jan  1\nSubject: x\n\nbody\n", "1", "body\n");
    expect("Subject: x\rX: y\r\rbody\r", "1", "body\n");
}

static void
test_decoded(void)
{
    g_autoptr(GError) error = NULL;
    MessagePart *part = NULL;
    g_autoptr(GBytes) bytes = content_of(two_parts, "2", &part, &error);

    g_assert_no_error(error);
    assert_content(bytes, "%PDF-1.4");
    g_assert_cmpstr(part->filename, ==, "a.pdf");
    g_assert_cmpint(part->size_bytes, ==, 8);
    message_part_free(part);
    expect(two_parts, "1", "Hello");
}

/* The description is that of message_parse(): what an agent sees in a list is what comes out. */
static void
test_every_part(void)
{
    static const char *const names[] = { "forwarded-message.eml", "attachments-names.eml", "bounce-postfix-user-unknown.eml",
                                         "outlook-alternative-with-logo.eml", "mac-line-ends.eml" };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(Message) message = mail_fixture_parse(names[i]);
        gsize length;
        g_autofree char *bytes = mail_fixture_bytes(names[i], &length);

        for (guint k = 0; k < message->parts->len; k++) {
            const MessagePart *part = message->parts->pdata[k];
            g_autofree char *digest = NULL;
            g_autoptr(GBytes) content = NULL;

            if (!part->leaf)
                continue;
            content = message_part_content((const guint8 *) bytes, length, part->part, NULL, NULL);
            g_assert_nonnull(content);
            g_assert_cmpint((gint64) g_bytes_get_size(content), ==, part->size_bytes);
            digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, content);
            for (guint n = 0; n < sizeof part->sha256; n++)
                g_assert_cmpint(g_ascii_xdigit_value(digest[2 * n]) * 16 + g_ascii_xdigit_value(digest[2 * n + 1]), ==,
                                part->sha256[n]);
        }
    }
}

static void
test_embedded(void)
{
    static const char inner[] =
        "From: =?utf-8?B?w6Q=?= <x@example.com>\nSubject:   odd\n  folds\nX-Empty:\nContent-Type: multipart/mixed; boundary=i\n\n"
        "before\n--i\nContent-Type: image/gif; name=a.gif\n\nGIF89a\n--i--\nafter\n";
    g_autofree char *mail = g_strdup_printf("Subject: fwd\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee\n"
                                            "--b\nContent-Type: message/rfc822\n\n%s\n--b--\n", inner);

    expect(mail, "2", inner);
    expect(mail, "2.1", "GIF89a");
}

/* What is listed of a forwarded message: a name by its subject, its hash; what is in it is no attachment of this mail. */
static void
test_listed(void)
{
    g_autoptr(Message) message = mail_text_parse(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee\n--b\nContent-Type: message/rfc822\n\n"
        "Subject: =?utf-8?B?zqTOuc68zq4=?= 3/4: the\n offer\n\nx\n--b\nContent-Type: message/rfc822\n\nFrom: a@b\n\nx\n"
        "--b\nContent-Type: message/rfc822; name=kept.eml\n\nSubject: y\n\nx\n--b--\n");
    static const char *const names[] = { "Τιμή 3_4_ the offer.eml", "message.eml", "kept.eml" };
    guint found = 0;

    for (guint i = 0; i < message->parts->len; i++) {
        const MessagePart *part = message->parts->pdata[i];

        if (strcmp(part->type, "message/rfc822") != 0) {
            g_assert_false(part->attachment);
            continue;
        }
        g_assert_true(part->attachment);
        g_assert_cmpstr(part->filename, ==, names[found]);
        g_assert_cmpint(part->name_is_ours, ==, found < 2);
        found++;
        g_assert_cmpint(part->sha256[0] | part->sha256[1] | part->sha256[2] | part->sha256[3], !=, 0);
    }
    g_assert_cmpuint(found, ==, G_N_ELEMENTS(names));
}

static void
test_missing(void)
{
    static const char *const paths[] = { "3", "0", "", "1.1", "2.1", "02", "2.", "x" };
    g_autoptr(GString) bomb = g_string_new("Subject: x\n");

    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++)
        expect_error(two_parts, paths[i], MAILGW_ERROR_NOT_FOUND);
    expect_error("", "2", MAILGW_ERROR_NOT_FOUND);
    for (guint i = 0; i < 2000; i++)
        g_string_append_printf(bomb, "X-%u: y\n", i);
    g_string_append(bomb, "\nbody\n");
    expect_error(bomb->str, "1", MAILGW_ERROR_LIMIT);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/part-content/a-message-of-one-part-is-part-1", test_single);
    g_test_add_func("/part-content/comes-decoded-with-its-description", test_decoded);
    g_test_add_func("/part-content/every-listed-leaf-has-the-listed-content", test_every_part);
    g_test_add_func("/part-content/an-embedded-message-comes-as-it-stands", test_embedded);
    g_test_add_func("/part-content/an-embedded-message-has-a-name-and-a-hash", test_listed);
    g_test_add_func("/part-content/what-is-not-there-is-an-error", test_missing);
    return g_test_run();
}
