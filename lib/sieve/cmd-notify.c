#include <string.h>

#include "sieve/commands-private.h"
#include "sieve/names-private.h"
#include "sieve/notify-method-private.h"
#include "sieve/one-address-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5435, 3: notify [":from" string] [":importance" <"1" / "2" / "3">] [":options" string-list] [":message" string]
 *                     <method: string>
 *
 * argument is the method, value the webhook's name, words the addresses a mailto names; options: "from", "from-address" (the
 * bare one), "importance", "message", and of a mailto "to",
 * "cc", "subject", "body", and what ":options" says as "option.NAME".
 */
enum { TAG_FROM = 1, TAG_IMPORTANCE = 2, TAG_OPTIONS = 4, TAG_MESSAGE = 8 };
enum { SLOT_FROM, SLOT_IMPORTANCE, SLOT_OPTIONS, SLOT_MESSAGE };

static const TagDefinition tags[] = {
    { "from", NULL, TAG_FROM, 0, VALUE_STRING, SLOT_FROM },
    { "importance", NULL, TAG_IMPORTANCE, 0, VALUE_STRING, SLOT_IMPORTANCE },
    { "options", NULL, TAG_OPTIONS, 0, VALUE_STRINGS, SLOT_OPTIONS },
    { "message", NULL, TAG_MESSAGE, 0, VALUE_STRING, SLOT_MESSAGE },
    { .name = NULL },
};
static const PositionalDefinition positionals[] = { { "method", VALUE_STRING, FALSE }, { .what = NULL } };

static gboolean
is_importance(const char *text)
{
    return strcmp(text, "1") == 0 || strcmp(text, "2") == 0 || strcmp(text, "3") == 0;
}

/* RFC 5435, 3.6: "name=value", the name beginning with a letter or digit, the value without line ends. */
static gboolean
is_option(const char *text)
{
    gsize length = strcspn(text, "=");

    if (text[length] != '=' || length == 0 || !g_ascii_isalnum(*text) || strpbrk(text, "\r\n") != NULL)
        return FALSE;
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isalnum(text[i]) && strchr("-_.", text[i]) == NULL)
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_options(Checker *checker, const Value *options)
{
    guint errors = checker->problems->errors;

    for (guint i = 0; i < value_count(options); i++) {
        const char *text = value_constant(options, i);

        if (text != NULL && !is_option(text))
            sieve_error(checker->problems, ((SieveString *) options->strings->pdata[i])->place, g_strdup("\"name=value\""),
                        "'%s' is no option", text);
    }
    return checker->problems->errors == errors;
}

static gboolean
check_method(Checker *checker, const Value *value)
{
    const char *uri = value_constant(value, 0);
    g_autofree char *error = NULL;
    g_autoptr(NotifyMethod) method = uri != NULL ? notify_method_parse(uri, &error) : NULL;

    if (uri == NULL)
        return TRUE;
    if (method == NULL) {
        sieve_error(checker->problems, value->place, NULL, "%s", error);
        return FALSE;
    }
    if (method->webhook != NULL)
        name_check(checker, "webhook", checker->host->webhooks, method->webhook, value->place);
    return TRUE;
}

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    const char *importance = value_constant(&call->slots[SLOT_IMPORTANCE], 0);
    gboolean good = one_address_check(checker, &call->slots[SLOT_FROM]);

    if (importance != NULL && !is_importance(importance)) {
        sieve_error(checker->problems, call->slots[SLOT_IMPORTANCE].place, NULL, "the importance is \"1\", \"2\" or \"3\"");
        good = FALSE;
    }
    good = check_options(checker, &call->slots[SLOT_OPTIONS]) && good;
    return check_method(checker, &call->positionals[0]) && good;
}

static void
set_option(GHashTable *options, const char *name, char *value)
{
    if (value != NULL)
        g_hash_table_insert(options, g_strdup(name), value);
}

static void
set_options(Run *run, const Call *call, GHashTable *options)
{
    for (guint i = 0; i < value_count(&call->slots[SLOT_OPTIONS]); i++) {
        g_autofree char *text = run_text_dup(run, &call->slots[SLOT_OPTIONS], i);
        g_autofree char *name = NULL;

        if (!is_option(text))
            continue;
        name = g_strdup_printf("option.%.*s", (int) strcspn(text, "="), text);
        set_option(options, name, g_strdup(strchr(text, '=') + 1));
    }
}

static void
fill(Run *run, const Call *call, NotifyMethod *method, SieveAction *action)
{
    char *importance = run_text_dup(run, &call->slots[SLOT_IMPORTANCE], 0);

    action->options = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (importance == NULL || !is_importance(importance)) {
        g_free(importance);
        importance = g_strdup("2");
    }
    set_option(action->options, "importance", importance);
    set_option(action->options, "from", run_text_dup(run, &call->slots[SLOT_FROM], 0));
    set_option(action->options, "message", run_text_dup(run, &call->slots[SLOT_MESSAGE], 0));
    set_options(run, call, action->options);
    if (method->webhook != NULL)
        return;
    action->words = g_ptr_array_ref(method->recipients);
    set_option(action->options, "to", g_steal_pointer(&method->to));
    set_option(action->options, "cc", g_steal_pointer(&method->cc));
    set_option(action->options, "subject", g_steal_pointer(&method->subject));
    set_option(action->options, "body", g_steal_pointer(&method->body));
}

static RunOutcome
run_notify(Run *run, const Call *call)
{
    g_autofree char *uri = run_text_dup(run, &call->positionals[0], 0);
    g_autofree char *from = run_text_dup(run, &call->slots[SLOT_FROM], 0);
    g_autofree char *bare = from != NULL ? one_address(from) : NULL;
    g_autofree char *error = NULL;
    g_autoptr(NotifyMethod) method = notify_method_parse(uri, &error);
    SieveAction *action;

    if (method == NULL)
        return run_fail(run, "notify: %s", error);
    if (from != NULL && bare == NULL)
        return run_fail(run, "notify: '%s' is no address", from);
    action = run_act(run, call, SIEVE_NOTIFY, uri, method->webhook);
    if (action == NULL)
        return RUN_ERROR;
    fill(run, call, method, action);
    set_option(action->options, "from-address", g_steal_pointer(&bare));
    return RUN_NEXT;
}

const Definition cmd_notify = {
    .name = "notify", .extension = "enotify", .tags = tags, .positionals = positionals, .check = check, .run = run_notify,
};
