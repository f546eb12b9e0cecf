#include "message/header-reader-private.h"

#include <string.h>

#include "base/address.h"
#include "base/limits.h"
#include "base/text.h"
#include "message/address-list-private.h"
#include "message/charset-private.h"
#include "message/encoded-words-private.h"
#include "message/header-date-private.h"
#include "message/message-private.h"

static char *
one_line(const char *text, gsize length)
{
    char *clean = text_sanitise(text, length);

    for (char *p = clean; *p != '\0'; p++) {
        if ((guchar) *p < ' ' || *p == 0x7f)
            *p = ' ';
    }
    return g_strstrip(clean);
}

/* Most values are plain ASCII and need no decoder; an escape begins raw ISO-2022-JP. */
char *
header_decode(const char *raw)
{
    g_autofree char *decoded = NULL;

    if (g_str_is_ascii(raw) && strstr(raw, "=?") == NULL && strchr(raw, 0x1b) == NULL)
        return one_line(raw, strlen(raw));
    decoded = encoded_words_decode(raw);
    return one_line(decoded, strlen(decoded));
}

char *
header_address_tidy(const char *address)
{
    const char *at = strrchr(address, '@');
    g_autofree char *domain = at != NULL ? address_domain_ascii(at + 1) : NULL;

    if (at == NULL)
        return g_strdup(address);
    if (domain == NULL)
        domain = g_ascii_strdown(at + 1, -1);
    return g_strdup_printf("%.*s@%s", (int) (at - address), address, domain);
}

static void
read_addresses(Message *message, const char *field, const char *raw, GPtrArray *addresses)
{
    guint before = addresses->len;

    if (!address_list_parse(raw, LIMIT_ADDRESSES_PER_FIELD, addresses))
        message_warn(message, "%s: only the first %d addresses are kept", field, LIMIT_ADDRESSES_PER_FIELD);
    if (addresses->len == before && *raw != '\0' && strchr(raw, ':') == NULL)
        message_warn(message, "%s: no address could be read", field);
    for (guint i = before; i < addresses->len; i++) {
        const MessageAddress *address = addresses->pdata[i];

        if (!address_is_valid(address->address))
            message_warn(message, "%s: not a valid address", field);
    }
}

gboolean
message_parse_date(const char *text, gint64 *time_out)
{
    HeaderDate date;

    if (!header_date_parse(text, &date))
        return FALSE;
    *time_out = date.seconds * G_USEC_PER_SEC;
    return TRUE;
}

static void
read_date(Message *message, const char *raw)
{
    HeaderDate date;

    message->has_date = header_date_parse(raw, &date);
    if (!message->has_date) {
        message_warn(message, "Date: not a date");
        return;
    }
    message->date = date.seconds * G_USEC_PER_SEC;
    message->date_offset_minutes = date.offset_minutes;
    message->date_offset_unknown = date.offset_unknown;
}

static void
read_message_id(Message *message, const char *raw)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

    header_ids(raw, ids, NULL);
    g_clear_pointer(&message->message_id, g_free);
    if (ids->len > 0)
        message->message_id = text_sanitise(ids->pdata[0], strlen(ids->pdata[0]));
    else
        message_warn(message, "Message-ID: not an id");
}

static void
read_ids(Message *message, const char *field, const char *raw, GPtrArray *ids)
{
    g_autofree char *clean = text_sanitise(raw, strlen(raw));
    guint bad;

    g_ptr_array_set_size(ids, 0);
    header_ids(clean, ids, &bad);
    if (bad > 0)
        message_warn(message, "%s: %u ids could not be read", field, bad);
    if (ids->len > LIMIT_REFERENCES) {
        message_warn(message, "%s: %u ids, the first and the last %d are kept", field, ids->len, LIMIT_REFERENCES - 1);
        g_ptr_array_remove_range(ids, 1, ids->len - LIMIT_REFERENCES);
    }
}

/* The topmost one counts: the last hop wrote it (RFC 5321, 4.4). A bare MAILER-DAEMON is Postfix's null path. */
static void
read_return_path(Message *message, const char *raw)
{
    g_autofree char *path = one_line(raw, strlen(raw));
    char *begin = path;
    gsize length;

    if (message->return_path != NULL)
        return;
    if (*begin == '<')
        begin++;
    length = strcspn(begin, "> ");
    begin[length] = '\0';
    if (g_ascii_strcasecmp(begin, "MAILER-DAEMON") == 0)
        *begin = '\0';
    message->return_path = header_address_tidy(begin);
}

typedef enum { FIELD_ADDRESSES, FIELD_SENDER, FIELD_SUBJECT, FIELD_DATE, FIELD_MESSAGE_ID, FIELD_IDS,
               FIELD_RETURN_PATH, FIELD_RECEIVED, FIELD_MIME } FieldKind;

typedef struct {
    const char *name;
    FieldKind   kind;
    gboolean    once;       /* RFC 5322, 3.6: may stand once; the last one counts */
    gsize       offset;
} KnownField;

