#include "running.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/io.h"
#include "base/text.h"

static char *
running_path(const Config *config)
{
    return config->database.embedded != NULL ? g_build_filename(config->database.embedded, "mailgw.pid", NULL)
                                             : g_strdup("/run/mailgw/mailgw.pid");
}

void
running_announce(const Config *config, gboolean all_roles)
{
    g_autofree char *path = running_path(config), *text = g_strdup_printf("%d\n", (int) getpid());
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);

    if (fd < 0)
        return;
    flock(fd, LOCK_SH | LOCK_NB);   /* nobody holds it exclusively for longer than a look */
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
