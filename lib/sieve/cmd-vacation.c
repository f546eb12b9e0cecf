#include <string.h>

#include "base/limits.h"
#include "sieve/commands-private.h"
#include "sieve/one-address-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5230, 4: vacation [":days" number] [":subject" string] [":from" string] [":addresses" string-list] [":mime"]
 *                       [":handle" string] <reason: string>
 * RFC 6131, 2: vacation [":seconds" number] ...
 *
 * argument is the reason; number the seconds in which a sender is answered once; words the further addresses; options: "subject", "from",
 * "from-address" (the bare one), "mime", and "handle", which is made of the other arguments where the script gives none (RFC 5230, 4.2).
 */
enum { TAG_DAYS = 1, TAG_SECONDS = 2, TAG_SUBJECT = 4, TAG_FROM = 8, TAG_ADDRESSES = 16, TAG_MIME = 32, TAG_HANDLE = 64 };
enum { SLOT_PERIOD, SLOT_SUBJECT, SLOT_FROM, SLOT_ADDRESSES, SLOT_HANDLE };

static const TagDefinition tags[] = {
    { "days", NULL, TAG_DAYS, TAG_SECONDS, VALUE_NUMBER, SLOT_PERIOD },
    { "seconds", "vacation-seconds", TAG_SECONDS, TAG_DAYS, VALUE_NUMBER, SLOT_PERIOD },
    { "subject", NULL, TAG_SUBJECT, 0, VALUE_STRING, SLOT_SUBJECT },
    { "from", NULL, TAG_FROM, 0, VALUE_STRING, SLOT_FROM },
    { "addresses", NULL, TAG_ADDRESSES, 0, VALUE_STRINGS, SLOT_ADDRESSES },
    { "mime", NULL, TAG_MIME, 0, VALUE_NONE, 0 },
    { "handle", NULL, TAG_HANDLE, 0, VALUE_STRING, SLOT_HANDLE },
    { .name = NULL },
};
static const PositionalDefinition positionals[] = { { "reason", VALUE_STRING, FALSE }, { .what = NULL } };

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    return one_address_check(checker, &call->slots[SLOT_FROM]);
}

/* A day at least for ":days"; ":seconds 0" answers each message (RFC 6131, 2). */
static gint64
period(const Call *call)
{
    guint64 number = call->slots[SLOT_PERIOD].number;

    if (call->flags & TAG_SECONDS)
        return (gint64) MIN(number, LIMIT_SIEVE_PERIOD_DAYS * 86400u);
    if ((call->flags & TAG_DAYS) == 0)
        return LIMIT_SIEVE_VACATION_DAYS * 86400;
    return (gint64) CLAMP(number, 1, LIMIT_SIEVE_PERIOD_DAYS) * 86400;
}

static void
set_option(Run *run, const Call *call, guint slot, const char *name, GHashTable *options)
{
    char *text = run_text_dup(run, &call->slots[slot], 0);

    if (text != NULL)
        g_hash_table_insert(options, g_strdup(name), text);
}

static char *
handle_of(const SieveAction *action)
{
    g_autoptr(GString) text = g_string_new(action->argument);
    static const char *const names[] = { "subject", "from", "mime" };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = g_hash_table_lookup(action->options, names[i]);

        g_string_append_printf(text, "\n%s:%s", names[i], value != NULL ? value : "");
    }
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, -1);
}

static RunOutcome
run_vacation(Run *run, const Call *call)
{
    g_autofree char *reason = run_text_dup(run, &call->positionals[0], 0);
    SieveAction *action = run_act(run, call, SIEVE_VACATION, reason, NULL);

    g_autofree char *from = run_text_dup(run, &call->slots[SLOT_FROM], 0);
    char *bare = from != NULL ? one_address(from) : NULL;

    if (action == NULL) {
        g_free(bare);
        return RUN_ERROR;
    }
    action->number = period(call);
    action->words = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < value_count(&call->slots[SLOT_ADDRESSES]); i++)
        g_ptr_array_add(action->words, run_text_dup(run, &call->slots[SLOT_ADDRESSES], i));
    action->options = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    set_option(run, call, SLOT_SUBJECT, "subject", action->options);
    set_option(run, call, SLOT_FROM, "from", action->options);
    if (bare != NULL)
        g_hash_table_insert(action->options, g_strdup("from-address"), bare);
    if (call->flags & TAG_MIME)
        g_hash_table_insert(action->options, g_strdup("mime"), g_strdup("yes"));
    set_option(run, call, SLOT_HANDLE, "handle", action->options);
    if ((call->flags & TAG_HANDLE) == 0)
        g_hash_table_insert(action->options, g_strdup("handle"), handle_of(action));
    return RUN_NEXT;
}

const Definition cmd_vacation = {
    .name = "vacation", .extension = "vacation", .tags = tags, .positionals = positionals, .check = check, .run = run_vacation,
};
