#include "sieve/testsuite-private.h"

#include <string.h>

#include "base/io.h"
#include "base/limits.h"

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

const char *
testsuite_keep(Testsuite *testsuite, char *text)
{
    if (text != NULL)
        g_ptr_array_add(testsuite->kept_texts, text);
    return text;
}

void
testsuite_set_envelope(Testsuite *testsuite, const char **member, const char *address)
{
    *member = testsuite_keep(testsuite, g_strdup(strcmp(address, "<>") == 0 ? "" : address));
}

void
testsuite_set_fact(Testsuite *testsuite, const char *name, const char *text)
{
    g_auto(GStrv) lines = g_strsplit_set(text, "\r\n", -1);
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; lines[i] != NULL; i++) {
        if (*lines[i] != '\0')
            g_ptr_array_add(values, g_strdup(lines[i]));
    }
    if (values->len > 0) {
        g_hash_table_insert(testsuite->facts.values, g_strdup(name), values);
    } else {
        g_hash_table_remove(testsuite->facts.values, name);
        g_ptr_array_unref(values);
    }
}

const char *
testsuite_variable(Testsuite *testsuite, const char *name)
{
    return strcmp(name, "path") == 0 ? testsuite->folder : NULL;
}

char *
testsuite_read(Testsuite *testsuite, const char *path, gsize *length_out)
{
    g_autofree char *whole = g_path_is_absolute(path) ? g_strdup(path) : g_build_filename(testsuite->folder, path, NULL);
    g_autoptr(GBytes) bytes = io_read_file(whole, LIMIT_SIEVE_SCRIPT + 1, NULL);
    const char *text;

    if (bytes == NULL)
        return NULL;
    text = g_bytes_get_data(bytes, length_out);
    return g_strndup(text, *length_out);
}

void
testsuite_set_message(Run *run, const char *text, gsize length)
{
    static const char *const senders[] = { "return-path", "sender", "from", NULL };
    static const char *const recipients[] = { "envelope-to", "to", NULL };
    static const MessageOptions options = { .queue = "", .details = TRUE };
    Testsuite *testsuite = run->testsuite;
    const char *kept = testsuite_keep(testsuite, g_strndup(text, length));
    Message *message = message_parse((const guint8 *) kept, length, &options);

    testsuite->input.raw = kept;
    testsuite->input.raw_length = length;
    g_ptr_array_add(testsuite->kept_messages, message);
    testsuite->input.message = message;
    mail_view_free(run->mail);
    run->mail = mail_view_new(message);
    mail_view_set_size(run->mail, (gint64) length);
    testsuite->input.envelope_from = testsuite_keep(testsuite, first_address(run->mail, senders));
    if (testsuite->input.envelope_from == NULL)
        testsuite->input.envelope_from = "sender@example.com";
    testsuite->input.envelope_to = testsuite_keep(testsuite, first_address(run->mail, recipients));
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
    run.protects_field = testsuite_protects_field;
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

static void
strings_free(gpointer data)
{
    g_ptr_array_unref(data);
}

static void
table_free(gpointer data)
{
    g_hash_table_unref(data);
}

static void
view_free(gpointer data)
{
    mail_view_free(data);
}

/* What a test may expect of where it runs: .svtest files of Pigeonhole name these values. */
static void
fill_environment(GHashTable *environment)
{
    static const char *const items[][2] = {
        { "name", "Pigeonhole Sieve" },          { "version", "test" },
        { "location", "MS" },                    { "phase", "during" },
        { "domain", "example.com" },             { "host", "mail.example.com" },
        { "vnd.dovecot.default-mailbox", "INBOX" }, { "vnd.dovecot.default_mailbox", "INBOX" },
        { "vnd.dovecot.username", "tester" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(items); i++)
        g_hash_table_insert(environment, g_strdup(items[i][0]), g_strdup(items[i][1]));
}

static void
testsuite_init(Testsuite *testsuite, const char *file, const SieveHost *host)
{
    g_autofree char *folder = g_path_get_dirname(file);

    testsuite->host = host;
    testsuite->folder = g_canonicalize_filename(folder, NULL);
    testsuite->results = g_ptr_array_new_with_free_func(test_result_free);
    testsuite->kept_messages = g_ptr_array_new_with_free_func(message_free_in_array);
    testsuite->kept_texts = g_ptr_array_new_with_free_func(g_free);
    testsuite->errors = g_ptr_array_new_with_free_func(g_free);
    testsuite->sent = g_ptr_array_new_with_free_func(virtual_mail_free);
    testsuite->folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, strings_free);
    testsuite->snapshots = g_hash_table_new_full(NULL, NULL, NULL, view_free);
    testsuite->settings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    testsuite->lists = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, table_free);
    testsuite->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    testsuite->asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    testsuite->facts.values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, strings_free);
    testsuite->input.facts = &testsuite->facts;
    testsuite->input.names = &testsuite->script_host;
    testsuite->input.settings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    testsuite->input.environment = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    fill_environment(testsuite->input.environment);
    testsuite_init_script_host(testsuite);
}

/* All but the results, which are the caller's. */
static void
testsuite_clear(Testsuite *testsuite)
{
    g_ptr_array_unref(testsuite->sent);
    g_hash_table_unref(testsuite->folders);
    g_hash_table_unref(testsuite->snapshots);
    g_ptr_array_unref(testsuite->kept_messages);
    g_ptr_array_unref(testsuite->kept_texts);
    g_ptr_array_unref(testsuite->errors);
    g_hash_table_unref(testsuite->settings);
    g_hash_table_unref(testsuite->lists);
    g_hash_table_unref(testsuite->seen);
    g_hash_table_unref(testsuite->asked);
    g_hash_table_unref(testsuite->facts.values);
    g_hash_table_unref(testsuite->input.settings);
    g_hash_table_unref(testsuite->input.environment);
    sieve_script_free(testsuite->script);
    g_free(testsuite->folder);
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
    testsuite_init(&testsuite, file, &with_tests);
    script = sieve_compile(file, source, length, &testsuite.script_host, problems);
    if (script == NULL)
        report_problems(&testsuite, problems);
    else
        run_file(script, &testsuite);
    testsuite_clear(&testsuite);
    return testsuite.results;
}
