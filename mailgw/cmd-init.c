/*
 * cmd-init.c - init: a directory with everything a first run needs
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "cli.h"
#include "first-steps.h"
#include "identity.h"
#include "init.h"
#include "store/schema.h"

static gboolean
make_directory(const char *directory, uid_t uid, gid_t gid, GError **error)
{
    if (g_mkdir_with_parents(directory, 0750) != 0)
        return error_from_errno(error, errno, "make the directory \"%s\"", directory);
    if (geteuid() == 0 && chown(directory, uid, gid) != 0)
        return error_from_errno(error, errno, "give the directory \"%s\" to its user", directory);
    return TRUE;
}

/* A file that is there already is somebody's own. */
static gboolean
write_file(const char *path, const char *text, uid_t uid, gid_t gid, GError **error)
{
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    if (!io_replace_file(path, text, strlen(text), 0644, error))
        return FALSE;
    if (geteuid() == 0 && chown(path, uid, gid) != 0)
        return error_from_errno(error, errno, "give \"%s\" to its user", path);
    return TRUE;
}

/* A directory with a configuration of its own gets no samples beside it. */
static gboolean
write_first_steps(const char *directory, uid_t uid, gid_t gid, GError **error)
{
    g_autofree char *configuration = g_build_filename(directory, "mailgw.conf", NULL);

    if (g_file_test(configuration, G_FILE_TEST_EXISTS))
        return TRUE;
    for (gsize i = 0; i < n_first_steps; i++) {
        g_autofree char *path = g_build_filename(directory, first_steps[i].path, NULL);
        g_autofree char *folder = g_path_get_dirname(path);

        if (!make_directory(folder, uid, gid, error) || !write_file(path, first_steps[i].text, uid, gid, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
init_directory(const char *directory, GError **error)
{
    g_autofree char *path = g_build_filename(directory, "mailgw.conf", NULL);
    g_autoptr(Config) config = NULL;
    Embedded embedded;
    SchemaTarget target = { 0 };
    g_autofree char *socket_dir = NULL;
    uid_t uid;
    gid_t gid;

    if (!identity_find(NULL, directory, &uid, &gid, error) || !make_directory(directory, uid, gid, error)
        || !write_first_steps(directory, uid, gid, error))
        return FALSE;
    config = config_load(path, error);
    if (config == NULL || !config_require_database(config, error))
        return FALSE;
    target.url = config->database.url;
    if (config->database.embedded != NULL) {
        embedded = identity_embedded(config);
        if (!embedded_init(&embedded, error) || !embedded_start(&embedded, error))
            return FALSE;
        target.socket_dir = socket_dir = embedded_socket_dir(&embedded);
    }
    return schema_migrate(&target, NULL, error);
}

int
cmd_init(Cli *cli, int argc, char **argv)
{
    g_autofree char *given = NULL, *directory = NULL;
    const GOptionEntry entries[] = {
        { "dir", 0, 0, G_OPTION_ARG_FILENAME, &given, "where to put it (default: this directory)", "DIR" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "init", NULL, "make a database and a configuration in a directory",
                                  cmd_init, NULL };
    int status = command_options("mailgw", &self, cli, entries, &argc, &argv, 0, 0);
    g_autoptr(GError) error = NULL;

    if (status >= 0)
        return status;
    directory = g_canonicalize_filename(given != NULL ? given : ".", NULL);
    if (!init_directory(directory, &error))
        return fail(g_steal_pointer(&error));
    printf("Ready in %s\n\n"
           "  configuration  %s/mailgw.conf\n"
           "  sample rules   %s/rules\n"
           "  run it         mailgw --config %s/mailgw.conf serve\n"
           "  give it mail   mailgw-deliver --socket %s/lmtp.sock -f you@example.org support@example.com < mail.eml\n",
           directory, directory, directory, directory, directory);
    return EXIT_DONE;
}
