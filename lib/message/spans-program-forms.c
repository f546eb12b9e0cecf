/*
 * Attributions in forms that are some programs' own: between strokes (Zoho, Notes), between marks (GroupWise), with the repeated mail behind
 * it on the same line (Yahoo on telephones), and as a name and a date above the other fields (Notes).
 */
#include "message/spans-structure-private.h"

#include <string.h>

#include "message/spans-date-private.h"
#include "message/spans-words-private.h"

#define FRAME_STROKES    3
#define FRAME_OCTETS   300
#define NAME_OCTETS    100
#define DATE_OCTETS     60
#define FIELDS_WITHIN    6   /* lines below the name */

static gsize
count_stroke(const char *start, const char *end, char stroke)
{
    gsize count = 0;

    while (start + count < end && start[count] == stroke)
        count++;
    return count;
}

static gboolean
has_whole_date(const char *text, gsize length)
{
    g_autoptr(GString) folded = g_string_sized_new(length);

    words_fold(folded, text, length);
    return date_level(folded->str, folded->len) == DATE_WHOLE;
}

/* "---- On ..., Ada wrote ----", "-----Ada <a@b> wrote: -----", ">>> Ada <a@b> 5/3/2022 9:41 AM >>>" */
static gboolean
is_framed(const LineTable *table, guint i)
{
    const Line *line = &table->lines[i];
    const char *start = table->text + line->start, *end = table->text + line->end;
    char stroke;
    gsize strokes;

    while (start < end && (*start == ' ' || *start == '\t'))
        start++;
    while (end > start && strchr(" \t\r", end[-1]) != NULL)
        end--;
    stroke = start < end ? *start : '\0';
    if ((stroke != '-' && stroke != '>') || line->quote || end - start > FRAME_OCTETS)
        return FALSE;
    strokes = count_stroke(start, end, stroke);
    if (strokes < FRAME_STROKES || (gsize) (end - start) <= 2 * strokes)
        return FALSE;
    for (gsize s = 0; s < FRAME_STROKES; s++)
        if (*--end != stroke)
            return FALSE;
    start += strokes;
    while (end > start && strchr("-> \t:", end[-1]) != NULL && !(end[-1] == '>' && stroke == '-'))
        end--;
    if (stroke == '>')
        return has_whole_date(start, (gsize) (end - start));
    return attribution_is(start, (gsize) (end - start), header_follows(table, i));
}

/* "On ..., Ada<a@b> wrote:   Hello" */
static gboolean
has_mail_behind(const LineTable *table, guint i)
{
    const Line *line = &table->lines[i];
    const char *start = table->text + line->content, *end = table->text + line->end;
    const char *colon = g_strstr_len(start, (gssize) MIN(end - start, FRAME_OCTETS), ":  ");

    if (colon == NULL || memchr(start, '@', (gsize) (colon - start)) == NULL)
        return FALSE;
    return attribution_is(start, (gsize) (colon + 1 - start), FALSE);
}

/* A name, below it the date, below that "To:", "cc:", "Subject:"; in between perhaps who sent it for whom. */
static guint
named_fields_find(const LineTable *table, guint i)
{
    const Line *line = &table->lines[i];
    guint date = i + 1, limit = MIN(table->n, i + FIELDS_WITHIN), next, end;

    if (line->end - line->content > NAME_OCTETS)
        return i;
    if (date + 1 < limit && !g_ascii_isdigit(table->text[table->lines[date].content]))
        date++;
    if (date >= limit || !g_ascii_isdigit(table->text[table->lines[date].content])
        || table->lines[date].end - table->lines[date].content > DATE_OCTETS)
        return i;
    next = line_next_full(table, date + 1, limit);
    if (next == limit || table->lines[next].quote != line->quote)
        return i;
    end = header_block_find(table, next, TRUE);
    if (end == next || !has_whole_date(table->text + table->lines[date].content,
                                       table->lines[date].end - table->lines[date].content))
        return i;
    return end;
}

guint
program_form_find(const LineTable *table, guint i)
{
    if (is_framed(table, i) || has_mail_behind(table, i))
        return i + 1;
    return named_fields_find(table, i);
}
