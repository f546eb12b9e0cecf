/*
 * supervisor.c - fork, wait, fork again
 *
 * A role that dies is started again at once, then after 1, 2, 4 ... 30 seconds while it keeps dying within a minute; the others do not notice. One that ends with EX_CONFIG
 * is not started again before a reload: no restart mends a configuration.
 *
 * A mailbox whose process dies three times within ten minutes is left alone until a reload, loudly: what kills it is likely to be in the mailbox, and
 * would kill it for ever.
 *
 * --until-idle runs in four steps: the mailboxes once, then the workers until no mail waits, then the clock until nothing is due, then the courier, because
 * what the others do fills the outbox.
 */
#include "supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "cli.h"
#include "database-watch.h"
#include "notify.h"

#define BACK_OFF_LAST_SECONDS 30
#define STEADY_US             (60 * G_USEC_PER_SEC)
#define CRASHES_MOST          3
#define CRASHES_WITHIN_US     (600 * G_USEC_PER_SEC)
#define DRAIN_US              (30 * G_USEC_PER_SEC)

typedef struct {
    RoleKind kind;
    int      number;
    pid_t    pid;               /* 0: not running */
    gint64   started_at;        /* monotonic */
    gint64   start_at;          /* not before; G_MAXINT64: not again */
    int      back_off_seconds;
    gboolean failed;
    gint64   crashed_at[CRASHES_MOST];  /* monotonic, the latest first; 0: never */
} Slot;

typedef struct {
    SupervisorSettings *settings;
    GArray   *slots;            /* Slot */
    int       signal_fd;
    pid_t     own_pid;
    gboolean  stopping;
    gboolean  reloading;
    gint64    stop_deadline;
    RoleKind  phase;            /* of --until-idle: ROLE_IMAP, then each role behind it */
    DatabaseWatch database;
} Supervisor;

static void
add_slots(Supervisor *supervisor)
{
    const SupervisorSettings *settings = supervisor->settings;

    g_array_set_size(supervisor->slots, 0);
    for (RoleKind kind = 0; kind < N_ROLES; kind++) {
        int n = role_kind_wanted(settings->config, kind);

        /* Beside a running `serve`, --until-idle works what is there; the socket is the other's. */
        if (settings->any_chosen ? !settings->chosen[kind] : settings->until_idle && kind == ROLE_LMTP)
            continue;
        for (int i = 1; i <= n; i++) {
            Slot slot = { .kind = kind, .number = i };

            g_array_append_val(supervisor->slots, slot);
        }
    }
}

static void
unblock_signals(void)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static G_NORETURN void
child_run(Supervisor *supervisor, const Slot *slot)
{
    RoleProcess process = { supervisor->settings->config, supervisor->settings->targets, supervisor->settings->rules,
                            supervisor->settings->target_rules, supervisor->settings->templates, slot->kind, slot->number, supervisor->settings->until_idle };

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != supervisor->own_pid)
        _exit(EXIT_FAILED);
    close(supervisor->signal_fd);
    unblock_signals();
    exit(role_process_run(&process));
}

static void
slot_start(Supervisor *supervisor, Slot *slot)
{
    pid_t pid = fork();

    if (pid == 0)
        child_run(supervisor, slot);
    slot->started_at = clock_monotonic();
    if (pid < 0) {
        log_error("fork-failed", LOG_TEXT("role", role_kind_name(slot->kind)), LOG_TEXT("error", g_strerror(errno)));
        slot->start_at = slot->started_at + G_USEC_PER_SEC;
        return;
    }
    slot->pid = pid;
    log_info("role-started", LOG_TEXT("role", role_kind_name(slot->kind)), LOG_INT("number", slot->number),
             LOG_INT("pid", pid));
}

/* Whether this step of --until-idle runs the slot; without it every slot runs. */
static gboolean
is_its_turn(const Supervisor *supervisor, const Slot *slot)
{
    if (!supervisor->settings->until_idle || slot->kind == ROLE_LMTP)
        return TRUE;
    return slot->kind == supervisor->phase;
}

static void
start_due(Supervisor *supervisor)
{
    for (guint i = 0; i < supervisor->slots->len; i++) {
        Slot *slot = &g_array_index(supervisor->slots, Slot, i);

        if (slot->pid == 0 && slot->start_at <= clock_monotonic() && is_its_turn(supervisor, slot))
            slot_start(supervisor, slot);
    }
}

/* Whether a mailbox's process has died so often that it is not started again. */
static gboolean
crashed_too_often(Slot *slot, gint64 now)
{
    memmove(&slot->crashed_at[1], &slot->crashed_at[0], sizeof slot->crashed_at - sizeof slot->crashed_at[0]);
    slot->crashed_at[0] = now;
    return slot->kind == ROLE_IMAP && slot->crashed_at[CRASHES_MOST - 1] != 0
           && now - slot->crashed_at[CRASHES_MOST - 1] < CRASHES_WITHIN_US;
}

