#include "sieve/match-types-private.h"

#include "sieve/lists-private.h"

/*
 * RFC 6134, 2.2: ":list": the value is a member of the list that the key names; what that means is the list's business, so that neither
 * is folded. ${0} is the member.
 */
static gboolean
prepare(G_GNUC_UNUSED const char *key, G_GNUC_UNUSED gsize length, G_GNUC_UNUSED const Comparator *comparator,
        gpointer *data_out, G_GNUC_UNUSED char **error_out)
{
    *data_out = NULL;
    return TRUE;
}

static RunOutcome
matches(Matching *matching, const MatchKey *key, gboolean *holds_out)
{
    g_autofree char *value = g_strndup(matching->value, matching->value_length);

    *holds_out = list_contains(matching->run, key->text, value);
    if (!*holds_out)
        return RUN_NEXT;
    matching_begin_variables(matching);
    matching_add_variable(matching, 0, matching->value_length);
    return RUN_NEXT;
}

const MatchType mcht_list = { .name = "list", .extension = "extlists", .prepare = prepare, .matches = matches };
