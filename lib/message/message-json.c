#include "message/message-json.h"

#include "base/clock.h"
#include "base/hash.h"
#include "message/spans-private.h"

/* Keys are constants, so jansson need not look at their characters. */
static void
set(json_t *object, const char *key, json_t *value)
{
    g_assert(json_object_set_new_nocheck(object, key, value) == 0);
}

static void
append(json_t *array, json_t *value)
{
    g_assert(json_array_append_new(array, value) == 0);
}

static json_t *
texts_to_json(const GPtrArray *texts)
{
    json_t *array = json_array();

    for (guint i = 0; i < texts->len; i++)
        append(array, json_text(texts->pdata[i]));
    return array;
}

static json_t *
address_to_json(const MessageAddress *address)
{
    json_t *object;

    if (address == NULL)
        return json_null();
    object = json_object();
    set(object, "name", json_text(address->name));
    set(object, "address", json_text(address->address));
    return object;
}

static json_t *
addresses_to_json(const GPtrArray *addresses)
{
    json_t *array = json_array();

    for (guint i = 0; i < addresses->len; i++)
        append(array, address_to_json(addresses->pdata[i]));
    return array;
}

static json_t *
headers_to_json(const GPtrArray *headers)
{
    json_t *array = json_array();

    for (guint i = 0; i < headers->len; i++) {
        const MessageHeader *header = headers->pdata[i];
        json_t *object = json_object();

        set(object, "name", json_text(header->name));
        set(object, "value", json_text(header->value));
        append(array, object);
    }
    return array;
}

static json_t *
report_to_json(const MessageReport *report)
{
    json_t *object;
    json_t *recipients;

    if (report == NULL)
        return json_null();
    object = json_object();
    recipients = json_array();
    for (guint i = 0; i < report->recipients->len; i++) {
        const ReportRecipient *recipient = report->recipients->pdata[i];
        json_t *item = json_object();

        set(item, "address", json_text(recipient->address));
        set(item, "action", json_text(recipient->action));
        set(item, "status", json_text(recipient->status));
        set(item, "diagnostic", json_text(recipient->diagnostic));
        append(recipients, item);
    }
    set(object, "kind", json_text(report->kind));
    set(object, "original_message_id", json_text(report->original_message_id));
    set(object, "recipients", recipients);
    return object;
}

static json_t *
hash_to_json(const MessagePart *part)
{
    g_autofree char *hex = part->size_bytes >= 0 && (part->leaf || part->attachment) ? hash_hex(part->sha256, sizeof part->sha256) : NULL;

    return json_text(hex);
}

static json_t *
parts_to_json(const GPtrArray *parts)
{
    json_t *array = json_array();

    for (guint i = 0; i < parts->len; i++) {
        const MessagePart *part = parts->pdata[i];
        json_t *object;

        if (part->unpacked)
            continue;
        object = json_object();
        set(object, "part", json_text(part->part));
        set(object, "type", json_text(part->type));
        set(object, "charset", json_text(part->charset));
        set(object, "disposition", json_text(part->disposition));
        set(object, "filename", json_text(part->name_is_ours ? NULL : part->filename));
        set(object, "size", part->size_bytes >= 0 ? json_integer(part->size_bytes) : json_null());
        set(object, "sha256", hash_to_json(part));
        append(array, object);
    }
    return array;
}

json_t *
message_attachments_to_json(const Message *message, MessagePartTest is_repeated, gpointer data)
{
    json_t *array = json_array();

    for (guint i = 0; i < message->parts->len; i++) {
        const MessagePart *part = message->parts->pdata[i];
        json_t *object;

        if (!part->attachment)
            continue;
        object = json_object();
        set(object, "part", json_text(part->part));
        set(object, "filename", json_text(part->name_is_ours ? NULL : part->filename));
        set(object, "label", json_text(part->filename));
        set(object, "type", json_text(part->detected_type != NULL ? part->detected_type : part->type));
        set(object, "size", part->size_bytes >= 0 ? json_integer(part->size_bytes) : json_null());
        set(object, "sha256", hash_to_json(part));
        set(object, "inline", json_boolean(part->is_inline));
        set(object, "content_id", json_text(part->content_id));
        set(object, "repeated", json_boolean(is_repeated != NULL && is_repeated(part, data)));
        append(array, object);
    }
    return array;
}

