#include "roles.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "cli.h"
#include "gateway/accept.h"
#include "gateway/clock-role.h"
#include "gateway/parser.h"
#include "gateway/send.h"
#include "gateway/worker.h"
#include "intake/lmtp.h"
#include "listener-access.h"
#include "role-imap.h"

/* Unfinished mail that the LMTP role may hold in memory, in mails of the largest size. */
#define LMTP_MEMORY_MAILS 8
/* The lease of a courier is longer than a whole transfer may take. */
#define COURIER_LEASE_MARGIN_SECONDS 60

static volatile int stop_flag;
static int wake_fd = -1;

static void
on_stop(int signal_number)
{
    const guint64 one = 1;
    int saved = errno;

    (void) signal_number;
    stop_flag = 1;
    if (write(wake_fd, &one, sizeof one) < 0) {
        /* The flag is set; the counter can only be full, and then it is readable. */
    }
    errno = saved;
}

static void
prepare_process(void)
{
    struct sigaction action = { .sa_handler = on_stop };
    struct rlimit no_core = { 0, 0 };

    wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    signal(SIGHUP, SIG_IGN);        /* the supervisor reads the configuration, roles are started anew */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    setrlimit(RLIMIT_CORE, &no_core);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* All roles are forked from one program with one command line; top(1) and `ps -o comm` tell them apart by this. */
static void
name_process(const char *role)
{
    g_autofree char *name = g_strdup_printf("mailgw:%s", role);

    prctl(PR_SET_NAME, name, 0, 0, 0);
}

const char *
role_kind_name(RoleKind kind)
{
    static const char *const names[] = { "lmtp", "imap", "worker", "clock", "courier" };

    return names[kind];
}

gboolean
role_kind_parse(const char *name, RoleKind *kind_out)
{
    for (RoleKind kind = 0; kind < N_ROLES; kind++)
        if (g_str_equal(name, role_kind_name(kind))) {
            *kind_out = kind;
            return TRUE;
        }
    return FALSE;
}

int
role_kind_wanted(const Config *config, RoleKind kind)
{
    switch (kind) {
    case ROLE_LMTP:
        return config->lmtp->len > 0 ? 1 : 0;
    case ROLE_IMAP:
        return (int) config->imap->len;
    case ROLE_WORKER:
        return (int) config->gateway.workers;
    case ROLE_CLOCK:
        return config->targets->len > 0 ? 1 : 0;
    case ROLE_COURIER:
    default:
        return (config->smtp.transport != NULL ? 1 : 0) + (config->webhooks->len > 0 ? 1 : 0);
    }
}

static Role
role_of(const RoleProcess *process, StoreRole store_role, const char *name, char **socket_dir_out)
{
    return (Role) { .name = role_kind_name(process->kind), .number = process->number,
                    .store = cli_store_settings(process->config, store_role, name, socket_dir_out),
                    .stop = &stop_flag, .wake_fd = wake_fd, .until_idle = process->until_idle };
}

/* What a role ends with: a mistake in the configuration is not mended by starting it again. */
static int
exit_status(gboolean done, const GError *error)
{
    if (done)
        return EXIT_DONE;
    log_error("role-failed", LOG_TEXT("error", error != NULL ? error->message : NULL));
    return g_error_matches(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG) ? EX_CONFIG : EXIT_FAILED;
}

/* ---- lmtp --------------------------------------------------------------------------------------------------- */

static int
open_listener(const LmtpConfig *config, GError **error)
{
    if (config->socket != NULL)
        return lmtp_listen_unix(config->socket, (int) config->socket_mode, error);
    return lmtp_listen_tcp(config->listen, error);
}

static gboolean
fill_listener(const LmtpConfig *config, LmtpListener *listener, GError **error)
{
    gboolean tcp = config->socket == NULL;

    listener->fd = open_listener(config, error);
    listener->name = config->name[0] != '\0' ? config->name : "main";
    listener->reject_bare_newline = config->bare_newline == BARE_NEWLINE_REJECT
                                    || (config->bare_newline == BARE_NEWLINE_DEFAULT && tcp);
    listener->trust_auth = !tcp;
    listener->may_connect = tcp ? listener_may_connect : NULL;
    listener->may_connect_data = (gpointer) config;
    return listener->fd >= 0;
}

static int
run_lmtp(const RoleProcess *process)
{
    const Config *config = process->config;
    g_autofree LmtpListener *listeners = g_new0(LmtpListener, config->lmtp->len);
    g_autofree char *socket_dir = NULL;
    g_autoptr(GError) error = NULL;
    Role role = role_of(process, STORE_INGEST, "lmtp", &socket_dir);
    AcceptSettings accept = cli_accept_settings(config);
    LmtpSettings settings = { .host = config->gateway.host, .message_size = config->limits.message_size,
                              .command_timeout_seconds = 300,
                              .memory = config->limits.message_size * LMTP_MEMORY_MAILS };
    Acceptor *acceptor;
    Sink sink;
    gboolean done;

    for (guint i = 0; i < config->lmtp->len; i++) {
        const LmtpConfig *lmtp = g_ptr_array_index(config->lmtp, i);

        if (!fill_listener(lmtp, &listeners[i], &error))
            return exit_status(FALSE, error);
        settings.connections += (guint) lmtp->connections;
    }
    acceptor = acceptor_new(&role, &accept);
    sink = acceptor_sink(acceptor);
    sink.tick(sink.data);
    log_info("listening", LOG_INT("listeners", config->lmtp->len));
    done = lmtp_serve(listeners, config->lmtp->len, &settings, &sink, &stop_flag, wake_fd, FALSE, &error);
    acceptor_free(acceptor);
    return exit_status(done, error);
}

/* ---- imap --------------------------------------------------------------------------------------------------- */

static const ImapConfig *
account_of(const RoleProcess *process)
{
    return process->config->imap->pdata[process->number - 1];
}

static int
run_imap(const RoleProcess *process)
{
    const ImapConfig *imap = account_of(process);
    g_autofree char *name = g_strdup_printf("imap %s", imap->name), *socket_dir = NULL;
    g_autoptr(GError) error = NULL;
    Role role = role_of(process, STORE_INGEST, name, &socket_dir);

    return exit_status(role_imap_run(process->config, imap, &role, &error), error);
}

void
role_process_suspended(const RoleProcess *process)
{
    g_autofree char *socket_dir = NULL;
    Role role = role_of(process, STORE_INGEST, "imap", &socket_dir);

    role_imap_suspended(account_of(process)->name, &role);
}

/* ---- worker and courier ------------------------------------------------------------------------------------- */

static int
run_worker(const RoleProcess *process)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Parser) parser = parser_start(&error);   /* before anything is opened that it must not see */
    g_autofree char *name = g_strdup_printf("worker %d", process->number);
    g_autofree char *socket_dir = NULL;
    WorkerSettings settings = { .lease_seconds = process->config->gateway.lease_seconds,
                                .token_life_seconds = process->config->gateway.token_life_seconds };

    if (parser == NULL)
        return exit_status(FALSE, error);
    settings.role = role_of(process, STORE_WORKER, name, &socket_dir);
    cli_decide_settings(process->config, &settings.decide);
    settings.decide.targets = process->targets;
    settings.decide.rules = process->rules;
    settings.decide.templates = process->templates;
    return exit_status(worker_run(&settings, parser, &error), error);
}

