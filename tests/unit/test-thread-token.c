/*
 * test-thread-token.c - tokens: what proves, what does not, and what a stranger's text may cost
 */
#include "base/hash.h"
#include "tap.h"
#include "thread/token.h"

#include <string.h>

#define NOW   G_GINT64_CONSTANT(1700000000000000)
#define LATER (NOW + G_USEC_PER_SEC)

static TokenKeys *
keys_with(guint id, guint8 filling, gint64 proves_until)
{
    TokenKeys *keys = token_keys_new();
    guint8 secret[TOKEN_KEY_BYTES];

    memset(secret, filling, sizeof secret);
    token_keys_add(keys, id, secret, proves_until);
    return keys;
}

static void
add_key(TokenKeys *keys, guint id, guint8 filling, gint64 proves_until)
{
    guint8 secret[TOKEN_KEY_BYTES];

    memset(secret, filling, sizeof secret);
    token_keys_add(keys, id, secret, proves_until);
}

static char *
format(const TokenKeys *keys, gint64 reference, gint64 person, TokenPurpose purpose)
{
    const Token token = { reference, person, purpose };

    return token_format(keys, &token);
}

static void
test_round_trip(void)
{
    g_autoptr(TokenKeys) keys = keys_with(31, 7, 0);
    const gint64 references[] = { 1, 1042, G_GINT64_CONSTANT(1) << 53, G_MAXINT64 };
    const gint64 persons[] = { 0, 77, G_MAXINT64 };

    for (gsize r = 0; r < G_N_ELEMENTS(references); r++) {
        for (gsize p = 0; p < G_N_ELEMENTS(persons); p++) {
            for (TokenPurpose purpose = TOKEN_CUSTOMER; purpose < TOKEN_BOUNCE; purpose++) {
                g_autofree char *text = format(keys, references[r], persons[p], purpose);
                g_autofree char *shouted = g_ascii_strup(text, -1);
                const char *end = NULL;
                Token token;

                g_assert_true(token_parse(keys, text, NOW, &token, &end));
                g_assert_cmpint(token.reference, ==, references[r]);
                g_assert_cmpint(token.person, ==, persons[p]);
                g_assert_cmpint(token.purpose, ==, purpose);
                g_assert_cmpstr(end, ==, "");
                g_assert_true(token_parse(keys, shouted, NOW, &token, NULL));
            }
        }
    }
}

/* The format is a contract: mail that is out there bears it. The MAC is computed here a second time, by hand. */
static void
test_layout(void)
{
    g_autoptr(TokenKeys) keys = keys_with(3, 7, 0);
    g_autofree char *text = format(keys, 0x0102, 77, TOKEN_AUTOMATIC);
    const guint8 input[] = { 'a', 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 77, 3 };
    guint8 secret[TOKEN_KEY_BYTES];
    guint8 mac[HASH_SHA256_BYTES];
    g_autofree char *digits = NULL;
    g_autofree char *expected = NULL;

    memset(secret, 7, sizeof secret);
    hash_hmac_sha256(secret, sizeof secret, input, sizeof input, mac);
    digits = base32_encode(mac, TOKEN_MAC_BYTES);
    expected = g_strconcat("t258.77.d", digits, NULL);
    g_assert_cmpuint(strlen(digits), ==, 26);
    g_assert_cmpstr(text, ==, expected);
}

/* Signed or not: no ticket has the number 0, which stands for "none" everywhere. */
static void
test_zero(void)
{
    g_autoptr(TokenKeys) keys = keys_with(3, 7, 0);
    guint8 input[19] = { 'c', [18] = 3 };
    guint8 secret[TOKEN_KEY_BYTES];
    guint8 mac[HASH_SHA256_BYTES];
    g_autofree char *digits = NULL;
    g_autofree char *text = NULL;
    g_autofree char *bounce = NULL;
    gint64 outbox;
    Token token;

    memset(secret, 7, sizeof secret);
    hash_hmac_sha256(secret, sizeof secret, input, sizeof input, mac);
    digits = base32_encode(mac, TOKEN_MAC_BYTES);
    text = g_strconcat("t0.0.d", digits, NULL);
    g_assert_false(token_parse(keys, text, NOW, &token, NULL));
    g_free(digits);
    input[0] = 'b';
    hash_hmac_sha256(secret, sizeof secret, input, sizeof input, mac);
    digits = base32_encode(mac, TOKEN_MAC_BYTES);
    bounce = g_strconcat("b0.d", digits, NULL);
    g_assert_false(token_parse_bounce(keys, bounce, NOW, &outbox));
}

