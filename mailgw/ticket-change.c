/*
 * ticket-change.c - ticket priority, assign, move, tag, note, merge: what a desk does to a ticket besides answering
 *
 * What a ticket owes is worked out anew from its history, in the same transaction.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli.h"
#include "gateway/clocks.h"
#include "lists.h"
#include "store/tickets.h"
#include "ticket-commands.h"

#define NOTE_MAX (256 * 1024)

/* One command for several tickets. */
typedef struct {
    const char       *path;        /* "mailgw ticket move" */
    const Config     *config;
    Store            *store;
    ClockSettings     clocks;
    TicketChange      change;
} Changing;

static gboolean
change_in_transaction(const Changing *work, gint64 reference, GError **error)
{
    const ClockCause cause = { reference, 0 };

    return store_ticket_change(work->store, reference, &work->change, error)
           && clocks_refresh(work->store, &work->clocks, &cause, 1, NULL, error);
}

static gboolean
change_one(const Changing *work, gint64 reference, GError **error)
{
    if (!store_begin(work->store, error))
        return FALSE;
    if (change_in_transaction(work, reference, error) && store_commit(work->store, error))
        return TRUE;
    store_rollback(work->store);
    return FALSE;
}

/* What there is to name: the database knows agents, and the configuration queues. */
static gboolean
check_value(const Changing *work, GError **error)
{
    const char *value = work->change.value;
    g_autofree char *display_name = NULL;
    gint64 id;

    if (work->change.kind == TICKET_CHANGE_QUEUE && queues_find_name(work->config->queues, value) == NULL) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "there is no queue '%s' in the configuration", value);
        return FALSE;
    }
    return work->change.kind != TICKET_CHANGE_ASSIGNEE || value == NULL || store_agent(work->store, value, FALSE, &id, &display_name, error);
}

static void
tell(const Changing *work, gint64 reference)
{
    static const char *const words[] = { "has priority", "is assigned to", "is in queue", "has the tag", "has no longer the tag", "has a new note" };

    printf("ticket #%" G_GINT64_FORMAT " %s ", reference, words[work->change.kind]);
    print_escaped(work->change.kind == TICKET_CHANGE_NOTE ? "" : work->change.value != NULL ? work->change.value : "nobody");
    puts("");
}

/* argv: references only. */
static int
change_all(Changing *work, int argc, char **argv)
{
    g_autoptr(GArray) references = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(GError) error = NULL;

    for (int i = 0; i < argc; i++) {
        gint64 reference = argument_id(work->path, argv[i]);

        if (reference == 0)
            return EXIT_USAGE;
        g_array_append_val(references, reference);
    }
    if (!check_value(work, &error))
        return fail(g_steal_pointer(&error));
    for (guint i = 0; i < references->len; i++) {
        gint64 reference = g_array_index(references, gint64, i);

        if (!change_one(work, reference, &error))
            return fail(g_steal_pointer(&error));
        tell(work, reference);
    }
    return EXIT_DONE;
}

/* agent: who does it, or NULL. */
static int
run_change(Cli *cli, const char *path, const TicketChange *change, const char *agent, int argc, char **argv)
{
    g_autofree char *who = agent != NULL ? g_strdup_printf("agent:%s", agent) : g_strdup("command"), *display_name = NULL;
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(Targets) targets = NULL;
    g_autoptr(GError) error = NULL;
    Changing work = { .path = path, .change = *change };

    if (!cli_open(cli, STORE_OWNER, &config, &store))
        return EXIT_FAILED;
    if (!cli_targets(config, &targets, &error)
        || (agent != NULL && !store_agent(store, agent, FALSE, &work.change.agent, &display_name, &error)))
        return fail(g_steal_pointer(&error));
    work.config = config;
    work.store = store;
    work.clocks = (ClockSettings) { .targets = targets, .queues = config->queues };
    work.change.who = who;
    return change_all(&work, argc, argv);
}

/* ---- the commands: the value stands behind the tickets ------------------------------------------------------- */

typedef struct {
    const Command   *self;
    const char      *path;
    TicketChangeKind kind;
    const char      *flag, *flag_meaning;  /* a switch that changes what is meant; or NULL */
} ChangeCommand;

