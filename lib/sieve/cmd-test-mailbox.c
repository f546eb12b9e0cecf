#include "sieve/commands-private.h"
#include "sieve/testsuite-private.h"

/*
 * vnd.dovecot.testsuite: test_mailbox_create <folder: string>
 *                        test_mailbox_delete <folder: string>
 */
static const PositionalDefinition positionals[] = { { "folder", VALUE_STRING, FALSE }, { .what = NULL } };

static RunOutcome
run_create(Run *run, const Call *call)
{
    g_autofree char *name = run_text_dup(run, &call->positionals[0], 0);

    testsuite_folder(run_testsuite(run), name, TRUE);
    return RUN_NEXT;
}

static RunOutcome
run_delete(Run *run, const Call *call)
{
    g_autofree char *name = run_text_dup(run, &call->positionals[0], 0);

    g_hash_table_remove(run_testsuite(run)->folders, name);
    return RUN_NEXT;
}

const Definition cmd_test_mailbox_create = {
    .name = "test_mailbox_create", .extension = "vnd.dovecot.testsuite", .positionals = positionals, .run = run_create,
};
const Definition cmd_test_mailbox_delete = {
    .name = "test_mailbox_delete", .extension = "vnd.dovecot.testsuite", .positionals = positionals, .run = run_delete,
};
