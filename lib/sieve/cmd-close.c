#include "sieve/commands-private.h"
#include "sieve/ticket-act-private.h"

/*
 * vnd.mailgw.ticket: close
 *
 * Closes the ticket the message belongs to, when all else is done.
 */
static RunOutcome
run_close(Run *run, const Call *call)
{
    return ticket_act(run, call, SIEVE_CLOSE);
}

const Definition cmd_close = { .name = "close", .extension = TICKET_EXTENSION, .run = run_close };
