#include "sieve/commands-private.h"
#include "sieve/ticket-act-private.h"

/*
 * vnd.mailgw.ticket: correlate <key: string>
 *
 * Messages with the same key share one open ticket: alarms of one host and service, say.
 */
static const PositionalDefinition positionals[] = { { "key", VALUE_STRING, FALSE }, { .what = NULL } };

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    return ticket_check_argument(checker, call);
}

static RunOutcome
run_correlate(Run *run, const Call *call)
{
    return ticket_act(run, call, SIEVE_CORRELATE);
}

const Definition cmd_correlate = {
    .name = "correlate", .extension = TICKET_EXTENSION, .positionals = positionals, .check = check, .run = run_correlate,
};
