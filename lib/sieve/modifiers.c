#include "sieve/modifiers-private.h"

#include <string.h>

char *
modifier_lower(const char *text)
{
    return g_ascii_strdown(text, -1);
}

char *
modifier_upper(const char *text)
{
    return g_ascii_strup(text, -1);
}

char *
modifier_lowerfirst(const char *text)
{
    char *changed = g_strdup(text);

    *changed = g_ascii_tolower(*changed);
    return changed;
}

char *
modifier_upperfirst(const char *text)
{
    char *changed = g_strdup(text);

    *changed = g_ascii_toupper(*changed);
    return changed;
}

static char *
quote(const char *text, const char *special)
{
    GString *quoted = g_string_new(NULL);

    for (const char *p = text; *p != '\0'; p++) {
        if (strchr(special, *p) != NULL)
            g_string_append_c(quoted, '\\');
        g_string_append_c(quoted, *p);
    }
    return g_string_free(quoted, FALSE);
}

char *
modifier_quotewildcard(const char *text)
{
    return quote(text, "*?\\");
}

char *
modifier_quoteregex(const char *text)
{
    return quote(text, "\\.^$*+?()[]{}|");
}

char *
modifier_encodeurl(const char *text)
{
    return g_uri_escape_string(text, NULL, FALSE);
}

char *
modifier_length(const char *text)
{
    return g_strdup_printf("%ld", g_utf8_strlen(text, -1));
}
