#include <string.h>

#include "sieve/commands-private.h"
#include "sieve/field-names-private.h"
#include "sieve/match-private.h"
#include "sieve/mime-scope-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5228, 5.7: header [COMPARATOR] [MATCH-TYPE] [:index N [:last]] [:mime ...] <header-names: string-list> <key-list: string-list>
 */
static const PositionalDefinition positionals[] = {
    { "header names", VALUE_STRINGS, FALSE },
    { "keys", VALUE_STRINGS, FALSE },
    { .what = NULL },
};

/* The fields the test looks at: with :index (RFC 5260, 6) only one of them. */
static gboolean
chosen(const CallMatch *match, guint n, guint count)
{
    if (match->index == 0)
        return TRUE;
    return match->last ? n + match->index == count : n + 1 == match->index;
}

static gboolean
try_fields(Run *run, const Call *call, const char *name, Matching *matching)
{
    const GPtrArray *fields = mail_fields(run->mail, name);

    for (guint i = 0; i < fields->len; i++) {
        const MailField *field = fields->pdata[i];

        if (!chosen(&call->match, i, fields->len))
            continue;
        if (matching_value(matching, field->value, strlen(field->value)))
            return TRUE;
    }
    return FALSE;
}

static gboolean
show(G_GNUC_UNUSED Run *run, G_GNUC_UNUSED const Call *call, const char *value, gpointer matching)
{
    return matching_value(matching, value, strlen(value));
}

static RunOutcome
test_header(Run *run, const Call *call, gboolean *holds_out)
{
    g_autoptr(GString) scratch = g_string_new(NULL);
    Matching matching;

    matching_begin(&matching, run, call, &call->positionals[1]);
    for (guint i = 0; i < value_count(&call->positionals[0]); i++) {
        const char *name = run_text(run, &call->positionals[0], i, scratch, NULL);

        if (call->match.mime_given ? mime_visit(run, call, name, show, &matching) : try_fields(run, call, name, &matching))
            break;
    }
    return matching_end(&matching, holds_out);
}

const Definition tst_header = {
    .name = "header", .uses = USES_MATCH | USES_INDEX | USES_MIME | USES_MIME_OPTIONS, .index = INDEX_HEADER, .positionals = positionals, .check = field_names_check,
    .test = test_header,
};
