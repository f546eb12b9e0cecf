/*
 * test-thread-keys.c - what in a message may name a ticket
 */
#include "base/limits.h"
#include "tap.h"
#include "thread-scenario.h"

static void
assert_references(const ThreadKeys *keys, const char *const *expected)
{
    guint count = 0;

    for (; expected[count] != NULL; count++) {
        g_assert_cmpuint(count, <, keys->references->len);
        g_assert_cmpstr(keys->references->pdata[count], ==, expected[count]);
    }
    g_assert_cmpuint(keys->references->len, ==, count);
}

static void
test_order(void)
{
    static const char *const expected[] = { "r1", "r2", "c", "b", "a", NULL };
    const Scenario scenario = { .in_reply_to = { "r1", "r2" }, .references = { "a", "b", "r1", "c" } };
    g_autoptr(ThreadKeys) keys = scenario_thread_keys(&scenario);

    assert_references(keys, expected);
}

static void
test_own_id(void)
{
    static const char *const expected[] = { "b", "a", NULL };
    const Scenario scenario = { .message_id = "own",
        .in_reply_to = { "own", "b" }, .references = { "a", "own", "b" } };
    g_autoptr(ThreadKeys) keys = scenario_thread_keys(&scenario);

    assert_references(keys, expected);
}

static void
test_empty_message(void)
{
    const Scenario scenario = { .rule = "empty" };
    g_autoptr(ThreadKeys) keys = scenario_thread_keys(&scenario);

    g_assert_cmpuint(keys->references->len, ==, 0);
    g_assert_cmpuint(keys->tokens->len, ==, 0);
    g_assert_cmpint(keys->tag, ==, 0);
    g_assert_cmpstr(keys->subject, ==, "");
}

static void
test_token_order(void)
{
    const Scenario scenario = {
        .tokens = { { IN_TEXT, { 4, SENDER, TOKEN_CUSTOMER } }, { IN_REFERENCES, { 3, SENDER, TOKEN_CUSTOMER } },
                    { IN_REPLY_TO, { 2, SENDER, TOKEN_CUSTOMER } },
                    { IN_RECIPIENT, { 1, SENDER, TOKEN_CUSTOMER } } },
    };
    static const char *const where[] = { "recipient", "message-id", "message-id", "body" };
    g_autoptr(ThreadKeys) keys = scenario_thread_keys(&scenario);

    g_assert_cmpuint(keys->tokens->len, ==, 4);
    for (guint i = 0; i < 4; i++) {
        const ThreadToken *found = &g_array_index(keys->tokens, ThreadToken, i);

        g_assert_cmpint(found->token.reference, ==, i + 1);
        g_assert_cmpstr(found->where, ==, where[i]);
    }
}

/* The same token everywhere is one line of explanation; the automatic one beside it is another token. */
static void
test_token_once(void)
{
    const Scenario scenario = {
        .tokens = { { IN_TEXT, { 17, SENDER, TOKEN_AUTOMATIC } },
                    { IN_REFERENCES, { 17, SENDER, TOKEN_CUSTOMER } },
                    { IN_REPLY_TO, { 17, SENDER, TOKEN_CUSTOMER } },
                    { IN_RECIPIENT, { 17, SENDER, TOKEN_CUSTOMER } } },
    };
    g_autoptr(ThreadKeys) keys = scenario_thread_keys(&scenario);

    g_assert_cmpuint(keys->tokens->len, ==, 2);
    g_assert_cmpstr(g_array_index(keys->tokens, ThreadToken, 0).where, ==, "recipient");
    g_assert_cmpint(g_array_index(keys->tokens, ThreadToken, 1).token.purpose, ==, TOKEN_AUTOMATIC);
}

static void
test_text_before_html(void)
{
    const Scenario scenario = {
        .tokens = { { IN_HTML, { 18, SENDER, TOKEN_CUSTOMER } }, { IN_TEXT, { 17, SENDER, TOKEN_CUSTOMER } } },
    };
    g_autoptr(ThreadKeys) keys = scenario_thread_keys(&scenario);

    g_assert_cmpuint(keys->tokens->len, ==, 1);
    g_assert_cmpint(g_array_index(keys->tokens, ThreadToken, 0).token.reference, ==, 17);
}

/* Only a local part that begins with a token is one of our ids. */
static void
test_token_inside_id(void)
{
    static const char *const before[] = { "x", "x.", "x-", ".", " " };
    g_autoptr(TokenKeys) token_keys = scenario_keys();
    const Token token = { 17, SENDER, TOKEN_CUSTOMER };
    g_autofree char *text = token_format(token_keys, &token);

    for (gsize i = 0; i < G_N_ELEMENTS(before); i++) {
        g_autofree char *id = g_strconcat(before[i], text, ".x@support.example.com", NULL);
        const Scenario scenario = { .in_reply_to = { id } };
        g_autoptr(ThreadKeys) keys = scenario_thread_keys(&scenario);

        g_assert_cmpuint(keys->tokens->len, ==, 0);
        g_assert_cmpuint(keys->references->len, ==, 1);
    }
}

/* The parser keeps fewer; a record from a parser gone wrong must not cost more. */
static void
test_bounded(void)
{
    g_autoptr(TokenKeys) token_keys = scenario_keys();
    const ThreadSettings settings = { "Northwind", NULL, "support.example.com", token_keys, NOW };
    g_autoptr(Message) message = message_new();
    g_autoptr(ThreadKeys) keys = NULL;

    for (int i = 0; i < 100000; i++) {
        g_ptr_array_add(message->in_reply_to, g_strdup_printf("r%d@x.example", i));
        g_ptr_array_add(message->references, g_strdup_printf("a%d@x.example", i));
    }
    keys = thread_keys_new(message, NULL, &settings);
    g_assert_cmpuint(keys->references->len, ==, 2 * LIMIT_REFERENCES);
    g_assert_cmpstr(keys->references->pdata[LIMIT_REFERENCES], ==, "a99999@x.example");
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/thread/keys/in-reply-to-then-newest-reference", test_order);
    g_test_add_func("/thread/keys/own-id-is-left-out", test_own_id);
    g_test_add_func("/thread/keys/empty-message", test_empty_message);
    g_test_add_func("/thread/keys/tokens-in-the-order-of-trust", test_token_order);
    g_test_add_func("/thread/keys/each-token-once", test_token_once);
    g_test_add_func("/thread/keys/text-before-html", test_text_before_html);
    g_test_add_func("/thread/keys/token-begins-the-local-part", test_token_inside_id);
    g_test_add_func("/thread/keys/bounded", test_bounded);
    return g_test_run();
}
