/*
 * cmd-ticket.c - ticket list, reply, pending, close, reopen
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/text.h"
#include "cli.h"
#include "gateway/clocks.h"
#include "gateway/reply.h"
#include "gateway/worker.h"
#include "lists.h"
#include "store/tickets.h"
#include "ticket-commands.h"

#define REPLY_MAX (256 * 1024)

/* What an agent should look at: a mail about the ticket did not arrive. */
static void
add_note(json_t *row)
{
    if (json_is_true(json_object_get(row, "undelivered")))
        json_object_set_new(row, "note", json_string("undelivered"));
}

static int
ticket_list(Cli *cli, int argc, char **argv)
{
    static const Column columns[] = { { "reference", "TICKET", 0 }, { "queue", "QUEUE", 16 },
                                      { "status", "STATUS", 0 }, { "priority", "PRIORITY", 0 },
                                      { "requester", "REQUESTER", 32 }, { "assignee", "ASSIGNEE", 16 },
                                      { "created", "CREATED", 0 }, { "articles", "MAILS", 0 },
                                      { "note", "NOTE", 0 }, { "subject", "SUBJECT", 60 }, { NULL, NULL, 0 } };
    g_autofree char *queue = NULL, *status_name = NULL;
    gboolean all = FALSE;
    const GOptionEntry entries[] = {
        { "queue", 0, 0, G_OPTION_ARG_STRING, &queue, "only this queue", "QUEUE" },
        { "status", 0, 0, G_OPTION_ARG_STRING, &status_name, "only this status: new, open, pending, resolved, closed", "STATUS" },
        { "all", 0, 0, G_OPTION_ARG_NONE, &all, "not only the newest 50", NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "list", NULL, "the newest tickets", ticket_list, NULL };
    int status = command_options("mailgw ticket", &self, cli, entries, &argc, &argv, 0, 0);
    static const char *const statuses[] = { "new", "open", "pending", "resolved", "closed", NULL };
    const char *params[] = { all ? NULL : "50", queue, status_name };

    if (status >= 0)
        return status;
    if (!word_is_known("mailgw ticket list", "status", status_name, statuses))
        return EXIT_USAGE;
    return list_rows_with(cli, QUERY_TICKET_LIST, params, 3, columns, add_note);
}

/* ---- reply -------------------------------------------------------------------------------------------------- */

static int
send_reply(const Cli *cli, gint64 reference, const char *agent)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(TokenKeys) keys = NULL;
    g_autofree char *text = NULL;
    DecideSettings settings;
    gint64 outbox;

    if (!cli_open(cli, STORE_OWNER, &config, &store))
        return EXIT_FAILED;
    bytes = io_read_fd(STDIN_FILENO, REPLY_MAX, &error);
    keys = bytes != NULL ? load_token_keys(store, config->gateway.token_life_seconds, &error) : NULL;
    if (keys == NULL)
        return fail(g_steal_pointer(&error));
    text = text_sanitise(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    cli_decide_settings(config, &settings);
    settings.keys = keys;
    outbox = reply_to_ticket(store, &settings, reference, agent, text, clock_now(), config->smtp.reply_life_seconds,
                             &error);
    if (outbox == 0)
        return fail(g_steal_pointer(&error));
    store_notify_due(store);
    printf("reply to ticket #%" G_GINT64_FORMAT " waits in the outbox as %" G_GINT64_FORMAT "\n", reference, outbox);
    return EXIT_DONE;
}

static int
ticket_reply(Cli *cli, int argc, char **argv)
{
    g_autofree char *agent = NULL;
    const GOptionEntry entries[] = {
        { "as", 0, 0, G_OPTION_ARG_STRING, &agent, "the agent who answers (mailgw agent add NAME)", "AGENT" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "reply", "REF", "answer the requester; the text is read from standard input", ticket_reply, NULL };
    int status = command_options("mailgw ticket", &self, cli, entries, &argc, &argv, 1, 1);
    gint64 reference;

    if (status >= 0)
        return status;
    reference = argument_id("mailgw ticket reply", argv[1]);
    if (reference == 0)
        return EXIT_USAGE;
    if (agent == NULL)
        return usage_text("mailgw ticket reply", "needs --as AGENT");
    return send_reply(cli, reference, agent);
}

/* ---- states ------------------------------------------------------------------------------------------------- */

typedef struct {
    TicketStatus to;
    gint64       until;        /* of TICKET_PENDING; 0: until the customer answers */
} StatusChange;

static gboolean
change_one(Store *store, const ClockSettings *clocks, gint64 reference, const StatusChange *change, const char *who, GError **error)
{
    const ClockCause cause = { reference, 0 };

    if (!store_begin(store, error))
        return FALSE;
    if (store_ticket_change_status(store, reference, change->to, who, "by command", error)
        && (change->to != TICKET_PENDING || store_pending_set(store, reference, change->until, error))
        && clocks_refresh(store, clocks, &cause, 1, NULL, error) && store_commit(store, error))
        return TRUE;
    store_rollback(store);
    return FALSE;
}

static int
change_status(Cli *cli, const char *path, int argc, char **argv, const StatusChange *change, const char *agent)
{
    g_autofree char *who = agent != NULL ? g_strdup_printf("agent:%s", agent) : g_strdup("command");
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) problem = NULL;
    g_autoptr(Targets) targets = NULL;
    g_autofree char *display_name = NULL;
    ClockSettings clocks;
    gint64 id;

    if (!cli_open(cli, STORE_OWNER, &config, &store))
        return EXIT_FAILED;
    if (!cli_targets(config, &targets, &problem))
        return fail(g_steal_pointer(&problem));
    clocks = (ClockSettings) { targets, config->queues, 0 };
    if (agent != NULL && !store_agent(store, agent, FALSE, &id, &display_name, &problem))
        return fail(g_steal_pointer(&problem));
    for (int i = 1; i < argc; i++) {
        g_autoptr(GError) error = NULL;
        gint64 reference = argument_id(path, argv[i]);

        if (reference == 0)
            return EXIT_USAGE;
        if (!change_one(store, &clocks, reference, change, who, &error))
            return fail(g_steal_pointer(&error));
        printf("ticket #%" G_GINT64_FORMAT " is %s\n", reference, ticket_status_name(change->to));
    }
    return EXIT_DONE;
}

/* For the commands that say nothing of a ticket but its new state. */
static int
status_command(Cli *cli, const Command *self, const char *whose, TicketStatus to, int argc, char **argv)
{
    g_autofree char *agent = NULL, *name = g_strconcat("mailgw ticket ", self->name, NULL);
    const GOptionEntry entries[] = {
        { "as", 0, 0, G_OPTION_ARG_STRING, &agent, whose, "AGENT" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    int status = command_options("mailgw ticket", self, cli, entries, &argc, &argv, 1, -1);

    return status >= 0 ? status : change_status(cli, name, argc, argv, &(StatusChange) { to, 0 }, agent);
}

static int
ticket_close(Cli *cli, int argc, char **argv)
{
    static const Command self = { "close", "REF...", "close tickets", ticket_close, NULL };

    return status_command(cli, &self, "the agent who closes it", TICKET_CLOSED, argc, argv);
}

static int
ticket_reopen(Cli *cli, int argc, char **argv)
{
    static const Command self = { "reopen", "REF...", "reopen tickets", ticket_reopen, NULL };

    return status_command(cli, &self, "the agent who reopens it", TICKET_OPEN, argc, argv);
}

static int
ticket_pending(Cli *cli, int argc, char **argv)
{
    g_autofree char *agent = NULL, *until = NULL;
    const GOptionEntry entries[] = {
        { "as", 0, 0, G_OPTION_ARG_STRING, &agent, "the agent who waits", "AGENT" },
        { "until", 0, 0, G_OPTION_ARG_STRING, &until, "open again then, if the customer did not answer: 2026-11-22T10:00:00+02:00", "TIME" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "pending", "REF...", "wait for the customer: no response is owed meanwhile", ticket_pending, NULL };
    int status = command_options("mailgw ticket", &self, cli, entries, &argc, &argv, 1, -1);
    StatusChange change = { TICKET_PENDING, 0 };
    g_autoptr(GError) error = NULL;

    if (status >= 0)
        return status;
    if (until != NULL && !clock_parse(until, &change.until, &error))
        return usage_text("mailgw ticket pending", "%s", error->message);
    return change_status(cli, "mailgw ticket pending", argc, argv, &change, agent);
}

static int
ticket_resolve(Cli *cli, int argc, char **argv)
{
    static const Command self = { "resolve", "REF...", "say that tickets are done; they close when nothing comes", ticket_resolve, NULL };

    return status_command(cli, &self, "the agent who resolved it", TICKET_RESOLVED, argc, argv);
}

const Command ticket_commands[] = {
    { "list", NULL, "the newest tickets", ticket_list, NULL },
    { "show", NULL, "one ticket: its mails, its history", ticket_show, NULL },
    { "attachment", NULL, "write a part of a mail to a file", ticket_attachment, NULL },
    { "reply", NULL, "answer the requester", ticket_reply, NULL },
    { "note", NULL, "write an internal note", ticket_note, NULL },
    { "pending", NULL, "wait for the customer", ticket_pending, NULL },
    { "resolve", NULL, "say that tickets are done", ticket_resolve, NULL },
    { "close", NULL, "close tickets", ticket_close, NULL },
    { "reopen", NULL, "reopen tickets", ticket_reopen, NULL },
    { "assign", NULL, "give tickets to an agent", ticket_assign, NULL },
    { "priority", NULL, "say how urgent tickets are", ticket_priority, NULL },
    { "move", NULL, "put tickets into another queue", ticket_move, NULL },
    { "tag", NULL, "put a tag on tickets", ticket_tag, NULL },
    { "merge", NULL, "make tickets part of another one", ticket_merge, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};
