#include "sieve/commands-private.h"
#include "sieve/names-private.h"
#include "sieve/ticket-act-private.h"

/*
 * vnd.mailgw.ticket: assign <agent: string>
 *
 * The agent who gets the ticket.
 */
static const PositionalDefinition positionals[] = { { "agent", VALUE_STRING, FALSE }, { .what = NULL } };

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    names_check(checker, "agent", checker->host->agents, &call->positionals[0]);
    return ticket_check_argument(checker, call);
}

static RunOutcome
run_assign(Run *run, const Call *call)
{
    return ticket_act(run, call, SIEVE_ASSIGN);
}

const Definition cmd_assign = {
    .name = "assign", .extension = TICKET_EXTENSION, .positionals = positionals, .check = check, .run = run_assign,
};
