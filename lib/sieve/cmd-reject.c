#include "sieve/commands-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5429, 2.2: reject <reason: string>
 *           2.1: ereject <reason: string>
 *
 * Both are a mail to the sender here: the message was accepted long before a rule sees it.
 */
static const PositionalDefinition positionals[] = { { "reason", VALUE_STRING, FALSE }, { .what = NULL } };

static RunOutcome
run_reject(Run *run, const Call *call)
{
    g_autofree char *reason = run_text_dup(run, &call->positionals[0], 0);

    if (run_act(run, call, SIEVE_REJECT, reason, NULL) == NULL)
        return RUN_ERROR;
    run_cancel_keep(run);
    return RUN_NEXT;
}

const Definition cmd_reject = { .name = "reject", .extension = "reject", .positionals = positionals, .run = run_reject };
const Definition cmd_ereject = { .name = "ereject", .extension = "ereject", .positionals = positionals, .run = run_reject };
