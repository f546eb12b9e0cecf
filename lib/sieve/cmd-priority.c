#include "sieve/commands-private.h"
#include "sieve/ticket-act-private.h"
#include "ticket/ticket.h"

/*
 * vnd.mailgw.ticket: priority <name: string>
 *
 * "low", "normal", "high" or "urgent".
 */
static const PositionalDefinition positionals[] = { { "priority", VALUE_STRING, FALSE }, { .what = NULL } };
static const char *const names[] = { "low", "normal", "high", "urgent", NULL };

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    const char *name = value_constant(&call->positionals[0], 0);
    TicketPriority priority;
    char *hint;

    if (name == NULL || ticket_priority_parse(name, &priority))
        return TRUE;
    hint = sieve_hint_word(name, names);
    sieve_error(checker->problems, call->positionals[0].place, hint != NULL ? hint : g_strdup("low, normal, high or urgent"),
                "there is no priority '%s'", name);
    return FALSE;
}

static RunOutcome
run_priority(Run *run, const Call *call)
{
    g_autofree char *name = run_text_dup(run, &call->positionals[0], 0);
    TicketPriority priority;

    if (ticket_priority_parse(name, &priority))
        return ticket_act(run, call, SIEVE_PRIORITY);
    run_warn(run, "there is no priority '%s'", name);
    return RUN_NEXT;
}

const Definition cmd_priority = {
    .name = "priority", .extension = TICKET_EXTENSION, .positionals = positionals, .check = check, .run = run_priority,
};
