#include "sieve/commands-private.h"
#include "sieve/run-private.h"

/* RFC 5228, 4.4: discard: cancels the implicit keep, and nothing else. */
static RunOutcome
run_discard(Run *run, const Call *call)
{
    if (run_act(run, call, SIEVE_DISCARD, NULL, NULL) == NULL)
        return RUN_ERROR;
    run_cancel_keep(run);
    return RUN_NEXT;
}

const Definition cmd_discard = { .name = "discard", .run = run_discard };
