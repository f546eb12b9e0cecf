#include "message/status-private.h"

#include <string.h>

/* Whether the character may not stand before or behind a number that means something: it would belong to a word, version or address. */
static gboolean
glues(char c)
{
    return g_ascii_isalnum(c) || c == '.' || c == '_';
}

/* class "." subject "." detail (RFC 3463, 2): subject 0..7, detail of at most three digits. */
static gsize
status_length(const char *p)
{
    gsize length = 4;

    if (p[1] != '.' || p[2] < '0' || p[2] > '7' || p[3] != '.')
        return 0;
    while (length < 7 && g_ascii_isdigit(p[length]))
        length++;
    if (length == 4 || g_ascii_isdigit(p[length]) || (p[length] == '.' && g_ascii_isdigit(p[length + 1])))
        return 0;
    return g_ascii_isalpha(p[length]) ? 0 : length;
}

char *
status_find(const char *text, gboolean success)
{
    for (const char *p = text; *p != '\0'; p++) {
        gsize length;

        if (*p != '4' && *p != '5' && !(success && *p == '2'))
            continue;
        if (p > text && (glues(p[-1]) || p[-1] == '-' || p[-1] == '/') &&
            !(p[-1] == '-' && p - text > 3 && g_ascii_isdigit(p[-2])))
            continue;
        length = status_length(p);
        if (length > 0)
            return g_strndup(p, length);
    }
    return NULL;
}

/* What servers send; other numbers of three digits are ports, sizes and the ends of names. */
static gboolean
is_reply_code(guint code)
{
    static const guint16 known[] = {
        421, 422, 430, 431, 432, 441, 442, 446, 447, 449, 450, 451, 452, 453, 454, 455, 458, 459, 471, 472, 499,
    };

    if (code >= 500 && code <= 580)
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        if (known[i] == code)
            return TRUE;
    }
    return FALSE;
}

guint
status_reply_code(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        guint code;

        if ((*p != '4' && *p != '5') || !g_ascii_isdigit(p[1]) || !g_ascii_isdigit(p[2]))
            continue;
        if (glues(p[3]) && !(p[3] == '.' && !g_ascii_isdigit(p[4])))
            continue;
        if (p > text && (glues(p[-1]) || strchr("/=@%$+-", p[-1]) != NULL))
            continue;
        code = (guint) g_ascii_digit_value(p[0]) * 100 + (guint) g_ascii_digit_value(p[1]) * 10 +
               (guint) g_ascii_digit_value(p[2]);
        /* "for 500 seconds", "25:500 bytes" and times of day are no codes; what follows one is text, "-", "#" or an end. */
        if (is_reply_code(code) && !(p[3] == ':' && g_ascii_isdigit(p[4])))
            return code;
    }
    return 0;
}
