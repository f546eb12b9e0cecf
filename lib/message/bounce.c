#include "message/bounce-private.h"

#include <string.h>

#include "base/text.h"
#include "message/classify-private.h"
#include "message/header-reader-private.h"
#include "message/message-private.h"
#include "message/report-private.h"
#include "message/status-private.h"

/* A status out of one text: what it spells out, else the class of its reply code. */
static char *
status_in(const char *text)
{
    char *status = status_find(text, FALSE);
    guint code = status == NULL ? status_reply_code(text) : 0;

    return code != 0 ? g_strdup_printf("%u.0.0", code / 100) : status;
}

/*
 * Nothing has a code: the words tell what is wrong, the report's kind tells the class. A message that was given up has failed for good,
 * whatever the cause; a warning about a delay is transient.
 */
static char *
status_by_words(const char *detail, const char *preface, gboolean delayed)
{
    const char *words = status_of_wording(detail);

    if (words == NULL)
        words = status_of_wording(preface);
    return g_strdup_printf("%c.%s", delayed ? '4' : '5', words != NULL ? words : "0.0");
}

static ReportRecipient *
recipient_of(const BounceFinding *finding, const char *preface, gboolean delayed)
{
    ReportRecipient *recipient = g_new0(ReportRecipient, 1);
    const char *said = finding->detail->str;

    recipient->address = header_address_tidy(finding->address);
    recipient->action = g_strdup(delayed ? "delayed" : "failed");
    recipient->status = status_in(said);
    if (recipient->status == NULL && (recipient->status = status_in(preface)) != NULL)
        said = preface;
    if (recipient->status == NULL)
        recipient->status = status_by_words(said, preface, delayed);
    if (*said == '\0')
        said = preface;
    if (*said != '\0')
        recipient->diagnostic = text_cut(said, REPORT_MAX_DIAGNOSTIC);
    return recipient;
}

/* "a@x", "b@x", and then why: what is said of the last holds for those before it of which nothing is said. */
static void
share_details(const GPtrArray *findings)
{
    for (guint i = findings->len; i-- > 1;) {
        const BounceFinding *before = findings->pdata[i - 1];
        const BounceFinding *finding = findings->pdata[i];

        if (before->detail->len == 0)
            g_string_append_len(before->detail, finding->detail->str, (gssize) finding->detail->len);
    }
}

/* A subject may begin with "Warning:" for whatever reason; "permanent errors" below it are none of a delay. */
static gboolean
is_delay(const Message *message, const char *preface)
{
    g_autofree char *subject = text_lower(message->subject != NULL ? message->subject : "");
    g_autofree char *lower = text_lower(preface);

    if (strstr(subject, "delay") != NULL || bounce_delay_tells(lower))
        return TRUE;
    return (g_str_has_prefix(subject, "warning: ") || g_str_has_suffix(subject, ": warning")) && strstr(lower, "permanent") == NULL;
}

/* Fields in the text, as where the parts of a report were flattened into one. */
static void
read_fields_in_text(MessageReport *report, const BounceText *text)
{
    const char *end;

    if (text->fields == NULL || report->recipients->len > 0)
        return;
    end = text->returned != NULL && text->returned > text->fields ? text->returned
                                                                  : text->fields + strlen(text->fields);
    report_read_fields(report, (const guint8 *) text->fields, (gsize) (end - text->fields));
}

/* The value of a line that is the field of that name, or NULL. */
static char *
line_value(const char *line, const char *name)
{
    gsize length = strlen(name);

    if (g_ascii_strncasecmp(line, name, length) != 0 || line[length] != ':')
        return NULL;
    return g_strndup(line + length + 1, strcspn(line + length + 1, "\n"));
}

/* The returned message's own header, where it stands in the text. */
static void
read_returned_in_text(Message *message, const BounceText *text)
{
    g_autofree char *id = NULL;
    g_autofree char *to = NULL;
    const char *line = text->returned;

    while (line != NULL && (id == NULL || to == NULL)) {
        const char *lf = strchr(line, '\n');

        if (id == NULL)
            id = line_value(line, "Message-ID");
        if (to == NULL)
            to = line_value(line, "To");
        line = lf != NULL ? lf + 1 : NULL;
    }
    report_note_returned(message, id, to);
}

