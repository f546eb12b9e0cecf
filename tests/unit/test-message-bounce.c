/* Whom a bounce did not reach, and why: systems old and new in their own words, reports with parts that are wrong, and bombs. */
#include <string.h>

#include "mail-fixture.h"
#include "tap.h"

#define TO_US "To: desk@example.com\nDate: Sun, 22 Nov 2026 10:00:00 +0000\n"
#define DAEMON "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\n" TO_US
#define POSTMASTER "From: postmaster@mx.example.net\n" TO_US
#define RETURNED                                                                                               \
    "Received: from a by b; Sun, 22 Nov 2026 09:00:00 +0000\nMessage-ID: <sent-1@example.com>\nTo: "           \
    "wrong@x.example\n\nHello\n"

/* expected: "address status" of each recipient, in order, with blanks between. */
static const struct {
    const char *rule, *mail, *expected, *original;
} cases[] = {
    { "qmail",
      DAEMON "Subject: failure notice\n\nHi. This is the qmail-send program at mx.example.net.\n"
             "I'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a "
             "permanent error; I've given up. Sorry it didn't work out.\n\n"
             "<anna@x.example>:\n192.0.2.7 does not like recipient.\nRemote host said: 550 5.1.1 no one "
             "here\nGiving up on 192.0.2.7.\n\n"
             "<ben@y.example>:\nSorry, I couldn't find any host named y.example. (#5.1.2)\n\n--- Below this "
             "line is a copy of the message.\n\n" RETURNED,
      "anna@x.example 5.1.1 ben@y.example 5.1.2", "sent-1@example.com" },
    { "exim",
      DAEMON "X-Failed-Recipients: anna@x.example,\n ben@y.example\nSubject: Mail delivery failed: returning "
             "message to sender\n\n"
             "This message was created automatically by mail delivery software.\n\nA message that you sent "
             "could not be delivered.\nThe following address(es) failed:\n\n"
             "  anna@x.example\n    host mx.x.example [192.0.2.7]\n    SMTP error from remote mail server "
             "after MAIL FROM:<desk@example.com> SIZE=99:\n    552 5.2.2 <desk@example.com>: full\n"
             "  ben@y.example\n    Unrouteable address\n\n------ This is a copy of the message, including all "
             "the headers. ------\n\n" RETURNED,
      "anna@x.example 5.2.2 ben@y.example 5.1.1", "sent-1@example.com" },
    { "exim-delay",
      DAEMON "Subject: Warning: message 1abc delayed 24 hours\n\nThis message was created automatically by "
             "mail delivery software.\n"
             "A message that you sent has not yet been delivered to one or more of its recipients.\n\nThe "
             "address to which the message has not yet been delivered is:\n\n"
             "  anna@x.example\n    Delay reason: connection timed out\n",
      "anna@x.example 4.4.1", NULL },
    { "sendmail-transcript",
      DAEMON "Subject: Returned mail: see transcript for details\n\nThe original message was received at Sun, "
             "22 Nov 2026\nfrom localhost [127.0.0.1]\n\n"
             "   ----- The following addresses had permanent fatal errors -----\n<anna@x.example>\n    "
             "(reason: 550 5.7.1 not from you)\n<ben@y.example>\n    (expanded from: <all@y.example>)\n\n"
             "   ----- Transcript of session follows -----\n... while talking to mx.x.example.:\n>>> MAIL "
             "From:<desk@example.com>\n<<< 550 5.7.1 not from you\n"
             "550 5.1.1 <ben@y.example>... User unknown\n\n   ----- Original message follows -----\n" RETURNED,
      "anna@x.example 5.7.1 ben@y.example 5.1.1", "sent-1@example.com" },
    { "sendmail-5",
      DAEMON "Subject: Returned mail: Host unknown\n\n   ----- Transcript of session follows -----\n550 "
             "y.example (smtp)... 550 Host unknown\n"
             "554 <anna@y.example>... 550 Host unknown (Authoritative answer from name server)\n\n   ----- "
             "Unsent message follows -----\n" RETURNED,
      "anna@y.example 5.0.0", "sent-1@example.com" },
    { "google",
      DAEMON "Subject: Delivery Status Notification (Failure)\n\nDelivery to the following recipient failed "
             "permanently:\n\n     anna@x.example\n\n"
             "Technical details of permanent failure:\nThe error that the other server returned was: 552 552 "
             "5.2.2 too much (state 13).\n\n----- Original message -----\n\n" RETURNED,
      "anna@x.example 5.2.2", "sent-1@example.com" },
    { "gmx",
      "Return-Path: <>\nFrom: GMX Mailer Daemon <mailer-daemon@gmx.example>\n" TO_US
      "Subject: Mail delivery failed: returning message to sender\n\n"
      "This message was created automatically by mail delivery software.\nThe following address "
      "failed:\n\n\"anna@x.example\":\nSMTP error from remote server after RCPT command:\nhost: mx.x.example\n"
      "5.1.1 <anna@x.example>... nobody\n\n--- The header of the original message is following. "
      "---\n\n" RETURNED,
      "anna@x.example 5.1.1", "sent-1@example.com" },
    { "courier-flattened",
      DAEMON
      "Subject: NOTICE: mail delivery status.\n\nThis is a delivery status notification from "
      "mx.example.net.\n\nUNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be "
      "delivered:\n\n"
      "<anna@x.example>:\n    mx.x.example [192.0.2.5]:\n>>> DATA\n<<< 550 nobody\n\nReporting-MTA: dns; "
      "mx.example.net\n\nFinal-Recipient: rfc822; anna@x.example\nAction: failed\nStatus: 5.1.3\n\n" RETURNED,
      "anna@x.example 5.1.3", "sent-1@example.com" },
    { "opensmtpd",
      DAEMON "Subject: Delivery status notification: error\n\n    Hi!\n\n    This is the MAILER-DAEMON, please "
             "DO NOT REPLY to this e-mail.\n\n    An error has occurred while attempting to deliver a message "
             "for\n    the following list of recipients:\n\n"
             "anna@x.example: 552 5.2.2 full\nben@x.example: Envelope expired\n\n    Below is a copy of the "
             "original message:\n\n" RETURNED,
      "anna@x.example 5.2.2 ben@x.example 5.0.0", "sent-1@example.com" },
    { "exchange",
      "From: System Administrator <postmaster@y.example>\n" TO_US
      "Subject: Undeliverable: order\nX-MS-Embedded-Report:\n\nYour message\n\n  To:      desk@example.com\n  "
      "Subject: order\n  Sent:    Sun, 22 Nov 2026\n\n"
      "did not reach the following recipient(s):\n\nanna@y.example on Sun, 22 Nov 2026 10:00:00\n    The "
      "recipient name is not recognized\n    The MTS-ID of the original message is: c=gr\n",
      "anna@y.example 5.1.1", NULL },
    { "office365-german",
      "Return-Path: <>\nFrom: MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@y.example\n" TO_US
      "Subject: Unzustellbar: Bestellung\n\nFehler bei der Nachrichtenzustellung an folgende Empfänger oder "
      "Gruppen:\n\n"
      "anna@y.example<mailto:anna@y.example>\nDie eingegebene Adresse konnte nicht gefunden "
      "werden.\n\nDiagnoseinformationen für Administratoren:\n\nGenerierender Server: "
      "x.prod.outlook.com\n\nanna@y.example\n"
      "Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound'\n\nUrsprüngliche "
      "Nachrichtenkopfzeilen:\n\n" RETURNED,
      "anna@y.example 5.1.10", "sent-1@example.com" },
    { "domino",
      POSTMASTER "Subject: DELIVERY FAILURE: User anna (anna@y.example) not listed in Domino Directory\n\nYour "
                 "message\n\n  Subject: order\n\nwas not delivered to:\n\n  anna@y.example\n\nbecause:\n\n  "
                 "User anna (anna@y.example) not listed in Domino Directory\n",
      "anna@y.example 5.1.1", NULL },
    { "notes",
      POSTMASTER "Subject: Undeliverable message\n\n------- Failure Reasons  --------\n\nUser not listed in "
                 "public Name & Address Book\nanna@y.example\n\n------- Returned Message --------\n" RETURNED,
      "anna@y.example 5.1.1", "sent-1@example.com" },
    { "interscan",
      "From: InterScan MSS <scanner@y.example>\n" TO_US
      "Subject: Mail could not be delivered\n\nSent <<< RCPT TO:<anna@y.example>\nReceived >>> 550 5.1.1 "
      "<anna@y.example>... user unknown\n",
      "anna@y.example 5.1.1", NULL },
    { "mailmarshal",
      POSTMASTER "Subject: Undeliverable Mail: \"order\"\n\nYour message:\n   From:    desk@example.com\n   "
                 "Subject: order\n\nCould not be delivered because of\n\n550 5.1.1 nobody\n\nThe following "
                 "recipients were affected:\n    anna@y.example\n\n"
                 "Additional Information\n======================\nOriginal Sender:    "
                 "<desk@example.com>\nSender-MTA:         <192.0.2.250>\n",
      "anna@y.example 5.1.1", NULL },
    { "imail",
      "From: \"Postmaster\" <postmaster@y.example>\n" TO_US
      "Subject: Undeliverable Mail\nX-Mailer: <SMTP32 v8.12>\n\nInvalid final delivery userid: "
      "anna@y.example\n\nOriginal message follows.\n\n" RETURNED,
      "anna@y.example 5.1.1", "sent-1@example.com" },
    { "activehunter",
      DAEMON "Subject: FAILURE NOTICE :\n\n  ----- The following addresses had permanent fatal errors "
             "-----\n\n>>> anna@x.example <anna@x.example>\n\n  -----Transcript of session follows -----\n>>> "
             "RCPT TO:<anna@x.example>\n<<< 550 5.2.1 closed\n",
      "anna@x.example 5.2.1", NULL },
    { "kddi",
      "Return-Path: <>\nFrom: no-reply@app.y.example\n" TO_US
      "Subject: Undelivered mail\n\nYour mail sent on: Thu, 29 Apr 2010 11:04:47 +0900\nCould not be delivered "
      "to: <anna@y.example>\nAs their mailbox is full.\n",
      "anna@y.example 5.2.2", NULL },
    { "mobile-gateway",
      "From: post_master@sms.example\n" TO_US
      "Subject: Re:order\n\nError: Invalid user address\n\nError message below:\n550 - Requested action not "
      "taken: no such user here\n\nMessage details:\n  Subject: order\n  MAIL FROM: desk@example.com\n  RCPT "
      "TO: 000@sms.example\n  From: desk@example.com\n",
      "000@sms.example 5.0.0", NULL },
    { "russian",
      DAEMON
      "Subject: =?utf-8?B?0J3QtSDQtNC+0YHRgtCw0LLQu9C10L3Qvg==?=\nContent-Type: text/plain; "
      "charset=utf-8\n\nПисьмо не может быть доставлено:\n\n  anna@y.example\n    почтовый ящик переполнен\n",
      "anna@y.example 5.2.2", NULL },
    { "greek",
      POSTMASTER
      "Subject: =?utf-8?B?zpHOtM+Fzr3Osc68zq/OsSDPgM6xz4HOrM60zr/Pg863z4I=?=\nContent-Type: text/plain; "
      "charset=utf-8\n\nΔεν ήταν δυνατή η παράδοση του μηνύματος:\n\n  anna@y.example: ο χρήστης δεν υπάρχει\n",
      "anna@y.example 5.1.1", NULL },
    { "no-code-too-large",
      DAEMON "Subject: Mail delivery failed\n\nThe following address failed:\n\nanna@y.example\n\nFor the "
             "following reason:\n\nMail size limit exceeded.\n",
      "anna@y.example 5.3.4", NULL },
    { "several-and-one-reason",
      DAEMON "Subject: Returned mail\n\nYour message could not be delivered to:\n  anna@y.example\n  "
             "ben@y.example\n550 5.4.1 closed today\n",
      "anna@y.example 5.4.1 ben@y.example 5.4.1", NULL },
    { "own-address-failed",
      DAEMON
      "Subject: failure notice\n\nUnable to deliver message to:\n<desk@example.com>:\n550 5.1.1 nobody\n",
      "desk@example.com 5.1.1", NULL },
    { "null-path-and-named", "Return-Path: <>\nFrom: mta7@gw.example\n" TO_US
      "Subject: x\n\nYour mail could not be delivered to: <anna@y.example>\nAs the remote domain doesnt exist.\n",
      "anna@y.example 5.1.2", NULL },
    { "only-the-returned-header-names", POSTMASTER
      "Subject: Returned Mail\n\nThe message that you sent was undeliverable to the following:\n"
      "        anna (user not found)\n\nOriginal message follows:\n\n" RETURNED,
      "wrong@x.example 5.1.1", "sent-1@example.com" },
    { "null-path-only",
      "Return-Path: <>\nFrom: mta7@gw.example\n" TO_US
      "Subject: Delivery failed\n\nThe message could not be delivered to <anna@y.example>: 554 5.7.1 refused\n",
      "anna@y.example 5.7.1", NULL },
};

