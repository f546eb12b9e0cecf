/*
 * buffer.c - checked reading and writing of binary records
 */
#include "base/buffer.h"

#include <string.h>

/* Stands where a text's length would, and means NULL. */
#define NO_TEXT G_MAXUINT32

void
buffer_put_u8(GByteArray *to, guint8 value)
{
    g_byte_array_append(to, &value, 1);
}

void
buffer_put_u32(GByteArray *to, guint32 value)
{
    guint32 big_endian = GUINT32_TO_BE(value);

    g_byte_array_append(to, (const guint8 *) &big_endian, sizeof big_endian);
}

void
buffer_put_i64(GByteArray *to, gint64 value)
{
    guint64 big_endian = GUINT64_TO_BE((guint64) value);

    g_byte_array_append(to, (const guint8 *) &big_endian, sizeof big_endian);
}

void
buffer_put_text(GByteArray *to, const char *text)
{
    gsize length;

    if (text == NULL) {
        buffer_put_u32(to, NO_TEXT);
        return;
    }
    length = strlen(text);
    g_assert(length < NO_TEXT);
    buffer_put_u32(to, (guint32) length);
    buffer_put_bytes(to, text, length);
}

void
buffer_put_bytes(GByteArray *to, const void *bytes, gsize length)
{
    g_assert(length <= G_MAXUINT);
    if (length > 0)
        g_byte_array_append(to, bytes, (guint) length);
}

void
buffer_reader_init(BufferReader *reader, const void *bytes, gsize length)
{
    reader->next = length > 0 ? bytes : (const guint8 *) "";
    reader->end = reader->next + length;
    reader->failed = FALSE;
}

gsize
buffer_left(const BufferReader *reader)
{
    return (gsize) (reader->end - reader->next);
}

gboolean
buffer_get_bytes(BufferReader *reader, void *bytes_out, gsize length)
{
    if (reader->failed || length > buffer_left(reader)) {
        reader->failed = TRUE;
        return FALSE;
    }
    if (length > 0)
        memcpy(bytes_out, reader->next, length);
    reader->next += length;
    return TRUE;
}

guint8
buffer_get_u8(BufferReader *reader)
{
    guint8 value = 0;

    return buffer_get_bytes(reader, &value, sizeof value) ? value : 0;
}

guint32
buffer_get_u32(BufferReader *reader)
{
    guint32 value = 0;

    return buffer_get_bytes(reader, &value, sizeof value) ? GUINT32_FROM_BE(value) : 0;
}

gint64
buffer_get_i64(BufferReader *reader)
{
    guint64 value = 0;

    return buffer_get_bytes(reader, &value, sizeof value) ? (gint64) GUINT64_FROM_BE(value) : 0;
}

char *
buffer_get_text(BufferReader *reader)
{
    guint32 length = buffer_get_u32(reader);
    char *text;

    if (reader->failed || length == NO_TEXT)
        return NULL;
    /* With a length given, g_utf8_validate_len() takes NUL for a mistake too. */
    if (length > buffer_left(reader) || !g_utf8_validate_len((const char *) reader->next, length, NULL)) {
        reader->failed = TRUE;
        return NULL;
    }
    text = g_strndup((const char *) reader->next, length);
    reader->next += length;
    return text;
}
