#include <string.h>

#include "base/clock.h"
#include "mail-fixture.h"
#include "tap.h"

static const MessageAddress *
address(const GPtrArray *addresses, guint i)
{
    g_assert_cmpuint(i, <, addresses->len);
    return addresses->pdata[i];
}

static const MessagePart *
part(const Message *message, const char *path)
{
    for (guint i = 0; i < message->parts->len; i++) {
        const MessagePart *candidate = message->parts->pdata[i];

        if (strcmp(candidate->part, path) == 0)
            return candidate;
    }
    g_error("no part %s", path);
}

static gboolean
warns(const Message *message, const char *word)
{
    for (guint i = 0; i < message->warnings->len; i++) {
        if (strstr(message->warnings->pdata[i], word) != NULL)
            return TRUE;
    }
    return FALSE;
}

static void
test_plain(void)
{
    g_autoptr(Message) message = mail_fixture_parse("plain-question.eml");
    g_autofree char *date = clock_format_offset(message->date, message->date_offset_minutes, FALSE);

    g_assert_cmpstr(message->message_id, ==, "0a7d1c5e-5f0e-4b8e@customer.example");
    g_assert_cmpstr(address(message->from, 0)->name, ==, "Anna Papadopoulou");
    g_assert_cmpstr(address(message->from, 0)->address, ==, "anna.papadopoulou@customer.example");
    g_assert_cmpuint(message->from_fields, ==, 1);
    g_assert_cmpstr(message->return_path, ==, "anna.papadopoulou@customer.example");
    g_assert_cmpstr(message->subject, ==, "Cannot log in to the control panel");
    g_assert_cmpstr(date, ==, "2026-11-22T12:00:00+02:00");
    g_assert_cmpuint(message->received_count, ==, 1);
    g_assert_cmpint(message->class_, ==, CLASS_HUMAN);
    g_assert_true(g_str_has_prefix(message->text, "Hello,\n\nsince"));
    g_assert_false(message->charset_guessed);
    g_assert_cmpuint(message->parts->len, ==, 1);
    g_assert_cmpstr(part(message, "1")->type, ==, "text/plain");
    g_assert_false(part(message, "1")->attachment);
    g_assert_cmpuint(message->warnings->len, ==, 0);
    g_assert_null(message->authentication);
    g_assert_null(message->report);
}

static void
test_greek(void)
{
    g_autoptr(Message) message = mail_fixture_parse("greek-reply-quoted-printable.eml");

    g_assert_cmpstr(message->subject, ==, "Re: Τιμολόγιο");
    g_assert_cmpstr(address(message->from, 0)->name, ==, "Μαρία");
    g_assert_cmpstr(address(message->to, 0)->name, ==, "Support, Example");
    g_assert_cmpstr(address(message->to, 0)->address, ==, "support@example.com");
    g_assert_cmpstr(message->text, ==, "Καλημέρα,\n\nτο τιμολόγιο λείπει.\n");
    g_assert_cmpuint(message->references->len, ==, 2);
    g_assert_cmpstr(message->references->pdata[0], ==, "first@example.com");
    g_assert_cmpstr(message->in_reply_to->pdata[0], ==, "t17.1@example.com");
    g_assert_false(message->charset_guessed);
}

static void
test_outlook(void)
{
    g_autoptr(Message) message = mail_fixture_parse("outlook-alternative-with-logo.eml");

    g_assert_cmpstr(message->subject, ==, "Rechnung für November");
    g_assert_cmpstr(address(message->from, 0)->name, ==, "Weber, Jürgen");
    g_assert_cmpstr(message->text, ==, "Guten Tag,\nanbei die Zahlen – bitte prüfen.\n");
    g_assert_nonnull(strstr(message->html, "bitte prüfen"));
    g_assert_cmpuint(message->parts->len, ==, 5);
    g_assert_cmpstr(part(message, "0")->type, ==, "multipart/related");
    g_assert_cmpint(part(message, "0")->size_bytes, ==, -1);
    g_assert_cmpstr(part(message, "1")->type, ==, "multipart/alternative");
    g_assert_cmpstr(part(message, "1.1")->charset, ==, "windows-1252");
    g_assert_false(part(message, "1.2")->attachment);
    g_assert_cmpstr(part(message, "2")->filename, ==, "logo.png");
    g_assert_cmpstr(part(message, "2")->content_id, ==, "logo@firma");
    g_assert_true(part(message, "2")->attachment);
    g_assert_true(part(message, "2")->is_inline);
    g_assert_cmpint(part(message, "2")->size_bytes, ==, 12);
    g_assert_cmpint(message->class_, ==, CLASS_HUMAN);
}

