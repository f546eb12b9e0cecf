#include "sieve/commands-private.h"
#include "sieve/lists-private.h"

/* RFC 6134, 2.6: valid_ext_list <ext-list-names: string-list>: all of them exist */
static const PositionalDefinition positionals[] = { { "names of lists", VALUE_STRINGS, FALSE }, { .what = NULL } };

static RunOutcome
test_valid(Run *run, const Call *call, gboolean *holds_out)
{
    GHashTable *lists = run->input->names != NULL ? run->input->names->lists : NULL;
    g_autoptr(GString) scratch = g_string_new(NULL);

    *holds_out = TRUE;
    for (guint i = 0; i < value_count(&call->positionals[0]) && *holds_out; i++) {
        g_autofree char *name = list_canonical(run_text(run, &call->positionals[0], i, scratch, NULL));

        *holds_out = lists == NULL || g_hash_table_contains(lists, name);
    }
    return RUN_NEXT;
}

const Definition tst_valid_ext_list = {
    .name = "valid_ext_list", .extension = "extlists", .positionals = positionals, .test = test_valid,
};
