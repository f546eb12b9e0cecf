#include <string.h>

#include "sieve/commands-private.h"
#include "sieve/match-private.h"
#include "sieve/testsuite-private.h"

/*
 * vnd.dovecot.testsuite: test_error [MATCH-TYPE] [COMPARATOR] [:index <n: number>] <keys: string-list>
 *
 * The errors of the last compilation or run; ":count" is their number.
 */
enum { TAG_INDEX = 1 };

static const TagDefinition tags[] = { { "index", NULL, TAG_INDEX, 0, VALUE_NUMBER, 0 }, { .name = NULL } };
static const PositionalDefinition positionals[] = { { "keys", VALUE_STRINGS, FALSE }, { .what = NULL } };

static RunOutcome
test_error(Run *run, const Call *call, gboolean *holds_out)
{
    const GPtrArray *errors = run_testsuite(run)->errors;
    Matching matching;

    matching_begin(&matching, run, call, &call->positionals[0]);
    for (guint i = 0; i < errors->len; i++) {
        const char *text = errors->pdata[i];

        if ((call->flags & TAG_INDEX) && call->slots[0].number != i + 1)
            continue;
        if (matching_value(&matching, text, strlen(text)))
            break;
    }
    return matching_end(&matching, holds_out);
}

const Definition tst_test_error = {
    .name = "test_error", .extension = "vnd.dovecot.testsuite", .uses = USES_MATCH, .tags = tags, .positionals = positionals,
    .test = test_error,
};