static void
test_every_character_counts(void)
{
    static const char others[] = "abcdefghijklmnopqrstuvwxyz0123456789.-@ \n\x80";
    g_autoptr(TokenKeys) keys = keys_with(3, 7, 0);
    g_autofree char *text = format(keys, 1042, 77, TOKEN_CUSTOMER);
    Token token;

    add_key(keys, 4, 8, LATER);
    for (gsize i = 0; text[i] != '\0'; i++) {
        char kept = text[i];

        for (const char *other = others; *other != '\0'; other++) {
            text[i] = *other;
            if (*other != kept && token_parse(keys, text, NOW, &token, NULL))
                g_error("accepted %s", text);
        }
        text[i] = '\0';
        g_assert_false(token_parse(keys, text, NOW, &token, NULL));
        text[i] = kept;
    }
    g_assert_true(token_parse(keys, text, NOW, &token, NULL));
}

/* 26 digits have two bits more than the MAC: of four spellings that decode alike only one may hold. */
static void
test_trailing_bits(void)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    g_autoptr(TokenKeys) keys = keys_with(3, 7, 0);
    g_autofree char *text = format(keys, 1042, 77, TOKEN_CUSTOMER);
    gsize last = strlen(text) - 1;
    gsize value = (gsize) (strchr(digits, text[last]) - digits);
    Token token;

    g_assert_cmpuint(value % 4, ==, 0);
    for (gsize bits = 1; bits < 4; bits++) {
        text[last] = digits[value + bits];
        g_assert_false(token_parse(keys, text, NOW, &token, NULL));
    }
}

static void
test_random(void)
{
    g_autoptr(TokenKeys) keys = keys_with(3, 7, 0);

    for (int i = 0; i < 100000; i++) {
        guint8 mac[TOKEN_MAC_BYTES];
        g_autofree char *digits = NULL;
        g_autofree char *text = NULL;
        Token token;

        hash_random(mac, sizeof mac);
        digits = base32_encode(mac, sizeof mac);
        text = g_strconcat("t1042.77.d", digits, NULL);
        g_assert_false(token_parse(keys, text, NOW, &token, NULL));
    }
}

/* Bound to ticket, person, article and purpose, and found where a word begins. */
static void
test_solved(void)
{
    g_autoptr(TokenKeys) keys = keys_with(3, 7, 0), retired = keys_with(3, 7, LATER);
    const SolvedToken token = { 1042, 77, 5 };
    g_autofree char *text = token_format_solved(keys, &token), *mail = g_strdup_printf("[Northwind #1042] (%s) s1.2", text);
    SolvedToken found = { 0, 0, 0 };
    Token other;

    g_assert_true(g_str_has_prefix(text, "s1042.77.5.d"));
    g_assert_true(token_find_solved(keys, mail, NOW, &found));
    g_assert_cmpint(found.reference, ==, 1042);
    g_assert_cmpint(found.person, ==, 77);
    g_assert_cmpint(found.article, ==, 5);
    g_assert_true(token_find_solved(retired, text, NOW, &found));
    g_assert_false(token_find_solved(retired, text, LATER, &found));
    g_assert_false(token_find(keys, mail, NOW, &other));
    text[0] = 't';
    g_assert_false(token_find(keys, text, NOW, &other));
    text[0] = 's';
    for (gsize i = 0; text[i] != '\0'; i++) {
        char kept = text[i];

        text[i] = kept == '9' || kept == 'z' ? 'b' : (char) (kept + 1);
        g_assert_false(token_find_solved(keys, text, NOW, &found));
        text[i] = kept;
    }
}

/* Likewise to its rating; and what one link says is not said by the other, though the numbers are the same. */
static void
test_rated(void)
{
    g_autoptr(TokenKeys) keys = keys_with(3, 7, 0), retired = keys_with(3, 7, LATER);
    const RatedToken token = { 1042, 77, 3 };
    const SolvedToken same = { 1042, 77, 3 };
    g_autofree char *text = token_format_rated(keys, &token), *solved = token_format_solved(keys, &same);
    g_autofree char *mail = g_strdup_printf("[Northwind #1042] r1.2 (%s)", text);
    RatedToken found = { 0, 0, 0 };
    SolvedToken article;

    g_assert_true(g_str_has_prefix(text, "r1042.77.3.d"));
    g_assert_true(token_find_rated(keys, mail, NOW, &found));
    g_assert_cmpint(found.reference, ==, 1042);
    g_assert_cmpint(found.person, ==, 77);
    g_assert_cmpint(found.rating, ==, 3);
    g_assert_false(token_find_rated(retired, text, LATER, &found));
    for (gsize i = 0; text[i] != '\0'; i++) {
        char kept = text[i];

        text[i] = kept == '9' || kept == 'z' ? 'b' : (char) (kept + 1);
        g_assert_false(token_find_rated(keys, text, NOW, &found));
        text[i] = kept;
    }
    text[0] = 's';
    g_assert_false(token_find_solved(keys, text, NOW, &article));
    solved[0] = 'r';
    g_assert_false(token_find_rated(keys, solved, NOW, &found));
}

