/*
 * details-private.h - what rules may ask of a single part, kept only where MessageOptions.details wants it
 *
 * left: octets that may still be kept of this message, LIMIT_DETAILS at first.
 */
#pragma once

#include "message/entity-private.h"
#include "message/leaf-private.h"

/* The header fields of the entity, decoded. */
void details_keep_headers(MessagePart *part, const Entity *entity);
/* Text in UTF-8, everything else as text made valid; at most LIMIT_DETAIL octets. */
void details_keep_content(MessagePart *part, const LeafContent *content, gsize *left);
/* Of a container (RFC 5173, 5.2): what stands before and behind the parts of a multipart, the header of an embedded message. */
void details_keep_around(MessagePart *part, const Entity *entity, const guint8 *parts_begin, const guint8 *parts_end,
                          gsize *left);
void details_keep_embedded(MessagePart *part, const guint8 *bytes, gsize length, gsize *left);
