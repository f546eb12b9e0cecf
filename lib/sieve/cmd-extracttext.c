#include <string.h>

#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/mime-scope-private.h"
#include "sieve/modifiers-private.h"

/*
 * RFC 5703, 7: extracttext [MODIFIER] [":first" number] <varname: string>
 *
 * The text of the current part, as characters; an empty one where it is none. Only inside foreverypart.
 */
enum { TAG_FIRST = 1 << 16 };
enum { SLOT_FIRST };

static const TagDefinition tags[] = {
    MODIFIER_TAGS,
    { "first", NULL, TAG_FIRST, 0, VALUE_NUMBER, SLOT_FIRST },
    { .name = NULL },
};
static const PositionalDefinition positionals[] = { { "variable name", VALUE_STRING, FALSE }, { .what = NULL } };

static gboolean
check(Checker *checker, const Node *node, Call *call)
{
    const char *name = value_constant(&call->positionals[0], 0);

    if (!checker_has(checker, "variables")) {
        sieve_error(checker->problems, node->place, g_strdup("require \"variables\""), "'extracttext' needs variables");
        return FALSE;
    }
    if (checker->loops->len == 0) {
        sieve_error(checker->problems, node->place, NULL, "'extracttext' stands in no 'foreverypart'");
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

static RunOutcome
run_extracttext(Run *run, const Call *call)
{
    const VariableName *variable = call->data;
    const MessagePart *part = mime_current_part(run);
    const char *content = part == NULL ? NULL : part->plain != NULL ? part->plain : part->content;
    g_autofree char *text = g_strdup(content != NULL ? content : "");

    if ((call->flags & TAG_FIRST) && (guint64) g_utf8_strlen(text, -1) > call->slots[SLOT_FIRST].number)
        *g_utf8_offset_to_pointer(text, (glong) call->slots[SLOT_FIRST].number) = '\0';
    text = modifiers_apply(call->flags, g_steal_pointer(&text), run_variable_limit(run));
    run_set_variable(run, variable->global, variable->number, text, strlen(text));
    return RUN_NEXT;
}

const Definition cmd_extracttext = {
    .name = "extracttext", .extension = "extracttext", .tags = tags, .positionals = positionals, .check = check,
    .run = run_extracttext,
};
