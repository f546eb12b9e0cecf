#include "sieve/ticket-act-private.h"

#include <string.h>

gboolean
ticket_check_argument(Checker *checker, const Call *call)
{
    const char *text = value_constant(&call->positionals[0], 0);

    if (text == NULL || text[strspn(text, " \t\r\n")] != '\0')
        return TRUE;
    sieve_error(checker->problems, call->positionals[0].place, NULL, "'%s' takes something here (%s), not an empty string",
                call->definition->name, call->definition->positionals[0].what);
    return FALSE;
}

RunOutcome
ticket_act(Run *run, const Call *call, SieveActionKind kind)
{
    g_autofree char *argument = run_text_dup(run, &call->positionals[0], 0);
    g_autofree char *value = run_text_dup(run, &call->positionals[1], 0);

    if (argument != NULL && *g_strstrip(argument) == '\0') {
        run_warn(run, "%s: there is nothing in the argument", call->definition->name);
        return RUN_NEXT;
    }
    return run_act(run, call, kind, argument, value) != NULL ? RUN_NEXT : RUN_ERROR;
}