static json_t *
authentication_to_json(const MessageAuthentication *authentication)
{
    json_t *object;

    if (authentication == NULL)
        return json_null();
    object = json_object();
    set(object, "authserv_id", json_text(authentication->authserv_id));
    set(object, "spf", json_text(authentication->spf));
    set(object, "dkim", json_text(authentication->dkim));
    set(object, "dmarc", json_text(authentication->dmarc));
    return object;
}

static json_t *
date_to_json(const Message *message)
{
    g_autofree char *date = NULL;

    if (message->has_date)
        date = clock_format_offset(message->date, message->date_offset_minutes, message->date_offset_unknown);
    return json_text(date);
}

static void
set_header_keys(json_t *object, const Message *message)
{
    set(object, "message_id", json_text(message->message_id));
    set(object, "in_reply_to", texts_to_json(message->in_reply_to));
    set(object, "references", texts_to_json(message->references));
    set(object, "date", date_to_json(message));
    set(object, "from", addresses_to_json(message->from));
    set(object, "sender", address_to_json(message->sender));
    set(object, "reply_to", addresses_to_json(message->reply_to));
    set(object, "to", addresses_to_json(message->to));
    set(object, "cc", addresses_to_json(message->cc));
    set(object, "bcc", addresses_to_json(message->bcc));
    set(object, "return_path", json_text(message->return_path));
    set(object, "subject", json_text(message->subject));
    set(object, "headers", headers_to_json(message->headers));
}

json_t *
message_spans_to_json(const char *text, const GArray *spans)
{
    json_t *array = json_array();
    guint32 octets = 0;
    glong points = 0;

    for (guint i = 0; i < spans->len; i++) {
        const MessageSpan *span = &g_array_index(spans, MessageSpan, i);
        json_t *object = json_object();

        points += g_utf8_strlen(text + octets, (gssize) (span->start - octets));
        set(object, "kind", json_text(span_kind_name(span->kind)));
        set(object, "start", json_integer(points));
        points += g_utf8_strlen(text + span->start, (gssize) (span->end - span->start));
        set(object, "end", json_integer(points));
        append(array, object);
        octets = span->end;
    }
    return array;
}

static gboolean
span_kind_of(const char *name, SpanKind *kind_out)
{
    for (SpanKind kind = 0; name != NULL && kind < N_SPAN_KINDS; kind++)
        if (g_str_equal(span_kind_name(kind), name)) {
            *kind_out = kind;
            return TRUE;
        }
    return FALSE;
}

/* n characters further, or the end of the text. */
static const char *
skip_points(const char *text, json_int_t n)
{
    while (n-- > 0 && *text != '\0')
        text = g_utf8_next_char(text);
    return text;
}

GArray *
message_spans_from_json(const char *text, const json_t *spans)
{
    GArray *array = g_array_new(FALSE, FALSE, sizeof(MessageSpan));
    const char *at = text;
    json_int_t points = 0;
    const json_t *object;
    gsize i;

    json_array_foreach(spans, i, object) {
        json_int_t start = json_integer_value(json_object_get(object, "start"));
        json_int_t end = json_integer_value(json_object_get(object, "end"));
        MessageSpan span = { .start = 0 };

        if (start < points || end < start || !span_kind_of(json_string_value(json_object_get(object, "kind")), &span.kind))
            continue;
        at = skip_points(at, start - points);
        span.start = (guint32) (at - text);
        at = skip_points(at, end - start);
        span.end = (guint32) (at - text);
        points = end;
        g_array_append_val(array, span);
    }
    return array;
}

char *
message_reply_of_spans(const char *text, const GArray *spans, gboolean human)
{
    return spans_reply(text, spans, human);
}

json_t *
message_to_json(const Message *message, const char *file)
{
    json_t *object = json_object();

    set(object, "file", json_text(file));
    set_header_keys(object, message);
    set(object, "class", json_text(message_class_name(message->class_)));
    set(object, "class_reason", json_text(message->class_reason));
    set(object, "report", report_to_json(message->report));
    set(object, "protection", json_text(message->protection));
    set(object, "language", json_text(message->language));
    set(object, "language_source", json_text(message->language_source));
    set(object, "charset_guessed", json_boolean(message->charset_guessed));
    set(object, "html", json_text(message->html));
    set(object, "text", json_text(message->text));
    set(object, "spans", message_spans_to_json(message->text, message->spans));
    set(object, "reply", json_text(message->reply));
    set(object, "parts", parts_to_json(message->parts));
    set(object, "attachments", message_attachments_to_json(message, NULL, NULL));
    set(object, "authentication", authentication_to_json(message->authentication));
    set(object, "warnings", texts_to_json(message->warnings));
    return object;
}
