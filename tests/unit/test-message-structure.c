/* The tree of parts (RFC 2046), of mail as it should be and as it is. */
#include <string.h>

#include "mail-fixture.h"
#include "tap.h"

typedef struct {
    const char *name;
    const char *mail;
    const char *tree;     /* "path type size", one after the other; "-" for the size of a multipart */
    const char *text;     /* NULL: whatever it is */
} Case;

#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"
#define PLAIN "Content-Type: text/plain\n\n"

static const Case cases[] = {
    { "plain", "Subject: x\n\nbody\n", "1 text/plain 5", "body\n" },
    { "no-body", "Subject: x\n", "1 text/plain 0", "" },
    { "no-header", "Just a text.\nAnother line.\n", "1 text/plain 27", "Just a text.\nAnother line.\n" },
    { "empty", "", "1 text/plain 0", "" },
    { "mixed", MIXED "pre\n--b\n" PLAIN "one\n--b\nContent-Type: image/png\n\ntwo\n--b--\nepilogue\n",
      "0 multipart/mixed -, 1 text/plain 3, 2 image/png 3", "one" },
    { "nested", MIXED "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n" PLAIN "one\n--c\n"
      "Content-Type: text/html\n\n<p>one\n--c--\n--b\n" PLAIN "two\n--b--\n",
      "0 multipart/mixed -, 1 multipart/alternative -, 1.1 text/plain 3, 1.2 text/html 6, 2 text/plain 3", NULL },
    { "line-end-belongs-to-the-delimiter", MIXED "--b\n" PLAIN "one\n\n--b--\n", "0 multipart/mixed -, 1 text/plain 4", NULL },
    { "crlf", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\none\r\n--b--\r\n",
      "0 multipart/mixed -, 1 text/plain 3", "one" },
    { "digest", "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\none\n--b--\n",
      "0 multipart/digest -, 1 message/rfc822 15, 1.1 text/plain 3", NULL },
    { "message", MIXED "--b\n" PLAIN "one\n--b\nContent-Type: message/rfc822\n\nSubject: x\n" MIXED "--b2\n",
      "0 multipart/mixed -, 1 text/plain 3, 2 message/rfc822 59, 2 multipart/mixed -", "one" },
    { "message-of-one-part", MIXED "--b\nContent-Type: message/rfc822\n\nSubject: x\n\ninner\n--b--\n",
      "0 multipart/mixed -, 1 message/rfc822 17, 1.1 text/plain 5", "inner" },
    { "message-alone", "Content-Type: message/rfc822\n\nSubject: x\n\ninner\n", "1 message/rfc822 18, 1.1 text/plain 6", NULL },
    { "message-encoded", "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeAoKaW5uZXIK\n",
      "1 message/rfc822 18, 1.1 text/plain 6", "inner\n" },
    { "message-behind-empty-lines", "Content-Type: message/global\n\n\n\nSubject: x\n\ninner\n",
      "1 message/global 20, 1.1 text/plain 6", NULL },
    { "message-that-is-none", MIXED "--b\nContent-Type: message/rfc822\n\nthis is no mail, sorry!\n--b--\n",
      "0 multipart/mixed -, 1 message/rfc822 23", NULL },
    /* The sins. */
    { "no-end", MIXED "--b\n" PLAIN "one\n--b\n" PLAIN "two\n", "0 multipart/mixed -, 1 text/plain 3, 2 text/plain 4", NULL },
    { "cut-at-a-delimiter", MIXED "--b\n" PLAIN "one\n--b", "0 multipart/mixed -, 1 text/plain 3", "one" },
    { "inner-without-end", MIXED "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n" PLAIN "one\n--b\n" PLAIN "two\n--b--\n",
      "0 multipart/mixed -, 1 multipart/mixed -, 1.1 text/plain 3, 2 text/plain 3", NULL },
    { "boundary-begins-another", "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=ab\n\n"
      "--ab\n" PLAIN "one\n--ab--\n--a--\n", "0 multipart/mixed -, 1 multipart/mixed -, 1.1 text/plain 3", NULL },
    { "boundary-begun-by-another", "Content-Type: multipart/mixed; boundary=ab\n\n--ab\nContent-Type: multipart/mixed; boundary=a\n\n"
      "--a\n" PLAIN "one\n--a--\n--ab--\n", "0 multipart/mixed -, 1 multipart/mixed -, 1.1 text/plain 3", NULL },
    { "blanks-behind-a-delimiter", MIXED "--b  \t\n" PLAIN "one\n--b-- \n", "0 multipart/mixed -, 1 text/plain 3", "one" },
    { "delimiter-in-a-line", MIXED "--b\n" PLAIN "one\n --b\nx--b\n--bx\n--b--\n", "0 multipart/mixed -, 1 text/plain 18", NULL },
    { "empty-part", MIXED "--b\n--b\n" PLAIN "two\n--b--\n", "0 multipart/mixed -, 1 text/plain 0, 2 text/plain 3", NULL },
    { "part-without-header", MIXED "--b\n\none\n--b--\n", "0 multipart/mixed -, 1 text/plain 3", "one" },
    { "part-without-empty-line", MIXED "--b\nContent-Type: text/html\n<p>one</p>\n--b--\n", "0 multipart/mixed -, 1 text/html 10", "one\n" },
    { "first-delimiter-in-the-header", "Subject: x\nContent-Type: multipart/mixed; boundary=b\n--b\n" PLAIN "one\n--b--\n",
      "0 multipart/mixed -, 1 text/plain 3", "one" },
    { "delimiter-never-comes", MIXED "The text of a mail.\n", "0 multipart/mixed -", "The text of a mail.\n" },
    { "boundary-not-named", "Content-Type: multipart/mixed\n\npreamble\n--xyz\n" PLAIN "one\n--xyz--\n",
      "0 multipart/mixed -, 1 text/plain 3", "one" },
    { "no-boundary-at-all", "Content-Type: multipart/mixed\n\nJust text\n-- \nJane\n", "1 text/plain 19", "Just text\n-- \nJane\n" },
    { "boundary-with-blank-at-the-end", "Content-Type: multipart/mixed; boundary=\"b \"\n\n--b\n" PLAIN "one\n--b--\n",
      "0 multipart/mixed -, 1 text/plain 3", "one" },
    { "two-types", "Content-Type: image/png\nContent-Type: text/plain\n\nbody\n", "1 text/plain 5", "body\n" },
    { "type-is-garbage", "Content-Type: foo bar baz\n\nbody\n", "1 text/plain 5", "body\n" },
    { "type-without-subtype", "Content-Type: text\n\nbody\n", "1 text/plain 5", "body\n" },
    { "file-with-no-type", MIXED "--b\nContent-Type: ; name=a.zip\n\nx\n--b--\n", "0 multipart/mixed -, 1 application/octet-stream 1", NULL },
    { "type-in-capitals", "CONTENT-TYPE: TEXT/HTML\n\n<p>x</p>\n", "1 text/html 9", NULL },
    { "bare-cr", "Content-Type: multipart/mixed; boundary=b\r\r--b\rContent-Type: text/plain\r\rone\r--b--\r",
      "0 multipart/mixed -, 1 text/plain 3", "one" },
};

