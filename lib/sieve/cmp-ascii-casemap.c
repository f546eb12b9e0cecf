#include "sieve/comparators-private.h"

/* RFC 4790, 9.2: "i;ascii-casemap": letters a to z count as A to Z, everything else as it is. */
static char *
fold(const char *text, gsize length, gsize *length_out)
{
    char *folded = g_malloc(length + 1);

    for (gsize i = 0; i < length; i++)
        folded[i] = (char) (text[i] >= 'a' && text[i] <= 'z' ? text[i] - ('a' - 'A') : text[i]);
    folded[length] = '\0';
    *length_out = length;
    return folded;
}

const Comparator cmp_ascii_casemap = {
    .name = "i;ascii-casemap", .substring = TRUE, .same_length = TRUE, .fold = fold, .order = compare_octets,
};