/* A report's block that names nobody gets the address that the text names; further ones in the text stand for themselves. */
static void
add_findings(MessageReport *report, const BounceText *text, gboolean delayed)
{
    ReportRecipient *nameless = report->recipients->len == 1 ? report->recipients->pdata[0] : NULL;

    if (nameless != NULL && nameless->address == NULL && text->findings->len > 0) {
        const BounceFinding *finding = text->findings->pdata[0];

        nameless->address = header_address_tidy(finding->address);
        if (nameless->status == NULL)
            nameless->status = status_in(finding->detail->str);
        return;
    }
    if (report->recipients->len > 0)
        return;
    share_details(text->findings);
    for (guint i = 0; i < text->findings->len; i++)
        report_add(report, recipient_of(text->findings->pdata[i], text->preface->str, delayed));
}

/* The recipient of the returned message's header: the text tells why, if anything does. */
static void
guess_from_text(ReportRecipient *recipient, const char *preface, gboolean delayed)
{
    recipient->status = status_in(preface);
    if (recipient->status == NULL)
        recipient->status = status_by_words(preface, "", delayed);
    recipient->action = g_strdup(delayed ? "delayed" : "failed");
    recipient->diagnostic = *preface != '\0' ? text_cut(preface, REPORT_MAX_DIAGNOSTIC) : NULL;
}

/* Who the returned message was for is the last guess; a report inside it is a better one. */
static void
add_returned(Message *message, const BounceText *text, gboolean delayed)
{
    GPtrArray *recipients = message->report->recipients;
    GPtrArray *inside = message->returned != NULL ? message->returned->recipients : NULL;
    ReportRecipient *nameless = recipients->len > 0 ? recipients->pdata[0] : NULL;

    for (guint i = 0; inside != NULL && i < inside->len; i++) {
        ReportRecipient *one = inside->pdata[i];
        ReportRecipient *copy;

        if (one->address == NULL || (i == 0 && one->status == NULL && inside->len > 1))
            continue;
        if (nameless != NULL) {
            nameless->address = g_strdup(one->address);
            return;
        }
        copy = g_new0(ReportRecipient, 1);
        copy->address = g_strdup(one->address);
        copy->action = g_strdup(one->action);
        copy->status = g_strdup(one->status);
        copy->diagnostic = g_strdup(one->diagnostic);
        if (copy->status == NULL && copy->action == NULL)
            guess_from_text(copy, text->preface->str, delayed);
        report_add(message->report, copy);
    }
}

static const char *
said_of(const BounceText *text, const ReportRecipient *recipient)
{
    if (recipient->diagnostic != NULL)
        return recipient->diagnostic;
    for (guint i = 0; i < text->findings->len; i++) {
        const BounceFinding *finding = text->findings->pdata[i];

        if (recipient->address != NULL && g_ascii_strcasecmp(finding->address, recipient->address) == 0)
            return finding->detail->str;
    }
    return "";
}

/* Only what tells of no failure may be without a status. */
static gboolean
wants_status(const ReportRecipient *recipient)
{
    static const char *const fine[] = { "delivered", "relayed", "expanded", "deliverable", NULL };

    return recipient->status == NULL &&
           (recipient->action == NULL || !g_strv_contains(fine, recipient->action));
}

/* What every recipient of a delivery report has: an action and a status. */
static void
complete_recipients(MessageReport *report, const BounceText *text, gboolean delayed)
{
    for (guint i = 0; i < report->recipients->len; i++) {
        ReportRecipient *recipient = report->recipients->pdata[i];

        if (recipient->action == NULL && recipient->status != NULL && recipient->status[0] != '2')
            recipient->action = g_strdup(delayed ? "delayed" : "failed");
        if (!wants_status(recipient))
            continue;
        recipient->status = status_in(said_of(text, recipient));
        if (recipient->status == NULL)
            recipient->status = status_by_words(said_of(text, recipient), text->preface->str,
                                                delayed || g_strcmp0(recipient->action, "delayed") == 0);
    }
}

void
bounce_read(Message *message)
{
    MessageReport *report = message->report;
    BounceText text;
    gboolean delayed;

    bounce_text_read(message, &text);
    delayed = is_delay(message, text.preface->str);
    read_returned_in_text(message, &text);
    read_fields_in_text(report, &text);
    add_findings(report, &text, delayed);
    if (report->recipients->len == 0 || ((ReportRecipient *) report->recipients->pdata[0])->address == NULL)
        add_returned(message, &text, delayed);
    complete_recipients(report, &text, delayed);
    report_take_returned(message);
    if (report->original_message_id == NULL && message->in_reply_to->len > 0)
        report->original_message_id = g_strdup(message->in_reply_to->pdata[0]);
    bounce_text_clear(&text);
}
