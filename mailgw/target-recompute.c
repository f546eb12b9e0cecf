/*
 * target-recompute.c - target recompute: what open tickets owe, by the calendars and policies of today
 */
#include <stdio.h>

#include "cli.h"
#include "gateway/clocks.h"
#include "target-commands.h"

/* Tickets that are locked at once. */
#define RECOMPUTE_BATCH 200

typedef struct {
    const Cli    *cli;
    Store        *store;
    ClockSettings clocks;
    gboolean      dry_run;
    gint64        tickets, moved;
    json_t       *json;
} Recompute;

static void
tell_change(Recompute *work, const ClockChange *change)
{
    work->moved += change->events->len > 0;
    for (guint i = 0; i < change->events->len; i++) {
        const ClockEventRow *event = change->events->pdata[i];
        json_t *object = json_object();

        json_object_set_new(object, "ticket", json_integer(change->ticket));
        json_object_set_new(object, "change", json_text(event->kind));
        json_object_set_new(object, "detail", json_text(event->detail));
        if (!work->cli->json)
            printf("#%-8" G_GINT64_FORMAT " %-24s %s\n", change->ticket, event->kind, event->detail);
        json_array_append_new(work->json, object);
    }
}

static gboolean
recompute_some(Recompute *work, const GArray *references, GError **error)
{
    g_autofree ClockCause *causes = g_new0(ClockCause, references->len);
    g_autoptr(GPtrArray) changes = NULL;

    for (guint i = 0; i < references->len; i++)
        causes[i].ticket = g_array_index(references, gint64, i);
    if (!store_begin(work->store, error))
        return FALSE;
    if (!clocks_refresh(work->store, &work->clocks, causes, references->len, &changes, error)
        || (!work->dry_run && !store_commit(work->store, error))) {
        store_rollback(work->store);
        return FALSE;
    }
    if (work->dry_run)
        store_rollback(work->store);
    work->tickets += references->len;
    for (guint i = 0; i < changes->len; i++)
        tell_change(work, changes->pdata[i]);
    return TRUE;
}

static gboolean
recompute_all(Recompute *work, GError **error)
{
    for (gint64 after = 0;;) {
        g_autoptr(GArray) references = NULL;

        if (!store_clock_open(work->store, after, RECOMPUTE_BATCH, &references, error))
            return FALSE;
        if (references->len == 0)
            return TRUE;
        after = g_array_index(references, gint64, references->len - 1);
        if (!recompute_some(work, references, error))
            return FALSE;
    }
}

static int
recompute(const Cli *cli, gboolean dry_run)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(Targets) targets = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) changes = json_array();
    Recompute work = { .cli = cli, .dry_run = dry_run, .json = changes };

    if (!cli_open(cli, STORE_OWNER, &config, &store))
        return EXIT_FAILED;
    if (!cli_targets(config, &targets, &error))
        return fail(g_steal_pointer(&error));
    work.store = store;
    work.clocks = (ClockSettings) { targets, config->queues, 0 };
    if (!recompute_all(&work, &error))
        return fail(g_steal_pointer(&error));
    if (cli->json)
        json_print(changes, stdout);
    else
        printf("%" G_GINT64_FORMAT " open tickets, %" G_GINT64_FORMAT " %s\n", work.tickets, work.moved,
               dry_run ? "would change" : "changed");
    return EXIT_DONE;
}

int
cmd_target_recompute(Cli *cli, int argc, char **argv)
{
    static const Command self = { "recompute", NULL, "work out anew what open tickets owe, by the calendars and policies of today", cmd_target_recompute,
                                  NULL };
    gboolean dry_run = FALSE;
    const GOptionEntry entries[] = {
        { "dry-run", 0, 0, G_OPTION_ARG_NONE, &dry_run, "tell what would change, and change nothing", NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    int status = command_options("mailgw target", &self, cli, entries, &argc, &argv, 0, 0);

    return status >= 0 ? status : recompute(cli, dry_run);
}
