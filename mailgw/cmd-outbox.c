/*
 * cmd-outbox.c - outbox list, show, retry, drop
 */
#include <stdio.h>

#include "base/text.h"
#include "cli.h"
#include "lists.h"
#include "store/outbox.h"

static int
outbox_list(Cli *cli, int argc, char **argv)
{
    static const Column columns[] = { { "id", "ID", 0 }, { "kind", "KIND", 0 }, { "to", "TO", 40 },
                                      { "ticket", "TICKET", 0 }, { "state", "STATE", 0 },
                                      { "attempts", "TRIES", 0 }, { "last_text", "LAST ANSWER", 60 },
                                      { NULL, NULL, 0 } };
    g_autofree char *state = NULL;
    gboolean all = FALSE;
    const GOptionEntry entries[] = {
        { "state", 0, 0, G_OPTION_ARG_STRING, &state, "only rows in this state: waiting, sent, delayed, bounced, failed, unknown, dropped", "STATE" },
        { "all", 0, 0, G_OPTION_ARG_NONE, &all, "not only the newest 50", NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "list", NULL, "the newest outgoing mails", outbox_list, NULL };
    int status = command_options("mailgw outbox", &self, cli, entries, &argc, &argv, 0, 0);
    static const char *const states[] = { "waiting", "sent", "delayed", "bounced", "failed", "unknown", "dropped", NULL };
    const char *params[] = { all ? NULL : "50", state };

    if (status >= 0)
        return status;
    if (!word_is_known("mailgw outbox list", "state", state, states))
        return EXIT_USAGE;
    return list_rows(cli, QUERY_OUTBOX_LIST, params, 2, columns);
}

/* The mail itself is shown below its row, escaped: it may quote what a stranger wrote. */
static int
print_mail(const Cli *cli, gint64 id)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = NULL;
    g_autofree char *text = NULL, *escaped = NULL;
    g_auto(GStrv) lines = NULL;

    if (!cli_open(cli, STORE_READER, &config, &store))
        return EXIT_FAILED;
    if (!store_outbox_bytes(store, id, &bytes, &error)) {
        printf("\n(%s)\n", error->message);
        return EXIT_DONE;
    }
    text = text_sanitise(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    lines = g_strsplit(text, "\r\n", -1);
    g_free(text);
    text = g_strjoinv("\n", lines);
    escaped = text_escape_body(text);
    printf("\n%s", escaped);
    return EXIT_DONE;
}

static int
outbox_show(Cli *cli, int argc, char **argv)
{
    static const Command self = { "show", "ID", "one outgoing mail, and how it went", outbox_show, NULL };
    int status = command_options("mailgw outbox", &self, cli, NULL, &argc, &argv, 1, 1);
    g_autoptr(Json) row = NULL;
    g_autofree char *id = NULL;
    gint64 number;

    if (status >= 0)
        return status;
    number = argument_id("mailgw outbox show", argv[1]);
    if (number == 0)
        return EXIT_USAGE;
    id = id_text(number);
    row = show_row(cli, QUERY_OUTBOX_SHOW, "outbox mail", id);
    if (row == NULL)
        return EXIT_FAILED;
    if (cli->json) {
        json_print(row, stdout);
        return EXIT_DONE;
    }
    print_object(row);
    return print_mail(cli, number);
}

typedef gboolean (*OutboxChange)(Store *store, gint64 id, GError **error);

static gboolean
drop(Store *store, gint64 id, GError **error)
{
    return store_outbox_drop(store, id, "command", error);
}

static int
change_each(Cli *cli, const char *path, int argc, char **argv, OutboxChange change, const char *said)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;

    if (!cli_open(cli, STORE_OWNER, &config, &store))
        return EXIT_FAILED;
    for (int i = 1; i < argc; i++) {
        g_autoptr(GError) error = NULL;
        gint64 id = argument_id(path, argv[i]);

        if (id == 0)
            return EXIT_USAGE;
        if (!change(store, id, &error))
            return fail(g_steal_pointer(&error));
        printf("outbox %" G_GINT64_FORMAT " %s\n", id, said);
    }
    store_notify(store, "outbox");
    store_notify_due(store);
    return EXIT_DONE;
}

static int
outbox_retry(Cli *cli, int argc, char **argv)
{
    static const Command self = { "retry", "ID...", "try mails again now", outbox_retry, NULL };
    int status = command_options("mailgw outbox", &self, cli, NULL, &argc, &argv, 1, -1);

    return status >= 0 ? status
                       : change_each(cli, "mailgw outbox retry", argc, argv, store_outbox_retry, "is due now");
}

static int
outbox_drop(Cli *cli, int argc, char **argv)
{
    static const Command self = { "drop", "ID...", "never send these mails", outbox_drop, NULL };
    int status = command_options("mailgw outbox", &self, cli, NULL, &argc, &argv, 1, -1);

    return status >= 0 ? status : change_each(cli, "mailgw outbox drop", argc, argv, drop, "will not be sent");
}

const Command outbox_commands[] = {
    { "list", NULL, "the newest outgoing mails", outbox_list, NULL },
    { "show", NULL, "one outgoing mail, and how it went", outbox_show, NULL },
    { "retry", NULL, "try mails again now", outbox_retry, NULL },
    { "drop", NULL, "never send these mails", outbox_drop, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};
