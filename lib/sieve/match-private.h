/*
 * match-private.h - holding values against keys (RFC 5228, 2.7; RFC 5231)
 *
 * A test begins a Matching, shows it its values one by one until one holds, and ends it:
 *
 *     matching_begin(&matching, run, call, keys);
 *     while (more values && !matching_value(&matching, value, length))
 *         ;
 *     return matching_end(&matching, holds_out);
 */
#pragma once

#include "sieve/definition-private.h"

struct MatchKey {
    const MatchType *type;
    char            *text;         /* folded by the comparator */
    gsize            length;
    gpointer         data;         /* what the match type prepared */
};

/* NULL: error_out says why the key is none (a regular expression that does not compile). */
MatchKey *match_key_new(const CallMatch *match, const char *text, gsize length, char **error_out);
void      match_key_free(MatchKey *key);

struct Matching {
    Run             *run;
    const CallMatch *match;
    GPtrArray       *keys;          /* MatchKey *; a reference */
    const char      *value;         /* as it was */
    gsize            value_length;
    const char      *folded;
    gsize            folded_length;
    guint64          count;
    gboolean         sets_nothing;  /* no match variables */
    gboolean         holds;
    RunOutcome       outcome;
};

/* keys: the call's own if all are constant, else made of their variables now. */
void       matching_begin(Matching *matching, Run *run, const Call *call, const Value *keys);
/* The same with keys that the test has made itself (char *). */
void       matching_begin_texts(Matching *matching, Run *run, const Call *call, const GPtrArray *keys);
/* TRUE: no more values are wanted, one held or something went wrong. */
gboolean   matching_value(Matching *matching, const char *value, gsize length);
RunOutcome matching_end(Matching *matching, gboolean *holds_out);

/* For match types: match variable n (RFC 5229, 3.2) is these octets of the folded value, where the script uses variables. */
void matching_begin_variables(Matching *matching);
void matching_add_variable(Matching *matching, gsize start, gsize end);
/* Whether order (as from Comparator.order) fits the relation. */
gboolean relation_holds(Relation relation, int order);
