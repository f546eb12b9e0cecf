/*
 * Scripts and mails that were made to cost much: each ends inside the limits, with the implicit keep, in bounded time.
 */
#include "base/clock.h"
#include "base/limits.h"
#include "sieve-fixture.h"
#include "tap.h"

/* A sanitizer makes everything slower, not the limits larger. */
#define BOUND (4 * LIMIT_SIEVE_CPU)

#define REQUIRE "require [\"fileinto\",\"regex\",\"variables\",\"body\",\"include\",\"editheader\",\"imap4flags\",\"mime\",\"foreverypart\"];\n"

static char *
load(gpointer data, G_GNUC_UNUSED gboolean global, const char *name, gsize *length_out)
{
    const char *text = g_hash_table_lookup(data, name);

    if (text == NULL)
        return NULL;
    *length_out = strlen(text);
    return g_strdup(text);
}

static GHashTable *
scripts_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static char *
repeated(const char *text, guint times)
{
    GString *whole = g_string_sized_new(strlen(text) * times + 1);

    for (guint i = 0; i < times; i++)
        g_string_append(whole, text);
    return g_string_free(whole, FALSE);
}

/* The outcome of a script that has to compile; its time is bounded. */
static char *
run_on(const char *source, GHashTable *scripts, const char *mail)
{
    g_autofree char *whole = g_strconcat(REQUIRE, source, NULL);
    SieveHost host = { .load = load, .data = scripts };
    g_autoptr(SieveScript) script = sieve_fixture_compile(whole, scripts != NULL ? &host : NULL);
    g_autoptr(Message) message = sieve_fixture_mail(mail);
    SieveInput input = { .message = message, .raw = mail, .raw_length = strlen(mail), .envelope_from = "a@example.com" };
    gint64 began = clock_process_cpu();
    g_autoptr(SieveResult) result = sieve_run(script, &input);

    g_assert_cmpint(clock_process_cpu() - began, <, BOUND);
    if (result->error != NULL) {
        g_assert_cmpuint(result->actions->len, ==, 0);
        g_assert_true(result->implicit_keep);
    }
    return sieve_fixture_outcome(result);
}

static void
assert_fails(const char *source, GHashTable *scripts, const char *mail, const char *why)
{
    g_autofree char *outcome = run_on(source, scripts, mail);

    if (strstr(outcome, why) == NULL || !g_str_has_prefix(outcome, "error: "))
        g_error("\"%s\" expected, not: %.300s", why, outcome);
}

static void
assert_does(const char *source, GHashTable *scripts, const char *mail, const char *expected)
{
    g_autofree char *outcome = run_on(source, scripts, mail);

    g_assert_cmpstr(outcome, ==, expected);
}

/* Subject and body of 64 KiB. */
static char *
mail_of(char c)
{
    g_autofree char *long_text = g_strnfill(64 * 1024 - 100, c);
    GString *body = g_string_new(NULL);

    for (guint i = 0; i < 64 * 1024 / 100; i++)
        g_string_append_len(body, long_text, 100);
    g_string_prepend(body, "From: a@example.com\r\nSubject: x\r\n\r\n");
    g_string_append(body, "!\r\n");
    return g_string_free(body, FALSE);
}

static char *
mail_with_subject(char c, gsize length)
{
    g_autofree char *subject = g_strnfill(length, c);

    return g_strdup_printf("From: a@example.com\r\nSubject: %s!\r\n\r\ntext\r\n", subject);
}

static void
test_regex_backtracking(void)
{
    static const char *const patterns[] = { "^(a+)+$", "(a+)+[0-9]$", "(a|a)*[0-9]", "^(a|aa)+$", "a+a+a+a+[0-9]", "(.*)(.*)(.*)(.*)[0-9]" };
    g_autofree char *mail = mail_of('a');

    for (gsize i = 0; i < G_N_ELEMENTS(patterns); i++) {
        g_autofree char *source = g_strdup_printf("if body :text :regex \"%s\" { discard; }", patterns[i]);

        assert_fails(source, NULL, mail, "went beyond its limits");
    }
}

