#include <string.h>

#include "sieve/commands-private.h"
#include "sieve/match-private.h"
#include "sieve/notify-method-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5435, 4: valid_notify_method <notification-uris: string-list>: all of them
 *           5: notify_method_capability [COMPARATOR] [MATCH-TYPE] <notification-uri: string> <notification-capability: string>
 *                                       <key-list: string-list>
 *
 * The only capability is "online", and neither mail nor a webhook tells: "maybe" (RFC 5436, 2.8).
 */
static const PositionalDefinition valid_positionals[] = { { "methods", VALUE_STRINGS, FALSE }, { .what = NULL } };
static const PositionalDefinition capability_positionals[] = {
    { "method", VALUE_STRING, FALSE },
    { "capability", VALUE_STRING, FALSE },
    { "keys", VALUE_STRINGS, FALSE },
    { .what = NULL },
};

static gboolean
is_valid(Run *run, const char *uri)
{
    g_autofree char *error = NULL;
    g_autoptr(NotifyMethod) method = notify_method_parse(uri, &error);
    GHashTable *webhooks = run->input->names != NULL ? run->input->names->webhooks : NULL;

    if (method == NULL)
        return FALSE;
    return method->webhook == NULL || webhooks == NULL || g_hash_table_contains(webhooks, method->webhook);
}

static RunOutcome
test_valid(Run *run, const Call *call, gboolean *holds_out)
{
    g_autoptr(GString) scratch = g_string_new(NULL);

    *holds_out = TRUE;
    for (guint i = 0; i < value_count(&call->positionals[0]) && *holds_out; i++)
        *holds_out = is_valid(run, run_text(run, &call->positionals[0], i, scratch, NULL));
    return RUN_NEXT;
}

static RunOutcome
test_capability(Run *run, const Call *call, gboolean *holds_out)
{
    static const char online[] = "maybe";
    g_autofree char *uri = run_text_dup(run, &call->positionals[0], 0);
    g_autofree char *capability = run_text_dup(run, &call->positionals[1], 0);
    Matching matching;

    *holds_out = FALSE;
    if (!is_valid(run, uri) || g_ascii_strcasecmp(capability, "online") != 0)
        return RUN_NEXT;
    matching_begin(&matching, run, call, &call->positionals[2]);
    matching_value(&matching, online, strlen(online));
    return matching_end(&matching, holds_out);
}

const Definition tst_valid_notify_method = {
    .name = "valid_notify_method", .extension = "enotify", .positionals = valid_positionals, .test = test_valid,
};
const Definition tst_notify_method_capability = {
    .name = "notify_method_capability", .extension = "enotify", .uses = USES_MATCH, .positionals = capability_positionals,
    .test = test_capability,
};
