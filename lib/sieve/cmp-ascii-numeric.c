#include "sieve/comparators-private.h"

#include <string.h>

/*
 * RFC 4790, 9.1: "i;ascii-numeric": the digits a text begins with, as a number of any size; a text that begins with none is
 * positive infinity.
 */
static gsize
digits(const char **text, gsize length)
{
    gsize count = 0;

    while (length > 0 && **text == '0' && length > 1 && g_ascii_isdigit((*text)[1]))
        (*text)++, length--;
    while (count < length && g_ascii_isdigit((*text)[count]))
        count++;
    return count;
}

static int
order(const char *a, gsize a_length, const char *b, gsize b_length)
{
    gsize a_digits = digits(&a, a_length);
    gsize b_digits = digits(&b, b_length);
    int order;

    if (a_digits == 0 || b_digits == 0)
        return a_digits == b_digits ? 0 : a_digits == 0 ? 1 : -1;
    if (a_digits != b_digits)
        return a_digits < b_digits ? -1 : 1;
    order = memcmp(a, b, a_digits);
    return order;
}

const Comparator cmp_ascii_numeric = {
    .name = "i;ascii-numeric", .extension = "comparator-i;ascii-numeric", .order = order,
};
