#include "message/field-scanner-private.h"

#include <string.h>

static gboolean
is_blank(guint8 c)
{
    return c == ' ' || c == '\t';
}

/* The end of the line that begins at `line`, without its line end; next_out is the beginning of the next one. */
static const guint8 *
line_end(const FieldScanner *scanner, const guint8 *line, const guint8 **next_out)
{
    const guint8 *stop = memchr(line, scanner->bare_cr ? '\r' : '\n', (gsize) (scanner->end - line));

    if (stop == NULL) {
        *next_out = scanner->end;
        stop = scanner->end;
    } else {
        *next_out = stop + 1;
    }
    /* CR CR LF is a line end that was converted twice. */
    while (!scanner->bare_cr && stop > line && stop[-1] == '\r')
        stop--;
    return stop;
}

/* Length of the field name if the line is the first of a field, else 0 (RFC 5322, 2.2 and 4.5: blanks may precede the colon). */
static gsize
field_name_length(const guint8 *line, const guint8 *stop)
{
    const guint8 *p = line;
    gsize length;

    while (p < stop && *p > ' ' && *p < 0x7f && *p != ':')
        p++;
    length = (gsize) (p - line);
    while (p < stop && is_blank(*p))
        p++;
    return p < stop && *p == ':' ? length : 0;
}

static gboolean
is_mbox_line(const guint8 *line, const guint8 *stop)
{
    gsize length = (gsize) (stop - line);

    return (length >= 5 && memcmp(line, "From ", 5) == 0) || (length >= 6 && memcmp(line, ">From ", 6) == 0);
}

/* Editors write a byte order mark before the first field; before text that is no header it stays with the text. */
static void
skip_byte_order_mark(FieldScanner *scanner)
{
    static const guint8 mark[] = { 0xef, 0xbb, 0xbf };
    const guint8 *line = scanner->next + sizeof mark;
    const guint8 *after;

    if ((gsize) (scanner->end - scanner->next) <= sizeof mark || memcmp(scanner->next, mark, sizeof mark) != 0)
        return;
    if (field_name_length(line, line_end(scanner, line, &after)) > 0)
        scanner->next = line;
}

void
field_scanner_init(FieldScanner *scanner, const guint8 *bytes, gsize length)
{
    const guint8 *cr = length > 0 ? memchr(bytes, '\r', length) : NULL;

    scanner->next = bytes;
    scanner->end = bytes + length;
    scanner->done = FALSE;
    scanner->seen = FALSE;
    /* Only where the first line end of all is a bare CR: a stray CR in other mail ends no line. */
    scanner->bare_cr = cr != NULL && cr + 1 < scanner->end && cr[1] != '\n' &&
                       memchr(bytes, '\n', (gsize) (cr - bytes)) == NULL &&
                       memchr(cr, '\n', (gsize) (scanner->end - cr)) == NULL;
    skip_byte_order_mark(scanner);
}

/*
 * A line that is no field ends the header, unless it stands between two fields: then it is dirt. A line that begins with "--" is none: the
 * empty line before the first part of a multipart is missing.
 */
static gboolean
is_dirt(const FieldScanner *scanner, const guint8 *line, const guint8 *next)
{
    const guint8 *after;
    const guint8 *stop;

    if (!scanner->seen || next >= scanner->end || (scanner->end - line > 2 && line[0] == '-' && line[1] == '-'))
        return FALSE;
    stop = line_end(scanner, next, &after);
    return field_name_length(next, stop) > 0;
}

static void
take_continuations(FieldScanner *scanner, const guint8 **stop)
{
    while (scanner->next < scanner->end && is_blank(*scanner->next)) {
        const guint8 *line = scanner->next;
        const guint8 *after;
        const guint8 *line_stop = line_end(scanner, line, &after);

        scanner->next = after;
        *stop = line_stop;
    }
}

gboolean
field_scanner_next(FieldScanner *scanner, RawField *field_out)
{
    while (!scanner->done && scanner->next < scanner->end) {
        const guint8 *line = scanner->next;
        const guint8 *after;
        const guint8 *stop = line_end(scanner, line, &after);
        gsize name_length = field_name_length(line, stop);

        if (stop == line) {
            scanner->next = after;
            break;
        }
        if (name_length > 0) {
            const guint8 *colon = memchr(line + name_length, ':', (gsize) (stop - line) - name_length);

            scanner->next = after;
            scanner->seen = TRUE;
            take_continuations(scanner, &stop);
            field_out->name = line;
            field_out->name_length = name_length;
            field_out->value = colon + 1;
            field_out->value_length = (gsize) (stop - (colon + 1));
            return TRUE;
        }
        if (!is_mbox_line(line, stop) && !is_dirt(scanner, line, after))
            break;
        scanner->next = after;
    }
    scanner->done = TRUE;
    return FALSE;
}

/* Most names differ in their first letter; asked of every field for every name that is known. */
static gboolean
begins_alike(const RawField *field, const char *name)
{
    return field->name_length > 0 && (field->name[0] | 0x20) == ((guint8) name[0] | 0x20);
}

gboolean
raw_field_is(const RawField *field, const char *name)
{
    return begins_alike(field, name) && strlen(name) == field->name_length &&
           g_ascii_strncasecmp((const char *) field->name, name, field->name_length) == 0;
}

gboolean
raw_field_has_prefix(const RawField *field, const char *prefix)
{
    gsize length;

    if (!begins_alike(field, prefix))
        return FALSE;
    length = strlen(prefix);
    return field->name_length >= length && g_ascii_strncasecmp((const char *) field->name, prefix, length) == 0;
}

GString *
raw_field_unfold(const RawField *field)
{
    const guint8 *from = field->value;
    const guint8 *end = from + field->value_length;
    GString *value;

    while (from < end && g_ascii_isspace((char) *from))
        from++;
    while (end > from && g_ascii_isspace((char) end[-1]))
        end--;
    value = g_string_sized_new((gsize) (end - from) + 1);
    while (from < end) {
        const guint8 *stop = from;

        while (stop < end && *stop != '\r' && *stop != '\n')
            stop++;
        g_string_append_len(value, (const char *) from, stop - from);
        from = stop;
        while (from < end && (*from == '\r' || *from == '\n'))
            from++;
    }
    return value;
}

char *
raw_field_text(const RawField *field)
{
    GString *value = raw_field_unfold(field);
    gsize to = 0;

    if (memchr(value->str, '\0', value->len) == NULL)
        return g_string_free(value, FALSE);
    for (gsize i = 0; i < value->len; i++) {
        if (value->str[i] != '\0')
            value->str[to++] = value->str[i];
    }
    g_string_truncate(value, to);
    return g_string_free(value, FALSE);
}
