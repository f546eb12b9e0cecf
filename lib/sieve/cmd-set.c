#include <string.h>

#include "base/limits.h"
#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/modifiers-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5229, 4: set [MODIFIER] <name: string> <value: string>
 */
static const TagDefinition tags[] = { MODIFIER_TAGS, { .name = NULL } };
static const PositionalDefinition positionals[] = {
    { "name", VALUE_STRING, FALSE },
    { "value", VALUE_STRING, FALSE },
    { .what = NULL },
};

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    const char *name = value_constant(&call->positionals[0], 0);
    VariableName *variable;

    if (name == NULL) {
        sieve_error(checker->problems, call->positionals[0].place, NULL, "the name of a variable cannot hold variables");
        return FALSE;
    }
    variable = checker_variable(checker, name, call->positionals[0].place);
    if (variable == NULL)
        return FALSE;
    call->data = variable;
    call->free_data = g_free;
    return TRUE;
}

static RunOutcome
run_set(Run *run, const Call *call)
{
    const VariableName *variable = call->data;
    g_autofree char *text = run_text_dup(run, &call->positionals[1], 0);

    text = modifiers_apply(call->flags, g_steal_pointer(&text), run_variable_limit(run));
    run_set_variable(run, variable->global, variable->number, text, strlen(text));
    return RUN_NEXT;
}

const Definition cmd_set = {
    .name = "set", .extension = "variables", .tags = tags, .positionals = positionals, .check = check, .run = run_set,
};
