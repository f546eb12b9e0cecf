/*
 * embedded-cluster.c - finding PostgreSQL's programs, and making a cluster with its roles and its database
 *
 * A cluster is made as DIR/db.new and renamed when it is complete, so DIR/db is never half a one.
 */
#include <config.h>

#include "store/embedded-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/migrations-table.h"

#define SOCKET_PATH_MAX 107       /* sun_path, without its NUL */
#define VERSIONS_DIR "/usr/lib/postgresql"

char *
embedded_path(const Embedded *embedded, const char *name)
{
    return g_build_filename(embedded->directory, name, NULL);
}

char *
embedded_socket_dir(const Embedded *embedded)
{
    return embedded_path(embedded, "run");
}

/* Waits for the lock. The file is made by whoever comes first; as root it is given to the user, who may come next. */
gboolean
embedded_lock(const Embedded *embedded, EmbeddedFd *lock_out, GError **error)
{
    g_autofree char *path = embedded_path(embedded, "lock");
    g_auto(EmbeddedFd) fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    struct stat status;

    if (fd < 0 || fstat(fd, &status) != 0)
        return error_from_errno(error, errno, "open '%s'", path);
    if (geteuid() == 0 && status.st_uid == 0 && status.st_nlink == 1 && fchown(fd, embedded->uid, embedded->gid) != 0)
        return error_from_errno(error, errno, "open '%s'", path);
    while (flock(fd, LOCK_EX) != 0)
        if (errno != EINTR)
            return error_from_errno(error, errno, "lock '%s'", path);
    *lock_out = fd;
    fd = -1;
    return TRUE;
}

/* "15" of /usr/lib/postgresql/15; the newest with an executable postgres. */
static char *
newest_bin(void)
{
    g_autoptr(GDir) versions = g_dir_open(VERSIONS_DIR, 0, NULL);
    char *newest = NULL;
    gint64 newest_number = 0;
    const char *name;

    while (versions != NULL && (name = g_dir_read_name(versions)) != NULL) {
        gint64 number = g_ascii_strtoll(name, NULL, 10);
        g_autofree char *bin = g_build_filename(VERSIONS_DIR, name, "bin", NULL);
        g_autofree char *postgres = g_build_filename(bin, "postgres", NULL);

        if (number > newest_number && access(postgres, X_OK) == 0) {
            g_free(newest);
            newest = g_steal_pointer(&bin);
            newest_number = number;
        }
    }
    return newest;
}

/* A cluster is served by the version that made it; a new one is made by the version we were built with. */
static char *
find_bin(const Embedded *embedded)
{
    g_autofree char *version_file = embedded_path(embedded, "db/PG_VERSION");
    g_autofree char *version = NULL;
    g_autofree char *postgres = g_build_filename(PG_BINDIR, "postgres", NULL);

    if (embedded->bin != NULL)
        return g_strdup(embedded->bin);
    if (g_file_get_contents(version_file, &version, NULL, NULL)) {
        g_autofree char *bin = g_build_filename(VERSIONS_DIR, g_strstrip(version), "bin", NULL);

        if (g_file_test(bin, G_FILE_TEST_IS_DIR))
            return g_steal_pointer(&bin);
    }
    return access(postgres, X_OK) == 0 ? g_strdup(PG_BINDIR) : newest_bin();
}

char *
embedded_program(const Embedded *embedded, const char *name, GError **error)
{
    g_autofree char *bin = find_bin(embedded);

    if (bin != NULL)
        return g_build_filename(bin, name, NULL);
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot find PostgreSQL's %s in '%s' or below '%s'", name,
                PG_BINDIR, VERSIONS_DIR);
    return NULL;
}

static gboolean
run_initdb(const Embedded *embedded, GError **error)
{
    g_autofree char *initdb = embedded_program(embedded, "initdb", error);
    const char *argv[] = { initdb, "-D", "db.new", "-U", "mailgw_owner", "--auth=trust", "--encoding=UTF8",
                           "--locale=C.UTF-8", "--data-checksums", "--no-instructions", NULL };

    return initdb != NULL && embedded_run(embedded, argv, -1, error);
}

/* Roles and database, by PostgreSQL's single-user mode: no socket, nobody else. */
static gboolean
fill_cluster(const Embedded *embedded, GError **error)
{
    g_autofree char *postgres = embedded_program(embedded, "postgres", error);
    const char *argv[] = { postgres, "--single", "-D", "db.new", "-c", "exit_on_error=on", "template1", NULL };
    g_auto(EmbeddedFd) input = -1;

    if (postgres == NULL)
        return FALSE;
    input = io_memfd("embedded.sql", embedded_sql, strlen(embedded_sql), error);
    return input >= 0 && embedded_run(embedded, argv, input, error);
}

gboolean
embedded_check_path(const Embedded *embedded, GError **error)
{
    gsize length = strlen(embedded->directory) + strlen("/run/.s.PGSQL.5432");

    if (length <= SOCKET_PATH_MAX)
        return TRUE;
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG,
                "cannot keep a database in '%s': the path of its socket may have %d octets, this one has %d",
                embedded->directory, SOCKET_PATH_MAX, (int) length);
    return FALSE;
}

static gboolean
make_cluster(const Embedded *embedded, GError **error)
{
    g_autofree char *made = embedded_path(embedded, "db.new");
    g_autofree char *final = embedded_path(embedded, "db");

    if (g_file_test(final, G_FILE_TEST_IS_DIR))
        return TRUE;
    if (!io_remove_tree(made, error) || !run_initdb(embedded, error) || !fill_cluster(embedded, error))
        return FALSE;
    return rename(made, final) == 0 || error_from_errno(error, errno, "rename '%s'", made);
}

gboolean
embedded_init(const Embedded *embedded, GError **error)
{
    g_autofree char *run = embedded_socket_dir(embedded);
    g_auto(EmbeddedFd) lock = -1;

    g_assert(g_path_is_absolute(embedded->directory));
    return embedded_check_path(embedded, error) && embedded_make_directory(embedded, embedded->directory, error)
           && embedded_lock(embedded, &lock, error) && embedded_make_directory(embedded, run, error)
           && make_cluster(embedded, error);
}
