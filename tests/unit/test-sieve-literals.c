/* The literal that a pattern needs, and finding thousands of literals at once. */
#include <glib.h>
#include <string.h>

#include "sieve/literal-index-private.h"
#include "sieve/required-literal-private.h"
#include "tap.h"

typedef struct {
    const char *rule, *pattern, *literal;
} Case;

static const Case globs[] = {
    { "plain", "invoice", "invoice" },
    { "longest", "a*invoice*bc", "invoice" },
    { "first-of-equal-length", "abc*def", "abc" },
    { "question-mark-ends", "in?voice", "voice" },
    { "escaped-star-is-literal", "a\\*b", "a*b" },
    { "escaped-backslash", "a\\\\*b", "a\\" },
    { "backslash-at-end-is-itself", "ab\\", "ab\\" },
    { "only-wildcards", "*?*", NULL },
    { "empty", "", NULL },
};

static const Case regexes[] = {
    { "plain", "invoice", "invoice" },
    { "anchors-are-no-text", "^abc$", "abc" },
    { "dot-ends", "ab.cde", "cde" },
    { "escaped-dot", "example\\.com", "example.com" },
    { "escaped-letter-is-a-class", "ab\\dcde", "cde" },
    { "optional-character-is-not-sure", "abc?de", "ab" },
    { "star-character-is-not-sure", "abc*", "ab" },
    { "braces-may-mean-none", "abc{0,2}d", "ab" },
    { "plus-is-sure-once", "abc+d", "abc" },
    { "lazy", "abc+?de", "abc" },
    { "possessive", "abc++de", "abc" },
    { "group-is-skipped", "(abcdef)gh", "gh" },
    { "optional-group-is-skipped", "ab(cdef)?g", "ab" },
    { "group-without-capture", "(?:abc|def)gh", "gh" },
    { "nested-groups", "((a|b)(c|d))efg", "efg" },
    { "alternatives-at-the-top", "abc|def", NULL },
    { "alternatives-in-a-group-only", "(abc|def)", NULL },
    { "class", "ab[cd]efg", "efg" },
    { "class-with-bracket-first", "[]a]bc", "bc" },
    { "negated-class-with-bracket-first", "[^]a]bc", "bc" },
    { "class-with-escaped-bracket", "[a\\]]bc", "bc" },
    { "class-with-posix-class", "[[:alpha:]]xyz", "xyz" },
    { "class-with-posix-class-and-more", "[0[:alpha:]_]xyz", "xyz" },
    { "class-with-negated-posix-class", "[[:^alpha:]]xyz", "xyz" },
    { "posix-word-begin", "[[:<:]]word", "word" },
    { "class-with-opening-bracket", "[[]xyz", "xyz" },
    { "class-that-only-looks-posix", "[[:a]xyz", "xyz" },
    { "class-hides-alternative", "[a|b]cd", "cd" },
    { "escaped-bar-is-no-alternative", "ab\\|cd", "ab|cd" },
    { "escaped-parenthesis", "ab\\(cd", "ab(cd" },
    { "quoting-hides-everything", "\\Qa|b\\Ecdef", NULL },
    { "quoting-in-a-group", "(\\Q[\\E)|(x])y", NULL },
    { "quoting-in-a-class", "[\\Q]a[\\E]", NULL },
    { "end-of-quoting-before-a-quantifier", "ab\\E*", NULL },
    { "options-change-what-follows", "(?x)a b", NULL },
    { "options-in-a-group", "((?x)a # )\n b)cd", NULL },
    { "comment-may-hold-anything", "(?#[)abc", NULL },
    { "comment-in-a-group", "((?#[)a)|(x])y", NULL },
    { "look-ahead", "(?!abc)def", NULL },
    { "octal-is-no-digit", "\\012ab", "ab" },
    { "octal-of-two-digits", "(a)\\12", NULL },
    { "back-reference-then-text", "(a)\\1bc", "bc" },
    { "hex", "\\x41bc", NULL },
    { "hex-in-braces", "\\x{41}bc", NULL },
    { "property", "\\p{Lu}bc", NULL },
    { "control-character", "\\cAbc", NULL },
    { "control-bracket-in-a-class", "[\\c]]abc", NULL },
    { "brace-that-is-no-quantifier", "a{[}]x}yz", "yz" },
    { "open-brace-as-text", "ab{cdef", "cdef" },
    { "accent-in-either-case", "\xc3\x84rger", "rger" },
    { "kelvin-is-a-k", "a\xe2\x84\xaa", "a" },
    { "letters-without-case", "\xe8\xab\x8b\xe6\xb1\x82\xe6\x9b\xb8", "\xe8\xab\x8b\xe6\xb1\x82\xe6\x9b\xb8" },
    { "empty", "", NULL },
};

