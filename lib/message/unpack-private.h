/*
 * unpack-private.h - leaves that hold parts themselves: winmail.dat (TNEF), and S/MIME that is signed but not in the clear
 *
 * What comes out is no part of the message as it was sent: its MessageParts say `unpacked`, and their paths begin with that of the leaf.
 * A leaf that cannot be opened stays the attachment it is, with a warning.  Nothing is opened that lies deeper than the walk goes.
 */
#pragma once

#include "message/leaf-private.h"
#include "message/message.h"

typedef struct {
    char   *type;         /* as labelled inside, or NULL: to be told by content */
    char   *charset;      /* or NULL */
    char   *filename;     /* cleaned, or NULL */
    char   *content_id;   /* or NULL */
    GBytes *content;
    gboolean body;        /* the text of a mail, not one of its files */
} UnpackedFile;

/* What was found in one leaf: files, or an entity of its own (RFC 2045) with header and body. */
typedef struct {
    GPtrArray *files;            /* UnpackedFile * */
    gboolean   complete;         /* nothing is lost for a person who does not have the leaf itself */
    guint8    *entity_bytes;     /* or NULL */
    gsize      entity_length;
} Unpacked;

/* NULL where the leaf holds nothing of that kind. The content lives as long as the result. */
Unpacked *unpack_leaf(Message *message, const MessagePart *part, const LeafContent *content);
void      unpacked_free(Unpacked *unpacked);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Unpacked, unpacked_free)
void      unpacked_file_free(UnpackedFile *file);

/* The description of a file that was found, and what is offered to be read. */
MessagePart *unpacked_describe(const UnpackedFile *file, const char *path);