static void
test_malformed(void)
{
    static const char *const heads[] = {
        "", "x1042.77.", "t.77.", "t0.77.", "t01042.77.", "t1042.077.", "t1042.00.", "t-1.77.", "t+1042.77.",
        "t 1042.77.", "t1042..", "t1042.77", "t1042,77.", "t9223372036854775808.77.", "t1042.9223372036854775808.",
        "t99999999999999999999999999999999999999.77.", "t1042.77.77.", "b1042.77.", "tt1042.77.",
    };
    g_autoptr(TokenKeys) keys = keys_with(3, 7, 0);
    g_autofree char *valid = format(keys, 1042, 77, TOKEN_CUSTOMER);
    const char *proof = strrchr(valid, '.') + 1;
    Token token = { .reference = 5 };
    const char *end = heads[0];

    for (gsize i = 0; i < G_N_ELEMENTS(heads); i++) {
        g_autofree char *text = g_strconcat(heads[i], proof, NULL);

        if (token_parse(keys, text, NOW, &token, &end))
            g_error("accepted %s", text);
    }
    g_assert_cmpint(token.reference, ==, 5);
    g_assert_true(end == heads[0]);
}

static void
test_end(void)
{
    static const struct { const char *tail; gboolean valid; } cases[] = {
        { "", TRUE }, { ".x7@host", TRUE }, { "@host", TRUE }, { ">", TRUE }, { "\n", TRUE }, { "1", TRUE },
        { "a", FALSE }, { "Z", FALSE }, { "2", FALSE }, { "7", FALSE },
    };
    g_autoptr(TokenKeys) keys = keys_with(3, 7, 0);
    g_autofree char *valid = format(keys, 1042, 77, TOKEN_CUSTOMER);

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strconcat(valid, cases[i].tail, NULL);
        const char *end = NULL;
        Token token;

        g_assert_cmpint(token_parse(keys, text, NOW, &token, &end), ==, cases[i].valid);
        g_assert_cmpstr(end, ==, cases[i].valid ? cases[i].tail : NULL);
    }
}

static void
test_retired_key(void)
{
    g_autoptr(TokenKeys) before = keys_with(3, 7, 0);
    g_autofree char *text = format(before, 1042, 77, TOKEN_CUSTOMER);
    g_autoptr(TokenKeys) after = keys_with(3, 7, LATER);
    g_autofree char *fresh = NULL;
    Token token;

    add_key(after, 4, 8, 0);
    g_assert_true(token_parse(after, text, NOW, &token, NULL));
    g_assert_true(token_parse(after, text, LATER - 1, &token, NULL));
    g_assert_false(token_parse(after, text, LATER, &token, NULL));
    fresh = format(after, 1042, 77, TOKEN_CUSTOMER);
    g_assert_true(g_str_has_prefix(fresh, "t1042.77.e"));
    g_assert_true(token_parse(after, fresh, LATER, &token, NULL));
    g_assert_false(token_parse(before, fresh, NOW, &token, NULL));
}

/* After 32 rotations an id comes again: both keys that bear it may prove. */
static void
test_same_id_twice(void)
{
    g_autoptr(TokenKeys) old = keys_with(3, 7, 0);
    g_autofree char *text = format(old, 1042, 77, TOKEN_CUSTOMER);
    g_autoptr(TokenKeys) both = keys_with(3, 8, 0);
    Token token;

    g_assert_false(token_parse(both, text, NOW, &token, NULL));
    add_key(both, 3, 7, LATER);
    g_assert_true(token_parse(both, text, NOW, &token, NULL));
}

static void
test_no_keys(void)
{
    g_autoptr(TokenKeys) keys = keys_with(3, 7, 0);
    g_autoptr(TokenKeys) none = token_keys_new();
    g_autofree char *text = format(keys, 1042, 77, TOKEN_CUSTOMER);
    gint64 outbox;
    Token token;

    g_assert_false(token_parse(none, text, NOW, &token, NULL));
    g_assert_false(token_find(none, text, NOW, &token));
    g_assert_false(token_parse_bounce(none, "b1.daaaaaaaaaaaaaaaaaaaaaaaaaa", NOW, &outbox));
}

