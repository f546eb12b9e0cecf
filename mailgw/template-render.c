/*
 * template-render.c - template render: a template is filled and printed
 */
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "template-commands.h"
#include "template/context.h"
#include "template/value-json.h"

#define DATA_OCTETS (16 * 1024 * 1024)

typedef struct {
    char *language, *data, *partials, *template, *html;
} RenderOptions;

static void
render_options_clear(RenderOptions *options)
{
    g_free(options->language);
    g_free(options->data);
    g_free(options->partials);
    g_free(options->template);
    g_free(options->html);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RenderOptions, render_options_clear)

static GBytes *
read_input(const char *path, gsize most, GError **error)
{
    return g_str_equal(path, "-") ? io_read_fd(STDIN_FILENO, most, error) : io_read_file(path, most, error);
}

static TemplateValue *
read_values(const char *path, GError **error)
{
    g_autoptr(GBytes) bytes = read_input(path, DATA_OCTETS, error);
    g_autoptr(Json) json = NULL;
    json_error_t problem;

    if (bytes == NULL)
        return NULL;
    json = json_loadb(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), JSON_DECODE_ANY | JSON_ALLOW_NUL, &problem);
    if (json == NULL) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "%s:%d:%d: %s", path, problem.line, problem.column, problem.text);
        return NULL;
    }
    return template_value_from_json(json, error);
}

/* ---- one file as it is -------------------------------------------------------------------------------------- */

/* Partials of a folder, read when they are first named. */
typedef struct {
    const char *folder;        /* NULL: none */
    const char *ending;
    TemplateEscape escape;
    GHashTable *found;         /* name -> Template *, or NULL for one that is not there */
    GPtrArray  *problems;
} Folder;

static Template *
compile_file(const char *path, TemplateEscape escape, GPtrArray *problems, GError **error)
{
    g_autoptr(GBytes) bytes = read_input(path, LIMIT_TEMPLATE_SOURCE + 1, error);
    gsize length;
    const char *text;

    if (bytes == NULL)
        return NULL;
    text = g_bytes_get_data(bytes, &length);
    return template_compile(path, text != NULL ? text : "", length, escape, problems);
}

/* Names may come from data: one that leads out of the folder names nothing. */
static gboolean
is_plain_name(const char *name)
{
    return *name != '.' && strchr(name, '/') == NULL;
}

static const Template *
find_in_folder(gpointer data, const char *name, gsize length)
{
    Folder *folder = data;
    g_autofree char *key = g_strndup(name, length);
    g_autofree char *file = NULL, *path = NULL;
    Template *template = NULL;
    gpointer known;

    if (folder->folder == NULL || !is_plain_name(key))
        return NULL;
    if (g_hash_table_lookup_extended(folder->found, key, NULL, &known))
        return known;
    file = g_strconcat(key, folder->ending, NULL);
    path = g_build_filename(folder->folder, file, NULL);
    if (g_hash_table_size(folder->found) < LIMIT_TEMPLATE_FILES && g_file_test(path, G_FILE_TEST_IS_REGULAR))
        template = compile_file(path, folder->escape, folder->problems, NULL);
    g_hash_table_insert(folder->found, g_steal_pointer(&key), template);
    return template;
}

static int
render_file(const Cli *cli, const RenderOptions *options, const TemplateValue *values)
{
    gboolean html = g_str_has_suffix(options->template, ".html.mustache");
    g_autoptr(GPtrArray) problems = template_problems_new();
    g_autoptr(GHashTable) found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) template_free);
    Folder folder = { options->partials, html ? ".html.mustache" : ".mustache", html ? TEMPLATE_HTML : TEMPLATE_PLAIN, found, problems };
    g_autoptr(GError) error = NULL;
    g_autoptr(Template) template = compile_file(options->template, folder.escape, problems, &error);
    g_autoptr(GString) output = g_string_new(NULL);

    if (error != NULL)
        return fail(g_steal_pointer(&error));
    if (template != NULL && !template_render(template, values, find_in_folder, &folder, output, &error))
        return fail(g_steal_pointer(&error));
    template_print_problems(cli, problems, stderr);
    if (problems->len > 0)
        return EXIT_FAILED;
    return io_write_all(STDOUT_FILENO, output->str, output->len, &error) ? EXIT_DONE : fail(g_steal_pointer(&error));
}

