#include "sieve/commands-private.h"
#include "sieve/names-private.h"
#include "sieve/ticket-act-private.h"

/*
 * vnd.mailgw.ticket: move <queue: string>
 *
 * Moves the ticket, also one that exists already, to another queue.
 */
static const PositionalDefinition positionals[] = { { "queue", VALUE_STRING, FALSE }, { .what = NULL } };

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    names_check(checker, "queue", checker->host->queues, &call->positionals[0]);
    return ticket_check_argument(checker, call);
}

static RunOutcome
run_move(Run *run, const Call *call)
{
    return ticket_act(run, call, SIEVE_MOVE);
}

const Definition cmd_move = {
    .name = "move", .extension = TICKET_EXTENSION, .positionals = positionals, .check = check, .run = run_move,
};
