#include <string.h>

#include "sieve/commands-private.h"
#include "sieve/fact-names.h"
#include "sieve/match-private.h"
#include "sieve/ticket-act-private.h"

/*
 * vnd.mailgw.ticket: fact [MATCH-TYPE] [COMPARATOR] <name: string> <keys: string-list>
 *
 * What is known of the ticket, the customer, the message and the target (fact-names.c). A fact that is unknown has no value.
 */
static const PositionalDefinition positionals[] = {
    { "name", VALUE_STRING, FALSE },
    { "keys", VALUE_STRINGS, FALSE },
    { .what = NULL },
};

static char *
hint(const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (const FactName *fact = fact_names; fact->name != NULL; fact++)
        g_ptr_array_add(names, (gpointer) fact->name);
    g_ptr_array_add(names, NULL);
    return sieve_hint_word(name, (const char *const *) names->pdata);
}

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    const char *name = value_constant(&call->positionals[0], 0);

    if (name == NULL) {
        sieve_error(checker->problems, call->positionals[0].place, NULL, "the name of a fact cannot hold variables");
        return FALSE;
    }
    if (checker->host->on_target && g_str_has_prefix(name, "message.")) {
        sieve_error(checker->problems, call->positionals[0].place, g_strdup("ask the ticket, the customer or the target"),
                    "there is no message when a target is near or past, so '%s' is never known", name);
        return FALSE;
    }
    if (fact_name_find(name) != NULL)
        return TRUE;
    sieve_error(checker->problems, call->positionals[0].place, hint(name), "there is no fact '%s'", name);
    return FALSE;
}

static gboolean
show(Matching *matching, const char *value)
{
    return value != NULL && matching_value(matching, value, strlen(value));
}

static void
show_attachments(Matching *matching, const Message *message)
{
    for (guint i = 0; i < message->parts->len; i++) {
        const MessagePart *part = message->parts->pdata[i];

        if (part->attachment && show(matching, part->filename != NULL ? part->filename : ""))
            return;
    }
}

/* What the message itself says. */
static void
show_message(Run *run, Matching *matching, const char *name)
{
    const Message *message = mail_view_message(run->mail);

    if (strcmp(name, "message.class") == 0)
        show(matching, message_class_name(message->class_));
    else if (strcmp(name, "message.language") == 0)
        show(matching, message->language);
    else if (strcmp(name, "message.protection") == 0)
        show(matching, message->protection);
    else if (strcmp(name, "message.text") == 0)
        show(matching, message->reply);
    else
        show_attachments(matching, message);
}

static void
show_values(Matching *matching, const GPtrArray *values)
{
    for (guint i = 0; i < values->len; i++) {
        if (show(matching, values->pdata[i]))
            return;
    }
}

static RunOutcome
test_fact(Run *run, const Call *call, gboolean *holds_out)
{
    const char *name = value_constant(&call->positionals[0], 0);
    const SieveFacts *facts = run->input->facts;
    const GPtrArray *values = facts != NULL && facts->values != NULL ? g_hash_table_lookup(facts->values, name) : NULL;
    Matching matching;

    matching_begin(&matching, run, call, &call->positionals[1]);
    if (values != NULL)
        show_values(&matching, values);
    else if (fact_name_find(name)->kind == FACT_OF_MESSAGE)
        show_message(run, &matching, name);
    return matching_end(&matching, holds_out);
}

const Definition tst_fact = {
    .name = "fact", .extension = TICKET_EXTENSION, .uses = USES_MATCH, .positionals = positionals, .check = check,
    .test = test_fact,
};
