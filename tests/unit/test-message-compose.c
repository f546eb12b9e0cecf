#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "mail-fixture.h"
#include "message/compose.h"
#include "tap.h"

static MailDraft
draft(void)
{
    MailDraft new_draft = {
        .from_name = "Northwind Support", .from_address = "support@example.com",
        .to_name = "Anna", .to_address = "anna@customer.example",
        .subject = "Your question", .message_id = "t1.abc@example.com",
        .date = G_GINT64_CONSTANT(1795341600) * G_USEC_PER_SEC,
        .text = "Hello,\n\nwe are on it.\n",
    };

    return new_draft;
}

static Message *
sent(const MailDraft *from)
{
    static const MessageOptions options = { .queue = "" };
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) mail = compose_mail(from, &error);
    gsize length;
    const guint8 *bytes;

    g_assert_no_error(error);
    bytes = g_bytes_get_data(mail, &length);
    g_assert_true(mail_is_canonical(bytes, length));
    for (gsize i = 0, line = 0; i < length; i++) {
        line = bytes[i] == '\n' ? 0 : line + 1;
        g_assert_cmpuint(line, <=, 260);
    }
    return message_parse(bytes, length, &options);
}

static void
assert_no_more_headers(const Message *message, guint expected)
{
    g_assert_cmpuint(message->headers->len, ==, expected);
    g_assert_null(message_header(message, "Bcc", 0));
    g_assert_null(message_header(message, "X-Evil", 0));
}

/* On the wire: our own parser forgives a charset that is not the one it says, and others do not. */
static void
test_utf8(void)
{
    static const struct { const char *text, *wire; } cases[] = {
        { "Gr\xc3\xbc\xc3\x9f""e\n", "Gr=C3=BC=C3=9Fe" },           /* fits ISO 8859-1 */
        { "cz\xc4\x99\xc5\x9b\xc4\x87\n", "cz=C4=99=C5=9B=C4=87" }, /* ISO 8859-2      */
        { "\xce\xb3\xce\xb5\xce\xb9\xce\xb1\n", "=CE=B3=CE=B5=CE=B9=CE=B1" },
        { "\xe2\x82\xac\n", "=E2=82=AC" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        MailDraft from = draft();
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) mail = NULL;
        g_autofree char *whole = NULL, *html = g_strdup_printf("<p>%s</p>\n", cases[i].text);
        char *first;

        from.text = cases[i].text;
        from.html = html;
        mail = compose_mail(&from, &error);
        g_assert_no_error(error);
        whole = g_strndup(g_bytes_get_data(mail, NULL), g_bytes_get_size(mail));
        first = strstr(whole, cases[i].wire);
        g_assert_nonnull(first);
        g_assert_nonnull(strstr(first + 1, cases[i].wire));
        g_assert_null(strstr(whole, "8859"));
    }
}

/* What leaves comes back: line by line as a person broke it, and nothing of it is taken for a quote, or for more than it is. */
static void
test_flowed(void)
{
    static const struct { const char *text, *wire, *back; } cases[] = {
        { "one\ntwo\n", "one\r\ntwo\r\n", NULL },
        { "  indented\n", "   indented\r\n", NULL },
        { "From here on\n", " From here on\r\n", NULL },
        { "a blank at the end \nis none\n", "a blank at the end\r\nis none\r\n", "a blank at the end\nis none\n" },
        { "> a quote\n>> another\n", "> a quote\r\n>> another\r\n", "> a quote\n>> another\n" },
        { "bye\n-- \nAnna\n", "bye\r\n-- \r\nAnna\r\n", NULL },
        { "This is a line of one paragraph that is longer than any line of a mail ought to be, and it goes on.\n",
          "any line of a mail \r\nought to be", NULL },
        { "See https://help.example.com/a/very/long/address/that/nobody/should/ever/break/because/then/it/leads/nowhere?and=more&of=it now\n",
          NULL, NULL },
        { "  https://help.example.com/a/very/long/address/that/stands/alone/behind/two/blanks/and/is/not/parted/from/them\n",
          "\r\n   https://help.example.com/a/very", NULL },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        MailDraft from = draft();
        g_autoptr(GBytes) mail = NULL;
        g_autoptr(Message) message = NULL;
        g_autofree char *bytes = NULL;

        from.text = cases[i].text;
        message = sent(&from);
        g_assert_cmpstr(message->text, ==, cases[i].back != NULL ? cases[i].back : cases[i].text);
        g_assert_nonnull(strstr(message_header(message, "Content-Type", 0), "format=flowed"));
        mail = compose_mail(&from, NULL);
        bytes = g_strndup(g_bytes_get_data(mail, NULL), g_bytes_get_size(mail));
        if (cases[i].wire != NULL && strstr(bytes, cases[i].wire) == NULL)
            g_error("%s does not stand in\n%s", cases[i].wire, bytes);
    }
}