static void
check(const char *rule, const Message *message, const char *expected, const char *original)
{
    GString *found = g_string_new(NULL);

    if (message->class_ != CLASS_BOUNCE)
        g_error("%s: %s (%s)", rule, message_class_name(message->class_), message->class_reason);
    for (guint i = 0; i < message->report->recipients->len; i++) {
        const ReportRecipient *recipient = message->report->recipients->pdata[i];

        g_string_append_printf(found, "%s%s %s", i > 0 ? " " : "", recipient->address, recipient->status);
    }
    g_test_message("%s", rule);
    g_assert_cmpstr(found->str, ==, expected);
    g_assert_cmpstr(message->report->kind, ==, "delivery-status");
    g_assert_cmpstr(message->report->original_message_id, ==, original);
    g_assert_null(message->returned);
    g_string_free(found, TRUE);
}

static void
test_case(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(Message) message = mail_text_parse(cases[i].mail);

    check(cases[i].rule, message, cases[i].expected, cases[i].original);
}

/* Bare CR and CRLF say the same as LF. */
static void
test_line_ends(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(GStrv) lines = g_strsplit(cases[i].mail, "\n", -1);
        g_autofree char *dos = g_strjoinv("\r\n", lines);
        g_autofree char *mac = g_strjoinv("\r", lines);
        g_autoptr(Message) with_crlf = mail_text_parse(dos);
        g_autoptr(Message) with_cr = mail_text_parse(mac);

        check(cases[i].rule, with_crlf, cases[i].expected, cases[i].original);
        check(cases[i].rule, with_cr, cases[i].expected, cases[i].original);
    }
}

