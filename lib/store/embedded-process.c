/*
 * embedded-process.c - fork, become the owner of the directory, execve
 *
 * The directory belongs to a user that may be less trusted than we are: as root, nothing in it is opened for writing by
 * name, and no link in it is followed. Files are made by the child, after it gave up root.
 */
#include <config.h>

#include "store/embedded-private.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"

/* Exit codes of the child before execve(): postgres and initdb use 0, 1 and 2. */
enum { EXIT_SETUP = 125, EXIT_DIRECTORY = 126, EXIT_EXEC = 127 };

#define LOG_TAIL_BYTES 2048

gboolean
embedded_make_directory(const Embedded *embedded, const char *path, GError **error)
{
    int fd;
    struct stat status;
    gboolean made = mkdir(path, 0700) == 0;

    if (!made && errno != EEXIST)
        return error_from_errno(error, errno, "make the directory '%s'", path);
    fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0 || (made && geteuid() == 0 && fchown(fd, embedded->uid, embedded->gid) != 0)
        || (made && fstat(fd, &status) != 0)) {
        error_from_errno(error, errno, "use the directory '%s'", path);
        io_close(&fd);
        return FALSE;
    }
    io_close(&fd);
    if (status.st_uid == (geteuid() == 0 ? embedded->uid : geteuid()))
        return TRUE;
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG,
                "cannot use the directory '%s': it belongs to user %u, and the server would run as user %u", path,
                (guint) status.st_uid, (guint) (geteuid() == 0 ? embedded->uid : geteuid()));
    return FALSE;
}

static void
reset_signals(void)
{
    sigset_t none;

    sigemptyset(&none);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);   /* fails for KILL and STOP, rightly */
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In the child. keep_fd (-1: none) becomes descriptor 3. Only async-signal-safe calls. */
static void
become_and_exec(const Embedded *embedded, const char *const *argv, int input_fd, int keep_fd)
{
    static const char *const environment[] = { "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", NULL };
    int log, input;

    reset_signals();
    umask(077);
    if (geteuid() == 0
        && (setgroups(1, &embedded->gid) != 0 || setgid(embedded->gid) != 0 || setuid(embedded->uid) != 0))
        _exit(EXIT_SETUP);
    if (chdir(embedded->directory) != 0)
        _exit(EXIT_DIRECTORY);
    log = open("postgresql.log", O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600);
    input = input_fd >= 0 ? input_fd : open("/dev/null", O_RDONLY);
    if (log < 0 || input < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 || dup2(input, 0) < 0)
        _exit(EXIT_DIRECTORY);
    if (keep_fd >= 0 && keep_fd != 3 && dup2(keep_fd, 3) < 0)
        _exit(EXIT_SETUP);
    close_range(keep_fd >= 0 ? 4 : 3, ~0U, 0);
    execve(argv[0], (char *const *) argv, (char *const *) environment);
    _exit(EXIT_EXEC);
}

static char *
log_path(const Embedded *embedded)
{
    return g_strconcat(embedded->directory, "/postgresql.log", NULL);
}

static int
open_log(const Embedded *embedded, goffset *size_out)
{
    g_autofree char *path = log_path(embedded);
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat status;

    if (fd >= 0 && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)))
        io_close(&fd);
    if (fd >= 0)
        *size_out = status.st_size;
    return fd;
}

goffset
embedded_log_size(const Embedded *embedded)
{
    goffset size = 0;
    int fd = open_log(embedded, &size);

    io_close(&fd);
    return size;
}

char *
embedded_log_tail(const Embedded *embedded, goffset from)
{
    char text[LOG_TAIL_BYTES + 1];
    goffset size = 0;
    int fd = open_log(embedded, &size);
    ssize_t length = 0;

    if (fd >= 0)
        length = pread(fd, text, LOG_TAIL_BYTES, MAX(from, size - LOG_TAIL_BYTES));
    io_close(&fd);
    text[MAX(length, 0)] = '\0';
    return g_strdelimit(g_strstrip(g_strdup(text)), "\r\n\t", ' ');
}

static gboolean
tell_exit(const Embedded *embedded, const char *program, int status, goffset log_from, GError **error)
{
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    g_autofree char *tail = NULL;

    if (code == 0)
        return TRUE;
    if (code == EXIT_DIRECTORY) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG,
                    "cannot run %s: user %u cannot write into '%s' (can it enter every directory above?)", program,
                    (guint) (geteuid() == 0 ? embedded->uid : geteuid()), embedded->directory);
        return FALSE;
    }
    if (code == EXIT_EXEC || code == EXIT_SETUP) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot run %s", program);
        return FALSE;
    }
    tail = embedded_log_tail(embedded, log_from);
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "could not run %s: %s", program,
                *tail != '\0' ? tail : "it ended early");
    return FALSE;
}

static gboolean
wait_for(pid_t pid, int *status_out, GError **error)
{
    while (waitpid(pid, status_out, 0) < 0)
        if (errno != EINTR)
            return error_from_errno(error, errno, "wait for process %d", (int) pid);
    return TRUE;
}

gboolean
embedded_run(const Embedded *embedded, const char *const *argv, int input_fd, GError **error)
{
    goffset log_from = embedded_log_size(embedded);
    pid_t pid = fork();
    int status;

    if (pid < 0)
        return error_from_errno(error, errno, "start %s", argv[0]);
    if (pid == 0)
        become_and_exec(embedded, argv, input_fd, -1);
    return wait_for(pid, &status, error) && tell_exit(embedded, argv[0], status, log_from, error);
}

gboolean
embedded_spawn(const Embedded *embedded, const char *const *argv, int *alive_fd_out, GError **error)
{
    int ends[2], status;
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_from_errno(error, errno, "start %s", argv[0]);
    pid = fork();
    if (pid == 0) {
        /* The first child leads a session and goes: the second is init's, and no terminal can be its own. */
        pid_t second = setsid() < 0 ? -1 : fork();

        if (second == 0)
            become_and_exec(embedded, argv, -1, ends[1]);
        _exit(second < 0 ? EXIT_SETUP : 0);
    }
    io_close(&ends[1]);
    if (pid < 0 || !wait_for(pid, &status, error) || !tell_exit(embedded, argv[0], status, 0, error)) {
        io_close(&ends[0]);
        return pid < 0 ? error_from_errno(error, errno, "start %s", argv[0]) : FALSE;
    }
    *alive_fd_out = ends[0];
    return TRUE;
}
