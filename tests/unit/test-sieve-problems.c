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
    { "extlists/redirect", "require \"extlists\";\nredirect :list \":addrbook:default\";\n", ":2:1: error: *" },
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

/* ---- what can never happen ---------------------------------------------------------------------------------- */

#define REQUIRE "require [\"fileinto\", \"reject\", \"copy\", \"variables\", \"duplicate\"];\n"
#define A "header :contains \"subject\" \"a\""
#define B "header :contains \"subject\" \"b\""

static const struct {
    const char *name, *script, *warnings;      /* behind the line of REQUIRE */
} reaches[] = {
    { "false-never-holds", "if false { keep; }", "2:4 never holds" },
    { "one-false-is-enough-for-allof", "if allof (" A ", false) { keep; }", "2:4 never holds" },
    { "all-have-to-be-false-for-anyof", "if anyof (" A ", false) { keep; }\nif anyof (false, not true) { discard; }", "3:4 never holds" },
    { "a-test-and-its-opposite", "if allof (" A ", " B ", not " A ") { keep; }", "2:4 never holds" },
    { "an-opposite-in-anyof-always-holds", "if anyof (" A ", not " A ") { keep; }\nelse { discard; }", "3:1 never reached" },
    { "over-and-under", "if allof (size :over 2M, size :under 1M) { keep; }", "2:4 never holds" },
    { "over-and-under-with-room", "if allof (size :over 1M, size :under 2M) { keep; }", "" },
    { "over-and-under-without-an-octet-between", "if allof (size :over 10, size :under 11) { keep; }", "2:4 never holds" },
    { "the-same-test-again", "if " A " { keep; } elsif " B " { discard; } elsif " A " { stop; }", "2:101 never reached" },
    { "more-of-the-same-test", "if " A " { keep; } elsif allof (" B ", " A ") { discard; }", "2:51 never reached" },
    { "less-of-the-same-test", "if allof (" A ", " B ") { keep; } elsif " A " { discard; }", "" },
    { "one-of-several-again", "if anyof (" A ", " B ") { keep; } elsif " B " { discard; }", "2:91 never reached" },
    { "two-chains-may-ask-the-same", "if " A " { stop; }\nif " A " { stop; }", "" },
    { "variables-may-have-changed", "if string \"${1}\" \"a\" { stop; } elsif string \"${1}\" \"a\" { stop; }", "" },
    { "duplicate-remembers", "if duplicate { stop; } elsif duplicate { stop; }", "" },
    { "behind-stop", "stop;\nkeep;", "3:1 never reached" },
    { "behind-stop-in-a-block", "if " A " { stop; keep; }\nkeep;", "2:43 never reached" },
    { "behind-a-chain-that-always-stops", "if " A " { stop; } elsif " B " { discard; stop; } else { stop; }\nkeep;", "3:1 never reached" },
    { "behind-a-chain-that-may-go-on", "if " A " { stop; } elsif " B " { stop; }\nkeep;", "" },
    { "filed-twice", "fileinto \"x\";\nfileinto \"y\";", "3:1 may have filed" },
    { "perhaps-filed-twice", "if " A " { fileinto \"x\"; }\nif " B " { fileinto \"y\"; }", "3:37 may have filed" },
    { "filed-by-one-of-two", "if " A " { fileinto \"x\"; }\nelsif " B " { fileinto \"y\"; }", "" },
    { "filed-and-stopped", "if " A " { fileinto \"x\"; stop; }\nfileinto \"y\";", "" },
    { "a-copy-files-nothing", "fileinto :copy \"x\";\nfileinto \"y\";", "" },
    { "refused-and-kept", "if " A " { reject \"no\"; }\nkeep;", "3:1 is an error" },
    { "kept-and-refused", "keep;\nif " A " { reject \"no\"; }", "3:37 is an error" },
    { "refused-and-stopped", "if " A " { reject \"no\"; stop; }\nkeep;", "" },
};

static void
test_reach(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autofree char *script = g_strconcat(REQUIRE, reaches[i].script, "\n", NULL);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    g_autoptr(SieveScript) compiled = sieve_compile("x", script, strlen(script), NULL, problems);
    g_autofree char *place = NULL;
    const SieveProblem *problem;

    g_assert_nonnull(compiled);
    g_assert_cmpuint(problems->len, ==, *reaches[i].warnings != '\0' ? 1 : 0);
    if (problems->len == 0)
        return;
    problem = problems->pdata[0];
    place = g_strdup_printf("%u:%u ", problem->line, problem->column);
    g_assert_cmpint(problem->severity, ==, SIEVE_WARNING);
    if (!g_str_has_prefix(reaches[i].warnings, place))
        g_error("%s, not %s", place, reaches[i].warnings);
    g_assert_nonnull(strstr(problem->text, reaches[i].warnings + strlen(place)));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/sieve/problems/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], check);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(reaches); i++) {
        g_autofree char *path = g_strdup_printf("/sieve/problems/reach/%s", reaches[i].name);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_reach);
    }
    g_test_add_func("/sieve/problems/all-at-once", all_at_once);
    g_test_add_func("/sieve/problems/names-that-are-known", names_that_are_known);
    g_test_add_func("/sieve/problems/are-bounded", problems_are_bounded);
    return g_test_run();
}
