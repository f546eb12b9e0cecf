/*
 * store-fixture.h - a real PostgreSQL in a temporary directory, for the tests of one program
 *
 * Started by root, it runs as the user postgres. fixture_start() at the beginning of main(), fixture_stop() after g_test_run().
 */
#pragma once

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "store/embedded.h"
#include "store/schema.h"
#include "store/store.h"

typedef struct {
    char    *directory;
    char    *socket_dir;
    Embedded embedded;
} Fixture;

static inline void
fixture_make_directory(Fixture *fixture)
{
    const struct passwd *user = getpwnam("postgres");

    fixture->directory = g_dir_make_tmp("mgw-XXXXXX", NULL);
    g_assert_nonnull(fixture->directory);
    fixture->embedded.directory = fixture->directory;
    if (geteuid() == 0) {
        g_assert_nonnull(user);
        fixture->embedded.uid = user->pw_uid;
        fixture->embedded.gid = user->pw_gid;
        g_assert_cmpint(chown(fixture->directory, user->pw_uid, user->pw_gid), ==, 0);
    }
    fixture->socket_dir = embedded_socket_dir(&fixture->embedded);
}

static inline SchemaTarget
fixture_target(const Fixture *fixture)
{
    return (SchemaTarget) { .socket_dir = fixture->socket_dir };
}

/* A running server with the schema of this program. */
static inline void
fixture_start(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    SchemaTarget target;

    fixture_make_directory(fixture);
    target = fixture_target(fixture);
    embedded_init(&fixture->embedded, &error);
    g_assert_no_error(error);
    embedded_start(&fixture->embedded, &error);
    g_assert_no_error(error);
    schema_migrate(&target, NULL, &error);
    g_assert_no_error(error);
}

static inline void
fixture_stop(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;

    embedded_stop(&fixture->embedded, TRUE, &error);
    g_assert_no_error(error);
    g_assert_true(io_remove_tree(fixture->directory, NULL));
    g_free(fixture->directory);
    g_free(fixture->socket_dir);
}

static inline Store *
fixture_open(const Fixture *fixture, StoreRole role)
{
    g_autoptr(GError) error = NULL;
    StoreSettings settings = { .socket_dir = fixture->socket_dir, .role = role, .name = "test" };
    Store *store = store_open(&settings, &error);

    g_assert_no_error(error);
    return store;
}
