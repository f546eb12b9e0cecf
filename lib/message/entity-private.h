/*
 * entity-private.h - an entity (RFC 2045, 2.4): its MIME fields, and where its body is
 *
 * A window of the caller's bytes; nothing of them is copied but the values of the fields. Of a field that stands twice the last one counts.
 */
#pragma once

#include "message/message.h"
#include "message/mime-value.h"
#include "message/transfer-encoding-private.h"

typedef struct {
    const guint8    *bytes;          /* the header begins here */
    const guint8    *body;           /* behind the empty line */
    const guint8    *end;
    char            *type;           /* "text/plain", lower case; never NULL */
    char            *boundary;       /* of a multipart that can be taken apart, else NULL */
    MimeValue       *content_type;   /* or NULL */
    MimeValue       *disposition;    /* or NULL */
    char            *content_id;     /* without brackets, or NULL */
    TransferEncoding encoding;
} Entity;

/* default_type: what an entity without Content-Type is (RFC 2045, 5.2; RFC 2046, 5.1.5). */
void  entity_read(Entity *entity_out, const guint8 *bytes, gsize length, const char *default_type);
void  entity_clear(Entity *entity);

gboolean    entity_is_message(const Entity *entity);     /* message/rfc822, message/global */
/* The last field of that name, unfolded and raw, or NULL. */
char       *entity_field(const Entity *entity, const char *name);
/* The name of its file, cleaned as filename-private.h says, or NULL. */
char       *entity_filename(const Entity *entity);

/* Described as a part, but for its content. */
MessagePart *entity_describe(const Entity *entity, const char *path);
