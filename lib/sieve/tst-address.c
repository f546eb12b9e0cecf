#include <string.h>

#include "sieve/address-part-private.h"
#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/field-names-private.h"
#include "sieve/mime-scope-private.h"

/*
 * RFC 5228, 5.1: address [ADDRESS-PART] [COMPARATOR] [MATCH-TYPE] [:index N [:last]] [:mime ...]
 *                        <header-list: string-list> <key-list: string-list>
 */
static const PositionalDefinition positionals[] = {
    { "header names", VALUE_STRINGS, FALSE },
    { "keys", VALUE_STRINGS, FALSE },
    { .what = NULL },
};

/* Fields that hold addresses; a test on another one is a mistake (RFC 5228, 5.1). */
static const char *const address_fields[] = {
    "from", "to", "cc", "bcc", "sender", "reply-to", "resent-from", "resent-sender", "resent-to", "resent-cc", "resent-bcc",
    "resent-reply-to", "return-path", "delivered-to", "envelope-to", "x-original-to", "x-envelope-to", "x-envelope-from",
    "errors-to", "apparently-to", "apparently-resent-to", "return-receipt-to", "disposition-notification-to",
    "mail-followup-to", "mail-reply-to", "x-beenthere", "x-forwarded-to", "x-forwarded-for", "for-approval",
    "for-comment", "for-handling", "followup-to", "list-post", "x-x-sender", "x-return-path", "x-apparently-to",
    "x-delivered-to", "x-failed-recipients", "mail-copies-to", "x-admin", "x-complaints-to", "x-rcpt-to", "x-from", "x-to",
    "read-receipt-to", "x-confirm-reading-to", "return-receipt-requested", "registered-mail-reply-requested-by",
    "abuse-reports-to", "x-report-abuse-to", "x-original-from",
    NULL,
};

static gboolean
check(Checker *checker, const Node *node, Call *call)
{
    guint errors = checker->problems->errors;

    if (!field_names_check(checker, node, call))
        return FALSE;
    for (guint i = 0; i < call->positionals[0].strings->len; i++) {
        const char *name = value_constant(&call->positionals[0], i);
        g_autofree char *lower = name != NULL ? g_ascii_strdown(name, -1) : NULL;

        if (lower != NULL && !g_strv_contains(address_fields, lower))
            sieve_error(checker->problems, call->positionals[0].place, sieve_hint_word(lower, address_fields),
                        "the field '%s' holds no addresses; 'header' tests it as text", name);
    }
    return checker->problems->errors == errors;
}

static gboolean
try_addresses(Run *run, const Call *call, const char *name, Matching *matching)
{
    const GPtrArray *fields = mail_fields(run->mail, name);
    guint index = call->match.index;
    g_autoptr(GPtrArray) of_one = NULL;
    const GPtrArray *addresses;

    if (index == 0) {
        addresses = mail_addresses(run->mail, name);
    } else {
        if (index > fields->len)
            return FALSE;
        of_one = mail_addresses_parse(((MailField *) fields->pdata[call->match.last ? fields->len - index : index - 1])->value);
        addresses = of_one;
    }
    for (guint i = 0; i < addresses->len; i++) {
        if (address_part_match(run, call, matching, addresses->pdata[i]))
            return TRUE;
    }
    return FALSE;
}

static gboolean
show_field(Run *run, const Call *call, const char *value, gpointer matching)
{
    g_autoptr(GPtrArray) addresses = mail_addresses_parse(value);

    for (guint i = 0; i < addresses->len; i++) {
        if (address_part_match(run, call, matching, addresses->pdata[i]))
            return TRUE;
    }
    return FALSE;
}

static RunOutcome
test_address(Run *run, const Call *call, gboolean *holds_out)
{
    g_autoptr(GString) scratch = g_string_new(NULL);
    Matching matching;

    matching_begin(&matching, run, call, &call->positionals[1]);
    for (guint i = 0; i < value_count(&call->positionals[0]); i++) {
        const char *name = run_text(run, &call->positionals[0], i, scratch, NULL);

        if (call->match.mime_given ? mime_visit_fields(run, call, name, show_field, &matching)
                                   : try_addresses(run, call, name, &matching))
            break;
    }
    return matching_end(&matching, holds_out);
}

const Definition tst_address = {
    .name = "address", .uses = USES_MATCH | USES_ADDRESS_PART | USES_INDEX | USES_MIME, .index = INDEX_ADDRESS, .positionals = positionals,
    .check = check, .test = test_address,
};