static void
test_html(void)
{
    g_autoptr(Message) message = mail_fixture_parse("html-only-newsletter-shop.eml");

    g_assert_cmpstr(message->text, ==,
                    "Order 1234\n\nYour order has shipped.\n\n- Cable\n- Router\n\n"
                    "Track it <https://shop.example/track?id=1&x=2> or help@shop.example\n");
    g_assert_cmpint(message->class_, ==, CLASS_BULK);
    g_assert_true(message->date_offset_unknown);
}

static void
test_attachments(void)
{
    g_autoptr(Message) message = mail_fixture_parse("attachments-names.eml");
    g_autofree char *all = NULL;

    g_assert_cmpstr(message->text, ==, "Zażółć gęślą jaźń. Logs attached.");
    g_assert_cmpstr(part(message, "2")->filename, ==, "żółw.log");
    g_assert_cmpint(part(message, "2")->size_bytes, ==, 2048);
    g_assert_true(part(message, "2")->attachment);
    g_assert_cmpstr(part(message, "3")->filename, ==, "passwd");
    g_assert_true(part(message, "3")->attachment);
    g_assert_cmpstr(part(message, "4")->filename, ==, "übersicht.pdf");
    all = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *) "%PDF-1.4", 8);
    for (guint i = 0; i < 32; i++) {
        g_autofree char *byte = g_strdup_printf("%02x", part(message, "4")->sha256[i]);

        g_assert_true(strncmp(all + 2 * i, byte, 2) == 0);
    }
}

/* Several words, the first with padding: a name that GMime 3.2.13 cuts. */
static void
test_name_in_words(void)
{
    g_autoptr(Message) message = mail_text_parse(
        "Subject: =?utf-8?B?w6Q=?= =?UTF-8?b?w7Y=?=\n =?utf-8?Q?=C3=BC_?= =?iso-8859-1?Q?=DF?= =?broken\n"
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/png;\n"
        " name=\"=?utf-8?B?w6Q=?= =?utf-8?B?w7YucG5n?=\"\nContent-Disposition: attachment;\n"
        " filename=\"=?utf-8?B?w6Q=?=\n =?utf-8?B?w7YucG5n?=\"\n\nx\n--b--\n");

    g_assert_cmpstr(message->subject, ==, "äöü ß =?broken");
    g_assert_cmpstr(part(message, "1")->filename, ==, "äö.png");
    g_assert_cmpstr(part(message, "1")->type, ==, "image/png");
}

static void
test_forward(void)
{
    g_autoptr(Message) message = mail_fixture_parse("forwarded-message.eml");

    g_assert_cmpstr(message->text, ==, "See below.");
    g_assert_cmpstr(part(message, "2")->type, ==, "message/rfc822");
    g_assert_true(part(message, "2")->attachment);
    g_assert_cmpstr(part(message, "2.1")->type, ==, "text/plain");
    g_assert_false(part(message, "2.1")->attachment);
    g_assert_cmpstr(part(message, "2.2")->filename, ==, "a.gif");
    g_assert_cmpstr(message->message_id, ==, "fwd-1@customer.example");
}

