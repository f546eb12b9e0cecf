#include "sieve/commands-private.h"
#include "sieve/testsuite-private.h"

/*
 * vnd.dovecot.testsuite: test_result_reset      forgets the actions, and the mail that was sent
 *                        test_result_print      shows the actions in the test's failure, should it fail
 *                        test_result_execute    carries the actions out, in memory (a test)
 */
static RunOutcome
run_reset(Run *run, G_GNUC_UNUSED const Call *call)
{
    testsuite_result_reset(run);
    return RUN_NEXT;
}

static RunOutcome
run_print(Run *run, G_GNUC_UNUSED const Call *call)
{
    testsuite_result_tidy(run);
    for (guint i = 0; i < run->result->actions->len; i++) {
        const SieveAction *action = run->result->actions->pdata[i];

        run_warn(run, "action %u: %s %s", i + 1, testsuite_action_name(action),
                 action->argument != NULL ? action->argument : "");
    }
    return RUN_NEXT;
}

static RunOutcome
test_execute(Run *run, G_GNUC_UNUSED const Call *call, gboolean *holds_out)
{
    *holds_out = testsuite_result_execute(run);
    return RUN_NEXT;
}

const Definition cmd_test_result_reset = {
    .name = "test_result_reset", .extension = "vnd.dovecot.testsuite", .run = run_reset,
};
const Definition cmd_test_result_print = {
    .name = "test_result_print", .extension = "vnd.dovecot.testsuite", .run = run_print,
};
const Definition tst_test_result_execute = {
    .name = "test_result_execute", .extension = "vnd.dovecot.testsuite", .test = test_execute,
};
