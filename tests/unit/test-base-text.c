/*
 * test-base-text.c - text from strangers, cleaned, escaped, cut, compared
 */
#include "base/error.h"
#include "base/text.h"
#include "tap.h"

#include <string.h>

typedef struct {
    const char *rule;
    const char *input;
    const char *expected;
} TextCase;

static const TextCase escape_cases[] = {
    { "plain", "Hello, world", "Hello, world" },
    { "other-alphabets-stay", "Καλημέρα привет", "Καλημέρα привет" },
    { "esc-sequence", "\x1b[2J", "\\x1b[2J" },
    { "line-feed-cannot-forge-a-line", "a\nb\r\tc", "a\\x0ab\\x0d\\x09c" },
    { "delete", "a\x7f", "a\\x7f" },
    { "c1-csi-in-utf8", "\xc2\x9b" "2J", "\\xc2\\x9b2J" },
    { "c1-csi-as-a-byte", "\x9b" "2J", "\\x9b2J" },
    { "bidi-override", "\xe2\x80\xae" "fdp.exe", "\\xe2\\x80\\xaefdp.exe" },
    { "bidi-isolate", "\xe2\x81\xa6", "\\xe2\\x81\\xa6" },
    { "arabic-letter-mark", "\xd8\x9c", "\\xd8\\x9c" },
    { "line-separator", "\xe2\x80\xa8", "\\xe2\\x80\\xa8" },
    { "overlong-slash", "\xc0\xaf", "\\xc0\\xaf" },
    { "overlong-escape", "\xe0\x80\x9b", "\\xe0\\x80\\x9b" },
    { "surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80" },
    { "beyond-unicode", "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
    { "cut-off-character", "a\xe2\x82", "a\\xe2\\x82" },
    { "backslash-is-doubled", "\\x1b", "\\\\x1b" },
    { "empty", "", "" },
};

static const TextCase body_cases[] = {
    { "lines-and-tabs-stay", "a\n\tb", "a\n\tb" },
    { "backslash-stays", "C:\\temp", "C:\\temp" },
    { "carriage-return-cannot-overwrite", "good\rbad", "good\\x0dbad" },
    { "esc-sequence", "\x1b]0;x\a", "\\x1b]0;x\\x07" },
    { "bidi-override", "\xe2\x80\xae", "\\xe2\\x80\\xae" },
};

static const TextCase fold_cases[] = {
    { "ends", "  a  ", "a" },
    { "kinds", "a\t\r\n \v\fb", "a b" },
    { "no-break-space", "a\xc2\xa0\xc2\xa0" "b", "a b" },
    { "only-space", " \t ", "" },
    { "bad-bytes-stay", "a \xff b", "a \xff b" },
};

static void
test_escape(gconstpointer data)
{
    const TextCase *c = data;
    g_autofree char *escaped = text_escape(c->input);

    g_assert_cmpstr(escaped, ==, c->expected);
}

static void
test_escape_body(gconstpointer data)
{
    const TextCase *c = data;
    g_autofree char *escaped = text_escape_body(c->input);

    g_assert_cmpstr(escaped, ==, c->expected);
}

static void
test_fold(gconstpointer data)
{
    const TextCase *c = data;
    g_autofree char *folded = text_fold_space(c->input);

    g_assert_cmpstr(folded, ==, c->expected);
}

/* Random bytes, weighted towards lead bytes and controls, so that whole characters come up too. */
static char *
random_bytes(gsize length)
{
    static const guint8 frequent[] = { 0xc2, 0xe2, 0x80, 0x81, 0xa8, 0xae, 0x9b, 0xd8, 0x9c, 0x1b, '\n', '\\', 'a', 0xf0 };
    char *bytes = g_malloc(length + 1);

    for (gsize i = 0; i < length; i++)
        bytes[i] = (char) (g_test_rand_bit() ? frequent[g_test_rand_int_range(0, G_N_ELEMENTS(frequent))]
                                             : (guint8) g_test_rand_int_range(1, 256));
    bytes[length] = '\0';
    return bytes;
}

static void
test_escaped_holds_only_safe_characters(void)
{
    for (int round = 0; round < 2000; round++) {
        g_autofree char *bytes = random_bytes((gsize) g_test_rand_int_range(0, 60));
        g_autofree char *escaped = text_escape(bytes);
        g_autofree char *body = text_escape_body(bytes);

        g_assert_true(g_utf8_validate(escaped, -1, NULL));
        g_assert_true(g_utf8_validate(body, -1, NULL));
        for (const char *next = escaped; *next != '\0'; next = g_utf8_next_char(next))
            g_assert_false(text_char_is_unsafe(g_utf8_get_char(next)));
        for (const char *next = body; *next != '\0'; next = g_utf8_next_char(next))
            g_assert_true(*next == '\n' || *next == '\t' || !text_char_is_unsafe(g_utf8_get_char(next)));
    }
}

static void
test_unsafe_is_the_whole_list(void)
{
    static const gunichar ranges[][2] = {
        { 0x00, 0x1f }, { 0x7f, 0x9f }, { 0x61c, 0x61c }, { 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 },
    };

    for (gunichar c = 0; c < 0x110000; c++) {
        gboolean listed = FALSE;

        for (gsize i = 0; i < G_N_ELEMENTS(ranges); i++)
            listed |= c >= ranges[i][0] && c <= ranges[i][1];
        g_assert_cmpint(text_char_is_unsafe(c), ==, listed);
    }
}

static void
test_sanitise(void)
{
    static const struct {
        const char *bytes;
        gsize length;
        const char *expected;
    } cases[] = {
        { "a\0b", 3, "ab" },
        { "\0\0", 2, "" },
        { "a\xff" "b", 3, "a\xef\xbf\xbd" "b" },
        { "\xc0\x80", 2, "\xef\xbf\xbd\xef\xbf\xbd" },
        { "\xe2\x82\xac", 3, "\xe2\x82\xac" },
        { "\xe2\x82", 2, "\xef\xbf\xbd" },
        { "\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
        { "\xe2\x82\0\xac", 4, "\xef\xbf\xbd\xef\xbf\xbd" },
        { "", 0, "" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *clean = text_sanitise(cases[i].bytes, cases[i].length);

        g_assert_cmpstr(clean, ==, cases[i].expected);
    }
}

/* One U+FFFD for each maximal subpart: the examples of the Unicode standard (3.9), "?" for U+FFFD here. */
static void
test_maximal_subparts(void)
{
    static const struct {
        const char *rule, *bytes, *expected;
    } cases[] = {
        { "longest begins of characters", "a\xf1\x80\x80\xe1\x80\xc2" "b\x80" "c\x80\xbf" "d", "a???b?c??d" },
        { "not the shortest form", "\xc0\xaf\xe0\x80\xbf\xf0\x81\x82" "A", "????????A" },
        { "surrogates", "\xed\xa0\x80\xed\xbf\xbf\xed\xaf" "A", "????????A" },
        { "beyond the last plane, lone bytes", "\xf4\x91\x92\x93\xff" "A\x80\xbf" "B", "?????A??B" },
        { "truncated characters", "\xe1\x80\xe2\xf0\x91\x92\xf1\xbf" "A", "????A" },
        { "truncated at the end", "a\xf0\x9f\x98", "a?" },
        { "last character of each length", "\xdf\xbf\xef\xbf\xbf\xf4\x8f\xbf\xbf", "\xdf\xbf\xef\xbf\xbf\xf4\x8f\xbf\xbf" },
        { "a character behind a begin", "\xe2\x82\xe2\x82\xac", "?\xe2\x82\xac" },
        { "five and six octets", "\xf8\x88\x80\x80\x80\xfc\x84\x80\x80\x80\x80", "???????????" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *clean = text_sanitise(cases[i].bytes, strlen(cases[i].bytes));
        g_autoptr(GString) marked = g_string_new(clean);

        g_test_message("%s", cases[i].rule);
        g_string_replace(marked, "\xef\xbf\xbd", "?", 0);
        g_assert_cmpstr(marked->str, ==, cases[i].expected);
    }
}

/* Quadratic work on this much would take minutes. */
static void
test_huge_is_linear(void)
{
    gsize length = 16 * 1024 * 1024;
    g_autofree char *bytes = g_malloc(length + 1);
    g_autofree char *clean = NULL;
    g_autofree char *escaped = NULL;
    gint64 started = g_get_monotonic_time();

    memset(bytes, 0xe2, length);
    bytes[length] = '\0';
    clean = text_sanitise(bytes, length);
    escaped = text_escape(bytes);
    g_assert_cmpuint(strlen(clean), ==, 3 * length);
    g_assert_cmpuint(strlen(escaped), ==, 4 * length);
    g_assert_cmpint(g_get_monotonic_time() - started, <, 60 * G_USEC_PER_SEC);
}

static void
test_cut(void)
{
    static const struct {
        const char *text;
        gsize max;
        const char *expected;
    } cases[] = {
        { "abc", 3, "abc" },       { "abcd", 3, "abc" },
        { "a\xe2\x82\xac", 4, "a\xe2\x82\xac" }, { "a\xe2\x82\xac", 3, "a" }, { "a\xe2\x82\xac", 2, "a" },
        { "\xf0\x9f\x98\x80", 3, "" },  { "abc", 0, "" },
        { "\x80\x80\x80\x80\x80\x80", 5, "\x80\x80\x80\x80\x80" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *cut = text_cut(cases[i].text, cases[i].max);

        g_assert_cmpstr(cut, ==, cases[i].expected);
    }
}

static void
test_nearest(void)
{
    static const char *const keys[] = { "address", "aliases", "name", "closed", "url", "reopen-days", NULL };
    static const struct {
        const char *word;
        const char *expected;
    } cases[] = {
        { "adress", "address" }, { "addres", "address" }, { "Address", "address" }, { "addrsse", "address" },
        { "reopen_days", "reopen-days" }, { "nmae", "name" }, { "ur", NULL }, { "urk", "url" }, { "xyz", NULL },
        { "adr", NULL }, { "", NULL },
    };
    g_autofree char *huge = g_strnfill(100000, 'a');

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(text_nearest(cases[i].word, keys), ==, cases[i].expected);
    g_assert_null(text_nearest(huge, keys));
}

typedef struct {
    const char *text;
    gint64 expected; /* -1: refused */
} NumberCase;

static const NumberCase durations[] = {
    { "0", 0 }, { "60", 60 }, { "60s", 60 }, { "5m", 300 }, { "4h", 14400 }, { "30d", 2592000 }, { "2w", 1209600 },
    { "9223372036854", 9223372036854 }, { "9223372036855", -1 }, { "15250284w", 9223371763200 }, { "15250285w", -1 },
    { "99999999999999999999999999s", -1 }, { "", -1 }, { "s", -1 }, { "-5m", -1 }, { "+5m", -1 }, { " 5m", -1 },
    { "5 m", -1 }, { "5m ", -1 }, { "5M", -1 }, { "5mm", -1 }, { "1.5h", -1 }, { "soon", -1 }, { "0x10", -1 },
};

static const NumberCase sizes[] = {
    { "0", 0 }, { "100", 100 }, { "64K", 65536 }, { "64KiB", 65536 }, { "25M", 26214400 }, { "25MiB", 26214400 },
    { "1G", 1073741824 }, { "1GiB", 1073741824 }, { "8589934591G", 9223372035781033984 }, { "8589934592G", -1 },
    { "9223372036854775807", G_MAXINT64 }, { "9223372036854775808", -1 }, { "-1", -1 }, { "", -1 }, { "M", -1 },
    { "25MB", -1 }, { "25 M", -1 }, { "1T", -1 },
};

static void
test_durations(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(durations); i++) {
        g_autoptr(GError) error = NULL;
        gint64 seconds = -1;

        text_parse_duration(durations[i].text, &seconds, &error);
        g_assert_cmpint(seconds, ==, durations[i].expected);
        g_assert_true(durations[i].expected >= 0
                      || g_error_matches(error, MAILGW_ERROR, MAILGW_ERROR_INVALID));
    }
}

static void
test_sizes(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GError) error = NULL;
        gint64 bytes = -1;

        text_parse_size(sizes[i].text, &bytes, &error);
        g_assert_cmpint(bytes, ==, sizes[i].expected);
        g_assert_true(sizes[i].expected >= 0 || g_error_matches(error, MAILGW_ERROR, MAILGW_ERROR_INVALID));
    }
}

static void
test_int64(void)
{
    static const char *const refused[] = { "", "x", "+5", " 5", "5 ", "11", "-11", "0x5", "9223372036854775808", "1e1" };
    gint64 value = 77;

    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(text_parse_int64(refused[i], -10, 10, &value, &error));
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
        g_assert_cmpint(value, ==, 77);
    }
    g_assert_true(text_parse_int64("-10", -10, 10, &value, NULL));
    g_assert_cmpint(value, ==, -10);
    g_assert_true(text_parse_int64("9223372036854775807", G_MININT64, G_MAXINT64, &value, NULL));
    g_assert_cmpint(value, ==, G_MAXINT64);
}

static void
test_has_control(void)
{
    g_assert_false(text_has_control("Grüße"));
    g_assert_true(text_has_control("a\tb"));
    g_assert_true(text_has_control("a\x7f"));
}

static void
add_cases(const char *prefix, const TextCase *cases, gsize n_cases, GTestDataFunc test)
{
    for (gsize i = 0; i < n_cases; i++) {
        g_autofree char *path = g_strconcat(prefix, cases[i].rule, NULL);

        g_test_add_data_func(path, &cases[i], test);
    }
}

static void
test_comment_end(void)
{
    static const struct {
        const char *text, *behind;
    } cases[] = {
        { "(a) b", " b" }, { "(a (b) c) d", " d" }, { "(a \\) b) c", " c" }, { "()", "" }, { "(a", NULL }, { "(a (b) c", NULL }, { "(a\\", NULL },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(text_comment_end(cases[i].text), ==, cases[i].behind);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    add_cases("/text/escape/", escape_cases, G_N_ELEMENTS(escape_cases), test_escape);
    add_cases("/text/escape-body/", body_cases, G_N_ELEMENTS(body_cases), test_escape_body);
    add_cases("/text/fold-space/", fold_cases, G_N_ELEMENTS(fold_cases), test_fold);
    g_test_add_func("/text/escape/holds-only-safe-characters", test_escaped_holds_only_safe_characters);
    g_test_add_func("/text/unsafe-is-the-whole-list", test_unsafe_is_the_whole_list);
    g_test_add_func("/text/sanitise/fit-for-the-database", test_sanitise);
    g_test_add_func("/text/sanitise/one-mark-for-each-maximal-subpart", test_maximal_subparts);
    g_test_add_func("/text/huge-is-linear", test_huge_is_linear);
    g_test_add_func("/text/cut/between-characters", test_cut);
    g_test_add_func("/text/comment-end", test_comment_end);
    g_test_add_func("/text/nearest", test_nearest);
    g_test_add_func("/text/duration", test_durations);
    g_test_add_func("/text/size", test_sizes);
    g_test_add_func("/text/int64", test_int64);
    g_test_add_func("/text/has-control", test_has_control);
    return g_test_run();
}
