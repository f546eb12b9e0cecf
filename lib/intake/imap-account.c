/*
 * imap-account.c - a thread for each folder: connect, read, wait, and again
 *
 * Each folder has a connection of its own because a connection is told of new mail in one folder only. The first folder's thread goes ahead: the
 * others wait until it has logged in once, so that a wrong password is tried once, not eight times.
 */
#include "intake/imap-account.h"

#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "intake/imap-sync.h"

#define BACK_OFF_FIRST_SECONDS 1
#define BACK_OFF_LAST_SECONDS  300
/* A password that was refused is not tried again at once: servers lock accounts for that. */
#define LOGIN_BACK_OFF_SECONDS 300
#define TICK_MS                100
/* A connection that served this long was no bad one. */
#define STEADY_US              (60 * G_USEC_PER_SEC)

typedef struct {
    const ImapAccountSettings *settings;
    const ImapBooks           *books;
    GMutex                     mutex;       /* of what follows */
    gboolean                   logged_in;   /* once, by any thread */
    gboolean                   refused;     /* the last secret */
    GError                    *error;       /* the first, for until_idle */
    guint                      running;
    GCond                      ended;       /* one of them did */
} Account;

typedef struct {
    Account    *account;
    const char *folder;
    gboolean    is_first;
    guint       back_off;
    gboolean    said_waiting;
    char       *said;                       /* the last alarm, so that it is logged once */
} Folder;

void
imap_account_endpoint(const ImapConfig *config, gint64 message_bytes, const char **pins, ImapEndpoint *endpoint)
{
    static const ImapMechanism mechanisms[] = { IMAP_MECHANISM_PASSWORD, IMAP_MECHANISM_PLAIN, IMAP_MECHANISM_LOGIN,
                                                IMAP_MECHANISM_XOAUTH2, IMAP_MECHANISM_OAUTHBEARER };
    static const ImapSecurity securities[] = { IMAP_SECURITY_TLS, IMAP_SECURITY_STARTTLS, IMAP_SECURITY_PLAINTEXT_LOOPBACK };

    pins[0] = config->pin;
    pins[1] = NULL;
    *endpoint = (ImapEndpoint) { .host = config->host, .port = (guint16) config->port, .security = securities[config->security],
                                 .ca_file = config->ca_file, .pins = config->pin != NULL ? pins : NULL,
                                 .mechanism = mechanisms[config->mechanism], .user = config->user,
                                 .connect_seconds = (guint) config->timeout_seconds, .command_seconds = (guint) config->timeout_seconds,
                                 .stall_seconds = (guint) config->timeout_seconds, .message_bytes = message_bytes };
}

static gboolean
is_stopped(const Account *account)
{
    return *account->settings->stop;
}

static void
pause_seconds(const Account *account, double seconds)
{
    struct pollfd wake = { account->settings->wake_fd, POLLIN, 0 };

    if (!is_stopped(account))
        poll(&wake, account->settings->wake_fd >= 0 ? 1 : 0, (int) (seconds * 1000));
}

/* ---- what is said ------------------------------------------------------------------------------------------- */

static gboolean
needs_somebody(const GError *problem)
{
    return g_error_matches(problem, MAILGW_ERROR, MAILGW_ERROR_CONFIG) || g_error_matches(problem, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND)
           || g_error_matches(problem, MAILGW_ERROR, MAILGW_ERROR_INVALID);
}

/* The same trouble is said once; the books tell since when it lasts. */
static void
say_trouble(Folder *folder, const GError *problem, ImapFault fault)
{
    Account *account = folder->account;
    gboolean of_account = fault == IMAP_FAULT_LOGIN || fault == IMAP_FAULT_TRUST || fault == IMAP_FAULT_TOKEN || fault == IMAP_FAULT_NAME;

    if (g_strcmp0(folder->said, problem->message) != 0)
        log_event(needs_somebody(problem) ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING, "mailbox-trouble",
                  LOG_FIELDS(LOG_TEXT("account", account->settings->config->name), LOG_TEXT("folder", folder->folder),
                             LOG_TEXT("fault", imap_fault_name(fault)), LOG_TEXT("error", problem->message)));
    g_free(folder->said);
    folder->said = g_strdup(problem->message);
    account->books->report(account->books->data, of_account ? NULL : folder->folder, problem->message, NULL);
}

