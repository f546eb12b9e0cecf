/*
 * Two passes over the lines. The first finds what is repeated: a structure that a mail program writes, and the quote below it, with marks or
 * without. What is left in between is the person's, and the second pass looks there for signatures and small print.
 *
 * A quote that nothing has announced is folded where nothing of the person's follows; above and between the person's words it stays, as the
 * reply does: it may be a prompt, a log, a sentence from a manual, and the answer is to be read with it. As soon as a structure has shown
 * that a mail is being answered, all further quotes are of that mail and fold.
 *
 * A mail repeated without marks goes on to the end. With nothing of the person's above it, it is a forward, or (below "On ... wrote:") the
 * answer was written where the quote should be: both stay visible.
 */
#include "message/spans-private.h"

#include <string.h>

#include "base/limits.h"
#include "message/spans-lines-private.h"
#include "message/spans-signature-private.h"
#include "message/spans-structure-private.h"

/* While the first pass runs: a quote whose fate the last step decides. */
#define KIND_UNTOLD N_SPAN_KINDS

#define WRAPPED_OCTETS     60   /* a line that may have been too long for a program      */
#define WRAPPED_END_OCTETS 24   /* what it put on the next; more could be an answer      */

typedef struct {
    LineTable *table;
    gboolean   answered;     /* a structure has been seen: what is quoted below is its mail */
    gboolean   forward;      /* the last structure was a forward's                          */
    gboolean   written;      /* the person has written above                                */
    guint      section;      /* where the person's lines that are not yet looked at begin   */
    gboolean   before;       /* something stands above that section                         */
} Walk;

static void
mark(Walk *walk, guint from, guint to, guint kind)
{
    for (guint i = from; i < to; i++)
        walk->table->lines[i].kind = (guint8) kind;
}

/* The person's lines end at `end`, and others go on to `next`. */
static void
close_section(Walk *walk, guint end, guint next)
{
    if (walk->section < end) {
        signature_mark(walk->table, walk->section, end, walk->before);
        walk->before = walk->before || line_next_full(walk->table, walk->section, end) < end;
    }
    walk->before = walk->before || next > end;
    walk->section = next;
}

static guint
quote_end(const LineTable *table, guint i)
{
    guint end = i;

    for (; i < table->n && (table->lines[i].quote || table->lines[i].empty) && !table->lines[i].own; i++)
        if (table->lines[i].quote)
            end = i + 1;
    return end;
}

/* The quote begins with what a program writes above one, perhaps below empty lines; so it is a mail's. */
static StructureKind
quote_begins(const LineTable *table, guint i, guint end)
{
    while (i < end && (table->lines[i].empty || table->lines[i].content == table->lines[i].end))
        i++;
    return i < end ? structure_find(table, i).kind : STRUCTURE_NONE;
}

static gboolean
is_hinted(const LineTable *table, guint from, guint to)
{
    for (guint i = from; i < to; i++)
        if (table->lines[i].hint == SPAN_QUOTE || table->lines[i].alias)
            return TRUE;
    return FALSE;
}

static guint
walk_quote(Walk *walk, guint i)
{
    guint end = quote_end(walk->table, i);
    StructureKind kind = quote_begins(walk->table, i, end);
    gboolean told = walk->answered || kind != STRUCTURE_NONE || is_hinted(walk->table, i, end);

    /* Outlook forwards as it replies: with its header block, and the HTML calls both a quote. */
    if (kind == STRUCTURE_FORWARD || (kind == STRUCTURE_ORIGINAL && !walk->written && walk->table->lines[i].hint == SPAN_QUOTE))
        walk->forward = TRUE;
    close_section(walk, i, end);
    mark(walk, i, end, !told ? KIND_UNTOLD : walk->forward ? SPAN_FORWARD : SPAN_QUOTE);
    return end;
}

