/*
 * cmd-config.c - config check, show: need no database
 */
#include <stdio.h>

#include "base/clock.h"
#include "cli.h"

static void
print_warnings(const GPtrArray *warnings)
{
    for (guint i = 0; i < warnings->len; i++) {
        print_escaped(warnings->pdata[i]);
        puts("");
    }
}

static int
config_check(Cli *cli, int argc, char **argv)
{
    static const Command self = { "check", NULL, "say what is wrong with the configuration, line by line", config_check, NULL };
    int status = command_options("mailgw config", &self, cli, NULL, &argc, &argv, 0, 0);
    g_autoptr(Config) config = NULL;
    g_autoptr(TemplateSet) templates = NULL;
    g_autoptr(Rules) rules = NULL, target_rules = NULL;
    g_autoptr(Targets) targets = NULL;
    g_autoptr(GPtrArray) warnings = NULL;
    g_autoptr(GError) error = NULL;

    if (status >= 0)
        return status;
    config = cli_config(cli);
    if (config == NULL)
        return EXIT_FAILED;
    if (!config_check_secrets(config, &error) || !cli_targets(config, &targets, &error)
        || (templates = cli_templates(config, &error)) == NULL
        || !cli_rules(config, targets, templates, &rules, &target_rules, &error))
        return fail(g_steal_pointer(&error));
    warnings = targets_warnings(targets, config->path, config->calendars, config->targets, rules != NULL || target_rules != NULL,
                                clock_now() / G_USEC_PER_SEC);
    print_warnings(warnings);
    if (target_rules != NULL && config->targets->len == 0)
        printf("%s: warning: [rules] on-target is never run: there is no [target NAME], so nothing is owed\n", config->path);
    if (rules != NULL)
        print_warnings(rules->warnings);
    if (target_rules != NULL)
        print_warnings(target_rules->warnings);
    printf("%s: good\n", config->path);
    return EXIT_DONE;
}

static int
config_show(Cli *cli, int argc, char **argv)
{
    static const Command self = { "show", NULL, "the configuration in force, every option with its value", config_show, NULL };
    int status = command_options("mailgw config", &self, cli, NULL, &argc, &argv, 0, 0);
    g_autoptr(Config) config = NULL;
    g_autoptr(Json) sections = NULL;
    g_autofree char *text = NULL;

    if (status >= 0)
        return status;
    config = cli_config(cli);
    if (config == NULL)
        return EXIT_FAILED;
    if (cli->json) {
        sections = config_to_json(config);
        json_print(sections, stdout);
        return EXIT_DONE;
    }
    text = config_format(config);
    fputs(text, stdout);
    return EXIT_DONE;
}

const Command config_commands[] = {
    { "check", NULL, "say what is wrong with the configuration, line by line", config_check, NULL },
    { "show", NULL, "the configuration in force, every option with its value", config_show, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};
