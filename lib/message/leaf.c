#include "message/leaf-private.h"

#include "base/hash.h"
#include "message/content-type-private.h"

void
leaf_decode(const Entity *entity, LeafContent *content_out)
{
    content_out->bytes = entity->body;
    content_out->length = (gsize) (entity->end - entity->body);
    content_out->owned = transfer_encoding_decode(entity->encoding, content_out->bytes, content_out->length,
                                                  &content_out->length);
    if (content_out->owned != NULL)
        content_out->bytes = content_out->owned;
    else
        content_out->length = (gsize) (entity->end - entity->body);
}

void
leaf_content_clear(LeafContent *content)
{
    g_clear_pointer(&content->owned, g_free);
}

MessagePart *
leaf_describe(const Entity *entity, const LeafContent *content, const char *path)
{
    MessagePart *part = entity_describe(entity, path);

    part->size_bytes = (gint64) content->length;
    hash_sha256(content->bytes, content->length, part->sha256);
    if (content_type_is_vague(part->type))
        part->detected_type = g_strdup(content_type_detect(content->bytes, content->length));
    part->leaf = TRUE;
    part->attachment = TRUE;
    return part;
}
