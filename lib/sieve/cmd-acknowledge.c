#include "sieve/commands-private.h"
#include "sieve/names-private.h"
#include "sieve/ticket-act-private.h"

/*
 * vnd.mailgw.ticket: acknowledge ( :template <name: string> / :none )
 *
 * How the sender is told that the mail has come. argument is the template; without one, with ":none", the sender is not told.
 */
enum { TAG_TEMPLATE = 1, TAG_NONE = 2 };

static const TagDefinition tags[] = {
    { "template", NULL, TAG_TEMPLATE, TAG_NONE, VALUE_STRING, 0 },
    { "none", NULL, TAG_NONE, TAG_TEMPLATE, VALUE_NONE, 0 },
    { .name = NULL },
};

static gboolean
check(Checker *checker, const Node *node, Call *call)
{
    names_check(checker, "template", checker->host->templates, &call->slots[0]);
    if (call->flags != 0)
        return TRUE;
    sieve_error(checker->problems, node->place, NULL, "'acknowledge' takes ':template' and its name, or ':none'");
    return FALSE;
}

static RunOutcome
run_acknowledge(Run *run, const Call *call)
{
    g_autofree char *name = run_text_dup(run, &call->slots[0], 0);

    return run_act(run, call, SIEVE_ACKNOWLEDGE, name, NULL) != NULL ? RUN_NEXT : RUN_ERROR;
}

const Definition cmd_acknowledge = {
    .name = "acknowledge", .extension = TICKET_EXTENSION, .tags = tags, .check = check, .run = run_acknowledge,
};