static void
test_bounce(void)
{
    g_autoptr(Message) message = mail_fixture_parse("bounce-postfix-user-unknown.eml");
    const ReportRecipient *first;
    const ReportRecipient *second;

    g_assert_cmpint(message->class_, ==, CLASS_BOUNCE);
    g_assert_cmpstr(message->return_path, ==, "");
    g_assert_cmpstr(message->report->kind, ==, "delivery-status");
    g_assert_cmpstr(message->report->original_message_id, ==, "t17.42@example.com");
    g_assert_cmpuint(message->report->recipients->len, ==, 2);
    first = message->report->recipients->pdata[0];
    second = message->report->recipients->pdata[1];
    g_assert_cmpstr(first->address, ==, "Nobody@customer.example");
    g_assert_cmpstr(first->action, ==, "failed");
    g_assert_cmpstr(first->status, ==, "5.1.1");
    g_assert_cmpstr(first->diagnostic, ==, "550 5.1.1    User unknown");
    g_assert_cmpstr(second->address, ==, "full@customer.example");
    g_assert_cmpstr(second->action, ==, "delayed");
    g_assert_cmpstr(second->status, ==, "4.0.0");
    g_assert_true(g_str_has_prefix(message->text, "This is the mail system"));
}

static void
test_receipt_and_abuse(void)
{
    g_autoptr(Message) receipt = mail_fixture_parse("read-receipt.eml");
    g_autoptr(Message) abuse = mail_fixture_parse("abuse-report-arf.eml");

    g_assert_cmpint(receipt->class_, ==, CLASS_DISPOSITION);
    g_assert_cmpstr(receipt->report->original_message_id, ==, "t17.42@example.com");
    g_assert_cmpstr(((ReportRecipient *) receipt->report->recipients->pdata[0])->action, ==, "displayed");
    g_assert_cmpint(abuse->class_, ==, CLASS_ABUSE_REPORT);
    g_assert_cmpstr(abuse->report->original_message_id, ==, "offer-1@example.com");
    g_assert_cmpstr(((ReportRecipient *) abuse->report->recipients->pdata[0])->address, ==, "user@isp.example");
}

static void
test_machines(void)
{
    static const struct {
        const char  *fields;
        MessageClass class_;
        const char  *reason;
    } cases[] = {
        { "", CLASS_HUMAN, "no sign of a machine" },
        { "Auto-Submitted: no\n", CLASS_HUMAN, "no sign of a machine" },
        { "Auto-Submitted: (x) Auto-Replied; a=b\n", CLASS_AUTO_REPLY, "Auto-Submitted: auto-replied" },
        { "Auto-Submitted: no\nAuto-Submitted: auto-generated\n", CLASS_AUTO_GENERATED, "Auto-Submitted: auto-generated" },
        { "Auto-Submitted: auto-notified\n", CLASS_AUTO_GENERATED, "Auto-Submitted: auto-notified" },
        { "X-Autoreply: yes\n", CLASS_AUTO_REPLY, "X-Autoreply" },
        { "X-Autoreply: no\n", CLASS_HUMAN, "no sign of a machine" },
        { "Precedence: auto_reply\n", CLASS_AUTO_REPLY, "Precedence: auto_reply" },
        { "Precedence: bulk\n", CLASS_BULK, "Precedence: bulk" },
        { "Precedence: first-class\n", CLASS_HUMAN, "no sign of a machine" },
        { "List-Id: <x>\nPrecedence: bulk\n", CLASS_LIST, "List-Id" },
        { "Mailing-List: x\n", CLASS_LIST, "Mailing-List" },
        { "List-Unsubscribe: <x>\n", CLASS_BULK, "List-Unsubscribe" },
        { "X-Failed-Recipients: a@b\n", CLASS_BOUNCE, "X-Failed-Recipients" },
        { "X-ARF: yes\n", CLASS_ABUSE_REPORT, "X-ARF" },
        { "Delivered-To: Autoresponder\n", CLASS_AUTO_REPLY, "Delivered-To: autoresponder" },
        { "X-FC-MachineGenerated: true\n", CLASS_AUTO_GENERATED, "X-FC-MachineGenerated" },
        { "Return-Path: <>\n", CLASS_AUTO_GENERATED, "Return-Path: <>" },
        { "Return-Path: <MAILER-DAEMON>\n", CLASS_AUTO_GENERATED, "Return-Path: <>" },
        { "X-Auto-Response-Suppress: OOF\n", CLASS_HUMAN, "no sign of a machine" },
        { "Feedback-ID: 1:x\n", CLASS_HUMAN, "no sign of a machine" },
    };
    g_autoptr(Message) vacation = mail_fixture_parse("vacation-reply.eml");
    g_autoptr(Message) list = mail_fixture_parse("mailing-list-post.eml");
    g_autoptr(Message) daemon = mail_text_parse("From: MAILER-DAEMON@x.example\nSubject: failure\n\nx");

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strconcat(cases[i].fields, "From: a@customer.example\n\nHello\n", NULL);
        g_autoptr(Message) message = mail_text_parse(text);

        g_assert_cmpstr(message->class_reason, ==, cases[i].reason);
        g_assert_cmpint(message->class_, ==, cases[i].class_);
    }
    g_assert_cmpint(vacation->class_, ==, CLASS_AUTO_REPLY);
    g_assert_cmpint(list->class_, ==, CLASS_LIST);
    g_assert_cmpint(daemon->class_, ==, CLASS_BOUNCE);
}

