#include <string.h>

#include "sieve/commands-private.h"
#include "sieve/match-private.h"
#include "sieve/testsuite-private.h"

/*
 * vnd.dovecot.testsuite: test_result_action [MATCH-TYPE] [COMPARATOR] [:index <n: number>] <keys: string-list>
 *
 * Names of the actions, or of the n-th: "keep", "store", "redirect", "discard", "reject", "vacation", "notify", and ours ("priority").
 *
 * Ours besides: test_result_argument [MATCH-TYPE] [COMPARATOR] [:index <n: number>] <action: string> <keys: string-list>
 *
 * What the actions of that name (or the n-th of them) were given: "high"; "invoice=4711" where there are two arguments. "flags" are the flags that the
 * script ended with, which an implicit keep would set; no action counts them.
 */
enum { TAG_INDEX = 1 };

static const TagDefinition tags[] = { { "index", NULL, TAG_INDEX, 0, VALUE_NUMBER, 0 }, { .name = NULL } };
static const PositionalDefinition action_positionals[] = { { "keys", VALUE_STRINGS, FALSE }, { .what = NULL } };
static const PositionalDefinition argument_positionals[] = {
    { "action", VALUE_STRING, FALSE },
    { "keys", VALUE_STRINGS, FALSE },
    { .what = NULL },
};

static gboolean
chosen(const Call *call, guint n)
{
    return (call->flags & TAG_INDEX) == 0 || call->slots[0].number == n;
}

static RunOutcome
test_action(Run *run, const Call *call, gboolean *holds_out)
{
    const GPtrArray *actions = run->result->actions;
    guint count = 0;
    Matching matching;

    testsuite_result_tidy(run);
    matching_begin(&matching, run, call, &call->positionals[0]);
    for (guint i = 0; i < actions->len; i++) {
        const SieveAction *action = actions->pdata[i];
        const char *name = testsuite_action_name(action);

        if (action->kind != SIEVE_FLAGS && chosen(call, ++count) && matching_value(&matching, name, strlen(name)))
            break;
    }
    return matching_end(&matching, holds_out);
}

static char *
given(const SieveAction *action)
{
    const char *argument = action->argument != NULL ? action->argument : "";

    return action->value != NULL ? g_strdup_printf("%s=%s", argument, action->value) : g_strdup(argument);
}

static RunOutcome
test_argument(Run *run, const Call *call, gboolean *holds_out)
{
    const GPtrArray *actions = run->result->actions;
    g_autofree char *name = run_text_dup(run, &call->positionals[0], 0);
    guint count = 0;
    Matching matching;

    testsuite_result_tidy(run);
    matching_begin(&matching, run, call, &call->positionals[1]);
    for (guint i = 0; i < actions->len; i++) {
        const SieveAction *action = actions->pdata[i];
        g_autofree char *text = given(action);

        if (strcmp(testsuite_action_name(action), name) != 0 && strcmp(sieve_action_name(action->kind), name) != 0)
            continue;
        if (chosen(call, ++count) && matching_value(&matching, text, strlen(text)))
            break;
    }
    return matching_end(&matching, holds_out);
}

const Definition tst_test_result_action = {
    .name = "test_result_action", .extension = "vnd.dovecot.testsuite", .uses = USES_MATCH, .tags = tags,
    .positionals = action_positionals, .test = test_action,
};
const Definition tst_test_result_argument = {
    .name = "test_result_argument", .extension = "vnd.dovecot.testsuite", .uses = USES_MATCH, .tags = tags,
    .positionals = argument_positionals, .test = test_argument,
};
