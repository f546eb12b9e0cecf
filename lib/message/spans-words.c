#include <config.h>

#include "message/spans-words-private.h"

#include <string.h>

#define FIRST_CJK 0x2e80   /* from here on words are written without blanks between */

typedef struct {
    GHashTable *sections;                /* folded phrase -> mask of its sections */
    GPtrArray  *beginnings[N_WORDS][256];  /* phrases by their second octet, which tells scripts and letters apart */
    GPtrArray  *all[N_WORDS];
    GArray     *patterns[N_WORDS];
    GByteArray *firsts[N_WORDS];         /* the octet each pattern begins with; 0 where any may stand there */
} Words;

static gboolean
is_invisible(gunichar c)
{
    return c == 0xad || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069)
           || c == 0xfeff || (c >= 0x300 && c <= 0x36f) || c == 0x640;
}

/* One character without its accents, in lower case; Hangul stays whole. */
static gunichar
fold_char(gunichar c)
{
    gunichar base, mark;

    if (c >= 0xff01 && c <= 0xff5e)
        return fold_char(c - 0xff01 + '!');
    if (g_unichar_isdigit(c))
        return '0' + (gunichar) g_unichar_digit_value(c);
    if (c < 0xac00 || c > 0xd7a3)
        while (g_unichar_decompose(c, &base, &mark) && mark != 0)
            c = base;
    c = g_unichar_tolower(c);
    switch (c) {
    case 0x3c2:                                  /* final sigma */
        return 0x3c3;
    case 0x2018: case 0x2019: case 0x2bc: case 0xb4:
        return '\'';
    case 0x201c: case 0x201d: case 0x201e: case 0xab: case 0xbb:
        return '"';
    case 0x3001: case 0x60c:
        return ',';
    case 0x2010: case 0x2011:
        return '-';
    default:
        return c;
    }
}

static void
add_char(GString *to, gunichar c)
{
    if (c < 0x80)
        g_string_append_c(to, (char) c);
    else
        g_string_append_unichar(to, c);
}

void
words_fold(GString *to, const char *text, gsize length)
{
    const char *end = text + length;
    gboolean blank = to->len > 0;

    for (const char *at = text; at < end; at = g_utf8_next_char(at)) {
        gunichar c = (guchar) *at < 0x80 ? (gunichar) *at : g_utf8_get_char(at);

        if (c == '*' || (c >= 0x80 && is_invisible(c)))
            continue;
        if (c < 0x80 ? g_ascii_isspace((char) c) : g_unichar_isspace(c)) {
            blank = TRUE;
            continue;
        }
        if (blank && to->len > 0)
            g_string_append_c(to, ' ');
        blank = FALSE;
        add_char(to, c < 0x80 ? (gunichar) g_ascii_tolower((char) c) : fold_char(c));
    }
    while (to->len > 0 && (to->str[to->len - 1] == ':' || to->str[to->len - 1] == ' '))
        g_string_truncate(to, to->len - 1);
}

/* A text between places, without the punctuation that programs set around names and dates as they like. */
static char *
pattern_text(const char *text, gsize length)
{
    g_autoptr(GString) folded = g_string_new(NULL);
    gsize from = 0;

    words_fold(folded, text, length);
    while (from < folded->len && strchr(" ,:;<>\"-", folded->str[from]) != NULL)
        from++;
    while (folded->len > from && strchr(" ,:;<>\"", folded->str[folded->len - 1]) != NULL)
        g_string_truncate(folded, folded->len - 1);
    return g_strdup(folded->str + from);
}

static guint
place_bit(const char *name)
{
    return g_str_has_prefix(name, "date}") ? PLACE_DATE : g_str_has_prefix(name, "who}") ? PLACE_WHO : PLACE_WHAT;
}

/* The compiler of the table has checked the form: braces in pairs, two groups at most. Without a place all of it is the start. */
static WordsPattern
pattern_parse(const char *phrase)
{
    WordsPattern pattern = { 0 };
    char **texts[] = { &pattern.start, &pattern.middle, &pattern.end };
    guint *places[] = { &pattern.first, &pattern.second };
    guint group = 0;

    for (const char *brace; (brace = strchr(phrase, '{')) != NULL;) {
        g_autofree char *text = pattern_text(phrase, (gsize) (brace - phrase));

        if (*text != '\0' && group > 0 && *places[0] != 0)
            group = 2;
        if (*texts[0] == NULL)
            pattern.start = g_steal_pointer(&text);
        else if (group == 2 && pattern.middle == NULL)
            pattern.middle = g_steal_pointer(&text);
        *places[group == 2] |= place_bit(brace + 1);
        group = MAX(group, 1);
        phrase = strchr(brace, '}') + 1;
    }
    *(group > 0 ? &pattern.end : &pattern.start) = pattern_text(phrase, strlen(phrase));
    if (pattern.end == NULL)
        pattern.end = g_strdup("");
    if (pattern.middle == NULL)
        pattern.middle = g_strdup("");
    pattern.start_length = strlen(pattern.start);
    pattern.middle_length = strlen(pattern.middle);
    pattern.end_length = strlen(pattern.end);
    return pattern;
}