static void
test_regex_with_many_alternatives(void)
{
    g_autofree char *mail = mail_of('a');
    GString *source = g_string_new("if body :text :regex [");

    for (guint k = 0; k < 50; k++) {
        g_string_append_printf(source, "%s\"^(?:", k > 0 ? "," : "");
        for (guint i = 0; i < 800; i++)
            g_string_append_printf(source, "a*%u|", (i + k) % 100);
        g_string_append(source, "b)$\"");
    }
    g_string_append(source, "] { discard; }");
    assert_fails(source->str, NULL, mail, "took longer than");
    g_string_free(source, TRUE);
}

/* What an error quotes of a pattern ends between characters, too. */
static void
test_pattern_in_the_error(void)
{
    g_autofree char *mail = mail_of('a');
    g_autofree char *outcome = run_on("if body :text :regex \"^(a+)+x?y?z?()()()()()()()()()()()()()()()()()()()()()"
                                      "\xe5\x85\x83?\xe5\x85\x83?\xe5\x85\x83?$\" { discard; }", NULL, mail);

    g_assert_nonnull(strstr(outcome, "went beyond its limits"));
    g_assert_true(g_utf8_validate(outcome, -1, NULL));
}

static void
test_glob(void)
{
    g_autofree char *mail = mail_of('a');
    g_autofree char *as = g_strnfill(32 * 1024, 'a');
    g_autofree char *source = g_strdup_printf("if body :text :matches \"*%sb*\" { discard; }", as);
    g_autofree char *same = repeated(source, 7);

    assert_does("if body :text :matches \"*a*a*a*a*b\" { discard; }", NULL, mail, "implicit");
    assert_fails(same, NULL, mail, "took longer than");
}

static void
test_many_keys(void)
{
    g_autoptr(GHashTable) scripts = scripts_new();
    g_autofree char *mail = mail_with_subject('a', 60 * 1024);
    GString *keys = g_string_new(NULL), *main_script = g_string_new(NULL);

    for (guint i = 0; i < 20000; i++)
        g_string_append_printf(keys, "%s\"a%x\"", i > 0 ? "," : "", i + 0x10000);
    for (guint i = 0; i < 6; i++) {
        g_hash_table_insert(scripts, g_strdup_printf("s%u", i),
                            g_strdup_printf("if header :contains \"subject\" [%s] { discard; }", keys->str));
        g_string_append_printf(main_script, "include \"s%u\";", i);
    }
    assert_fails(main_script->str, scripts, mail, "took longer than");
    g_string_free(keys, TRUE);
    g_string_free(main_script, TRUE);
}

/* Thousands of rules, all of them about a letter that the subject is made of. */
static void
test_chain_of_common_words(void)
{
    g_autofree char *rules = repeated("if header :contains \"subject\" \"aa\" { addflag \"x\"; }\n", 4000);
    g_autofree char *mail = mail_with_subject('a', 6 * 1024);
    g_autofree char *source = g_strconcat(rules, "keep;", NULL);

    assert_does(source, NULL, mail, "keep+x flags(x)");
}

/* As many tables as fields. */
static void
test_chain_of_many_fields(void)
{
    GString *source = g_string_new(NULL);
    g_autofree char *mail = mail_with_subject('a', 100);

    for (guint i = 0; i < 5000; i++)
        g_string_append_printf(source, "if header :contains \"x-%u\" \"a\" { discard; }\n", i);
    assert_does(source->str, NULL, mail, "implicit");
    g_string_free(source, TRUE);
}

