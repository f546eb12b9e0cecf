#include "message/unpack-private.h"

#include "base/hash.h"
#include "message/content-type-private.h"

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

Unpacked *
unpack_leaf(G_GNUC_UNUSED Message *message, G_GNUC_UNUSED MessagePart *part, G_GNUC_UNUSED const LeafContent *content)
{
    return NULL;
}