/* A template is broken by hand where its lines are full: there a narrow reader may go on. */
static void
test_flowed_template(void)
{
    MailDraft from = draft();
    g_autoptr(Message) message = NULL;

    from.automatic = MAIL_AUTO_REPLIED;
    from.text = "Thank you for your message. It has reached us and is now ticket #1042.\nOne of us will read it and reply to you.\n\n"
                "You will have our answer within 4 hours:\nby Tuesday.\n\n- An article about something that has a title of some length\n"
                "  https://help.example.com/password\n\n-- \nNorthwind and a name of the desk that is as long as it may be, Support\n"
                "Ref: t1\n";
    message = sent(&from);
    g_assert_cmpstr(message->text, ==,
                    "Thank you for your message. It has reached us and is now ticket #1042. One of us will read it and reply to you.\n\n"
                    "You will have our answer within 4 hours:\nby Tuesday.\n\n- An article about something that has a title of some length\n"
                    "  https://help.example.com/password\n\n-- \nNorthwind and a name of the desk that is as long as it may be, Support\nRef: t1\n");
}

static void
test_plain(void)
{
    MailDraft from = draft();
    g_autoptr(Message) message = sent(&from);

    g_assert_cmpstr(((MessageAddress *) message->from->pdata[0])->name, ==, "Northwind Support");
    g_assert_cmpstr(((MessageAddress *) message->from->pdata[0])->address, ==, "support@example.com");
    g_assert_cmpstr(((MessageAddress *) message->to->pdata[0])->address, ==, "anna@customer.example");
    g_assert_cmpstr(message->subject, ==, from.subject);
    g_assert_cmpstr(message->message_id, ==, from.message_id);
    g_assert_cmpint(message->date, ==, from.date);
    g_assert_cmpstr(message_header(message, "Date", 0), ==, "Sun, 22 Nov 2026 10:00:00 +0000");
    g_assert_cmpstr(message->text, ==, from.text);
    g_assert_cmpstr(message_header(message, "Content-Transfer-Encoding", 0), ==, "7bit");
    g_assert_null(message_header(message, "Auto-Submitted", 0));
    g_assert_cmpint(message->class_, ==, CLASS_HUMAN);
    assert_no_more_headers(message, 8);
}

static void
test_automatic(void)
{
    MailDraft from = draft();
    g_autoptr(Message) replied = NULL;
    g_autoptr(Message) generated = NULL;

    from.automatic = MAIL_AUTO_REPLIED;
    from.loop_id = "desk-1@example.com";
    from.in_reply_to = "0a7d@customer.example";
    replied = sent(&from);
    from.automatic = MAIL_AUTO_GENERATED;
    generated = sent(&from);
    g_assert_cmpstr(message_header(replied, "Auto-Submitted", 0), ==, "auto-replied");
    g_assert_cmpstr(message_header(replied, "X-Auto-Response-Suppress", 0), ==, "All");
    g_assert_cmpstr(message_header(replied, "X-Loop", 0), ==, "desk-1@example.com");
    g_assert_cmpstr(replied->in_reply_to->pdata[0], ==, "0a7d@customer.example");
    g_assert_cmpint(replied->class_, ==, CLASS_AUTO_REPLY);
    g_assert_cmpstr(message_header(generated, "Auto-Submitted", 0), ==, "auto-generated");
}

