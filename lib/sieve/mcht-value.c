#include "sieve/match-types-private.h"

/* RFC 5231, 4.1: ":value" RELATION: the value, and the key, in the order of the comparator. */
static RunOutcome
matches(Matching *matching, const MatchKey *key, gboolean *holds_out)
{
    int order = matching->match->comparator->order(matching->folded, matching->folded_length, key->text, key->length);

    *holds_out = relation_holds(matching->match->relation, order);
    return RUN_NEXT;
}

const MatchType mcht_value = { .name = "value", .extension = "relational", .relational = TRUE, .matches = matches };