#define REPORT(type, fields)                                                                                   \
    DAEMON "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/report; boundary=b" type                    \
           "\n\n--b\nContent-Type: text/plain\n\nIt failed.\n\n--b\n" fields "\n--b--\n"
#define STATUS "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"

static const struct {
    const char *rule, *mail, *expected;
} reports[] = {
    { "no-report-type",
      REPORT("", STATUS "Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1\n"),
      "a@x.example 5.1.1" },
    { "original-before-final",
      REPORT("", STATUS "Original-Recipient: rfc822;o@x.example\nFinal-Recipient: rfc822; f@x.example\nStatus: "
                        "5.1.1 (gone)\n"),
      "o@x.example 5.1.1" },
    { "order-of-the-report",
      REPORT("", STATUS "Final-Recipient: rfc822; b@x.example\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; "
                        "a@x.example\nStatus: 4.2.2\n"),
      "b@x.example 5.1.1 a@x.example 4.2.2" },
    { "no-empty-line-between",
      REPORT("", STATUS "Final-Recipient: rfc822; a@x.example\nStatus: 5.1.1\nFinal-Recipient: rfc822; "
                        "b@x.example\nStatus: 5.2.2\n"),
      "a@x.example 5.1.1 b@x.example 5.2.2" },
    { "status-in-diagnostic",
      REPORT("", STATUS "Final-Recipient: rfc822; a@x.example\nDiagnostic-Code: smtp; 550-5.7.26 not yours\n"),
      "a@x.example 5.7.26" },
    { "code-in-diagnostic",
      REPORT("", STATUS "Final-Recipient: rfc822; a@x.example\nDiagnostic-Code: smtp; 452 later\n"),
      "a@x.example 4.0.0" },
    { "report-before-diagnostic",
      REPORT("", STATUS
             "Final-Recipient: rfc822; a@x.example\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 x\n"),
      "a@x.example 5.0.0" },
    { "diagnostic-not-folded",
      REPORT("", STATUS "Diagnostic-Code: smtp; 550-one\n550-two is not a field\nStatus: 5.7.1\nAction: "
                        "failed\nFinal-Recipient: rfc822; a@x.example\n"),
      "a@x.example 5.7.1" },
    { "rfc6533",
      REPORT("", "Content-Type: message/global-delivery-status\n\nReporting-MTA: dns; m\n\nFinal-Recipient: "
                 "utf-8; a@x.example\nStatus: 5.1.1\n"),
      "a@x.example 5.1.1" },
    { "fields-in-plain-text",
      REPORT("; report-type=delivery-status", "Content-Type: text/plain\n\nReporting-MTA: dns; "
                                              "m\n\nFinal-Recipient: rfc822; a@x.example\nStatus: 5.1.1\n"),
      "a@x.example 5.1.1" },
    { "nobody-named-but-in-text",
      DAEMON "MIME-Version: 1.0\nContent-Type: multipart/report; boundary=b\n\n--b\n\nDelivery to the "
             "following recipients failed.\n  * a@x.example\n\n--b\n" STATUS
             "Action: failed\nStatus: 5.3.0\n\n--b--\n",
      "a@x.example 5.3.0" },
    { "nobody-named-but-returned",
      REPORT("", STATUS "Action: failed\nStatus: 5.3.0\n\n--b\nContent-Type: message/rfc822\n\nTo: A "
                        "<a@x.example>\nMessage-ID: <x@y>\n\nx\n"),
      "a@x.example 5.3.0" },
    { "report-in-a-returned-mail",
      DAEMON "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nThe following addresses "
             "had permanent delivery errors\n\n--b\nContent-Type: message/rfc822\n\n"
             "From: MAILER-DAEMON@y.example\nTo: z@y.example\nContent-Type: multipart/report; "
             "boundary=c\n\n--c\n" STATUS
             "Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1\n\n--c--\n\n--b--\n",
      "a@x.example 5.1.1" },
};

