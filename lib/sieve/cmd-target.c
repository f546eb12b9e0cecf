#include "sieve/commands-private.h"
#include "sieve/names-private.h"
#include "sieve/ticket-act-private.h"

/*
 * vnd.mailgw.ticket: target <target: string>
 *
 * The service level the ticket is held to.
 */
static const PositionalDefinition positionals[] = { { "target", VALUE_STRING, FALSE }, { .what = NULL } };

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    names_check(checker, "target", checker->host->targets, &call->positionals[0]);
    return ticket_check_argument(checker, call);
}

static RunOutcome
run_target(Run *run, const Call *call)
{
    return ticket_act(run, call, SIEVE_TARGET);
}

const Definition cmd_target = {
    .name = "target", .extension = TICKET_EXTENSION, .positionals = positionals, .check = check, .run = run_target,
};
