/*
 * io.c - whole reads and writes, sealed memory, replacing a file, removing a tree
 */
#include <config.h>

#include "base/io.h"
#include "base/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int OpenFd;

/* g_auto() closes the descriptor, and must not disturb the errno that the caller is about to report. */
static void
open_fd_clear(OpenFd *fd)
{
    int kept = errno;

    io_close(fd);
    errno = kept;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OpenFd, open_fd_clear)

void
io_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

gboolean
io_write_all(int fd, const void *bytes, gsize length, GError **error)
{
    const guint8 *next = bytes;

    while (length > 0) {
        ssize_t written = write(fd, next, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return error_from_errno(error, errno, "write %" G_GSIZE_FORMAT " bytes", length);
        next += written;
        length -= (gsize) written;
    }
    return TRUE;
}

/* read(2) that restarts. */
static ssize_t
read_some(int fd, void *to, gsize length)
{
    ssize_t got;

    do {
        got = read(fd, to, length);
    } while (got < 0 && errno == EINTR);
    return got;
}

gboolean
io_read_all(int fd, void *bytes_out, gsize length, GError **error)
{
    guint8 *next = bytes_out;

    while (length > 0) {
        ssize_t got = read_some(fd, next, length);

        if (got < 0)
            return error_from_errno(error, errno, "read %" G_GSIZE_FORMAT " bytes", length);
        if (got == 0) {
            g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY,
                        "could not read: the end came %" G_GSIZE_FORMAT " bytes early", length);
            return FALSE;
        }
        next += got;
        length -= (gsize) got;
    }
    return TRUE;
}

GBytes *
io_read_fd(int fd, gsize max_bytes, GError **error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autofree guint8 *chunk = g_malloc(64 * 1024);

    for (;;) {
        ssize_t got = read_some(fd, chunk, 64 * 1024);

        if (got < 0) {
            error_from_errno(error, errno, "read");
            return NULL;
        }
        if (got == 0)
            return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
        if ((gsize) got > max_bytes - bytes->len) {
            g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_LIMIT,
                        "cannot read: there are more than %" G_GSIZE_FORMAT " bytes", max_bytes);
            return NULL;
        }
        g_byte_array_append(bytes, chunk, (guint) got);
    }
}

GBytes *
io_read_file(const char *path, gsize max_bytes, GError **error)
{
    g_auto(OpenFd) fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    GBytes *bytes;

    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "cannot read \"%s\": there is no such file",
                    path);
        return NULL;
    }
    if (fd < 0) {
        error_from_errno(error, errno, "open \"%s\"", path);
        return NULL;
    }
    bytes = io_read_fd(fd, max_bytes, error);
    if (bytes == NULL)
        g_prefix_error(error, "\"%s\": ", path);
    return bytes;
}

/* The new name lasts only once the directory is on the disk too. */
static gboolean
sync_directory_of(const char *path, GError **error)
{
    g_autofree char *directory = g_path_get_dirname(path);
    g_auto(OpenFd) fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 || fsync(fd) != 0)
        return error_from_errno(error, errno, "sync directory \"%s\"", directory);
    return TRUE;
}

static gboolean
write_new_file(const char *path, const void *bytes, gsize length, int mode, GError **error)
{
    g_auto(OpenFd) fd = -1;

    /* Left behind by a crash; O_EXCL then refuses whatever somebody else puts there. */
    unlink(path);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_from_errno(error, errno, "create \"%s\"", path);
    if (!io_write_all(fd, bytes, length, error)) {
        g_prefix_error(error, "\"%s\": ", path);
        return FALSE;
    }
    if (fchmod(fd, (mode_t) mode) != 0 || fsync(fd) != 0)
        return error_from_errno(error, errno, "finish \"%s\"", path);
    return TRUE;
}

gboolean
io_replace_file(const char *path, const void *bytes, gsize length, int mode, GError **error)
{
    g_autofree char *temporary = g_strconcat(path, ".tmp", NULL);

    if (!write_new_file(temporary, bytes, length, mode, error)) {
        unlink(temporary);
        return FALSE;
    }
    if (rename(temporary, path) != 0) {
        error_from_errno(error, errno, "rename \"%s\" to \"%s\"", temporary, path);
        unlink(temporary);
        return FALSE;
    }
    return sync_directory_of(path, error);
}

static gboolean remove_at(int parent, const char *name, GError **error);

static gboolean
remove_entries(int parent, const char *name, GError **error)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    gboolean removed = TRUE;

    if (entries == NULL) {
        error_from_errno(error, errno, "open directory \"%s\"", name);
        io_close(&fd);
        return FALSE;
    }
    while (removed && (entry = readdir(entries)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            removed = remove_at(fd, entry->d_name, error);
    closedir(entries);
    return removed;
}

/* Symbolic links are removed, never followed. */
static gboolean
remove_at(int parent, const char *name, GError **error)
{
    struct stat status;
    int flags;

    if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? TRUE : error_from_errno(error, errno, "look at \"%s\"", name);
    if (S_ISDIR(status.st_mode) && !remove_entries(parent, name, error))
        return FALSE;
    flags = S_ISDIR(status.st_mode) ? AT_REMOVEDIR : 0;
    if (unlinkat(parent, name, flags) != 0 && errno != ENOENT)
        return error_from_errno(error, errno, "remove \"%s\"", name);
    return TRUE;
}

gboolean
io_remove_tree(const char *path, GError **error)
{
    return remove_at(AT_FDCWD, path, error);
}

int
io_memfd(const char *name, const void *bytes, gsize length, GError **error)
{
    g_auto(OpenFd) fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int result;

    if (fd < 0) {
        error_from_errno(error, errno, "create memory for \"%s\"", name);
        return -1;
    }
    if (!io_write_all(fd, bytes, length, error))
        return -1;
    if (lseek(fd, 0, SEEK_SET) < 0
        || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
        error_from_errno(error, errno, "seal memory for \"%s\"", name);
        return -1;
    }
    result = fd;
    fd = -1;
    return result;
}
