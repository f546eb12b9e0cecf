#include "message/classify-private.h"

#include <string.h>

#include "base/text.h"
#include "message/bounce-private.h"
#include "message/message-private.h"
#include "message/report-private.h"

static gboolean
decide(Message *message, MessageClass class_, const char *reason)
{
    message->class_ = class_;
    g_free(message->class_reason);
    message->class_reason = g_strdup(reason);
    return TRUE;
}

static gboolean
decide_by_word(Message *message, MessageClass class_, const char *name, const char *word)
{
    g_autofree char *cut = text_cut(word, 60);
    g_autofree char *reason = g_strdup_printf("%s: %s", name, cut);

    return decide(message, class_, reason);
}

/* A server that refuses by a notification of disposition (Sieve's reject, RFC 5429, 2.2; Dovecot's quota) says in words what it is. */
static gboolean
by_refusal(Message *message)
{
    g_autofree char *sign = NULL;

    if (message->report == NULL || strcmp(message->report->kind, "disposition-notification") != 0)
        return FALSE;
    sign = bounce_sign(message);
    if (sign == NULL)
        return FALSE;
    g_free(message->report->kind);
    message->report->kind = g_strdup("delivery-status");
    for (guint i = 0; i < message->report->recipients->len; i++) {
        ReportRecipient *recipient = message->report->recipients->pdata[i];

        g_free(recipient->action);
        recipient->action = g_strdup("failed");
    }
    return decide(message, CLASS_BOUNCE, sign);
}

/* Reports say what they are by their type (RFC 6522). */
static gboolean
by_report(Message *message)
{
    static const struct {
        const char *kind;
        MessageClass class_;
    } kinds[] = {
        { "delivery-status", CLASS_BOUNCE },
        { "disposition-notification", CLASS_DISPOSITION },
        { "feedback-report", CLASS_ABUSE_REPORT },
    };

    for (gsize i = 0; message->report != NULL && i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(message->report->kind, kinds[i].kind) == 0) {
            g_autofree char *reason = g_strdup_printf("report %s", kinds[i].kind);

            return decide(message, kinds[i].class_, reason);
        }
    }
    return FALSE;
}

static gboolean
from_is(const Message *message, const char *local_part)
{
    const MessageAddress *from = message->from->len > 0 ? message->from->pdata[0] : NULL;
    gsize length = strlen(local_part);

    return from != NULL && g_ascii_strncasecmp(from->address, local_part, length) == 0 &&
           (from->address[length] == '@' || from->address[length] == '\0');
}

/* X-ARF's field, or the part that later versions carry instead. */
static gboolean
by_xarf(Message *message)
{
    if (message_header(message, "X-ARF", 0) != NULL)
        return decide(message, CLASS_ABUSE_REPORT, "X-ARF");
    if (message_header(message, "X-XARF", 0) != NULL)
        return decide(message, CLASS_ABUSE_REPORT, "X-XARF");
    for (guint i = 0; i < message->parts->len; i++) {
        const MessagePart *part = message->parts->pdata[i];

        if (strstr(part->type, "xarf") != NULL ||
            (part->filename != NULL && g_ascii_strcasecmp(part->filename, "xarf.json") == 0))
            return decide(message, CLASS_ABUSE_REPORT, "XARF part");
    }
    return FALSE;
}

static gboolean
has_part(const Message *message, const char *type)
{
    for (guint i = 0; i < message->parts->len; i++) {
        if (g_str_has_prefix(((const MessagePart *) message->parts->pdata[i])->type, type))
            return TRUE;
    }
    return FALSE;
}

/*
 * Complaints in a form of their own: a provider's loop that sends the mail complained of, and Apple's programs, which unsubscribe in
 * their user's name (feedback type opt-out).
 */
