#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/testsuite-private.h"

/*
 * vnd.dovecot.testsuite: test_message ( :smtp / :folder <folder: string> ) <n: number>
 *
 * Makes the n-th mail that was sent, or that stands in the folder, the message, from 0 on. As a test it holds if there is one; as a command
 * it is an error if there is none.
 */
enum { TAG_SMTP = 1, TAG_FOLDER = 2 };

static const TagDefinition tags[] = {
    { "smtp", NULL, TAG_SMTP, TAG_FOLDER, VALUE_NONE, 0 },
    { "folder", NULL, TAG_FOLDER, TAG_SMTP, VALUE_STRING, 0 },
    { .name = NULL },
};
static const PositionalDefinition positionals[] = { { "number", VALUE_NUMBER, FALSE }, { .what = NULL } };

static gboolean
check(Checker *checker, const Node *node, Call *call)
{
    if (call->flags != 0)
        return TRUE;
    sieve_error(checker->problems, node->place, NULL, "'test_message' takes ':smtp' or ':folder'");
    return FALSE;
}

static RunOutcome
test_message(Run *run, const Call *call, gboolean *holds_out)
{
    Testsuite *testsuite = run_testsuite(run);
    g_autofree char *name = run_text_dup(run, &call->slots[0], 0);
    const GPtrArray *mails = call->flags & TAG_SMTP ? testsuite->sent : testsuite_folder(testsuite, name, FALSE);

    *holds_out = testsuite_show(run, mails, call->positionals[0].number);
    return RUN_NEXT;
}

static RunOutcome
run_message(Run *run, const Call *call)
{
    gboolean there;

    test_message(run, call, &there);
    return there ? RUN_NEXT : run_fail(run, "test_message: there is no message %" G_GUINT64_FORMAT " there",
                                       call->positionals[0].number);
}

const Definition cmd_test_message = {
    .name = "test_message", .extension = "vnd.dovecot.testsuite", .tags = tags, .positionals = positionals, .check = check,
    .run = run_message, .test = test_message,
};
