#include "sieve/checker-private.h"

#include <string.h>

#include "sieve/checker-keys-private.h"
#include "sieve/lists-private.h"
#include "sieve/match-types-private.h"
#include "sieve/names-private.h"
#include "sieve/registry-private.h"

static const struct {
    const char *name, *extension;
    AddressPart part;
} address_parts[] = {
    { "all", NULL, PART_ALL },
    { "localpart", NULL, PART_LOCALPART },
    { "domain", NULL, PART_DOMAIN },
    { "user", "subaddress", PART_USER },
    { "detail", "subaddress", PART_DETAIL },
};

static const struct {
    const char *name;
    guint       mime;
} mime_options[] = {
    { "type", MIME_TYPE }, { "subtype", MIME_SUBTYPE }, { "contenttype", MIME_CONTENTTYPE }, { "param", MIME_PARAM },
};

static const struct {
    const char *name;
    Relation    relation;
} relations[] = {
    { "gt", RELATION_GT }, { "ge", RELATION_GE }, { "lt", RELATION_LT },
    { "le", RELATION_LE }, { "eq", RELATION_EQ }, { "ne", RELATION_NE },
};

static gboolean
need_extension(Checker *checker, const char *extension, const Argument *argument)
{
    if (extension == NULL || checker_has(checker, extension))
        return TRUE;
    sieve_error(checker->problems, argument->place, g_strdup_printf("require \"%s\"", extension),
                "':%s' belongs to an extension that is not required", argument->tag);
    return FALSE;
}

/* The argument behind the tag, if it is of that kind; else the error is told. */
static const Argument *
follow(Checker *checker, const Node *node, guint *next, ArgumentKind kind)
{
    const Argument *tag = node->arguments->pdata[*next - 1];
    const Argument *argument = *next < node->arguments->len ? node->arguments->pdata[*next] : NULL;
    gboolean list = kind == ARGUMENT_LIST && argument != NULL && argument->kind == ARGUMENT_STRING;

    if (argument == NULL || (argument->kind != kind && !list)) {
        sieve_error(checker->problems, argument != NULL ? argument->place : tag->place, NULL, "':%s' is followed by %s",
                    tag->tag, argument_kind_name(kind));
        return NULL;
    }
    (*next)++;
    return argument;
}

static void
take_comparator(Checker *checker, const Node *node, guint *next, Call *call)
{
    const Argument *argument = follow(checker, node, next, ARGUMENT_STRING);
    const SieveText *name = argument != NULL ? argument->strings->pdata[0] : NULL;
    const Comparator *comparator = name != NULL ? registry_comparator(name->text) : NULL;

    if (name == NULL)
        return;
    if (call->match.comparator != NULL)
        sieve_error(checker->problems, argument->place, NULL, "':comparator' stands here twice");
    else if (comparator == NULL)
        sieve_error(checker->problems, argument->place, sieve_hint_word(name->text, registry_comparator_names()),
                    "unknown comparator '%s'", name->text);
    else if (comparator->extension != NULL && !checker_has(checker, comparator->extension))
        sieve_error(checker->problems, argument->place, g_strdup_printf("require \"%s\"", comparator->extension),
                    "the comparator '%s' is not required", name->text);
    call->match.comparator = comparator;
}

static void
take_relation(Checker *checker, const Node *node, guint *next, Call *call)
{
    const Argument *argument = follow(checker, node, next, ARGUMENT_STRING);
    const SieveText *name = argument != NULL ? argument->strings->pdata[0] : NULL;

    if (name == NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(relations); i++) {
        if (g_ascii_strcasecmp(relations[i].name, name->text) == 0) {
            call->match.relation = relations[i].relation;
            return;
        }
    }
    sieve_error(checker->problems, argument->place, g_strdup("one of gt, ge, lt, le, eq, ne"), "unknown relation '%s'",
                name->text);
}

static gboolean
match_type_tag(Checker *checker, const Node *node, guint *next, Call *call)
{
    const Argument *argument = node->arguments->pdata[*next];
    const MatchType *type = registry_match_type(argument->tag);

    if (type == NULL)
        return FALSE;
    (*next)++;
    if (!need_extension(checker, type->extension, argument))
        return TRUE;
    if (call->match.type != NULL)
        sieve_error(checker->problems, argument->place, NULL, "':%s' cannot stand beside ':%s'", type->name,
                    call->match.type->name);
    call->match.type = type;
    if (type->relational)
        take_relation(checker, node, next, call);
    return TRUE;
}

static gboolean
address_part_tag(Checker *checker, const Node *node, guint *next, Call *call)
{
    const Argument *argument = node->arguments->pdata[*next];

    for (gsize i = 0; i < G_N_ELEMENTS(address_parts); i++) {
        if (strcmp(address_parts[i].name, argument->tag) != 0)
            continue;
        (*next)++;
        if (need_extension(checker, address_parts[i].extension, argument) && call->match.part_given)
            sieve_error(checker->problems, argument->place, NULL, "':%s': a part of the address was chosen already",
                        argument->tag);
        call->match.part = address_parts[i].part;
        call->match.part_given = TRUE;
        return TRUE;
    }
    return FALSE;
}

