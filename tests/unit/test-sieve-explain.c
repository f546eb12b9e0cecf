/*
 * What explain tells of a test: the test in short, and the value that held, or the last one that did not.
 */
#include <string.h>

#include "base/limits.h"
#include "sieve-fixture.h"
#include "tap.h"

static const char mail[] = "From: Anna <anna@client.example>\r\nTo: support@example.com\r\nX-Tag: one\r\nX-Tag: two\r\n"
                           "Subject: Licence \"gold\" expired\r\nDate: Sun, 22 Nov 2026 10:00:00 +0200\r\n"
                           "Content-Type: text/plain; charset=utf-8\r\n\r\nthe body\r\n";

static SieveResult *
run(const char *source)
{
    g_autoptr(Message) message = sieve_fixture_mail(mail);
    g_autoptr(SieveScript) script = sieve_fixture_compile(source, NULL);
    SieveInput input = { .message = message, .raw = mail, .raw_length = strlen(mail), .envelope_from = "anna@client.example",
                         .envelope_to = "support+vip@example.com", .trace = TRUE };

    return sieve_run(script, &input);
}

static const struct {
    const char *name;
    const char *requires;
    const char *test;        /* as the script has it */
    const char *asked;
    const char *value;
    gboolean    held;
} cases[] = {
    { "the-value-that-held", "fileinto", "header :contains [\"x-none\", \"x-tag\", \"subject\"] \"one\"",
      "header :contains [\"x-none\", \"x-tag\", \"subject\"] \"one\"", "one", TRUE },
    { "the-last-that-did-not", "fileinto", "header :is \"X-Tag\" \"three\"", "header :is \"X-Tag\" \"three\"", "two", FALSE },
    { "no-value-at-all", "fileinto", "header \"X-None\" \"three\"", "header :is \"X-None\" \"three\"", NULL, FALSE },
    { "an-empty-value-is-a-value", "variables", "string \"${none}\" \"x\"", "string :is \"${none}\" \"x\"", "", FALSE },
    { "a-long-list-is-cut", "fileinto", "header :contains \"subject\" [\"a1\", \"b2\", \"c3\", \"d4\"]",
      "header :contains \"subject\" [\"a1\", \"b2\", \"c3\", ...]", "Licence \"gold\" expired", FALSE },
    { "quotes-as-in-a-script", "fileinto", "header :contains \"subject\" \"\\\"gold\\\"\"",
      "header :contains \"subject\" \"\\\"gold\\\"\"", "Licence \"gold\" expired", TRUE },
    { "a-long-string-is-cut-between-characters", "fileinto",
      "header :is \"subject\" \"123456789012345678901234567890123456789012345678\xce\xb1\"",
      "header :is \"subject\" \"123456789012345678901234567890123456789012345678...\"", "Licence \"gold\" expired", FALSE },
    { "address-part", "fileinto", "address :localpart :is \"from\" \"anna\"", "address :localpart :is \"from\" \"anna\"", "anna", TRUE },
    { "detail", "subaddress\", \"envelope", "envelope :detail \"to\" \"vip\"", "envelope :detail :is \"to\" \"vip\"", "vip", TRUE },
    { "relation-and-comparator", "relational\", \"comparator-i;ascii-numeric",
      "header :value \"ge\" :comparator \"i;ascii-numeric\" \"X-None\" \"15\"",
      "header :comparator \"i;ascii-numeric\" :value \"ge\" \"X-None\" \"15\"", NULL, FALSE },
    { "a-count-is-the-value", "relational", "header :count \"gt\" \"x-tag\" \"1\"", "header :count \"gt\" \"x-tag\" \"1\"", "2", TRUE },
    { "index", "index", "header :index 1 :last \"x-tag\" \"two\"", "header :index 1 :last :is \"x-tag\" \"two\"", "two", TRUE },
    { "body", "body", "body :text :contains \"body\"", "body :text :contains \"body\"", "the body\n", TRUE },
    { "tag-with-a-value", "body", "body :content \"text\" :contains \"nobody\"", "body :content \"text\" :contains \"nobody\"",
      "the body\r\n", FALSE },
    { "date", "date", "date :zone \"+0000\" \"date\" \"hour\" \"08\"", "date :zone \"+0000\" :is \"date\" \"hour\" \"08\"", "08", TRUE },
    { "size", "fileinto", "size :over 1K", "size :over 1024", "", FALSE },
    { "exists", "fileinto", "exists \"subject\"", "exists \"subject\"", "Licence \"gold\" expired", TRUE },
    { "what-is-missing-has-no-value", "fileinto", "exists [\"subject\", \"x-none\"]", "exists [\"subject\", \"x-none\"]", NULL, FALSE },
    { "flags", "imap4flags", "hasflag \"x\"", "hasflag :is \"x\"", NULL, FALSE },
    { "no-arguments", "fileinto", "true", "true", NULL, TRUE },
    { "mime", "mime", "header :mime :type \"content-type\" \"text\"", "header :mime :type :is \"content-type\" \"text\"", "text", TRUE },
};