static void
suspend_account(Supervisor *supervisor, Slot *slot)
{
    const SupervisorSettings *settings = supervisor->settings;
    RoleProcess process = { .config = settings->config, .kind = slot->kind, .number = slot->number };
    const ImapConfig *imap = settings->config->imap->pdata[slot->number - 1];

    slot->failed = TRUE;
    slot->start_at = G_MAXINT64;
    log_error("account-suspended", LOG_TEXT("account", imap->name), LOG_INT("crashes", CRASHES_MOST),
              LOG_TEXT("until", "reload"));
    /* The supervisor holds no connection: a process of its own tells the store. */
    if (fork() == 0) {
        unblock_signals();
        role_process_suspended(&process);
        _exit(EXIT_DONE);
    }
}

static void
slot_ended(Supervisor *supervisor, Slot *slot, int status)
{
    gint64 now = clock_monotonic();
    gboolean clean = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_DONE;

    slot->pid = 0;
    log_event(clean ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "role-ended",
              LOG_FIELDS(LOG_TEXT("role", role_kind_name(slot->kind)), LOG_INT("number", slot->number),
                         LOG_INT(WIFSIGNALED(status) ? "signal" : "status",
                                 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status))));
    if (supervisor->stopping || supervisor->reloading)
        return;
    if ((clean && supervisor->settings->until_idle) || (WIFEXITED(status) && WEXITSTATUS(status) == EX_CONFIG)) {
        slot->failed = !clean;
        slot->start_at = G_MAXINT64;
        return;
    }
    if (!clean && crashed_too_often(slot, now)) {
        suspend_account(supervisor, slot);
        return;
    }
    if (now - slot->started_at > STEADY_US)
        slot->back_off_seconds = 0;
    slot->start_at = now + slot->back_off_seconds * G_USEC_PER_SEC;
    slot->back_off_seconds = MIN(MAX(1, slot->back_off_seconds * 2), BACK_OFF_LAST_SECONDS);
}

static void
reap(Supervisor *supervisor)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        database_watch_ended(&supervisor->database, pid);
        for (guint i = 0; i < supervisor->slots->len; i++) {
            Slot *slot = &g_array_index(supervisor->slots, Slot, i);

            if (slot->pid == pid)
                slot_ended(supervisor, slot, status);
        }
    }
}

static guint
running(const Supervisor *supervisor)
{
    guint n = 0;

    for (guint i = 0; i < supervisor->slots->len; i++)
        n += g_array_index(supervisor->slots, Slot, i).pid > 0;
    return n;
}

static void
signal_all(const Supervisor *supervisor, int signal_number)
{
    for (guint i = 0; i < supervisor->slots->len; i++) {
        const Slot *slot = &g_array_index(supervisor->slots, Slot, i);

        if (slot->pid > 0)
            kill(slot->pid, signal_number);
    }
}

static void
begin_stop(Supervisor *supervisor)
{
    if (!supervisor->stopping)
        supervisor->stop_deadline = clock_monotonic() + DRAIN_US;
    supervisor->stopping = TRUE;
    signal_all(supervisor, SIGTERM);
}

gboolean
supervisor_require(const SupervisorSettings *settings, const Config *config, GError **error)
{
    if (!config_require_database(config, error) || !config_require_queue(config, error))
        return FALSE;
    if (settings->any_chosen)
        return (!settings->chosen[ROLE_LMTP] || config_require_lmtp(config, error))
               && (!settings->chosen[ROLE_IMAP] || config_require_imap(config, error))
               && (!settings->chosen[ROLE_COURIER] || config_require_smtp(config, error));
    return config_require_smtp(config, error);
}

void
supervisor_log_rules(const Rules *rules)
{
    if (rules == NULL)
        return;
    for (guint i = 0; i < rules->warnings->len; i++)
        log_warning("rules-warning", LOG_TEXT("warning", rules->warnings->pdata[i]));
    log_info("rules", LOG_TEXT("file", rules->path), LOG_TEXT("digest", rules->digest));
}

void
supervisor_log_templates(const TemplateSet *templates)
{
    log_info("templates", LOG_TEXT("digest", template_set_digest(templates)));
}

