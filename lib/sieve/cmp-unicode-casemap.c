#include "sieve/comparators-private.h"

#include <string.h>

/*
 * RFC 5051: "i;unicode-casemap": each character in its title case, then decomposed (compatibility). What is no UTF-8 keeps its octets.
 * Scripts use it without requiring it, so it need not be required.
 */
static char *
fold(const char *text, gsize length, gsize *length_out)
{
    g_autoptr(GString) titled = NULL;
    char *folded;

    if (!g_utf8_validate(text, (gssize) length, NULL)) {
        folded = g_strndup(text, length);
        *length_out = strlen(folded);
        return folded;
    }
    titled = g_string_sized_new(length + 1);
    for (const char *p = text; p < text + length; p = g_utf8_next_char(p))
        g_string_append_unichar(titled, g_unichar_totitle(g_utf8_get_char(p)));
    folded = g_utf8_normalize(titled->str, (gssize) titled->len, G_NORMALIZE_NFKD);
    if (folded == NULL)
        folded = g_strndup(text, length);
    *length_out = strlen(folded);
    return folded;
}

const Comparator cmp_unicode_casemap = {
    .name = "i;unicode-casemap", .substring = TRUE, .fold = fold,
    .order = compare_octets,
};
