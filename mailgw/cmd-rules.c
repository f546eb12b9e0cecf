/*
 * cmd-rules.c - rules: check scripts, and run the tests that go with them; neither needs a configuration or a database
 */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli.h"
#include "sieve/sieve.h"
#include "sieve/testsuite.h"

static GBytes *
read_script(const char *path, GError **error)
{
    if (g_str_equal(path, "-"))
        return io_read_fd(STDIN_FILENO, LIMIT_SIEVE_SCRIPT + 1, error);
    return io_read_file(path, LIMIT_SIEVE_SCRIPT + 1, error);
}

/* Included scripts stand beside the one that is read. */
typedef struct {
    char *folder;
} Beside;

static char *
load_beside(gpointer data, G_GNUC_UNUSED gboolean global, const char *name, gsize *length_out)
{
    const Beside *beside = data;
    g_autofree char *file = g_strdup_printf("%s.sieve", name);
    g_autofree char *path = g_build_filename(beside->folder, file, NULL);
    g_autoptr(GBytes) bytes = io_read_file(path, LIMIT_SIEVE_SCRIPT + 1, NULL);
    const char *text;

    if (bytes == NULL)
        return NULL;
    text = g_bytes_get_data(bytes, length_out);
    return g_strndup(text, *length_out);
}

static json_t *
problem_to_json(const SieveProblem *problem)
{
    json_t *object = json_object();

    json_object_set_new(object, "file", json_text(problem->file));
    json_object_set_new(object, "line", json_integer(problem->line));
    json_object_set_new(object, "column", json_integer(problem->column));
    json_object_set_new(object, "severity", json_text(problem->severity == SIEVE_ERROR ? "error" : "warning"));
    json_object_set_new(object, "text", json_text(problem->text));
    json_object_set_new(object, "hint", json_text(problem->hint));
    return object;
}

static gboolean
check_file(const char *path, GPtrArray *problems)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = read_script(path, &error);
    g_autoptr(SieveScript) script = NULL;
    g_autofree char *folder = g_path_get_dirname(path);
    Beside beside = { folder };
    SieveHost host = { .load = load_beside, .data = &beside };
    gsize length;
    const char *text;

    if (bytes == NULL) {
        fail(g_steal_pointer(&error));
        return FALSE;
    }
    text = g_bytes_get_data(bytes, &length);
    script = sieve_compile(path, text != NULL ? text : "", length, &host, problems);
    return script != NULL;
}

static void
print_problems(const Cli *cli, const GPtrArray *problems)
{
    g_autoptr(Json) array = json_array();
    g_autofree char *line = NULL;

    for (guint i = 0; i < problems->len; i++) {
        g_autofree char *text = sieve_problem_format(problems->pdata[i]);

        if (cli->json) {
            json_array_append_new(array, problem_to_json(problems->pdata[i]));
        } else {
            print_escaped(text);
            puts("");
        }
    }
    if (!cli->json)
        return;
    line = json_format(array, TRUE);
    puts(line);
}

static int
cmd_rules_check(Cli *cli, int argc, char **argv)
{
    static const Command self = { "check", "FILE...", "tell all that is wrong with scripts", cmd_rules_check, NULL };
    int status = command_options("mailgw rules", &self, cli, NULL, &argc, &argv, 1, -1);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    gboolean all = TRUE;

    if (status >= 0)
        return status;
    for (int i = 1; i < argc; i++)
        all = check_file(argv[i], problems) && all;
    print_problems(cli, problems);
    return all ? EXIT_DONE : EXIT_FAILED;
}

/* One line of TAP, its name and reason escaped: both come from a file. */
static gboolean
print_result(const TestResult *result, const char *path, guint number)
{
    g_autofree char *name = text_escape(result->name);
    g_auto(GStrv) lines = NULL;

    printf("%s %u - %s:%u: %s\n", result->failure == NULL ? "ok" : "not ok", number, path, result->line, name);
    if (result->failure == NULL)
        return TRUE;
    lines = g_strsplit(result->failure, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        g_autofree char *line = text_escape(lines[i]);

        printf("# %s\n", line);
    }
    return FALSE;
}

static gboolean
test_file(const char *path, guint *count)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = read_script(path, &error);
    g_autofree char *folder = g_path_get_dirname(path);
    Beside beside = { folder };
    SieveHost host = { .load = load_beside, .data = &beside };
    g_autoptr(GPtrArray) results = NULL;
    gboolean passed = TRUE;
    gsize length;
    const char *text;

    if (bytes == NULL) {
        fail(g_steal_pointer(&error));
        return FALSE;
    }
    text = g_bytes_get_data(bytes, &length);
    results = testsuite_run(path, text != NULL ? text : "", length, &host);
    for (guint i = 0; i < results->len; i++)
        passed = print_result(results->pdata[i], path, ++*count) && passed;
    return passed;
}

static int
cmd_rules_test(Cli *cli, int argc, char **argv)
{
    static const Command self = { "test", "FILE.svtest...", "run the tests of rules (TAP)", cmd_rules_test, NULL };
    int status = command_options("mailgw rules", &self, cli, NULL, &argc, &argv, 1, -1);
    gboolean all = TRUE;
    guint count = 0;

    if (status >= 0)
        return status;
    message_init();
    for (int i = 1; i < argc; i++)
        all = test_file(argv[i], &count) && all;
    printf("1..%u\n", count);
    return all ? EXIT_DONE : EXIT_FAILED;
}

const Command rules_commands[] = {
    { "check", NULL, "tell all that is wrong with scripts", cmd_rules_check, NULL },
    { "test", NULL, "run the tests of rules (TAP)", cmd_rules_test, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};
