#include "imap-test.h"

#include <string.h>

#include "base/clock.h"
#include "cli.h"
#include "imap-secret.h"
#include "intake/imap-account.h"
#include "intake/imap-sync.h"
#include "store/mailbox.h"

#define FOLDERS_SHOWN 20

typedef struct {
    const Config     *config;
    const ImapConfig *imap;
    Store            *store;
    ImapClient       *client;
    json_t           *rows;
    gboolean          all;
} Test;

static void
say(Test *test, const char *step, gboolean ok, const char *format, ...) G_GNUC_PRINTF(4, 5);

static void
say(Test *test, const char *step, gboolean ok, const char *format, ...)
{
    va_list arguments;
    g_autofree char *text = NULL;
    json_t *row = json_object();

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    json_object_set_new(row, "account", json_text(test->imap->name));
    json_object_set_new(row, "step", json_text(step));
    json_object_set_new(row, "ok", json_boolean(ok));
    json_object_set_new(row, "text", json_text(text));
    json_array_append_new(test->rows, row);
    test->all = test->all && ok;
}

/* ---- the connection ----------------------------------------------------------------------------------------- */

/* Which step of connecting a failure belongs to; those before it went well. */
static const char *
failed_step(ImapFault fault)
{
    switch (fault) {
    case IMAP_FAULT_NAME:
        return "name";
    case IMAP_FAULT_TRUST:
    case IMAP_FAULT_TLS:
        return "tls";
    case IMAP_FAULT_LOGIN:
    case IMAP_FAULT_TOKEN:
    case IMAP_FAULT_ARGUMENT:
    case IMAP_FAULT_UNSUPPORTED:
        return "login";
    default:
        return "connect";
    }
}

static void
say_connected(Test *test, gboolean logged_in)
{
    const char *address = imap_client_address(test->client), *tls = imap_client_tls(test->client);

    if (address != NULL)
        say(test, "connect", TRUE, "%s is %s", test->imap->host, address);
    if (address != NULL && (tls != NULL || logged_in))
        say(test, "tls", TRUE, "%s", tls != NULL ? tls : "none: the connection does not leave this host");
    if (logged_in)
        say(test, "login", TRUE, "%s", test->imap->user);
}

static gboolean
log_in(Test *test)
{
    g_autoptr(GError) error = NULL;
    const char *pins[2];
    ImapEndpoint endpoint;
    g_autofree char *socket_dir = NULL;
    const StoreSettings store = cli_store_settings(test->config, STORE_INGEST, "command", &socket_dir);
    g_autoptr(ImapSecret) source = imap_secret_new(test->imap, &store);
    char *secret = imap_secret_get(source, FALSE, &error);
    gboolean connected;

    if (secret == NULL) {
        say(test, "login", FALSE, "%s", error->message);
        return FALSE;
    }
    imap_account_endpoint(test->imap, test->config->limits.message_size, pins, &endpoint);
    endpoint.secret = secret;
    connected = imap_client_connect(test->client, &endpoint, &error);
    explicit_bzero(secret, strlen(secret));
    g_free(secret);
    if (connected || strcmp(failed_step(imap_client_fault(test->client)), "login") == 0)
        say_connected(test, connected);
    if (!connected)
        say(test, failed_step(imap_client_fault(test->client)), FALSE, "%s", error->message);
    return connected;
}

static void
say_waiting(Test *test)
{
    gboolean idle = test->imap->idle && (imap_client_capabilities(test->client) & IMAP_CAN_IDLE) != 0;

    if (idle)
        say(test, "new mail", TRUE, "told by the server (IDLE); looked for every %" G_GINT64_FORMAT " s besides", test->imap->poll_seconds);
    else
        say(test, "new mail", TRUE, "looked for every %" G_GINT64_FORMAT " s: %s", test->imap->poll_seconds,
            test->imap->idle ? "the server has no IDLE" : "idle = no");
}

/* ---- a folder ----------------------------------------------------------------------------------------------- */

typedef struct {
    const ImapProgress *progress;
    guint64             there, wanted;
} Count;

static gboolean
count(gpointer data, const ImapRow *rows, gsize n_rows)
{
    Count *counts = data;

    for (gsize i = 0; i < n_rows; i++) {
        gboolean open = rows[i].uid > counts->progress->last_uid || uid_set_contains(counts->progress->todo, rows[i].uid);

        counts->there++;
        counts->wanted += open && imap_plan_wants(counts->progress, &rows[i]);
    }
    return TRUE;
}

