#include <string.h>

#include "sieve/commands-private.h"
#include "sieve/field-names-private.h"
#include "sieve/mime-scope-private.h"
#include "sieve/run-private.h"

/* RFC 5228, 5.5: exists [:mime [:anychild]] <header-names: string-list>: all of them */
static const PositionalDefinition positionals[] = { { "header names", VALUE_STRINGS, FALSE }, { .what = NULL } };

static gboolean
found(Run *run, G_GNUC_UNUSED const Call *call, const char *value, G_GNUC_UNUSED gpointer data)
{
    run_note_value(run, value, strlen(value));
    return TRUE;
}

static RunOutcome
test_exists(Run *run, const Call *call, gboolean *holds_out)
{
    g_autoptr(GString) scratch = g_string_new(NULL);

    *holds_out = TRUE;
    for (guint i = 0; i < value_count(&call->positionals[0]) && *holds_out; i++)
        *holds_out = mime_visit_fields(run, call, run_text(run, &call->positionals[0], i, scratch, NULL), found, NULL);
    /* What another field holds says nothing of the one that is missing. */
    if (!*holds_out)
        run_note_value(run, NULL, 0);
    return RUN_NEXT;
}

const Definition tst_exists = {
    .name = "exists", .uses = USES_MIME, .positionals = positionals, .check = field_names_check, .test = test_exists,
};