/* A reason with half a character in it would make a record that no worker takes. */
static void
test_long_reason(void)
{
    for (guint before = 1; before <= 4; before++) {
        g_autofree char *start = g_strnfill(before, 'a');
        g_autofree char *mail = g_strdup_printf("From: a@example.net\nAuto-Submitted: %s\303\244\303\244\303\244\303\244"
                                                "\303\244\303\244\303\244\303\244\303\244\303\244\303\244\303\244\303\244"
                                                "\303\244\303\244\303\244\303\244\303\244\303\244\303\244\303\244\303\244"
                                                "\303\244\303\244\303\244\303\244\303\244\303\244\303\244\303\244\303\244"
                                                "\n\nx\n", start);
        g_autoptr(Message) message = mail_text_parse(mail);

        g_assert_cmpint(message->class_, ==, CLASS_AUTO_GENERATED);
        g_assert_true(g_utf8_validate(message->class_reason, -1, NULL));
    }
}

static void
test_charsets(void)
{
    g_autoptr(Message) raw = mail_fixture_parse("cp1251-raw-subject-koi8-body.eml");
    g_autoptr(Message) wrong = mail_text_parse("Content-Type: text/plain; charset=us-ascii\n\nna\303\257ve");
    g_autoptr(Message) none = mail_text_parse("Subject: x\n\nna\357ve\n");
    g_autoptr(Message) unknown = mail_text_parse("Content-Type: text/plain; charset=x-nonsense\n\nna\357ve");

    g_assert_cmpstr(raw->subject, ==, "grüner Tee");
    g_assert_cmpstr(raw->text, ==, "Привет, не работает почта.\n");
    g_assert_false(raw->charset_guessed);
    g_assert_cmpstr(wrong->text, ==, "naïve");
    g_assert_true(wrong->charset_guessed);
    g_assert_cmpstr(none->text, ==, "naïve\n");
    g_assert_true(none->charset_guessed);
    g_assert_cmpstr(unknown->text, ==, "naïve");
    g_assert_true(unknown->charset_guessed);
}

static void
test_mac(void)
{
    g_autoptr(Message) message = mail_fixture_parse("mac-line-ends.eml");

    g_assert_cmpstr(message->subject, ==, "Eudora");
    g_assert_cmpstr(message->text, ==, "Hello from 1998.");
    g_assert_cmpstr(part(message, "2")->filename, ==, "a.zip");
    g_assert_cmpint(part(message, "2")->size_bytes, ==, 4);
    g_assert_cmpint(message->date_offset_minutes, ==, -300);
}

static void
test_dirt(void)
{
    g_autoptr(Message) message = mail_fixture_parse("duplicated-headers.eml");

    g_assert_cmpuint(message->from_fields, ==, 2);
    g_assert_cmpuint(message->from->len, ==, 1);
    g_assert_cmpstr(address(message->from, 0)->address, ==, "two@customer.example");
    g_assert_cmpstr(message->subject, ==, "second");
    g_assert_true(warns(message, "Subject stands more than once"));
    g_assert_true(warns(message, "From stands more than once"));
    g_assert_false(message->has_date);
    g_assert_true(warns(message, "Date"));
    g_assert_null(message->message_id);
    g_assert_cmpuint(message->references->len, ==, 3);
    g_assert_cmpstr(message->references->pdata[1], ==, "b@x");
    g_assert_cmpstr(message->references->pdata[2], ==, "e@x");
    g_assert_cmpstr(message_header(message, "SUBJECT", 0), ==, "first");
    g_assert_cmpstr(message_header(message, "subject", 1), ==, "second");
    g_assert_null(message_header(message, "subject", 2));
}