static void
test_nesting(void)
{
    g_autofree char *open = repeated("if true {", 5000);
    g_autofree char *close = repeated("}", 5000);
    g_autofree char *blocks = g_strconcat(open, close, NULL);
    g_autofree char *nots = repeated("not ", 5000);
    g_autofree char *lists = repeated("allof(", 5000);
    g_autofree char *not_test = g_strconcat("if ", nots, "true {}", NULL);
    g_autofree char *list_test = g_strconcat("if ", lists, NULL);
    const char *sources[] = { blocks, not_test, list_test };

    for (gsize i = 0; i < G_N_ELEMENTS(sources); i++) {
        g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
        gint64 began = clock_process_cpu();

        g_assert_null(sieve_compile("t", sources[i], strlen(sources[i]), NULL, problems));
        g_assert_cmpint(clock_process_cpu() - began, <, BOUND);
        g_assert_cmpuint(problems->len, <=, 2);
        g_assert_nonnull(strstr(((SieveProblem *) problems->pdata[0])->text, "nested deeper than"));
    }
}

static void
assert_include_refused(GHashTable *scripts, const char *source, const char *why)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    SieveHost host = { .load = load, .data = scripts };

    g_assert_null(sieve_compile("main", source, strlen(source), &host, problems));
    g_assert_cmpuint(problems->len, >=, 1);
    g_assert_nonnull(strstr(((SieveProblem *) problems->pdata[0])->text, why));
}

static void
test_include_loops(void)
{
    g_autoptr(GHashTable) scripts = scripts_new();
    GString *many = g_string_new("require \"include\";\n");

    g_hash_table_insert(scripts, g_strdup("main"), g_strdup("keep;"));
    g_hash_table_insert(scripts, g_strdup("itself"), g_strdup("require \"include\"; include \"itself\";"));
    g_hash_table_insert(scripts, g_strdup("one"), g_strdup("require \"include\"; include \"two\";"));
    g_hash_table_insert(scripts, g_strdup("two"), g_strdup("require \"include\"; include \"one\";"));
    for (guint i = 0; i < 100; i++) {
        g_hash_table_insert(scripts, g_strdup_printf("d%u", i), g_strdup_printf("require \"include\"; include \"d%u\";", i + 1));
        g_hash_table_insert(scripts, g_strdup_printf("w%u", i), g_strdup("keep;"));
        g_string_append_printf(many, "include \"w%u\";\n", i);
    }
    assert_include_refused(scripts, "require \"include\"; include \"main\";", "includes itself");
    assert_include_refused(scripts, "require \"include\"; include \"itself\";", "includes itself");
    assert_include_refused(scripts, "require \"include\"; include \"one\";", "includes itself");
    assert_include_refused(scripts, "require \"include\"; include \"d0\";", "included 5 deep");
    assert_include_refused(scripts, many->str, "50 in number at most");
    g_string_free(many, TRUE);
}

/* Each script includes the next one many times: what a few lines do is done a million times. */
static GHashTable *
multiplied(const char *line)
{
    GHashTable *scripts = scripts_new();

    for (guint i = 1; i < 5; i++) {
        g_autofree char *name = g_strdup_printf("include \"s%u\";", i + 1);
        g_autofree char *includes = repeated(name, 32);

        g_hash_table_insert(scripts, g_strdup_printf("s%u", i), g_strconcat("require \"include\";", includes, NULL));
    }
    g_hash_table_insert(scripts, g_strdup("s5"), g_strconcat(REQUIRE, line, NULL));
    return scripts;
}

static void
test_multiplying_includes(void)
{
    static const struct {
        const char *line, *why;
    } cases[] = {
        { "keep;", "more than 32 actions" },
        /* Steps or time, whichever the machine comes to first. */
        { "set \"a\" \"b\";", " than " },
        { "addheader \"X-A\" \"b\";", "addheader: more than 100 fields" },
        { "deleteheader \"X-A\"; addheader \"X-A\" \"b\";", "addheader: more than 100 fields" },
        { "set \"a\" \"${a}${a}${a}bcdefgh\"; if string :matches \"${a}${a}${a}${a}\" \"*a*b*x\" {}", " than " },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GHashTable) scripts = multiplied(cases[i].line);

        g_test_message("%s", cases[i].line);
        assert_fails("include \"s1\";", scripts, "Subject: a\r\n\r\nb\r\n", cases[i].why);
    }
}