static void
one_test(gconstpointer data)
{
    guint n = GPOINTER_TO_UINT(data);
    g_autofree char *source = g_strdup_printf("require [\"%s\"]; if %s { keep; }", cases[n].requires, cases[n].test);
    g_autoptr(SieveResult) result = run(source);
    const SieveTrace *line;

    g_assert_cmpuint(result->trace->len, ==, 1);
    line = result->trace->pdata[0];
    g_assert_cmpstr(line->asked, ==, cases[n].asked);
    if (g_str_equal(cases[n].name, "size"))
        g_assert_cmpuint(strlen(mail), ==, g_ascii_strtoull(line->value, NULL, 10));
    else
        g_assert_cmpstr(line->value, ==, cases[n].value);
    g_assert_cmpint(line->held, ==, cases[n].held);
}

/* A long value is cut between characters, and says so. */
static void
long_value(void)
{
    g_autoptr(GString) source = g_string_new("require \"variables\"; set \"a\" \"");
    g_autoptr(SieveResult) result = NULL;
    const char *value;

    for (guint i = 0; i < LIMIT_SIEVE_TRACE_VALUE; i++)
        g_string_append(source, "\xce\xb1");
    g_string_append(source, "\"; if string \"${a}\" \"x\" { keep; }");
    result = run(source->str);
    value = ((SieveTrace *) result->trace->pdata[0])->value;
    g_assert_true(g_utf8_validate(value, -1, NULL));
    g_assert_true(g_str_has_suffix(value, "\xce\xb1..."));
}

/* A chain of tests that runs look up in tables is told test by test. */
static void
chain(void)
{
    g_autoptr(GString) source = g_string_new(NULL);
    g_autoptr(SieveResult) result = NULL;

    for (guint i = 0; i < 40; i++)
        g_string_append_printf(source, "%s header :is \"x-tag\" \"%s\" { keep; }\n", i == 0 ? "if" : "elsif", i == 30 ? "two" : "none");
    result = run(source->str);
    g_assert_cmpuint(result->trace->len, ==, 31);
    for (guint i = 0; i < 31; i++) {
        const SieveTrace *line = result->trace->pdata[i];

        g_assert_cmpuint(line->line, ==, i + 1);
        g_assert_cmpint(line->held, ==, i == 30);
        g_assert_cmpstr(line->value, ==, "two");
    }
}

/* What is too much is not told, and nothing is told in the wrong place. */
static void
too_many(void)
{
    g_autoptr(GString) source = g_string_new(NULL);
    g_autoptr(SieveResult) result = NULL;
    const SieveTrace *last;

    for (guint i = 0; i < LIMIT_SIEVE_TRACE; i++)
        g_string_append(source, "if true {}\n");
    g_string_append(source, "if header \"subject\" \"x\" {}\n");
    result = run(source->str);
    g_assert_null(result->error);
    g_assert_cmpuint(result->trace->len, ==, LIMIT_SIEVE_TRACE);
    last = result->trace->pdata[LIMIT_SIEVE_TRACE - 1];
    g_assert_cmpstr(last->asked, ==, "true");
    g_assert_null(last->value);
    g_assert_cmpuint(result->warnings->len, ==, 1);
    g_assert_nonnull(strstr(result->warnings->pdata[0], "are not shown"));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/sieve/explain/%s", cases[i].name);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), one_test);
    }
    g_test_add_func("/sieve/explain/long-value", long_value);
    g_test_add_func("/sieve/explain/chain", chain);
    g_test_add_func("/sieve/explain/too-many", too_many);
    return g_test_run();
}
