#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/flags-private.h"
#include "sieve/names-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5228, 4.1: fileinto [:copy] [:create] [:flags <list-of-flags>] <mailbox: string>
 *
 * The mailbox is a queue. The configuration makes queues, so ":create" (RFC 5490, 3.2; number is 1) asks for nothing.
 */
enum { TAG_COPY = 1, TAG_CREATE = 2 };

static const TagDefinition tags[] = {
    { "copy", "copy", TAG_COPY, 0, VALUE_NONE, 0 },
    { "create", "mailbox", TAG_CREATE, 0, VALUE_NONE, 0 },
    FLAGS_TAG,
    { .name = NULL },
};
static const PositionalDefinition positionals[] = { { "queue", VALUE_STRING, FALSE }, { .what = NULL } };

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    names_check(checker, "queue", checker->host->queues, &call->positionals[0]);
    return TRUE;
}

static RunOutcome
run_fileinto(Run *run, const Call *call)
{
    g_autofree char *queue = run_text_dup(run, &call->positionals[0], 0);
    SieveAction *action = run_act(run, call, SIEVE_FILEINTO, queue, NULL);

    if (action == NULL)
        return RUN_ERROR;
    action->copy = (call->flags & TAG_COPY) != 0;
    action->number = call->flags & TAG_CREATE ? 1 : 0;
    action->words = flags_of_call(run, call);
    if (!action->copy)
        run_cancel_keep(run);
    return RUN_NEXT;
}

const Definition cmd_fileinto = {
    .name = "fileinto", .extension = "fileinto", .tags = tags, .positionals = positionals, .check = check, .run = run_fileinto,
};
