#include "message/message.h"

#include <string.h>

#include "message/message-private.h"

#define MAX_WARNINGS 50

const char *
message_class_name(MessageClass class_)
{
    static const char *const names[N_MESSAGE_CLASSES] = {
        [CLASS_HUMAN] = "human",
        [CLASS_AUTO_REPLY] = "auto-reply",
        [CLASS_AUTO_GENERATED] = "auto-generated",
        [CLASS_BOUNCE] = "bounce",
        [CLASS_DISPOSITION] = "disposition",
        [CLASS_ABUSE_REPORT] = "abuse-report",
        [CLASS_LIST] = "list",
        [CLASS_BULK] = "bulk",
    };

    g_assert(class_ < N_MESSAGE_CLASSES);
    return names[class_];
}

const char *
span_kind_name(SpanKind kind)
{
    static const char *const names[N_SPAN_KINDS] = {
        [SPAN_REPLY] = "reply",
        [SPAN_QUOTE] = "quote",
        [SPAN_ATTRIBUTION] = "attribution",
        [SPAN_SIGNATURE] = "signature",
        [SPAN_DISCLAIMER] = "disclaimer",
        [SPAN_FORWARD] = "forward",
    };

    g_assert(kind < N_SPAN_KINDS);
    return names[kind];
}

static GPtrArray *
addresses_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify) message_address_free);
}

Message *
message_new(void)
{
    Message *message = g_new0(Message, 1);

    message->in_reply_to = g_ptr_array_new_with_free_func(g_free);
    message->references = g_ptr_array_new_with_free_func(g_free);
    message->from = addresses_new();
    message->reply_to = addresses_new();
    message->to = addresses_new();
    message->cc = addresses_new();
    message->bcc = addresses_new();
    message->resent_to = addresses_new();
    message->resent_cc = addresses_new();
    message->resent_bcc = addresses_new();
    message->headers = g_ptr_array_new_with_free_func((GDestroyNotify) message_header_free);
    message->parts = g_ptr_array_new_with_free_func((GDestroyNotify) message_part_free);
    message->warnings = g_ptr_array_new_with_free_func(g_free);
    message->text = g_strdup("");
    message->spans = g_array_new(FALSE, FALSE, sizeof(MessageSpan));
    message->reply = g_strdup("");
    return message;
}

void
message_free(Message *message)
{
    if (message == NULL)
        return;
    g_free(message->message_id);
    g_ptr_array_unref(message->in_reply_to);
    g_ptr_array_unref(message->references);
    g_ptr_array_unref(message->from);
    g_ptr_array_unref(message->reply_to);
    g_ptr_array_unref(message->to);
    g_ptr_array_unref(message->cc);
    g_ptr_array_unref(message->bcc);
    g_ptr_array_unref(message->resent_to);
    g_ptr_array_unref(message->resent_cc);
    g_ptr_array_unref(message->resent_bcc);
    message_address_free(message->sender);
    g_free(message->return_path);
    g_free(message->subject);
    g_ptr_array_unref(message->headers);
    g_free(message->class_reason);
    message_report_free(message->report);
    message_report_free(message->returned);
    g_free(message->protection);
    g_free(message->language);
    g_free(message->language_source);
    g_free(message->html);
    g_free(message->text);
    g_array_unref(message->spans);
    g_free(message->reply);
    g_ptr_array_unref(message->parts);
    message_authentication_free(message->authentication);
    g_ptr_array_unref(message->warnings);
    g_free(message);
}

const char *
message_header(const Message *message, const char *name, guint n)
{
    for (guint i = 0; i < message->headers->len; i++) {
        const MessageHeader *header = message->headers->pdata[i];

        if (g_ascii_strcasecmp(header->name, name) == 0 && n-- == 0)
            return header->value;
    }
    return NULL;
}

MessageAddress *
message_address_new(const char *name, const char *address)
{
    MessageAddress *new_address = g_new0(MessageAddress, 1);

    new_address->name = g_strdup(name);
    new_address->address = g_strdup(address);
    return new_address;
}

void
message_address_free(MessageAddress *address)
{
    if (address == NULL)
        return;
    g_free(address->name);
    g_free(address->address);
    g_free(address);
}

void
message_header_free(MessageHeader *header)
{
    if (header == NULL)
        return;
    g_free(header->name);
    g_free(header->value);
    g_free(header);
}

void
message_part_free(MessagePart *part)
{
    if (part == NULL)
        return;
    g_free(part->part);
    g_free(part->type);
    g_free(part->detected_type);
    g_free(part->charset);
    g_free(part->disposition);
    g_free(part->filename);
    g_free(part->content_id);
    g_clear_pointer(&part->headers, g_ptr_array_unref);
    g_free(part->content);
    g_free(part->plain);
    g_free(part);
}

MessageReport *
message_report_new(const char *kind)
{
    MessageReport *report = g_new0(MessageReport, 1);

    report->kind = g_strdup(kind);
    report->recipients = g_ptr_array_new_with_free_func((GDestroyNotify) report_recipient_free);
    return report;
}

void
message_report_free(MessageReport *report)
{
    if (report == NULL)
        return;
    g_free(report->kind);
    g_free(report->original_message_id);
    g_ptr_array_unref(report->recipients);
    g_free(report);
}

void
report_recipient_free(ReportRecipient *recipient)
{
    if (recipient == NULL)
        return;
    g_free(recipient->address);
    g_free(recipient->action);
    g_free(recipient->status);
    g_free(recipient->diagnostic);
    g_free(recipient);
}

void
message_authentication_free(MessageAuthentication *authentication)
{
    if (authentication == NULL)
        return;
    g_free(authentication->authserv_id);
    g_free(authentication->spf);
    g_free(authentication->dkim);
    g_free(authentication->dmarc);
    g_free(authentication);
}

void
message_warn(Message *message, const char *format, ...)
{
    va_list arguments;

    if (message->warnings->len >= MAX_WARNINGS)
        return;
    va_start(arguments, format);
    g_ptr_array_add(message->warnings, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}
