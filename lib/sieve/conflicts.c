#include "sieve/conflicts-private.h"

static gboolean
delivers(SieveActionKind kind)
{
    return kind == SIEVE_KEEP || kind == SIEVE_FILEINTO || kind == SIEVE_REDIRECT;
}

gboolean
conflicts_responds(SieveActionKind kind)
{
    return kind == SIEVE_REJECT || kind == SIEVE_VACATION;
}

gboolean
conflicts_between(SieveActionKind a, SieveActionKind b)
{
    if (conflicts_responds(a) && conflicts_responds(b))
        return TRUE;
    return (a == SIEVE_REJECT && delivers(b)) || (b == SIEVE_REJECT && delivers(a));
}

gboolean
conflicts_check(Run *run, SieveActionKind kind)
{
    for (guint i = run->executed; i < run->result->actions->len; i++) {
        const SieveAction *before = run->result->actions->pdata[i];

        if (!conflicts_between(kind, before->kind))
            continue;
        run_fail(run, "%s cannot join the %s of line %u", sieve_action_name(kind), sieve_action_name(before->kind),
                 before->line);
        return FALSE;
    }
    return TRUE;
}
