#include "check.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "message/message-json.h"
#include "message/record.h"

#define MOST_RECIPIENTS 256     /* of a report, as record.c reads it */
#define MOST_WARNINGS   64

void
check_text(const char *text)
{
    g_assert(text != NULL);
    g_assert(g_utf8_validate(text, -1, NULL));
}

void
check_text_or_null(const char *text)
{
    if (text != NULL)
        check_text(text);
}

static void
check_border(const char *text, gsize offset)
{
    g_assert(((guchar) text[offset] & 0xc0) != 0x80);
}

void
check_spans(const char *text, const GArray *spans)
{
    guint32 end = 0;

    g_assert(spans->len <= LIMIT_SPANS);
    for (guint i = 0; i < spans->len; i++) {
        const MessageSpan *span = &g_array_index(spans, MessageSpan, i);

        g_assert((gsize) span->kind < N_SPAN_KINDS);
        g_assert(span->start == end && span->end > span->start);
        g_assert(i == 0 || span[-1].kind != span->kind);
        end = span->end;
    }
    g_assert(end == strlen(text));
    for (guint i = 0; i < spans->len; i++)
        check_border(text, g_array_index(spans, MessageSpan, i).start);
}

static void
check_addresses(const GPtrArray *addresses, guint most)
{
    g_assert(addresses->len <= most);
    for (guint i = 0; i < addresses->len; i++) {
        const MessageAddress *address = addresses->pdata[i];

        check_text_or_null(address->name);
        check_text(address->address);
    }
}

static void
check_texts(const GPtrArray *texts, guint most)
{
    g_assert(texts->len <= most);
    for (guint i = 0; i < texts->len; i++)
        check_text(texts->pdata[i]);
}

void
check_header(const Message *message)
{
    const GPtrArray *lists[] = { message->from, message->reply_to, message->to, message->cc, message->bcc,
                                 message->resent_to, message->resent_cc, message->resent_bcc };

    g_assert(message->headers->len <= LIMIT_HEADER_COUNT);
    for (guint i = 0; i < message->headers->len; i++) {
        const MessageHeader *header = message->headers->pdata[i];

        check_text(header->name);
        check_text(header->value);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        check_addresses(lists[i], LIMIT_ADDRESSES_PER_FIELD);
    check_texts(message->in_reply_to, LIMIT_REFERENCES);
    check_texts(message->references, LIMIT_REFERENCES);
    check_texts(message->warnings, MOST_WARNINGS);
    check_text_or_null(message->message_id);
    check_text_or_null(message->subject);
    check_text_or_null(message->return_path);
    g_assert(ABS(message->date_offset_minutes) <= 24 * 60);
}

static void
check_parts(const Message *message)
{
    g_assert(message->parts->len <= LIMIT_MIME_PARTS);
    g_assert(!message->not_parsed || message->parts->len == 0);
    for (guint i = 0; i < message->parts->len; i++) {
        const MessagePart *part = message->parts->pdata[i];

        check_text(part->part);
        check_text(part->type);
        check_text_or_null(part->detected_type);
        check_text_or_null(part->charset);
        check_text_or_null(part->disposition);
        check_text_or_null(part->content_id);
        check_text_or_null(part->filename);
        g_assert(part->filename == NULL || strlen(part->filename) <= LIMIT_FILENAME);
        g_assert(part->filename == NULL || strchr(part->filename, '/') == NULL);
        g_assert(part->size_bytes >= -1);
    }
}

void
check_report(const MessageReport *report)
{
    if (report == NULL)
        return;
    check_text(report->kind);
    check_text_or_null(report->original_message_id);
    g_assert(report->recipients->len <= MOST_RECIPIENTS);
    for (guint i = 0; i < report->recipients->len; i++) {
        const ReportRecipient *recipient = report->recipients->pdata[i];

        check_text_or_null(recipient->address);
        check_text_or_null(recipient->action);
        check_text_or_null(recipient->status);
        check_text_or_null(recipient->diagnostic);
    }
}

/* What the worker reads is what the parse child understood, to the last byte. */
static void
check_record(const Message *message)
{
    g_autoptr(GByteArray) written = g_byte_array_new(), again = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(Message) read = NULL;

    message_record_write(message, written);
    read = message_record_read(written->data, written->len, &error);
    if (read == NULL)
        g_error("%s", error->message);
    message_record_write(read, again);
    g_assert(written->len == again->len && memcmp(written->data, again->data, written->len) == 0);
}

static void
check_json(const Message *message)
{
    g_autoptr(Json) object = message_to_json(message, "fuzz");
    g_autofree char *line = json_format(object, FALSE);

    check_text(line);
}

void
check_message(const Message *message)
{
    check_header(message);
    check_parts(message);
    check_report(message->report);
    check_text(message->text);
    check_text(message->reply);
    check_text_or_null(message->html);
    if (!message->not_parsed)
        check_spans(message->text, message->spans);
    g_assert((gsize) message->class_ < N_MESSAGE_CLASSES);
    g_assert(message->class_ == CLASS_HUMAN || message->class_reason != NULL);
    check_text_or_null(message->class_reason);
    check_text_or_null(message->language);
    check_text_or_null(message->protection);
    g_assert((message->language == NULL) == (message->language_source == NULL));
    check_record(message);
    check_json(message);
}

char *
check_string(const guint8 *bytes, gsize length)
{
    return g_strndup((const char *) bytes, length);
}