/* ---- a mail of a set ---------------------------------------------------------------------------------------- */

static gboolean
load_set(const Cli *cli, const char *folder, TemplateSet **set_out)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(GError) error = NULL;
    gboolean configured = !cli->config_is_default || g_file_test(cli->config_path, G_FILE_TEST_EXISTS);

    if (folder == NULL && configured) {
        config = cli_config(cli);
        if (config == NULL)
            return FALSE;
    }
    *set_out = config != NULL ? cli_templates(config, &error) : template_set_load(folder, &error);
    if (*set_out == NULL)
        fail(g_steal_pointer(&error));
    return *set_out != NULL;
}

int
template_print_mail(const TemplateMail *mail, const char *html_path)
{
    g_autofree char *whole = g_strdup_printf("Subject: %s\n\n%s", mail->subject, mail->text);
    g_autoptr(GError) error = NULL;
    gboolean done = io_write_all(STDOUT_FILENO, whole, strlen(whole), &error);

    if (done && html_path != NULL && mail->html == NULL) {
        g_set_error(&error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "this mail has no HTML in '%s'", mail->language);
        done = FALSE;
    } else if (done && html_path != NULL) {
        done = io_replace_file(html_path, mail->html, strlen(mail->html), 0644, &error);
    }
    return done ? EXIT_DONE : fail(g_steal_pointer(&error));
}

int
template_render_mail(const Cli *cli, const char *folder, const char *name, const char *language, const char *html_path, TemplateValue *values)
{
    g_autoptr(TemplateSet) set = NULL;
    g_autoptr(GError) error = NULL;
    TemplateMail mail = { 0 };
    int status;

    if (!load_set(cli, folder, &set))
        return EXIT_FAILED;
    if (!template_set_render(set, name, language, NULL, values, &mail, &error))
        return fail(g_steal_pointer(&error));
    status = template_print_mail(&mail, html_path);
    template_mail_clear(&mail);
    return status;
}

int
cmd_template_render(Cli *cli, int argc, char **argv)
{
    g_auto(RenderOptions) options = { .language = NULL };
    const GOptionEntry entries[] = {
        { "lang", 0, 0, G_OPTION_ARG_STRING, &options.language, "the language (default: en)", "LANGUAGE" },
        { "data", 0, 0, G_OPTION_ARG_FILENAME, &options.data, "JSON that fills it; - is standard input", "FILE" },
        { "partials", 0, 0, G_OPTION_ARG_FILENAME, &options.partials, "templates in the place of those beside the configuration; with --template, its partials", "DIR" },
        { "template", 0, 0, G_OPTION_ARG_FILENAME, &options.template, "fill this file as it is, and print nothing more", "FILE" },
        { "html", 0, 0, G_OPTION_ARG_FILENAME, &options.html, "write the HTML of the mail there", "FILE" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "render", "[NAME]", "fill a template with data from a file", cmd_template_render, NULL };
    int status = command_options("mailgw template", &self, cli, entries, &argc, &argv, 0, 1);
    g_autoptr(TemplateValue) values = NULL;
    g_autoptr(GError) error = NULL;

    if (status >= 0)
        return status;
    if ((argc == 2) == (options.template != NULL))
        return usage_text("mailgw template render", "name a template, or a file by --template");
    values = options.data != NULL ? read_values(options.data, &error) : template_object();
    if (values == NULL)
        return fail(g_steal_pointer(&error));
    return options.template != NULL ? render_file(cli, &options, values) : template_render_mail(cli, options.partials, argv[1], options.language, options.html, values);
}
