#include "sieve/required-literal-private.h"

#include <string.h>

typedef struct {
    GString *now, *best;
} Longest;

static void
end_literal(Longest *longest)
{
    if (longest->now->len > longest->best->len)
        g_string_assign(longest->best, longest->now->str);
    g_string_truncate(longest->now, 0);
}

static char *
finish(Longest *longest, gsize *length_out)
{
    end_literal(longest);
    g_string_free(longest->now, TRUE);
    *length_out = longest->best->len;
    return g_string_free(longest->best, longest->best->len == 0);
}

char *
required_literal_of_glob(const char *pattern, gsize length, gsize *length_out)
{
    Longest longest = { g_string_new(NULL), g_string_new(NULL) };

    for (gsize i = 0; i < length; i++) {
        if (pattern[i] == '*' || pattern[i] == '?') {
            end_literal(&longest);
        } else {
            if (pattern[i] == '\\' && i + 1 < length)
                i++;
            g_string_append_c(longest.now, pattern[i]);
        }
    }
    return finish(&longest, length_out);
}

/* Behind a "[:alpha:]" at i, which may stand in a class, or a "[:<:]", which stands for the begin of a word; i if there is none. */
static gsize
skip_posix_class(const char *pattern, gsize length, gsize i)
{
    gsize end = i + 2;

    if (i + 1 >= length || pattern[i] != '[' || pattern[i + 1] != ':')
        return i;
    while (end < length && (g_ascii_islower(pattern[end]) || strchr("^<>", pattern[end]) != NULL))
        end++;
    return end + 1 < length && pattern[end] == ':' && pattern[end + 1] == ']' ? end + 2 : i;
}

/* Behind a "[...]" that begins at i: "]" first in it is a member. */
static gsize
skip_class(const char *pattern, gsize length, gsize i)
{
    i++;
    if (i < length && pattern[i] == '^')
        i++;
    if (i < length && pattern[i] == ']')
        i++;
    while (i < length && pattern[i] != ']') {
        gsize behind = skip_posix_class(pattern, length, i);

        if (behind > i)
            i = behind;
        else
            i += pattern[i] == '\\' ? 2 : 1;
    }
    return MIN(i + 1, length);
}

/* Behind a "(...)" that begins at i. */
static gsize
skip_group(const char *pattern, gsize length, gsize i)
{
    guint depth = 0;

    while (i < length) {
        if (pattern[i] == '\\') {
            i += 2;
        } else if (pattern[i] == '[') {
            i = skip_class(pattern, length, i);
        } else {
            depth += pattern[i] == '(' ? 1 : 0;
            depth -= pattern[i] == ')' ? 1 : 0;
            i++;
            if (depth == 0)
                return i;
        }
    }
    return length;
}

/* Whether what stands before i may be missing in a match. */
static gboolean
is_optional(const char *pattern, gsize length, gsize i)
{
    return i < length && (pattern[i] == '?' || pattern[i] == '*' || pattern[i] == '{');
}

/* "\Q" and "\E" change how the rest is read, and "\c" takes whatever follows it, wherever they stand. */
static gboolean
has_quoting(const char *pattern, gsize length)
{
    for (gsize i = 0; i + 1 < length; i++) {
        if (pattern[i] == '\\' && strchr("QEc", pattern[i + 1]) != NULL)
            return TRUE;
        i += pattern[i] == '\\' ? 1 : 0;
    }
    return FALSE;
}

/* With an alternative at the top, or something like (?x) or (?#...) that changes how the rest is read, nothing is sure. */
static gboolean
is_beyond(const char *pattern, gsize length)
{
    guint depth = 0;
    gsize i = 0;

    if (has_quoting(pattern, length))
        return TRUE;
    while (i < length) {
        if (pattern[i] == '\\') {
            /* Characters by number or name, and what takes an argument. */
            if (depth == 0 && i + 1 < length && strchr("xoNpPkg", pattern[i + 1]) != NULL)
                return TRUE;
            i += 2;
            continue;
        }
        if (pattern[i] == '[') {
            i = skip_class(pattern, length, i);
            continue;
        }
        if (pattern[i] == '(' && i + 2 < length && pattern[i + 1] == '?' && pattern[i + 2] != ':')
            return TRUE;
        if (pattern[i] == '|' && depth == 0)
            return TRUE;
        depth += pattern[i] == '(' ? 1 : 0;
        depth -= pattern[i] == ')' && depth > 0 ? 1 : 0;
        i++;
    }
    return FALSE;
}

/* A letter outside ASCII may match another one where case is disregarded; those of scripts without case do not. */
static gboolean
has_no_case(const char *character, gsize length)
{
    gunichar c = g_utf8_get_char_validated(character, (gssize) length);

    return c != (gunichar) -1 && c != (gunichar) -2 && (c < 0x80 || g_unichar_type(c) == G_UNICODE_OTHER_LETTER);
}

/* One character at i that stands for itself, or the end of the literal. Returns where the next one is. */
static gsize
take_character(const char *pattern, gsize length, gsize i, Longest *longest)
{
    gsize begin = i;
    gboolean literal;

    if (pattern[i] == '\\') {
        begin = ++i;
        literal = i < length && !g_ascii_isalnum(pattern[i]);
        /* A number is a back reference or octal, as a whole. */
        while (i + 1 < length && g_ascii_isdigit(pattern[i]) && g_ascii_isdigit(pattern[i + 1]))
            i++;
    } else {
        literal = strchr("^$.+*?{}", pattern[i]) == NULL;
    }
    i++;
    /* A character is all of its octets. */
    while (i < length && (pattern[i] & 0xc0) == 0x80)
        i++;
    i = MIN(i, length);
    if (!literal || is_optional(pattern, length, i) || !has_no_case(pattern + begin, i - begin)) {
        end_literal(longest);
        return i;
    }
    g_string_append_len(longest->now, pattern + begin, (gssize) (i - begin));
    /* Once or more: what follows need not follow the first. */
    if (i < length && pattern[i] == '+')
        end_literal(longest);
    return i;
}

/* Behind a "{2,3}" at i; a brace that is no quantifier is a character. */
static gsize
skip_braces(const char *pattern, gsize length, gsize i)
{
    gsize end = i + 1;

    while (end < length && (g_ascii_isdigit(pattern[end]) || pattern[end] == ',' || pattern[end] == ' '))
        end++;
    return end < length && pattern[end] == '}' ? end + 1 : i + 1;
}

char *
required_literal_of_regex(const char *pattern, gsize length, gsize *length_out)
{
    Longest longest = { g_string_new(NULL), g_string_new(NULL) };
    gsize i = 0;

    if (is_beyond(pattern, length))
        return finish(&longest, length_out);
    while (i < length) {
        if (pattern[i] == '[' || pattern[i] == '(' || pattern[i] == '{') {
            end_literal(&longest);
            i = pattern[i] == '['   ? skip_class(pattern, length, i)
                : pattern[i] == '(' ? skip_group(pattern, length, i)
                                    : skip_braces(pattern, length, i);
        } else {
            i = take_character(pattern, length, i, &longest);
        }
    }
    return finish(&longest, length_out);
}