static const KnownField known_fields[] = {
    { "From", FIELD_ADDRESSES, TRUE, G_STRUCT_OFFSET(Message, from) },
    { "Reply-To", FIELD_ADDRESSES, TRUE, G_STRUCT_OFFSET(Message, reply_to) },
    { "To", FIELD_ADDRESSES, TRUE, G_STRUCT_OFFSET(Message, to) },
    { "Cc", FIELD_ADDRESSES, TRUE, G_STRUCT_OFFSET(Message, cc) },
    { "Bcc", FIELD_ADDRESSES, TRUE, G_STRUCT_OFFSET(Message, bcc) },
    { "Resent-To", FIELD_ADDRESSES, FALSE, G_STRUCT_OFFSET(Message, resent_to) },
    { "Resent-Cc", FIELD_ADDRESSES, FALSE, G_STRUCT_OFFSET(Message, resent_cc) },
    { "Resent-Bcc", FIELD_ADDRESSES, FALSE, G_STRUCT_OFFSET(Message, resent_bcc) },
    { "In-Reply-To", FIELD_IDS, TRUE, G_STRUCT_OFFSET(Message, in_reply_to) },
    { "References", FIELD_IDS, TRUE, G_STRUCT_OFFSET(Message, references) },
    { "Sender", FIELD_SENDER, TRUE, 0 },
    { "Subject", FIELD_SUBJECT, TRUE, 0 },
    { "Date", FIELD_DATE, TRUE, 0 },
    { "Message-ID", FIELD_MESSAGE_ID, TRUE, 0 },
    { "Return-Path", FIELD_RETURN_PATH, FALSE, 0 },
    { "Received", FIELD_RECEIVED, FALSE, 0 },
    { "Content-Type", FIELD_MIME, TRUE, 0 },
    { "Content-Transfer-Encoding", FIELD_MIME, TRUE, 0 },
    { "MIME-Version", FIELD_MIME, TRUE, 0 },
};

static void
read_sender(Message *message, const char *raw)
{
    g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func((GDestroyNotify) message_address_free);

    read_addresses(message, "Sender", raw, addresses);
    g_clear_pointer(&message->sender, message_address_free);
    if (addresses->len > 0)
        message->sender = g_ptr_array_steal_index(addresses, 0);
}

static void
read_known(Message *message, const KnownField *known, const char *raw, const char *decoded)
{
    GPtrArray *list = G_STRUCT_MEMBER(GPtrArray *, message, known->offset);

    switch (known->kind) {
    case FIELD_ADDRESSES:
        if (known->once)
            g_ptr_array_set_size(list, 0);
        read_addresses(message, known->name, raw, list);
        if (list == message->from)
            message->from_fields++;
        break;
    case FIELD_IDS:
        read_ids(message, known->name, raw, list);
        break;
    case FIELD_SENDER:
        read_sender(message, raw);
        break;
    case FIELD_SUBJECT:
        g_free(message->subject);
        message->subject = g_strdup(decoded);
        break;
    case FIELD_DATE:
        read_date(message, raw);
        break;
    case FIELD_MESSAGE_ID:
        read_message_id(message, raw);
        break;
    case FIELD_RETURN_PATH:
        read_return_path(message, raw);
        break;
    case FIELD_RECEIVED:
        message->received_count++;
        break;
    case FIELD_MIME:
        break;
    }
}

/* Where the values that are neither ASCII nor UTF-8 get their character set from: the text of the mail names one. */
typedef struct {
    const guint8 *bytes;
    gsize         length;
    char         *charset;
    gboolean      asked;
} HeaderCharset;

static char *
raw_value(const RawField *field, HeaderCharset *header)
{
    char *raw = raw_field_text(field);
    gboolean guessed = FALSE;
    char *text;

    if (g_utf8_validate(raw, -1, NULL))
        return raw;
    if (!header->asked) {
        header->charset = header_charset(header->bytes, header->length);
        header->asked = TRUE;
    }
    text = charset_to_utf8((const guint8 *) raw, strlen(raw), header_charset_fits(header->charset, raw) ? header->charset : NULL,
                           &guessed);
    g_free(raw);
    return text;
}

static const KnownField *
find_known(const RawField *field, gsize *index_out)
{
    for (gsize i = 0; i < G_N_ELEMENTS(known_fields); i++) {
        if (raw_field_is(field, known_fields[i].name)) {
            *index_out = i;
            return &known_fields[i];
        }
    }
    return NULL;
}

void
header_read(Message *message, FieldScanner *scanner)
{
    guint seen[G_N_ELEMENTS(known_fields)] = { 0 };
    HeaderCharset charset = { scanner->next, (gsize) (scanner->end - scanner->next), NULL, FALSE };
    RawField field;

    while (message->headers->len < LIMIT_HEADER_COUNT && field_scanner_next(scanner, &field)) {
        g_autofree char *raw = raw_value(&field, &charset);
        MessageHeader *header = g_new0(MessageHeader, 1);
        const KnownField *known;
        gsize index;

        header->name = g_strndup((const char *) field.name, field.name_length);
        header->value = header_decode(raw);
        g_ptr_array_add(message->headers, header);
        known = find_known(&field, &index);
        if (known == NULL)
            continue;
        read_known(message, known, raw, header->value);
        if (++seen[index] == 2 && known->once)
            message_warn(message, "%s stands more than once; the last one counts", known->name);
    }
    g_free(charset.charset);
}
