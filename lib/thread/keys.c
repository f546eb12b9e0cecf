#include "thread/thread.h"

#include "base/limits.h"
#include "thread/tag-private.h"

#include <string.h>

/*
 * A token is tried once however often the message repeats it: each costs up to three MACs, and a line of
 * explanation.
 */
static void
add_token(ThreadKeys *keys, const Token *token, const char *where)
{
    const ThreadToken found = { .token = *token, .where = where };

    for (guint i = 0; i < keys->tokens->len; i++) {
        const Token *known = &g_array_index(keys->tokens, ThreadToken, i).token;

        if (known->reference == token->reference && known->person == token->person
            && known->purpose == token->purpose)
            return;
    }
    g_array_append_val(keys->tokens, found);
}

/*
 * The domain is not looked at: a token behind which a relay wrote its own host name proves as much as before.
 * Our own ids are "<token>.<random>@host", so the token stands at the beginning.
 */
static void
add_reference(ThreadKeys *keys, GHashTable *known, const char *id, const ThreadSettings *settings)
{
    Token token;

    if (!g_hash_table_add(known, (gpointer) id))
        return;
    g_ptr_array_add(keys->references, g_strdup(id));
    if (token_parse(settings->keys, id, settings->now, &token, NULL))
        add_token(keys, &token, "message-id");
}

/* A message that names itself says nothing by that; its own id is looked at as that of a late parent. */
static void
find_references(ThreadKeys *keys, const Message *message, const ThreadSettings *settings)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    const GPtrArray *answered = message->in_reply_to;
    const GPtrArray *references = message->references;

    if (message->message_id != NULL)
        g_hash_table_add(known, message->message_id);
    for (guint i = 0; i < answered->len && i < LIMIT_REFERENCES; i++)
        add_reference(keys, known, answered->pdata[i], settings);
    for (guint i = 0; i < references->len && i < LIMIT_REFERENCES; i++)
        add_reference(keys, known, references->pdata[references->len - 1 - i], settings);
}

/* The text first: the HTML beside it says the same, and where a mail has only HTML the text was made from it. */
static void
find_body_token(ThreadKeys *keys, const Message *message, const ThreadSettings *settings)
{
    const char *bodies[] = { message->text, message->html };
    Token token;

    for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
        if (bodies[i] != NULL && token_find(settings->keys, bodies[i], settings->now, &token)) {
            add_token(keys, &token, "body");
            return;
        }
    }
}

static void
read_subject(ThreadKeys *keys, const Message *message, const ThreadSettings *settings)
{
    g_autoptr(TagNames) names = tag_names_new(settings->name, settings->old_tags);
    const char *subject = message->subject != NULL ? message->subject : "";
    g_autofree char *plain = tag_strip(names, subject);

    keys->tag = tag_find(names, subject);
    keys->subject = g_strdup(plain + prefix_length(plain));
}

ThreadKeys *
thread_keys_new(const Message *message, const char *detail, const ThreadSettings *settings)
{
    ThreadKeys *keys = g_new0(ThreadKeys, 1);
    Token token;

    keys->tokens = g_array_new(FALSE, TRUE, sizeof(ThreadToken));
    keys->references = g_ptr_array_new_with_free_func(g_free);
    if (detail != NULL && token_parse(settings->keys, detail, settings->now, &token, NULL))
        add_token(keys, &token, "recipient");
    find_references(keys, message, settings);
    find_body_token(keys, message, settings);
    read_subject(keys, message, settings);
    return keys;
}

void
thread_keys_free(ThreadKeys *keys)
{
    if (keys == NULL)
        return;
    g_array_unref(keys->tokens);
    g_ptr_array_unref(keys->references);
    g_free(keys->subject);
    g_free(keys);
}
