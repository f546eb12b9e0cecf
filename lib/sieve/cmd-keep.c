#include "sieve/commands-private.h"
#include "sieve/flags-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5228, 4.3: keep
 * RFC 5232, 5:   keep [:flags <list-of-flags: string-list>]
 *
 * The queue of the address the mail came to.
 */
static RunOutcome
run_keep(Run *run, const Call *call)
{
    SieveAction *action = run_act(run, call, SIEVE_KEEP, NULL, NULL);

    if (action == NULL)
        return RUN_ERROR;
    action->words = flags_of_call(run, call);
    run_cancel_keep(run);
    return RUN_NEXT;
}

const Definition cmd_keep = { .name = "keep", .tags = flags_tags, .run = run_keep };
