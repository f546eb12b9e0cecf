#include "message/spans-lines-private.h"

#include <string.h>

#define QUOTE_INDENT   8    /* blanks before a quote mark; more is a drawing     */
#define INITIALS       3    /* "JD> "                                            */
#define ALIAS_LETTERS 16    /* "Byron> ", where a line above has named the alias */

/* How many octets a blank takes: NBSP and the invisible characters that HTML leaves behind are some too; 0: it is none. */
static gsize
blank_length(const char *at)
{
    static const char *const blanks[] = { "\xc2\xa0", "\xe2\x80\x8b", "\xe2\x80\x8c", "\xef\xbb\xbf", "\xe3\x80\x80" };

    if ((guchar) *at < 0x80)
        return *at == ' ' || *at == '\t' || *at == '\r';
    for (guint b = 0; b < G_N_ELEMENTS(blanks); b++)
        if (g_str_has_prefix(at, blanks[b]))
            return strlen(blanks[b]);
    return 0;
}

static const char *
skip_blanks(const char *at, const char *end)
{
    gsize length;

    while (at < end && (length = blank_length(at)) > 0)
        at += length;
    return at;
}

gboolean
line_begins(const LineTable *table, guint i, const char *what)
{
    const Line *line = &table->lines[i];
    gsize length = strlen(what);

    return line->end - line->start >= length && memcmp(table->text + line->start, what, length) == 0;
}

guint
line_next_full(const LineTable *table, guint i, guint limit)
{
    while (i < limit && table->lines[i].empty)
        i++;
    return i;
}

/* Where the initials of "JD> " end, or NULL. Prompts look the same. */
static const char *
skip_initials(const char *at, const char *end, guint longest)
{
    static const char *const prompts[] = { "PS", "SQL", "CMD", "DOS", NULL };
    const char *from = at;
    g_autofree char *word = NULL;

    if (at == end || !g_ascii_isupper(*at))
        return NULL;
    while (at < end && g_ascii_isalpha(*at))
        at++;
    if ((gsize) (at - from) > longest || at == end || *at != '>')
        return NULL;
    if (at + 1 < end && strchr(" >\t", at[1]) == NULL)
        return NULL;
    word = g_strndup(from, (gsize) (at - from));
    return longest == INITIALS && g_strv_contains(prompts, word) ? NULL : at;
}

/* Skips quote marks: ">", "> >", "| ", "JD>", and after an alias was named "Byron>". */
static const char *
skip_marks(const char *at, const char *end, gboolean alias)
{
    const char *start = at;

    for (;;) {
        const char *mark = skip_blanks(at, end);
        const char *word = skip_initials(mark, end, alias ? ALIAS_LETTERS : INITIALS);

        if (mark - at > QUOTE_INDENT)
            return at;
        if (word != NULL)
            mark = word;
        if (mark == end)
            return at;
        if (*mark == '|') {
            /* A row of a table has more of them. */
            if ((mark + 1 < end && strchr(" \t>|", mark[1]) == NULL) || memchr(mark + 1, '|', (gsize) (end - mark - 1)) != NULL)
                return at;
        } else if (*mark != '>')
            return at;
        if (mark == start && end - mark >= 6 && memcmp(mark, ">From ", 6) == 0)
            return at;                  /* mbox has escaped the person's own word */
        at = mark + 1;
    }
}

static void
read_line(LineTable *table, Line *line, gboolean *alias)
{
    const char *start = table->text + line->start, *end = table->text + line->end;
    const char *marks = skip_marks(start, end, *alias);

    line->content = (guint32) (skip_blanks(marks, end) - table->text);
    line->quote = marks > start;
    line->empty = !line->quote && line->content == line->end;
    if (line->quote && end - start > 12 && memcmp(start, ">>>>> \"", 7) == 0
        && g_strstr_len(start, end - start, "\" == ") != NULL) {
        line->alias = true;
        *alias = TRUE;
    }
}

static guint
count_lines(const char *text)
{
    guint count = 0;

    for (; *text != '\0'; count++) {
        const char *lf = strchr(text, '\n');

        if (lf == NULL)
            return count + 1;
        text = lf + 1;
    }
    return count;
}

static void
read_hints(LineTable *table, const GArray *hints)
{
    guint h = 0;

    for (guint i = 0; i < table->n && h < hints->len; i++) {
        Line *line = &table->lines[i];

        while (h < hints->len && g_array_index(hints, MessageSpan, h).end <= line->content)
            h++;
        if (h == hints->len || g_array_index(hints, MessageSpan, h).start > line->content)
            continue;
        line->hint = (guint8) g_array_index(hints, MessageSpan, h).kind;
        if (line->hint == SPAN_QUOTE && !line->empty)
            line->quote = TRUE;
    }
}

/* Lines from i to the one that begins with `close` are the person's own. Returns the line behind, or i if it never closes. */
static guint
mark_fenced(LineTable *table, guint i, const char *close)
{
    for (guint j = i + 1; j < table->n; j++) {
        if (!line_begins(table, j, close))
            continue;
        for (guint k = i; k <= j; k++)
            table->lines[k].own = !table->lines[k].quote;
        return j + 1;
    }
    return i;
}

/* "3,5c3" of diff(1) */
static gboolean
is_diff_command(const LineTable *table, const Line *line)
{
    const char *at = table->text + line->start, *end = table->text + line->end;
    guint letters = 0;

    if (at == end || !g_ascii_isdigit(*at) || !g_ascii_isdigit(end[-1]))
        return FALSE;
    for (; at < end; at++) {
        letters += *at == 'a' || *at == 'c' || *at == 'd';
        if (!g_ascii_isdigit(*at) && strchr(",acd", *at) == NULL)
            return FALSE;
    }
    return letters == 1;
}

