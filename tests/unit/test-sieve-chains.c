/*
 * A run that passes over rules which cannot hold does what a run that tests all of them does, match variables included.
 *
 * Random scripts over random mails: with trace every test is run, without it the chains decide. Whatever differs is printed as a script.
 */
#include "sieve-fixture.h"
#include "tap.h"

#define SCRIPTS          1500
#define MAILS_PER_SCRIPT 4
#define PATTERNS         600

static GRand *rand_source;
static GPtrArray *patterns;         /* char *: regular expressions that compile, quoted for a script */

static guint
roll(guint sides)
{
    return (guint) g_rand_int_range(rand_source, 0, (gint32) sides);
}

#define PICK(table) ((table)[roll(G_N_ELEMENTS(table))])

#define KELVIN "\xe2\x84\xaa"
#define LONG_S "\xc5\xbf"

/* What values and keys are made of: few letters, so that they meet. */
static const char *const shreds[] = {
    "a", "b", "k", "s", "K", "S", KELVIN, LONG_S, "\xc3\xa4", "\xc3\x84", "\xe8\xab\x8b", "]", "[", "1", "2", "12", "}", "{", ".",
    "foo", "bar", "FOO", " ", "x", "kk", "\\", "^", "#", "-",
};

static void
add_shreds(GString *text, guint most)
{
    for (guint i = roll(most + 1); i > 0; i--)
        g_string_append(text, PICK(shreds));
}

static void
add_quoted(GString *script, const char *text)
{
    g_string_append_c(script, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_c(script, '\\');
        g_string_append_c(script, *text);
    }
    g_string_append_c(script, '"');
}

/* ---- regular expressions --------------------------------------------------------------------------------------- */

static const char *const regex_shreds[] = {
    "a", "b", "k", "s", "K", "S", "foo", "bar", "1", "2", "x", " ", "#", "]", "}", "{", "-",
    KELVIN, LONG_S, "\xc3\xa4", "\xc3\x84", "\xe8\xab\x8b",
    ".", "\\.", "\\d", "\\D", "\\w", "\\b", "\\12", "\\012", "\\1", "\\x6b", "\\x{6b}", "\\Q", "\\E", "\\p{L}", "\\]", "\\{", "\\|", "\\(",
    "\\K", "\\N", "\\h", "\\R", "\\X", "\\cK", "\\0",
    "[ab]", "[^]a]", "[]k]", "[[:alpha:]]", "[[:^alpha:]k]", "[[:<:]]", "[\\]k]", "[a|b]", "[[]", "[[:a]", "[\\Q]a\\E]", "[^k]", "[a-s]", "[(]",
    "(", ")", "(", ")", "(?:", "(?i)", "(?-i)", "(?x)", "(?#", "(?=", "(?!", "(?<=", "(?>", "(?|", "|",
    "?", "*", "+", "??", "*+", "+?", "{2}", "{0}", "{0,1}", "{1,}", "{,2}", "{a}", "^", "$",
};

static gboolean
compiles(const char *quoted)
{
    g_autofree char *source = g_strdup_printf("require \"regex\"; if header :regex \"x\" %s { stop; }", quoted);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    g_autoptr(SieveScript) script = sieve_compile("p", source, strlen(source), NULL, problems);

    return script != NULL;
}

static void
make_patterns(void)
{
    patterns = g_ptr_array_new_with_free_func(g_free);
    while (patterns->len < PATTERNS) {
        g_autoptr(GString) pattern = g_string_new(NULL);
        GString *quoted = g_string_new(NULL);

        for (guint i = roll(9) + 1; i > 0; i--)
            g_string_append(pattern, PICK(regex_shreds));
        add_quoted(quoted, pattern->str);
        if (compiles(quoted->str))
            g_ptr_array_add(patterns, g_string_free(quoted, FALSE));
        else
            g_string_free(quoted, TRUE);
    }
}

/* ---- scripts --------------------------------------------------------------------------------------------------- */

static const char *const field_names[] = { "\"subject\"", "\"Subject\"", "\"x-a\"", "\"X-B\"", "[\"subject\",\"x-a\"]", "\"from\"", "\"x-none\"" };
static const char *const address_names[] = { "\"from\"", "\"From\"", "[\"from\",\"to\"]", "\"to\"", "\"cc\"" };
static const char *const parts[] = { "", ":all", ":localpart", ":domain", ":user", ":detail" };
static const char *const comparators[] = { "", "", "", ":comparator \"i;octet\"", ":comparator \"i;unicode-casemap\"" };

