#include <string.h>

#include "sieve/commands-private.h"
#include "sieve/match-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5183, 4: environment [COMPARATOR] [MATCH-TYPE] <name: string> <key-list: string-list>
 *
 * An item that is not known fails, whatever the keys are.
 */
static const PositionalDefinition positionals[] = {
    { "name", VALUE_STRING, FALSE },
    { "keys", VALUE_STRINGS, FALSE },
    { .what = NULL },
};

static RunOutcome
test_environment(Run *run, const Call *call, gboolean *holds_out)
{
    g_autofree char *name = run_text_dup(run, &call->positionals[0], 0);
    const char *value = run->input->environment != NULL ? g_hash_table_lookup(run->input->environment, name) : NULL;
    Matching matching;

    *holds_out = FALSE;
    if (value == NULL)
        return RUN_NEXT;
    matching_begin(&matching, run, call, &call->positionals[1]);
    matching_value(&matching, value, strlen(value));
    return matching_end(&matching, holds_out);
}

const Definition tst_environment = {
    .name = "environment", .extension = "environment", .uses = USES_MATCH, .positionals = positionals,
    .test = test_environment,
};
