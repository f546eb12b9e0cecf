#include "sieve/commands-private.h"
#include "sieve/ticket-act-private.h"

/*
 * vnd.mailgw.ticket: note <text: string>
 *
 * An internal note on the ticket, which the customer never sees.
 */
static const PositionalDefinition positionals[] = { { "text", VALUE_STRING, FALSE }, { .what = NULL } };

static RunOutcome
run_note(Run *run, const Call *call)
{
    return ticket_act(run, call, SIEVE_NOTE);
}

const Definition cmd_note = { .name = "note", .extension = TICKET_EXTENSION, .positionals = positionals, .run = run_note };
