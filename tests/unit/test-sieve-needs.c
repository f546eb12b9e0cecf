/*
 * A run looks nothing up: what the facts do not hold comes back as needs, and with them the next run is complete.
 */
#include <string.h>

#include "sieve/sieve.h"
#include "tap.h"

static const char mail[] = "From: one@client.example, two@client.example\r\nMessage-ID: <id@client.example>\r\n\r\nx\r\n";

static SieveResult *
run(const char *text, const SieveFacts *facts)
{
    static const MessageOptions options = { .queue = "" };
    g_autoptr(Message) message = message_parse((const guint8 *) mail, sizeof mail - 1, &options);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    g_autoptr(SieveScript) script = sieve_compile("x", text, strlen(text), NULL, problems);
    SieveInput input = { .message = message, .facts = facts, .envelope_from = "a@b.example", .envelope_to = "c@d.example" };

    g_assert_nonnull(script);
    return sieve_run(script, &input);
}

static const char *
need(const SieveResult *result, guint n)
{
    g_assert_cmpuint(n, <, result->needs->len);
    return ((SieveNeed *) result->needs->pdata[n])->key;
}

/* All values of a test are asked for at once, each once. */
static void
lists(void)
{
    static const char text[] = "require \"extlists\"; if address :list \"from\" [\"vip\", \"vip\", "
                               "\"urn:ietf:params:sieve:addrbook:default\"] { discard; }";
    g_autoptr(GHashTable) members = g_hash_table_new(g_str_hash, g_str_equal);
    SieveFacts facts = { .lists = members };
    g_autoptr(SieveResult) first = run(text, NULL);
    g_autoptr(SieveResult) second = NULL, third = NULL;

    g_assert_cmpuint(first->needs->len, ==, 4);
    g_assert_cmpstr(need(first, 0), ==, "vip\none@client.example");
    g_assert_cmpstr(need(first, 1), ==, ":addrbook:default\none@client.example");
    g_assert_cmpstr(need(first, 2), ==, "vip\ntwo@client.example");
    for (guint i = 0; i < first->needs->len; i++)
        g_hash_table_insert(members, (gpointer) need(first, i), NULL);
    second = run(text, &facts);
    g_assert_cmpuint(second->needs->len, ==, 0);
    g_assert_true(second->implicit_keep);
    g_hash_table_insert(members, (gpointer) need(first, 2), (gpointer) "yes");
    third = run(text, &facts);
    g_assert_cmpuint(third->needs->len, ==, 0);
    g_assert_false(third->implicit_keep);
}

static void
duplicates(void)
{
    static const char text[] = "require \"duplicate\"; if duplicate :handle \"h\" :seconds 60 :last { discard; }";
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    SieveFacts facts = { .duplicates = known };
    g_autoptr(SieveResult) first = run(text, &facts);
    g_autoptr(SieveResult) fresh = NULL, seen = NULL;
    const SieveNeed *wanted;

    g_assert_cmpuint(first->needs->len, ==, 1);
    wanted = first->needs->pdata[0];
    g_assert_cmpint(wanted->kind, ==, SIEVE_NEED_DUPLICATE);
    g_assert_cmpstr(wanted->key, ==, "h\n<id@client.example>");
    g_assert_cmpint(wanted->seconds, ==, 60);
    g_assert_true(wanted->last);
    g_hash_table_insert(known, wanted->key, GINT_TO_POINTER(2));
    fresh = run(text, &facts);
    g_assert_true(fresh->implicit_keep);
    g_hash_table_insert(known, wanted->key, GINT_TO_POINTER(1));
    seen = run(text, &facts);
    g_assert_false(seen->implicit_keep);
}

/* The same answer has the same handle; another one has not (RFC 5230, 4.2). */
static void
vacation_handle(void)
{
    g_autoptr(SieveResult) a = run("require \"vacation\"; vacation :days 3 \"gone\";", NULL);
    g_autoptr(SieveResult) b = run("require \"vacation\"; vacation :days 9999 \"gone\";", NULL);
    g_autoptr(SieveResult) c = run("require \"vacation\"; vacation :subject \"s\" \"gone\";", NULL);
    const SieveAction *first = a->actions->pdata[0], *second = b->actions->pdata[0], *third = c->actions->pdata[0];
    const char *handle = g_hash_table_lookup(first->options, "handle");

    g_assert_cmpstr(handle, ==, g_hash_table_lookup(second->options, "handle"));
    g_assert_cmpstr(handle, !=, g_hash_table_lookup(third->options, "handle"));
    g_assert_cmpint(first->number, ==, 3 * 86400);
    g_assert_cmpint(second->number, ==, 365 * 86400);
    g_assert_cmpint(third->number, ==, 7 * 86400);
    g_assert_true(a->implicit_keep);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    g_test_add_func("/sieve/needs/lists", lists);
    g_test_add_func("/sieve/needs/duplicates", duplicates);
    g_test_add_func("/sieve/needs/vacation-handle", vacation_handle);
    return g_test_run();
}
