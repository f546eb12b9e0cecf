/*
 * cmd-db.c - db start, stop, migrate, status
 */
#include <stdio.h>

#include "cli.h"
#include "identity.h"
#include "store/embedded.h"
#include "store/schema.h"

/* The configuration and, where it has one, its embedded server. */
static Config *
open_database(const Cli *cli, Embedded *embedded, gboolean need_embedded)
{
    g_autoptr(Config) config = cli_config(cli);
    g_autoptr(GError) error = NULL;

    if (config == NULL)
        return NULL;
    if (!config_require_database(config, &error)) {
        fail(g_steal_pointer(&error));
        return NULL;
    }
    if (config->database.embedded == NULL && need_embedded) {
        fail_text("the database of this configuration is a server of your own: start and stop it with its own tools");
        return NULL;
    }
    if (config->database.embedded != NULL)
        *embedded = identity_embedded(config);
    return g_steal_pointer(&config);
}

static int
db_start(Cli *cli, int argc, char **argv)
{
    static const Command self = { "start", NULL, "start the embedded server", db_start, NULL };
    int status = command_options("mailgw db", &self, cli, NULL, &argc, &argv, 0, 0);
    g_autoptr(Config) config = NULL;
    g_autoptr(GError) error = NULL;
    Embedded embedded;

    if (status >= 0)
        return status;
    config = open_database(cli, &embedded, TRUE);
    if (config == NULL)
        return EXIT_FAILED;
    if (!embedded_init(&embedded, &error) || !embedded_start(&embedded, &error))
        return fail(g_steal_pointer(&error));
    puts("the database is up");
    return EXIT_DONE;
}

static int
db_stop(Cli *cli, int argc, char **argv)
{
    gboolean immediate = FALSE;
    const GOptionEntry entries[] = {
        { "immediate", 0, 0, G_OPTION_ARG_NONE, &immediate, "as after a power cut; it recovers when it starts", NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "stop", NULL, "stop the embedded server", db_stop, NULL };
    int status = command_options("mailgw db", &self, cli, entries, &argc, &argv, 0, 0);
    g_autoptr(Config) config = NULL;
    g_autoptr(GError) error = NULL;
    Embedded embedded;

    if (status >= 0)
        return status;
    config = open_database(cli, &embedded, TRUE);
    if (config == NULL)
        return EXIT_FAILED;
    if (!embedded_stop(&embedded, immediate, &error))
        return fail(g_steal_pointer(&error));
    puts("the database is down");
    return EXIT_DONE;
}

static SchemaTarget
schema_target(const Config *config, const Embedded *embedded, char **socket_dir_out)
{
    *socket_dir_out = config->database.embedded != NULL ? embedded_socket_dir(embedded) : NULL;
    return (SchemaTarget) { config->database.url, *socket_dir_out };
}

static int
db_migrate(Cli *cli, int argc, char **argv)
{
    static const Command self = { "migrate", NULL, "bring the database to this program's schema", db_migrate, NULL };
    int status = command_options("mailgw db", &self, cli, NULL, &argc, &argv, 0, 0);
    g_autoptr(Config) config = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *socket_dir = NULL;
    SchemaTarget target;
    Embedded embedded;
    int applied;

    if (status >= 0)
        return status;
    config = open_database(cli, &embedded, FALSE);
    if (config == NULL)
        return EXIT_FAILED;
    if (config->database.embedded != NULL
        && (!embedded_init(&embedded, &error) || !embedded_start(&embedded, &error)))
        return fail(g_steal_pointer(&error));
    target = schema_target(config, &embedded, &socket_dir);
    if (!schema_migrate(&target, &applied, &error))
        return fail(g_steal_pointer(&error));
    printf("%d migrations applied\n", applied);
    return EXIT_DONE;
}

static int
db_status(Cli *cli, int argc, char **argv)
{
    static const Command self = { "status", NULL, "whether it is up, and its schema", db_status, NULL };
    int status = command_options("mailgw db", &self, cli, NULL, &argc, &argv, 0, 0);
    g_autoptr(Config) config = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) object = json_object();
    g_autofree char *socket_dir = NULL;
    SchemaTarget target;
    Embedded embedded;
    int database = 0, program = 0;
    gboolean up;

    if (status >= 0)
        return status;
    config = open_database(cli, &embedded, FALSE);
    if (config == NULL)
        return EXIT_FAILED;
    target = schema_target(config, &embedded, &socket_dir);
    up = (config->database.embedded == NULL || embedded_is_up(&embedded, NULL))
         && schema_version(&target, &database, &program, &error);
    json_object_set_new(object, "up", json_boolean(up));
    if (up) {
        json_object_set_new(object, "schema", json_integer(database));
        json_object_set_new(object, "program", json_integer(program));
    } else if (error != NULL) {
        json_object_set_new(object, "error", json_text(error->message));
    }
    if (cli->json)
        json_print(object, stdout);
    else
        print_object(object);
    return up && database == program ? EXIT_DONE : EXIT_FAILED;
}

const Command db_commands[] = {
    { "start", NULL, "start the embedded server", db_start, NULL },
    { "stop", NULL, "stop the embedded server", db_stop, NULL },
    { "migrate", NULL, "bring the database to this program's schema", db_migrate, NULL },
    { "status", NULL, "whether it is up, and its schema", db_status, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};
