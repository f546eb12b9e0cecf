#include <string.h>

#include "sieve/commands-private.h"
#include "sieve/run-private.h"

/*
 * vnd.dovecot.debug (Pigeonhole): debug_log <message: string>
 *
 * A line of the trace, which explain shows: scripts that came from Pigeonhole have it, and it tells what a variable holds.
 */
static const PositionalDefinition positionals[] = { { "message", VALUE_STRING, FALSE }, { .what = NULL } };

static RunOutcome
run_debug_log(Run *run, const Call *call)
{
    g_autofree char *text = run_text_dup(run, &call->positionals[0], 0);

    run_trace(run, call);
    run_note_value(run, text, strlen(text));
    if (run->told != NULL)
        run->told->held = TRUE;
    run->told = NULL;
    return RUN_NEXT;
}

const Definition cmd_debug_log = { .name = "debug_log", .extension = "vnd.dovecot.debug", .positionals = positionals, .run = run_debug_log };
