#include "sieve/comparators-private.h"

#include <string.h>

/* RFC 4790, 9.3: "i;octet" */
int
compare_octets(const char *a, gsize a_length, const char *b, gsize b_length)
{
    int order = memcmp(a, b, MIN(a_length, b_length));

    if (order != 0)
        return order;
    return a_length < b_length ? -1 : a_length > b_length ? 1 : 0;
}

const Comparator cmp_octet = {
    .name = "i;octet", .substring = TRUE, .same_length = TRUE, .order = compare_octets,
};
