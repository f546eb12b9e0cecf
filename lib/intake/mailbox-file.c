#include "intake/mailbox-file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/io.h"
#include "intake/mbox-private.h"

/* Deeper is no collection of mail but a loop of mounts. */
#define DEPTH_MAX 64

typedef struct {
    gsize           max_bytes;
    MailboxFileEach each;      /* NULL: only count */
    gpointer        data;
    gint64          count;
    gboolean        stopped;
} Walk;

static void
emit(Walk *walk, const char *path, GBytes *bytes, GError *error)
{
    MailboxFileMessage message = { (char *) path, NULL, bytes, error };

    walk->count++;
    if (walk->each != NULL && !walk->stopped)
        walk->stopped = !walk->each(&message, walk->data);
    g_clear_error(&error);
}

/* O_NONBLOCK: opening a FIFO must not wait for a writer, and is undone by finding out what it is. */
static int
open_regular(const char *path, GError **error)
{
    struct stat info;
    int         fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0) {
        if (errno == ENOENT)
            g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "cannot open \"%s\": it is not there", path);
        else
            error_from_errno(error, errno, "open \"%s\"", path);
        return -1;
    }
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "cannot read \"%s\": not a regular file", path);
        io_close(&fd);
    }
    return fd;
}

/* A device or FIFO is not even opened: opening alone may do something. */
static gboolean
may_open(const char *path, GError **error)
{
    struct stat info;

    if (stat(path, &info) != 0 || S_ISREG(info.st_mode))
        return TRUE;
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "cannot read \"%s\": not a regular file", path);
    return FALSE;
}

static void
read_file(Walk *walk, const char *path, gboolean may_be_mbox)
{
    GError           *error = NULL;
    g_autoptr(GBytes) bytes = NULL;
    int               fd = may_open(path, &error) ? open_regular(path, &error) : -1;

    if (fd >= 0 && may_be_mbox && mbox_is_mbox(fd)) {
        mbox_read(fd, path, walk->max_bytes, walk->each, walk->data, &walk->count, &walk->stopped);
        io_close(&fd);
        return;
    }
    if (fd >= 0 && walk->each != NULL) {
        bytes = io_read_fd(fd, walk->max_bytes, &error);
        if (bytes == NULL)
            g_prefix_error(&error, "\"%s\": ", path);
    }
    io_close(&fd);
    emit(walk, path, bytes, error);
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Adds the names in directory that are not hidden. FALSE with errno if it cannot be read. */
static gboolean
list_names(const char *directory, GPtrArray *names)
{
    DIR *dir = opendir(directory);

    if (dir == NULL)
        return FALSE;
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        if (entry->d_name[0] != '.')
            g_ptr_array_add(names, g_strdup(entry->d_name));
    closedir(dir);
    return TRUE;
}

static gboolean
has_directory(const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);

    return g_file_test(path, G_FILE_TEST_IS_DIR);
}

/* A message moves from new/ to cur/ when somebody reads it, and keeps its name up to the ":": the order is by name over both. */
static void
read_maildir(Walk *walk, const char *directory)
{
    static const char *const folders[] = { "cur", "new" };
    g_autoptr(GPtrArray)     names = g_ptr_array_new_with_free_func(g_free);

    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char     *folder = g_build_filename(directory, folders[i], NULL);
        g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);

        if (!list_names(folder, found) && errno != ENOENT) {
            GError *error = NULL;

            error_from_errno(&error, errno, "read directory \"%s\"", folder);
            emit(walk, folder, NULL, error);
        }
        /* name, NUL, folder: sorted by name first */
        for (guint k = 0; k < found->len; k++) {
            const char *name = g_ptr_array_index(found, k);
            gsize       length = strlen(name) + 1;
            char       *both = g_malloc(length + strlen(folders[i]) + 1);

            memcpy(both, name, length);
            memcpy(both + length, folders[i], strlen(folders[i]) + 1);
            g_ptr_array_add(names, both);
        }
    }
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len && !walk->stopped; i++) {
        const char      *name = g_ptr_array_index(names, i);
        g_autofree char *path = g_build_filename(directory, name + strlen(name) + 1, name, NULL);

        read_file(walk, path, FALSE);
    }
}

static gboolean
is_real_directory(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static void
read_directory(Walk *walk, const char *directory, int depth)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    GError              *error = NULL;

    if (has_directory(directory, "cur") || has_directory(directory, "new")) {
        read_maildir(walk, directory);
        return;
    }
    if (depth > DEPTH_MAX) {
        g_set_error(&error, MAILGW_ERROR, MAILGW_ERROR_LIMIT, "cannot walk \"%s\": too deep", directory);
        emit(walk, directory, NULL, error);
        return;
    }
    if (!list_names(directory, names)) {
        error_from_errno(&error, errno, "read directory \"%s\"", directory);
        emit(walk, directory, NULL, error);
        return;
    }
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len && !walk->stopped; i++) {
        g_autofree char *path = g_build_filename(directory, g_ptr_array_index(names, i), NULL);

        if (is_real_directory(path))
            read_directory(walk, path, depth + 1);
        else
            read_file(walk, path, TRUE);
    }
}

static gboolean
walk_path(Walk *walk, const char *path, GError **error)
{
    struct stat info;

    if (stat(path, &info) != 0) {
        if (errno != ENOENT)
            return error_from_errno(error, errno, "look at \"%s\"", path);
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "cannot read \"%s\": it is not there", path);
        return FALSE;
    }
    if (S_ISDIR(info.st_mode))
        read_directory(walk, path, 0);
    else
        read_file(walk, path, TRUE);
    return TRUE;
}

gboolean
mailbox_file_read(const char *path, gsize max_bytes, MailboxFileEach each, gpointer data, GError **error)
{
    Walk walk = { .max_bytes = max_bytes, .each = each, .data = data };

    return walk_path(&walk, path, error);
}

gboolean
mailbox_file_count(const char *path, gint64 *count_out, GError **error)
{
    Walk walk = { 0 };

    if (!walk_path(&walk, path, error))
        return FALSE;
    *count_out = walk.count;
    return TRUE;
}
