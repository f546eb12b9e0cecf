#include "sieve/modifiers-private.h"

#include <string.h>

static char *
modifier_lower(const char *text, G_GNUC_UNUSED gsize limit)
{
    return g_ascii_strdown(text, -1);
}

static char *
modifier_upper(const char *text, G_GNUC_UNUSED gsize limit)
{
    return g_ascii_strup(text, -1);
}

static char *
modifier_lowerfirst(const char *text, G_GNUC_UNUSED gsize limit)
{
    char *changed = g_strdup(text);

    *changed = g_ascii_tolower(*changed);
    return changed;
}

static char *
modifier_upperfirst(const char *text, G_GNUC_UNUSED gsize limit)
{
    char *changed = g_strdup(text);

    *changed = g_ascii_toupper(*changed);
    return changed;
}

/* What does not fit is left out: a backslash must not be cut from what it quotes. */
static char *
quote(const char *text, const char *special, gsize limit)
{
    GString *quoted = g_string_new(NULL);

    for (const char *p = text; *p != '\0'; p++) {
        if (quoted->len + (strchr(special, *p) != NULL ? 2 : 1) > limit)
            break;
        if (strchr(special, *p) != NULL)
            g_string_append_c(quoted, '\\');
        g_string_append_c(quoted, *p);
    }
    return g_string_free(quoted, FALSE);
}

static char *
modifier_quotewildcard(const char *text, gsize limit)
{
    return quote(text, "*?\\", limit);
}

static char *
modifier_quoteregex(const char *text, gsize limit)
{
    return quote(text, "\\.^$*+?()[]{}|", limit);
}

static char *
modifier_encodeurl(const char *text, G_GNUC_UNUSED gsize limit)
{
    return g_uri_escape_string(text, NULL, FALSE);
}

static char *
modifier_length(const char *text, G_GNUC_UNUSED gsize limit)
{
    return g_strdup_printf("%ld", g_utf8_strlen(text, -1));
}

/* Highest precedence first (RFC 5229, 4.1; RFC 5435, 6). Letters outside ASCII stay as they are; a length counts characters. */
static const struct {
    guint flag;
    char *(*apply)(const char *text, gsize limit);
} modifiers[] = {
    { MODIFIER_LOWER, modifier_lower },
    { MODIFIER_UPPER, modifier_upper },
    { MODIFIER_LOWERFIRST, modifier_lowerfirst },
    { MODIFIER_UPPERFIRST, modifier_upperfirst },
    { MODIFIER_QUOTEWILDCARD, modifier_quotewildcard },
    { MODIFIER_QUOTEREGEX, modifier_quoteregex },
    { MODIFIER_ENCODEURL, modifier_encodeurl },
    { MODIFIER_LENGTH, modifier_length },
};

char *
modifiers_apply(guint flags, char *text, gsize limit)
{
    for (gsize i = 0; i < G_N_ELEMENTS(modifiers); i++) {
        if (flags & modifiers[i].flag) {
            char *changed = modifiers[i].apply(text, limit);

            g_free(text);
            text = changed;
        }
    }
    return text;
}
