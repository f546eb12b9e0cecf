#include "message/transfer-encoding-private.h"

#include <string.h>

#include "message/message-private.h"

TransferEncoding
transfer_encoding_parse(const char *value)
{
    static const struct {
        const char      *name;
        TransferEncoding encoding;
    } names[] = {
        { "base64", ENCODING_BASE64 }, { "base-64", ENCODING_BASE64 }, { "x-base64", ENCODING_BASE64 },
        { "b", ENCODING_BASE64 },
        { "quoted-printable", ENCODING_QUOTED_PRINTABLE }, { "quotedprintable", ENCODING_QUOTED_PRINTABLE },
        { "quoted_printable", ENCODING_QUOTED_PRINTABLE }, { "quoted", ENCODING_QUOTED_PRINTABLE },
        { "q", ENCODING_QUOTED_PRINTABLE }, { "qp", ENCODING_QUOTED_PRINTABLE },
        { "uuencode", ENCODING_UUENCODE }, { "x-uuencode", ENCODING_UUENCODE }, { "x-uue", ENCODING_UUENCODE },
        { "uue", ENCODING_UUENCODE },
    };
    g_autofree char *word = value != NULL ? header_first_word(value) : NULL;

    for (gsize i = 0; word != NULL && i < G_N_ELEMENTS(names); i++) {
        if (strcmp(word, names[i].name) == 0)
            return names[i].encoding;
    }
    return ENCODING_NONE;
}

/* So many characters in a line, and nothing else, are no word of a text. */
#define SURE_LINE 40

/* Values of the base64 alphabet; 64 is the padding, 65 white space, 66 anything else. */
static guint8 base64_values[256];

static void
fill_base64_values(void)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    if (base64_values['B'] != 0)
        return;
    memset(base64_values, 66, sizeof base64_values);
    for (guint i = 0; i < 64; i++)
        base64_values[(guchar) alphabet[i]] = (guint8) i;
    base64_values['='] = 64;
    for (const char *p = " \t\r\n\f\v"; *p != '\0'; p++)
        base64_values[(guchar) *p] = 65;
}

/*
 * The last group of a text, of two or three characters.  Where the padding was forgotten, the bits that make no whole octet are zero, as any
 * encoder leaves them (RFC 4648, 3.5); where they are not, the text was cut within the group, and half a group is dropped.
 */
static guint8 *
end_group(guint32 bits, guint count, gboolean padded, guint8 *to)
{
    guint32 spare = count == 3 ? bits & 0x03 : bits & 0x0f;

    if (!padded && spare != 0)
        return to;
    bits <<= 6 * (4 - count);
    *to++ = (guint8) (bits >> 16);
    if (count == 3)
        *to++ = (guint8) (bits >> 8);
    return to;
}

/* Whether the line is base64 as encoders write it: nothing between its characters, and either long or with its padding. */
static gboolean
is_surely_base64(const guint8 *line, const guint8 *stop)
{
    const guint8 *begin = line;

    while (stop > line && base64_values[stop[-1]] == 65)
        stop--;
    while (line < stop && base64_values[*line] < 64)
        line++;
    if (line - begin >= SURE_LINE)
        return line == stop || *line == '=';
    return line > begin && line < stop && *line == '=' && stop - line <= 2 && stop[-1] == '=' && (stop - begin) % 4 == 0;
}

/* One character in sixteen that base64 does not have: this is text. */
static gboolean
is_no_base64(const guint8 *line, const guint8 *stop)
{
    gsize good = 0, strange = 0;

    for (; line < stop; line++) {
        good += base64_values[*line] < 64;
        strange += base64_values[*line] == 66;
    }
    return strange * 16 > good;
}

/* Where the text begins that a list or a scanner set below the encoded text, or the end. */
static gsize
length_without_footer(const guint8 *bytes, gsize length)
{
    gboolean sure = FALSE;

    for (gsize at = 0; at < length;) {
        const guint8 *lf = memchr(bytes + at, '\n', length - at);
        const guint8 *stop = lf != NULL ? lf : bytes + length;

        if (sure && is_no_base64(bytes + at, stop))
            return at;
        sure = sure || is_surely_base64(bytes + at, stop);
        at = (gsize) (stop - bytes) + 1;
    }
    return length;
}

/* Whole groups without anything between them, which is nearly all of it; returns how many bytes they have. */
static gsize
decode_groups(const guint8 *bytes, gsize length, guint8 *to)
{
    gsize at = 0;

    for (; at + 4 <= length; at += 4) {
        guint8 a = base64_values[bytes[at]], b = base64_values[bytes[at + 1]];
        guint8 c = base64_values[bytes[at + 2]], d = base64_values[bytes[at + 3]];

        if ((a | b | c | d) > 63)
            break;
        *to++ = (guint8) (a << 2 | b >> 4);
        *to++ = (guint8) (b << 4 | c >> 2);
        *to++ = (guint8) (c << 6 | d);
    }
    return at;
}

