#include "message/spans-structure-private.h"

#include <string.h>

#include "message/spans-words-private.h"

#define NAME_OCTETS     64   /* of a field's name, in any language                     */
#define BLOCK_LINES     60   /* of a header block; To may be long                      */
#define OTHER_FIELDS     8   /* Cc, Reply-To and so on                                 */
#define CONTINUATIONS    8   /* lines of one field                                     */
#define MARKER_OCTETS  250
#define ONE_WORD         8   /* octets: "original"                                      */
#define NO_FIELD   N_WORDS

static guint
read_field(const LineTable *table, guint i)
{
    const Line *line = &table->lines[i];
    const char *start = table->text + line->content;
    gsize length = MIN(line->end - line->content, NAME_OCTETS);
    const char *colon = memchr(start, ':', length), *wide = g_strstr_len(start, (gssize) length, "：");
    g_autoptr(GString) name = NULL;

    if (wide != NULL && (colon == NULL || wide < colon))
        colon = wide;
    if (colon == NULL || line->own)
        return NO_FIELD;
    name = g_string_sized_new(NAME_OCTETS);
    words_fold(name, start, (gsize) (colon - start));
    if (g_str_has_prefix(name->str, "x-"))
        return WORDS_FIELD_RAW;
    for (guint section = WORDS_FIELD_FROM; section <= WORDS_FIELD_RAW; section++)
        if (words_is(section, name->str))
            return section;
    return NO_FIELD;
}

/* Asked again from each line above it, so the answer is kept: sixty lines of "To:" would be read sixty times. */
static guint
field_of(const LineTable *table, guint i)
{
    Line *line = &table->lines[i];

    if (line->field == 0)
        line->field = (guint8) (read_field(table, i) + 1);
    return line->field - 1u;
}

typedef struct {
    guint    seen;         /* mask of the kinds of field */
    gboolean address, date, time;
} Fields;

static void
note_field(const LineTable *table, guint i, guint field, Fields *fields)
{
    const char *value = table->text + table->lines[i].content;
    gsize length = table->lines[i].end - table->lines[i].content;

    fields->seen |= 1u << field;
    fields->address = fields->address || memchr(value, '@', length) != NULL;
    for (gsize at = 0; field == WORDS_FIELD_DATE && at < length; at++) {
        fields->date = fields->date || g_ascii_isdigit(value[at]);
        fields->time = fields->time || (at + 3 < length && g_ascii_isdigit(value[at]) && strchr(":.h", value[at + 1]) != NULL
                                        && g_ascii_isdigit(value[at + 2]) && g_ascii_isdigit(value[at + 3]));
    }
}

/* A form that a customer filled in has From and To as well: an address, or a date with a time and a subject, must be there too. */
static gboolean
is_mail_header(const Fields *fields, gboolean few)
{
    static const guint main_fields[] = { WORDS_FIELD_FROM, WORDS_FIELD_DATE, WORDS_FIELD_TO, WORDS_FIELD_SUBJECT, WORDS_FIELD_OTHER };
    gboolean subject = (fields->seen & 1u << WORDS_FIELD_SUBJECT) != 0;
    guint count = 0;

    for (guint i = 0; i < G_N_ELEMENTS(main_fields); i++)
        count += (fields->seen >> main_fields[i]) & 1;
    if ((fields->seen & 1u << WORDS_FIELD_FROM) == 0)
        return few && count >= 2 && subject && (fields->date || (fields->seen & 1u << WORDS_FIELD_TO) != 0);
    return count >= (few ? 2 : 3) && (few || fields->address || (fields->time && subject));
}

static gboolean
is_raw(const LineTable *table, guint i)
{
    return i < table->n && field_of(table, i) == WORDS_FIELD_RAW;
}

