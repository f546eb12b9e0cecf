/*
 * The line above a signature. People draw lines for other reasons too: under headings, around logs, between sections. So a line that is not
 * "-- " must have little below it, and no twin.
 */
#include "message/spans-signature-private.h"

#include <string.h>

#define WEAK_LINES      20   /* below a line of strokes; more is a section of the text */
#define SIGNATURE_LINES 60   /* below "--"                                             */

/* Whether so many lines hold something at most; looks no further than it must, because every line may be asked about. */
static gboolean
is_few_lines(const LineTable *table, guint from, guint to, guint most)
{
    guint count = 0;

    for (guint i = from; i < to && count <= most; i++)
        count += !table->lines[i].empty;
    return count <= most;
}

/* The line above or below belongs to the same drawing: a table, a box, the underline of a heading. */
static gboolean
is_drawing(const LineTable *table, guint i, guint from, guint to)
{
    const Line *line = &table->lines[i];
    char stroke = table->text[line->content];
    guint neighbours[2] = { i > from ? i - 1 : i, i + 1 < to ? i + 1 : i };

    for (guint n = 0; n < G_N_ELEMENTS(neighbours); n++) {
        const Line *other = &table->lines[neighbours[n]];
        char first = other->content < other->end ? table->text[other->content] : '\0';

        if (neighbours[n] != i && (first == '|' || (first == stroke && strchr("#*+=", stroke) != NULL)))
            return TRUE;
    }
    /* Underlined: about as long as the text above, which stands by itself or has text right below. */
    if (i > from && strchr("-=~", stroke) != NULL && line->end - line->content >= 3 && !table->lines[i - 1].empty) {
        glong above = g_utf8_strlen(table->text + table->lines[i - 1].content, table->lines[i - 1].end - table->lines[i - 1].content);
        glong length = (glong) (line->end - line->content);

        return ABS(above - length) <= 1 && above < 60;
    }
    return FALSE;
}

static gboolean
is_same(const LineTable *table, const Line *a, const Line *b)
{
    gsize length = a->end - a->content;

    return b->end - b->content == length && memcmp(table->text + a->content, table->text + b->content, length) == 0;
}

/* The same line of strokes once more with text behind it: a frame around something, or sections of a text. */
static gboolean
is_frame(const LineTable *table, guint i, guint to)
{
    const Line *line = &table->lines[i];

    for (guint j = i + 1; j < to && line->end - line->content >= 3; j++)
        if (is_same(table, line, &table->lines[j]) && line_next_full(table, j + 1, to) < to)
            return TRUE;
    return FALSE;
}

static gboolean
is_question(const LineTable *table, guint i)
{
    const Line *line = &table->lines[i];
    const char *end = table->text + line->end;

    while (end > table->text + line->content && g_ascii_isspace(end[-1]))
        end--;
    return end > table->text + line->content && end[-1] == '?';
}

static gboolean
weak_is_signature(const LineTable *table, guint i, guint from, guint to)
{
    guint above = i;
    char stroke = table->text[table->lines[i].content];
    gsize length = table->lines[i].end - table->lines[i].content;

    if (!is_few_lines(table, i + 1, MIN(to, i + 1 + 3 * WEAK_LINES), WEAK_LINES) || to - i > 3 * WEAK_LINES
        || is_drawing(table, i, from, to) || is_frame(table, i, to))
        return FALSE;
    while (above > from && table->lines[above - 1].empty)
        above--;
    if (above > from) {
        const Line *line = &table->lines[above - 1];

        if (line->own || table->text[line->end - 1] == ':')
            return FALSE;
    }
    for (guint j = i + 1; j < to; j++)
        if (table->lines[j].own || (is_question(table, j) && strchr("=#*~+", stroke) != NULL && length > 1))
            return FALSE;
    return TRUE;
}

/* A line that was none is none the next time either: it is the other side of a frame. */
guint
signature_delimiter(const LineTable *table, guint from, guint to, gboolean before)
{
    const Line *none = NULL;

    for (guint i = from; i < to; i++) {
        LineDelimiter delimiter;

        if (table->lines[i].empty || table->lines[i].own || (none != NULL && is_same(table, none, &table->lines[i])))
            continue;
        delimiter = line_delimiter(table, i);
        if (delimiter != DELIMITER_NONE && before) {
            gboolean exact = delimiter == DELIMITER_SIGNATURE && table->lines[i].end - table->lines[i].content > 2;

            if (exact || (delimiter == DELIMITER_SIGNATURE ? is_few_lines(table, i, to, SIGNATURE_LINES)
                                                           : weak_is_signature(table, i, from, to)))
                return i;
            none = &table->lines[i];
        }
        before = TRUE;
    }
    return to;
}