static char *
as_text(const Message *message)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < message->parts->len; i++) {
        const MessagePart *part = message->parts->pdata[i];

        g_string_append_printf(text, "%s%s %s ", i > 0 ? ", " : "", part->part, part->type);
        if (part->size_bytes < 0)
            g_string_append_c(text, '-');
        else
            g_string_append_printf(text, "%" G_GINT64_FORMAT, part->size_bytes);
    }
    return g_string_free(text, FALSE);
}

static void
test_case(gconstpointer data)
{
    const Case *one = data;
    g_autoptr(Message) message = mail_text_parse(one->mail);
    g_autofree char *tree = as_text(message);

    g_assert_cmpstr(tree, ==, one->tree);
    if (one->text != NULL)
        g_assert_cmpstr(message->text, ==, one->text);
    g_assert_false(message->not_parsed);
}

/* An attached message is offered under its name and with its size, as any file. */
static void
test_attached_message(void)
{
    g_autoptr(Message) message =
        mail_text_parse(MIXED "--b\n" PLAIN "see below\n--b\nContent-Type: message/rfc822; name=\"old mail.eml\"\n"
                              "Content-Disposition: attachment\n\nSubject: x\n\ninner\n--b--\n");
    const MessagePart *part = message->parts->pdata[2];

    g_assert_cmpstr(part->type, ==, "message/rfc822");
    g_assert_cmpstr(part->filename, ==, "old mail.eml");
    g_assert_cmpstr(part->disposition, ==, "attachment");
    g_assert_cmpint(part->size_bytes, ==, 17);
    g_assert_true(part->attachment);
    g_assert_false(part->leaf);
    g_assert_cmpstr(message->text, ==, "see below");
}

/* Labels in quotes, in capitals, with comments; the name in the disposition goes first. */
static void
test_labels(void)
{
    g_autoptr(Message) message =
        mail_text_parse(MIXED "--b\nContent-Type: text/csv; charset=\"'UTF-8'\"; name=a.csv\n"
                              "Content-Disposition: INLINE; filename=\"b.csv\"\nContent-ID: < c@x >\n"
                              "Content-Transfer-Encoding: BASE64 (really)\n\nYWJj\n--b\n"
                              "Content-Type: application/octet-stream\nContent-Disposition: attachment; name=\"d.exe\"\n\nx\n--b--\n");
    const MessagePart *csv = message->parts->pdata[1];
    const MessagePart *exe = message->parts->pdata[2];

    g_assert_cmpstr(csv->charset, ==, "utf-8");
    g_assert_cmpstr(csv->filename, ==, "b.csv");
    g_assert_cmpstr(csv->disposition, ==, "inline");
    g_assert_cmpint(csv->size_bytes, ==, 3);
    g_assert_true(csv->is_inline);
    g_assert_cmpstr(exe->filename, ==, "d.exe");
    g_assert_false(exe->is_inline);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/message/structure/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/message/structure/attached-message", test_attached_message);
    g_test_add_func("/message/structure/labels", test_labels);
    return g_test_run();
}
