/*
 * cmd-target.c - target due, list, recompute: response times that are owed
 */
#include "cli.h"
#include "lists.h"
#include "target-commands.h"

static int
cmd_target_list(Cli *cli, int argc, char **argv)
{
    static const Command self = { "list", NULL, "responses that are owed, the most urgent first", cmd_target_list, NULL };
    static const Column columns[] = { { "ticket", "TICKET", 0 }, { "target", "RESPONSE", 0 }, { "state", "STATE", 0 }, { "due", "DUE", 0 },
                                      { "policy", "POLICY", 16 }, { "queue", "QUEUE", 16 }, { "priority", "PRIORITY", 0 },
                                      { "assignee", "ASSIGNEE", 16 }, { "subject", "SUBJECT", 60 }, { NULL, NULL, 0 } };
    gboolean overdue = FALSE, soon = FALSE, all = FALSE;
    const GOptionEntry entries[] = {
        { "overdue", 0, 0, G_OPTION_ARG_NONE, &overdue, "only what is overdue", NULL },
        { "soon", 0, 0, G_OPTION_ARG_NONE, &soon, "only what is not overdue yet, and whose warning was due", NULL },
        { "all", 0, 0, G_OPTION_ARG_NONE, &all, "not only the first 50", NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    int status = command_options("mailgw target", &self, cli, entries, &argc, &argv, 0, 0);
    const char *params[] = { overdue ? "" : NULL, soon ? "" : NULL, all ? NULL : "50" };

    if (status >= 0)
        return status;
    if (overdue && soon)
        return usage_text("mailgw target list", "--overdue and --soon exclude each other");
    return list_rows_with(cli, QUERY_TARGET_LIST, params, 3, columns, NULL);
}

const Command target_commands[] = {
    { "due", NULL, "when responses are due to a ticket that comes in at some time", cmd_target_due, NULL },
    { "list", NULL, "responses that are owed, the most urgent first", cmd_target_list, NULL },
    { "recompute", NULL, "work out anew what open tickets owe", cmd_target_recompute, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};