/* How far the folder is read: as the books say, or as a first contact would begin. */
static const char *
read_progress(Test *test, const char *name, const ImapFolder *folder, ImapProgress *progress)
{
    guint32 last = folder->uidnext > 0 ? folder->uidnext - 1 : G_MAXUINT32;
    MailboxRow row = { 0 };
    const char *how = "first contact";

    if (test->store != NULL)
        store_mailbox_load(test->store, test->imap->name, name, &row, NULL);
    imap_plan_begin(progress, &test->imap->import, folder->uidvalidity, last, clock_now());
    if (row.uidvalidity != 0) {
        UidSet *todo = uid_set_parse(row.todo);

        progress->since_at = row.since_at;
        progress->since_uid = (guint32) row.since_uid;
        if (row.uidvalidity != folder->uidvalidity) {
            how = "new numbers: what was taken before is not taken again";
        } else if (todo != NULL) {
            progress->last_uid = (guint32) row.last_uid;
            uid_set_free(progress->todo);
            progress->todo = g_steal_pointer(&todo);
            how = "read before";
        }
        uid_set_free(todo);
    }
    mailbox_row_clear(&row);
    return how;
}

static char *
after_text(const ImapConfig *imap)
{
    switch (imap->after.action) {
    case IMAP_AFTER_KEYWORD:
        return g_strdup_printf("gets %s", imap->keyword);
    case IMAP_AFTER_SEEN:
        return g_strdup("is marked as seen");
    case IMAP_AFTER_MOVE:
        return g_strdup_printf("is moved to %s", imap->after.folder);
    case IMAP_AFTER_DELETE:
        return g_strdup("is deleted");
    case IMAP_AFTER_NOTHING:
    default:
        return g_strdup("stays as it is");
    }
}

static void
say_folder(Test *test, const char *name, const ImapFolder *folder)
{
    const char *hint = imap_sync_cannot_mark(test->imap, folder, imap_client_capabilities(test->client));
    g_autofree char *after = after_text(test->imap);
    g_autoptr(GError) error = NULL;
    ImapProgress progress;
    Count counts = { &progress, 0, 0 };
    const char *how;

    if (folder->uidvalidity == 0) {
        say(test, name, FALSE, "the server names no UIDVALIDITY, so a mail could not be told from another");
        return;
    }
    imap_progress_init(&progress);
    how = read_progress(test, name, folder, &progress);
    if (folder->exists > 0 && !imap_client_plan(test->client, 1, 0, NULL, count, &counts, &error))
        say(test, name, FALSE, "%s", error->message);
    else
        say(test, name, TRUE, "%" G_GUINT64_FORMAT " mails, %" G_GUINT64_FORMAT " to be taken (%s); each then %s%s", counts.there,
            counts.wanted, how, hint != NULL ? "stays as it is: " : after, hint != NULL ? hint : "");
    imap_progress_clear(&progress);
}

static char *
folder_names(Test *test)
{
    g_autoptr(GPtrArray) folders = NULL;
    GString *names = g_string_new(NULL);

    if (imap_client_list(test->client, &folders, NULL))
        for (guint i = 0; i < folders->len && i < FOLDERS_SHOWN; i++) {
            const ImapListed *listed = folders->pdata[i];

            if (listed->selectable)
                g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", listed->name);
        }
    return g_string_free(names, FALSE);
}

static void
try_folder(Test *test, const char *name)
{
    g_autoptr(GError) error = NULL;
    ImapFolder folder = { 0 };

    if (imap_client_select(test->client, name, FALSE, &folder, &error)) {
        say_folder(test, name, &folder);
        imap_folder_clear(&folder);
    } else if (imap_client_is_alive(test->client)) {
        g_autofree char *names = folder_names(test);

        say(test, name, FALSE, "%s; there are: %s", error->message, names);
    } else {
        say(test, name, FALSE, "%s", error->message);
    }
}

gboolean
imap_test(const Config *config, const ImapConfig *imap, Store *store, json_t *rows)
{
    g_autoptr(ImapClient) client = imap_client_new(-1);
    Test test = { config, imap, store, client, rows, TRUE };

    if (!log_in(&test))
        return FALSE;
    say_waiting(&test);
    for (char **folder = imap->folders; *folder != NULL && imap_client_is_alive(client); folder++)
        try_folder(&test, *folder);
    if (imap_client_is_alive(client))
        imap_client_logout(client);
    return test.all;
}