/* Lines from i on whose first octet is one of `marks` are the person's own. "-- " ends a patch that was mailed. */
static guint
mark_patch(LineTable *table, guint i, const char *marks)
{
    do
        table->lines[i++].own = TRUE;
    while (i < table->n && table->lines[i].start < table->lines[i].end
           && strchr(marks, table->text[table->lines[i].start]) != NULL && line_delimiter(table, i) != DELIMITER_SIGNATURE);
    return i;
}

static void
mark_own(LineTable *table)
{
    gboolean fences = TRUE, certificates = TRUE;

    for (guint i = 0; i < table->n;) {
        const Line *line = &table->lines[i];
        guint next = i;

        if (line->empty || line->quote || line->hint == SPAN_QUOTE) {
            i++;
            continue;
        }
        if (fences && (line_begins(table, i, "```") || line_begins(table, i, "~~~")))
            fences = (next = mark_fenced(table, i, line_begins(table, i, "```") ? "```" : "~~~")) > i;
        else if (certificates && line_begins(table, i, "-----BEGIN ") && !line_begins(table, i, "-----BEGIN PGP SIG"))
            certificates = (next = mark_fenced(table, i, "-----END ")) > i;
        else if (line_begins(table, i, "diff --git ") || line_begins(table, i, "--- a/") || line_begins(table, i, "@@ -"))
            next = mark_patch(table, i, " +-@di\\n");
        else if (is_diff_command(table, line))
            next = mark_patch(table, i, "<>-0123456789");
        i = MAX(next, i + 1);
    }
}

/*
 * ">>> Ada >>>" ... "<<< Ada <<<" encloses a quote whose lines have no marks; a line of '>' alone (four or more) likewise.
 */
static void
mark_enclosed(LineTable *table)
{
    gboolean closes = TRUE;

    for (guint i = 0; closes && i < table->n; i++) {
        const Line *line = &table->lines[i];
        guint end = i + 1;

        if (!line_begins(table, i, ">>>") || line->end - line->start < 4
            || memcmp(table->text + line->end - 3, ">>>", 3) != 0)
            continue;
        while (end < table->n && !line_begins(table, end, "<<<"))
            end++;
        closes = end < table->n;
        for (; closes && i <= end; i++) {
            table->lines[i].quote = TRUE;
            table->lines[i].alias = TRUE;
            table->lines[i].empty = FALSE;
        }
        i--;
    }
}

/*
 * GroupWise writes its attribution behind ">>> ", with the same at its end or with more lines, and the mail may stand below without marks.
 */
static void
mark_attribution(LineTable *table)
{
    for (guint i = 0; i < table->n; i++) {
        Line *line = &table->lines[i];
        const char *end = table->text + line->end;

        if (!line->quote || line->alias || line->hint == SPAN_QUOTE || !line_begins(table, i, ">>> ")
            || line->end - line->content < 4 || (i > 0 && table->lines[i - 1].quote))
            continue;
        while (end[-1] == ' ' || end[-1] == '\r')
            end--;
        if (memcmp(end - 3, ">>>", 3) == 0
            || (i + 1 < table->n && !table->lines[i + 1].quote && !table->lines[i + 1].empty
                && memchr(table->text + line->content, '@', line->end - line->content) != NULL))
            line->quote = FALSE;
    }
}

void
lines_init(LineTable *table, const char *text, const GArray *hints)
{
    gboolean alias = FALSE;
    gsize from = 0;

    table->text = text;
    table->n = count_lines(text);
    table->lines = g_new0(Line, table->n);
    for (guint i = 0; i < table->n; i++) {
        const char *lf = strchr(text + from, '\n');
        Line *line = &table->lines[i];

        line->start = (guint32) from;
        line->end = (guint32) (lf != NULL ? (gsize) (lf - text) : from + strlen(text + from));
        line->hint = NO_HINT;
        line->kind = SPAN_REPLY;
        read_line(table, line, &alias);
        from = line->end + 1u;
    }
    read_hints(table, hints);
    mark_enclosed(table);
    mark_attribution(table);
    mark_own(table);
}

void
lines_clear(LineTable *table)
{
    g_free(table->lines);
}

/* How many octets the stroke at `at` takes; 0: it is none. dash_out: one that stands alone above a name. */
static gsize
stroke_length(const char *at, gboolean *dash_out)
{
    static const char *const strokes[] = { "—", "–", "―", "−", "─", "ᐧ", "•" };

    *dash_out = *at == '-' || *at == '_' || (guchar) *at >= 0x80;
    if ((guchar) *at < 0x80)
        return strchr("-_=~*#+", *at) != NULL;
    for (guint s = 0; s < G_N_ELEMENTS(strokes); s++)
        if (g_str_has_prefix(at, strokes[s]))
            return strlen(strokes[s]);
    return 0;
}

LineDelimiter
line_delimiter(const LineTable *table, guint i)
{
    const char *start = table->text + table->lines[i].content, *end = table->text + table->lines[i].end;
    guint count = 0, dashes = 0;

    while (end > start && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
        end--;
    if (end - start == 4 && memcmp(start, "- --", 4) == 0)
        return DELIMITER_SIGNATURE;                 /* dash-escaped (RFC 9580, 7.2) */
    for (const char *at = start; at < end;) {
        gboolean dash = FALSE;
        gsize length = 1;

        if (*at != ' ' && *at != '\t') {
            length = stroke_length(at, &dash);
            if (length == 0)
                return DELIMITER_NONE;
            count++;
            dashes += dash != FALSE;
        }
        at += length;
    }
    if (count == 2 && end - start == 2 && *start == '-')
        return DELIMITER_SIGNATURE;
    return count > 1 || dashes == 1 ? DELIMITER_WEAK : DELIMITER_NONE;
}
