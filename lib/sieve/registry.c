#include "sieve/registry-private.h"

#include <string.h>

#include "sieve/commands-private.h"
#include "sieve/comparators-private.h"
#include "sieve/match-types-private.h"

static const Extension extensions[] = {
    { "comparator-i;ascii-numeric", FALSE, NULL },
    { "comparator-i;octet", FALSE, NULL },
    { "comparator-i;ascii-casemap", FALSE, NULL },
    { "comparator-i;unicode-casemap", FALSE, NULL },
    { "copy", FALSE, NULL },
    { "body", FALSE, NULL },
    { "date", FALSE, NULL },
    { "editheader", FALSE, NULL },
    { "encoded-character", FALSE, NULL },
    { "envelope", FALSE, NULL },
    { "extracttext", FALSE, NULL },
    { "fileinto", FALSE, NULL },
    { "foreverypart", FALSE, NULL },
    { "environment", FALSE, NULL },
    { "ihave", FALSE, NULL },
    { "imap4flags", FALSE, NULL },
    { "include", FALSE, NULL },
    { "index", FALSE, NULL },
    { "mime", FALSE, NULL },
    { "regex", FALSE, NULL },
    { "relational", FALSE, "comparator-i;ascii-numeric" },
    { "subaddress", FALSE, NULL },
    { "variables", FALSE, NULL },
    { "vnd.dovecot.environment", FALSE, "environment" },
    { "vnd.dovecot.debug", FALSE, NULL },
    { "vnd.dovecot.duplicate", FALSE, "duplicate" },
    { "duplicate", FALSE, NULL },
    { "enotify", FALSE, NULL },
    { "ereject", FALSE, NULL },
    { "extlists", FALSE, NULL },
    { "mailbox", FALSE, NULL },
    { "reject", FALSE, NULL },
    { "spamtest", FALSE, NULL },
    { "spamtestplus", FALSE, "spamtest" },
    { "vacation", FALSE, NULL },
    { "vacation-seconds", FALSE, "vacation" },
    { "virustest", FALSE, NULL },
    { "vnd.mailgw.ticket", FALSE, NULL },
    { "vnd.dovecot.testsuite", TRUE, NULL },
};

static const Definition *const commands[] = {
    &cmd_require, &cmd_if,       &cmd_elsif,    &cmd_else, &cmd_stop,      &cmd_keep,
    &cmd_discard, &cmd_fileinto, &cmd_redirect, &cmd_set,  &cmd_test_fail, &cmd_test,
    &cmd_test_set, &cmd_setflag, &cmd_addflag,  &cmd_removeflag, &cmd_error,  &cmd_include, &cmd_debug_log,
    &cmd_return,  &cmd_global,   &cmd_addheader, &cmd_deleteheader,
    &cmd_foreverypart, &cmd_break, &cmd_extracttext,
    &cmd_reject, &cmd_ereject, &cmd_vacation, &cmd_notify, &cmd_priority, &cmd_assign, &cmd_target,
    &cmd_field, &cmd_requester, &cmd_move, &cmd_close, &cmd_correlate, &cmd_note, &cmd_acknowledge,
    &cmd_test_result_reset, &cmd_test_result_print, &cmd_test_message, &cmd_test_mailbox_create,
    &cmd_test_mailbox_delete, &cmd_test_config_set, &cmd_test_config_unset, &cmd_test_config_reload,
    &cmd_test_binary_save, &cmd_test_binary_load,
};

static const Definition *const tests[] = {
    &tst_address, &tst_allof, &tst_anyof, &tst_envelope, &tst_exists, &tst_false,
    &tst_header,  &tst_not,   &tst_size,  &tst_string,   &tst_true,   &tst_hasflag,
    &tst_ihave,   &tst_environment, &tst_date, &tst_currentdate, &tst_body,
    &tst_fact, &tst_during, &tst_spamtest, &tst_virustest, &tst_duplicate, &tst_valid_notify_method,
    &tst_notify_method_capability, &tst_valid_ext_list, &tst_mailboxexists, &cmd_test_message,
    &tst_test_script_compile, &tst_test_script_run, &tst_test_multiscript, &tst_test_error,
    &tst_test_result_action, &tst_test_result_argument, &tst_test_result_execute,
};

static const Comparator *const comparators[] = { &cmp_ascii_casemap, &cmp_octet, &cmp_ascii_numeric, &cmp_unicode_casemap };
static const MatchType *const match_types[] = { &mcht_is, &mcht_contains, &mcht_matches, &mcht_value, &mcht_count,
                                               &mcht_regex, &mcht_list };

static gboolean
is_for_tests(const Definition *definition)
{
    const Extension *extension = definition->extension != NULL ? registry_extension(definition->extension) : NULL;

    return extension != NULL && extension->testsuite;
}

static const Definition *
find(const Definition *const *table, gsize count, const char *name, gboolean testsuite)
{
    for (gsize i = 0; i < count; i++) {
        if (strcmp(table[i]->name, name) == 0)
            return testsuite || !is_for_tests(table[i]) ? table[i] : NULL;
    }
    return NULL;
}

const Extension *
registry_extension(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(extensions); i++) {
        if (strcmp(extensions[i].name, name) == 0)
            return &extensions[i];
    }
    return NULL;
}

const Definition *
registry_command(const char *name, gboolean testsuite)
{
    return find(commands, G_N_ELEMENTS(commands), name, testsuite);
}

const Definition *
registry_test(const char *name, gboolean testsuite)
{
    return find(tests, G_N_ELEMENTS(tests), name, testsuite);
}

const Comparator *
registry_comparator(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(comparators); i++) {
        if (strcmp(comparators[i]->name, name) == 0)
            return comparators[i];
    }
    return NULL;
}

const MatchType *
registry_match_type(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(match_types); i++) {
        if (strcmp(match_types[i]->name, name) == 0)
            return match_types[i];
    }
    return NULL;
}

/* Names of a table of pointers to definitions, whose first member is the name. */
#define NAMES_OF(table, member)                              \
    static const char *names[G_N_ELEMENTS(table) + 1];       \
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++)          \
        names[i] = table[i] member name;                     \
    return names

/* What only .svtest files know is no word for rules. */
static const char *const *
names_of(const Definition *const *table, gsize count, gboolean testsuite, const char **names)
{
    gsize n = 0;

    for (gsize i = 0; i < count; i++) {
        if (testsuite || !is_for_tests(table[i]))
            names[n++] = table[i]->name;
    }
    names[n] = NULL;
    return names;
}

const char *const *
registry_command_names(gboolean testsuite)
{
    static const char *names[G_N_ELEMENTS(commands) + 1], *all[G_N_ELEMENTS(commands) + 1];

    return names_of(commands, G_N_ELEMENTS(commands), testsuite, testsuite ? all : names);
}

const char *const *
registry_test_names(gboolean testsuite)
{
    static const char *names[G_N_ELEMENTS(tests) + 1], *all[G_N_ELEMENTS(tests) + 1];

    return names_of(tests, G_N_ELEMENTS(tests), testsuite, testsuite ? all : names);
}

const char *const *
registry_extension_names(void)
{
    NAMES_OF(extensions, .);
}

const char *const *
registry_comparator_names(void)
{
    NAMES_OF(comparators, ->);
}
