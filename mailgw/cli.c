#include "cli.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

int
fail_text(const char *format, ...)
{
    g_autofree char *text = NULL, *escaped = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    escaped = text_escape_body(text);
    fprintf(stderr, "mailgw: %s\n", escaped);
    return EXIT_FAILED;
}

int
fail(GError *error)
{
    fail_text("%s", error != NULL ? error->message : "failed without a word why");
    g_clear_error(&error);
    return EXIT_FAILED;
}

int
usage_text(const char *path, const char *format, ...)
{
    g_autofree char *text = NULL, *escaped = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    escaped = text_escape(text);
    fprintf(stderr, "%s: %s\nTry '%s --help'.\n", path, escaped, path);
    return EXIT_USAGE;
}

static void
print_commands(const char *path, const Command *commands, FILE *to)
{
    int width = 0;

    for (const Command *command = commands; command->name != NULL; command++)
        width = MAX(width, (int) strlen(command->name));
    fprintf(to, "Usage: %s COMMAND ... [--config FILE]\n\n", path);
    for (const Command *command = commands; command->name != NULL; command++)
        fprintf(to, "  %-*s  %s\n", width, command->name, command->summary);
    fprintf(to, "\n'%s COMMAND --help' tells more about each.\n", path);
}

static const char *
nearest_command(const Command *commands, const char *word)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (const Command *command = commands; command->name != NULL; command++)
        g_ptr_array_add(names, (gpointer) command->name);
    g_ptr_array_add(names, NULL);
    return text_nearest(word, (const char *const *) names->pdata);
}

int
command_run(const char *path, const Command *commands, Cli *cli, int argc, char **argv)
{
    const char *nearest;

    if (argc < 1) {
        print_commands(path, commands, stderr);
        return EXIT_USAGE;
    }
    if (g_str_equal(argv[0], "--help") || g_str_equal(argv[0], "-h") || g_str_equal(argv[0], "help")) {
        print_commands(path, commands, stdout);
        return EXIT_DONE;
    }
    for (const Command *command = commands; command->name != NULL; command++) {
        g_autofree char *below = g_strdup_printf("%s %s", path, command->name);

        if (!g_str_equal(command->name, argv[0]))
            continue;
        if (command->subcommands != NULL)
            return command_run(below, command->subcommands, cli, argc - 1, argv + 1);
        return command->run(cli, argc, argv);
    }
    nearest = nearest_command(commands, argv[0]);
    if (nearest != NULL)
        return usage_text(path, "there is no command \"%s\"; did you mean \"%s\"?", argv[0], nearest);
    return usage_text(path, "there is no command \"%s\"", argv[0]);
}

int
command_options(const char *path, const Command *command, Cli *cli, const GOptionEntry *entries, int *argc, char ***argv,
                int min, int max)
{
    GOptionEntry common[] = {
        { "config", 0, 0, G_OPTION_ARG_FILENAME, &cli->config_path, "the configuration file", "FILE" },
        { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, "print JSON", NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    g_autoptr(GOptionContext) context = g_option_context_new(command->arguments);
    g_autofree char *whole = g_strdup_printf("%s %s", path, command->name);
    g_autoptr(GError) error = NULL;
    const char *before = cli->config_path;
    int n;

    g_set_prgname(whole);
    g_option_context_set_summary(context, command->summary);
    if (entries != NULL)
        g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_add_main_entries(context, common, NULL);
    if (!g_option_context_parse(context, argc, argv, &error))
        return usage_text(whole, "%s", error->message);
    if (cli->config_path != before)
        cli->config_is_default = FALSE;
    if (*argc > 1 && g_str_equal((*argv)[1], "--")) {
        (*argv)++;
        (*argc)--;
    }
    n = *argc - 1;
    if (n < min)
        return usage_text(whole, "needs %s", command->arguments);
    if (max >= 0 && n > max)
        return usage_text(whole, "does not take \"%s\"", (*argv)[max + 1]);
    return -1;
}