static gboolean
index_tag(Checker *checker, const Node *node, guint *next, Call *call)
{
    const Argument *tag = node->arguments->pdata[*next];
    const Argument *number;

    if (strcmp(tag->tag, "index") != 0 && strcmp(tag->tag, "last") != 0)
        return FALSE;
    (*next)++;
    if (!need_extension(checker, "index", tag))
        return TRUE;
    if (strcmp(tag->tag, "last") == 0) {
        call->match.last = TRUE;
        return TRUE;
    }
    number = follow(checker, node, next, ARGUMENT_NUMBER);
    if (number != NULL && (number->number == 0 || number->number > G_MAXINT32))
        sieve_error(checker->problems, number->place, NULL, "':index' counts from 1");
    else if (number != NULL)
        call->match.index = (guint) number->number;
    return TRUE;
}

static gboolean
mime_tag(Checker *checker, const Definition *definition, const Node *node, guint *next, Call *call)
{
    const Argument *tag = node->arguments->pdata[*next];
    guint mime = strcmp(tag->tag, "mime") == 0 ? MIME_HEADERS : MIME_NONE;

    if (strcmp(tag->tag, "anychild") == 0) {
        (*next)++;
        call->match.anychild = need_extension(checker, "mime", tag);
        call->match.mime_tag = tag->tag;
        return TRUE;
    }
    for (gsize i = 0; (definition->uses & USES_MIME_OPTIONS) && i < G_N_ELEMENTS(mime_options); i++)
        mime = strcmp(mime_options[i].name, tag->tag) == 0 ? mime_options[i].mime : mime;
    if (mime == MIME_NONE)
        return FALSE;
    (*next)++;
    if (!need_extension(checker, "mime", tag))
        return TRUE;
    if (mime == MIME_HEADERS) {
        call->match.mime_given = TRUE;
        return TRUE;
    }
    if (call->match.mime != MIME_NONE)
        sieve_error(checker->problems, tag->place, NULL, "':%s': an option of ':mime' was chosen already", tag->tag);
    call->match.mime = mime;
    call->match.mime_tag = tag->tag;
    if (mime == MIME_PARAM) {
        const Argument *params = follow(checker, node, next, ARGUMENT_LIST);

        if (params != NULL)
            checker_strings(checker, params, &call->match.params);
    }
    return TRUE;
}

gboolean
checker_match_tag(Checker *checker, const Definition *definition, const Node *node, guint *next, Call *call)
{
    const Argument *argument = node->arguments->pdata[*next];

    if ((definition->uses & USES_MATCH) && strcmp(argument->tag, "comparator") == 0) {
        (*next)++;
        take_comparator(checker, node, next, call);
        return TRUE;
    }
    return ((definition->uses & USES_MATCH) && match_type_tag(checker, node, next, call)) ||
           ((definition->uses & USES_ADDRESS_PART) && address_part_tag(checker, node, next, call)) ||
           ((definition->uses & USES_INDEX) && index_tag(checker, node, next, call)) ||
           ((definition->uses & USES_MIME) && mime_tag(checker, definition, node, next, call));
}

static gboolean
finish_mime(Checker *checker, Call *call)
{
    if (!call->match.mime_given && call->match.mime_tag != NULL) {
        sieve_error(checker->problems, call->place, NULL, "':%s' is an option of ':mime'", call->match.mime_tag);
        return FALSE;
    }
    if (call->match.mime_given && call->match.mime == MIME_NONE)
        call->match.mime = MIME_HEADERS;
    return TRUE;
}

/* Keys that are constant are prepared once; the others in each run. */
static gboolean
prepare_keys(Checker *checker, Call *call, const Value *keys)
{
    for (guint i = 0; i < keys->strings->len; i++) {
        if (value_constant(keys, i) == NULL)
            return TRUE;
    }
    call->match.keys = g_ptr_array_new_with_free_func((GDestroyNotify) match_key_free);
    for (guint i = 0; i < keys->strings->len; i++) {
        const SieveString *string = keys->strings->pdata[i];
        g_autofree char *error = NULL;
        MatchKey *key = match_key_new(&call->match, string->text, string->length, &error);

        if (key == NULL) {
            sieve_error(checker->problems, string->place, NULL, "%s", error);
            return FALSE;
        }
        g_ptr_array_add(call->match.keys, key);
    }
    return TRUE;
}

/* A list that does not exist has no member, and a script may ask whether it does: it is warned of, as an unknown queue is. */
static void
check_lists(Checker *checker, const Value *keys)
{
    for (guint i = 0; i < keys->strings->len; i++) {
        const SieveString *string = keys->strings->pdata[i];
        g_autofree char *name = string->pieces == NULL ? list_canonical(string->text) : NULL;

        if (name != NULL)
            name_check(checker, "list", checker->host->lists, name, string->place);
    }
}

gboolean
checker_match_finish(Checker *checker, const Definition *definition, Call *call, const Value *keys)
{
    CallMatch *match = &call->match;

    if (!finish_mime(checker, call))
        return FALSE;
    if (match->last && match->index == 0) {
        sieve_error(checker->problems, call->place, NULL, "':last' stands only beside ':index'");
        return FALSE;
    }
    if ((definition->uses & USES_MATCH) == 0)
        return TRUE;
    if (match->comparator == NULL)
        match->comparator = registry_comparator("i;ascii-casemap");
    if (match->type == NULL)
        match->type = registry_match_type("is");
    if (match->type->substring && !match->comparator->substring) {
        sieve_error(checker->problems, call->place, NULL, "the comparator '%s' cannot look for parts of a text (':%s')",
                    match->comparator->name, match->type->name);
        return FALSE;
    }
    if (match->type == &mcht_list && keys != NULL && keys->strings != NULL)
        check_lists(checker, keys);
    if (keys != NULL && keys->strings != NULL)
        keys_check(checker, call, keys);
    return keys == NULL || keys->strings == NULL || prepare_keys(checker, call, keys);
}