static void
test_report(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(Message) message = mail_text_parse(reports[i].mail);

    g_free(message->report->original_message_id);
    message->report->original_message_id = NULL;
    check(reports[i].rule, message, reports[i].expected, NULL);
}

static void
test_files(void)
{
    g_autoptr(Message) amazon = mail_fixture_parse("bounce-amazon-json.eml");
    g_autoptr(Message) complaint = mail_fixture_parse("complaint-amazon-json.eml");
    g_autoptr(Message) html = mail_fixture_parse("bounce-html-only.eml");
    g_autoptr(Message) quota = mail_fixture_parse("refusal-as-disposition.eml");

    check("amazon-json", amazon, "anna@customer.example 5.1.1 ben@customer.example 4.0.0",
          "sent-2@example.com");
    check("html-only", html, "anna@customer.example 5.2.2", "sent-3@example.com");
    check("refusal-as-disposition", quota, "anna@customer.example 5.2.2", "sent-4@example.com");
    g_assert_cmpint(complaint->class_, ==, CLASS_ABUSE_REPORT);
    g_assert_cmpstr(complaint->report->kind, ==, "feedback-report");
}

/* Strangers decide how many recipients a bounce has: not how many we keep, nor how long that takes. */
static void
test_many_recipients(void)
{
    GString *mail =
        g_string_new(DAEMON "Subject: failure notice\n\nHi. This is the qmail-send program at x.\n");
    g_autoptr(Message) message = NULL;

    for (guint i = 0; i < 20000; i++)
        g_string_append_printf(mail, "<a%u@x.example>: 550 no\n", i);
    message = mail_text_parse(mail->str);
    g_assert_cmpuint(message->report->recipients->len, ==, 256);
    g_string_free(mail, TRUE);
}

