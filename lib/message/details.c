#include "message/details-private.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "message/charset-private.h"
#include "message/field-scanner-private.h"
#include "message/header-reader-private.h"
#include "message/html-text-private.h"

void
details_keep_headers(MessagePart *part, const Entity *entity)
{
    FieldScanner scanner;
    RawField field;

    part->headers = g_ptr_array_new_with_free_func((GDestroyNotify) message_header_free);
    field_scanner_init(&scanner, entity->bytes, (gsize) (entity->end - entity->bytes));
    while (part->headers->len < LIMIT_HEADER_COUNT && field_scanner_next(&scanner, &field)) {
        GString *raw = raw_field_unfold(&field);
        MessageHeader *header = g_new0(MessageHeader, 1);

        header->name = text_sanitise((const char *) field.name, field.name_length);
        header->value = header_decode(raw->str);
        g_ptr_array_add(part->headers, header);
        g_string_free(raw, TRUE);
    }
}

/* Not cut inside a UTF-8 character; takes what is kept from what is left for the whole message. */
static gsize
cut(const guint8 *bytes, gsize length, gsize *left)
{
    gsize most = MIN(LIMIT_DETAIL, *left);

    for (gsize tries = 0; length > most && tries < 4 && most > 0 && (bytes[most] & 0xc0) == 0x80; tries++)
        most--;
    length = MIN(length, most);
    *left -= length;
    return length;
}

void
details_keep_content(MessagePart *part, const LeafContent *content, gsize *left)
{
    gsize length = cut(content->bytes, content->length, left);
    gboolean guessed;

    g_free(part->content);
    if (g_str_has_prefix(part->type, "text/"))
        part->content = charset_to_utf8(content->bytes, length, part->charset, &guessed);
    else
        part->content = text_sanitise((const char *) content->bytes, length);
    if (strcmp(part->type, "text/html") == 0) {
        GString *plain = g_string_new(NULL);

        html_to_text(part->content, plain, NULL);
        part->plain = g_string_free(plain, FALSE);
    }
}

/* Where the line ends that `at` stands in or before. */
static const guint8 *
line_end(const guint8 *at, const guint8 *end)
{
    const guint8 *lf;

    while (at < end && (*at == '\r' || *at == '\n'))
        at++;
    lf = memchr(at, '\n', (gsize) (end - at));
    return lf != NULL ? lf + 1 : end;
}

void
details_keep_around(MessagePart *part, const Entity *entity, const guint8 *parts_begin, const guint8 *parts_end,
                    gsize *left)
{
    const guint8 *behind = line_end(parts_end, entity->end);
    g_autofree char *before = NULL;
    g_autofree char *rest = NULL;

    /* Neither the delimiter before the first part nor the one behind the last belongs to it. */
    while (parts_begin > entity->body && parts_begin[-1] == '\n')
        parts_begin--;
    while (parts_begin > entity->body && parts_begin[-1] != '\n')
        parts_begin--;
    before = text_sanitise((const char *) entity->body, cut(entity->body, (gsize) (parts_begin - entity->body), left));
    rest = text_sanitise((const char *) behind, cut(behind, (gsize) (entity->end - behind), left));
    g_free(part->content);
    part->content = g_strconcat(before, rest, NULL);
}

/* The fields with their line ends, without the empty line behind them. */
void
details_keep_embedded(MessagePart *part, const guint8 *bytes, gsize length, gsize *left)
{
    const guint8 *header_end = bytes;
    FieldScanner scanner;
    RawField field;

    field_scanner_init(&scanner, bytes, length);
    while (field_scanner_next(&scanner, &field))
        header_end = field.value + field.value_length;
    for (guint i = 0; i < 2 && header_end < bytes + length && (*header_end == '\r' || *header_end == '\n'); i++) {
        if (*header_end++ == '\n')
            break;
    }
    length = (gsize) (header_end - bytes);
    g_free(part->content);
    part->content = text_sanitise((const char *) bytes, cut(bytes, length, left));
}
