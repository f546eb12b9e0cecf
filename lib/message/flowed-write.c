/*
 * flowed-write.c - text of ours as format=flowed (RFC 3676)
 *
 * What a person breaks stays broken; what is too long for a line is broken where it goes on for whoever can read that, and nowhere inside a word, so that addresses of the web stay
 * whole. Templates are broken by hand, for those who write them: there a line goes on where the next word would not have fitted.
 */
#include <string.h>

#include "message/flowed-private.h"

#define WIDTH 76        /* of what we break ourselves (RFC 3676, 4.2, wants 78 at most) */
#define HAND  60        /* a line that is broken by hand because it is full is not shorter, with the word that did not fit */

typedef struct {
    const char *text;
    gsize       length;       /* without blanks at its end */
} Line;

static gboolean
is_separator(const char *text, gsize length)
{
    return length == 3 && memcmp(text, "-- ", 3) == 0;
}

static const char *
read_line(const char *text, Line *line_out)
{
    const char *end = strchr(text, '\n');
    gsize length = end != NULL ? (gsize) (end - text) : strlen(text);

    line_out->text = text;
    while (length > 0 && text[length - 1] == ' ' && !is_separator(text, length))
        length--;
    line_out->length = length;
    return end != NULL ? end + 1 : text + strlen(text);
}

/* 4.4: what would be taken for a quote, for stuffing, or by an old mailbox for the begin of a mail. A quote of ours is one. */
static void
write_piece(GString *to, const char *text, gsize length)
{
    if (*text == ' ' || (length >= 5 && memcmp(text, "From ", 5) == 0))
        g_string_append_c(to, ' ');
    g_string_append_len(to, text, (gssize) length);
}

/* As many octets as fit, up to behind a blank, but not behind those at the beginning only; all, where there is no place. */
static gsize
fitting(const char *text, gsize length)
{
    gsize best = 0, width = 0, indent = 0;

    while (indent < length && text[indent] == ' ')
        indent++;
    for (gsize i = 0; i < length; i++) {
        width += ((guchar) text[i] & 0xC0) != 0x80 ? 1 : 0;
        if (width > WIDTH && best > 0)
            return best;
        if (i >= indent && text[i] == ' ' && i + 1 < length && text[i + 1] != ' ' && text[i + 1] != '>')
            best = i + 1;
    }
    return length;
}

static void
write_line(GString *to, const Line *line)
{
    const char *text = line->text;
    gsize left = line->length;

    /* A quote is somebody else's: its lines are as long as they came. */
    while (left > 0 && *line->text != '>') {
        gsize piece = fitting(text, left);

        if (piece == left)
            break;
        write_piece(to, text, piece);
        g_string_append_c(to, '\n');
        text += piece;
        left -= piece;
    }
    write_piece(to, text, left);
}

static glong
width_of(const char *text, gsize length)
{
    return g_utf8_strlen(text, (gssize) length);
}

/* Whether somebody broke the line because it was full. */
static gboolean
goes_on(const Line *line, const char *next)
{
    gsize word = strcspn(next, " \n");

    return word > 0 && strchr("->*#|.", *next) == NULL && line->length > 0 && strchr(" ->*#|", *line->text) == NULL
           && memchr(line->text, ' ', line->length) != NULL && width_of(line->text, line->length) + 1 + width_of(next, word) > HAND
           && line->text[line->length - 1] != ':' && !is_separator(line->text, line->length);
}

char *
flowed_write(const char *text, gboolean by_hand)
{
    GString *to = g_string_sized_new(strlen(text) + 64);
    gboolean signature = FALSE;

    while (*text != '\0') {
        Line line;

        text = read_line(text, &line);
        signature = signature || is_separator(line.text, line.length);
        write_line(to, &line);
        if (by_hand && !signature && goes_on(&line, text))
            g_string_append_c(to, ' ');
        g_string_append_c(to, '\n');
    }
    return g_string_free(to, FALSE);
}
