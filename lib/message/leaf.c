#include "message/leaf-private.h"

#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "message/content-type-private.h"
#include "message/filename-private.h"
#include "message/header-reader-private.h"

static gboolean
is_encoded(GMimeContentEncoding encoding)
{
    return encoding == GMIME_CONTENT_ENCODING_BASE64 || encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE ||
           encoding == GMIME_CONTENT_ENCODING_UUENCODE;
}

/* In one step over the message's own bytes; what is not encoded is not copied either. */
void
leaf_decode(const LeafSource *source, LeafContent *content_out)
{
    GMimeEncoding decoder;

    content_out->bytes = source->bytes;
    content_out->length = source->length;
    content_out->owned = NULL;
    if (!is_encoded(source->encoding) || source->length == 0)
        return;
    g_mime_encoding_init_decode(&decoder, source->encoding);
    content_out->owned = g_malloc(g_mime_encoding_outlen(&decoder, source->length) + 64);
    content_out->length = g_mime_encoding_flush(&decoder, (const char *) source->bytes, source->length,
                                                (char *) content_out->owned);
    content_out->bytes = content_out->owned;
}

void
leaf_content_clear(LeafContent *content)
{
    g_clear_pointer(&content->owned, g_free);
}

static char *
label(const char *text)
{
    g_autofree char *clean = NULL;

    if (text == NULL || *text == '\0')
        return NULL;
    clean = text_sanitise(text, strlen(text));
    return g_ascii_strdown(clean, -1);
}

char *
leaf_type(GMimeContentType *type)
{
    g_autofree char *name = g_mime_content_type_get_mime_type(type);

    return label(name);
}

static char *
leaf_filename(const LeafSource *source)
{
    const char *name = NULL;
    g_autofree char *decoded = NULL;

    if (source->disposition != NULL)
        name = g_mime_content_disposition_get_parameter(source->disposition, "filename");
    if (name == NULL)
        name = g_mime_content_type_get_parameter(source->type, "name");
    if (name == NULL)
        return NULL;
    decoded = header_decode(name);
    return filename_clean(decoded);
}

static char *
leaf_content_id(const char *raw)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *clean = NULL;

    if (raw == NULL)
        return NULL;
    clean = header_decode(raw);
    header_ids(clean, ids, NULL);
    return g_strdup(ids->len > 0 ? ids->pdata[0] : clean);
}

MessagePart *
leaf_describe(const LeafSource *source, const LeafContent *content, const char *path)
{
    MessagePart *part = g_new0(MessagePart, 1);

    part->part = g_strdup(path);
    part->type = leaf_type(source->type);
    part->charset = label(g_mime_content_type_get_parameter(source->type, "charset"));
    if (source->disposition != NULL)
        part->disposition = label(g_mime_content_disposition_get_disposition(source->disposition));
    part->filename = leaf_filename(source);
    part->content_id = leaf_content_id(source->content_id);
    part->size_bytes = (gint64) content->length;
    hash_sha256(content->bytes, content->length, part->sha256);
    if (content_type_is_vague(part->type))
        part->detected_type = g_strdup(content_type_detect(content->bytes, content->length));
    part->leaf = TRUE;
    part->attachment = TRUE;
    part->is_inline = g_strcmp0(part->disposition, "attachment") != 0 &&
                      (part->content_id != NULL || g_strcmp0(part->disposition, "inline") == 0);
    return part;
}
