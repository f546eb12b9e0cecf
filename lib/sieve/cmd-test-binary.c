#include "sieve/commands-private.h"
#include "sieve/run-private.h"

/*
 * vnd.dovecot.testsuite: test_binary_save <name: string>
 *                        test_binary_load <name: string>
 *
 * Compiled scripts are not kept in files here: both do nothing, and the script that was compiled last stays.
 */
static const PositionalDefinition positionals[] = { { "name", VALUE_STRING, FALSE }, { .what = NULL } };

static RunOutcome
run_nothing(G_GNUC_UNUSED Run *run, G_GNUC_UNUSED const Call *call)
{
    return RUN_NEXT;
}

const Definition cmd_test_binary_save = {
    .name = "test_binary_save", .extension = "vnd.dovecot.testsuite", .positionals = positionals, .run = run_nothing,
};
const Definition cmd_test_binary_load = {
    .name = "test_binary_load", .extension = "vnd.dovecot.testsuite", .positionals = positionals, .run = run_nothing,
};