static void
add_key(GString *script, gboolean regex, gboolean glob)
{
    g_autoptr(GString) key = g_string_new(NULL);

    if (regex && roll(12) > 0) {
        g_string_append(script, patterns->pdata[roll(PATTERNS)]);
        return;
    }
    add_shreds(key, 3);
    if (glob) {
        g_string_insert(key, 0, roll(2) ? "*" : "");
        g_string_append(key, roll(3) ? "*" : "?");
        add_shreds(key, 2);
    }
    if (roll(20) == 0)
        g_string_append(key, "${1}");
    if (regex)
        g_string_assign(key, "${1}");
    add_quoted(script, key->str);
}

static void
add_keys(GString *script, gboolean regex, gboolean glob)
{
    guint count = roll(4) == 0 ? 3 : 1;

    g_string_append(script, count > 1 ? " [" : " ");
    for (guint i = 0; i < count; i++) {
        g_string_append(script, i > 0 ? "," : "");
        add_key(script, regex, glob);
    }
    g_string_append(script, count > 1 ? "]" : "");
}

static void
add_simple_test(GString *script)
{
    static const char *const types[] = { "", ":is", ":contains", ":contains", ":matches", ":regex", ":regex", ":regex" };
    const char *type = PICK(types);
    gboolean address = roll(3) == 0;

    if (roll(15) == 0) {
        g_string_append(script, PICK(((const char *[]) { "exists \"x-a\"", "size :over 10", "true", "false",
                                                        "header :count \"ge\" \"x-a\" \"2\"",
                                                        "header :value \"gt\" \"x-a\" \"k\"",
                                                        "header :comparator \"i;ascii-numeric\" :is \"x-b\" \"12\"",
                                                        "header :mime :type \"content-type\" \"text\"",
                                                        "header :mime :anychild :contains \"x-a\" \"k\"" })));
        return;
    }
    g_string_append_printf(script, "%s %s %s %s", address ? "address" : "header", type, PICK(comparators),
                           roll(10) == 0 ? ":index 2 :last" : "");
    g_string_append_printf(script, " %s %s", address ? PICK(parts) : "", address ? PICK(address_names) : PICK(field_names));
    add_keys(script, strcmp(type, ":regex") == 0, strcmp(type, ":matches") == 0);
}

static void
add_test(GString *script, guint depth)
{
    guint kind = depth > 0 ? roll(6) : 5;

    if (kind == 0) {
        g_string_append(script, "not ");
        add_test(script, depth - 1);
    } else if (kind < 3) {
        g_string_append(script, kind == 1 ? "anyof (" : "allof (");
        for (guint i = roll(kind == 1 ? 12 : 3) + 1; i > 0; i--) {
            add_test(script, depth - 1);
            g_string_append(script, i > 1 ? ", " : ")");
        }
    } else {
        add_simple_test(script);
    }
}

static void
add_action(GString *script, guint number)
{
    switch (roll(12)) {
    case 0: g_string_append(script, " addheader \"x-a\" \"k${1}foo\";"); break;
    case 1: g_string_append(script, " deleteheader :contains \"subject\" \"k\";"); break;
    case 2: g_string_append_printf(script, " addflag \"f%u\";", number); break;
    case 3: g_string_append(script, roll(6) == 0 ? " stop;" : ""); break;
    case 4: g_string_append(script, " deleteheader :index 1 \"x-a\";"); break;
    default: break;
    }
    g_string_append_printf(script, " set \"v%u\" \"${v%u}[%u:${0}:${1}:${2}]\";", number % 4, number % 4, number);
}

static void
add_rules(GString *script, guint count)
{
    for (guint i = 0; i < count; i++) {
        g_string_append(script, i > 0 && roll(3) == 0 ? "elsif " : "if ");
        add_test(script, 2);
        g_string_append(script, " {");
        add_action(script, i);
        g_string_append(script, " }\n");
        if (roll(10) == 0) {
            g_string_append(script, "else {");
            add_action(script, i);
            g_string_append(script, " }\nif false {}\n");
        }
    }
}

static GString *
make_script(void)
{
    GString *script = g_string_new("require [\"fileinto\",\"regex\",\"variables\",\"relational\",\"comparator-i;ascii-numeric\","
                                   "\"subaddress\",\"editheader\",\"index\",\"mime\",\"foreverypart\",\"imap4flags\"];\n");
    guint loop = roll(4);

    add_rules(script, roll(30) + 8);
    if (loop == 0) {
        g_string_append(script, "foreverypart {\n");
        add_rules(script, roll(20) + 8);
        g_string_append(script, "}\n");
        add_rules(script, roll(20));
    }
    g_string_append(script, "fileinto \"${v0}\"; fileinto \"${v1}\"; fileinto \"${v2}\"; fileinto \"${v3}\"; keep;\n");
    return script;
}