static gboolean
by_complaint(Message *message)
{
    const char *subject = message->subject != NULL ? message->subject : "";

    if (g_ascii_strncasecmp(subject, "complaint about message from ", 29) == 0 &&
        has_part(message, "message/rfc822") &&
        (from_is(message, "staff") || from_is(message, "abuse") || from_is(message, "feedback") ||
         from_is(message, "postmaster")))
        return decide(message, CLASS_ABUSE_REPORT, "feedback loop");
    if (message_header(message, "Auto-Submitted", 0) != NULL &&
        g_ascii_strcasecmp(subject, "unsubscribe") == 0 &&
        strstr(message->text, "sent this email to unsubscribe from the message") != NULL)
        return decide(message, CLASS_ABUSE_REPORT, "Auto-Submitted, Subject: unsubscribe");
    return FALSE;
}

/* Somebody of the domain that another one's report is about (RECEIVER!DOMAIN!...) passes it on. */
static gboolean
is_from_reported(const Message *message, const char *receiver, const char *domain, gsize length)
{
    const MessageAddress *from = message->from->len > 0 ? message->from->pdata[0] : NULL;
    const char *at = from != NULL ? strrchr(from->address, '@') : NULL;

    return at != NULL && strlen(at + 1) == length && g_ascii_strncasecmp(at + 1, domain, length) == 0 &&
           (receiver + length + 1 != domain || g_ascii_strncasecmp(receiver, domain, length) != 0);
}

/* Aggregate reports about our own mail (RFC 7489, 7.2.1.1; RFC 8460, 5.3): their file's name or type is prescribed. */
static gboolean
by_aggregate_report(Message *message)
{
    if (message_header(message, "TLS-Report-Domain", 0) != NULL)
        return decide(message, CLASS_AUTO_GENERATED, "TLS-Report-Domain");
    if (has_part(message, "application/tlsrpt"))
        return decide(message, CLASS_AUTO_GENERATED, "application/tlsrpt part");
    for (guint i = 0; i < message->parts->len; i++) {
        const char *name = ((const MessagePart *) message->parts->pdata[i])->filename;
        const char *first = name != NULL ? strchr(name, '!') : NULL;
        const char *second = first != NULL ? strchr(first + 1, '!') : NULL;

        if (second != NULL && strchr(second + 1, '!') != NULL &&
            (g_str_has_suffix(name, ".xml.gz") || g_str_has_suffix(name, ".zip") ||
             g_str_has_suffix(name, ".xml")) &&
            !is_from_reported(message, name, first + 1, (gsize) (second - first - 1)))
            return decide(message, CLASS_AUTO_GENERATED, "DMARC report part");
    }
    return FALSE;
}

/* Bounces from before RFC 3464, or from systems that never read it. */
static gboolean
by_old_bounce(Message *message)
{
    if (message_header(message, "X-Failed-Recipients", 0) != NULL)
        return decide(message, CLASS_BOUNCE, "X-Failed-Recipients");
    if (from_is(message, "mailer-daemon"))
        return decide(message, CLASS_BOUNCE, "From: mailer-daemon");
    return FALSE;
}

static gboolean
by_bounce_sign(Message *message)
{
    g_autofree char *sign = bounce_sign(message);

    return sign != NULL && decide(message, CLASS_BOUNCE, sign);
}

/* RFC 3834, 5: every instance; an unknown keyword is automatic too. */
static gboolean
by_auto_submitted(Message *message)
{
    const char *value;

    for (guint n = 0; (value = message_header(message, "Auto-Submitted", n)) != NULL; n++) {
        g_autofree char *word = header_first_word(value);

        if (strcmp(word, "auto-replied") == 0)
            return decide_by_word(message, CLASS_AUTO_REPLY, "Auto-Submitted", word);
        if (strcmp(word, "no") != 0)
            return decide_by_word(message, CLASS_AUTO_GENERATED, "Auto-Submitted", word);
    }
    return FALSE;
}

static gboolean
by_auto_reply(Message *message)
{
    g_autofree char *reason = auto_reply_field(message);
    const char *field;

    if (reason != NULL)
        return decide(message, CLASS_AUTO_REPLY, reason);
    field = auto_reply_second_sign(message);
    if (field == NULL)
        return FALSE;
    reason = g_strdup_printf("%s, and the subject of an automatic reply", field);
    return decide(message, CLASS_AUTO_REPLY, reason);
}

