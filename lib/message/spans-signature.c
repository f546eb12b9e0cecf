/*
 * Only a delimiter of RFC 3676 is sure. Everything else could be the person's own text, and hiding a question is worse than showing a
 * telephone number: each rule asks for more than its mark.
 */
#include "message/spans-signature-private.h"

#include <string.h>

#include "message/spans-words-private.h"

#define SENT_FROM_OCTETS  200
#define SENT_FROM_WORDS     7
#define CARD_LINES         12
#define CARD_OCTETS       120
#define CLOSING_OCTETS     60
#define PARAGRAPH_OCTETS 4000
#define NOTICE_OCTETS      30   /* "IMPORTANT:" */

static void
mark(const LineTable *table, guint from, guint to, SpanKind kind)
{
    for (guint i = from; i < to; i++)
        table->lines[i].kind = (guint8) kind;
}

static const char *
line_text(const LineTable *table, guint i, gsize *length_out)
{
    *length_out = table->lines[i].end - table->lines[i].content;
    return table->text + table->lines[i].content;
}

static gboolean
line_holds(const LineTable *table, guint i, const char *what)
{
    gsize length;
    const char *text = line_text(table, i, &length);

    return g_strstr_len(text, (gssize) length, what) != NULL;
}

/* Appends the line without what stands in <> and (http...): addresses of links. */
static void
fold_without_links(GString *to, const char *text, gsize length)
{
    g_autoptr(GString) plain = g_string_sized_new(length);

    for (gsize i = 0; i < length; i++) {
        gsize word = i + 1 < length && text[i + 1] == ' ' ? i + 2 : i + 1;
        gboolean link = text[i] == '<' || (text[i] == '(' && word + 4 < length && memcmp(text + word, "http", 4) == 0);
        const char *close = link ? memchr(text + i, text[i] == '<' ? '>' : ')', length - i) : NULL;

        if (close != NULL)
            i = (gsize) (close - text);
        else if (strchr("[]_", text[i]) == NULL)
            g_string_append_c(plain, text[i]);
    }
    words_fold(to, plain->str, plain->len);
}

/* "Sent from my desk, which is ..." is a sentence of the person; "Sent from my phone, please excuse ..." is not. */
static gboolean
is_few_words(const char *text, gsize length)
{
    g_autofree char *what = g_strndup(text, length);
    const char *comma = strchr(what, ',');
    guint words = 1;

    if (length == 0 || length > SENT_FROM_OCTETS || strchr(what, '?') != NULL)
        return FALSE;
    if (comma == NULL)
        comma = strstr(what, ". ");
    if (comma != NULL) {
        const char *after = comma + strspn(comma, ",. ");

        if (*after != '\0')
            return words_begin(WORDS_EXCUSE, after) > 0;
    }
    for (const char *at = strchr(g_strstrip(what), ' '); at != NULL; at = strchr(at + 1, ' '))
        words++;
    return words <= SENT_FROM_WORDS;
}

/* "Outlook für Android<https://aka.ms/AAb9ysg> beziehen", in whatever language. */
static gboolean
is_outlook_link(const char *text, gsize length)
{
    return g_strstr_len(text, (gssize) length, "https://aka.ms/") != NULL && g_strstr_len(text, (gssize) length, "Outlook") != NULL;
}

gboolean
signature_is_sent_from(const LineTable *table, guint i)
{
    g_autoptr(GString) folded = NULL;
    const WordsPattern *pattern;
    WordsMatch match;
    gsize length, strokes;
    const char *text = line_text(table, i, &length);

    if (length == 0 || length > SENT_FROM_OCTETS)
        return FALSE;
    if (is_outlook_link(text, length))
        return TRUE;
    folded = g_string_sized_new(length);
    fold_without_links(folded, text, length);
    strokes = 0;
    while (g_str_has_prefix(folded->str + strokes, "—") || g_str_has_prefix(folded->str + strokes, "–"))
        strokes += 3;
    strokes += strspn(folded->str + strokes, "-~> ");
    g_string_erase(folded, 0, (gssize) strokes);
    while (folded->len > 0 && strchr(".!)", folded->str[folded->len - 1]) != NULL)
        g_string_truncate(folded, folded->len - 1);
    for (guint next = 0; (pattern = words_match(WORDS_SENT_FROM, folded, &next, &match)) != NULL;) {
        if (pattern->first == 0 ? match.first_length == 0 : is_few_words(match.first, match.first_length))
            if (pattern->second == 0 ? match.second_length == 0 : is_few_words(match.second, match.second_length))
                return TRUE;
    }
    return FALSE;
}

static guint
paragraph_end(const LineTable *table, guint i, guint to)
{
    while (i < to && !table->lines[i].empty)
        i++;
    return i;
}

static GString *
fold_paragraph(const LineTable *table, guint from, guint to)
{
    GString *folded = g_string_new(NULL);
    gsize skip;

    for (guint i = from; i < to && folded->len < PARAGRAPH_OCTETS; i++) {
        gsize length;
        const char *text = line_text(table, i, &length);

        words_fold(folded, text, MIN(length, PARAGRAPH_OCTETS));
    }
    skip = strspn(folded->str, "-_=~#|>\"'( ");
    g_string_erase(folded, 0, (gssize) skip);
    return folded;
}

/* "IMPORTANT: The contents of this e-mail ..." */
static gboolean
begins_small_print(const char *folded)
{
    gsize word = strcspn(folded, ": ");

    if (words_begin(WORDS_DISCLAIMER, folded) > 0)
        return TRUE;
    if (word == 0 || word > NOTICE_OCTETS || folded[word] != ':')
        return FALSE;
    folded += word + 1;
    return words_begin(WORDS_DISCLAIMER, folded + strspn(folded, " ")) > 0;
}

