/*
 * cmd-inbound.c - inbound list, show, retry, export
 */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "cli.h"
#include "lists.h"
#include "store/work.h"

static int
inbound_list(Cli *cli, int argc, char **argv)
{
    static const Column columns[] = { { "id", "ID", 0 }, { "received", "RECEIVED", 0 }, { "source", "SOURCE", 16 },
                                      { "sender", "SENDER", 32 }, { "recipient", "RECIPIENT", 32 },
                                      { "state", "STATE", 0 }, { "outcome", "OUTCOME", 0 },
                                      { "ticket", "TICKET", 0 }, { "reason", "REASON", 60 }, { NULL, NULL, 0 } };
    g_autofree char *outcome = NULL, *state = NULL, *queue = NULL;
    gboolean all = FALSE;
    const GOptionEntry entries[] = {
        { "outcome", 0, 0, G_OPTION_ARG_STRING, &outcome, "only rows with this outcome (quarantined, ...)", "OUTCOME" },
        { "state", 0, 0, G_OPTION_ARG_STRING, &state, "only rows in this state: waiting, leased, done", "STATE" },
        { "queue", 0, 0, G_OPTION_ARG_STRING, &queue, "only rows of this queue", "QUEUE" },
        { "all", 0, 0, G_OPTION_ARG_NONE, &all, "not only the newest 50", NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "list", NULL, "the newest mails and what became of them", inbound_list, NULL };
    int status = command_options("mailgw inbound", &self, cli, entries, &argc, &argv, 0, 0);
    static const char *const outcomes[] = { "ticket", "report", "duplicate", "discarded", "redirected", "refused",
                                            "quarantined", NULL };
    static const char *const states[] = { "waiting", "leased", "done", NULL };
    const char *params[] = { all ? NULL : "50", outcome, state, queue };

    if (status >= 0)
        return status;
    if (!word_is_known("mailgw inbound list", "outcome", outcome, outcomes)
        || !word_is_known("mailgw inbound list", "state", state, states))
        return EXIT_USAGE;
    return list_rows(cli, QUERY_INBOUND_LIST, params, G_N_ELEMENTS(params), columns);
}

static int
inbound_show(Cli *cli, int argc, char **argv)
{
    static const Command self = { "show", "ID", "one mail: envelope, outcome, and the decision", inbound_show, NULL };
    int status = command_options("mailgw inbound", &self, cli, NULL, &argc, &argv, 1, 1);
    g_autoptr(Json) row = NULL;
    g_autofree char *id = NULL;
    gint64 number;

    if (status >= 0)
        return status;
    number = argument_id("mailgw inbound show", argv[1]);
    if (number == 0)
        return EXIT_USAGE;
    id = id_text(number);
    row = show_row(cli, QUERY_INBOUND_SHOW, "inbound mail", id);
    if (row == NULL)
        return EXIT_FAILED;
    if (cli->json) {
        json_print(row, stdout);
    } else {
        json_object_del(row, "decided");
        json_object_del(row, "facts");
        print_object(row);
        printf("\n'mailgw explain --inbound %s' tells why.\n", id);
    }
    return EXIT_DONE;
}

static int
inbound_retry(Cli *cli, int argc, char **argv)
{
    static const Command self = { "retry", "ID...", "work mails again that were set aside", inbound_retry, NULL };
    int status = command_options("mailgw inbound", &self, cli, NULL, &argc, &argv, 1, -1);
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;

    if (status >= 0)
        return status;
    if (!cli_open(cli, STORE_OWNER, &config, &store))
        return EXIT_FAILED;
    for (int i = 1; i < argc; i++) {
        g_autoptr(GError) error = NULL;
        gint64 id = argument_id("mailgw inbound retry", argv[i]);

        if (id == 0)
            return EXIT_USAGE;
        if (!store_inbound_retry(store, id, &error))
            return fail(g_steal_pointer(&error));
        printf("inbound %" G_GINT64_FORMAT " waits to be worked again\n", id);
    }
    store_notify(store, "inbound");
    store_notify_due(store);
    return EXIT_DONE;
}

static int
inbound_export(Cli *cli, int argc, char **argv)
{
    g_autofree char *output = NULL;
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "write to this file (default: standard output)", "FILE" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "export", "ID", "the original bytes of a mail", inbound_export, NULL };
    int status = command_options("mailgw inbound", &self, cli, entries, &argc, &argv, 1, 1);
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = NULL;
    gint64 id;

    if (status >= 0)
        return status;
    id = argument_id("mailgw inbound export", argv[1]);
    if (id == 0)
        return EXIT_USAGE;
    if (output == NULL && isatty(STDOUT_FILENO))
        return fail_text("a mail's bytes may drive a terminal: say -o FILE, or redirect the output");
    if (!cli_open(cli, STORE_READER, &config, &store))
        return EXIT_FAILED;
    if (!store_inbound_bytes(store, id, &bytes, &error)
        || !(output != NULL
                 ? io_replace_file(output, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), 0600, &error)
                 : io_write_all(STDOUT_FILENO, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &error)))
        return fail(g_steal_pointer(&error));
    return EXIT_DONE;
}

const Command inbound_commands[] = {
    { "list", NULL, "the newest mails and what became of them", inbound_list, NULL },
    { "show", NULL, "one mail: envelope, outcome, and the decision", inbound_show, NULL },
    { "retry", NULL, "work mails again that were set aside", inbound_retry, NULL },
    { "export", NULL, "the original bytes of a mail", inbound_export, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};
