#include "message/record.h"

#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/limits.h"

/* Raised whenever the layout changes: parse child and worker are one program, so an older record is never met in peace. */
#define RECORD_MAGIC   0x4d475752u   /* "MGWR" */
#define RECORD_VERSION 3

#define MAX_TEXT_SIZE        (4 * LIMIT_TEXT)   /* sanitising may make three bytes of one (U+FFFD) */
#define MAX_REPORT_RECIPIENTS 256
#define MAX_WARNINGS          64

/* Writer and reader walk the same tables, so that they cannot come to differ. */
static const gsize text_members[] = {
    G_STRUCT_OFFSET(Message, message_id), G_STRUCT_OFFSET(Message, return_path), G_STRUCT_OFFSET(Message, subject),
    G_STRUCT_OFFSET(Message, class_reason), G_STRUCT_OFFSET(Message, language), G_STRUCT_OFFSET(Message, html),
    G_STRUCT_OFFSET(Message, text), G_STRUCT_OFFSET(Message, reply), G_STRUCT_OFFSET(Message, protection),
    G_STRUCT_OFFSET(Message, language_source),
};
static const gsize address_members[] = {
    G_STRUCT_OFFSET(Message, from), G_STRUCT_OFFSET(Message, reply_to), G_STRUCT_OFFSET(Message, to),
    G_STRUCT_OFFSET(Message, cc), G_STRUCT_OFFSET(Message, bcc), G_STRUCT_OFFSET(Message, resent_to),
    G_STRUCT_OFFSET(Message, resent_cc), G_STRUCT_OFFSET(Message, resent_bcc),
};
static const struct {
    gsize   offset;
    guint32 most;
} list_members[] = {
    { G_STRUCT_OFFSET(Message, in_reply_to), LIMIT_REFERENCES },
    { G_STRUCT_OFFSET(Message, references), LIMIT_REFERENCES },
    { G_STRUCT_OFFSET(Message, warnings), MAX_WARNINGS },
};
static const gsize flag_members[] = {
    G_STRUCT_OFFSET(Message, has_date), G_STRUCT_OFFSET(Message, date_offset_unknown),
    G_STRUCT_OFFSET(Message, charset_guessed), G_STRUCT_OFFSET(Message, not_parsed), G_STRUCT_OFFSET(Message, details),
};

#define MEMBER(type, message, offset) G_STRUCT_MEMBER(type, (message), (offset))

static void
put_address(GByteArray *to, const MessageAddress *address)
{
    buffer_put_text(to, address->name);
    buffer_put_text(to, address->address);
}

static void
put_headers(GByteArray *to, const GPtrArray *headers)
{
    buffer_put_u32(to, headers->len);
    for (guint i = 0; i < headers->len; i++) {
        const MessageHeader *header = headers->pdata[i];

        buffer_put_text(to, header->name);
        buffer_put_text(to, header->value);
    }
}

static void
put_part(GByteArray *to, const MessagePart *part)
{
    buffer_put_text(to, part->part);
    buffer_put_text(to, part->type);
    buffer_put_text(to, part->detected_type);
    buffer_put_text(to, part->charset);
    buffer_put_text(to, part->disposition);
    buffer_put_text(to, part->filename);
    buffer_put_text(to, part->content_id);
    buffer_put_i64(to, part->size_bytes);
    buffer_put_bytes(to, part->sha256, sizeof part->sha256);
    buffer_put_u8(to, part->leaf ? 1 : 0);
    buffer_put_u8(to, part->attachment ? 1 : 0);
    buffer_put_u8(to, part->is_inline ? 1 : 0);
    buffer_put_u8(to, part->unpacked ? 1 : 0);
    buffer_put_u8(to, part->name_is_ours ? 1 : 0);
    buffer_put_u32(to, part->depth);
    buffer_put_text(to, part->content);
    buffer_put_text(to, part->plain);
    buffer_put_u8(to, part->headers != NULL ? 1 : 0);
    if (part->headers != NULL)
        put_headers(to, part->headers);
}

