#include "sieve/checker-private.h"

#include <string.h>

void
checker_strings(Checker *checker, const Argument *argument, Value *value)
{
    value->given = TRUE;
    value->place = argument->place;
    value->strings = g_ptr_array_new_with_free_func((GDestroyNotify) string_free);
    for (guint i = 0; i < argument->strings->len; i++) {
        const SieveText *text = argument->strings->pdata[i];

        g_ptr_array_add(value->strings, string_compile(checker, text->text, text->length, text->place));
    }
}

const char *
value_constant(const Value *value, guint n)
{
    const SieveString *string = value->strings != NULL && n < value->strings->len ? value->strings->pdata[n] : NULL;

    return string != NULL && string->pieces == NULL ? string->text : NULL;
}

static void
value_clear(Value *value)
{
    g_clear_pointer(&value->strings, g_ptr_array_unref);
}

void
call_free(Call *call)
{
    if (call == NULL)
        return;
    for (guint i = 0; i < CALL_SLOTS; i++)
        value_clear(&call->slots[i]);
    for (guint i = 0; i < CALL_POSITIONALS; i++)
        value_clear(&call->positionals[i]);
    value_clear(&call->match.params);
    g_clear_pointer(&call->match.keys, g_ptr_array_unref);
    if (call->free_data != NULL)
        call->free_data(call->data);
    g_free(call);
}

static const char *
value_kind_name(ValueKind kind)
{
    return kind == VALUE_NUMBER ? "a number" : kind == VALUE_STRING ? "a string" : "a string list";
}

/* A string may stand where a list is expected (RFC 5228, 2.4.2.1), not the other way round. */
static gboolean
fits(const Argument *argument, ValueKind kind)
{
    switch (argument->kind) {
    case ARGUMENT_NUMBER: return kind == VALUE_NUMBER;
    case ARGUMENT_STRING: return kind == VALUE_STRING || kind == VALUE_STRINGS;
    case ARGUMENT_LIST: return kind == VALUE_STRINGS;
    case ARGUMENT_TAG: return FALSE;
    }
    return FALSE;
}

static void
take_value(Checker *checker, const Argument *argument, Value *value)
{
    if (argument->kind != ARGUMENT_NUMBER) {
        checker_strings(checker, argument, value);
        return;
    }
    value->given = TRUE;
    value->place = argument->place;
    value->number = argument->number;
}

static const TagDefinition *
find_tag(const Definition *definition, const char *name)
{
    for (const TagDefinition *tag = definition->tags; tag != NULL && tag->name != NULL; tag++) {
        if (strcmp(tag->name, name) == 0)
            return tag;
    }
    return NULL;
}

static char *
hint_tag(const Definition *definition, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (const TagDefinition *tag = definition->tags; tag != NULL && tag->name != NULL; tag++)
        g_ptr_array_add(names, (gpointer) tag->name);
    if (definition->uses & USES_MATCH) {
        static const char *const usual[] = { "comparator", "is", "contains", "matches", "regex", "count", "value" };

        for (gsize i = 0; i < G_N_ELEMENTS(usual); i++)
            g_ptr_array_add(names, (gpointer) usual[i]);
    }
    g_ptr_array_add(names, NULL);
    return sieve_hint_word(name, (const char *const *) names->pdata);
}

static const char *
tag_with(const Definition *definition, guint flags)
{
    for (const TagDefinition *tag = definition->tags; tag->name != NULL; tag++) {
        if (tag->flag & flags)
            return tag->name;
    }
    return "another tag";
}

