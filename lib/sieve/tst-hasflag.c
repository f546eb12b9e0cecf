#include <string.h>

#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/flags-private.h"
#include "sieve/match-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5232, 4: hasflag [MATCH-TYPE] [COMPARATOR] [<variable-list: string-list>] <list-of-flags: string-list>
 *
 * Each flag is a value, and so is each flag of the keys: "a b" are two. ":count" counts the flags of all variables together.
 */
static const PositionalDefinition positionals[] = {
    { "variable names", VALUE_STRINGS, TRUE },
    { "flags", VALUE_STRINGS, FALSE },
    { .what = NULL },
};

static void
names_free(gpointer data)
{
    g_ptr_array_unref(data);
}

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    GPtrArray *names;

    /* Keys are split at blanks in each run. */
    g_clear_pointer(&call->match.keys, g_ptr_array_unref);
    if (!call->positionals[0].given)
        return TRUE;
    if (!checker_has(checker, "variables")) {
        sieve_error(checker->problems, call->positionals[0].place, g_strdup("require \"variables\""),
                    "flags in variables need variables");
        return FALSE;
    }
    call->data = names = g_ptr_array_new_with_free_func(g_free);
    call->free_data = names_free;
    for (guint i = 0; i < value_count(&call->positionals[0]); i++) {
        const char *name = value_constant(&call->positionals[0], i);
        VariableName *variable = name != NULL ? checker_variable(checker, name, call->positionals[0].place) : NULL;

        if (name == NULL)
            sieve_error(checker->problems, call->positionals[0].place, NULL,
                        "the name of a variable cannot hold variables");
        if (variable == NULL)
            return FALSE;
        g_ptr_array_add(names, variable);
    }
    return TRUE;
}

static gboolean
show_flags(Matching *matching, const GPtrArray *flags)
{
    for (guint i = 0; i < flags->len; i++) {
        if (matching_value(matching, flags->pdata[i], strlen(flags->pdata[i])))
            return TRUE;
    }
    return FALSE;
}

static void
show_all(Run *run, const Call *call, Matching *matching)
{
    const GPtrArray *names = call->data;

    if (names == NULL) {
        show_flags(matching, run->flags);
        return;
    }
    for (guint i = 0; i < names->len; i++) {
        const VariableName *variable = names->pdata[i];
        g_autoptr(GPtrArray) flags = g_ptr_array_new_with_free_func(g_free);

        flags_add(flags, run_variable(run, variable->global, variable->number));
        if (show_flags(matching, flags))
            return;
    }
}

static RunOutcome
test_hasflag(Run *run, const Call *call, gboolean *holds_out)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) scratch = g_string_new(NULL);
    Matching matching;

    for (guint i = 0; i < value_count(&call->positionals[1]); i++) {
        const char *text = run_text(run, &call->positionals[1], i, scratch, NULL);

        if (call->match.type->counts || call->match.type->substring)
            g_ptr_array_add(keys, g_strdup(text));
        else
            flags_add(keys, text);
    }
    matching_begin_texts(&matching, run, call, keys);
    show_all(run, call, &matching);
    return matching_end(&matching, holds_out);
}

const Definition tst_hasflag = {
    .name = "hasflag", .extension = "imap4flags", .uses = USES_MATCH, .positionals = positionals, .check = check,
    .test = test_hasflag,
};