static void
put_report(GByteArray *to, const MessageReport *report)
{
    buffer_put_u8(to, report != NULL ? 1 : 0);
    if (report == NULL)
        return;
    buffer_put_text(to, report->kind);
    buffer_put_text(to, report->original_message_id);
    buffer_put_u32(to, report->recipients->len);
    for (guint i = 0; i < report->recipients->len; i++) {
        const ReportRecipient *recipient = report->recipients->pdata[i];

        buffer_put_text(to, recipient->address);
        buffer_put_text(to, recipient->action);
        buffer_put_text(to, recipient->status);
        buffer_put_text(to, recipient->diagnostic);
    }
}

static void
put_authentication(GByteArray *to, const MessageAuthentication *authentication)
{
    buffer_put_u8(to, authentication != NULL ? 1 : 0);
    if (authentication == NULL)
        return;
    buffer_put_text(to, authentication->authserv_id);
    buffer_put_text(to, authentication->spf);
    buffer_put_text(to, authentication->dkim);
    buffer_put_text(to, authentication->dmarc);
}

static void
put_lists(GByteArray *to, const Message *message)
{
    for (gsize i = 0; i < G_N_ELEMENTS(list_members); i++) {
        const GPtrArray *list = MEMBER(GPtrArray *, message, list_members[i].offset);

        buffer_put_u32(to, list->len);
        for (guint k = 0; k < list->len; k++)
            buffer_put_text(to, list->pdata[k]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(address_members); i++) {
        const GPtrArray *addresses = MEMBER(GPtrArray *, message, address_members[i]);

        buffer_put_u32(to, addresses->len);
        for (guint k = 0; k < addresses->len; k++)
            put_address(to, addresses->pdata[k]);
    }
    put_headers(to, message->headers);
    buffer_put_u32(to, message->parts->len);
    for (guint i = 0; i < message->parts->len; i++)
        put_part(to, message->parts->pdata[i]);
}

static void
put_spans(GByteArray *to, const GArray *spans)
{
    buffer_put_u32(to, spans->len);
    for (guint i = 0; i < spans->len; i++) {
        const MessageSpan *span = &g_array_index(spans, MessageSpan, i);

        buffer_put_u8(to, (guint8) span->kind);
        buffer_put_u32(to, span->start);
        buffer_put_u32(to, span->end);
    }
}

void
message_record_write(const Message *message, GByteArray *to)
{
    buffer_put_u32(to, RECORD_MAGIC);
    buffer_put_u8(to, RECORD_VERSION);
    for (gsize i = 0; i < G_N_ELEMENTS(text_members); i++)
        buffer_put_text(to, MEMBER(char *, message, text_members[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(flag_members); i++)
        buffer_put_u8(to, MEMBER(gboolean, message, flag_members[i]) ? 1 : 0);
    buffer_put_i64(to, message->date);
    buffer_put_i64(to, message->date_offset_minutes);
    buffer_put_u32(to, message->from_fields);
    buffer_put_u32(to, message->received_count);
    buffer_put_u8(to, (guint8) message->class_);
    put_lists(to, message);
    put_spans(to, message->spans);
    buffer_put_u8(to, message->sender != NULL ? 1 : 0);
    if (message->sender != NULL)
        put_address(to, message->sender);
    put_report(to, message->report);
    put_authentication(to, message->authentication);
    buffer_put_bytes(to, message->content_key, sizeof message->content_key);
}

/* Every item of a list takes at least a byte, so a count beyond what is left is a lie; so is one beyond its limit. */
static guint32
get_count(BufferReader *reader, guint32 most)
{
    guint32 count = buffer_get_u32(reader);

    if (count > most || count > buffer_left(reader))
        reader->failed = TRUE;
    return reader->failed ? 0 : count;
}

static gboolean
get_flag(BufferReader *reader)
{
    guint8 value = buffer_get_u8(reader);

    if (value > 1)
        reader->failed = TRUE;
    return value == 1;
}

static char *
get_text(BufferReader *reader, gsize most)
{
    g_autofree char *text = buffer_get_text(reader);

    if (text != NULL && strlen(text) > most) {
        reader->failed = TRUE;
        return NULL;
    }
    return g_steal_pointer(&text);
}

/* For members that are never NULL. */
static char *
get_present_text(BufferReader *reader, gsize most)
{
    char *text = get_text(reader, most);

    if (text == NULL)
        reader->failed = TRUE;
    return text;
}

static MessageAddress *
get_address(BufferReader *reader)
{
    MessageAddress *address = g_new0(MessageAddress, 1);

    address->name = get_text(reader, LIMIT_HEADER_BLOCK);
    address->address = get_present_text(reader, LIMIT_HEADER_BLOCK);
    return address;
}

static void
get_headers(BufferReader *reader, GPtrArray *headers)
{
    guint32 count = get_count(reader, LIMIT_HEADER_COUNT);
    for (guint32 i = 0; i < count && !reader->failed; i++) {
        MessageHeader *header = g_new0(MessageHeader, 1);

        g_ptr_array_add(headers, header);
        header->name = get_present_text(reader, LIMIT_HEADER_FIELD);
        header->value = get_present_text(reader, 4 * LIMIT_HEADER_FIELD);
    }
}

static MessagePart *
get_part(BufferReader *reader)
{
    MessagePart *part = g_new0(MessagePart, 1);

    part->part = get_present_text(reader, LIMIT_HEADER_FIELD);
    part->type = get_present_text(reader, LIMIT_HEADER_FIELD);
    part->detected_type = get_text(reader, LIMIT_HEADER_FIELD);
    part->charset = get_text(reader, LIMIT_HEADER_FIELD);
    part->disposition = get_text(reader, LIMIT_HEADER_FIELD);
    part->filename = get_text(reader, LIMIT_FILENAME);
    part->content_id = get_text(reader, LIMIT_HEADER_FIELD);
    part->size_bytes = buffer_get_i64(reader);
    if (part->size_bytes < -1 || part->size_bytes > LIMIT_MESSAGE_HARD)
        reader->failed = TRUE;
    buffer_get_bytes(reader, part->sha256, sizeof part->sha256);
    part->leaf = get_flag(reader);
    part->attachment = get_flag(reader);
    part->is_inline = get_flag(reader);
    part->unpacked = get_flag(reader);
    part->name_is_ours = get_flag(reader);
    part->depth = buffer_get_u32(reader);
    part->content = get_text(reader, 4 * LIMIT_DETAIL);
    part->plain = get_text(reader, 4 * LIMIT_TEXT);
    if (get_flag(reader)) {
        part->headers = g_ptr_array_new_with_free_func((GDestroyNotify) message_header_free);
        get_headers(reader, part->headers);
    }
    return part;
}

static MessageReport *
get_report(BufferReader *reader)
{
    MessageReport *report;
    guint32 count;

    if (!get_flag(reader))
        return NULL;
    report = g_new0(MessageReport, 1);
    report->recipients = g_ptr_array_new_with_free_func((GDestroyNotify) report_recipient_free);
    report->kind = get_present_text(reader, LIMIT_HEADER_FIELD);
    report->original_message_id = get_text(reader, LIMIT_MESSAGE_ID);
    count = get_count(reader, MAX_REPORT_RECIPIENTS);
    for (guint32 i = 0; i < count && !reader->failed; i++) {
        ReportRecipient *recipient = g_new0(ReportRecipient, 1);

        g_ptr_array_add(report->recipients, recipient);
        recipient->address = get_text(reader, LIMIT_HEADER_FIELD);
        recipient->action = get_text(reader, LIMIT_HEADER_FIELD);
        recipient->status = get_text(reader, LIMIT_HEADER_FIELD);
        recipient->diagnostic = get_text(reader, LIMIT_HEADER_FIELD);
    }
    return report;
}

static MessageAuthentication *
get_authentication(BufferReader *reader)
{
    MessageAuthentication *authentication;

    if (!get_flag(reader))
        return NULL;
    authentication = g_new0(MessageAuthentication, 1);
    authentication->authserv_id = get_present_text(reader, LIMIT_HEADER_FIELD);
    authentication->spf = get_text(reader, LIMIT_HEADER_FIELD);
    authentication->dkim = get_text(reader, LIMIT_HEADER_FIELD);
    authentication->dmarc = get_text(reader, LIMIT_HEADER_FIELD);
    return authentication;
}

static void
get_lists(BufferReader *reader, Message *message)
{
    guint32 count;

    for (gsize i = 0; i < G_N_ELEMENTS(list_members); i++) {
        count = get_count(reader, list_members[i].most);
        for (guint32 k = 0; k < count && !reader->failed; k++)
            g_ptr_array_add(MEMBER(GPtrArray *, message, list_members[i].offset),
                            get_present_text(reader, LIMIT_HEADER_FIELD));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(address_members); i++) {
        count = get_count(reader, LIMIT_ADDRESSES_PER_FIELD);
        for (guint32 k = 0; k < count && !reader->failed; k++)
            g_ptr_array_add(MEMBER(GPtrArray *, message, address_members[i]), get_address(reader));
    }
    get_headers(reader, message->headers);
    count = get_count(reader, LIMIT_MIME_PARTS);
    for (guint32 i = 0; i < count && !reader->failed; i++)
        g_ptr_array_add(message->parts, get_part(reader));
}

static gboolean
at_character(const char *text, gsize length, guint32 offset)
{
    return offset <= length && (text[offset] & 0xc0) != 0x80;
}

/* In order, inside the text, and on borders of its characters: whoever cuts the text there relies on it. */
static void
get_spans(BufferReader *reader, Message *message)
{
    gsize length = message->text != NULL ? strlen(message->text) : 0;
    guint32 count = get_count(reader, LIMIT_SPANS);
    guint32 end = 0;

    for (guint32 i = 0; i < count && !reader->failed; i++) {
        guint8 kind = buffer_get_u8(reader);
        MessageSpan span = { .start = buffer_get_u32(reader) };

        span.end = buffer_get_u32(reader);
        if (message->text == NULL || kind >= N_SPAN_KINDS || span.start < end || span.end <= span.start ||
            !at_character(message->text, length, span.start) || !at_character(message->text, length, span.end)) {
            reader->failed = TRUE;
            return;
        }
        span.kind = (SpanKind) kind;
        end = span.end;
        g_array_append_val(message->spans, span);
    }
}

static void
get_scalars(BufferReader *reader, Message *message)
{
    gint64 offset;
    guint8 class_;

    for (gsize i = 0; i < G_N_ELEMENTS(text_members); i++) {
        char **member = &MEMBER(char *, message, text_members[i]);

        g_free(*member);
        *member = get_text(reader, MAX_TEXT_SIZE);
    }
    if (message->text == NULL || message->reply == NULL)
        reader->failed = TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(flag_members); i++)
        MEMBER(gboolean, message, flag_members[i]) = get_flag(reader);
    message->date = buffer_get_i64(reader);
    offset = buffer_get_i64(reader);
    if (offset < -24 * 60 || offset > 24 * 60)
        reader->failed = TRUE;
    else
        message->date_offset_minutes = (int) offset;
    message->from_fields = buffer_get_u32(reader);
    message->received_count = buffer_get_u32(reader);
    if (message->from_fields > LIMIT_HEADER_COUNT || message->received_count > LIMIT_HEADER_COUNT)
        reader->failed = TRUE;
    class_ = buffer_get_u8(reader);
    if (class_ >= N_MESSAGE_CLASSES)
        reader->failed = TRUE;
    else
        message->class_ = (MessageClass) class_;
}

Message *
message_record_read(const guint8 *bytes, gsize length, GError **error)
{
    g_autoptr(Message) message = message_new();
    BufferReader reader;

    buffer_reader_init(&reader, bytes, length);
    if (length > LIMIT_PARSE_RECORD || buffer_get_u32(&reader) != RECORD_MAGIC ||
        buffer_get_u8(&reader) != RECORD_VERSION) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "cannot read message record of %" G_GSIZE_FORMAT
                    " bytes: it is too long or no record of version %d", length, RECORD_VERSION);
        return NULL;
    }
    get_scalars(&reader, message);
    get_lists(&reader, message);
    get_spans(&reader, message);
    if (get_flag(&reader))
        message->sender = get_address(&reader);
    message->report = get_report(&reader);
    message->authentication = get_authentication(&reader);
    buffer_get_bytes(&reader, message->content_key, sizeof message->content_key);
    if (reader.failed || buffer_left(&reader) != 0) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID,
                    "cannot read message record of %" G_GSIZE_FORMAT " bytes: it is damaged", length);
        return NULL;
    }
    return g_steal_pointer(&message);
}