static void
test_references_limit(void)
{
    g_autoptr(GString) text = g_string_new("References:");
    g_autoptr(Message) message = NULL;

    for (int i = 1; i <= 120; i++)
        g_string_append_printf(text, "\n <%d@x>", i);
    g_string_append(text, "\n\nbody\n");
    message = mail_text_parse(text->str);
    g_assert_cmpuint(message->references->len, ==, 50);
    g_assert_cmpstr(message->references->pdata[0], ==, "1@x");
    g_assert_cmpstr(message->references->pdata[1], ==, "72@x");
    g_assert_cmpstr(message->references->pdata[49], ==, "120@x");
}

static void
test_authentication(void)
{
    static const char forged[] =
        "Authentication-Results: evil.example; dmarc=pass\n"
        "Authentication-Results: mx.example.com; dmarc=pass\nFrom: a@x.example\n\nx";
    g_autoptr(Message) message = mail_fixture_parse("authentication-results.eml");
    g_autoptr(Message) below = mail_text_parse(forged);
    g_autoptr(Message) quoted = mail_text_parse(
        "Authentication-Results: mx.example.com; spf=fail reason=\"; dmarc=pass\" (; dkim=pass)\n\nx");
    g_autoptr(Message) longer = mail_text_parse("Authentication-Results: mx.example.com.evil.example; dmarc=pass\n\nx");

    g_assert_cmpstr(message->authentication->authserv_id, ==, "mx.example.com");
    g_assert_cmpstr(message->authentication->spf, ==, "pass");
    g_assert_cmpstr(message->authentication->dkim, ==, "pass");
    g_assert_cmpstr(message->authentication->dmarc, ==, "pass");
    g_assert_null(below->authentication);
    g_assert_null(longer->authentication);
    g_assert_cmpstr(quoted->authentication->spf, ==, "fail");
    g_assert_cmpstr(quoted->authentication->dmarc, ==, NULL);
    g_assert_cmpstr(quoted->authentication->dkim, ==, NULL);
}

static void
test_addresses(void)
{
    g_autoptr(Message) message = mail_fixture_parse("addresses-hard.eml");

    g_assert_cmpuint(message->from->len, ==, 1);
    g_assert_cmpstr(address(message->from, 0)->name, ==, "Björn Müller, GmbH");
    g_assert_cmpstr(address(message->from, 0)->address, ==, "bjorn@xn--bcher-kva.example");
    g_assert_cmpuint(message->to->len, ==, 3);
    g_assert_cmpstr(address(message->to, 0)->address, ==, "a@x.example");
    g_assert_cmpstr(address(message->to, 1)->name, ==, "B, C");
    g_assert_cmpstr(address(message->to, 2)->address, ==, "support@example.com");
    g_assert_cmpuint(message->cc->len, ==, 0);
    g_assert_cmpstr(message->sender->name, ==, "Séb");
    g_assert_cmpstr(address(message->reply_to, 0)->name, ==, "quoted \"local\"");
    g_assert_cmpint(message->date_offset_minutes, ==, -300);
}

/* A form feed is white space like any other; once it was none to some loops, which then never ended. */
static void
test_form_feed(void)
{
    g_autoptr(Message) message = mail_text_parse("From: Anna\f anna@client.example.net\f\f bob@client.example.net\n"
                                                 "Content-Type: text/\fplain\f;\f charset=\futf-8\n"
                                                 "Date: \fMon,\f1 Jan 2024 10:00:00 +0000\n\nx\n");

    g_assert_cmpuint(message->from->len, ==, 2);
    g_assert_cmpstr(address(message->from, 0)->address, ==, "anna@client.example.net");
    g_assert_cmpstr(address(message->from, 1)->address, ==, "bob@client.example.net");
    g_assert_cmpstr(message->text, ==, "x\n");
}

