/*
 * Whatever is wrong with a script is told with its place, and with the likely word where one is near.
 */
#include <string.h>

#include "base/limits.h"
#include "sieve/sieve.h"
#include "tap.h"

typedef struct {
    const char *name;
    const char *script;
    const char *problem;        /* of the first one, without the file */
} Case;

static const Case cases[] = {
    { "lexer/string-without-end", "redirect \"a@b.example;\n", ":1:10: error: *" },
    { "lexer/comment-without-end", "keep;\n/* never\n", ":2:1: error: *" },
    { "lexer/number-too-large", "if size :over 99999999999999999999999 { }\n", ":1:15: error: *" },
    { "parser/semicolon", "keep\nstop;\n", "*: error: *" },
    { "parser/brace", "if true {\n    keep;\n", "*: error: *" },
    { "checker/command", "require \"fileinto\";\nfilinto \"x\";\n", ":2:1: error: *(did you mean 'fileinto'?)" },
    { "checker/test", "if heeder \"a\" \"b\" { }\n", ":1:4: error: *(did you mean 'header'?)" },
    { "checker/extension", "require \"filento\";\n", ":1:9: error: *(did you mean 'fileinto'?)" },
    { "checker/not-required", "fileinto \"x\";\n", ":1:1: error: *(begin the script with: require \"fileinto\";)" },
    { "checker/tag", "if header :contans \"a\" \"b\" { }\n", ":1:11: error: *(did you mean 'contains'?)" },
    { "checker/comparator", "if header :comparator \"i;asci-casemap\" \"a\" \"b\" { }\n", ":1:23: error: *(did you mean 'i;ascii-casemap'?)" },
    { "checker/argument-kind", "redirect 12;\n", ":1:10: error: *" },
    { "checker/argument-missing", "if header \"subject\" { }\n", ":1:4: error: *" },
    { "checker/address", "redirect \"nobody\";\n", ":1:10: error: 'nobody' is no address" },
    { "checker/columns-count-characters", "redirect \"\303\244\303\266@\303\274.example\"; kep;\n", ":1:26: error: *(did you mean 'keep'?)" },
    { "ticket/priority", "require \"vnd.mailgw.ticket\";\npriority \"hihg\";\n", ":2:10: error: *(did you mean 'high'?)" },
    { "ticket/priority-far", "require \"vnd.mailgw.ticket\";\npriority \"enormous\";\n", ":2:10: error: *(low, normal, high or urgent)" },
    { "ticket/fact", "require \"vnd.mailgw.ticket\";\nif fact \"customer.teir\" \"x\" { }\n",
      ":2:9: error: there is no fact 'customer.teir' (did you mean 'customer.tier'?)" },
    { "ticket/fact-family-needs-a-name", "require \"vnd.mailgw.ticket\";\nif fact \"ticket.field.\" \"x\" { }\n", ":2:9: error: *" },
    { "ticket/field", "require \"vnd.mailgw.ticket\";\nfield \"In Voice\" \"x\";\n", ":2:7: error: *" },
    { "ticket/requester", "require \"vnd.mailgw.ticket\";\nrequester \"a, b\";\n", ":2:11: error: *" },
    { "ticket/acknowledge", "require \"vnd.mailgw.ticket\";\nacknowledge;\n", ":2:1: error: *" },
    { "ticket/acknowledge-both", "require \"vnd.mailgw.ticket\";\nacknowledge :none :template \"x\";\n", ":2:19: error: *" },
    { "enotify/method", "require \"enotify\";\nnotify \"xmpp:a@b.example\";\n", ":2:8: error: *mailto:ADDRESS or webhook:NAME" },
    { "enotify/importance", "require \"enotify\";\nnotify :importance \"4\" \"mailto:a@b.example\";\n", ":2:20: error: *" },
    { "vacation/days-and-seconds", "require \"vacation-seconds\";\nvacation :days 1 :seconds 1 \"x\";\n", ":2:18: error: *" },
    { "spamtest/percent", "require \"spamtest\";\nif spamtest :percent \"1\" { }\n", ":2:13: error: *(require \"spamtestplus\")" },
    { "extlists/redirect", "require \"extlists\";\nredirect :list \":addrbook:default\";\n", ":2:10: error: *" },
    { "utf-8", "keep;\nredirect \"\377\";\n", ":2:11: error: this is no UTF-8" },
};

static void
check(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    g_autoptr(SieveScript) script = sieve_compile("rules.sieve", c->script, strlen(c->script), NULL, problems);
    g_autofree char *pattern = g_strdup_printf("rules.sieve%s", c->problem);
    g_autofree char *first = NULL;

    g_assert_null(script);
    g_assert_cmpuint(problems->len, >, 0);
    first = sieve_problem_format(problems->pdata[0]);
    if (!g_pattern_match_simple(pattern, first))
        g_error("'%s' is not '%s'", first, pattern);
}

/* One run tells all of them. */
static void
all_at_once(void)
{
    static const char text[] = "kep;\nif heeder \"a\" \"b\" { stp; }\nredirect \"x\";\n";
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    static const guint lines[] = { 1, 2, 2, 3 };

    g_assert_null(sieve_compile("x", text, sizeof text - 1, NULL, problems));
    g_assert_cmpuint(problems->len, ==, G_N_ELEMENTS(lines));
    for (guint i = 0; i < problems->len; i++)
        g_assert_cmpuint(((SieveProblem *) problems->pdata[i])->line, ==, lines[i]);
}

static void
names_that_are_known(void)
{
    static const char text[] = "require [\"fileinto\", \"vnd.mailgw.ticket\"];\nfileinto \"biling\";\nmove \"billing\";\n";
    g_autoptr(GHashTable) queues = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    g_autoptr(SieveScript) script = NULL;
    g_autofree char *line = NULL;
    SieveHost host = { .queues = queues };

    g_hash_table_add(queues, (gpointer) "billing");
    script = sieve_compile("x", text, sizeof text - 1, &host, problems);
    g_assert_nonnull(script);
    g_assert_cmpuint(problems->len, ==, 1);
    line = sieve_problem_format(problems->pdata[0]);
    g_assert_cmpstr(line, ==, "x:2:10: warning: there is no queue 'biling' (did you mean 'billing'?)");
}

static void
problems_are_bounded(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);

    for (guint i = 0; i < 10000; i++)
        g_string_append(text, "kep;\n");
    g_assert_null(sieve_compile("x", text->str, text->len, NULL, problems));
    g_assert_cmpuint(problems->len, ==, LIMIT_SIEVE_PROBLEMS);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/sieve/problems/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], check);
    }
    g_test_add_func("/sieve/problems/all-at-once", all_at_once);
    g_test_add_func("/sieve/problems/names-that-are-known", names_that_are_known);
    g_test_add_func("/sieve/problems/are-bounded", problems_are_bounded);
    return g_test_run();
}
