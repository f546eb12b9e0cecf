/*
 * embedded.c - starting, finding and stopping a private PostgreSQL
 *
 * Whoever makes, starts or stops holds DIR/lock.
 */
#include <config.h>

#include "store/embedded-private.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"

#define START_SECONDS 60
#define PID_FILE "db/postmaster.pid"
#define SOCKET_LOCK "run/.s.PGSQL.5432.lock"
#define STOPPED_FILE "stopped"     /* is there after embedded_stop(), until the next start */
#define NOBODYS_PID G_MAXINT32    /* above every pid_max */

static gboolean
answers(const Embedded *embedded)
{
    g_autofree char *run = embedded_socket_dir(embedded);
    const char *keys[] = { "host", "port", "dbname", "user", "connect_timeout", NULL };
    const char *values[] = { run, "5432", "mailgw", "mailgw_owner", "5", NULL };

    return PQpingParams(keys, values, FALSE) == PQPING_OK;
}

/* The first line of one of the files in which a postmaster leaves its number; 0: none. */
static pid_t
recorded_pid(const Embedded *embedded, const char *name)
{
    g_autofree char *path = embedded_path(embedded, name);
    g_auto(EmbeddedFd) fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    char text[32] = "";
    gint64 pid;

    if (fd < 0 || read(fd, text, sizeof text - 1) <= 0)
        return 0;
    pid = g_ascii_strtoll(text, NULL, 10);
    return pid > 1 && pid < NOBODYS_PID ? (pid_t) pid : 0;
}

/* A postmaster works inside its data directory; a process that took over a dead one's number does not. */
static gboolean
works_in_cluster(const Embedded *embedded, pid_t pid)
{
    g_autofree char *cwd = g_strdup_printf("/proc/%d/cwd", (int) pid);
    g_autofree char *cluster = embedded_path(embedded, "db");
    struct stat there, ours;

    return stat(cwd, &there) == 0 && stat(cluster, &ours) == 0 && there.st_dev == ours.st_dev
           && there.st_ino == ours.st_ino;
}

/* A handle on the running postmaster, -1 if there is none. It is taken first: the number cannot change its owner afterwards. */
static int
open_postmaster(const Embedded *embedded, pid_t *pid_out)
{
    pid_t pid = recorded_pid(embedded, PID_FILE);
    g_auto(EmbeddedFd) handle = pid > 0 ? pidfd_open(pid, 0) : -1;
    int result = handle;

    if (handle < 0 || !works_in_cluster(embedded, pid))
        return -1;
    handle = -1;
    *pid_out = pid;
    return result;
}

gboolean
embedded_is_up(const Embedded *embedded, pid_t *pid_out)
{
    pid_t pid = 0;
    g_auto(EmbeddedFd) handle = open_postmaster(embedded, &pid);

    if (handle < 0 || !answers(embedded))
        return FALSE;
    if (pid_out != NULL)
        *pid_out = pid;
    return TRUE;
}

/* Writes another first line. In place: as root, a new file would be root's. */
static gboolean
write_recorded_pid(const Embedded *embedded, const char *name, pid_t pid, GError **error)
{
    g_autofree char *path = embedded_path(embedded, name);
    g_auto(EmbeddedFd) fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    char text[4096];
    g_autofree char *changed = NULL;
    struct stat status;
    const char *rest;
    ssize_t length;

    if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink != 1
        || (length = read(fd, text, sizeof text - 1)) < 0)
        return error_from_errno(error, errno, "read '%s'", path);
    text[length] = '\0';
    rest = strchr(text, '\n');
    changed = g_strdup_printf("%d%s", (int) pid, rest != NULL ? rest : "\n");
    if (pwrite(fd, changed, strlen(changed), 0) != (ssize_t) strlen(changed)
        || ftruncate(fd, (off_t) strlen(changed)) != 0)
        return error_from_errno(error, errno, "write '%s'", path);
    return TRUE;
}

/*
 * postgres refuses to start while the number in its lock files belongs to any living process of its user: to one that
 * is no postgres, or to a dead postmaster that nobody waited for (a container's init may not). The other lines stay: by
 * them it finds out whether backends of the dead one still run.
 */
static gboolean
disown_stale_pid(const Embedded *embedded, const char *name, GError **error)
{
    pid_t pid = recorded_pid(embedded, name);

    if (pid == 0 || kill(pid, 0) != 0 || works_in_cluster(embedded, pid))
        return TRUE;
    return write_recorded_pid(embedded, name, NOBODYS_PID, error);
}

static gboolean
spawn_server(const Embedded *embedded, int *alive_fd_out, GError **error)
{
    g_autofree char *postgres = embedded_program(embedded, "postgres", error);
    g_autofree char *run = embedded_socket_dir(embedded);
    g_autofree char *db = embedded_path(embedded, "db");
    g_autofree char *sockets = g_strconcat("unix_socket_directories=", run, NULL);
    const char *argv[] = {
        postgres, "-D", db, "-c", sockets, "-c", "listen_addresses=", "-c", "port=5432",
        "-c", "unix_socket_permissions=0700", "-c", "max_connections=60", "-c", "shared_buffers=128MB",
        "-c", "huge_pages=off", "-c", "max_locks_per_transaction=256", "-c", "fsync=on",
        "-c", "synchronous_commit=on", "-c", "full_page_writes=on", "-c", "wal_compression=off",
        "-c", "wal_level=replica", "-c", "max_wal_size=2GB", "-c", "checkpoint_timeout=15min", "-c", "autovacuum=on",
        "-c", "timezone=UTC", "-c", "log_timezone=UTC", "-c", "log_destination=stderr",
        "-c", "logging_collector=off", "-c", "jit=off",
        "-c", "log_line_prefix=%m [%p] %a ", "-c", "lc_messages=C", NULL,
    };

    return postgres != NULL && embedded_spawn(embedded, argv, alive_fd_out, error);
}

