/*
 * No script and no message costs more than its limits: what runs into one is an error of the rule, and the message is kept.
 */
#include <string.h>

#include "base/limits.h"
#include "sieve/sieve.h"
#include "sieve/testsuite.h"
#include "tap.h"

static SieveScript *
compile(const char *text)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);

    return sieve_compile("hostile.sieve", text, strlen(text), NULL, problems);
}

static SieveResult *
run(const SieveScript *script, const char *mail)
{
    static const MessageOptions options = { .queue = "" };
    g_autoptr(Message) message = message_parse((const guint8 *) mail, strlen(mail), &options);
    SieveInput input = { .message = message, .raw = mail, .raw_length = strlen(mail), .envelope_from = "a@b.example",
                         .envelope_to = "c@d.example" };

    return sieve_run(script, &input);
}

static void
fails_and_keeps(const char *text, const char *mail, const char *why)
{
    g_autoptr(SieveScript) script = compile(text);
    g_autoptr(SieveResult) result = NULL;

    g_assert_nonnull(script);
    result = run(script, mail);
    g_assert_nonnull(result->error);
    g_assert_nonnull(strstr(result->error, why));
    g_assert_cmpuint(result->actions->len, ==, 0);
    g_assert_true(result->implicit_keep);
}

static void
nested_blocks(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(SieveScript) script = NULL;

    for (guint i = 0; i < 5000; i++)
        g_string_append(text, "if true {");
    for (guint i = 0; i < 5000; i++)
        g_string_append_c(text, '}');
    script = compile(text->str);
    g_assert_null(script);
}

static void
nested_tests(void)
{
    g_autoptr(GString) text = g_string_new("if ");
    g_autoptr(SieveScript) script = NULL;

    for (guint i = 0; i < 5000; i++)
        g_string_append(text, "not ");
    g_string_append(text, "true { }");
    script = compile(text->str);
    g_assert_null(script);
}

static void
too_large(void)
{
    g_autofree char *text = g_strnfill(LIMIT_SIEVE_SCRIPT + 1, ' ');
    g_autoptr(SieveScript) script = compile(text);

    g_assert_null(script);
}

static void
too_many_actions(void)
{
    g_autoptr(GString) text = g_string_new("require \"fileinto\";\n");

    for (guint i = 0; i <= LIMIT_SIEVE_ACTIONS; i++)
        g_string_append_printf(text, "fileinto \"q%u\";\n", i);
    fails_and_keeps(text->str, "Subject: x\r\n\r\nx\r\n", "actions");
}

static void
growing_variable(void)
{
    g_autoptr(GString) text = g_string_new("require [\"variables\", \"vnd.mailgw.ticket\"];\nset \"a\" \"0123456789\";\n");
    g_autoptr(SieveScript) script = NULL;
    g_autoptr(SieveResult) result = NULL;

    for (guint i = 0; i < 100; i++)
        g_string_append(text, "set \"a\" \"${a}${a}${a}${a}\";\n");
    g_string_append(text, "note \"${a}\";\n");
    script = compile(text->str);
    g_assert_nonnull(script);
    result = run(script, "Subject: x\r\n\r\nx\r\n");
    g_assert_null(result->error);
    g_assert_cmpuint(strlen(((SieveAction *) result->actions->pdata[0])->argument), ==, LIMIT_SIEVE_VARIABLE);
}

/* A value of many "a" against a pattern of many stars: value times key, not its power. */
static void
stars(void)
{
    g_autofree char *as = g_strnfill(30000, 'a');
    g_autofree char *mail = g_strdup_printf("Subject: %s\r\n\r\nx\r\n", as);
    g_autoptr(SieveScript) script = compile("if header :matches \"subject\" \"*a*a*a*a*a*a*a*a*a*a*a*a*a*b\" { discard; }\n");
    g_autoptr(SieveResult) result = NULL;
    gint64 begin = g_get_monotonic_time();

    g_assert_nonnull(script);
    result = run(script, mail);
    g_assert_true(result->implicit_keep);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, 5 * G_USEC_PER_SEC);
}