static void
check(const Case *c, char *(*required)(const char *pattern, gsize length, gsize *length_out))
{
    gsize length = 0;
    g_autofree char *literal = required(c->pattern, strlen(c->pattern), &length);

    g_test_message("%s: %s", c->rule, c->pattern);
    g_assert_cmpstr(literal, ==, c->literal);
    g_assert_cmpuint(length, ==, c->literal != NULL ? strlen(c->literal) : 0);
}

static void
test_globs(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(globs); i++)
        check(&globs[i], required_literal_of_glob);
}

static void
test_regexes(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(regexes); i++)
        check(&regexes[i], required_literal_of_regex);
}

static void
count_id(guint id, gpointer data)
{
    ((guint *) data)[id]++;
}

/* Against the plain way: memmem() for each. */
static void
test_index_agrees_with_search(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);

    for (guint round = 0; round < 300; round++) {
        LiteralIndex *index = literal_index_new();
        char literals[40][8], text[64];
        guint found[40] = { 0 };
        gsize length = (gsize) g_rand_int_range(rand, 0, sizeof text - 1);

        for (guint i = 0; i < G_N_ELEMENTS(literals); i++) {
            gsize size = (gsize) g_rand_int_range(rand, 1, 8);

            for (gsize k = 0; k < size; k++)
                literals[i][k] = (char) g_rand_int_range(rand, 'a', 'd');
            literals[i][size] = '\0';
            literal_index_add(index, literals[i], size, i);
        }
        for (gsize k = 0; k < length; k++)
            text[k] = (char) g_rand_int_range(rand, 'a', 'd');
        text[length] = '\0';
        literal_index_scan(index, text, length, count_id, found);
        for (guint i = 0; i < G_N_ELEMENTS(literals); i++)
            g_assert_cmpint(found[i] > 0, ==, strstr(text, literals[i]) != NULL);
        literal_index_free(index);
    }
}

static void
count_all(G_GNUC_UNUSED guint id, gpointer data)
{
    (*(guint64 *) data)++;
}

/* Thousands of rules that look for the same word, and a mail that is nothing else. */
static void
test_index_tells_each_once(void)
{
    LiteralIndex *index = literal_index_new();
    g_autofree char *text = g_strnfill(64 * 1024, 'a');
    guint64 found = 0;

    for (guint i = 0; i < 5000; i++)
        literal_index_add(index, "aaaa", 1 + i % 4, i);
    literal_index_scan(index, text, 64 * 1024, count_all, &found);
    g_assert_cmpuint(found, ==, 5000);
    literal_index_scan(index, text, 64 * 1024, count_all, &found);
    g_assert_cmpuint(found, ==, 10000);
    literal_index_free(index);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/sieve/literals/of-globs", test_globs);
    g_test_add_func("/sieve/literals/of-regexes", test_regexes);
    g_test_add_func("/sieve/literals/index-agrees-with-search", test_index_agrees_with_search);
    g_test_add_func("/sieve/literals/index-tells-each-once", test_index_tells_each_once);
    return g_test_run();
}