static void
test_shapes(void)
{
    g_autoptr(Message) no_blank = mail_fixture_parse("no-blank-line.eml");
    g_autoptr(Message) empty = mail_fixture_parse("empty.eml");
    g_autoptr(Message) only_text = mail_fixture_parse("only-text.eml");
    g_autoptr(Message) nul = mail_fixture_parse("nul-and-bad-utf8.eml");
    g_autoptr(Message) wrong = mail_fixture_parse("multipart-wrong-boundary.eml");

    g_assert_cmpstr(no_blank->subject, ==, "no empty line");
    g_assert_cmpstr(no_blank->text, ==, "Hello, the header ends here.\nSecond line of text.\n");
    g_assert_cmpstr(empty->text, ==, "");
    g_assert_cmpuint(empty->from->len, ==, 0);
    g_assert_null(empty->message_id);
    g_assert_cmpstr(only_text->text, ==, "This is no mail at all,\njust two lines.\n");
    g_assert_true(g_str_has_prefix(nul->subject, "nulinside"));
    g_assert_null(strpbrk(nul->subject, "\r\n"));
    g_assert_nonnull(strstr(nul->text, "beforeafter"));
    g_assert_nonnull(strstr(nul->text, "\357\277\275"));
    g_assert_true(nul->charset_guessed);
    g_assert_cmpstr(wrong->text, ==, "The text stands here.\n");
    g_assert_false(wrong->not_parsed);
}

/* A header in 8-bit letters is in the character set that the text names, on its own or in its first part. */
/* RFC 5322, 4.5.4: blanks inside the brackets are no part of the id. */
static void
test_ids_with_blanks(void)
{
    g_autoptr(Message) message = mail_text_parse("Message-ID: < a@x.example >\nReferences: <b@x.example\t><\n c@x.example> < > <d e@x>\n\nx\n");

    g_assert_cmpstr(message->message_id, ==, "a@x.example");
    g_assert_cmpuint(message->references->len, ==, 2);
    g_assert_cmpstr(message->references->pdata[0], ==, "b@x.example");
    g_assert_cmpstr(message->references->pdata[1], ==, "c@x.example");
}

/* An editor's byte order mark belongs to no field; before text without a header it is the text's. */
static void
test_byte_order_mark(void)
{
    g_autoptr(Message) message = mail_text_parse("\357\273\277Subject: x\nFrom: a@x.example\n\ntext\n");
    g_autoptr(Message) bare = mail_text_parse("\357\273\277only text\n");
    const MessagePart *part = bare->parts->pdata[0];

    g_assert_cmpstr(message->subject, ==, "x");
    g_assert_cmpstr(((const MessageHeader *) message->headers->pdata[0])->name, ==, "Subject");
    g_assert_cmpstr(message->text, ==, "text\n");
    g_assert_cmpstr(bare->text, ==, "only text\n");
    g_assert_cmpint(part->size_bytes, ==, 13);
}

static void
test_raw_header(void)
{
    g_autoptr(Message) single = mail_text_parse("From: \360\345\364\361 <p@x.example>\nSubject: \360\361\351\342\345\364\n"
                                                "Content-Type: text/plain; charset=windows-1251\n\nx\n");
    g_autoptr(Message) nested = mail_text_parse("Subject: \320\322\311\327\305\324\nContent-Type: multipart/mixed; boundary=b\n\n"
                                                "--b\nContent-Type: multipart/alternative; boundary=c\n\n"
                                                "--c\nContent-Type: text/plain; charset=koi8-r\n\nx\n--c--\n--b--\n");
    g_autoptr(Message) utf8 = mail_text_parse("Subject: gr\303\274n\nContent-Type: text/plain; charset=koi8-r\n\nx\n");

    g_assert_cmpstr(single->subject, ==, "рсйвеф");
    g_assert_cmpstr(address(single->from, 0)->name, ==, "рефс");
    g_assert_cmpstr(nested->subject, ==, "привет");
    g_assert_cmpstr(utf8->subject, ==, "grün");
}

static void
check_addresses(const GPtrArray *some, const GPtrArray *others)
{
    g_assert_cmpuint(some->len, ==, others->len);
    for (guint i = 0; i < some->len; i++)
        g_assert_cmpstr(address(some, i)->address, ==, address(others, i)->address);
}

