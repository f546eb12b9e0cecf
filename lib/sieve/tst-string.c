#include "sieve/commands-private.h"
#include "sieve/match-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5229, 5: string [MATCH-TYPE] [COMPARATOR] <source: string-list> <key-list: string-list>
 *
 * ":count" counts the sources that are not empty.
 */
static const PositionalDefinition positionals[] = {
    { "source", VALUE_STRINGS, FALSE },
    { "keys", VALUE_STRINGS, FALSE },
    { .what = NULL },
};

static RunOutcome
test_string(Run *run, const Call *call, gboolean *holds_out)
{
    g_autoptr(GString) scratch = g_string_new(NULL);
    Matching matching;

    matching_begin(&matching, run, call, &call->positionals[1]);
    for (guint i = 0; i < value_count(&call->positionals[0]); i++) {
        gsize length;
        const char *text = run_text(run, &call->positionals[0], i, scratch, &length);

        if (length == 0 && call->match.type->counts)
            continue;
        if (matching_value(&matching, text, length))
            break;
    }
    return matching_end(&matching, holds_out);
}

const Definition tst_string = {
    .name = "string", .extension = "variables", .uses = USES_MATCH, .positionals = positionals, .test = test_string,
};