/* Until it answers, or is gone (FALSE), or the time is over (FALSE). */
static gboolean
wait_until_it_answers(const Embedded *embedded, int alive_fd, gint64 until)
{
    while (clock_monotonic() < until) {
        struct pollfd alive = { .fd = alive_fd, .events = POLLIN };

        if (answers(embedded))
            return TRUE;
        if (poll(&alive, 1, 20) > 0)
            return FALSE;
    }
    return FALSE;
}

/* After kill -9 of the postmaster its backends need a moment to notice; until then the new one refuses, rightly. */
static gboolean
is_passing_trouble(const char *log)
{
    return strstr(log, "is still in use") != NULL || strstr(log, "already exists") != NULL;
}

static gboolean
start_locked(const Embedded *embedded, GError **error)
{
    gint64 until = clock_monotonic() + START_SECONDS * G_USEC_PER_SEC;

    for (;;) {
        g_auto(EmbeddedFd) alive = -1;
        g_autofree char *log = NULL;
        goffset log_from = embedded_log_size(embedded);

        if (!disown_stale_pid(embedded, PID_FILE, error) || !disown_stale_pid(embedded, SOCKET_LOCK, error)
            || !spawn_server(embedded, &alive, error))
            return FALSE;
        if (wait_until_it_answers(embedded, alive, until))
            return TRUE;
        log = embedded_log_tail(embedded, log_from);
        if (clock_monotonic() >= until || !is_passing_trouble(log)) {
            g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "could not start the database in '%s': %s",
                        embedded->directory, *log != '\0' ? log : "it does not answer");
            return FALSE;
        }
        g_usleep(200 * 1000);
    }
}

/* A postmaster that is up but does not answer yet was started by somebody who did not wait: it is adopted all the same. */
static gboolean
adopt(const Embedded *embedded, int handle, GError **error)
{
    if (wait_until_it_answers(embedded, handle, clock_monotonic() + START_SECONDS * G_USEC_PER_SEC))
        return TRUE;
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY,
                "could not reach the database in '%s': it runs and does not answer", embedded->directory);
    return FALSE;
}

gboolean
embedded_was_stopped(const Embedded *embedded)
{
    g_autofree char *path = embedded_path(embedded, STOPPED_FILE);

    return access(path, F_OK) == 0;
}

static void
note_stopped(const Embedded *embedded)
{
    g_autofree char *path = embedded_path(embedded, STOPPED_FILE);
    g_auto(EmbeddedFd) fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd >= 0 && geteuid() == 0 && fchown(fd, embedded->uid, embedded->gid) != 0)
        unlink(path);
}

static void
note_started(const Embedded *embedded)
{
    g_autofree char *path = embedded_path(embedded, STOPPED_FILE);

    unlink(path);
}

/* With the lock. */
static gboolean
bring_up(const Embedded *embedded, GError **error)
{
    g_autofree char *run = embedded_socket_dir(embedded);
    g_auto(EmbeddedFd) handle = -1;
    pid_t pid;

    handle = open_postmaster(embedded, &pid);
    if (handle >= 0)
        return adopt(embedded, handle, error);
    return embedded_make_directory(embedded, run, error) && start_locked(embedded, error);
}

gboolean
embedded_start(const Embedded *embedded, GError **error)
{
    g_auto(EmbeddedFd) lock = -1;

    if (!embedded_check_path(embedded, error) || !embedded_lock(embedded, &lock, error))
        return FALSE;
    note_started(embedded);
    return bring_up(embedded, error);
}

gboolean
embedded_restart(const Embedded *embedded, GError **error)
{
    g_auto(EmbeddedFd) lock = -1;

    if (!embedded_check_path(embedded, error) || !embedded_lock(embedded, &lock, error))
        return FALSE;
    /* Asked with the lock: who saw it down before may have seen the beginning of a stop. */
    if (!embedded_was_stopped(embedded))
        return bring_up(embedded, error);
    g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY,
                        "the database was stopped; start it again with: mailgw db start");
    return FALSE;
}

gboolean
embedded_stop(const Embedded *embedded, gboolean immediate, GError **error)
{
    g_auto(EmbeddedFd) lock = -1;
    g_auto(EmbeddedFd) handle = -1;
    struct pollfd ended = { .fd = -1, .events = POLLIN };
    pid_t pid;

    if (!embedded_lock(embedded, &lock, error))
        return FALSE;
    note_stopped(embedded);
    handle = open_postmaster(embedded, &pid);
    if (handle < 0)
        return TRUE;
    ended.fd = handle;
    if (pidfd_send_signal(handle, immediate ? SIGQUIT : SIGINT, NULL, 0) != 0 && errno != ESRCH)
        return error_from_errno(error, errno, "stop the database in '%s'", embedded->directory);
    if (poll(&ended, 1, START_SECONDS * 1000) > 0)
        return TRUE;
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "could not stop the database in '%s' within %d s",
                embedded->directory, START_SECONDS);
    return FALSE;
}