/* The definition's own tag at *next, and its value. */
static gboolean
take_tag(Checker *checker, const TagDefinition *tag, const Node *node, guint *next, Call *call)
{
    const Argument *argument = node->arguments->pdata[*next];
    const Argument *value = *next + 1 < node->arguments->len ? node->arguments->pdata[*next + 1] : NULL;

    (*next)++;
    if (tag->extension != NULL && !checker_has(checker, tag->extension)) {
        sieve_error(checker->problems, argument->place, g_strdup_printf("require \"%s\"", tag->extension),
                    "':%s' belongs to an extension that is not required", tag->name);
        return FALSE;
    }
    if (call->flags & tag->flag) {
        sieve_error(checker->problems, argument->place, NULL, "':%s' stands here twice", tag->name);
        return FALSE;
    }
    if (call->flags & tag->excludes) {
        sieve_error(checker->problems, argument->place, NULL, "':%s' cannot stand beside ':%s'", tag->name,
                    tag_with(call->definition, call->flags & tag->excludes));
        return FALSE;
    }
    call->flags |= tag->flag;
    if (tag->value == VALUE_NONE)
        return TRUE;
    if (value == NULL || !fits(value, tag->value)) {
        sieve_error(checker->problems, value != NULL ? value->place : argument->place, NULL, "':%s' is followed by %s",
                    tag->name, value_kind_name(tag->value));
        return FALSE;
    }
    take_value(checker, value, &call->slots[tag->slot]);
    (*next)++;
    return TRUE;
}

/* Moves *next behind the tags; FALSE at the first that is wrong. */
static gboolean
take_tags(Checker *checker, const Node *node, guint *next, Call *call)
{
    while (*next < node->arguments->len) {
        const Argument *argument = node->arguments->pdata[*next];
        const TagDefinition *tag;
        guint errors = checker->problems->errors;

        if (argument->kind != ARGUMENT_TAG)
            return TRUE;
        tag = find_tag(call->definition, argument->tag);
        if (tag != NULL) {
            if (!take_tag(checker, tag, node, next, call))
                return FALSE;
        } else if (!checker_match_tag(checker, call->definition, node, next, call)) {
            sieve_error(checker->problems, argument->place, hint_tag(call->definition, argument->tag),
                        "'%s' has no tag ':%s'", node->name, argument->tag);
            return FALSE;
        } else if (checker->problems->errors != errors) {
            return FALSE;
        }
    }
    return TRUE;
}

static guint
count_positionals(const Definition *definition)
{
    guint count = 0;

    while (definition->positionals != NULL && definition->positionals[count].what != NULL)
        count++;
    return count;
}

static gboolean
take_positionals(Checker *checker, const Node *node, guint next, Call *call)
{
    const PositionalDefinition *table = call->definition->positionals;
    guint wanted = count_positionals(call->definition);
    guint given = node->arguments->len - next;
    guint skip = wanted > 0 && table[0].optional && given + 1 == wanted ? 1 : 0;

    for (guint i = 0; i < given; i++) {
        const Argument *argument = node->arguments->pdata[next + i];

        if (argument->kind == ARGUMENT_TAG) {
            sieve_error(checker->problems, argument->place, NULL, "':%s' must stand before the other arguments",
                        argument->tag);
            return FALSE;
        }
        if (i + skip >= wanted) {
            sieve_error(checker->problems, argument->place, NULL, "'%s' takes no further argument", node->name);
            return FALSE;
        }
        if (!fits(argument, table[i + skip].kind)) {
            sieve_error(checker->problems, argument->place, NULL, "'%s' takes %s here (%s), not %s", node->name,
                        value_kind_name(table[i + skip].kind), table[i + skip].what, argument_kind_name(argument->kind));
            return FALSE;
        }
        take_value(checker, argument, &call->positionals[i + skip]);
    }
    if (given + skip >= wanted || (given + skip + 1 == wanted && table[wanted - 1].optional))
        return TRUE;
    if (given == 0 && table[0].optional)
        skip = 1;
    sieve_error(checker->problems, node->place, NULL, "'%s' lacks an argument: %s", node->name, table[given + skip].what);
    return FALSE;
}

Call *
checker_call(Checker *checker, const Definition *definition, const Node *node)
{
    Call *call = g_new0(Call, 1);
    guint errors = checker->problems->errors;
    guint next = 0;

    call->definition = definition;
    call->place = node->place;
    if (take_tags(checker, node, &next, call) && take_positionals(checker, node, next, call)) {
        const Value *keys = count_positionals(definition) > 0 ? &call->positionals[count_positionals(definition) - 1] : NULL;

        if ((definition->uses == 0 || checker_match_finish(checker, definition, call, keys)) && definition->check != NULL &&
            !definition->check(checker, node, call))
            g_assert(checker->problems->errors > errors);
    }
    if (checker->problems->errors == errors)
        return call;
    call_free(call);
    return NULL;
}