static guint
walk_structure(Walk *walk, guint i, const Structure *found)
{
    const LineTable *table = walk->table;
    guint below = line_next_full(table, found->end, table->n), end = table->n;
    gboolean quoted = below < table->n && table->lines[below].quote && !table->lines[below].own;

    walk->forward = found->kind == STRUCTURE_FORWARD;
    if (quoted || below == table->n) {
        walk->answered = TRUE;
        close_section(walk, i, below);
        mark(walk, i, below, walk->forward ? SPAN_FORWARD : SPAN_ATTRIBUTION);
        return below;
    }
    if (walk->written) {
        close_section(walk, i, end);
        mark(walk, i, found->end, walk->forward ? SPAN_FORWARD : SPAN_ATTRIBUTION);
        mark(walk, found->end, end, walk->forward ? SPAN_FORWARD : SPAN_QUOTE);
        return end;
    }
    if (found->kind == STRUCTURE_ATTRIBUTION) {
        close_section(walk, i, found->end);
        mark(walk, i, found->end, SPAN_ATTRIBUTION);
        return found->end;
    }
    close_section(walk, i, end);
    mark(walk, i, end, SPAN_FORWARD);
    return end;
}

static void
walk_lines(Walk *walk)
{
    const LineTable *table = walk->table;

    for (guint i = 0; i < table->n;) {
        const Line *line = &table->lines[i];
        Structure found;

        if (line->empty || line->own) {
            walk->written = walk->written || line->own;
            i++;
        } else if (line->quote) {
            i = walk_quote(walk, i);
        } else if (line->hint == SPAN_SIGNATURE) {
            close_section(walk, i, i + 1);
            mark(walk, i, i + 1, SPAN_SIGNATURE);
            i++;
        } else if ((found = structure_find(table, i)).kind != STRUCTURE_NONE) {
            i = walk_structure(walk, i, &found);
        } else {
            walk->written = walk->written || !signature_is_sent_from(table, i);
            i++;
        }
    }
    close_section(walk, table->n, table->n);
}

/* Code and logs end in what sentences do not, or hold what they do not. */
static gboolean
looks_like_code(const LineTable *table, guint i)
{
    static const char *const signs[] = { "();", "=>", "::", " = ", "/var/", "/etc/", "/usr/", "/home/", " --", "$ ", "# ", "{", "<?" };
    const char *text = table->text + table->lines[i].content;
    gsize length = table->lines[i].end - table->lines[i].content, capitals = 0;

    while (capitals < length && g_ascii_isupper(text[capitals]))
        capitals++;
    if (capitals >= 4)
        return TRUE;                     /* a statement, the level of a log */
    if (length > 0 && strchr(";{}\\", text[length - 1]) != NULL)
        return TRUE;
    for (guint s = 0; s < G_N_ELEMENTS(signs); s++)
        if (g_strstr_len(text, (gssize) length, signs[s]) != NULL)
            return TRUE;
    return FALSE;
}

/* "I typed this:" and then prompts: at the end of a mail too, these are the person's. */
static gboolean
is_shown_code(const LineTable *table, guint from, guint to)
{
    guint above = from, full = 0, code = 0;

    while (above > 0 && table->lines[above - 1].empty)
        above--;
    if (above == 0 || table->lines[above - 1].kind != SPAN_REPLY || table->text[table->lines[above - 1].end - 1] != ':')
        return FALSE;
    for (guint i = from; i < to; i++) {
        full += table->lines[i].content < table->lines[i].end;
        code += looks_like_code(table, i);
    }
    return code > 0 && code * 2 >= full;
}

/* Decides from the end what no structure has announced. */
static void
settle_untold(Walk *walk)
{
    gboolean text = FALSE;

    for (guint i = walk->table->n; i > 0;) {
        guint end = i, kind = walk->table->lines[i - 1].kind;

        if (kind != KIND_UNTOLD) {
            text = text || (kind == SPAN_REPLY && !walk->table->lines[i - 1].empty);
            i--;
            continue;
        }
        while (i > 0 && walk->table->lines[i - 1].kind == KIND_UNTOLD)
            i--;
        mark(walk, i, end, text || is_shown_code(walk->table, i, end) ? SPAN_REPLY : SPAN_QUOTE);
    }
}