guint
header_block_find(const LineTable *table, guint i, gboolean few)
{
    guint first = field_of(table, i), end = i, rest = 0, others = 0;
    Fields fields = { 0 };

    if (first == NO_FIELD || first == WORDS_FIELD_RAW || first == WORDS_FIELD_OTHER || (i > 0 && is_raw(table, i - 1)))
        return i;
    /* Programs begin names with a capital; files with settings do not. */
    if (!few && g_ascii_islower(table->text[table->lines[i].content]))
        return i;
    for (guint j = i; j < MIN(table->n, i + BLOCK_LINES) && table->lines[j].quote == table->lines[i].quote; j++) {
        guint field = NO_FIELD;

        if (table->lines[j].empty || table->lines[j].content == table->lines[j].end) {
            /* Some programs set the fields apart by empty lines; twice the same field is another block. */
            guint next = j + 1 < table->n && table->lines[j + 1].quote == table->lines[i].quote ? field_of(table, j + 1) : NO_FIELD;

            if (next == NO_FIELD || (fields.seen & 1u << next) != 0)
                break;
            continue;
        }
        field = field_of(table, j);
        if (field == WORDS_FIELD_RAW)
            return i;
        if (field == NO_FIELD) {
            if (++rest > CONTINUATIONS)
                break;
            continue;
        }
        /* Twice the same is another block; so a text full of fields is not read over and over. */
        if ((fields.seen & 1u << field) != 0 && (field != WORDS_FIELD_OTHER || ++others > OTHER_FIELDS))
            break;
        note_field(table, j, field, &fields);
        rest = 0;
        end = j + 1;
    }
    return is_mail_header(&fields, few) && !is_raw(table, end) ? end : i;
}

static gboolean
is_stroke(char c)
{
    return strchr("-_=*~#+<>[ \t", c) != NULL && c != '\0';
}

/* Where the same stroke stands twice; NULL if it never does. */
static const char *
find_double(const char *start, const char *end, char stroke)
{
    const char *found = memchr(start, stroke, (gsize) (end - start));

    while (found != NULL && found + 1 < end && found[1] != stroke)
        found = memchr(found + 1, stroke, (gsize) (end - found - 1));
    return found != NULL && found + 1 < end ? found : NULL;
}

/* The words between the strokes, folded. strokes_out: how many stood before them, blanks not counted. */
static GString *
marker_words(const char *start, const char *end, guint *strokes_out)
{
    GString *words = g_string_new(NULL);
    const char *close;

    *strokes_out = 0;
    while (start < end && (is_stroke(*start) || (end - start >= 3 && (guchar) start[0] == 0xe2 && (guchar) start[1] == 0x80
                                                 && ((guchar) start[2] == 0x93 || (guchar) start[2] == 0x94)))) {
        *strokes_out += *start != ' ' && *start != '\t';
        start += (guchar) *start == 0xe2 ? 3 : 1;
    }
    close = find_double(start, end, '-');
    if (close == NULL)
        close = find_double(start, end, '_');
    if (close != NULL && close > start)
        end = close;
    while (end > start && strchr("-_=*~#+]> \t\r", end[-1]) != NULL)
        end--;
    words_fold(words, start, (gsize) (end - start));
    return words;
}

static gboolean
is_reply_above(const LineTable *table, const Line *line, const GString *words, guint strokes)
{
    const char *end = table->text + line->end;

    if (words->len == 0)
        return FALSE;
    if (words_begin(WORDS_REPLY_ABOVE, words->str) > 0)
        return TRUE;
    return (strokes > 0 || strchr("-=#*_]", end[-1]) != NULL) && words_hold(WORDS_REPLY_ABOVE, words->str);
}

gboolean
header_follows(const LineTable *table, guint i)
{
    guint next = line_next_full(table, i + 1, MIN(table->n, i + 4));
    guint field = next < MIN(table->n, i + 4) ? field_of(table, next) : NO_FIELD;

    return field != NO_FIELD && field != WORDS_FIELD_RAW;
}