/* Whatever a value is, it comes back as it was, and nothing else comes with it. */
static void
test_values(void)
{
    g_autofree char *long_ascii = g_strnfill(5000, 'a');
    g_autofree char *long_words = g_strdup("one");
    g_autofree char *long_greek = NULL;
    GString *greek = g_string_new(NULL);
    const char *values[10];

    for (int i = 0; i < 400; i++) {
        char *longer = g_strconcat(long_words, " word", NULL);

        g_free(long_words);
        long_words = longer;
        g_string_append(greek, "Ωμέγα ");
    }
    g_string_append(greek, "τέλος");
    long_greek = g_string_free(greek, FALSE);
    values[0] = "Weber, \"Jürgen\" <x@y> (comment)";
    values[1] = "O'Brien, \"Bob\" \\ <x@y>; to: a@b";
    values[2] = "🎉 emoji 🎉";
    values[3] = "=?utf-8?Q?looks_encoded?=";
    values[4] = "two  blanks";
    values[5] = long_ascii;
    values[6] = long_words;
    values[7] = long_greek;
    values[8] = "comma, semicolon; colon: at@ \\";
    values[9] = "Bcc: x@y.example";
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        MailDraft from = draft();
        g_autoptr(Message) message = NULL;

        from.subject = values[i];
        from.from_name = values[i];
        from.to_name = values[i];
        message = sent(&from);
        g_assert_cmpstr(message->subject, ==, values[i]);
        g_assert_cmpuint(message->from->len, ==, 1);
        g_assert_cmpuint(message->to->len, ==, 1);
        g_assert_cmpstr(((MessageAddress *) message->from->pdata[0])->name, ==, values[i]);
        g_assert_cmpstr(((MessageAddress *) message->to->pdata[0])->name, ==, values[i]);
        g_assert_cmpstr(((MessageAddress *) message->to->pdata[0])->address, ==, "anna@customer.example");
        assert_no_more_headers(message, 8);
    }
}

static void
test_refused(void)
{
    static const char *const hostile[] = { "a\r\nX-Evil: 1", "a\nBcc: x@y.example", "a\rb", "a\tb", "a\001b", "a\177",
                                           "\377\376" };
    static const char *const bad_addresses[] = { "", "x", "a b@c.example", "a@b.example\r\nX-Evil: 1", "a@b>,<c@d",
                                                 "a@b.example, c@d.example" };
    static const char *const bad_ids[] = { "", "x", "a b@c", "<a@b>", "a@b\r\nX-Evil: 1", "@b", "a@", "\303\244@b" };

    for (gsize i = 0; i < G_N_ELEMENTS(hostile); i++) {
        MailDraft subject = draft();
        MailDraft name = draft();
        MailDraft loop = draft();
        g_autoptr(GError) error = NULL;

        subject.subject = hostile[i];
        g_assert_null(compose_mail(&subject, &error));
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
        g_assert_nonnull(strstr(error->message, "Subject"));
        name.to_name = hostile[i];
        g_assert_null(compose_mail(&name, NULL));
        loop.automatic = MAIL_AUTO_REPLIED;
        loop.loop_id = hostile[i];
        g_assert_null(compose_mail(&loop, NULL));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(bad_addresses); i++) {
        MailDraft to = draft();
        MailDraft reply_to = draft();

        to.to_address = bad_addresses[i];
        g_assert_null(compose_mail(&to, NULL));
        reply_to.reply_to = bad_addresses[i];
        g_assert_null(compose_mail(&reply_to, NULL));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(bad_ids); i++) {
        MailDraft id = draft();
        MailDraft answer = draft();
        g_autoptr(GPtrArray) references = g_ptr_array_new();
        g_autoptr(Message) message = NULL;

        id.message_id = bad_ids[i];
        g_assert_null(compose_mail(&id, NULL));
        answer.in_reply_to = bad_ids[i];
        g_ptr_array_add(references, (char *) bad_ids[i]);
        answer.references = references;
        message = sent(&answer);
        assert_no_more_headers(message, 8);
    }
}

static void
test_references(void)
{
    g_autoptr(GPtrArray) references = g_ptr_array_new_with_free_func(g_free);
    MailDraft from = draft();
    g_autoptr(Message) message = NULL;

    for (int i = 0; i < 80; i++)
        g_ptr_array_add(references, g_strdup_printf("%d@x.example", i));
    g_ptr_array_add(references, g_strdup("bad id@x"));
    from.references = references;
    message = sent(&from);
    g_assert_cmpuint(message->references->len, ==, LIMIT_REFERENCES);
    g_assert_cmpstr(message->references->pdata[0], ==, "0@x.example");
    g_assert_cmpstr(message->references->pdata[1], ==, "31@x.example");
    g_assert_cmpstr(message->references->pdata[49], ==, "79@x.example");
}