/* As a whole or not at all: a broken file keeps what runs. */
static void
begin_reload(Supervisor *supervisor)
{
    g_autoptr(GError) error = NULL;
    Config *config = config_load(supervisor->settings->config_path, &error);
    TemplateSet *templates = NULL;
    Targets *targets = NULL;
    Rules *rules = NULL, *target_rules = NULL;

    if (config == NULL || !supervisor_require(supervisor->settings, config, &error)
        || !config_check_secrets(config, &error) || (templates = cli_templates(config, &error)) == NULL
        || !cli_targets(config, &targets, &error) || !cli_rules(config, targets, templates, &rules, &target_rules, &error)) {
        log_error("reload-refused", LOG_TEXT("error", error->message));
        template_set_free(templates);
        targets_free(targets);
        config_unref(config);
        return;
    }
    config_unref(supervisor->settings->config);
    rules_free(supervisor->settings->rules);
    rules_free(supervisor->settings->target_rules);
    targets_free(supervisor->settings->targets);
    supervisor->settings->config = config;
    supervisor->settings->targets = targets;
    supervisor->settings->rules = rules;
    supervisor->settings->target_rules = target_rules;
    template_set_free(supervisor->settings->templates);
    supervisor->settings->templates = templates;
    supervisor_log_rules(rules);
    supervisor_log_rules(target_rules);
    supervisor_log_templates(templates);
    supervisor->reloading = TRUE;
    supervisor->stop_deadline = clock_monotonic() + DRAIN_US;
    signal_all(supervisor, SIGTERM);
}

static void
handle_signal(Supervisor *supervisor)
{
    struct signalfd_siginfo info;

    while (read(supervisor->signal_fd, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
            begin_stop(supervisor);
        else if (info.ssi_signo == SIGHUP && !supervisor->stopping)
            begin_reload(supervisor);
    }
    reap(supervisor);
}

/* --until-idle: the next step when every process of this one is done. FALSE when all steps are. */
static gboolean
next_phase(Supervisor *supervisor)
{
    for (guint i = 0; i < supervisor->slots->len; i++) {
        const Slot *slot = &g_array_index(supervisor->slots, Slot, i);

        if (slot->kind == supervisor->phase && slot->start_at != G_MAXINT64)
            return TRUE;
    }
    if (supervisor->phase == ROLE_COURIER)
        return FALSE;
    supervisor->phase++;
    return next_phase(supervisor);
}

static int
wait_milliseconds(const Supervisor *supervisor)
{
    gint64 now = clock_monotonic(), next = now + DATABASE_WATCH_US;

    for (guint i = 0; i < supervisor->slots->len; i++) {
        const Slot *slot = &g_array_index(supervisor->slots, Slot, i);

        if (slot->pid == 0 && is_its_turn(supervisor, slot))
            next = MIN(next, slot->start_at);
    }
    if (supervisor->stopping || supervisor->reloading)
        next = MIN(next, supervisor->stop_deadline);
    return (int) (MAX(next - now, 0) / 1000) + 1;
}

static gboolean
is_finished(Supervisor *supervisor)
{
    if ((supervisor->stopping || supervisor->reloading) && clock_monotonic() > supervisor->stop_deadline)
        signal_all(supervisor, SIGKILL);
    if (supervisor->stopping)
        return running(supervisor) == 0;
    if (supervisor->reloading && running(supervisor) == 0) {
        supervisor->reloading = FALSE;
        add_slots(supervisor);
        log_info("reloaded");
    }
    if (supervisor->settings->until_idle && !supervisor->reloading && !next_phase(supervisor)) {
        begin_stop(supervisor);
        return running(supervisor) == 0;
    }
    return FALSE;
}

void
supervisor_own_signals(void)
{
    sigset_t mask;

    sigemptyset(&mask);
    sigaddset(&mask, SIGHUP);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    /* Ignored, the kernel would reap our children and we would never hear of their end. */
    signal(SIGCHLD, SIG_DFL);
}

static void
block_signals(Supervisor *supervisor)
{
    sigset_t mask;

    sigemptyset(&mask);
    sigaddset(&mask, SIGTERM);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGHUP);
    sigaddset(&mask, SIGCHLD);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    supervisor->signal_fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int
final_status(const Supervisor *supervisor)
{
    for (guint i = 0; i < supervisor->slots->len; i++)
        if (g_array_index(supervisor->slots, Slot, i).failed)
            return EXIT_FAILED;
    return EXIT_DONE;
}

int
supervisor_run(SupervisorSettings *settings)
{
    Supervisor supervisor = { .settings = settings, .own_pid = getpid(), .phase = ROLE_IMAP };
    int status;

    log_set_role("serve");
    supervisor.slots = g_array_new(FALSE, TRUE, sizeof(Slot));
    block_signals(&supervisor);
    add_slots(&supervisor);
    notify_ready();
    while (!is_finished(&supervisor)) {
        struct pollfd wake = { supervisor.signal_fd, POLLIN, 0 };

        if (!supervisor.stopping && !supervisor.reloading)
            start_due(&supervisor);
        if (!supervisor.stopping)
            database_watch_look(&supervisor.database, settings->config);
        poll(&wake, 1, wait_milliseconds(&supervisor));
        handle_signal(&supervisor);
        notify_alive();
    }
    status = final_status(&supervisor);
    g_array_unref(supervisor.slots);
    close(supervisor.signal_fd);
    return status;
}
