#include "message/html-writer-private.h"

#include <string.h>

#define MAX_QUOTE_DEPTH 16
#define MAX_LINES_OWED  2
/* More &nbsp; in a row are no indentation. */
#define MAX_HARD_BLANKS 40
#define MAX_KEPT_BLANKS 400

void
html_writer_init(HtmlWriter *writer, GString *out, gsize limit, GArray *hints)
{
    *writer = (HtmlWriter){ .out = out, .begin = out->len, .limit = limit, .hints = hints, .kind = HINT_NONE, .open_kind = HINT_NONE };
    writer->first_hint = hints != NULL ? hints->len : 0;
}

gboolean
html_writer_is_full(const HtmlWriter *writer)
{
    return writer->out->len >= writer->limit;
}

/* The piece of text since open_start is complete. */
static void
close_hint(HtmlWriter *writer, gsize end)
{
    MessageSpan hint = { (SpanKind) writer->open_kind, (guint32) writer->open_start, (guint32) end };

    if (writer->hints != NULL && writer->open_kind != HINT_NONE && end > writer->open_start)
        g_array_append_val(writer->hints, hint);
    writer->open_kind = writer->kind;
    writer->open_start = end;
}

void
html_writer_set_kind(HtmlWriter *writer, guint kind)
{
    writer->kind = kind;
}

static void
append_marks(GString *out, guint depth, gboolean text_follows)
{
    for (guint i = 0; i < MIN(depth, MAX_QUOTE_DEPTH); i++)
        g_string_append(out, i + 1 < MIN(depth, MAX_QUOTE_DEPTH) || text_follows ? "> " : ">");
}

static void
begin_line(HtmlWriter *writer)
{
    guint indent = writer->indent;

    if (writer->kind != writer->open_kind)
        close_hint(writer, writer->out->len);
    append_marks(writer->out, writer->quote, TRUE);
    if (writer->marker[0] != '\0' && indent >= 2)
        indent -= 2;
    for (guint i = 0; i < indent; i++)
        g_string_append_c(writer->out, ' ');
    g_string_append(writer->out, writer->marker);
    writer->marker[0] = '\0';
    writer->last_quote = writer->quote;
    writer->line_count++;
}

/* A blank line between two lines of a quote belongs to it. */
static void
end_lines(HtmlWriter *writer)
{
    g_string_append_c(writer->out, '\n');
    for (guint i = 1; i < writer->newlines; i++) {
        append_marks(writer->out, MIN(writer->last_quote, writer->quote), FALSE);
        g_string_append_c(writer->out, '\n');
    }
}

/* Pays what is owed. */
static void
settle(HtmlWriter *writer)
{
    if (!writer->anything || writer->newlines > 0) {
        if (writer->anything)
            end_lines(writer);
        begin_line(writer);
        writer->anything = TRUE;
        writer->space = FALSE;
    } else if (writer->kind != writer->open_kind) {
        close_hint(writer, writer->out->len);
    }
    if (writer->separator != NULL && writer->newlines == 0) {
        g_string_append(writer->out, writer->separator);
        writer->space = FALSE;
        writer->hard = 0;
    }
    if (writer->space && writer->hard == 0)
        g_string_append_c(writer->out, ' ');
    for (; writer->hard > 0; writer->hard--)
        g_string_append_c(writer->out, ' ');
    writer->newlines = 0;
    writer->space = FALSE;
    writer->separator = NULL;
    writer->at_cell = FALSE;
    writer->at_line = FALSE;
}

void
html_writer_owe_lines(HtmlWriter *writer, guint count)
{
    writer->space = FALSE;
    writer->hard = 0;
    writer->joiner = 0;
    if (!writer->at_cell)
        writer->newlines = MAX(writer->newlines, writer->at_line ? MIN(count, 1) : count);
}

void
html_writer_break(HtmlWriter *writer)
{
    writer->space = FALSE;
    writer->hard = 0;
    writer->joiner = 0;
    if (!writer->at_cell && !writer->at_line)
        writer->newlines = MIN(writer->newlines + 1, MAX_LINES_OWED);
}

void
html_writer_end_block(HtmlWriter *writer, guint count)
{
    gboolean blank_line = writer->hard > 0 && writer->newlines > 0;

    if (blank_line)
        html_writer_break(writer);
    html_writer_owe_lines(writer, count);
}

