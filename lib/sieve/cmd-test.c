#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/testsuite-private.h"

/*
 * vnd.dovecot.testsuite: test <name: string> <block>
 *                        test_fail <reason: string>
 *
 * A test runs its block by itself, so that whatever goes wrong in it ends there, and the next test runs.
 */
static const PositionalDefinition name_positional[] = { { "name", VALUE_STRING, FALSE }, { .what = NULL } };
static const PositionalDefinition reason_positional[] = { { "reason", VALUE_STRING, FALSE }, { .what = NULL } };

static void
emit_test(Checker *checker, const Node *node, Call *call)
{
    g_autoptr(GArray) behind = patches_new();
    guint step = checker_emit(checker, STEP_RUN, call);

    checker_patch_true(checker, step, behind);
    checker_block(checker, node->block);
    checker_land(checker, behind);
}

static RunOutcome
run_test(Run *run, const Call *call)
{
    Testsuite *testsuite = run_testsuite(run);
    g_autofree char *name = run_text_dup(run, &call->positionals[0], 0);
    guint begin = run->at + 1;
    guint end = g_array_index(run->script->steps, Step, run->at).if_true;
    RunOutcome outcome;

    testsuite->current = testsuite_add(testsuite, name, call->place.line);
    run_budget_begin(run);
    run->failed_in = NULL;
    outcome = run_steps(run, begin, end);
    if (outcome == RUN_ERROR && testsuite->current->failure == NULL)
        testsuite->current->failure = g_strdup(run->error);
    testsuite->current = NULL;
    run_leave_loops(run, 0);
    return RUN_BREAK;
}

static RunOutcome
run_test_fail(Run *run, const Call *call)
{
    Testsuite *testsuite = run_testsuite(run);
    char *reason = run_text_dup(run, &call->positionals[0], 0);

    if (testsuite->current == NULL) {
        testsuite_add(testsuite, "run", call->place.line)->failure = reason;
        return RUN_STOP;
    }
    g_free(testsuite->current->failure);
    testsuite->current->failure = g_strdup_printf("line %u: %s", call->place.line, reason);
    g_free(reason);
    return RUN_LEAVE;
}

const Definition cmd_test = {
    .name = "test", .extension = "vnd.dovecot.testsuite", .positionals = name_positional, .block = TRUE, .emit = emit_test,
    .run = run_test,
};
const Definition cmd_test_fail = {
    .name = "test_fail", .extension = "vnd.dovecot.testsuite", .positionals = reason_positional, .run = run_test_fail,
};
