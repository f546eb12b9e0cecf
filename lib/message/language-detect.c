#include "message/language-private.h"

#include <string.h>

#include "base/limits.h"
#include "message/language-shim-private.h"

/* Codes as libcld2 or old programs write them, and as ISO 639-1 and BCP 47 do now. */
static const struct { const char *code, *normal; } renamed[] = {
    { "iw", "he" }, { "ji", "yi" }, { "in", "id" }, { "jw", "jv" }, { "mo", "ro" }, { "no", "nb" }, { "fil", "tl" },
    { "zh-hant", "zh-Hant" }, { "zh-tw", "zh-Hant" }, { "zh-hk", "zh-Hant" }, { "zh-mo", "zh-Hant" },
};

/* Interned: two letters, or what the table says; NULL for everything else that no mail of ours is written in. */
static const char *
normal(const char *code)
{
    g_autofree char *lower = g_ascii_strdown(code, -1);

    for (gsize i = 0; i < G_N_ELEMENTS(renamed); i++) {
        if (strcmp(lower, renamed[i].code) == 0)
            return renamed[i].normal;
    }
    lower[strcspn(lower, "-_")] = '\0';
    for (gsize i = 0; i < G_N_ELEMENTS(renamed); i++) {
        if (strcmp(lower, renamed[i].code) == 0)
            return renamed[i].normal;
    }
    if (strlen(lower) != 2 || !g_ascii_isalpha(lower[0]) || !g_ascii_isalpha(lower[1]) || strcmp(lower, "un") == 0)
        return NULL;
    return g_intern_string(lower);
}

/* Signs of addresses, links, paths and code: "@", "://", "www.", "()"... */
static gboolean
is_sign(const char *at, gsize left)
{
    switch (*at) {
    case '@': case '/': case '_': case '\\': case '=': case '{': case '}': case '<': case '>':
        return TRUE;
    case '(':
        return left > 1 && at[1] == ')';
    case 'w':
        return left > 3 && memcmp(at, "www.", 4) == 0;
    default:
        return FALSE;
    }
}

/* Addresses, links, paths, numbers and what looks like code say nothing of the language around them. */
static gboolean
is_word(const char *token, gsize length)
{
    gboolean ascii = TRUE;
    gboolean digit = FALSE;
    gboolean letter = FALSE;

    for (gsize i = 0; i < length; i++) {
        digit = digit || g_ascii_isdigit(token[i]);
        letter = letter || g_ascii_isalpha(token[i]);
        ascii = ascii && (guint8) token[i] < 0x80;
        if (is_sign(token + i, length - i))
            return FALSE;
    }
    /* Where no blanks part the words, a number stands in the middle of a sentence. */
    return !ascii || (!digit && letter);
}

static GString *
evidence(const char *text, gsize length)
{
    GString *words = g_string_sized_new(length);
    const char *end = text + length;
    gboolean line_begins = TRUE;

    for (const char *p = text; p < end;) {
        gsize blanks = strspn(p, " \t\r");
        gsize token;

        p += MIN(blanks, (gsize) (end - p));
        if (p < end && *p == '\n') {
            line_begins = TRUE;
            p++;
            continue;
        }
        if (line_begins && p < end && *p == '>') {
            p += MIN(strcspn(p, "\n"), (gsize) (end - p));
            continue;
        }
        line_begins = FALSE;
        token = MIN(strcspn(p, " \t\r\n"), (gsize) (end - p));
        if (is_word(p, token)) {
            g_string_append_len(words, p, (gssize) token);
            g_string_append_c(words, ' ');
        }
        p += token;
    }
    return words;
}

const char *
language_detect(const char *text, gsize length)
{
    gsize used = MIN(length, LIMIT_LANGUAGE_SAMPLE);
    int reliable = 0;
    const char *code;
    GString *words;

    while (used < length && used > 0 && (text[used] & 0xc0) == 0x80)
        used--;
    words = evidence(text, used);
    code = language_guess(words->str, (int) words->len, &reliable);
    code = language_check_letters(words->str, reliable != 0 ? normal(code) : NULL);
    g_string_free(words, TRUE);
    return code;
}

/* A comma-separated list of tags; a comment may stand anywhere (RFC 3282, 2). */
char *
language_from_field(const char *value)
{
    g_auto(GStrv) tags = g_strsplit_set(value, " \t\r\n,;()\"", 64);

    for (gsize i = 0; tags[i] != NULL; i++) {
        gsize letters = strspn(tags[i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        const char *code;

        if (letters < 2 || letters > 3 || (tags[i][letters] != '\0' && strchr("-_", tags[i][letters]) == NULL))
            continue;
        code = normal(tags[i]);
        if (code != NULL)
            return g_strdup(code);
    }
    return NULL;
}
