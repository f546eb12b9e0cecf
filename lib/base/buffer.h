/*
 * buffer.h - a reader for binary records that come from somebody else
 *
 * Every read is checked against the end; after the first failure all further reads fail, so a caller may read a whole record and ask once.
 * Writing appends to a GByteArray. Integers are big-endian.
 */
#pragma once

#include <glib.h>

typedef struct {
    const guint8 *next;
    const guint8 *end;
    gboolean      failed;
} BufferReader;

void     buffer_put_u8(GByteArray *to, guint8 value);
void     buffer_put_u32(GByteArray *to, guint32 value);
void     buffer_put_i64(GByteArray *to, gint64 value);
void     buffer_put_text(GByteArray *to, const char *text);               /* NULL is kept apart from "" */
void     buffer_put_bytes(GByteArray *to, const void *bytes, gsize length);

void     buffer_reader_init(BufferReader *reader, const void *bytes, gsize length);
guint8   buffer_get_u8(BufferReader *reader);
guint32  buffer_get_u32(BufferReader *reader);
gint64   buffer_get_i64(BufferReader *reader);
/* A copy, valid UTF-8 without NUL or the reader fails; NULL if NULL was written, and after a failure. */
char    *buffer_get_text(BufferReader *reader);
gboolean buffer_get_bytes(BufferReader *reader, void *bytes_out, gsize length);
gsize    buffer_left(const BufferReader *reader);