static int
run_command(Cli *cli, const ChangeCommand *command, int argc, char **argv, gboolean *flag, char **value_out)
{
    g_autofree char *agent = NULL;
    const GOptionEntry entries[] = {
        { "as", 0, 0, G_OPTION_ARG_STRING, &agent, "the agent who does it", "AGENT" },
        { command->flag, 0, 0, G_OPTION_ARG_NONE, flag, command->flag_meaning, NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    int status = command_options("mailgw ticket", command->self, cli, entries, &argc, &argv, 1, -1);
    gboolean without = *flag && command->kind == TICKET_CHANGE_ASSIGNEE;
    TicketChange change = { .kind = command->kind };
    TicketPriority priority;

    if (status >= 0)
        return status;
    if (!without && argc < 3)
        return usage_text(command->path, "needs a ticket and, behind it, %s", *value_out);
    change.value = without ? NULL : argv[argc - 1];
    if (command->kind == TICKET_CHANGE_PRIORITY && !ticket_priority_parse(change.value, &priority))
        return usage_text(command->path, "there is no priority \"%s\": low, normal, high or urgent", change.value);
    if (*flag && command->kind == TICKET_CHANGE_TAG)
        change.kind = TICKET_CHANGE_UNTAG;
    return run_change(cli, command->path, &change, agent, without ? argc - 1 : argc - 2, argv + 1);
}

int
ticket_priority(Cli *cli, int argc, char **argv)
{
    static const Command self = { "priority", "REF... PRIORITY", "low, normal, high or urgent", ticket_priority, NULL };
    const ChangeCommand command = { &self, "mailgw ticket priority", TICKET_CHANGE_PRIORITY, NULL, NULL };
    gboolean flag = FALSE;
    char *wanted = (char *) "a priority";

    return run_command(cli, &command, argc, argv, &flag, &wanted);
}

int
ticket_assign(Cli *cli, int argc, char **argv)
{
    static const Command self = { "assign", "REF... AGENT", "give tickets to an agent, or to nobody", ticket_assign, NULL };
    const ChangeCommand command = { &self, "mailgw ticket assign", TICKET_CHANGE_ASSIGNEE, "nobody", "take them from whoever has them" };
    gboolean flag = FALSE;
    char *wanted = (char *) "an agent, or --nobody";

    return run_command(cli, &command, argc, argv, &flag, &wanted);
}

int
ticket_move(Cli *cli, int argc, char **argv)
{
    static const Command self = { "move", "REF... QUEUE", "put tickets into another queue", ticket_move, NULL };
    const ChangeCommand command = { &self, "mailgw ticket move", TICKET_CHANGE_QUEUE, NULL, NULL };
    gboolean flag = FALSE;
    char *wanted = (char *) "a queue";

    return run_command(cli, &command, argc, argv, &flag, &wanted);
}

int
ticket_tag(Cli *cli, int argc, char **argv)
{
    static const Command self = { "tag", "REF... TAG", "put a tag on tickets, or take it off", ticket_tag, NULL };
    const ChangeCommand command = { &self, "mailgw ticket tag", TICKET_CHANGE_TAG, "remove", "take it off" };
    gboolean flag = FALSE;
    char *wanted = (char *) "a tag";

    return run_command(cli, &command, argc, argv, &flag, &wanted);
}

/* ---- note, merge --------------------------------------------------------------------------------------------- */

int
ticket_note(Cli *cli, int argc, char **argv)
{
    g_autofree char *agent = NULL, *text = NULL;
    const GOptionEntry entries[] = {
        { "as", 0, 0, G_OPTION_ARG_STRING, &agent, "the agent who writes it (mailgw agent add NAME)", "AGENT" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "note", "REF", "an internal note; the text is read from standard input", ticket_note, NULL };
    int status = command_options("mailgw ticket", &self, cli, entries, &argc, &argv, 1, 1);
    TicketChange change = { .kind = TICKET_CHANGE_NOTE };
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GError) error = NULL;

    if (status >= 0)
        return status;
    if (agent == NULL)
        return usage_text("mailgw ticket note", "needs --as AGENT");
    bytes = io_read_fd(STDIN_FILENO, NOTE_MAX, &error);
    if (bytes == NULL)
        return fail(g_steal_pointer(&error));
    text = g_strchomp(text_sanitise(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)));
    if (*text == '\0')
        return fail_text("cannot write an empty note");
    change.value = text;
    return run_change(cli, "mailgw ticket note", &change, agent, argc - 1, argv + 1);
}

static gboolean
merge_one(Store *store, const ClockSettings *clocks, gint64 other, gint64 target, const char *who, GError **error)
{
    const ClockCause causes[] = { { other, 0 }, { target, 0 } };

    if (!store_begin(store, error))
        return FALSE;
    if (store_ticket_merge(store, target, other, who, error) && clocks_refresh(store, clocks, causes, G_N_ELEMENTS(causes), NULL, error)
        && store_commit(store, error))
        return TRUE;
    store_rollback(store);
    return FALSE;
}

static int
merge_all(Cli *cli, const GArray *references, const char *agent)
{
    gint64 target = g_array_index(references, gint64, references->len - 1), id;
    g_autofree char *who = agent != NULL ? g_strdup_printf("agent:%s", agent) : g_strdup("command"), *display_name = NULL;
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(Targets) targets = NULL;
    g_autoptr(GError) error = NULL;
    ClockSettings clocks = { .targets = NULL };

    if (!cli_open(cli, STORE_OWNER, &config, &store))
        return EXIT_FAILED;
    if (!cli_targets(config, &targets, &error) || (agent != NULL && !store_agent(store, agent, FALSE, &id, &display_name, &error)))
        return fail(g_steal_pointer(&error));
    clocks.targets = targets;
    clocks.queues = config->queues;
    for (guint i = 0; i + 1 < references->len; i++) {
        gint64 other = g_array_index(references, gint64, i);

        if (!merge_one(store, &clocks, other, target, who, &error))
            return fail(g_steal_pointer(&error));
        printf("ticket #%" G_GINT64_FORMAT " is part of #%" G_GINT64_FORMAT "\n", other, target);
    }
    return EXIT_DONE;
}

int
ticket_merge(Cli *cli, int argc, char **argv)
{
    g_autofree char *agent = NULL;
    const GOptionEntry entries[] = {
        { "as", 0, 0, G_OPTION_ARG_STRING, &agent, "the agent who does it", "AGENT" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "merge", "REF... INTO", "make tickets part of another one", ticket_merge, NULL };
    int status = command_options("mailgw ticket", &self, cli, entries, &argc, &argv, 2, -1);
    g_autoptr(GArray) references = g_array_new(FALSE, FALSE, sizeof(gint64));

    if (status >= 0)
        return status;
    for (int i = 1; i < argc; i++) {
        gint64 reference = argument_id("mailgw ticket merge", argv[i]);

        if (reference == 0)
            return EXIT_USAGE;
        g_array_append_val(references, reference);
    }
    return merge_all(cli, references, agent);
}
