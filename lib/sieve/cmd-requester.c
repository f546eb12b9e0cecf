#include "sieve/commands-private.h"
#include "sieve/one-address-private.h"
#include "sieve/ticket-act-private.h"

/*
 * vnd.mailgw.ticket: requester <address: string>
 *
 * The customer of the ticket, where it is not the sender: contact forms. What was found in a message and is no address changes nothing, since
 * whoever fills the form in must not be able to stop the rules.
 */
static const PositionalDefinition positionals[] = { { "address", VALUE_STRING, FALSE }, { .what = NULL } };

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    return one_address_check(checker, &call->positionals[0]);
}

static RunOutcome
run_requester(Run *run, const Call *call)
{
    g_autofree char *text = run_text_dup(run, &call->positionals[0], 0);
    g_autofree char *address = one_address(text);

    if (address == NULL) {
        run_warn(run, "requester: '%s' is no address", text);
        return RUN_NEXT;
    }
    return run_act(run, call, SIEVE_REQUESTER, address, NULL) != NULL ? RUN_NEXT : RUN_ERROR;
}

const Definition cmd_requester = {
    .name = "requester", .extension = TICKET_EXTENSION, .positionals = positionals, .check = check, .run = run_requester,
};
