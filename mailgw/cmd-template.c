/*
 * cmd-template.c - template: check them, fill one, list the keys, show what an organisation changed
 *
 * Checking and filling need no configuration and no database. Where a configuration is found, the templates beside it count.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli.h"
#include "template-commands.h"
#include "template/check.h"
#include "template/context.h"
#include "template/value-json.h"

/* "templates" beside the configuration; NULL where none is found, which only a name that was given makes an error. */
static gboolean
find_folder(const Cli *cli, char **folder_out)
{
    g_autoptr(Config) config = NULL;

    *folder_out = NULL;
    if (cli->config_is_default && !g_file_test(cli->config_path, G_FILE_TEST_EXISTS))
        return TRUE;
    config = cli_config(cli);
    if (config != NULL)
        *folder_out = g_build_filename(config->directory, "templates", NULL);
    return config != NULL;
}

static json_t *
problem_to_json(const TemplateProblem *problem)
{
    json_t *object = json_object();

    json_object_set_new(object, "file", json_text(problem->file));
    json_object_set_new(object, "line", problem->line > 0 ? json_integer(problem->line) : json_null());
    json_object_set_new(object, "column", problem->line > 0 ? json_integer(problem->column) : json_null());
    json_object_set_new(object, "severity", json_text(problem->severity == TEMPLATE_ERROR ? "error" : "warning"));
    json_object_set_new(object, "text", json_text(problem->text));
    json_object_set_new(object, "hint", json_text(problem->hint));
    return object;
}

void
template_print_problems(const Cli *cli, const GPtrArray *problems, FILE *to)
{
    g_autoptr(Json) array = json_array();

    for (guint i = 0; i < problems->len; i++) {
        g_autofree char *text = template_problem_format(problems->pdata[i]);
        g_autofree char *escaped = text_escape(text);

        if (cli->json)
            json_array_append_new(array, problem_to_json(problems->pdata[i]));
        else
            fprintf(to, "%s\n", escaped);
    }
    if (cli->json)
        json_print(array, to);
}

/* ---- check -------------------------------------------------------------------------------------------------- */

static int
cmd_template_check(Cli *cli, int argc, char **argv)
{
    static const Command self = { "check", "[DIR]", "tell all that is wrong with templates", cmd_template_check, NULL };
    int status = command_options("mailgw template", &self, cli, NULL, &argc, &argv, 0, 1);
    g_autoptr(GPtrArray) problems = template_problems_new();
    g_autoptr(TemplateSet) set = NULL;
    g_autofree char *folder = NULL;

    if (status >= 0)
        return status;
    if (argc > 1 && !g_file_test(argv[1], G_FILE_TEST_IS_DIR))
        return fail_text("cannot check '%s': it is no folder", argv[1]);
    if (argc > 1)
        folder = g_strdup(argv[1]);
    else if (!find_folder(cli, &folder))
        return EXIT_FAILED;
    set = template_set_read(folder, TRUE, problems);
    if (set != NULL)
        template_check(set, problems);
    template_print_problems(cli, problems, stdout);
    return template_problems_are_errors(problems) ? EXIT_FAILED : EXIT_DONE;
}

/* ---- context ------------------------------------------------------------------------------------------------ */

static int
cmd_template_context(Cli *cli, int argc, char **argv)
{
    static const Command self = { "context", NULL, "what a template may ask for: every key, its meaning, an example", cmd_template_context, NULL };
    static const Column columns[] = { { "key", "KEY", 0 }, { "meaning", "MEANING", 60 }, { "example", "EXAMPLE", 40 }, { NULL, NULL, 0 } };
    int status = command_options("mailgw template", &self, cli, NULL, &argc, &argv, 0, 0);
    g_autoptr(Json) rows = json_array();

    if (status >= 0)
        return status;
    for (gsize i = 0; i < n_template_keys; i++) {
        json_t *row = json_object();

        json_object_set_new(row, "key", json_text(template_keys[i].key));
        json_object_set_new(row, "meaning", json_text(template_keys[i].meaning));
        json_object_set_new(row, "example", json_text(template_keys[i].example));
        json_array_append_new(rows, row);
    }
    print_rows(cli, rows, columns);
    return EXIT_DONE;
}

/* ---- diff --------------------------------------------------------------------------------------------------- */

typedef enum { SAME, CHANGED, ADDED } Difference;

static Difference
compare(const TemplateFile *file)
{
    const char *shipped = template_shipped_text(file->path);

    if (shipped == NULL)
        return ADDED;
    return g_str_equal(shipped, file->source) ? SAME : CHANGED;
}

static int
cmd_template_diff(Cli *cli, int argc, char **argv)
{
    static const Command self = { "diff", "[LANGUAGE/NAME]", "which templates the organisation changed, and how", cmd_template_diff, NULL };
    static const Column columns[] = { { "file", "FILE", 0 }, { "state", "STATE", 0 }, { NULL, NULL, 0 } };
    static const char *const names[] = { "as shipped", "changed", "added" };
    int status = command_options("mailgw template", &self, cli, NULL, &argc, &argv, 0, 1);
    g_autoptr(GPtrArray) problems = template_problems_new(), files = NULL;
    g_autoptr(TemplateSet) set = NULL;
    g_autofree char *folder = NULL;
    g_autoptr(Json) rows = json_array();

    if (status >= 0)
        return status;
    if (!find_folder(cli, &folder))
        return EXIT_FAILED;
    set = template_set_read(folder, TRUE, problems);
    if (set == NULL) {
        template_print_problems(cli, problems, stderr);
        return EXIT_FAILED;
    }
    files = template_set_files(set);
    for (guint i = 0; i < files->len; i++) {
        const TemplateFile *file = files->pdata[i];
        json_t *row;

        if (argc > 1 && g_str_has_prefix(file->path, argv[1]) && compare(file) != SAME)
            template_print_difference(file->path, template_shipped_text(file->path), file->source);
        if (argc > 1 || !file->own)
            continue;
        row = json_object();
        json_object_set_new(row, "file", json_text(file->path));
        json_object_set_new(row, "state", json_text(names[compare(file)]));
        json_array_append_new(rows, row);
    }
    if (argc == 1)
        print_rows(cli, rows, columns);
    return EXIT_DONE;
}

const Command template_commands[] = {
    { "check", NULL, "tell all that is wrong with templates", cmd_template_check, NULL },
    { "render", NULL, "fill a template with data from a file", cmd_template_render, NULL },
    { "preview", NULL, "the automatic mail that a ticket or mail gets, or a template with its examples", cmd_template_preview, NULL },
    { "context", NULL, "what a template may ask for: every key, its meaning, an example", cmd_template_context, NULL },
    { "diff", NULL, "which templates the organisation changed, and how", cmd_template_diff, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};
