#include "sieve/testsuite-private.h"

#include <string.h>

Testsuite *
run_testsuite(Run *run)
{
    return run->testsuite;
}

static void
test_result_free(gpointer data)
{
    TestResult *result = data;

    g_free(result->name);
    g_free(result->failure);
    g_free(result);
}

TestResult *
testsuite_add(Testsuite *testsuite, const char *name, guint line)
{
    TestResult *result = g_new0(TestResult, 1);

    result->name = g_strdup(name);
    result->line = line;
    g_ptr_array_add(testsuite->results, result);
    return result;
}

static void
message_free_in_array(gpointer data)
{
    message_free(data);
}

/* Fields that stand for an envelope where the test gives none (as Pigeonhole reads them). */
static char *
first_address(MailView *mail, const char *const *names)
{
    for (guint i = 0; names[i] != NULL; i++) {
        const GPtrArray *addresses = mail_addresses(mail, names[i]);

        if (addresses->len > 0)
            return g_strdup(((MailAddress *) addresses->pdata[0])->full);
    }
    return NULL;
}

static const char *
keep(Testsuite *testsuite, char *text)
{
    if (text != NULL)
        g_ptr_array_add(testsuite->kept_texts, text);
    return text;
}

void
testsuite_set_envelope(Testsuite *testsuite, const char **member, const char *address)
{
    *member = keep(testsuite, g_strdup(address));
}

void
testsuite_set_message(Run *run, const char *text, gsize length)
{
    static const char *const senders[] = { "return-path", "sender", "from", NULL };
    static const char *const recipients[] = { "envelope-to", "to", NULL };
    static const MessageOptions options = { .queue = "", .details = TRUE };
    Testsuite *testsuite = run->testsuite;
    const char *kept = keep(testsuite, g_strndup(text, length));
    Message *message = message_parse((const guint8 *) kept, length, &options);

    testsuite->input.raw = kept;
    testsuite->input.raw_length = length;
    g_ptr_array_add(testsuite->kept_messages, message);
    testsuite->input.message = message;
    mail_view_free(run->mail);
    run->mail = mail_view_new(message);
    mail_view_set_size(run->mail, (gint64) length);
    testsuite->input.envelope_from = keep(testsuite, first_address(run->mail, senders));
    if (testsuite->input.envelope_from == NULL)
        testsuite->input.envelope_from = "sender@example.com";
    testsuite->input.envelope_to = keep(testsuite, first_address(run->mail, recipients));
    if (testsuite->input.envelope_to == NULL)
        testsuite->input.envelope_to = "recipient@example.com";
    testsuite->input.envelope_orig_to = NULL;
    testsuite->input.envelope_auth = NULL;
}

static void
run_file(const SieveScript *script, Testsuite *testsuite)
{
    static const char first[] = "From: sender@example.com\r\nTo: recipient@example.org\r\nSubject: Frop!\r\n\r\nFriep!\r\n";
    static const MessageOptions options = { .queue = "" };
    Run run;
    RunOutcome outcome;

    g_ptr_array_add(testsuite->kept_messages, message_parse((const guint8 *) first, sizeof first - 1, &options));
    testsuite->input.message = testsuite->kept_messages->pdata[0];
    run_init(&run, &testsuite->input);
    run.testsuite = testsuite;
    testsuite_set_message(&run, first, sizeof first - 1);
    outcome = run_script(&run, script);
    if (outcome == RUN_ERROR)
        testsuite_add(testsuite, "run", run.line)->failure = g_strdup(run.error);
    sieve_result_free(run_end(&run, outcome));
}

static void
report_problems(Testsuite *testsuite, const GPtrArray *problems)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < problems->len; i++) {
        const SieveProblem *problem = problems->pdata[i];
        g_autofree char *line = sieve_problem_format(problem);

        if (problem->severity == SIEVE_ERROR)
            g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", line);
    }
    testsuite_add(testsuite, "compile", 1)->failure = g_string_free(text, FALSE);
}

GPtrArray *
testsuite_run(const char *file, const char *source, gsize length, const SieveHost *host)
{
    Testsuite testsuite = { 0 };
    SieveHost with_tests = { 0 };
    g_autoptr(SieveScript) script = NULL;
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);

    if (host != NULL)
        with_tests = *host;
    with_tests.testsuite = TRUE;
    testsuite.host = &with_tests;
    testsuite.results = g_ptr_array_new_with_free_func(test_result_free);
    testsuite.kept_messages = g_ptr_array_new_with_free_func(message_free_in_array);
    testsuite.kept_texts = g_ptr_array_new_with_free_func(g_free);
    script = sieve_compile(file, source, length, &with_tests, problems);
    if (script == NULL)
        report_problems(&testsuite, problems);
    else
        run_file(script, &testsuite);
    g_ptr_array_unref(testsuite.kept_messages);
    g_ptr_array_unref(testsuite.kept_texts);
    return testsuite.results;
}