static void
say_well(Folder *folder, const ImapSync *sync)
{
    Account *account = folder->account;

    if (folder->said != NULL)
        log_info("mailbox-back", LOG_TEXT("account", account->settings->config->name), LOG_TEXT("folder", folder->folder));
    g_clear_pointer(&folder->said, g_free);
    account->books->report(account->books->data, NULL, NULL, NULL);
    account->books->report(account->books->data, folder->folder, sync->alarm, sync->hint);
}

/* ---- a connection ------------------------------------------------------------------------------------------- */

static char *
get_secret(Account *account, GError **error)
{
    char *secret;

    g_mutex_lock(&account->mutex);
    secret = account->settings->secret(account->settings->secret_data, account->refused, error);
    account->refused = FALSE;
    g_mutex_unlock(&account->mutex);
    return secret;
}

static void
note_login(Account *account, gboolean logged_in, ImapFault fault)
{
    g_mutex_lock(&account->mutex);
    account->logged_in = account->logged_in || logged_in;
    account->refused = fault == IMAP_FAULT_TOKEN || fault == IMAP_FAULT_LOGIN;
    g_mutex_unlock(&account->mutex);
}

static gboolean
log_in(Account *account, ImapClient *client, GError **error)
{
    const ImapAccountSettings *settings = account->settings;
    const char *pins[2];
    ImapEndpoint endpoint;
    char *secret = get_secret(account, error);
    gboolean connected;

    if (secret == NULL)
        return FALSE;
    imap_account_endpoint(settings->config, settings->message_bytes, pins, &endpoint);
    endpoint.secret = secret;
    connected = imap_client_connect(client, &endpoint, error);
    explicit_bzero(secret, strlen(secret));
    g_free(secret);
    note_login(account, connected, imap_client_fault(client));
    return connected;
}

