#include "sieve/commands-private.h"
#include "sieve/testsuite-private.h"

/*
 * vnd.dovecot.testsuite: test_config_set <name: string> <value: string>
 *                        test_config_unset <name: string>
 *                        test_config_reload [:extension <name: string>]
 *
 * What was set is in force after a reload. A setting that has no counterpart here changes nothing.
 */
static const PositionalDefinition set_positionals[] = {
    { "name", VALUE_STRING, FALSE },
    { "value", VALUE_STRING, FALSE },
    { .what = NULL },
};
static const PositionalDefinition unset_positionals[] = { { "name", VALUE_STRING, FALSE }, { .what = NULL } };
static const TagDefinition reload_tags[] = { { "extension", NULL, 1, 0, VALUE_STRING, 0 }, { .name = NULL } };

static RunOutcome
run_set(Run *run, const Call *call)
{
    g_hash_table_insert(run_testsuite(run)->settings, run_text_dup(run, &call->positionals[0], 0),
                        run_text_dup(run, &call->positionals[1], 0));
    return RUN_NEXT;
}

static RunOutcome
run_unset(Run *run, const Call *call)
{
    g_autofree char *name = run_text_dup(run, &call->positionals[0], 0);

    g_hash_table_remove(run_testsuite(run)->settings, name);
    return RUN_NEXT;
}

static RunOutcome
run_reload(Run *run, G_GNUC_UNUSED const Call *call)
{
    testsuite_reload(run_testsuite(run));
    return RUN_NEXT;
}

const Definition cmd_test_config_set = {
    .name = "test_config_set", .extension = "vnd.dovecot.testsuite", .positionals = set_positionals, .run = run_set,
};
const Definition cmd_test_config_unset = {
    .name = "test_config_unset", .extension = "vnd.dovecot.testsuite", .positionals = unset_positionals, .run = run_unset,
};
const Definition cmd_test_config_reload = {
    .name = "test_config_reload", .extension = "vnd.dovecot.testsuite", .tags = reload_tags, .run = run_reload,
};
