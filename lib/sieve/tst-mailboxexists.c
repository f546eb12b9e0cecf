#include "sieve/commands-private.h"
#include "sieve/testsuite-private.h"

/* RFC 5490, 3.1: mailboxexists <mailbox-names: string-list>: there are queues of all these names */
static const PositionalDefinition positionals[] = { { "queues", VALUE_STRINGS, FALSE }, { .what = NULL } };

static gboolean
exists(Run *run, const char *name)
{
    GHashTable *queues = run->input->names != NULL ? run->input->names->queues : NULL;

    if (run->testsuite != NULL && testsuite_folder(run->testsuite, name, FALSE) != NULL)
        return TRUE;
    if (run->testsuite != NULL && queues == NULL)
        return FALSE;
    return queues == NULL || g_hash_table_contains(queues, name);
}

static RunOutcome
test_exists(Run *run, const Call *call, gboolean *holds_out)
{
    g_autoptr(GString) scratch = g_string_new(NULL);

    *holds_out = TRUE;
    for (guint i = 0; i < value_count(&call->positionals[0]) && *holds_out; i++)
        *holds_out = exists(run, run_text(run, &call->positionals[0], i, scratch, NULL));
    return RUN_NEXT;
}

const Definition tst_mailboxexists = {
    .name = "mailboxexists", .extension = "mailbox", .positionals = positionals, .test = test_exists,
};
