#include "sieve/match-types-private.h"

#include <string.h>

/* RFC 5228, 2.7.1: ":is". What a comparator can only order (i;ascii-numeric), it holds for equal. */
static RunOutcome
matches(Matching *matching, const MatchKey *key, gboolean *holds_out)
{
    const Comparator *comparator = matching->match->comparator;

    if (comparator->substring)
        *holds_out = matching->folded_length == key->length && memcmp(matching->folded, key->text, key->length) == 0;
    else
        *holds_out = comparator->order(matching->folded, matching->folded_length, key->text, key->length) == 0;
    return RUN_NEXT;
}

const MatchType mcht_is = { .name = "is", .matches = matches };