static gboolean
by_presence(Message *message)
{
    static const char *const fields[] = { "X-Autogenerated", "X-FC-MachineGenerated",
                                          "X-Amazon-Mail-Relay-Type", "X-Cron-Env" };

    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        const char *value = message_header(message, fields[i], 0);
        g_autofree char *word = value != NULL ? header_first_word(value) : NULL;

        if (word != NULL && strcmp(word, "no") != 0)
            return decide(message, CLASS_AUTO_GENERATED, fields[i]);
    }
    return FALSE;
}

/* Precedence was never standardised; these words are what programs agree on. */
static gboolean
by_precedence(Message *message)
{
    static const struct {
        const char *word;
        MessageClass class_;
    } words[] = {
        { "list", CLASS_LIST },
        { "bulk", CLASS_BULK },
        { "junk", CLASS_BULK },
    };
    static const char *const names[] = { "Precedence", "X-Precedence" };

    for (gsize k = 0; k < G_N_ELEMENTS(names); k++) {
        const char *value;

        for (guint n = 0; (value = message_header(message, names[k], n)) != NULL; n++) {
            g_autofree char *word = header_first_word(value);

            for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
                if (strcmp(word, words[i].word) == 0)
                    return decide_by_word(message, words[i].class_, names[k], word);
            }
        }
    }
    return FALSE;
}

/* A list is one where people can post or that names itself; an unsubscribe link alone is a campaign. */
static gboolean
by_list(Message *message)
{
    static const char *const list_fields[] = { "List-Id",        "List-Post",    "Mailing-List",
                                               "X-Mailing-List", "X-BeenThere",  "X-MLServer",
                                               "X-ML-Name",      "X-Listserver", "X-Mailman-Version" };
    static const char *const bulk_fields[] = { "List-Unsubscribe", "List-Help", "List-Owner", "List-Archive",
                                               "List-Subscribe" };

    for (gsize i = 0; i < G_N_ELEMENTS(list_fields); i++) {
        if (message_header(message, list_fields[i], 0) != NULL)
            return decide(message, CLASS_LIST, list_fields[i]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(bulk_fields); i++) {
        if (message_header(message, bulk_fields[i], 0) != NULL)
            return decide(message, CLASS_BULK, bulk_fields[i]);
    }
    return FALSE;
}

/* List managers from before RFC 2369 sign as the list's owner. */
static gboolean
by_list_sender(Message *message)
{
    const char *sender = message->sender != NULL ? message->sender->address : "";
    const char *at = strchr(sender, '@');
    g_autofree char *local = at != NULL ? g_ascii_strdown(sender, (gssize) (at - sender)) : NULL;

    if (local == NULL || !(g_str_has_prefix(local, "owner-") || g_str_has_suffix(local, "-owner") ||
                           strstr(local, "-bounces") != NULL))
        return FALSE;
    return decide_by_word(message, CLASS_LIST, "Sender", sender);
}

/* A null path without any better sign: some program that wants no answer. */
static gboolean
by_null_path(Message *message)
{
    if (message->return_path == NULL || *message->return_path != '\0')
        return FALSE;
    return decide(message, CLASS_AUTO_GENERATED, "Return-Path: <>");
}

/* What reports say is read once the class is known. */
static void
complete_report(Message *message)
{
    if (message->class_ == CLASS_BOUNCE) {
        if (message->report == NULL)
            message->report = message_report_new("delivery-status");
        bounce_read(message);
    }
    report_take_returned(message);
    g_clear_pointer(&message->returned, message_report_free);
}

void
message_classify(Message *message)
{
    static gboolean (*const rules[])(Message *) = {
        by_refusal,          by_report,         by_xarf,     by_complaint, by_old_bounce, by_auto_reply,
        by_bounce_sign,      by_auto_submitted, by_presence, by_list,      by_precedence, by_list_sender,
        by_aggregate_report, by_null_path,
    };

    decide(message, CLASS_HUMAN, "no sign of a machine");
    bounce_read_json(message);
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (rules[i](message))
            break;
    }
    complete_report(message);
}
