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

/* Behind a "[...]" that begins at i: "]" first in it is a member, as are [:classes:]. */
static gsize
skip_class(const char *pattern, gsize length, gsize i)
{
    i++;
    if (i < length && pattern[i] == '^')
        i++;
    if (i < length && pattern[i] == ']')
        i++;
    while (i < length && pattern[i] != ']') {
        if (pattern[i] == '\\')
            i++;
        else if (pattern[i] == '[' && i + 1 < length && strchr(":.=", pattern[i + 1]) != NULL)
            i++;
        i++;
    }
    return i + 1;
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

/* An alternative at the top, or an option like (?x) that changes how the rest is read, and nothing is sure. */
static gboolean
is_beyond(const char *pattern, gsize length)
{
    gsize i = 0;

    while (i < length) {
        if (pattern[i] == '\\') {
            /* \Q...\E and numbers of characters. */
            if (i + 1 < length && strchr("QExoNpPkgcR", pattern[i + 1]) != NULL)
                return TRUE;
            i += 2;
        } else if (pattern[i] == '[') {
            i = skip_class(pattern, length, i);
        } else if (pattern[i] == '(') {
            if (i + 2 < length && pattern[i + 1] == '?' && pattern[i + 2] != ':')
                return TRUE;
            i = skip_group(pattern, length, i);
        } else if (pattern[i] == '|') {
            return TRUE;
        } else {
            i++;
        }
    }
    return FALSE;
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
    } else {
        literal = strchr("^$.+*?{}", pattern[i]) == NULL;
    }
    i++;
    /* A character is all of its octets. */
    while (i < length && (pattern[i] & 0xc0) == 0x80)
        i++;
    if (!literal || is_optional(pattern, length, i)) {
        end_literal(longest);
        return i;
    }
    g_string_append_len(longest->now, pattern + begin, (gssize) (i - begin));
    /* Once or more: what follows need not follow the first. */
    if (i < length && pattern[i] == '+')
        end_literal(longest);
    return i;
}

static gsize
skip_braces(const char *pattern, gsize length, gsize i)
{
    while (i < length && pattern[i] != '}')
        i++;
    return i + 1;
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
