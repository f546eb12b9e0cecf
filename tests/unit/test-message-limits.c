/* Mail made to hurt (A13, A14, A35): a message always comes out, soon, and says why it was not taken apart. */
#include <string.h>

#include "base/clock.h"
#include "mail-fixture.h"
#include "message/preflight.h"
#include "tap.h"

#define MOST_SECONDS 3

static Message *
parse(const GString *mail)
{
    static const MessageOptions options = { .queue = "support" };
    gint64 begin = clock_process_cpu();
    Message *message = message_parse((const guint8 *) mail->str, mail->len, &options);
    gint64 took = clock_process_cpu() - begin;

    g_test_message("%" G_GSIZE_FORMAT " bytes, %" G_GINT64_FORMAT " us", mail->len, took);
    g_assert_cmpint(took, <, MOST_SECONDS * G_USEC_PER_SEC);
    return message;
}

static void
assert_refused(const Message *message, const char *why)
{
    g_assert_true(message->not_parsed);
    g_assert_true(g_str_has_prefix(message->text, "This message could not be parsed: "));
    g_assert_true(g_str_has_suffix(message->text, ". The original is kept."));
    g_assert_nonnull(strstr(message->text, why));
    g_assert_cmpuint(message->parts->len, ==, 0);
    g_assert_cmpstr(message->subject, ==, "bomb");
}

static GString *
begin_mail(const char *fields)
{
    GString *mail = g_string_new("From: a@customer.example\nSubject: bomb\nMessage-ID: <bomb@customer.example>\n");

    g_string_append(mail, fields);
    return mail;
}

static void
repeat(GString *mail, const char *text, guint count)
{
    for (guint i = 0; i < count; i++)
        g_string_append(mail, text);
}

static void
test_headers(void)
{
    g_autoptr(GString) many = begin_mail("");
    g_autoptr(GString) large = begin_mail("X-Large: ");
    g_autoptr(GString) fits = begin_mail("");
    g_autoptr(Message) message = NULL;
    g_autoptr(Message) large_message = NULL;
    g_autoptr(Message) fits_message = NULL;

    repeat(many, "X-A: 1\n", 1000000);
    g_string_append(many, "\nbody\n");
    message = parse(many);
    assert_refused(message, "1000003 header fields, at most 1000");
    g_assert_cmpstr(message->message_id, ==, "bomb@customer.example");
    repeat(large, "0123456789", 5000000);
    g_string_append(large, "\n\nbody\n");
    large_message = parse(large);
    assert_refused(large_message, "X-Large");
    repeat(fits, "X-A: 1\n", 997);
    g_string_append(fits, "\nbody\n");
    fits_message = parse(fits);
    g_assert_false(fits_message->not_parsed);
    g_assert_cmpuint(fits_message->headers->len, ==, 1000);
}

static void
test_groups(void)
{
    static const char *const fields[] = { "To: ", "Reply-To: ", "Cc : ", "Sender: \"", "Resent-To: x\\" };

    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autoptr(GString) mail = begin_mail(fields[i]);
        g_autoptr(GString) inner = begin_mail("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
                                              "--b\nContent-Type:\n (c)message/rfc822\n\nSubject: x\n");
        g_autoptr(Message) message = NULL;
        g_autoptr(Message) inner_message = NULL;

        repeat(mail, "a:", 20000);
        g_string_append(mail, "\n\nbody\n");
        message = parse(mail);
        assert_refused(message, "groups in an address field");
        g_string_append(inner, fields[i]);
        repeat(inner, "a:", 20000);
        g_string_append(inner, "\n\nbody\n--b--\n");
        inner_message = parse(inner);
        g_assert_false(inner_message->not_parsed);
        g_assert_cmpuint(inner_message->parts->len, ==, 3);
    }
}

/* In a digest a part needs no Content-Type to be a message (RFC 2046, 5.1.5). */
static void
test_digest(void)
{
    g_autoptr(GString) mail = begin_mail("MIME-Version: 1.0\nContent-Type: multipart/digest; boundary=b\n\n--b\n\nTo: ");
    g_autoptr(Message) message = NULL;

    repeat(mail, "a:", 20000);
    g_string_append(mail, "\n\nbody\n--b--\n");
    message = parse(mail);
    g_assert_false(message->not_parsed);
    g_assert_cmpuint(message->parts->len, ==, 3);
}

