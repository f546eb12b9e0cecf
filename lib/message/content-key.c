#include "message/content-key.h"

#include <string.h>

#include "base/hash.h"
#include "message/field-scanner-private.h"

/* Lines are short and a call into the hash is not free, so they are gathered first. */
#define GATHER_BYTES 16384

typedef struct {
    Sha256  *hash;
    gsize    held_ends;     /* line ends not yet hashed: those of empty lines may be the last */
    gboolean has_text;
    gsize    used;
    guint8   gathered[GATHER_BYTES];
} KeyWriter;

static const char *const key_fields[] = {
    "From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
    "MIME-Version",
};
static const char *const key_prefixes[] = { "Resent-", "Content-" };

static void
key_flush(KeyWriter *writer)
{
    sha256_update(writer->hash, writer->gathered, writer->used);
    writer->used = 0;
}

static void
key_put(KeyWriter *writer, const void *bytes, gsize length)
{
    if (writer->used + length > sizeof writer->gathered)
        key_flush(writer);
    if (length > sizeof writer->gathered) {
        sha256_update(writer->hash, bytes, length);
    } else if (length > 0) {
        memcpy(writer->gathered + writer->used, bytes, length);
        writer->used += length;
    }
}

static gboolean
is_key_field(const RawField *field)
{
    for (gsize i = 0; i < G_N_ELEMENTS(key_fields); i++) {
        if (raw_field_is(field, key_fields[i]))
            return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(key_prefixes); i++) {
        if (raw_field_has_prefix(field, key_prefixes[i]))
            return TRUE;
    }
    return FALSE;
}

/* Returns whether the field names the message: a Message-ID or Date that says something. */
static gboolean
put_field(KeyWriter *writer, const RawField *field)
{
    g_autofree char *name = g_ascii_strdown((const char *) field->name, (gssize) field->name_length);
    GString *value = raw_field_unfold(field);
    gboolean identity = value->len > 0 && (strcmp(name, "message-id") == 0 || strcmp(name, "date") == 0);

    key_put(writer, name, field->name_length);
    key_put(writer, ":", 1);
    key_put(writer, value->str, value->len);
    key_put(writer, "\r\n", 2);
    g_string_free(value, TRUE);
    return identity;
}

/* Empty lines are held back until a line with text shows that they were not the last. */
static void
put_line(KeyWriter *writer, const guint8 *line, gsize length)
{
    if (length > 0) {
        for (; writer->held_ends > 0; writer->held_ends--)
            key_put(writer, "\r\n", 2);
        key_put(writer, line, length);
        writer->has_text = TRUE;
    }
    writer->held_ends++;
}

/* One line by its LF; a bare CR inside it is a line end too. */
static void
put_lf_line(KeyWriter *writer, const guint8 *line, gsize length)
{
    const guint8 *cr;

    while (length > 0 && (cr = memchr(line, '\r', length)) != NULL) {
        gsize before = (gsize) (cr - line);

        put_line(writer, line, before);
        line = cr + 1;
        length -= before + 1;
    }
    put_line(writer, line, length);
}

static void
put_body(KeyWriter *writer, const guint8 *body, const guint8 *end)
{
    while (body < end) {
        const guint8 *lf = memchr(body, '\n', (gsize) (end - body));
        const guint8 *stop = lf != NULL ? lf : end;
        gsize length = (gsize) (stop - body);

        /* The CR of CRLF belongs to the line end; so does a CR that ends the message. */
        if (length > 0 && stop[-1] == '\r')
            length--;
        put_lf_line(writer, body, length);
        body = lf != NULL ? lf + 1 : end;
    }
    if (writer->has_text)
        key_put(writer, "\r\n", 2);
}

void
content_key(const guint8 *bytes, gsize length, const char *queue, guint8 key_out[32], gboolean *has_identity_out)
{
    KeyWriter writer;
    FieldScanner scanner;
    RawField field;
    gboolean identity = FALSE;

    writer.hash = sha256_new();
    writer.held_ends = 0;
    writer.has_text = FALSE;
    writer.used = 0;
    field_scanner_init(&scanner, bytes, length);
    while (field_scanner_next(&scanner, &field)) {
        if (is_key_field(&field) && put_field(&writer, &field))
            identity = TRUE;
    }
    key_put(&writer, "\r\n", 2);
    put_body(&writer, scanner.next, scanner.end);
    key_put(&writer, queue, strlen(queue));
    key_flush(&writer);
    sha256_finish(writer.hash, key_out);
    if (has_identity_out != NULL)
        *has_identity_out = identity;
}
