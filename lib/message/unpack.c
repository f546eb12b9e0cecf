#include "message/unpack-private.h"

#include <string.h>

#include "base/hash.h"
#include "message/cms-private.h"
#include "message/content-type-private.h"
#include "message/message-private.h"
#include "message/preflight.h"
#include "message/protection-private.h"
#include "message/tnef-private.h"

void
unpacked_file_free(UnpackedFile *file)
{
    g_free(file->type);
    g_free(file->charset);
    g_free(file->filename);
    g_free(file->content_id);
    g_clear_pointer(&file->content, g_bytes_unref);
    g_free(file);
}

void
unpacked_free(Unpacked *unpacked)
{
    g_ptr_array_unref(unpacked->files);
    g_free(unpacked->entity_bytes);
    g_free(unpacked);
}

MessagePart *
unpacked_describe(const UnpackedFile *file, const char *path)
{
    MessagePart *part = g_new0(MessagePart, 1);
    gsize length;
    const void *bytes = g_bytes_get_data(file->content, &length);

    part->part = g_strdup(path);
    part->type = g_strdup(file->type != NULL ? file->type : "application/octet-stream");
    part->charset = g_strdup(file->charset);
    part->filename = g_strdup(file->filename);
    part->content_id = g_strdup(file->content_id);
    part->size_bytes = (gint64) length;
    hash_sha256(bytes, length, part->sha256);
    if (content_type_is_vague(part->type))
        part->detected_type = g_strdup(content_type_detect(bytes, length));
    part->leaf = TRUE;
    part->unpacked = TRUE;
    part->is_inline = part->content_id != NULL;
    return part;
}

/* winmail.dat is known by its label, its name, or what it begins with. */
static gboolean
is_tnef(const MessagePart *part, const LeafContent *content)
{
    if (strcmp(part->type, "application/ms-tnef") == 0 || strcmp(part->type, "application/vnd.ms-tnef") == 0)
        return TRUE;
    return content_type_is_vague(part->type) && tnef_is_stream(content->bytes, content->length);
}

static Unpacked *
unpack_tnef(Message *message, const MessagePart *part, const LeafContent *content)
{
    const char *why = NULL;
    GPtrArray *files = tnef_unpack(content->bytes, content->length, &why);
    Unpacked *unpacked;

    if (why != NULL)
        message_warn(message, "part %s: winmail.dat %s: %s", part->part,
                     files == NULL ? "stays as it is" : "is not unpacked wholly", why);
    if (files == NULL)
        return NULL;
    unpacked = g_new0(Unpacked, 1);
    unpacked->files = files;
    unpacked->complete = why == NULL;
    return unpacked;
}

/* What was signed is an entity of its own (RFC 8551, 3.5.2); its header and parts have the limits of any message. */
static Unpacked *
unpack_signed(Message *message, const MessagePart *part, const LeafContent *content)
{
    GByteArray *entity = NULL;
    Preflight preflight;
    Unpacked *unpacked;
    gboolean fit;

    if (cms_read(content->bytes, content->length, &entity) != CMS_SIGNED)
        return NULL;
    if (entity == NULL) {
        message_warn(message, "part %s: what was signed is not in it, or it is damaged", part->part);
        return NULL;
    }
    preflight_scan(entity->data, entity->len, &preflight);
    fit = preflight.fit;
    if (!fit)
        message_warn(message, "part %s stays as it is: %s", part->part, preflight.reason);
    preflight_clear(&preflight);
    if (!fit) {
        g_byte_array_unref(entity);
        return NULL;
    }
    unpacked = g_new0(Unpacked, 1);
    unpacked->files = g_ptr_array_new();
    unpacked->complete = TRUE;
    unpacked->entity_length = entity->len;
    unpacked->entity_bytes = g_byte_array_free(entity, FALSE);
    return unpacked;
}

Unpacked *
unpack_leaf(Message *message, const MessagePart *part, const LeafContent *content)
{
    if (is_tnef(part, content))
        return unpack_tnef(message, part, content);
    if (protection_is_cms(part))
        return unpack_signed(message, part, content);
    return NULL;
}
