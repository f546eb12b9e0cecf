#include "message/entity-private.h"

#include <string.h>

#include "base/text.h"
#include "message/field-scanner-private.h"
#include "message/filename-private.h"
#include "message/header-reader-private.h"
#include "message/multipart-private.h"

/* What RFC 2045, 5.1 lets stand in a type. */
static gboolean
is_type(const char *type)
{
    const char *slash = strchr(type, '/');

    if (slash == NULL || slash == type || slash[1] == '\0' || strchr(slash + 1, '/') != NULL)
        return FALSE;
    for (; *type != '\0'; type++) {
        if (*type <= ' ' || *type >= 0x7f || strchr("()<>@,;:\\\"[]?=", *type) != NULL)
            return FALSE;
    }
    return TRUE;
}

/*
 * A type that is none: text is still text and what has a boundary is a multipart; what has a file's name is a file of unknown content, and
 * anything else is read as plain text (RFC 2045, 5.2).
 */
static const char *
type_of(const Entity *entity, const char *default_type)
{
    const char *written = entity->content_type != NULL ? entity->content_type->value : "";

    if (entity->content_type == NULL)
        return default_type;
    if (is_type(written))
        return written;
    if (g_str_has_prefix(written, "multipart") && mime_value_parameter(entity->content_type, "boundary") != NULL)
        return "multipart/mixed";
    if (g_str_has_prefix(written, "text"))
        return "text/plain";
    if (mime_value_parameter(entity->content_type, "name") != NULL ||
        mime_value_parameter(entity->disposition, "filename") != NULL)
        return "application/octet-stream";
    return default_type;
}

static char *
read_content_id(const char *raw)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *clean = header_decode(raw);

    header_ids(clean, ids, NULL);
    return g_strdup(ids->len > 0 ? ids->pdata[0] : clean);
}

static void
set_value(MimeValue **member, const char *raw)
{
    g_clear_pointer(member, mime_value_free);
    *member = mime_value_parse(raw);
}

static void
read_field(Entity *entity, const RawField *field)
{
    g_autofree char *raw = NULL;

    if (!raw_field_has_prefix(field, "Content-"))
        return;
    raw = raw_field_text(field);
    if (raw_field_is(field, "Content-Type")) {
        set_value(&entity->content_type, raw);
    } else if (raw_field_is(field, "Content-Disposition")) {
        set_value(&entity->disposition, raw);
    } else if (raw_field_is(field, "Content-Transfer-Encoding")) {
        entity->encoding = transfer_encoding_parse(raw);
    } else if (raw_field_is(field, "Content-ID")) {
        g_free(entity->content_id);
        entity->content_id = read_content_id(raw);
    }
}

/* A boundary that ends in blanks (RFC 2046, 5.1.1 forbids it) has them in the body too, or has lost them there. */
static char *
find_boundary(const Entity *entity)
{
    const char *written = mime_value_parameter(entity->content_type, "boundary");
    g_autofree char *bare = written != NULL ? g_strchomp(g_strdup(written)) : NULL;

    if (bare == NULL || *bare == '\0')
        return multipart_guess_boundary(entity->body, entity->end);
    if (strcmp(bare, written) != 0 && multipart_has_delimiter(entity->body, entity->end, written))
        return g_strdup(written);
    return g_steal_pointer(&bare);
}

void
entity_read(Entity *entity_out, const guint8 *bytes, gsize length, const char *default_type)
{
    FieldScanner scanner;
    RawField field;

    memset(entity_out, 0, sizeof *entity_out);
    field_scanner_init(&scanner, bytes, length);
    while (field_scanner_next(&scanner, &field))
        read_field(entity_out, &field);
    entity_out->bytes = bytes;
    entity_out->body = scanner.next;
    entity_out->end = bytes + length;
    entity_out->type = g_strdup(type_of(entity_out, default_type));
    if (g_str_has_prefix(entity_out->type, "multipart/"))
        entity_out->boundary = find_boundary(entity_out);
}

void
entity_clear(Entity *entity)
{
    g_clear_pointer(&entity->type, g_free);
    g_clear_pointer(&entity->boundary, g_free);
    g_clear_pointer(&entity->content_type, mime_value_free);
    g_clear_pointer(&entity->disposition, mime_value_free);
    g_clear_pointer(&entity->content_id, g_free);
}

gboolean
entity_is_message(const Entity *entity)
{
    return strcmp(entity->type, "message/rfc822") == 0 || strcmp(entity->type, "message/global") == 0;
}

char *
entity_field(const Entity *entity, const char *name)
{
    FieldScanner scanner;
    RawField field;
    char *value = NULL;

    field_scanner_init(&scanner, entity->bytes, (gsize) (entity->end - entity->bytes));
    while (field_scanner_next(&scanner, &field)) {
        if (raw_field_is(&field, name)) {
            g_free(value);
            value = raw_field_text(&field);
        }
    }
    return value;
}

char *
entity_filename(const Entity *entity)
{
    const char *name = mime_value_parameter(entity->disposition, "filename");
    char *clean = name != NULL ? filename_clean(name) : NULL;

    if (clean == NULL && (name = mime_value_parameter(entity->content_type, "name")) != NULL)
        clean = filename_clean(name);
    /* Content-Disposition: attachment; name=... is in no standard and in many mails. */
    if (clean == NULL && (name = mime_value_parameter(entity->disposition, "name")) != NULL)
        clean = filename_clean(name);
    return clean;
}

/* A label without the quotes and blanks that some programs leave in it, in lower case; NULL where nothing is left. */
static char *
label(const char *text)
{
    g_autofree char *clean = text != NULL ? text_sanitise(text, strlen(text)) : NULL;
    char *begin = clean;
    gsize length;

    if (clean == NULL)
        return NULL;
    while (*begin != '\0' && strchr("'\" ", *begin) != NULL)
        begin++;
    length = strlen(begin);
    while (length > 0 && strchr("'\" ", begin[length - 1]) != NULL)
        length--;
    return length > 0 ? g_ascii_strdown(begin, (gssize) length) : NULL;
}

MessagePart *
entity_describe(const Entity *entity, const char *path)
{
    MessagePart *part = g_new0(MessagePart, 1);

    part->part = g_strdup(path);
    part->type = g_strdup(entity->type);
    part->charset = label(mime_value_parameter(entity->content_type, "charset"));
    part->disposition = label(entity->disposition != NULL ? entity->disposition->value : NULL);
    part->filename = entity_filename(entity);
    part->content_id = g_strdup(entity->content_id);
    part->size_bytes = -1;
    part->is_inline = g_strcmp0(part->disposition, "attachment") != 0 &&
                      (part->content_id != NULL || g_strcmp0(part->disposition, "inline") == 0);
    return part;
}