static void
check_header(const Message *whole, const Message *header)
{
    g_assert_cmpuint(whole->headers->len, ==, header->headers->len);
    for (guint i = 0; i < whole->headers->len; i++) {
        const MessageHeader *one = whole->headers->pdata[i], *other = header->headers->pdata[i];

        g_assert_cmpstr(one->name, ==, other->name);
        g_assert_cmpstr(one->value, ==, other->value);
    }
    check_addresses(whole->to, header->to);
    check_addresses(whole->cc, header->cc);
    check_addresses(whole->resent_to, header->resent_to);
    g_assert_cmpstr(whole->message_id, ==, header->message_id);
    g_assert_cmpint(whole->has_date, ==, header->has_date);
    g_assert_cmpint(whole->date, ==, header->date);
}

/* Of a header alone, whatever mail it begins. */
static void
test_header_alone(void)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "mail", NULL);
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    const char *name;
    guint n = 0;

    g_assert_nonnull(directory);
    while ((name = g_dir_read_name(directory)) != NULL) {
        g_autoptr(Message) whole = NULL;
        g_autoptr(Message) header = NULL;
        g_autofree char *bytes = NULL;
        gsize length;

        if (!g_str_has_suffix(name, ".eml"))
            continue;
        g_test_message("%s", name);
        whole = mail_fixture_parse(name);
        bytes = mail_fixture_bytes(name, &length);
        header = message_parse_header((const guint8 *) bytes, length);
        check_header(whole, header);
        n++;
    }
    g_assert_cmpuint(n, >, 10);
}

/* A header that breaks a limit is read as far as that of a whole message is. */
static void
test_header_too_long(void)
{
    GString *text = g_string_new("From anna Sat Nov 21 10:00:00 2026\nMessage-ID: <a@b.example>\nTo: x@example.com\n");
    g_autoptr(Message) whole = NULL;
    g_autoptr(Message) header = NULL;

    for (guint i = 0; i < 2000; i++)
        g_string_append_printf(text, "X-%u: y\n", i);
    g_string_append(text, "\nbody\n");
    whole = mail_text_parse(text->str);
    header = message_parse_header((const guint8 *) text->str, text->len);
    g_assert_true(whole->not_parsed);
    check_header(whole, header);
    g_assert_cmpstr(header->message_id, ==, "a@b.example");
    g_string_free(text, TRUE);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/message/parse/plain", test_plain);
    g_test_add_func("/message/parse/encoded-words-and-quoted-printable", test_greek);
    g_test_add_func("/message/parse/alternative-takes-plain-text", test_outlook);
    g_test_add_func("/message/parse/html-becomes-text", test_html);
    g_test_add_func("/message/parse/attachments-have-clean-names", test_attachments);
    g_test_add_func("/message/parse/words-with-padding", test_name_in_words);
    g_test_add_func("/message/parse/embedded-message-is-an-attachment", test_forward);
    g_test_add_func("/message/parse/delivery-report", test_bounce);
    g_test_add_func("/message/parse/receipt-and-abuse-report", test_receipt_and_abuse);
    g_test_add_func("/message/parse/class-names-its-sign", test_machines);
    g_test_add_func("/message/parse/reason-is-cut-between-characters", test_long_reason);
    g_test_add_func("/message/parse/charsets", test_charsets);
    g_test_add_func("/message/parse/bare-cr", test_mac);
    g_test_add_func("/message/parse/dirt-is-skipped-and-said", test_dirt);
    g_test_add_func("/message/parse/references-keep-first-and-last", test_references_limit);
    g_test_add_func("/message/parse/only-topmost-authentication-results", test_authentication);
    g_test_add_func("/message/parse/addresses", test_addresses);
    g_test_add_func("/message/parse/form-feed-is-white-space", test_form_feed);
    g_test_add_func("/message/parse/odd-shapes", test_shapes);
    g_test_add_func("/message/parse/raw-header-in-the-set-of-the-text", test_raw_header);
    g_test_add_func("/message/parse/byte-order-mark", test_byte_order_mark);
    g_test_add_func("/message/parse/ids-with-blanks", test_ids_with_blanks);
    g_test_add_func("/message/parse/header-alone-says-the-same", test_header_alone);
    g_test_add_func("/message/parse/header-alone-has-the-same-limits", test_header_too_long);
    return g_test_run();
}
