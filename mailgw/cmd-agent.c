/*
 * cmd-agent.c - agent add, list: the people who answer
 */
#include <stdio.h>

#include "cli.h"
#include "lists.h"
#include "store/tickets.h"

static int
agent_add(Cli *cli, int argc, char **argv)
{
    static const Command self = { "add", "NAME", "add an agent; NAME is of a to z, 0 to 9, dot, underscore and hyphen", agent_add, NULL };
    int status = command_options("mailgw agent", &self, cli, NULL, &argc, &argv, 1, 1);
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *display_name = NULL;
    gint64 id;

    if (status >= 0)
        return status;
    if (!cli_open(cli, STORE_OWNER, &config, &store))
        return EXIT_FAILED;
    if (!store_agent(store, argv[1], TRUE, &id, &display_name, &error))
        return fail(g_steal_pointer(&error));
    printf("%s is an agent\n", argv[1]);
    return EXIT_DONE;
}

static int
agent_list(Cli *cli, int argc, char **argv)
{
    static const Column columns[] = { { "name", "NAME", 0 }, { "display_name", "DISPLAY NAME", 0 },
                                      { "address", "ADDRESS", 0 }, { "active", "ACTIVE", 0 }, { NULL, NULL, 0 } };
    static const Command self = { "list", NULL, "all agents", agent_list, NULL };
    int status = command_options("mailgw agent", &self, cli, NULL, &argc, &argv, 0, 0);

    return status >= 0 ? status : list_rows(cli, QUERY_AGENT_LIST, NULL, 0, columns);
}

const Command agent_commands[] = {
    { "add", NULL, "add an agent", agent_add, NULL },
    { "list", NULL, "all agents", agent_list, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};