static guint8 *
decode_base64(const guint8 *bytes, gsize length, gsize *length_out)
{
    guint8 *out = g_malloc(length / 4 * 3 + 4);
    guint8 *to = out;
    guint32 bits = 0;
    guint count = 0;
    gsize strange = 0;
    gsize good = 0;

    fill_base64_values();
    for (gsize i = 0; i < length; i++) {
        gsize groups = count == 0 ? decode_groups(bytes + i, length - i, to) : 0;
        guint8 value;

        i += groups;
        good += groups;
        to += groups / 4 * 3;
        if (i == length)
            break;
        value = base64_values[bytes[i]];
        if (value < 64) {
            bits = bits << 6 | value;
            good++;
            if (++count == 4) {
                *to++ = (guint8) (bits >> 16);
                *to++ = (guint8) (bits >> 8);
                *to++ = (guint8) bits;
                count = 0;
            }
        } else if (value == 66) {
            strange++;
        }
        if (count > 1 && (value == 64 || i + 1 == length))
            to = end_group(bits, count, value == 64, to);
        if (value == 64)
            count = 0;
    }
    *length_out = (gsize) (to - out);
    if (strange > 0) {
        gsize without = length_without_footer(bytes, length);

        if (without < length) {
            g_free(out);
            return decode_base64(bytes, without, length_out);
        }
    }
    /* Text with a wrong label. */
    if (strange * 16 > good)
        g_clear_pointer(&out, g_free);
    return out;
}

/* Where the line that p stands in ends, if nothing but blanks follows p; else NULL. next_out: behind its line end. */
static const guint8 *
blank_to_line_end(const guint8 *p, const guint8 *end, const guint8 **next_out)
{
    const guint8 *begin = p;

    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    if (p < end && *p == '\r' && p + 1 < end && p[1] == '\n') {
        *next_out = p + 2;
        return p;
    }
    if (p < end && *p != '\n')
        return NULL;
    *next_out = p < end ? p + 1 : p;
    return p == end && p == begin ? NULL : p;
}

static guint8 *
decode_quoted_printable(const guint8 *bytes, gsize length, gsize *length_out)
{
    const guint8 *end = bytes + length;
    guint8 *out = g_malloc(length + 1);
    guint8 *to = out;

    while (bytes < end) {
        const guint8 *next;

        if (*bytes == '=' && end - bytes > 2 && g_ascii_isxdigit((char) bytes[1]) && g_ascii_isxdigit((char) bytes[2])) {
            *to++ = (guint8) (g_ascii_xdigit_value((char) bytes[1]) * 16 + g_ascii_xdigit_value((char) bytes[2]));
            bytes += 3;
        } else if (*bytes == '=' && (bytes + 1 == end || blank_to_line_end(bytes + 1, end, &next) != NULL)) {
            bytes = bytes + 1 == end ? end : next;
        } else if (*bytes == ' ' && bytes + 1 < end && bytes[1] > ' ') {
            *to++ = *bytes++;
        } else if (*bytes == ' ' || *bytes == '\t') {
            /* Blanks at the end of a line were added on the way (RFC 2045, 6.7, rule 3). */
            const guint8 *stop = bytes;

            while (stop < end && (*stop == ' ' || *stop == '\t'))
                stop++;
            if (stop < end && *stop != '\n' && !(*stop == '\r' && stop + 1 < end && stop[1] == '\n')) {
                memcpy(to, bytes, (gsize) (stop - bytes));
                to += stop - bytes;
            }
            bytes = stop;
        } else {
            do
                *to++ = *bytes++;
            while (bytes < end && *bytes != '=' && *bytes != ' ' && *bytes != '\t');
        }
    }
    *length_out = (gsize) (to - out);
    return out;
}

static guint8
uu_value(guint8 c)
{
    return (guint8) ((c - ' ') & 0x3f);
}

/* One line: its first character says how many octets it holds; trailing blanks may be lost. */
static guint8 *
decode_uu_line(const guint8 *line, const guint8 *stop, guint8 *to)
{
    guint count = uu_value(*line++);

    while (count > 0 && line < stop) {
        guint8 group[4] = { ' ', ' ', ' ', ' ' };
        guint32 bits;

        memcpy(group, line, (gsize) MIN(stop - line, 4));
        line += MIN(stop - line, 4);
        bits = (guint32) uu_value(group[0]) << 18 | (guint32) uu_value(group[1]) << 12 |
               (guint32) uu_value(group[2]) << 6 | uu_value(group[3]);
        for (guint i = 0; i < 3 && count > 0; i++, count--)
            *to++ = (guint8) (bits >> (16 - 8 * i));
    }
    return to;
}

/* "begin 644 name" up to "end"; without such a line nothing is known to be encoded. */
static guint8 *
decode_uuencode(const guint8 *bytes, gsize length, gsize *length_out)
{
    const guint8 *end = bytes + length;
    guint8 *out = g_malloc(length + 4);
    guint8 *to = out;
    gboolean inside = FALSE;
    gboolean seen = FALSE;

    while (bytes < end) {
        const guint8 *lf = memchr(bytes, '\n', (gsize) (end - bytes));
        const guint8 *next = lf != NULL ? lf + 1 : end;
        const guint8 *stop = lf != NULL ? lf : end;

        if (stop > bytes && stop[-1] == '\r')
            stop--;
        if (!inside) {
            inside = stop - bytes > 6 && memcmp(bytes, "begin ", 6) == 0;
            seen = seen || inside;
        } else if (stop - bytes == 3 && memcmp(bytes, "end", 3) == 0) {
            inside = FALSE;
        } else if (stop > bytes) {
            to = decode_uu_line(bytes, stop, to);
        }
        bytes = next;
    }
    *length_out = (gsize) (to - out);
    if (!seen)
        g_clear_pointer(&out, g_free);
    return out;
}

guint8 *
transfer_encoding_decode(TransferEncoding encoding, const guint8 *bytes, gsize length, gsize *length_out)
{
    switch (encoding) {
    case ENCODING_BASE64:
        return decode_base64(bytes, length, length_out);
    case ENCODING_QUOTED_PRINTABLE:
        return decode_quoted_printable(bytes, length, length_out);
    case ENCODING_UUENCODE:
        return decode_uuencode(bytes, length, length_out);
    case ENCODING_NONE:
        break;
    }
    return NULL;
}