static void
test_find(void)
{
    static const struct { const char *before, *after; gboolean found; } cases[] = {
        { "", "", TRUE },
        { "> > ", "\n> text", TRUE },
        { "<p>", "</p>", TRUE },
        { "<a href=\"mailto:support+", "@example.com\">", TRUE },
        { "t1.2.\nt t1042. ", "", TRUE },
        { "Grüße\xc3\xa4", " ", TRUE },
        { "(", ")", TRUE },
        { "x", "", FALSE },
        { "7", "", FALSE },
        { "host.", "", FALSE },
        { "", "q", FALSE },
    };
    g_autoptr(TokenKeys) keys = keys_with(3, 7, 0);
    g_autofree char *valid = format(keys, 1042, 77, TOKEN_AGENT);

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strconcat(cases[i].before, valid, cases[i].after, NULL);
        Token token = { 0 };

        if (token_find(keys, text, NOW, &token) != cases[i].found)
            g_error("case %s", text);
        g_assert_cmpint(token.reference, ==, cases[i].found ? 1042 : 0);
    }
}

static void
test_find_first_valid(void)
{
    g_autoptr(TokenKeys) keys = keys_with(3, 7, 0);
    g_autoptr(TokenKeys) foreign = keys_with(3, 9, 0);
    g_autofree char *false_one = format(foreign, 1, 1, TOKEN_CUSTOMER);
    g_autofree char *first = format(keys, 17, 77, TOKEN_CUSTOMER);
    g_autofree char *second = format(keys, 18, 77, TOKEN_CUSTOMER);
    g_autofree char *text = g_strjoin("\n> ", "hello", false_one, first, second, NULL);
    Token token;

    g_assert_true(token_find(keys, text, NOW, &token));
    g_assert_cmpint(token.reference, ==, 17);
}

/* Each false token costs three MACs; after 64 the text is given up, however long it is. */
static void
test_find_bounded(void)
{
    g_autoptr(TokenKeys) keys = keys_with(3, 7, 0);
    g_autoptr(TokenKeys) foreign = keys_with(3, 9, 0);
    g_autoptr(TokenKeys) unknown = keys_with(5, 9, 0);
    g_autofree char *valid = format(keys, 17, 77, TOKEN_CUSTOMER);
    static const struct { int false_ones; gboolean found; } cases[] = { { 20, TRUE }, { 22, FALSE },
        { 20000, FALSE } };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *false_one = format(foreign, 1, 1, TOKEN_CUSTOMER);
        g_autoptr(GString) text = g_string_new(NULL);
        Token token;

        for (int n = 0; n < cases[i].false_ones; n++)
            g_string_append_printf(text, "%s ", false_one);
        g_string_append(text, valid);
        g_assert_cmpint(token_find(keys, text->str, NOW, &token), ==, cases[i].found);
    }
    /* What bears no key id of ours costs nothing and hides nothing. */
    {
        g_autofree char *false_one = format(unknown, 1, 1, TOKEN_CUSTOMER);
        g_autoptr(GString) text = g_string_new(NULL);
        Token token;

        for (int n = 0; n < 15000; n++)
            g_string_append_printf(text, "%s ", false_one);
        g_string_append(text, valid);
        g_assert_true(token_find(keys, text->str, NOW, &token));
    }
}

/* A megabyte that is nearly a token all the way: twice the text may take about twice the time, not four times. */
static double
seconds_to_find(const TokenKeys *keys, const char *unit, gsize size)
{
    g_autoptr(GString) text = g_string_sized_new(size);
    double best = G_MAXDOUBLE;

    while (text->len < size)
        g_string_append(text, unit);
    for (int i = 0; i < 3; i++) {
        g_autoptr(GTimer) timer = g_timer_new();
        Token token;

        g_assert_false(token_find(keys, text->str, NOW, &token));
        best = MIN(best, g_timer_elapsed(timer, NULL));
    }
    return best;
}

static void
test_find_linear(void)
{
    static const char *const units[] = {
        "t", " t", "t1", " t1042.77.daaaaaaaaaaaaaaaaaaaaaaaaaaa", "-t1", "1", " t9999999999999999999",
    };
    g_autoptr(TokenKeys) keys = keys_with(3, 7, 0);

    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        double small = seconds_to_find(keys, units[i], 256 * 1024);
        double large = seconds_to_find(keys, units[i], 1024 * 1024);

        /* Quadratic would be 16 times as long, and take minutes. */
        g_assert_cmpfloat(large, <, small * 12 + 0.05);
    }
}

