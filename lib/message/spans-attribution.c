/*
 * A line of text that says who wrote what follows. People write such lines too ("On Monday I wrote: ..."), so a phrase of the table is not
 * enough: a quoted line must follow, or the line must tell a whole date with a time, or a date and an address, as programs do.
 */
#include "message/spans-structure-private.h"

#include <string.h>

#include "message/spans-date-private.h"
#include "message/spans-words-private.h"

#define MAX_LINES      5
#define MAX_OCTETS   500
#define MIN_OCTETS    16   /* a date, a time and a name */
#define MAX_GAP      300
#define MAX_GAP_WORDS 18   /* of a date and a name without an address; more is a sentence */
#define MAX_WHO      100   /* of a name alone, without date */
#define MAX_WHO_WORDS  8
#define DAY_OCTETS    32

typedef struct {
    gboolean colon;     /* its last line ends with one */
    gboolean quoted;    /* a quoted line follows       */
    gboolean alone;     /* between empty lines         */
} Window;

typedef struct {
    gboolean  holds;
    gboolean  begins;   /* by a word of the phrase: it cannot begin earlier */
    DateLevel date;     /* of the date alone, where an address adds nothing */
} Found;

static gboolean
has_letter(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (g_ascii_isalpha(text[i]) || (guchar) text[i] >= 0x80)
            return TRUE;
    return FALSE;
}

/* The first or the last word is one for the writer or the reader. */
static gboolean
is_pronoun(const char *text, gsize length)
{
    g_autofree char *copy = g_strndup(text, length);
    char *word = g_strstrip(copy);
    const char *last = strrchr(word, ' ');
    g_autofree char *first = g_strndup(word, strcspn(word, " ,"));

    return words_is(WORDS_PRONOUN, first) || words_is(WORDS_PRONOUN, last != NULL ? last + 1 : word);
}

static guint
count_words(const char *text, gsize length)
{
    guint count = 1;

    for (gsize i = 1; i + 1 < length; i++)
        count += text[i] == ' ';
    return count;
}

/* A date and a name take few words; an address beside them makes it sure. */
static gboolean
is_sentence(const char *text, gsize length)
{
    return length > 0 && memchr(text, '@', length) == NULL && count_words(text, length) > MAX_GAP_WORDS;
}

/* A sentence ends inside: then the words of the pattern belong to different ones. */
static gboolean
has_sentence_end(const char *text, gsize length)
{
    return g_strstr_len(text, (gssize) length, "? ") != NULL || g_strstr_len(text, (gssize) length, "! ") != NULL;
}

static gboolean
gap_holds(guint places, const char *text, gsize length, DateLevel *level)
{
    if (places == 0)
        return length == 0;
    if (length > MAX_GAP || has_sentence_end(text, length))
        return FALSE;
    if (places & PLACE_DATE) {
        DateLevel found = date_level(text, length);

        if (found == DATE_NONE)
            return FALSE;
        *level = MAX(*level, found);
        if (memchr(text, '@', length) != NULL)
            *level = DATE_WHOLE;
    }
    if (!(places & PLACE_WHO))
        return TRUE;
    if (*level > DATE_NONE && memchr(text, '@', length) != NULL)
        *level = DATE_WHOLE;
    return (has_letter(text, length) || memchr(text, '@', length) != NULL)
           && ((places & PLACE_DATE) || (length <= MAX_WHO && count_words(text, length) <= MAX_WHO_WORDS));
}

static gboolean
pattern_holds(const WordsPattern *pattern, const WordsMatch *match, const Window *window, DateLevel *level)
{
    *level = DATE_NONE;
    /* The second first: where it has the date, an address in the first counts with it. */
    if (!gap_holds(pattern->second, match->second, match->second_length, level)
        || !gap_holds(pattern->first, match->first, match->first_length, level))
        return FALSE;
    if (window->quoted)
        return window->colon || *level >= DATE_PART;
    if (*level < DATE_WHOLE || !window->colon || is_sentence(match->first, match->first_length)
        || is_sentence(match->second, match->second_length))
        return FALSE;
    return !is_pronoun(match->first, match->first_length) && !is_pronoun(match->second, match->second_length);
}

/* "2016-02-01 10:00 GMT+01:00 Anna" of Gmail needs no address. */
static gboolean
has_zone(const char *folded)
{
    const char *zone = strstr(folded, " gmt");

    return zone != NULL && strchr("+-", zone[4]) != NULL && g_ascii_isdigit(zone[5]) && has_letter(zone + 5, strlen(zone + 5));
}

/* In whatever language: a date and an address, and a quote below or the address at the very end, as in "DATE NAME <ADDRESS>:". */
static gboolean
is_date_and_address(const GString *folded, const Window *window)
{
    gboolean address = strchr(folded->str, '@') != NULL, at_end = folded->str[folded->len - 1] == '>';
    gsize digit = strcspn(folded->str, "0123456789");
    DateLevel level = date_level(folded->str, folded->len);

    if (folded->len > MAX_GAP || level < DATE_PART || has_sentence_end(folded->str, folded->len))
        return FALSE;
    if (window->quoted && (window->colon || (digit == 0 && at_end)) && (address || strchr(folded->str, '<') != NULL))
        return TRUE;
    /* A day of the week may stand before the first digit. */
    if (level == DATE_WHOLE && window->colon && address && at_end && digit < DAY_OCTETS)
        return TRUE;
    if (digit != 0 || !window->alone || folded->len > MAX_WHO)
        return FALSE;
    return (address && at_end) || (level == DATE_WHOLE && has_zone(folded->str));
}