/* With enough strokes a name may follow the phrase, which then is more than one word. */
static gboolean
is_marker(WordsSection section, const GString *words, guint strokes)
{
    return words_is(section, words->str) || (strokes >= 4 && words_begin(section, words->str) > ONE_WORD);
}

StructureKind
marker_find(const LineTable *table, guint i)
{
    const Line *line = &table->lines[i];
    const char *start = table->text + line->content, *end = table->text + line->end;
    g_autoptr(GString) words = NULL;
    StructureKind kind;
    guint strokes;

    while (end > start && g_ascii_isspace(end[-1]))
        end--;
    if (line->end - line->content > MARKER_OCTETS || start == end)
        return STRUCTURE_NONE;
    words = marker_words(start, end, &strokes);
    if (words->len == 0)
        return STRUCTURE_NONE;
    if (words_is(WORDS_FORWARD_BEGINS, words->str)
        && (end[-1] == ':' || strokes > 0 || (end - start >= 3 && memcmp(end - 3, "：", 3) == 0) || header_follows(table, i)))
        return STRUCTURE_FORWARD;
    kind = is_marker(WORDS_FORWARD, words, strokes) ? STRUCTURE_FORWARD
           : is_marker(WORDS_ORIGINAL, words, strokes) ? STRUCTURE_ORIGINAL : STRUCTURE_NONE;
    if (kind != STRUCTURE_NONE && (strokes >= 2 || *start == '*' || header_follows(table, i)))
        return kind;
    return is_reply_above(table, line, words, strokes) ? STRUCTURE_ORIGINAL : STRUCTURE_NONE;
}

static Structure
find_one(const LineTable *table, guint i, gboolean announced)
{
    Structure found = { marker_find(table, i), i + 1 };

    if (found.kind != STRUCTURE_NONE)
        return found;
    found.end = header_block_find(table, i, announced);
    found.kind = STRUCTURE_ORIGINAL;
    if (found.end > i)
        return found;
    found.end = attribution_find(table, i);
    if (found.end == i)
        found.end = program_form_find(table, i);
    found.kind = found.end > i ? STRUCTURE_ATTRIBUTION : STRUCTURE_NONE;
    return found;
}

static guint
hinted_end(const LineTable *table, guint i)
{
    while (i < table->n && (table->lines[i].hint == SPAN_ATTRIBUTION || table->lines[i].empty))
        i++;
    return i;
}

Structure
structure_find(const LineTable *table, guint i)
{
    const Line *line = &table->lines[i];
    Structure found = { STRUCTURE_NONE, i };
    guint at = i;

    if (line->empty || line->own)
        return found;
    if (line->hint == SPAN_ATTRIBUTION) {
        found = find_one(table, i, TRUE);
        if (found.kind == STRUCTURE_NONE)
            found.kind = STRUCTURE_ATTRIBUTION;
        found.end = MAX(found.end, hinted_end(table, i));
    } else {
        /* Outlook draws a line above its header block. */
        if (line_delimiter(table, i) != DELIMITER_NONE)
            at = line_next_full(table, i + 1, MIN(table->n, i + 4));
        if (at < MIN(table->n, i + 4) && !table->lines[at].own && table->lines[at].quote == line->quote)
            found = find_one(table, at, at > i);
    }
    /* "Original Message", then a header, then "On ... wrote:": all of it is above the quote. */
    for (guint more = 0; found.kind != STRUCTURE_NONE && more < 3; more++) {
        guint next = line_next_full(table, found.end, MIN(table->n, found.end + 4));
        Structure follows;

        if (next >= MIN(table->n, found.end + 4) || table->lines[next].own || table->lines[next].quote != line->quote)
            break;
        follows = find_one(table, next, TRUE);
        if (follows.kind == STRUCTURE_NONE)
            break;
        if (found.kind == STRUCTURE_ATTRIBUTION || follows.kind == STRUCTURE_FORWARD)
            found.kind = follows.kind;
        found.end = follows.end;
    }
    return found;
}
