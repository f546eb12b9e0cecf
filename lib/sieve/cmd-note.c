#include "sieve/commands-private.h"
#include "sieve/ticket-act-private.h"

/*
 * vnd.mailgw.ticket: note <text: string>
 *
 * An internal note on the ticket, which the customer never sees.
 */
static const PositionalDefinition positionals[] = { { "text", VALUE_STRING, FALSE }, { .what = NULL } };

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    return ticket_check_argument(checker, call);
}

static RunOutcome
run_note(Run *run, const Call *call)
{
    return ticket_act(run, call, SIEVE_NOTE);
}

const Definition cmd_note = {
    .name = "note", .extension = TICKET_EXTENSION, .positionals = positionals, .check = check, .run = run_note,
};