/*
 * Paragraphs of small print. Below the person's own text everything to the end is part of it (it comes in several languages); the banner
 * that a mail server puts on top is one paragraph.
 */
static guint
mark_small_print(const LineTable *table, guint from, guint to, gboolean before)
{
    for (guint i = line_next_full(table, from, to); i < to; i = line_next_full(table, i, to)) {
        guint end = paragraph_end(table, i, to);
        g_autoptr(GString) folded = table->lines[i].own ? g_string_new(NULL) : fold_paragraph(table, i, end);
        gboolean print = begins_small_print(folded->str) && words_hold(WORDS_DISCLAIMER_WORD, folded->str);

        if ((print && before) || (words_begin(WORDS_FOOTER, folded->str) > 0 && before)) {
            mark(table, i, to, print ? SPAN_DISCLAIMER : SPAN_SIGNATURE);
            return i;
        }
        if (print || words_begin(WORDS_BANNER, folded->str) > 0)
            mark(table, i, end, SPAN_DISCLAIMER);
        else
            before = TRUE;
        i = end;
    }
    return to;
}

/* A line that a telephone adds stands by itself, or is the last. */
static void
mark_sent_from(const LineTable *table, guint from, guint to)
{
    guint last = to;

    while (last > from && table->lines[last - 1].empty)
        last--;
    for (guint i = from; i < last; i++) {
        const Line *line = &table->lines[i];
        gboolean alone = i == from || table->lines[i - 1].empty || table->lines[i - 1].kind != SPAN_REPLY
                         || line_delimiter(table, i - 1) != DELIMITER_NONE;
        guint next = i + 1;

        if (line->empty || line->own || line->kind != SPAN_REPLY || (!alone && i + 2 < last))
            continue;
        if (!signature_is_sent_from(table, i))
            continue;
        /* "Sent from Yahoo Mail on / Android" */
        if (next + 1 == last && table->lines[next].end - table->lines[next].content < 40)
            next++;
        if (next == last || table->lines[next].empty || signature_is_sent_from(table, next))
            mark(table, i, next, SPAN_SIGNATURE);
    }
}

/* A telephone number, an address or a place in the web. */
static gboolean
is_contact(const LineTable *table, guint i)
{
    gsize length, digits = 0, others = 0;
    const char *text = line_text(table, i, &length);

    for (gsize at = 0; at < length; at++) {
        digits += g_ascii_isdigit(text[at]);
        others += strchr("+()-/. ", text[at]) == NULL && !g_ascii_isdigit(text[at]);
    }
    return (digits >= 7 && others <= 25) || line_holds(table, i, "@") || line_holds(table, i, "www.")
           || line_holds(table, i, "http://") || line_holds(table, i, "https://");
}

static gboolean
is_closing(const LineTable *table, guint i)
{
    gsize length, word;
    const char *text = line_text(table, i, &length);
    g_autoptr(GString) folded = NULL;

    if (length == 0 || length > CLOSING_OCTETS)
        return FALSE;
    folded = g_string_sized_new(length);
    words_fold(folded, text, length);
    word = words_begin(WORDS_CLOSING, folded->str);
    return word > 0 && (folded->str[word] == '\0' || strchr(",.!", folded->str[word]) != NULL);
}

/* Below closing words and a name: a card of short lines, of which at least two tell how to reach the person, to the end. */
static guint
mark_card(const LineTable *table, guint from, guint to)
{
    guint last = to, closing = to, name, contacts = 0, full = 0;

    while (last > from && table->lines[last - 1].empty)
        last--;
    for (guint i = last; i > from && full <= CARD_LINES; i--) {
        const Line *line = &table->lines[i - 1];

        if (line->own || line->quote || line->end - line->content > CARD_OCTETS)
            break;
        if (is_closing(table, i - 1)) {
            closing = i - 1;
            break;
        }
        full += !line->empty;
        contacts += !line->empty && is_contact(table, i - 1);
    }
    if (closing == to || contacts < 2)
        return to;
    name = line_next_full(table, closing + 1, last);
    if (name < last && is_contact(table, name))
        name = closing;
    mark(table, name + 1, to, SPAN_SIGNATURE);
    return name + 1;
}

/* OpenPGP's frame around the text (RFC 9580, 7). */
static void
mark_openpgp(const LineTable *table, guint from, guint to)
{
    for (guint i = from; i < to; i++) {
        guint end = i + 1;

        if (line_begins(table, i, "-----BEGIN PGP SIGNED MESSAGE-----")) {
            while (end < to && line_begins(table, end, "Hash: "))
                end++;
        } else if (line_begins(table, i, "-----BEGIN PGP SIGNATURE-----")) {
            while (end < to && !line_begins(table, end, "-----END PGP SIGNATURE-----"))
                end++;
            end = MIN(end + 1, to);
        } else
            continue;
        mark(table, i, end, SPAN_SIGNATURE);
        i = end - 1;
    }
}

void
signature_mark(const LineTable *table, guint from, guint to, gboolean before)
{
    guint end = signature_delimiter(table, from, to, before);

    mark(table, end, to, SPAN_SIGNATURE);
    if (end < to)
        mark_small_print(table, end + 1, to, TRUE);
    end = mark_small_print(table, from, end, before);
    end = mark_card(table, from, end);
    mark_sent_from(table, from, end);
    mark_openpgp(table, from, to);
}