/* (a+)+$ runs into a limit, which is an error and not "no match". */
static void
regex_that_explodes(void)
{
    g_autofree char *as = g_strnfill(60000, 'a');
    g_autofree char *mail = g_strdup_printf("Subject: %s!\r\n\r\nx\r\n", as);
    gint64 begin = g_get_monotonic_time();

    fails_and_keeps("require \"regex\";\nif not header :regex \"subject\" \"^(a+)+$\" { discard; }\n", mail, "regular expression");
    g_assert_cmpint(g_get_monotonic_time() - begin, <, 5 * G_USEC_PER_SEC);
}

static char *
load_itself(G_GNUC_UNUSED gpointer data, G_GNUC_UNUSED gboolean global, G_GNUC_UNUSED const char *name, gsize *length_out)
{
    static const char text[] = "require \"include\"; include \"b\"; include \"a\";\n";

    *length_out = sizeof text - 1;
    return g_strdup(text);
}

static void
include_loop(void)
{
    static const char text[] = "require \"include\"; include \"a\";\n";
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    SieveHost host = { .load = load_itself };

    g_assert_null(sieve_compile("x", text, sizeof text - 1, &host, problems));
    g_assert_cmpuint(problems->len, >, 0);
}

/* What refuses cannot be joined by what delivers, in whatever order. */
static void
conflicts(void)
{
    static const char *const scripts[] = {
        "require \"reject\"; reject \"no\"; keep;",
        "require \"reject\"; keep; reject \"no\";",
        "require [\"reject\", \"fileinto\"]; fileinto \"x\"; reject \"no\";",
        "require \"reject\"; redirect \"a@b.example\"; reject \"no\";",
        "require \"reject\"; reject \"no\"; reject \"no\";",
        "require [\"reject\", \"vacation\"]; vacation \"gone\"; reject \"no\";",
        "require \"vacation\"; vacation \"gone\"; vacation \"gone\";",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++)
        fails_and_keeps(scripts[i], "Subject: x\r\n\r\nx\r\n", "cannot join");
}

/* A string that its script makes of single octets ends up in results, notes and logs. */
static void
octets_that_are_no_text(void)
{
    static const char source[] = "require [\"vnd.dovecot.testsuite\", \"encoded-character\"];\n"
                                 "test \"a${hex: ff}b\" { test_fail \"${hex: c3 00 fe}\"; }\n";
    g_autoptr(GPtrArray) results = testsuite_run("x.svtest", source, sizeof source - 1, NULL);
    const TestResult *result = g_ptr_array_index(results, 0);

    g_assert_cmpuint(results->len, ==, 1);
    g_assert_cmpstr(result->name, ==, "a\357\277\275b");
    g_assert_true(g_utf8_validate(result->failure, -1, NULL));
}

/* A problem never quotes half a character. */
static void
octets_in_a_mailto(void)
{
    static const char source[] = "require \"enotify\"; notify \"mailto:\303\244@x.example\";";
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);

    g_assert_null(sieve_compile("x", source, sizeof source - 1, NULL, problems));
    for (guint i = 0; i < problems->len; i++)
        g_assert_true(g_utf8_validate(((SieveProblem *) problems->pdata[i])->text, -1, NULL));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    g_test_add_func("/sieve/hostile/nested-blocks", nested_blocks);
    g_test_add_func("/sieve/hostile/nested-tests", nested_tests);
    g_test_add_func("/sieve/hostile/script-too-large", too_large);
    g_test_add_func("/sieve/hostile/too-many-actions", too_many_actions);
    g_test_add_func("/sieve/hostile/growing-variable", growing_variable);
    g_test_add_func("/sieve/hostile/stars", stars);
    g_test_add_func("/sieve/hostile/regex-that-explodes", regex_that_explodes);
    g_test_add_func("/sieve/hostile/include-loop", include_loop);
    g_test_add_func("/sieve/hostile/conflicts", conflicts);
    g_test_add_func("/sieve/hostile/octets-that-are-no-text", octets_that_are_no_text);
    g_test_add_func("/sieve/hostile/octets-in-a-mailto", octets_in_a_mailto);
    return g_test_run();
}