static int
run_clock(const RoleProcess *process)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *socket_dir = NULL;
    ClockRoleSettings settings = { .role = role_of(process, STORE_WORKER, "clock", &socket_dir),
                                   .token_life_seconds = process->config->gateway.token_life_seconds };

    cli_decide_settings(process->config, &settings.decide);
    settings.decide.targets = process->targets;
    settings.decide.rules = process->target_rules;
    settings.decide.templates = process->templates;
    return exit_status(clock_role_run(&settings, &error), error);
}

/* The first courier sends mail, the next one calls webhooks; where none is configured, the first says so to what waits for one that was. */
static gboolean
sends_mail(const RoleProcess *process)
{
    return process->number == 1 && process->config->smtp.transport != NULL;
}

static gboolean
calls_webhooks(const RoleProcess *process)
{
    return !sends_mail(process) || process->config->webhooks->len == 0;
}

static gboolean
set_mail(const RoleProcess *process, SendSettings *settings, char **password_out, GError **error)
{
    const SmtpConfig *smtp = &process->config->smtp;

    if (!sends_mail(process))
        return TRUE;
    if (smtp->password_file != NULL) {
        *password_out = config_read_secret(smtp->password_file, error);
        if (*password_out == NULL)
            return FALSE;
    }
    settings->courier = (CourierSettings) { smtp->transport, smtp->starttls, smtp->user, *password_out, smtp->ca_file,
                                            process->config->gateway.host, smtp->timeout_seconds };
    settings->lease_seconds = MAX(settings->lease_seconds, smtp->timeout_seconds + COURIER_LEASE_MARGIN_SECONDS);
    return TRUE;
}