/* Everything that is there, and then whatever comes, for as long as the connection holds. */
static gboolean
follow(Folder *folder, ImapSync *sync, ImapClient *client, GError **error)
{
    const ImapAccountSettings *settings = folder->account->settings;

    if (!log_in(folder->account, client, error) || !imap_sync_open(sync, client, error))
        return FALSE;
    while (!is_stopped(folder->account)) {
        ImapEvent event;

        if (!imap_sync_run(sync, client, error))
            return FALSE;
        say_well(folder, sync);
        if (settings->until_idle)
            return TRUE;
        if (!settings->config->idle) {
            pause_seconds(folder->account, (double) settings->config->poll_seconds);
            continue;
        }
        if (!is_stopped(folder->account) && !imap_client_wait(client, (guint) settings->config->poll_seconds, &event, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- a folder ----------------------------------------------------------------------------------------------- */

/* Whether the books may be written to, and it is this folder's turn to log in. */
static gboolean
may_connect(Folder *folder, GError **error)
{
    Account *account = folder->account;
    gboolean ready = account->books->ready(account->books->data, error), ahead;

    g_mutex_lock(&account->mutex);
    ahead = folder->is_first || account->logged_in;
    g_mutex_unlock(&account->mutex);
    return ready && ahead;
}

static double
back_off_seconds(Folder *folder, ImapFault fault, gint64 started)
{
    guint most = BACK_OFF_LAST_SECONDS;

    if (fault == IMAP_FAULT_LOGIN)
        return LOGIN_BACK_OFF_SECONDS;
    if (clock_monotonic() - started > STEADY_US)
        folder->back_off = 0;
    folder->back_off = MIN(MAX(BACK_OFF_FIRST_SECONDS, folder->back_off * 2), most);
    /* Spread over half of it, or all accounts of a provider come back in the same second. */
    return folder->back_off * (0.5 + 0.5 * g_random_double());
}

/* One connection's life; how long to wait before the next one. */
static double
live(Folder *folder, ImapSync *sync, GError **error)
{
    Account *account = folder->account;
    g_autoptr(ImapClient) client = imap_client_new(account->settings->wake_fd);
    gint64 started = clock_monotonic();
    ImapFault fault;

    if (follow(folder, sync, client, error)) {
        if (imap_client_is_alive(client))
            imap_client_logout(client);
        folder->back_off = 0;
        return 0;
    }
    fault = imap_client_fault(client);
    if (is_stopped(account) || fault == IMAP_FAULT_CANCELLED) {
        g_clear_error(error);
        return 0;
    }
    say_trouble(folder, *error, fault);
    return back_off_seconds(folder, fault, started);
}

/* Until nobody else reads the account. FALSE: the folder is not read at all. */
static gboolean
wait_turn(Folder *folder, GError **error)
{
    const ImapAccountSettings *settings = folder->account->settings;

    while (!is_stopped(folder->account)) {
        g_autoptr(GError) problem = NULL;

        if (may_connect(folder, &problem))
            return TRUE;
        if (settings->until_idle && folder->is_first) {
            if (problem != NULL)
                g_propagate_error(error, g_steal_pointer(&problem));
            return FALSE;
        }
        if (problem == NULL && folder->is_first && !folder->said_waiting) {
            log_info("mailbox-held", LOG_TEXT("account", settings->config->name));
            folder->said_waiting = TRUE;
        }
        pause_seconds(folder->account, folder->is_first ? (double) MIN(settings->config->poll_seconds, 60) : 0.2);
    }
    return FALSE;
}

static void
keep_first(Account *account, GError *problem)
{
    g_mutex_lock(&account->mutex);
    if (account->error == NULL)
        account->error = problem;
    else
        g_error_free(problem);
    g_mutex_unlock(&account->mutex);
}

static gpointer
folder_thread(gpointer data)
{
    Folder *folder = data;
    Account *account = folder->account;
    const ImapAccountSettings *settings = account->settings;
    const ImapSyncSettings sync_settings = { settings->config, settings->message_bytes, settings->stop };
    ImapSync sync;
    GError *problem = NULL;

    imap_sync_init(&sync, &sync_settings, account->books, folder->folder);
    while (!is_stopped(account) && wait_turn(folder, &problem)) {
        double seconds = live(folder, &sync, &problem);

        if (settings->until_idle)
            break;
        g_clear_error(&problem);
        pause_seconds(account, seconds);
    }
    if (problem != NULL)
        keep_first(account, problem);
    imap_sync_clear(&sync);
    g_free(folder->said);
    g_mutex_lock(&account->mutex);
    account->running--;
    /* Who waits for the first to log in waits in vain when it has ended. */
    account->logged_in = account->logged_in || folder->is_first;
    g_cond_signal(&account->ended);
    g_mutex_unlock(&account->mutex);
    return NULL;
}

/* Until a thread ended, or the books want to be called again; TRUE while any of them runs. */
static gboolean
wait_for_threads(Account *account, int due)
{
    gint64 until = clock_monotonic() + (due >= 0 ? MIN(due, TICK_MS) : TICK_MS) * G_GINT64_CONSTANT(1000);
    gboolean running;

    g_mutex_lock(&account->mutex);
    if (account->running > 0)
        g_cond_wait_until(&account->ended, &account->mutex, until);
    running = account->running > 0;
    g_mutex_unlock(&account->mutex);
    return running;
}

gboolean
imap_account_run(const ImapAccountSettings *settings, const ImapBooks *books, GError **error)
{
    char **names = settings->config->folders;
    guint n = g_strv_length(names);
    g_autofree Folder *folders = g_new0(Folder, n);
    g_autofree GThread **threads = g_new0(GThread *, n);
    Account account = { .settings = settings, .books = books, .running = n };

    g_mutex_init(&account.mutex);
    g_cond_init(&account.ended);
    for (guint i = 0; i < n; i++) {
        folders[i] = (Folder) { .account = &account, .folder = names[i], .is_first = i == 0 };
        threads[i] = g_thread_new(names[i], folder_thread, &folders[i]);
    }
    while (wait_for_threads(&account, settings->tick(settings->tick_data)))
        ;
    for (guint i = 0; i < n; i++)
        g_thread_join(threads[i]);
    settings->tick(settings->tick_data);
    g_mutex_clear(&account.mutex);
    g_cond_clear(&account.ended);
    if (account.error == NULL)
        return TRUE;
    g_propagate_error(error, account.error);
    return FALSE;
}