/* The end of a quoted line that a program has wrapped: in the middle of a sentence, between lines that have their marks. */
static gboolean
is_wrapped_end(const LineTable *table, guint i)
{
    const Line *line = &table->lines[i], *above = line - 1, *below = line + 1;

    return line->kind == SPAN_REPLY && !line->empty && !line->own && above->kind == SPAN_QUOTE && below->kind == SPAN_QUOTE
           && above->quote && below->quote && above->end - above->start >= WRAPPED_OCTETS && above->content < above->end
           && g_ascii_isalpha(table->text[above->end - 1]) && line->end - line->content <= WRAPPED_END_OCTETS
           && g_unichar_islower(g_utf8_get_char(table->text + line->content))
           && strchr(".!?", table->text[line->end - 1]) == NULL;
}

static void
settle_wrapped(Walk *walk)
{
    for (guint i = 1; i + 1 < walk->table->n; i++)
        if (is_wrapped_end(walk->table, i))
            mark(walk, i, i + 1, SPAN_QUOTE);
}

/* Above LIMIT_SPANS the rest is the last span's, and that is reply. */
static void
add(GArray *spans, SpanKind kind, guint32 start, guint32 end)
{
    MessageSpan *last = spans->len > 0 ? &g_array_index(spans, MessageSpan, spans->len - 1) : NULL;
    MessageSpan span = { kind, start, end };

    if (spans->len >= LIMIT_SPANS)
        kind = SPAN_REPLY;
    if (last != NULL && spans->len >= LIMIT_SPANS && last->kind != SPAN_REPLY) {
        last->kind = SPAN_REPLY;
        if (last[-1].kind == SPAN_REPLY) {
            last[-1].end = end;
            g_array_set_size(spans, spans->len - 1);
            return;
        }
    }
    if (last != NULL && last->kind == kind)
        last->end = end;
    else
        g_array_append_val(spans, span);
}

static void
emit(const LineTable *table, gsize length, GArray *spans_out)
{
    guint first = line_next_full(table, 0, table->n);
    guint kind = first < table->n ? table->lines[first].kind : SPAN_REPLY;

    for (guint i = 0; i < table->n; i++) {
        const Line *line = &table->lines[i];

        if (!line->empty)
            kind = line->kind;
        add(spans_out, (SpanKind) kind, line->start, MIN(line->end + 1, (guint32) length));
    }
}

void
spans_find(const char *text, const GArray *hints, GArray *spans_out)
{
    g_auto(LineTable) table = { NULL, NULL, 0 };
    Walk walk = { .table = &table };

    g_array_set_size(spans_out, 0);
    lines_init(&table, text, hints);
    walk_lines(&walk);
    settle_untold(&walk);
    settle_wrapped(&walk);
    emit(&table, strlen(text), spans_out);
}

static gboolean
is_blank(const char *text, const MessageSpan *span)
{
    for (const char *at = text + span->start; at < text + span->end; at = g_utf8_next_char(at))
        if (!g_unichar_isspace(g_utf8_get_char(at)))
            return FALSE;
    return TRUE;
}

/* NBSP is a blank too: HTML leaves it in lines that look empty. */
static void
trim(GString *text)
{
    const char *start = text->str, *end = text->str + text->len;

    while (*start != '\0' && g_unichar_isspace(g_utf8_get_char(start)))
        start = g_utf8_next_char(start);
    while (end > start && g_unichar_isspace(g_utf8_get_char(g_utf8_prev_char(end))))
        end = g_utf8_prev_char(end);
    g_string_truncate(text, (gsize) (end - text->str));
    g_string_erase(text, 0, start - text->str);
}

char *
spans_reply(const char *text, const GArray *spans, gboolean whole_if_empty)
{
    GString *reply = g_string_new(NULL);
    gboolean quoted = FALSE, written = FALSE;

    for (guint i = 0; i < spans->len; i++) {
        const MessageSpan *span = &g_array_index(spans, MessageSpan, i);

        written = written || (span->kind == SPAN_REPLY && !is_blank(text, span));
        if (span->kind == SPAN_REPLY || (span->kind == SPAN_FORWARD && !written))
            g_string_append_len(reply, text + span->start, span->end - span->start);
        quoted = quoted || span->kind == SPAN_QUOTE;
    }
    trim(reply);
    if (reply->len == 0 && whole_if_empty && !quoted)
        g_string_assign(reply, text);
    return g_string_free(reply, FALSE);
}