static Found
folded_find(const GString *folded, const Window *window)
{
    Found found = { FALSE, FALSE, date_level(folded->str, folded->len) };
    const WordsPattern *pattern;
    WordsMatch match;

    if (folded->len < 4)
        return found;
    if (!window->quoted && found.date < DATE_WHOLE && (found.date == DATE_NONE || strchr(folded->str, '@') == NULL))
        return found;
    for (guint next = 0; !found.begins && (pattern = words_match(WORDS_ATTRIBUTION, folded, &next, &match)) != NULL;) {
        DateLevel level;

        if (!pattern_holds(pattern, &match, window, &level))
            continue;
        found.holds = TRUE;
        found.begins = *pattern->start != '\0';
    }
    found.holds = found.holds || is_date_and_address(folded, window);
    return found;
}

static Found
window_find(const LineTable *table, guint from, guint to, const Window *window)
{
    g_autoptr(GString) folded = g_string_sized_new(MAX_OCTETS);

    for (guint i = from; i <= to; i++)
        words_fold(folded, table->text + table->lines[i].content, table->lines[i].end - table->lines[i].content);
    return folded_find(folded, window);
}

gboolean
attribution_is(const char *text, gsize length, gboolean quoted)
{
    g_autoptr(GString) folded = g_string_sized_new(MAX_OCTETS);
    const Window window = { .colon = TRUE, .quoted = quoted };

    if (length > MAX_OCTETS || (!quoted && length < MIN_OCTETS))
        return FALSE;
    words_fold(folded, text, length);
    return folded_find(folded, &window).holds;
}

/* A digit or an address: a piece of an attribution, not of a sentence above it. */
static gboolean
holds_piece(const LineTable *table, guint from, guint to)
{
    for (guint i = from; i < to; i++)
        for (guint32 at = table->lines[i].content; at < table->lines[i].end; at++)
            if (g_ascii_isdigit(table->text[at]) || table->text[at] == '@')
                return TRUE;
    return FALSE;
}

/* An address is closed at its end, so what follows goes with it. */
static gboolean
ends_with_address(const LineTable *table, guint i)
{
    const char *end = table->text + table->lines[i].end;

    while (end > table->text + table->lines[i].content && (end[-1] == ' ' || end[-1] == '\r'))
        end--;
    return end > table->text + table->lines[i].content && end[-1] == '>';
}

/* A window of fewer lines says as much, so that the lines above it are the person's own. */
static gboolean
begins_later(const Found *whole, const Found *later, gboolean piece)
{
    if (!later->holds || later->date < whole->date || (whole->begins && !later->begins))
        return FALSE;
    return !piece || (later->begins && !whole->begins);
}

static gboolean
ends_with_colon(const LineTable *table, const Line *line)
{
    const char *start = table->text + line->content, *end = table->text + line->end;

    while (end > start) {
        if (strchr(" \t\r*_\"", end[-1]) != NULL)
            end--;
        else if (end - start >= 3 && (guchar) end[-3] == 0xe2 && (guchar) end[-2] == 0x80)   /* U+200E and its kin */
            end -= 3;
        else if (end - start >= 2 && (guchar) end[-2] == 0xc2 && (guchar) end[-1] == 0xa0)
            end -= 2;
        else
            break;
    }
    return end > start && (end[-1] == ':' || (end - start >= 3 && memcmp(end - 3, "：", 3) == 0)
                           || (end - start >= 2 && memcmp(end - 2, "՝", 2) == 0));
}

/* A quoted line follows soon, quoted deeper than this one. */
static gboolean
quote_follows(const LineTable *table, guint i)
{
    guint next = line_next_full(table, i + 1, MIN(table->n, i + 6));
    const Line *line = &table->lines[i];

    while (next < table->n && line->quote && table->lines[next].quote && table->lines[next].content == table->lines[next].end
           && next < i + 6)
        next++;
    return next < MIN(table->n, i + 6) && table->lines[next].quote && !table->lines[next].own
           && (!line->quote || table->lines[next].content - table->lines[next].start > line->content - line->start);
}

guint
attribution_find(const LineTable *table, guint i)
{
    const Line *first = &table->lines[i];

    for (guint j = i; j < MIN(table->n, i + MAX_LINES); j++) {
        const Line *line = &table->lines[j];
        Window window = { FALSE, FALSE, FALSE };
        Found whole;

        if (line->empty || line->own || line->quote != first->quote || line->end - first->start > MAX_OCTETS)
            return i;
        if (line->alias && line->quote && j == i)
            return i + 1;
        window.colon = ends_with_colon(table, line);
        window.quoted = quote_follows(table, j);
        window.alone = (i == 0 || table->lines[i - 1].empty) && (j + 1 == table->n || table->lines[j + 1].empty);
        if (!window.colon && !window.quoted && (j > i || !g_ascii_isdigit(table->text[line->content])))
            continue;
        if (!window.quoted && line->end - first->start < MIN_OCTETS)
            continue;
        whole = window_find(table, i, j, &window);
        if (!whole.holds)
            continue;
        for (guint k = i + 1; k <= j; k++) {
            Found later = window_find(table, k, j, &window);

            if (!ends_with_address(table, k - 1) && begins_later(&whole, &later, holds_piece(table, i, k)))
                return i;
        }
        return j + 1;
    }
    return i;
}
