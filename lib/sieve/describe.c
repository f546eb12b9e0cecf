#include "sieve/describe-private.h"

#include <string.h>

#include "base/text.h"
#include "sieve/comparators-private.h"

/* Of a list so many strings are told, and of a string so many octets. */
#define STRINGS_TOLD 3
#define OCTETS_TOLD  48

static const char *const relations[] = {
    [RELATION_GT] = "gt", [RELATION_GE] = "ge", [RELATION_LT] = "lt",
    [RELATION_LE] = "le", [RELATION_EQ] = "eq", [RELATION_NE] = "ne",
};
static const char *const parts[] = {
    [PART_ALL] = "all", [PART_LOCALPART] = "localpart", [PART_DOMAIN] = "domain", [PART_USER] = "user", [PART_DETAIL] = "detail",
};
static const char *const mime_options[] = {
    [MIME_TYPE] = "type", [MIME_SUBTYPE] = "subtype", [MIME_CONTENTTYPE] = "contenttype", [MIME_PARAM] = "param",
};

static void
describe_string(GString *to, const SieveString *string)
{
    g_autofree char *cut = text_cut(string->text, OCTETS_TOLD);

    g_string_append_c(to, '"');
    for (const char *next = cut; *next != '\0'; next++) {
        if (*next == '"' || *next == '\\')
            g_string_append_c(to, '\\');
        g_string_append_c(to, *next);
    }
    g_string_append(to, strlen(cut) < string->length ? "...\"" : "\"");
}

static void
describe_strings(GString *to, const GPtrArray *strings)
{
    if (strings->len == 1) {
        describe_string(to, strings->pdata[0]);
        return;
    }
    g_string_append_c(to, '[');
    for (guint i = 0; i < MIN(strings->len, STRINGS_TOLD); i++) {
        g_string_append(to, i > 0 ? ", " : "");
        describe_string(to, strings->pdata[i]);
    }
    g_string_append(to, strings->len > STRINGS_TOLD ? ", ...]" : "]");
}

static void
describe_value(GString *to, const Value *value, ValueKind kind)
{
    if (!value->given || kind == VALUE_NONE)
        return;
    g_string_append_c(to, ' ');
    if (kind == VALUE_NUMBER)
        g_string_append_printf(to, "%" G_GUINT64_FORMAT, value->number);
    else
        describe_strings(to, value->strings);
}

static void
describe_mime(GString *to, const CallMatch *match)
{
    if (match->mime_given)
        g_string_append(to, " :mime");
    if (match->anychild)
        g_string_append(to, " :anychild");
    if (match->mime < G_N_ELEMENTS(mime_options) && mime_options[match->mime] != NULL)
        g_string_append_printf(to, " :%s", mime_options[match->mime]);
    if (match->mime == MIME_PARAM)
        describe_value(to, &match->params, VALUE_STRINGS);
}

static void
describe_match(GString *to, guint uses, const CallMatch *match)
{
    if (uses & USES_MIME)
        describe_mime(to, match);
    if (match->index > 0)
        g_string_append_printf(to, " :index %u%s", match->index, match->last ? " :last" : "");
    if ((uses & USES_ADDRESS_PART) && match->part_given)
        g_string_append_printf(to, " :%s", parts[match->part]);
    if (!(uses & USES_MATCH) || match->type == NULL)
        return;
    if (match->comparator != NULL && match->comparator != &cmp_ascii_casemap)
        g_string_append_printf(to, " :comparator \"%s\"", match->comparator->name);
    g_string_append_printf(to, " :%s", match->type->name);
    if (match->relation != RELATION_NONE)
        g_string_append_printf(to, " \"%s\"", relations[match->relation]);
}

char *
call_describe(const Call *call)
{
    const Definition *definition = call->definition;
    GString *text = g_string_new(definition->name);

    for (const TagDefinition *tag = definition->tags; tag != NULL && tag->name != NULL; tag++) {
        if ((tag->flag != 0 && !(call->flags & tag->flag)) || (tag->value != VALUE_NONE && !call->slots[tag->slot].given))
            continue;
        if (tag->flag == 0 && tag->value == VALUE_NONE)
            continue;
        g_string_append_printf(text, " :%s", tag->name);
        describe_value(text, &call->slots[tag->slot], tag->value);
    }
    describe_match(text, definition->uses, &call->match);
    for (guint i = 0; definition->positionals != NULL && definition->positionals[i].what != NULL; i++)
        describe_value(text, &call->positionals[i], definition->positionals[i].kind);
    return g_string_free(text, FALSE);
}