static void
test_bounce(void)
{
    g_autoptr(TokenKeys) keys = keys_with(3, 7, 0);
    g_autofree char *text = token_format_bounce(keys, 812);
    g_autofree char *address = g_strconcat(text, "@bounces.example.com", NULL);
    g_autofree char *other = g_strconcat("b813", strchr(text, '.'), NULL);
    g_autofree char *token_text = format(keys, 812, 0, TOKEN_CUSTOMER);
    g_autofree char *moved = g_strconcat("b812.", strrchr(token_text, '.') + 1, NULL);
    g_autofree char *as_token = g_strconcat("t812.0", strchr(text, '.'), NULL);
    gint64 outbox = 0;
    Token token;

    g_assert_true(g_str_has_prefix(text, "b812.d"));
    g_assert_true(token_parse_bounce(keys, text, NOW, &outbox));
    g_assert_cmpint(outbox, ==, 812);
    g_assert_true(token_parse_bounce(keys, address, NOW, &outbox));
    g_assert_false(token_parse_bounce(keys, other, NOW, &outbox));
    g_assert_false(token_parse_bounce(keys, moved, NOW, &outbox));
    g_assert_false(token_parse_bounce(keys, token_text, NOW, &outbox));
    g_assert_false(token_parse(keys, as_token, NOW, &token, NULL));
    for (gsize i = 0; text[i] != '\0'; i++) {
        char kept = text[i];

        text[i] = kept == '3' ? '4' : '3';
        g_assert_false(token_parse_bounce(keys, text, NOW, &outbox));
        text[i] = kept;
    }
}

/* Whoever only takes mail holds no keys, and looks at the spelling. */
static void
test_bounce_spelling(void)
{
    static const struct { const char *text; gboolean is_one; } cases[] = {
        { "b12.3aaaaaaaaaaaaaaaaaaaaaaaaaa", TRUE },   { "B12.AAAAAAAAAAAAAAAAAAAAAAAAAAA", TRUE },
        { "b0.3aaaaaaaaaaaaaaaaaaaaaaaaaa", FALSE },   { "b12.3aaaaaaaaaaaaaaaaaaaaaaaaa", FALSE },
        { "b12.3aaaaaaaaaaaaaaaaaaaaaaaaaaa", FALSE }, { "b12.3aaaaaaaaaaaaaaaaaaaaaaaaaa.x", FALSE },
        { "t12.3aaaaaaaaaaaaaaaaaaaaaaaaaa", FALSE },  { "b12.1aaaaaaaaaaaaaaaaaaaaaaaaaa", FALSE },
        { "b99999999999999999999.3aaaaaaaaaaaaaaaaaaaaaaaaaa", FALSE }, { "", FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].text);
        g_assert_cmpint(token_is_bounce(cases[i].text, strlen(cases[i].text)), ==, cases[i].is_one);
    }
    g_assert_true(token_is_bounce("b12.3aaaaaaaaaaaaaaaaaaaaaaaaaa@x.example", 31));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/thread/token/round-trip", test_round_trip);
    g_test_add_func("/thread/token/layout", test_layout);
    g_test_add_func("/thread/token/zero-is-no-ticket", test_zero);
    g_test_add_func("/thread/token/solved", test_solved);
    g_test_add_func("/thread/token/rated", test_rated);
    g_test_add_func("/thread/token/every-character-counts", test_every_character_counts);
    g_test_add_func("/thread/token/trailing-bits-refused", test_trailing_bits);
    g_test_add_func("/thread/token/random-ones-refused", test_random);
    g_test_add_func("/thread/token/malformed-refused", test_malformed);
    g_test_add_func("/thread/token/ends-where-base32-ends", test_end);
    g_test_add_func("/thread/token/retired-key-proves-until-its-end", test_retired_key);
    g_test_add_func("/thread/token/same-id-twice", test_same_id_twice);
    g_test_add_func("/thread/token/no-keys", test_no_keys);
    g_test_add_func("/thread/token/find", test_find);
    g_test_add_func("/thread/token/find-first-valid", test_find_first_valid);
    g_test_add_func("/thread/token/find-is-bounded", test_find_bounded);
    g_test_add_func("/thread/token/find-is-linear", test_find_linear);
    g_test_add_func("/thread/token/bounce", test_bounce);
    g_test_add_func("/thread/token/bounce-spelling", test_bounce_spelling);
    return g_test_run();
}
