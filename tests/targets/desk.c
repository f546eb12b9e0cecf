/*
 * desk - customers and agents of a simulation: desk CONFIGURATION CLOCK SOCKETS <changes
 *
 * A change is a line "SECONDS TICKET JSON", in order of time; the database's function simulated.apply() makes it. Before each one time goes from one moment at
 * which something is due to the next, and stands still there until some clock role has noticed all of it. What is due at the very moment of a change is
 * noticed after it.
 *
 *   SECONDS recompute CONFIGURATION     what open tickets owe is worked out anew, by that one
 *   SECONDS sync -                      says "synced" when all that is due before is noticed
 */
#include <libpq-fe.h>
#include <string.h>

#include "simulated.h"

#define NAP_US          200
#define RECOMPUTE_BATCH 200

typedef struct {
    const char     *socket_dir;
    PGconn         *people;
    Store          *store;
    SimulatedClock *clock;
    ClockSettings   settings;
} Desk;

static void
must(gboolean done, GError *const *error)
{
    if (!done)
        g_error("%s", (*error)->message);
}

static gint64
next_due(const Desk *desk)
{
    g_autoptr(GError) error = NULL;
    gint64 next = 0, now = 0;

    must(store_clock_next(desk->store, &next, &now, &error), &error);
    return next;
}

/* Until everything before end is noticed. */
static void
pass_time(const Desk *desk, gint64 last, gint64 end)
{
    for (gint64 next = next_due(desk); next != 0 && next < end; next = next_due(desk)) {
        gint64 now = MAX(MAX(next, last), simulated_now(desk->clock));

        if (now == simulated_now(desk->clock))
            g_usleep(NAP_US);
        simulated_set(desk->clock, now);
    }
}

static void
refresh(Desk *desk, const gint64 *tickets, gsize n, gint64 now)
{
    g_autoptr(GError) error = NULL;
    g_autofree ClockCause *causes = g_new0(ClockCause, n);

    for (gsize i = 0; i < n; i++)
        causes[i].ticket = tickets[i];
    desk->settings.now = now;
    must(store_begin(desk->store, &error) && clocks_refresh(desk->store, &desk->settings, causes, n, NULL, &error)
         && store_commit(desk->store, &error), &error);
}

static void
apply(Desk *desk, const char *seconds, const char *ticket, const char *change)
{
    const char *const values[] = { seconds, ticket, change };
    PGresult *result = PQexecParams(desk->people, "SELECT simulated.apply($1, $2, $3)", 3, NULL, values, NULL, NULL, 0);
    gint64 reference = g_ascii_strtoll(ticket, NULL, 10);

    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        g_error("%s %s: %s", ticket, change, PQerrorMessage(desk->people));
    PQclear(result);
    refresh(desk, &reference, 1, g_ascii_strtoll(seconds, NULL, 10) * G_USEC_PER_SEC);
}

/* As `mailgw target recompute` does. */
static void
recompute(Desk *desk, const char *path, gint64 now)
{
    Targets *targets = NULL;
    Config *config = simulated_config(path, &targets);
    gint64 after = 0;

    desk->settings.targets = targets;
    desk->settings.queues = config->queues;
    for (;;) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GArray) open = NULL;

        must(store_clock_open(desk->store, after, RECOMPUTE_BATCH, &open, &error), &error);
        if (open->len == 0)
            return;
        after = g_array_index(open, gint64, open->len - 1);
        refresh(desk, (const gint64 *) (gpointer) open->data, open->len, now);
    }
}

static void
open_database(Desk *desk)
{
    const char *const keys[] = { "host", "dbname", "user", "options", NULL };
    const char *const values[] = { desk->socket_dir, "mailgw", "mailgw_owner", "-c synchronous_commit=off", NULL };
    const StoreSettings settings = { .socket_dir = desk->socket_dir, .role = STORE_OWNER, .name = "desk" };
    g_autoptr(GError) error = NULL;

    desk->people = PQconnectdbParams(keys, values, 0);
    if (PQstatus(desk->people) != CONNECTION_OK)
        g_error("%s", PQerrorMessage(desk->people));
    desk->store = store_open(&settings, &error);
    must(desk->store != NULL, &error);
}

int
main(int argc, char **argv)
{
    Desk desk = { 0 };
    Targets *targets = NULL;
    char *line = NULL;
    size_t size = 0;
    gint64 last = 0;

    if (argc != 4)
        g_error("usage: desk CONFIGURATION CLOCK SOCKETS");
    desk.settings.queues = simulated_config(argv[1], &targets)->queues;
    desk.settings.targets = targets;
    desk.clock = simulated_clock(argv[2]);
    desk.socket_dir = argv[3];
    open_database(&desk);
    while (getline(&line, &size, stdin) > 0) {
        g_auto(GStrv) words = g_strsplit(g_strchomp(line), " ", 3);
        gint64 at = g_ascii_strtoll(words[0], NULL, 10) * G_USEC_PER_SEC;

        pass_time(&desk, last, at);
        last = at;
        /* Just before: what is due at that very moment has to wait for the change. */
        __atomic_store_n(&desk.clock->now, MAX(at - 1, simulated_now(desk.clock)), __ATOMIC_SEQ_CST);
        if (strcmp(words[1], "sync") == 0) {
            puts("synced");
            fflush(stdout);
        } else if (strcmp(words[1], "recompute") == 0) {
            recompute(&desk, words[2], at);
        } else {
            apply(&desk, words[0], words[1], words[2]);
        }
    }
    free(line);
    store_free(desk.store);
    PQfinish(desk.people);
    return 0;
}
