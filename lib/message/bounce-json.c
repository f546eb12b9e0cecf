/*
 * Amazon SES tells of bounces, complaints and deliveries by mails whose text is JSON (its "notification contents"), alone or as the string
 * "Message" of an SNS notification.
 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "message/bounce-private.h"
#include "message/header-reader-private.h"
#include "message/message-private.h"
#include "message/report-private.h"
#include "message/status-private.h"

#define MAX_TEXT (256 * 1024)

static const struct {
    const char *type, *member, *recipients, *kind, *action;
} notices[] = {
    { "Bounce", "bounce", "bouncedRecipients", "delivery-status", "failed" },
    { "Complaint", "complaint", "complainedRecipients", "feedback-report", "abuse" },
    { "Delivery", "delivery", "recipients", "delivery-status", "delivered" },
    { "DeliveryDelay", "deliveryDelay", "delayedRecipients", "delivery-status", "delayed" },
};

/* Only from the service that writes them: a person may send us JSON too. */
static gboolean
is_from_amazon(const Message *message)
{
    const MessageAddress *from = message->from->len > 0 ? message->from->pdata[0] : NULL;

    return from != NULL && (g_str_has_suffix(from->address, "amazonaws.com") ||
                            g_str_has_suffix(from->address, "amazonses.com"));
}

/* Lines of more than 998 octets were broken on their way; JSON has no control characters in its strings, so they are of no use. */
static Json *
load(const char *text)
{
    g_autofree char *plain = text_cut(text, MAX_TEXT);

    for (char *p = plain; *p != '\0'; p++) {
        if ((guchar) *p < 0x20)
            *p = ' ';
    }
    return json_loads(plain, JSON_DISABLE_EOF_CHECK, NULL);
}

static const char *
member(const Json *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* An object with emailAddress, action, status and diagnosticCode; of a delivery only the address as a string. */
static void
add_recipient(MessageReport *report, const Json *item, const Json *notice, const char *action)
{
    const char *address = json_is_string(item) ? json_string_value(item) : member(item, "emailAddress");
    const char *said = json_is_string(item) ? member(notice, "smtpResponse") : member(item, "diagnosticCode");
    const char *status = member(item, "status");
    ReportRecipient *recipient;

    if (address == NULL || strlen(address) > REPORT_MAX_DIAGNOSTIC)
        return;
    if (said != NULL && g_ascii_strncasecmp(said, "smtp; ", 6) == 0)
        said += 6;
    recipient = g_new0(ReportRecipient, 1);
    recipient->address = header_address_tidy(address);
    recipient->action = text_cut(member(item, "action") != NULL ? member(item, "action") : action, 60);
    recipient->status = status != NULL ? text_cut(status, 11) : NULL;
    recipient->diagnostic = said != NULL ? text_cut(said, REPORT_MAX_DIAGNOSTIC) : NULL;
    if (recipient->status == NULL && strcmp(action, "delivered") == 0 && said != NULL)
        recipient->status = status_find(said, TRUE);
    report_complete_status(recipient);
    if (recipient->status == NULL && strcmp(action, "failed") == 0)
        recipient->status =
            g_strdup(g_strcmp0(member(notice, "bounceType"), "Transient") == 0 ? "4.0.0" : "5.0.0");
    report_add(report, recipient);
}

static void
set_original(MessageReport *report, const Json *notification)
{
    const Json *headers = json_object_get(json_object_get(notification, "mail"), "headers");
    gsize i;
    Json *header;

    json_array_foreach(headers, i, header)
    {
        if (member(header, "name") != NULL && g_ascii_strcasecmp(member(header, "name"), "Message-ID") == 0 &&
            member(header, "value") != NULL)
            report_set_original(report, member(header, "value"));
    }
}

static MessageReport *
read_notification(const Json *notification)
{
    const char *type = member(notification, "notificationType");

    if (type == NULL)
        type = member(notification, "eventType");
    for (gsize i = 0; type != NULL && i < G_N_ELEMENTS(notices); i++) {
        const Json *notice = json_object_get(notification, notices[i].member);
        const Json *recipients = json_object_get(notice, notices[i].recipients);
        MessageReport *report;
        gsize n;
        Json *item;

        if (strcmp(type, notices[i].type) != 0 || recipients == NULL)
            continue;
        report = message_report_new(notices[i].kind);
        json_array_foreach(recipients, n, item) add_recipient(report, item, notice, notices[i].action);
        set_original(report, notification);
        return report;
    }
    return NULL;
}

gboolean
bounce_read_json(Message *message)
{
    const char *begin = message->text + strspn(message->text, " \t\n");
    g_autoptr(Json) outer = NULL;
    g_autoptr(Json) inner = NULL;

    if (*begin != '{' || !is_from_amazon(message) || message->report != NULL)
        return FALSE;
    outer = load(begin);
    if (outer != NULL && member(outer, "Message") != NULL)
        inner = load(member(outer, "Message"));
    message->report = read_notification(inner != NULL ? inner : outer);
    return message->report != NULL;
}
