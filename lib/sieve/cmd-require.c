#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5228, 3.2: require <capabilities: string-list>
 *
 * Only at the begin of a script. It is done when it has been checked.
 */
static const PositionalDefinition positionals[] = { { "capabilities", VALUE_STRINGS, FALSE }, { .what = NULL } };

static gboolean
check(Checker *checker, const Node *node, Call *call)
{
    guint errors = checker->problems->errors;

    if (checker->header_over)
        sieve_error(checker->problems, node->place, NULL, "'require' must stand before all other commands");
    for (guint i = 0; i < value_count(&call->positionals[0]); i++) {
        const SieveString *string = call->positionals[0].strings->pdata[i];

        checker_require(checker, string->text, string->place);
    }
    return checker->problems->errors == errors;
}

static void
emit(G_GNUC_UNUSED Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    call_free(call);
}

const Definition cmd_require = { .name = "require", .positionals = positionals, .check = check, .emit = emit };