/* ---- mails ----------------------------------------------------------------------------------------------------- */

static void
add_field(GString *mail, const char *name, guint most)
{
    g_string_append_printf(mail, "%s: ", name);
    add_shreds(mail, most);
    g_string_append(mail, "\r\n");
}

static void
add_addresses(GString *mail, const char *name)
{
    static const char *const addresses[] = {
        "k@foo.example", "K+s@bar.example", "\"a b\" <s@foo>", "\"k k\"@bar", "bar", "foo@[1.2.3.4]", "Foo <a+k@FOO.example>",
    };

    g_string_append_printf(mail, "%s: %s", name, PICK(addresses));
    if (roll(2) == 0)
        g_string_append_printf(mail, ", %s", PICK(addresses));
    g_string_append(mail, "\r\n");
}

static GString *
make_mail(void)
{
    GString *mail = g_string_new(NULL);

    add_addresses(mail, "From");
    if (roll(2) == 0)
        add_addresses(mail, "To");
    if (roll(10) > 0)
        add_field(mail, "Subject", 8);
    for (guint i = roll(3); i > 0; i--)
        add_field(mail, "X-A", 5);
    if (roll(3) == 0)
        add_field(mail, "x-b", 3);
    if (roll(3) > 0) {
        g_string_append(mail, "\r\ntext k\r\n");
        return mail;
    }
    g_string_append(mail, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: text/plain\r\n");
    add_field(mail, "X-A", 3);
    g_string_append(mail, "\r\nfirst\r\n--q\r\nContent-Type: text/html\r\n\r\n<p>second\r\n--q--\r\n");
    return mail;
}

/* ---- the claim ------------------------------------------------------------------------------------------------- */

static char *
outcome(const SieveScript *script, const Message *message, gboolean trace)
{
    SieveInput input = { .message = message, .trace = trace };
    g_autoptr(SieveResult) result = sieve_run(script, &input);

    return sieve_fixture_outcome(result);
}

static guint
compare_one(const char *source, const SieveScript *script)
{
    GString *mail = make_mail();
    g_autoptr(Message) message = sieve_fixture_mail(mail->str);
    g_autofree char *all = outcome(script, message, TRUE);
    g_autofree char *chains = outcome(script, message, FALSE);

    if (strcmp(all, chains) != 0)
        g_test_message("%s\n%s\nall tests: %s\nchains:    %s", source, mail->str, all, chains);
    g_assert_cmpstr(chains, ==, all);
    g_string_free(mail, TRUE);
    return strchr(all, '[') != NULL ? 1 : 0;
}

static void
test_same_as_all_tests(void)
{
    guint held = 0;

    for (guint i = 0; i < SCRIPTS; i++) {
        GString *source = make_script();
        g_autoptr(SieveScript) script = sieve_fixture_compile(source->str, NULL);

        for (guint k = 0; k < MAILS_PER_SCRIPT; k++)
            held += compare_one(source->str, script);
        g_string_free(source, TRUE);
    }
    /* The claim would be worth nothing if no rule ever held. */
    g_assert_cmpuint(held, >, SCRIPTS * MAILS_PER_SCRIPT / 2);
}

/* One pattern in many rules, over values made for it: where a literal is wrong, this finds it soonest. */
static void
test_each_pattern_alone(void)
{
    guint held = 0;

    for (guint i = 0; i < PATTERNS; i++) {
        g_autoptr(GString) source = g_string_new("require [\"regex\",\"variables\",\"fileinto\"];\n");
        g_autoptr(SieveScript) script = NULL;

        for (guint k = 0; k < 10; k++)
            g_string_append_printf(source, "if header :regex \"subject\" %s { set \"v\" \"${v}[%u ${0} ${1}]\"; }\n",
                                   k == 5 ? (char *) patterns->pdata[i] : "\"never there\"", k);
        g_string_append(source, "fileinto \"${v}\";");
        script = sieve_fixture_compile(source->str, NULL);
        for (guint k = 0; k < 20; k++)
            held += compare_one(source->str, script);
    }
    g_assert_cmpuint(held, >, PATTERNS * 2);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    rand_source = g_rand_new_with_seed(20250303);
    make_patterns();
    g_test_add_func("/sieve/chains/each-pattern-alone", test_each_pattern_alone);
    g_test_add_func("/sieve/chains/same-as-all-tests", test_same_as_all_tests);
    return g_test_run();
}
