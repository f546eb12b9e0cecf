#include "sieve/commands-private.h"
#include "sieve/testsuite-private.h"

/*
 * vnd.dovecot.testsuite: test_script_compile <script: string>        a path, from the .svtest file on
 *                        test_script_run [:append_result]            runs it; its actions are added, or are the only ones
 *                        test_multiscript <scripts: string-list>     one after the other, as long as the message is kept
 */
enum { TAG_APPEND = 1 };

static const TagDefinition run_tags[] = { { "append_result", NULL, TAG_APPEND, 0, VALUE_NONE, 0 }, { .name = NULL } };
static const PositionalDefinition one[] = { { "script", VALUE_STRING, FALSE }, { .what = NULL } };
static const PositionalDefinition many[] = { { "scripts", VALUE_STRINGS, FALSE }, { .what = NULL } };

static RunOutcome
test_compile(Run *run, const Call *call, gboolean *holds_out)
{
    g_autofree char *path = run_text_dup(run, &call->positionals[0], 0);

    *holds_out = testsuite_compile(run_testsuite(run), path);
    return RUN_NEXT;
}

static RunOutcome
test_run(Run *run, const Call *call, gboolean *holds_out)
{
    *holds_out = testsuite_run_script(run, (call->flags & TAG_APPEND) != 0);
    return RUN_NEXT;
}

static RunOutcome
test_many(Run *run, const Call *call, gboolean *holds_out)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < value_count(&call->positionals[0]); i++)
        g_ptr_array_add(paths, run_text_dup(run, &call->positionals[0], i));
    *holds_out = testsuite_run_many(run, paths);
    return RUN_NEXT;
}

const Definition tst_test_script_compile = {
    .name = "test_script_compile", .extension = "vnd.dovecot.testsuite", .positionals = one, .test = test_compile,
};
const Definition tst_test_script_run = {
    .name = "test_script_run", .extension = "vnd.dovecot.testsuite", .tags = run_tags, .test = test_run,
};
const Definition tst_test_multiscript = {
    .name = "test_multiscript", .extension = "vnd.dovecot.testsuite", .positionals = many, .test = test_many,
};