static void
test_parts(void)
{
    g_autoptr(GString) empty = begin_mail("Content-Type: multipart/mixed; boundary=b\n\n");
    g_autoptr(GString) many = begin_mail("Content-Type: multipart/mixed; boundary=b\n\n");
    g_autoptr(GString) fits = begin_mail("Content-Type: multipart/mixed; boundary=b\n\n");
    g_autoptr(Message) empty_message = NULL;
    g_autoptr(Message) many_message = NULL;
    g_autoptr(Message) fits_message = NULL;

    repeat(empty, "--b\n\n", 1000000);
    empty_message = parse(empty);
    assert_refused(empty_message, "more than 1000 parts");
    repeat(many, "--b\n\nx\n", 1200);
    many_message = parse(many);
    assert_refused(many_message, "more than 1000 parts");
    repeat(fits, "--b\nContent-Type: text/plain\n\nx\n", 900);
    fits_message = parse(fits);
    g_assert_false(fits_message->not_parsed);
    g_assert_cmpuint(fits_message->parts->len, ==, 901);
}

static void
test_depth(void)
{
    g_autoptr(GString) nested = begin_mail("Content-Type: multipart/mixed; boundary=b0\n\n");
    g_autoptr(GString) messages = begin_mail("Content-Type: message/rfc822\n\n");
    g_autoptr(Message) nested_message = NULL;
    g_autoptr(Message) messages_message = NULL;

    for (guint i = 0; i < 1000; i++)
        g_string_append_printf(nested, "--b%u\nContent-Type: multipart/mixed; boundary=b%u\n\n", i, i + 1);
    nested_message = parse(nested);
    assert_refused(nested_message, "nested deeper than 50");
    repeat(messages, "Content-Type: message/rfc822\n\n", 100000);
    messages_message = parse(messages);
    g_assert_true(messages_message->not_parsed);
}

static void
test_parameters(void)
{
    g_autoptr(GString) mail = begin_mail("Content-Type: text/plain");
    g_autoptr(Message) message = NULL;

    for (guint i = 0; i < 1000; i++)
        g_string_append_printf(mail, "; name*%u=x", i);
    g_string_append(mail, "\n\nbody\n");
    message = parse(mail);
    assert_refused(message, "MIME parameters");
}

static void
test_html(void)
{
    static const char *const pieces[] = { "<div>", "<blockquote>a<br>", "<a href='http://x'>", "<ul><li>", "<!--", "<",
                                          "&", "<td style='a'>", "<script>", "</p>", "<p hidden x=" };

    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autoptr(GString) mail = begin_mail("Content-Type: text/html\n\n");
        g_autoptr(Message) message = NULL;

        repeat(mail, pieces[i], 100000);
        g_string_append(mail, "end");
        message = parse(mail);
        g_assert_false(message->not_parsed);
        g_assert_cmpuint(strlen(message->text), <=, 1024 * 1024 + 16);
    }
}

static void
test_long_text(void)
{
    g_autoptr(GString) mail = begin_mail("Content-Type: text/plain; charset=koi8-r\n\n");
    g_autoptr(Message) message = NULL;

    repeat(mail, "\320\322\311\327\305\324 ", 600000);
    message = parse(mail);
    g_assert_cmpuint(strlen(message->text), <=, 1024 * 1024);
    g_assert_true(g_utf8_validate(message->text, -1, NULL));
    g_assert_cmpint(((MessagePart *) message->parts->pdata[0])->size_bytes, ==, 600000 * 7);
}

/* A text with lines of dashes, quoted headers and logs is no bomb. */
static void
test_innocent(void)
{
    g_autoptr(GString) mail = begin_mail("\nSee the log:\n-- \nme\n----- Original Message -----\nFrom: x\nTo: y\n\n");
    g_autoptr(Message) message = NULL;

    repeat(mail, "error: time: 10:00:00: host: down\n", 5000);
    message = parse(mail);
    g_assert_false(message->not_parsed);
    g_assert_cmpuint(message->warnings->len, ==, 0);
}

/* The dump of a database is full of lines that begin with two dashes. */
static void
test_dashes(void)
{
    g_autoptr(GString) mail = begin_mail("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n");
    g_autoptr(Message) message = NULL;

    repeat(mail, "--\n-- Name: ticket; Type: TABLE\n--\n", 3000);
    g_string_append(mail, "--b--\n");
    message = parse(mail);
    g_assert_false(message->not_parsed);
    g_assert_cmpuint(message->parts->len, ==, 2);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    g_test_add_func("/message/limits/header-fields", test_headers);
    g_test_add_func("/message/limits/nested-groups", test_groups);
    g_test_add_func("/message/limits/nested-groups-in-a-digest", test_digest);
    g_test_add_func("/message/limits/parts", test_parts);
    g_test_add_func("/message/limits/depth", test_depth);
    g_test_add_func("/message/limits/parameters", test_parameters);
    g_test_add_func("/message/limits/html", test_html);
    g_test_add_func("/message/limits/long-text", test_long_text);
    g_test_add_func("/message/limits/ordinary-text-is-no-bomb", test_innocent);
    g_test_add_func("/message/limits/lines-of-dashes-are-no-bomb", test_dashes);
    return g_test_run();
}
