#include <string.h>

#include "base/limits.h"
#include "sieve/commands-private.h"
#include "sieve/ticket-act-private.h"

/*
 * vnd.mailgw.ticket: field <name: string> <value: string>
 *
 * A field of the ticket: an invoice number, the name of a host. Names are lower-case letters, digits, "-" and "_", beginning with a letter.
 */
static const PositionalDefinition positionals[] = {
    { "name", VALUE_STRING, FALSE },
    { "value", VALUE_STRING, FALSE },
    { .what = NULL },
};

static gboolean
is_name(const char *name)
{
    return g_ascii_islower(*name) && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == strlen(name) &&
           strlen(name) <= LIMIT_SIEVE_FIELD_NAME;
}

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    const char *name = value_constant(&call->positionals[0], 0);

    if (name == NULL || is_name(name))
        return TRUE;
    sieve_error(checker->problems, call->positionals[0].place, g_strdup("lower-case letters, digits, '-' and '_'"),
                "'%s' is no name of a field", name);
    return FALSE;
}

static RunOutcome
run_field(Run *run, const Call *call)
{
    g_autofree char *name = run_text_dup(run, &call->positionals[0], 0);

    if (is_name(name))
        return ticket_act(run, call, SIEVE_FIELD);
    run_warn(run, "'%s' is no name of a field", name);
    return RUN_NEXT;
}

const Definition cmd_field = {
    .name = "field", .extension = TICKET_EXTENSION, .positionals = positionals, .check = check, .run = run_field,
};
