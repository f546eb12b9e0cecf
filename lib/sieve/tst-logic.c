#include "sieve/commands-private.h"

/*
 * RFC 5228, 5.2: allof <tests: test-list>      5.3: anyof <tests: test-list>     5.8: not <test1: test>
 *          5.5: false                          5.10: true
 *
 * The first three are jumps: the checker emits their tests, and nothing for themselves.
 */
static RunOutcome
test_false(G_GNUC_UNUSED Run *run, G_GNUC_UNUSED const Call *call, gboolean *holds_out)
{
    *holds_out = FALSE;
    return RUN_NEXT;
}

static RunOutcome
test_true(G_GNUC_UNUSED Run *run, G_GNUC_UNUSED const Call *call, gboolean *holds_out)
{
    *holds_out = TRUE;
    return RUN_NEXT;
}

const Definition tst_allof = { .name = "allof", .tests = TESTS_LIST };
const Definition tst_anyof = { .name = "anyof", .tests = TESTS_LIST };
const Definition tst_not = { .name = "not", .tests = TESTS_ONE };
const Definition tst_false = { .name = "false", .test = test_false };
const Definition tst_true = { .name = "true", .test = test_true };
