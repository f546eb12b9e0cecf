#include "sieve/commands-private.h"
#include "sieve/one-address-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5228, 4.2: redirect [:copy] <address: string>
 *
 * What is passed on is the message as editheader has left it by then (RFC 5293, 3): a later edit is not in it. ":list" (RFC 6134, 2.5) would send a mail
 * to everybody on a list: whoever wants that has a list server, and mail that stays in no loop.
 */
enum { TAG_COPY = 1, TAG_LIST = 2 };

static const TagDefinition tags[] = {
    { "copy", "copy", TAG_COPY, 0, VALUE_NONE, 0 },
    { "list", "extlists", TAG_LIST, 0, VALUE_NONE, 0 },
    { .name = NULL },
};
static const PositionalDefinition positionals[] = { { "address", VALUE_STRING, FALSE }, { .what = NULL } };

static gboolean
check(Checker *checker, const Node *node, Call *call)
{
    if ((call->flags & TAG_LIST) != 0) {
        sieve_error(checker->problems, node->place, NULL, "'redirect :list' cannot be had here: mail is passed on to single addresses");
        return FALSE;
    }
    return one_address_check(checker, &call->positionals[0]);
}

static RunOutcome
run_redirect(Run *run, const Call *call)
{
    g_autofree char *text = run_text_dup(run, &call->positionals[0], 0);
    g_autofree char *address = one_address(text);
    SieveAction *action;

    if (address == NULL)
        return run_fail(run, "redirect: '%s' is no address", text);
    action = run_act(run, call, SIEVE_REDIRECT, address, NULL);
    if (action == NULL)
        return RUN_ERROR;
    action->copy = (call->flags & TAG_COPY) != 0;
    action->edits = mail_edits(run->mail);
    if (!action->copy)
        run_cancel_keep(run);
    return RUN_NEXT;
}

const Definition cmd_redirect = {
    .name = "redirect", .tags = tags, .positionals = positionals, .check = check, .run = run_redirect,
};
