#include "running.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/text.h"

#define LOCK_TRIES    100
#define LOCK_PAUSE_US (10 * 1000)

char *
running_path(const Config *config)
{
    return config->database.embedded != NULL ? g_build_filename(config->database.embedded, "mailgw.pid", NULL)
                                             : g_strdup("/run/mailgw/mailgw.pid");
}

/* A command that looks holds the lock exclusively for a moment; nobody else may keep a gateway from starting. */
static gboolean
lock_shared(int fd)
{
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(fd, LOCK_SH | LOCK_NB) == 0)
            return TRUE;
        g_usleep(LOCK_PAUSE_US);
    }
    return flock(fd, LOCK_SH | LOCK_NB) == 0;
}

void
running_announce(const Config *config, gboolean all_roles)
{
    g_autofree char *path = running_path(config), *text = g_strdup_printf("%d\n", (int) getpid());
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);

    if (fd < 0 || !lock_shared(fd)) {
        log_warning("reload-by-signal-only", LOG_TEXT("file", path), LOG_TEXT("error", g_strerror(errno)));
        return;
    }
    if (all_roles && ftruncate(fd, 0) == 0)
        io_write_all(fd, text, strlen(text), NULL);
    /* The descriptor stays open: it is the lock. */
}

gboolean
running_is_up(const Config *config)
{
    g_autofree char *path = running_path(config);
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    gboolean up;

    if (fd < 0)
        return FALSE;
    up = flock(fd, LOCK_EX | LOCK_NB) != 0;
    close(fd);
    return up;
}

pid_t
running_pid(const Config *config)
{
    g_autofree char *path = running_path(config), *text = NULL;
    g_autoptr(GBytes) bytes = running_is_up(config) ? io_read_file(path, 64, NULL) : NULL;
    gint64 pid;

    if (bytes == NULL)
        return 0;
    text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    return text_parse_int64(g_strstrip(text), 1, G_MAXINT32, &pid, NULL) ? (pid_t) pid : 0;
}