static void
test_bodies(void)
{
    static const struct {
        const char *text, *expected;   /* expected NULL: the text itself */
    } cases[] = {
        { "Ελληνικά, żółć, Привет\n", NULL },
        { "no line end", "no line end\n" },
        { "", "" },
        { ".\n..\nFrom here\n. x\n", NULL },
        { "trailing blank \nand tab\t\n", "trailing blank\nand tab\t\n" },
        { "=3D looks encoded =\n", NULL },
        { "a\r\nb\rc\n", "a\nb\nc\n" },
        { "one\n\n\n\ntwo\n", NULL },
        { "hi\n.\r\nMAIL FROM:<x@y>\n", "hi\n.\nMAIL FROM:<x@y>\n" },
    };
    g_autofree char *x = g_strnfill(3000, 'x');
    g_autofree char *long_line = g_strconcat(x, "ä\n", NULL);

    for (gsize i = 0; i <= G_N_ELEMENTS(cases); i++) {
        gboolean last = i == G_N_ELEMENTS(cases);
        MailDraft from = draft();
        g_autoptr(Message) message = NULL;

        from.text = last ? long_line : cases[i].text;
        message = sent(&from);
        g_assert_cmpstr(message->text, ==, !last && cases[i].expected != NULL ? cases[i].expected : from.text);
        assert_no_more_headers(message, 8);
    }
}

static void
test_canonical(void)
{
    static const struct {
        const char *bytes, *canonical;
    } cases[] = {
        { "a\r\nb\r\n", "a\r\nb\r\n" }, { "a\nb", "a\r\nb\r\n" },          { "a\rb\r", "a\r\nb\r\n" },
        { "a\r\r\nb", "a\r\n\r\nb\r\n" }, { "\n.\n", "\r\n.\r\n" },       { "\r", "\r\n" },
    };
    g_autofree char *x = g_strnfill(2500, 'x');
    g_autofree char *in_header = g_strdup_printf("Subject: %s\n\n%s", x, x);
    g_autoptr(GBytes) broken = mail_canonicalise((const guint8 *) in_header, strlen(in_header));
    g_autoptr(GBytes) nul = mail_canonicalise((const guint8 *) "a\0b\0\n", 5);
    g_autoptr(Message) message = NULL;
    const guint8 *bytes;
    gsize length;

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) result = mail_canonicalise((const guint8 *) cases[i].bytes, strlen(cases[i].bytes));

        bytes = g_bytes_get_data(result, &length);
        g_assert_true(length == strlen(cases[i].canonical) && memcmp(bytes, cases[i].canonical, length) == 0);
        g_assert_true(mail_is_canonical(bytes, length));
        g_assert_cmpint(mail_is_canonical((const guint8 *) cases[i].bytes, strlen(cases[i].bytes)), ==,
                        strcmp(cases[i].bytes, cases[i].canonical) == 0);
    }
    bytes = g_bytes_get_data(broken, &length);
    g_assert_true(mail_is_canonical(bytes, length));
    message = message_parse(bytes, length, &(MessageOptions) { .queue = "" });
    g_assert_cmpuint(message->headers->len, ==, 1);
    bytes = g_bytes_get_data(nul, &length);
    g_assert_true(length == 4 && memcmp(bytes, "ab\r\n", 4) == 0);
    g_assert_false(mail_is_canonical((const guint8 *) "a\0b\r\n", 5));
    g_assert_false(mail_is_canonical((const guint8 *) "", 0));
}

static void
test_strict_ids(void)
{
    g_autofree char *x = g_strnfill(248, 'x');
    g_autofree char *fits = g_strconcat(x, "@y", NULL);
    g_autofree char *too_long = g_strconcat(x, "@yz", NULL);

    g_assert_true(message_id_is_strict("a@b"));
    g_assert_true(message_id_is_strict("CAF+2=x_y.z@mail.example"));
    g_assert_true(message_id_is_strict(fits));
    g_assert_false(message_id_is_strict(too_long));
    g_assert_false(message_id_is_strict(NULL));
    g_assert_false(message_id_is_strict("a@b c"));
    g_assert_false(message_id_is_strict("a<b@c"));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/message/compose/text-is-the-utf-8-it-says", test_utf8);
    g_test_add_func("/message/compose/flowed", test_flowed);
    g_test_add_func("/message/compose/flowed-template", test_flowed_template);
    g_test_add_func("/message/compose/plain", test_plain);
    g_test_add_func("/message/compose/automatic-says-so", test_automatic);
    g_test_add_func("/message/compose/hostile-values-come-back-as-they-were", test_values);
    g_test_add_func("/message/compose/controls-and-bad-grammar-are-refused", test_refused);
    g_test_add_func("/message/compose/references-keep-first-and-last", test_references);
    g_test_add_func("/message/compose/bodies", test_bodies);
    g_test_add_func("/message/compose/canonical-form", test_canonical);
    g_test_add_func("/message/compose/strict-ids", test_strict_ids);
    return g_test_run();
}