/* Characters that show nothing, and would stand in the way of words: mailers fill the preview of a mail with them. */
static gboolean
is_ignored(gunichar c)
{
    return c == 0xad || c == 0x200b || c == 0x2060 || c == 0xfeff || c == 0x34f || c == 0x180e || c == 0x61c || c == 0x200e || c == 0x200f ||
           (c >= 0x2061 && c <= 0x2064);
}

/* The joiners are part of words in Persian and of emoji, and filling elsewhere: they count between two letters. */
static void
put_char(HtmlWriter *writer, gunichar c)
{
    if (c == 0x200c || c == 0x200d) {
        gboolean in_word = writer->anything && writer->newlines == 0 && !writer->space && writer->hard == 0;

        writer->joiner = in_word ? c : 0;
        return;
    }
    if (is_ignored(c))
        return;
    settle(writer);
    if (writer->joiner != 0)
        g_string_append_unichar(writer->out, writer->joiner);
    writer->joiner = 0;
    g_string_append_unichar(writer->out, c);
}

static void
put_blank(HtmlWriter *writer)
{
    writer->joiner = 0;
    writer->space = writer->newlines == 0 && writer->anything;
}

static void
put_hard_blank(HtmlWriter *writer)
{
    writer->joiner = 0;
    if (writer->tight > 0)
        put_blank(writer);
    else
        writer->hard = MIN(writer->hard + 1 + (writer->space ? 1 : 0), MAX_HARD_BLANKS);
    writer->space = writer->tight > 0 && writer->space;
}

/* Within <pre>; blanks there are owed too, so that none ends a line. */
static void
put_kept(HtmlWriter *writer, char c)
{
    if (c == '\n') {
        html_writer_break(writer);
    } else if (c == ' ') {
        writer->hard = MIN(writer->hard + 1, MAX_KEPT_BLANKS);
    } else if (c == '\t') {
        settle(writer);
        g_string_append_c(writer->out, '\t');
    }
}

/* How much of the text is printable ASCII: it goes out as it is. */
static gsize
plain_run(const char *text, gsize length)
{
    gsize run = 0;

    while (run < length && text[run] > ' ' && text[run] < 0x7f)
        run++;
    return run;
}

void
html_writer_text(HtmlWriter *writer, const char *text, gsize length)
{
    const char *end = text + length;

    while (text < end && !html_writer_is_full(writer)) {
        gsize run = plain_run(text, (gsize) (end - text));
        gunichar c;

        if (run > 0) {
            put_char(writer, (guchar) *text);
            g_string_append_len(writer->out, text + 1, (gssize) run - 1);
            text += run;
            continue;
        }
        c = g_utf8_get_char(text);
        if (c == 0xa0)
            put_hard_blank(writer);
        else if (c < 0x80 && g_ascii_isspace((char) c) && writer->pre > 0)
            put_kept(writer, (char) c);
        else if (c <= ' ' || c == 0x7f)
            put_blank(writer);
        else if (c == 0x2028 || c == 0x2029)
            html_writer_break(writer);
        else
            put_char(writer, c);
        text = g_utf8_next_char(text);
    }
}

void
html_writer_literal(HtmlWriter *writer, const char *text)
{
    if (html_writer_is_full(writer))
        return;
    writer->joiner = 0;
    settle(writer);
    g_string_append(writer->out, text);
}

/* What was still open when the text ended was a quote after all. Neighbours of one kind become one. */
static void
join_hints(HtmlWriter *writer)
{
    guint to = writer->first_hint;

    for (guint i = writer->first_hint; i < writer->hints->len; i++) {
        MessageSpan hint = g_array_index(writer->hints, MessageSpan, i);
        MessageSpan *last = to > writer->first_hint ? &g_array_index(writer->hints, MessageSpan, to - 1) : NULL;

        if ((guint) hint.kind == HINT_OPEN)
            hint.kind = SPAN_QUOTE;
        if (last != NULL && last->kind == hint.kind && last->end == hint.start)
            last->end = hint.end;
        else
            g_array_index(writer->hints, MessageSpan, to++) = hint;
    }
    g_array_set_size(writer->hints, to);
}

void
html_writer_finish(HtmlWriter *writer)
{
    if (writer->out->len > writer->begin && writer->out->str[writer->out->len - 1] != '\n')
        g_string_append_c(writer->out, '\n');
    close_hint(writer, writer->out->len);
    if (writer->hints != NULL)
        join_hints(writer);
}
