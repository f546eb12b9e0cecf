#include <string.h>

#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/flags-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5232, 3: setflag    [<variablename: string>] <list-of-flags: string-list>
 *              addflag    [<variablename: string>] <list-of-flags: string-list>
 *              removeflag [<variablename: string>] <list-of-flags: string-list>
 *
 * Without a name they change the internal flags, which every later keep and fileinto bears: a ticket's tags.
 */
static const PositionalDefinition positionals[] = {
    { "variable name", VALUE_STRING, TRUE },
    { "flags", VALUE_STRINGS, FALSE },
    { .what = NULL },
};

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    const char *name = value_constant(&call->positionals[0], 0);

    if (!call->positionals[0].given)
        return TRUE;
    if (!checker_has(checker, "variables")) {
        sieve_error(checker->problems, call->positionals[0].place, g_strdup("require \"variables\""),
                    "flags in a variable need variables");
        return FALSE;
    }
    if (name == NULL) {
        sieve_error(checker->problems, call->positionals[0].place, NULL, "the name of a variable cannot hold variables");
        return FALSE;
    }
    call->data = checker_variable(checker, name, call->positionals[0].place);
    call->free_data = g_free;
    return call->data != NULL;
}

/* The flags that are changed, as a list of their own. */
static GPtrArray *
flags_before(Run *run, const Call *call)
{
    const VariableName *variable = call->data;
    GPtrArray *flags = g_ptr_array_new_with_free_func(g_free);

    if (variable != NULL)
        flags_add(flags, run_variable(run, variable->global, variable->number));
    for (guint i = 0; variable == NULL && i < run->flags->len; i++)
        g_ptr_array_add(flags, g_strdup(run->flags->pdata[i]));
    return flags;
}

static void
store_flags(Run *run, const Call *call, GPtrArray *flags)
{
    const VariableName *variable = call->data;
    g_autoptr(GString) text = NULL;

    if (variable == NULL) {
        g_ptr_array_unref(run->flags);
        run->flags = flags;
        return;
    }
    text = g_string_new(NULL);
    for (guint i = 0; i < flags->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", (const char *) flags->pdata[i]);
    run_set_variable(run, variable->global, variable->number, text->str, text->len);
    g_ptr_array_unref(flags);
}

static RunOutcome
run_flags(Run *run, const Call *call)
{
    GPtrArray *flags = flags_before(run, call);
    g_autoptr(GString) scratch = g_string_new(NULL);

    if (call->definition == &cmd_setflag)
        g_ptr_array_set_size(flags, 0);
    for (guint i = 0; i < value_count(&call->positionals[1]); i++) {
        const char *text = run_text(run, &call->positionals[1], i, scratch, NULL);

        if (call->definition == &cmd_removeflag)
            flags_remove(flags, text);
        else
            flags_add(flags, text);
    }
    store_flags(run, call, flags);
    if (call->data == NULL)
        flags_note_places(run, call);
    return RUN_NEXT;
}

const Definition cmd_setflag = {
    .name = "setflag", .extension = "imap4flags", .positionals = positionals, .check = check, .run = run_flags,
};
const Definition cmd_addflag = {
    .name = "addflag", .extension = "imap4flags", .positionals = positionals, .check = check, .run = run_flags,
};
const Definition cmd_removeflag = {
    .name = "removeflag", .extension = "imap4flags", .positionals = positionals, .check = check, .run = run_flags,
};
