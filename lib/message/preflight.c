#include "message/preflight.h"

#include <string.h>

#include "base/limits.h"
#include "message/field-scanner-private.h"

/* All part headers of one message together: GMime keeps about 700 bytes for each field. */
#define MAX_PART_FIELDS (10 * LIMIT_HEADER_COUNT)

/* Where the pass over the body stands: inside something that GMime may read as a header, or not. */
typedef struct {
    gboolean in_header;
    gboolean has_type;        /* this header has a Content-Type ... */
    gboolean is_message;      /* ... of an embedded message, whose own header then follows */
    gboolean digest;          /* somewhere is a digest: there, parts without Content-Type are messages (RFC 2046, 5.1.5) */
    guint    fields;
    guint    all_fields;
    guint    boundary_lines;
} BodyShape;

static const char *const address_fields[] = {
    "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Resent-From", "Resent-Sender", "Resent-To", "Resent-Cc",
    "Resent-Bcc", "Disposition-Notification-To", "Return-Path", "Delivered-To",
};

static void
refuse(Preflight *result, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
refuse(Preflight *result, const char *format, ...)
{
    va_list arguments;

    if (!result->fit)
        return;
    result->fit = FALSE;
    va_start(arguments, format);
    result->reason = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

static gboolean
is_address_field(const RawField *field)
{
    for (gsize i = 0; i < G_N_ELEMENTS(address_fields); i++) {
        if (raw_field_is(field, address_fields[i]))
            return TRUE;
    }
    return FALSE;
}

static guint
count_outside_quotes(const RawField *field, char wanted)
{
    gboolean quoted = FALSE;
    guint count = 0;

    for (gsize i = 0; i < field->value_length; i++) {
        char c = (char) field->value[i];

        if (c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (c == wanted && !quoted)
            count++;
    }
    /* With an open quote at the end nobody agrees on what was inside, so everything counts. */
    if (quoted) {
        count = 0;
        for (gsize i = 0; i < field->value_length; i++)
            count += (char) field->value[i] == wanted ? 1 : 0;
    }
    return count;
}

static const guint8 *
find_word(const guint8 *from, const guint8 *end, const char *word)
{
    gsize length = strlen(word);

    for (; (gsize) (end - from) >= length; from++) {
        if (g_ascii_strncasecmp((const char *) from, word, length) == 0)
            return from;
    }
    return NULL;
}

static void
check_boundary(const RawField *field, Preflight *result)
{
    const guint8 *end = field->value + field->value_length;
    const guint8 *at = find_word(field->value, end, "boundary");
    gsize length = 0;

    if (at == NULL)
        return;
    for (at += strlen("boundary"); at < end && *at != ';' && *at != '\n'; at++)
        length++;
    if (length > LIMIT_BOUNDARY_LENGTH + 10)
        refuse(result, "boundary of %" G_GSIZE_FORMAT " bytes, at most %d", length, LIMIT_BOUNDARY_LENGTH);
}

static void
check_field(const RawField *field, Preflight *result)
{
    g_autofree char *name = NULL;

    if (field->name_length + field->value_length > LIMIT_HEADER_FIELD) {
        name = g_strndup((const char *) field->name, MIN(field->name_length, 40));
        refuse(result, "header field %s of %" G_GSIZE_FORMAT " bytes, at most %d", name, field->value_length,
               LIMIT_HEADER_FIELD);
        return;
    }
    if (is_address_field(field)) {
        guint colons = count_outside_quotes(field, ':');

        if (colons > LIMIT_ADDRESS_COLONS)
            refuse(result, "%u groups in an address field, at most %d", colons, LIMIT_ADDRESS_COLONS);
    } else if (raw_field_is(field, "Content-Type") || raw_field_is(field, "Content-Disposition")) {
        guint parameters = count_outside_quotes(field, ';');

        if (parameters > LIMIT_MIME_PARAMETERS)
            refuse(result, "%u MIME parameters, at most %d", parameters, LIMIT_MIME_PARAMETERS);
        check_boundary(field, result);
    }
}

/* Whether a type has that word in it, however comments and blanks stand around it. */
static gboolean
type_names(const RawField *field, const char *word)
{
    return find_word(field->value, field->value + field->value_length, word) != NULL;
}

/* Copies the field for the header of a message that is not parsed, or says that it was too much. */
static void
keep_field(GByteArray *header, const RawField *field, gboolean fit)
{
    static const char oversized[] = "X-Mailgw-Oversized: ";

    if (!fit) {
        g_byte_array_append(header, (const guint8 *) oversized, sizeof oversized - 1);
        g_byte_array_append(header, field->name, (guint) MIN(field->name_length, 40));
    } else {
        g_byte_array_append(header, field->name, (guint) (field->value + field->value_length - field->name));
    }
    g_byte_array_append(header, (const guint8 *) "\r\n", 2);
}

/* The part of the header that stays within the limits. */
static GBytes *
fit_header(const guint8 *bytes, gsize length)
{
    GByteArray *header = g_byte_array_new();
    FieldScanner scanner;
    RawField field;
    guint count = 0;

    field_scanner_init(&scanner, bytes, length);
    while (count < LIMIT_HEADER_COUNT && field_scanner_next(&scanner, &field)) {
        Preflight alone = { TRUE, NULL, NULL };

        check_field(&field, &alone);
        if (header->len + field.name_length + field.value_length > LIMIT_HEADER_BLOCK && alone.fit)
            break;
        keep_field(header, &field, alone.fit);
        preflight_clear(&alone);
        count++;
    }
    g_byte_array_append(header, (const guint8 *) "\r\n", 2);
    return g_byte_array_free_to_bytes(header);
}

static void
begin_header(BodyShape *shape)
{
    shape->in_header = TRUE;
    shape->has_type = FALSE;
    shape->is_message = FALSE;
    shape->fields = 0;
}

static void
note_type(BodyShape *shape, const RawField *field)
{
    shape->has_type = TRUE;
    shape->is_message = type_names(field, "message");
    if (type_names(field, "digest"))
        shape->digest = TRUE;
}

static void
end_header(BodyShape *shape)
{
    if (shape->is_message || (!shape->has_type && shape->digest))
        begin_header(shape);
    else
        shape->in_header = FALSE;
}

/*
 * The message's own header; leaves the scanner where the body begins.  Returns whether the body has a structure: one leaf of
 * text is never taken apart, so its lines may look like anything.
 */
static gboolean
scan_header(FieldScanner *scanner, BodyShape *shape, Preflight *result)
{
    const guint8 *begin = scanner->next;
    gboolean structure = FALSE;
    RawField field;
    guint count = 0;

    while (field_scanner_next(scanner, &field)) {
        count++;
        check_field(&field, result);
        if (raw_field_is(&field, "Content-Type")) {
            note_type(shape, &field);
            structure = structure || shape->is_message || type_names(&field, "multipart");
        }
    }
    if (count > LIMIT_HEADER_COUNT)
        refuse(result, "%u header fields, at most %d", count, LIMIT_HEADER_COUNT);
    if (scanner->next - begin > LIMIT_HEADER_BLOCK)
        refuse(result, "header of %" G_GSIZE_FORMAT " bytes, at most %d", (gsize) (scanner->next - begin),
               LIMIT_HEADER_BLOCK);
    return structure;
}

static const guint8 *
next_line(const guint8 *line, const guint8 *end)
{
    const guint8 *lf = memchr(line, '\n', (gsize) (end - line));

    return lf != NULL ? lf + 1 : end;
}

/* One line that stands where a header may stand; returns where to go on. */
static const guint8 *
scan_part_field(const guint8 *line, const guint8 *end, BodyShape *shape, Preflight *result)
{
    const guint8 *next = next_line(line, end);
    const guint8 *name_end = line;
    RawField field;

    if (*line == '\n' || (*line == '\r' && next - line == 2)) {
        end_header(shape);
        return next;
    }
    while (name_end < next && *name_end > ' ' && *name_end < 0x7f && *name_end != ':')
        name_end++;
    field.name = line;
    field.name_length = (gsize) (name_end - line);
    while (name_end < next && (*name_end == ' ' || *name_end == '\t'))
        name_end++;
    if (field.name_length == 0 || name_end >= next || *name_end != ':')
        return next;
    while (next < end && (*next == ' ' || *next == '\t'))
        next = next_line(next, end);
    field.value = name_end + 1;
    field.value_length = (gsize) (next - field.value);
    check_field(&field, result);
    if (raw_field_is(&field, "Content-Type"))
        note_type(shape, &field);
    if (++shape->fields > LIMIT_HEADER_COUNT)
        refuse(result, "more than %d header fields in a part", LIMIT_HEADER_COUNT);
    if (++shape->all_fields > MAX_PART_FIELDS)
        refuse(result, "more than %d header fields in all parts", MAX_PART_FIELDS);
    return next;
}

static void
scan_body(const guint8 *body, const guint8 *end, BodyShape *shape, Preflight *result)
{
    end_header(shape);
    while (body < end && result->fit) {
        if (end - body >= 2 && body[0] == '-' && body[1] == '-') {
            begin_header(shape);
            if (++shape->boundary_lines > LIMIT_BOUNDARY_LINES)
                refuse(result, "more than %d lines that begin with \"--\"", LIMIT_BOUNDARY_LINES);
            body = next_line(body, end);
        } else if (shape->in_header) {
            body = scan_part_field(body, end, shape, result);
        } else {
            body = next_line(body, end);
        }
    }
}

void
preflight_scan(const guint8 *bytes, gsize length, Preflight *result_out)
{
    BodyShape shape = { 0 };
    FieldScanner scanner;

    result_out->fit = TRUE;
    result_out->reason = NULL;
    result_out->header = NULL;
    if (length > LIMIT_MESSAGE_HARD)
        refuse(result_out, "%" G_GSIZE_FORMAT " bytes, at most %d", length, LIMIT_MESSAGE_HARD);
    field_scanner_init(&scanner, bytes, length);
    if (scan_header(&scanner, &shape, result_out))
        scan_body(scanner.next, scanner.end, &shape, result_out);
    if (!result_out->fit)
        result_out->header = fit_header(bytes, length);
}

void
preflight_clear(Preflight *preflight)
{
    g_clear_pointer(&preflight->reason, g_free);
    g_clear_pointer(&preflight->header, g_bytes_unref);
}