static void
webhook_settings_free(gpointer data)
{
    WebhookSettings *settings = data;

    explicit_bzero((char *) settings->secret, strlen(settings->secret));
    g_free((char *) settings->secret);
    g_free(settings);
}

/* webhooks: WebhookSettings *, filled here. */
static gboolean
set_webhooks(const RoleProcess *process, GPtrArray *webhooks, SendSettings *settings, GError **error)
{
    if (!calls_webhooks(process))
        return TRUE;
    settings->webhooks = webhooks;
    settings->lease_seconds = MAX(settings->lease_seconds, COURIER_LEASE_MARGIN_SECONDS);
    for (guint i = 0; i < process->config->webhooks->len; i++) {
        const WebhookConfig *config = g_ptr_array_index(process->config->webhooks, i);
        const HttpSettings http = { config->url, config->ca_file, config->allow, config->timeout_seconds };
        char *secret = config_read_secret(config->secret_file, error);
        WebhookSettings *one;

        if (secret == NULL)
            return FALSE;
        one = g_new0(WebhookSettings, 1);
        *one = (WebhookSettings) { config->name, http, secret };
        g_ptr_array_add(webhooks, one);
        settings->lease_seconds = MAX(settings->lease_seconds, config->timeout_seconds + COURIER_LEASE_MARGIN_SECONDS);
    }
    return TRUE;
}

static int
run_courier(const RoleProcess *process)
{
    g_autoptr(GPtrArray) webhooks = g_ptr_array_new_with_free_func(webhook_settings_free);
    g_autoptr(GError) error = NULL;
    g_autofree char *socket_dir = NULL, *password = NULL;
    SendSettings settings = { .role = role_of(process, STORE_COURIER, "courier", &socket_dir),
                              .clocks = { process->targets, process->config->queues, 0 } };
    gboolean done = set_mail(process, &settings, &password, &error) && set_webhooks(process, webhooks, &settings, &error)
                    && send_run(&settings, &error);

    if (password != NULL)
        explicit_bzero(password, strlen(password));
    return exit_status(done, error);
}

int
role_process_run(const RoleProcess *process)
{
    static int (*const runs[])(const RoleProcess *) = { run_lmtp, run_imap, run_worker, run_clock, run_courier };
    LogLevel level;

    prepare_process();
    if (process->config->gateway.log_level != NULL && log_level_parse(process->config->gateway.log_level, &level))
        log_set_level(level);
    log_set_role(role_kind_name(process->kind));
    name_process(role_kind_name(process->kind));
    return runs[process->kind](process);
}