static void
test_long_lines(void)
{
    static const char *const pieces[] = {
        "a@",      "@", "550 5.1.1 ", "<a@b>", "> ", "=", "Final-Recipient: rfc822; a@b\n", "Received: from \n",
        "\xce\x94"
    };

    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        GString *mail = g_string_new(DAEMON "Subject: failure notice\n\nThis is the qmail-send program\n");
        gint64 begin;
        g_autoptr(Message) message = NULL;

        while (mail->len < 512 * 1024)
            g_string_append(mail, pieces[i]);
        begin = g_get_monotonic_time();
        message = mail_text_parse(mail->str);
        g_assert_cmpint(message->class_, ==, CLASS_BOUNCE);
        g_assert_cmpint(g_get_monotonic_time() - begin, <, 5 * G_USEC_PER_SEC);
        g_string_free(mail, TRUE);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/message/bounce/text/%s", cases[i].rule);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_case);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(reports); i++) {
        g_autofree char *path = g_strdup_printf("/message/bounce/report/%s", reports[i].rule);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_report);
    }
    g_test_add_func("/message/bounce/line-ends", test_line_ends);
    g_test_add_func("/message/bounce/files", test_files);
    g_test_add_func("/message/bounce/bombs/many-recipients", test_many_recipients);
    g_test_add_func("/message/bounce/bombs/long-lines", test_long_lines);
    return g_test_run();
}
