/*
 * spans-structure-private.h - what mail programs write above a mail they repeat
 *
 * An attribution ("On ... wrote:"), a line between dashes ("Original Message", "Forwarded message"), the block of header fields that Outlook
 * writes, and the line of a help desk that asks to reply above it; several may follow each other.
 */
#pragma once

#include "message/spans-lines-private.h"

typedef enum {
    STRUCTURE_NONE,
    STRUCTURE_ATTRIBUTION,   /* says who wrote what follows                                         */
    STRUCTURE_ORIGINAL,      /* a repeated mail with its header follows, quoted or to the end       */
    STRUCTURE_FORWARD,       /* the same, for somebody else to read                                 */
} StructureKind;

typedef struct {
    StructureKind kind;
    guint         end;       /* the line behind it */
} Structure;

/* What begins on line i, quoted or not. Looks at a bounded number of lines. */
Structure structure_find(const LineTable *table, guint i);

/* The parts. Each returns the line behind, or i if there is none. */
guint attribution_find(const LineTable *table, guint i);
guint program_form_find(const LineTable *table, guint i);
/* few: two fields are enough, because something else has announced them. */
guint header_block_find(const LineTable *table, guint i, gboolean few);
StructureKind marker_find(const LineTable *table, guint i);

/* The text says who wrote what follows; a colon goes without saying. quoted: what follows is surely a mail. */
gboolean attribution_is(const char *text, gsize length, gboolean quoted);
/* A field of a mail's header stands soon below line i. */
gboolean header_follows(const LineTable *table, guint i);