static void
test_doubled_variable(void)
{
    g_autofree char *doubled = repeated("set \"a\" \"${a}${a}\";", 1000);
    g_autofree char *pieces = repeated("${a}", 20000);
    g_autofree char *source = g_strconcat("set \"a\" \"\xc3\xa4\";", doubled, "set :length \"b\" \"${a}\"; set :length \"c\" \"", pieces,
                                          "\"; fileinto \"${b} ${c}\";", NULL);

    /* 4,096 octets of a letter of two, 65,536 for the string that is made of it. */
    assert_does(source, NULL, "Subject: a\r\n\r\nb\r\n", "fileinto(2048 32768)");
}

static void
test_many_variables(void)
{
    GString *source = g_string_new("require [\"variables\",\"include\"];\n");
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    gint64 began = clock_process_cpu();

    for (guint i = 0; i < 5000; i++)
        g_string_append_printf(source, "set \"v%u\" \"a\"; global \"g%u\";\n", i, i);
    g_assert_null(sieve_compile("t", source->str, source->len, NULL, problems));
    g_assert_cmpint(clock_process_cpu() - began, <, BOUND);
    g_assert_cmpuint(problems->len, <=, LIMIT_SIEVE_PROBLEMS);
    g_string_free(source, TRUE);
}

/* A thousand parts, and a loop in a loop over them. */
static void
test_many_parts(void)
{
    g_autofree char *part = repeated("--q\r\nContent-Type: text/plain\r\nX-A: b\r\n\r\ntext\r\n", 900);
    g_autofree char *mail = g_strconcat("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n", part, "--q--\r\n", NULL);
    g_autofree char *tests = repeated("if header :mime :anychild :contains \"x-a\" \"never\" { discard; }\n", 2000);

    assert_fails(tests, NULL, mail, "took longer than");
}

/* Addresses in every field, none of them written as it was parsed. */
static void
test_many_addresses(void)
{
    GString *mail = g_string_new("From: a@example.com\r\n");

    for (guint field = 0; field < 60; field++) {
        g_string_append(mail, "To: b@example.com");
        for (guint i = 0; i < 200; i++)
            g_string_append_printf(mail, ",\r\n c%u(x)@d%u.example", i, field);
        g_string_append(mail, "\r\n");
    }
    g_string_append(mail, "\r\ntext\r\n");
    assert_does("if address :is :domain \"to\" \"never.example\" { discard; }", NULL, mail->str, "implicit");
    g_string_free(mail, TRUE);
}

/* What one message used up is not taken from the next. */
static void
test_next_message(void)
{
    g_autofree char *mail = mail_of('a');

    assert_fails("if body :text :regex \"^(a+)+$\" { discard; }", NULL, mail, "went beyond its limits");
    assert_does("if body :text :regex \"^(a+)+$\" { discard; }", NULL, "Subject: a\r\n\r\naaa\r\n", "discard");
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    g_test_add_func("/sieve/budget/regex-backtracking", test_regex_backtracking);
    g_test_add_func("/sieve/budget/regex-with-many-alternatives", test_regex_with_many_alternatives);
    g_test_add_func("/sieve/budget/pattern-in-the-error", test_pattern_in_the_error);
    g_test_add_func("/sieve/budget/glob", test_glob);
    g_test_add_func("/sieve/budget/many-keys", test_many_keys);
    g_test_add_func("/sieve/budget/chain-of-common-words", test_chain_of_common_words);
    g_test_add_func("/sieve/budget/chain-of-many-fields", test_chain_of_many_fields);
    g_test_add_func("/sieve/budget/nesting", test_nesting);
    g_test_add_func("/sieve/budget/include-loops", test_include_loops);
    g_test_add_func("/sieve/budget/multiplying-includes", test_multiplying_includes);
    g_test_add_func("/sieve/budget/doubled-variable", test_doubled_variable);
    g_test_add_func("/sieve/budget/many-variables", test_many_variables);
    g_test_add_func("/sieve/budget/many-parts", test_many_parts);
    g_test_add_func("/sieve/budget/many-addresses", test_many_addresses);
    g_test_add_func("/sieve/budget/next-message", test_next_message);
    return g_test_run();
}
