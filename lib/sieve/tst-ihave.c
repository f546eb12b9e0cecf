#include <string.h>

#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/registry-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5463, 4: ihave <capabilities: string-list>
 *              error <message: string>
 *
 * Where it holds, the extensions count as required in the block behind it. Where it cannot hold, that block is not even checked:
 * it may speak of what is not known here (see cmd-if.c).
 */
static const PositionalDefinition capabilities[] = { { "capabilities", VALUE_STRINGS, FALSE }, { .what = NULL } };
static const PositionalDefinition message[] = { { "message", VALUE_STRING, FALSE }, { .what = NULL } };

gboolean
ihave_holds(const Checker *checker, const char *name)
{
    const Extension *extension = registry_extension(name);

    /* These two change how the strings of a script are read, which cannot begin in the middle of it: they are there only where required. */
    if (strcmp(name, "variables") == 0 || strcmp(name, "encoded-character") == 0)
        return checker_has(checker, name);
    if (checker->host->absent != NULL && g_hash_table_contains(checker->host->absent, name))
        return FALSE;
    return extension != NULL && (!extension->testsuite || checker->host->testsuite);
}

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    gboolean all = TRUE;

    for (guint i = 0; i < value_count(&call->positionals[0]); i++) {
        const SieveString *string = call->positionals[0].strings->pdata[i];

        if (string->pieces != NULL) {
            sieve_error(checker->problems, string->place, NULL, "the capabilities of 'ihave' cannot hold variables");
            return FALSE;
        }
        all = ihave_holds(checker, string->text) && all;
    }
    for (guint i = 0; all && i < value_count(&call->positionals[0]); i++) {
        const SieveString *string = call->positionals[0].strings->pdata[i];

        checker_require(checker, string->text, string->place);
    }
    call->data = GINT_TO_POINTER(all);
    return TRUE;
}

static RunOutcome
test_ihave(G_GNUC_UNUSED Run *run, const Call *call, gboolean *holds_out)
{
    *holds_out = GPOINTER_TO_INT(call->data);
    return RUN_NEXT;
}

static RunOutcome
run_error(Run *run, const Call *call)
{
    g_autofree char *text = run_text_dup(run, &call->positionals[0], 0);

    return run_fail(run, "the script says: %s", text);
}

const Definition tst_ihave = {
    .name = "ihave", .extension = "ihave", .positionals = capabilities, .check = check, .test = test_ihave,
};
const Definition cmd_error = { .name = "error", .extension = "ihave", .positionals = message, .run = run_error };
