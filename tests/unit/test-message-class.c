/* Human or machine: every sign, and every mail of a person that only looks like a machine's. */
#include <string.h>

#include "mail-fixture.h"
#include "tap.h"

#define HUMAN                                                                                                  \
    "Return-Path: <anna@customer.example>\nFrom: Anna <anna@customer.example>\nTo: "                           \
    "support@example.com\nDate: Sun, 22 Nov 2026 10:00:00 +0000\n"
#define NULL_PATH                                                                                              \
    "Return-Path: <>\nFrom: Anna <anna@customer.example>\nTo: support@example.com\nDate: Sun, 22 Nov 2026 "    \
    "10:00:00 +0000\n"
#define UTF8 "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
#define QMAIL                                                                                                  \
    "Hi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't able to deliver your message " \
    "to the following addresses.\n\n<ben@y.example>:\n550 5.1.1 nobody\n"
#define QUOTED_QMAIL                                                                                           \
    "> Hi. This is the qmail-send program at mx.example.net.\n> I'm afraid I wasn't able to deliver your "     \
    "message.\n>\n> <ben@y.example>:\n> 550 5.1.1 nobody\n"

static const struct {
    const char *rule, *mail;
    MessageClass class_;
    const char *reason; /* how class_reason begins, or NULL */
} cases[] = {
    { "plain", HUMAN "Subject: Hello\n\nHello\n", CLASS_HUMAN, NULL },

    /* A person's mail that looks like a bounce. */
    { "human/asks-about-a-bounce", HUMAN "Subject: Undelivered mail?\n\nI got this back. Why?\n\n" QMAIL,
      CLASS_HUMAN, NULL },
    { "human/quotes-a-bounce-in-full", HUMAN "Subject: Re: failure notice\n\nCan you help?\n\n" QUOTED_QMAIL,
      CLASS_HUMAN, NULL },
    { "human/forwards-a-bounce",
      HUMAN "Subject: Fwd: Undelivered Mail Returned to Sender\n\n---------- Forwarded message "
            "----------\nFrom: MAILER-DAEMON@mx.example.net\n\n" QMAIL,
      CLASS_HUMAN, NULL },
    { "human/attaches-a-bounce",
      HUMAN "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\nContent-Type: multipart/mixed; "
            "boundary=b\n\n--b\n\nwhat is this?\n\n--b\nContent-Type: message/rfc822\n\n"
            "From: MAILER-DAEMON@y.example\nContent-Type: multipart/report; report-type=delivery-status; "
            "boundary=c\n\n--c\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; "
            "a@x.example\nStatus: 5.1.1\n\n--c--\n\n--b--\n",
      CLASS_HUMAN, NULL },
    { "human/subject-of-a-bounce",
      HUMAN "Subject: Mail delivery failed: returning message to sender\n\nThis message was created "
            "automatically by mail delivery software.\n\nben@y.example\n  550 5.1.1 nobody\n",
      CLASS_HUMAN, NULL },
    { "human/postmaster-writes",
      "Return-Path: <postmaster@y.example>\nFrom: Ben Post <postmaster@y.example>\nTo: "
      "support@example.com\nSubject: Undelivered mail?\n\nDear colleagues, we see your server refuse us. Can "
      "you look?\n",
      CLASS_HUMAN, NULL },
    { "human/postmaster-answers",
      "From: postmaster@y.example\nTo: support@example.com\nSubject: Re: Delivery failure\n\nThank you, "
      "fixed.\n\n" QUOTED_QMAIL,
      CLASS_HUMAN, NULL },
    { "human/sends-json",
      HUMAN "Subject: AWS Notification "
            "Message\n\n{\"notificationType\":\"Bounce\",\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":"
            "\"a@x\"}]}}\n",
      CLASS_HUMAN, NULL },
    { "human/parcel-not-delivered",
      "Return-Path: <p@parcel.example>\nFrom: noreply@parcel.example\nTo: support@example.com\nSubject: "
      "Delivery failed\n\nYour parcel could not be delivered. Write to help@parcel.example.\n",
      CLASS_HUMAN, NULL },

    /* A person's mail that looks like an automatic reply. */
    { "human/subject-of-an-absence",
      HUMAN "Subject: Out of office\n\nI cannot set my absence note. Please help.\n", CLASS_HUMAN, NULL },
    { "human/answers-an-absence", HUMAN "Subject: Re: Automatic reply: Hello\nIn-Reply-To: <x@y>\n\nEnjoy!\n",
      CLASS_HUMAN, NULL },
    { "human/absence-inside-the-subject",
      NULL_PATH "Auto-Submitted: no\nSubject: Question on vacation days\n\nHello\n", CLASS_AUTO_GENERATED,
      "Return-Path" },
    { "human/auto-submitted-no", HUMAN "Auto-Submitted: no\nSubject: Hello\n\nHello\n", CLASS_HUMAN, NULL },
    { "human/x-autoreply-no", HUMAN "X-Autoreply: no\nSubject: Hello\n\nHello\n", CLASS_HUMAN, NULL },

    /* Automatic replies. */
    { "auto-reply/auto-submitted", HUMAN "Auto-Submitted: auto-replied\nSubject: x\n\nx\n", CLASS_AUTO_REPLY,
      "Auto-Submitted: auto-replied" },
    { "auto-reply/precedence", HUMAN "Precedence: auto_reply\nSubject: x\n\nx\n", CLASS_AUTO_REPLY,
      "Precedence: auto_reply" },
    { "auto-reply/x-apple-action", HUMAN "X-Apple-Action: VACATION\nSubject: x\n\nx\n", CLASS_AUTO_REPLY,
      "X-Apple-Action" },
    { "auto-reply/x-vacation", HUMAN "X-Vacation: yes\nSubject: x\n\nx\n", CLASS_AUTO_REPLY, "X-Vacation" },
    { "auto-reply/subject-and-null-path", NULL_PATH "Subject: Automatic reply: order\n\nAway.\n",
      CLASS_AUTO_REPLY, "Return-Path: <>" },
    { "auto-reply/subject-and-suppress",
      HUMAN "X-Auto-Response-Suppress: All\nSubject: Automatische Antwort: Bestellung\n\nIm Urlaub.\n",
      CLASS_AUTO_REPLY, "X-Auto-Response-Suppress" },
    { "auto-reply/subject-and-in-reply-to",
      HUMAN "In-Reply-To: <x@y>\nSubject: Out of Office: order\n\nAway.\n", CLASS_AUTO_REPLY, "In-Reply-To" },
    { "auto-reply/subject-and-no-reply",
      "From: noreply@y.example\nTo: support@example.com\nSubject: Auto-reply: order\n\nThanks.\n",
      CLASS_AUTO_REPLY, "From" },
    { "auto-reply/russian", NULL_PATH UTF8 "Subject: =?utf-8?B?0JDQstGC0L7QvtGC0LLQtdGC?=: x\n\nВ отпуске.\n",
      CLASS_AUTO_REPLY, "Return-Path: <>" },
    { "auto-reply/japanese", NULL_PATH UTF8 "Subject: =?utf-8?B?6Ieq5YuV6L+U5L+h?=: x\n\n不在です。\n",
      CLASS_AUTO_REPLY, "Return-Path: <>" },
    { "auto-reply/greek",
      NULL_PATH UTF8 "Subject: =?utf-8?B?zpHPhc+Ez4zOvM6xz4TOtyDOsc+AzqzOvc+EzrfPg863?=: x\n\nΛείπω.\n",
      CLASS_AUTO_REPLY, "Return-Path: <>" },
    { "auto-reply/speaks-of-delivery",
      NULL_PATH "Subject: Out of office\n\nI am away. Your message could not be delivered to me; ask "
                "ben@customer.example.\n",
      CLASS_AUTO_REPLY, "Return-Path: <>" },

    /* Other machines. */
    { "auto-generated/auto-submitted", HUMAN "Auto-Submitted: auto-generated\nSubject: x\n\nx\n",
      CLASS_AUTO_GENERATED, "Auto-Submitted" },
    { "auto-generated/unknown-word", HUMAN "Auto-Submitted: somehow\nSubject: x\n\nx\n", CLASS_AUTO_GENERATED,
      "Auto-Submitted" },
    { "auto-generated/null-path", NULL_PATH "Subject: Hello\n\nHello\n", CLASS_AUTO_GENERATED, "Return-Path" },
    { "auto-generated/dmarc",
      HUMAN "Subject: Report domain: example.com\nMIME-Version: 1.0\nContent-Type: application/gzip; "
            "name=\"y.example!example.com!1!2.xml.gz\"\n\nx\n",
      CLASS_AUTO_GENERATED, "DMARC" },
    { "auto-generated/tls-report",
      HUMAN "TLS-Report-Domain: example.com\nSubject: Report Domain: example.com\n\nx\n", CLASS_AUTO_GENERATED,
      "TLS-Report-Domain" },
    { "human/file-with-marks",
      HUMAN "Subject: Look\nMIME-Version: 1.0\nContent-Type: application/zip; name=\"wow!!.zip\"\n\nx\n",
      CLASS_HUMAN, NULL },
    { "list/list-id", HUMAN "List-Id: <users.y.example>\nSubject: failure notice\n\n" QMAIL, CLASS_LIST,
      "List-Id" },
    { "list/x-mlserver",
      HUMAN "X-MLServer: fml\nSubject: [users] hello\n\nYou are not a member of this mailing list, it said.\n",
      CLASS_LIST, "X-MLServer" },
    { "list/refuses",
      "From: users-admin@y.example\nTo: support@example.com\nX-MLServer: fml\nSubject: You support@example.com "
      "are not member (users ML)\n\nYou are not a member of this mailing list <users@y.example>.\n",
      CLASS_BOUNCE, "X-MLServer" },
    { "list/sender-owner", "From: anna@customer.example\nSender: owner-users@y.example\nSubject: x\n\nx\n",
      CLASS_LIST, "Sender" },
    { "bulk/unsubscribe", HUMAN "List-Unsubscribe: <https://y.example/u>\nSubject: x\n\nx\n", CLASS_BULK,
      "List-Unsubscribe" },
    { "bulk/precedence", HUMAN "Precedence: bulk\nSubject: x\n\nx\n", CLASS_BULK, "Precedence: bulk" },

    /* Complaints. */
    { "abuse/x-arf", HUMAN "X-ARF: PLAIN\nSubject: x\n\nx\n", CLASS_ABUSE_REPORT, "X-ARF" },
    { "abuse/xarf-part",
      HUMAN "Subject: x\nMIME-Version: 1.0\nContent-Type: application/json; name=xarf.json\n\n{}\n",
      CLASS_ABUSE_REPORT, "XARF part" },
    { "abuse/feedback-loop",
      "From: staff@y.example\nSubject: complaint about message from 192.0.2.1\nMIME-Version: "
      "1.0\nContent-Type: message/rfc822\n\nFrom: a@b\n\nx\n",
      CLASS_ABUSE_REPORT, "feedback loop" },
    { "human/complaint", HUMAN "Subject: complaint about message from 192.0.2.1\n\nI am angry.\n", CLASS_HUMAN,
      NULL },
    { "abuse/unsubscribe-by-program",
      HUMAN "Auto-Submitted: auto-replied\nSubject: unsubscribe\n\nApple Mail sent this email to unsubscribe "
            "from the message \"x\".\n",
      CLASS_ABUSE_REPORT, "Auto-Submitted" },
    { "human/unsubscribe", HUMAN "Subject: unsubscribe\n\nPlease take me off.\n", CLASS_HUMAN, NULL },

    /* Bounces need a system's sign and a system's words. */
    { "bounce/mailer-daemon", "From: MAILER-DAEMON\nSubject: x\n\nx\n", CLASS_BOUNCE, "From: mailer-daemon" },
    { "bounce/x-failed-recipients", HUMAN "X-Failed-Recipients: a@x.example\nSubject: x\n\nx\n", CLASS_BOUNCE,
      "X-Failed-Recipients" },
    { "bounce/empty-from", "From: <>\nTo: support@example.com\nSubject: x\n\n" QMAIL, CLASS_BOUNCE,
      "From: <>" },
    { "bounce/postmaster-and-words",
      "From: postmaster@y.example\nTo: support@example.com\nSubject: x\n\n" QMAIL, CLASS_BOUNCE, "From" },
    { "bounce/null-path-and-words", NULL_PATH "Subject: failure notice\n\n" QMAIL, CLASS_BOUNCE,
      "Return-Path: <>" },
};

static void
test_case(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(Message) message = mail_text_parse(cases[i].mail);

    if (message->class_ != cases[i].class_)
        g_error("%s: %s (%s)", cases[i].rule, message_class_name(message->class_), message->class_reason);
    if (cases[i].reason != NULL && !g_str_has_prefix(message->class_reason, cases[i].reason))
        g_error("%s: \"%s\" does not begin with \"%s\"", cases[i].rule, message->class_reason, cases[i].reason);
    /* A person's mail carries no report that could mark an address as bouncing. */
    if (message->class_ == CLASS_HUMAN)
        g_assert_null(message->report);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/message/class/%s", cases[i].rule);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_case);
    }
    return g_test_run();
}
