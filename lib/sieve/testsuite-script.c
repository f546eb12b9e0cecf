#include "sieve/testsuite-private.h"

#include <string.h>

#include "sieve/flags-private.h"

/* Included scripts stand in "included" and "included-global" beside the .svtest file, or where the host finds them. */
static char *
load(gpointer data, gboolean global, const char *name, gsize *length_out)
{
    Testsuite *testsuite = data;
    g_autofree char *file = g_strdup_printf("%s.sieve", name);
    g_autofree char *path = g_build_filename(global ? "included-global" : "included", file, NULL);
    char *source = testsuite_read(testsuite, path, length_out);

    if (source == NULL && testsuite->host->load != NULL)
        source = testsuite->host->load(testsuite->host->data, global, name, length_out);
    return source;
}

void
testsuite_init_script_host(Testsuite *testsuite)
{
    testsuite->script_host = *testsuite->host;
    testsuite->script_host.load = load;
    testsuite->script_host.data = testsuite;
    testsuite->script_host.settings = testsuite->input.settings;
}

static void
note_error(Testsuite *testsuite, const char *text)
{
    g_ptr_array_add(testsuite->errors, g_strdup(text));
}

/* As Pigeonhole counts them: a failed compilation says so at its end. */
static void
note_problems(Testsuite *testsuite, const char *path, const GPtrArray *problems)
{
    g_autofree char *last = g_strdup_printf("%s: compilation failed", path);

    for (guint i = 0; i < problems->len; i++) {
        const SieveProblem *problem = problems->pdata[i];

        if (problem->severity == SIEVE_ERROR)
            note_error(testsuite, problem->text);
    }
    if (testsuite->errors->len > 0)
        note_error(testsuite, last);
}

gboolean
testsuite_compile(Testsuite *testsuite, const char *path)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    g_autofree char *source = NULL;
    gsize length = 0;

    g_ptr_array_set_size(testsuite->errors, 0);
    g_clear_pointer(&testsuite->script, sieve_script_free);
    source = testsuite_read(testsuite, path, &length);
    if (source == NULL) {
        g_autofree char *text = g_strdup_printf("there is no script '%s'", path);

        note_error(testsuite, text);
        return FALSE;
    }
    testsuite->script = sieve_compile(path, source, length, &testsuite->script_host, problems);
    note_problems(testsuite, path, problems);
    return testsuite->script != NULL;
}

/* The actions of a script that ran become those that are looked at. */
static gboolean
take_result(Run *run, SieveResult *result, gboolean append)
{
    Testsuite *testsuite = run_testsuite(run);
    gboolean good = TRUE;

    if (!append)
        testsuite_result_reset(run);
    run->result->implicit_keep = run->result->implicit_keep && result->implicit_keep;
    while (result->actions->len > 0 && good)
        good = testsuite_result_add(run, g_ptr_array_steal_index(result->actions, 0));
    if (!good)
        note_error(testsuite, run->error);
    return good;
}

gboolean
testsuite_run_script(Run *run, gboolean append)
{
    Testsuite *testsuite = run_testsuite(run);
    g_autoptr(SieveResult) result = NULL;
    RunOutcome outcome;
    MailView *edited;
    Run inner;

    g_ptr_array_set_size(testsuite->errors, 0);
    if (testsuite->script == NULL) {
        note_error(testsuite, "no script is compiled");
        return FALSE;
    }
    run_init(&inner, &testsuite->input);
    inner.testsuite = testsuite;
    inner.protects_field = testsuite_protects_field;
    mail_view_free(inner.mail);
    inner.mail = mail_view_copy(run->mail);
    outcome = run_script(&inner, testsuite->script);
    flags_conclude(&inner);
    result = run_end_with_mail(&inner, outcome, &edited);
    if (result->error != NULL) {
        note_error(testsuite, result->error);
        mail_view_free(edited);
        return FALSE;
    }
    mail_view_free(run->mail);
    run->mail = edited;
    return take_result(run, result, append);
}

/* Whether the script that ran keeps the message, so that the next one sees it; its keep is then the next one's business. */
static gboolean
take_keep(Run *run, guint from)
{
    GPtrArray *actions = run->result->actions;
    gboolean kept = run->result->implicit_keep;

    for (guint i = from; i < actions->len;) {
        const SieveAction *action = actions->pdata[i];

        if (action->kind == SIEVE_KEEP) {
            kept = TRUE;
            g_ptr_array_remove_index(actions, i);
        } else {
            i++;
        }
    }
    return kept;
}

gboolean
testsuite_run_many(Run *run, const GPtrArray *paths)
{
    gboolean good = TRUE, kept = TRUE;

    testsuite_result_reset(run);
    for (guint i = 0; i < paths->len && good && kept; i++) {
        guint from = run->result->actions->len;

        run->result->implicit_keep = TRUE;
        good = testsuite_compile(run_testsuite(run), paths->pdata[i]) && testsuite_run_script(run, TRUE);
        kept = take_keep(run, from);
    }
    run->result->implicit_keep = kept;
    return testsuite_result_execute(run) && good;
}
