#include <string.h>

#include "base/limits.h"
#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/modifiers-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5229, 4: set [MODIFIER] <name: string> <value: string>
 *
 * Modifiers are applied in the order of their precedence, one of each precedence at most (RFC 5229, 4.1).
 */
enum {
    TAG_LOWER = 1 << 0, TAG_UPPER = 1 << 1, TAG_LOWERFIRST = 1 << 2, TAG_UPPERFIRST = 1 << 3,
    TAG_QUOTEWILDCARD = 1 << 4, TAG_QUOTEREGEX = 1 << 5, TAG_ENCODEURL = 1 << 6, TAG_LENGTH = 1 << 7,
};

static const TagDefinition tags[] = {
    { "lower", NULL, TAG_LOWER, TAG_UPPER, VALUE_NONE, 0 },
    { "upper", NULL, TAG_UPPER, TAG_LOWER, VALUE_NONE, 0 },
    { "lowerfirst", NULL, TAG_LOWERFIRST, TAG_UPPERFIRST, VALUE_NONE, 0 },
    { "upperfirst", NULL, TAG_UPPERFIRST, TAG_LOWERFIRST, VALUE_NONE, 0 },
    { "quotewildcard", NULL, TAG_QUOTEWILDCARD, TAG_QUOTEREGEX, VALUE_NONE, 0 },
    { "quoteregex", "regex", TAG_QUOTEREGEX, TAG_QUOTEWILDCARD, VALUE_NONE, 0 },
    { "encodeurl", "enotify", TAG_ENCODEURL, 0, VALUE_NONE, 0 },
    { "length", NULL, TAG_LENGTH, 0, VALUE_NONE, 0 },
    { NULL },
};
static const PositionalDefinition positionals[] = {
    { "name", VALUE_STRING, FALSE },
    { "value", VALUE_STRING, FALSE },
    { NULL },
};

/* Highest precedence first (RFC 5229, 4.1; enotify, 6). */
static const struct {
    guint tag;
    char *(*apply)(const char *text);
} modifiers[] = {
    { TAG_LOWER, modifier_lower },
    { TAG_UPPER, modifier_upper },
    { TAG_LOWERFIRST, modifier_lowerfirst },
    { TAG_UPPERFIRST, modifier_upperfirst },
    { TAG_QUOTEWILDCARD, modifier_quotewildcard },
    { TAG_QUOTEREGEX, modifier_quoteregex },
    { TAG_ENCODEURL, modifier_encodeurl },
    { TAG_LENGTH, modifier_length },
};

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    const char *name = value_constant(&call->positionals[0], 0);
    VariableName *variable;

    if (name == NULL) {
        sieve_error(checker->problems, call->positionals[0].place, NULL, "the name of a variable cannot hold variables");
        return FALSE;
    }
    variable = checker_variable(checker, name, call->positionals[0].place);
    if (variable == NULL)
        return FALSE;
    call->data = variable;
    call->free_data = g_free;
    return TRUE;
}

static RunOutcome
run_set(Run *run, const Call *call)
{
    const VariableName *variable = call->data;
    g_autofree char *text = run_text_dup(run, &call->positionals[1], 0);

    for (gsize i = 0; i < G_N_ELEMENTS(modifiers); i++) {
        if (call->flags & modifiers[i].tag) {
            char *changed = modifiers[i].apply(text);

            g_free(text);
            text = changed;
        }
    }
    if (variable->global)
        run_set_global(run, variable->number, text, strlen(text));
    else
        run_set_local(run, variable->number, text, strlen(text));
    return RUN_NEXT;
}

const Definition cmd_set = {
    .name = "set", .extension = "variables", .tags = tags, .positionals = positionals, .check = check, .run = run_set,
};
