#include <string.h>

#include "sieve/address-part-private.h"
#include "sieve/checker-private.h"
#include "sieve/commands-private.h"

/*
 * RFC 5228, 5.4: envelope [COMPARATOR] [ADDRESS-PART] [MATCH-TYPE] <envelope-part: string-list> <key-list: string-list>
 *
 * Parts: "from", "to", and "orig_to" (before aliases) and "auth" (who logged in to send it) as Pigeonhole has them.
 */
static const PositionalDefinition positionals[] = {
    { "envelope parts", VALUE_STRINGS, FALSE },
    { "keys", VALUE_STRINGS, FALSE },
    { .what = NULL },
};
static const char *const parts[] = { "from", "to", "orig_to", "auth", NULL };

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    guint errors = checker->problems->errors;

    for (guint i = 0; i < call->positionals[0].strings->len; i++) {
        const char *part = value_constant(&call->positionals[0], i);
        g_autofree char *lower = part != NULL ? g_ascii_strdown(part, -1) : NULL;

        if (lower != NULL && !g_strv_contains(parts, lower))
            sieve_error(checker->problems, call->positionals[0].place, sieve_hint_word(lower, parts),
                        "the envelope has no part '%s' (from, to, orig_to, auth)", part);
    }
    return checker->problems->errors == errors;
}

static const char *
envelope_part(const SieveInput *input, const char *part)
{
    if (g_ascii_strcasecmp(part, "from") == 0)
        return input->envelope_from;
    if (g_ascii_strcasecmp(part, "to") == 0)
        return input->envelope_to;
    if (g_ascii_strcasecmp(part, "orig_to") == 0)
        return input->envelope_orig_to != NULL ? input->envelope_orig_to : input->envelope_to;
    return g_ascii_strcasecmp(part, "auth") == 0 ? input->envelope_auth : NULL;
}

static gboolean
try_part(Run *run, const Call *call, const char *part, Matching *matching)
{
    const char *text = envelope_part(run->input, part);
    g_autoptr(GPtrArray) addresses = NULL;

    if (text == NULL)
        return FALSE;
    /* The null path: an empty value for every part of it (RFC 5228, 5.4). */
    if (*text == '\0')
        return matching_value(matching, "", 0);
    if (g_ascii_strcasecmp(part, "auth") == 0) {
        return matching_value(matching, text, strlen(text));
    }
    addresses = mail_addresses_parse(text);
    return addresses->len > 0 && address_part_match(run, call, matching, addresses->pdata[0]);
}

static RunOutcome
test_envelope(Run *run, const Call *call, gboolean *holds_out)
{
    g_autoptr(GString) scratch = g_string_new(NULL);
    Matching matching;

    matching_begin(&matching, run, call, &call->positionals[1]);
    for (guint i = 0; i < value_count(&call->positionals[0]); i++) {
        if (try_part(run, call, run_text(run, &call->positionals[0], i, scratch, NULL), &matching))
            break;
    }
    return matching_end(&matching, holds_out);
}

const Definition tst_envelope = {
    .name = "envelope", .extension = "envelope", .uses = USES_MATCH | USES_ADDRESS_PART, .positionals = positionals,
    .check = check, .test = test_envelope,
};