static void
load_phrase(Words *words, WordsSection section, const char *phrase)
{
    g_autoptr(GString) folded = g_string_new(NULL);
    GPtrArray **bucket;
    guint mask;

    words_fold(folded, phrase, strlen(phrase));
    bucket = &words->beginnings[section][folded->len > 1 ? (guchar) folded->str[1] : 0];
    if (*bucket == NULL)
        *bucket = g_ptr_array_new();
    mask = GPOINTER_TO_UINT(g_hash_table_lookup(words->sections, folded->str)) | 1u << section;
    g_ptr_array_add(*bucket, folded->str);
    g_ptr_array_add(words->all[section], folded->str);
    g_hash_table_insert(words->sections, g_string_free(g_steal_pointer(&folded), FALSE), GUINT_TO_POINTER(mask));
}

static const Words *
words_get(void)
{
    static Words *loaded;

    if (g_once_init_enter(&loaded)) {
        Words *words = g_new0(Words, 1);

        words->sections = g_hash_table_new(g_str_hash, g_str_equal);   /* lives as long as the process */
        for (guint s = 0; s < N_WORDS; s++) {
            words->patterns[s] = g_array_new(FALSE, FALSE, sizeof(WordsPattern));
            words->firsts[s] = g_byte_array_new();
            words->all[s] = g_ptr_array_new();
        }
        for (guint i = 0; i < n_reply_words; i++) {
            const ReplyWord *word = &reply_words[i];

            if (word->section <= WORDS_SENT_FROM) {
                WordsPattern pattern = pattern_parse(word->phrase);

                g_array_append_val(words->patterns[word->section], pattern);
                g_byte_array_append(words->firsts[word->section], (const guint8 *) pattern.start, 1);
            } else
                load_phrase(words, word->section, word->phrase);
        }
        g_once_init_leave(&loaded, words);
    }
    return loaded;
}

gboolean
words_is(WordsSection section, const char *folded)
{
    return (GPOINTER_TO_UINT(g_hash_table_lookup(words_get()->sections, folded)) & 1u << section) != 0;
}

/* No letter goes on where a text ends; in scripts without blanks between words nothing can be said. */
static gboolean
is_border(const char *before_end, const char *at, const char *limit)
{
    gunichar last, next;

    if (at >= limit)
        return TRUE;
    last = g_utf8_get_char(g_utf8_prev_char(before_end));
    next = g_utf8_get_char(at);
    return last >= FIRST_CJK || next >= FIRST_CJK || !g_unichar_isalnum(last) || !g_unichar_isalnum(next);
}

gsize
words_begin(WordsSection section, const char *folded)
{
    gsize length = strlen(folded), longest = 0;
    const GPtrArray *bucket;

    if (length == 0)
        return 0;
    bucket = words_get()->beginnings[section][length > 1 ? (guchar) folded[1] : 0];
    for (guint i = 0; bucket != NULL && i < bucket->len; i++) {
        const char *phrase = g_ptr_array_index(bucket, i);
        gsize size = strlen(phrase);

        if (size > longest && size <= length && memcmp(folded, phrase, size) == 0
            && is_border(folded + size, folded + size, folded + length))
            longest = size;
    }
    return longest;
}

gboolean
words_hold(WordsSection section, const char *folded)
{
    const GPtrArray *all = words_get()->all[section];

    for (guint i = 0; i < all->len; i++)
        if (strstr(folded, g_ptr_array_index(all, i)) != NULL)
            return TRUE;
    return FALSE;
}

static gboolean
pattern_fits(const WordsPattern *pattern, const char *from, const char *to, WordsMatch *match_out)
{
    gsize start = pattern->start_length, middle = pattern->middle_length, end = pattern->end_length;
    const char *limit = to, *found;

    if ((gsize) (to - from) < start + middle + end || memcmp(from, pattern->start, start) != 0
        || memcmp(to - end, pattern->end, end) != 0)
        return FALSE;
    if (start > 0 && !is_border(from + start, from + start, to))
        return FALSE;
    if (end > 0 && to - end > from && !is_border(to - end, to - end, to))
        return FALSE;
    from += start;
    to -= end;
    found = middle > 0 ? memmem(from, (gsize) (to - from), pattern->middle, middle) : to;
    while (found != NULL && middle > 0
           && (found == from || !is_border(found, found, limit) || !is_border(found + middle, found + middle, limit)))
        found = memmem(found + 1, (gsize) (to - found - 1), pattern->middle, middle);
    if (found == NULL)
        return FALSE;
    match_out->first = from;
    match_out->first_length = (gsize) (found - from);
    match_out->second = middle > 0 ? found + middle : to;
    match_out->second_length = (gsize) (to - match_out->second);
    return TRUE;
}

const WordsPattern *
words_match(WordsSection section, const GString *folded, guint *next, WordsMatch *match_out)
{
    const Words *words = words_get();
    const GArray *patterns = words->patterns[section];
    const guint8 *firsts = words->firsts[section]->data;

    while (folded->len > 0 && *next < patterns->len) {
        const WordsPattern *pattern = &g_array_index(patterns, WordsPattern, (*next)++);

        if (firsts[*next - 1] != 0 && firsts[*next - 1] != (guint8) *folded->str)
            continue;
        if (pattern_fits(pattern, folded->str, folded->str + folded->len, match_out))
            return pattern;
    }
    return NULL;
}
