#include "sieve/match-types-private.h"

/* RFC 5231, 4.2: ":count" RELATION: how many values there are. Match.c makes one value of them: their number. */
static RunOutcome
matches(Matching *matching, const MatchKey *key, gboolean *holds_out)
{
    int order = matching->match->comparator->order(matching->folded, matching->folded_length, key->text, key->length);

    *holds_out = relation_holds(matching->match->relation, order);
    return RUN_NEXT;
}

const MatchType mcht_count = {
    .name = "count", .extension = "relational", .relational = TRUE, .counts = TRUE, .matches = matches,
};
