/*
 * test-store-embedded.c - the private server: made once, started once, survives kill -9
 */
#include <config.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "store-fixture.h"
#include "tap.h"

static Fixture fixture;

static void
assert_start(void)
{
    g_autoptr(GError) error = NULL;

    embedded_start(&fixture.embedded, &error);
    g_assert_no_error(error);
}

static void
assert_stop(gboolean immediate)
{
    g_autoptr(GError) error = NULL;

    embedded_stop(&fixture.embedded, immediate, &error);
    g_assert_no_error(error);
    g_assert_false(embedded_is_up(&fixture.embedded, NULL));
}

static pid_t
server_pid(void)
{
    pid_t pid = 0;

    g_assert_true(embedded_is_up(&fixture.embedded, &pid));
    return pid;
}

static void
test_init_again(void)
{
    g_autoptr(GError) error = NULL;
    pid_t before = server_pid();

    embedded_init(&fixture.embedded, &error);
    g_assert_no_error(error);
    g_assert_cmpint(server_pid(), ==, before);
}

static void
test_private(void)
{
    static const char *const names[] = { "db", "run" };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(fixture.directory, names[i], NULL);
        struct stat status;

        g_assert_cmpint(stat(path, &status), ==, 0);
        g_assert_cmpint(status.st_mode & 0777, ==, 0700);
        g_assert_cmpint(status.st_uid, !=, 0);
    }
}

/* Not our child and not of our session: it stays when we and our terminal go. */
static void
test_no_child(void)
{
    pid_t pid = server_pid();

    g_assert_cmpint(waitpid(pid, NULL, WNOHANG), ==, -1);
    g_assert_cmpint(errno, ==, ECHILD);
    g_assert_cmpint(getsid(pid), !=, getsid(0));
}

static void
test_stop_and_start(void)
{
    for (int immediate = 0; immediate < 2; immediate++) {
        assert_stop(immediate);
        assert_stop(immediate);
        assert_start();
        server_pid();
    }
}

static void
test_start_at_once(void)
{
    pid_t children[4], pid;

    assert_stop(FALSE);
    for (gsize i = 0; i < G_N_ELEMENTS(children); i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(embedded_start(&fixture.embedded, NULL) ? 0 : 1);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(children); i++) {
        int status;

        g_assert_cmpint(waitpid(children[i], &status, 0), ==, children[i]);
        g_assert_cmpint(status, ==, 0);
    }
    pid = server_pid();
    assert_start();
    g_assert_cmpint(server_pid(), ==, pid);
}

/* As the supervisor does: it may see the server go down before it could know why. */
static void
look_after_it(int milliseconds)
{
    for (int i = 0; i < milliseconds; i++) {
        if (!embedded_was_stopped(&fixture.embedded) && !embedded_is_up(&fixture.embedded, NULL))
            embedded_restart(&fixture.embedded, NULL);
        g_usleep(1000);
    }
}

static void
test_stopped_stays_down(void)
{
    for (int round = 0; round < 8; round++) {
        g_autoptr(GError) error = NULL;
        pid_t child = fork();
        int status;

        if (child == 0) {
            look_after_it(400);
            _exit(0);
        }
        g_usleep(20 * 1000);
        g_assert_true(embedded_stop(&fixture.embedded, FALSE, &error));
        g_assert_cmpint(waitpid(child, &status, 0), ==, child);
        g_assert_false(embedded_is_up(&fixture.embedded, NULL));
        g_assert_false(embedded_restart(&fixture.embedded, &error));
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
        assert_start();
    }
}

static void
kill_server(void)
{
    pid_t pid = server_pid();

    g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
    while (kill(pid, 0) == 0 && embedded_is_up(&fixture.embedded, NULL))
        g_usleep(1000);
}

/* With a connection whose backend still works when its postmaster is gone. */
static void
test_kill_9(void)
{
    for (int round = 0; round < 3; round++) {
        g_autoptr(Store) store = fixture_open(&fixture, STORE_READER);
        g_autoptr(GError) error = NULL;

        kill_server();
        assert_start();
        store_reopen(store, &error);
        g_assert_no_error(error);
    }
}

static void
write_pid_file(const char *first_line)
{
    g_autofree char *path = g_build_filename(fixture.directory, "db/postmaster.pid", NULL);
    g_autofree char *text = NULL;
    g_autofree char *changed = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    changed = g_strconcat(first_line, strchr(text, '\n'), NULL);
    g_assert_true(g_file_set_contents_full(path, changed, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    if (geteuid() == 0)
        g_assert_cmpint(chown(path, fixture.embedded.uid, fixture.embedded.gid), ==, 0);
}

/* After a restart of the machine the number may belong to anybody, also to a process of the same user. */
static void
test_pid_of_another(void)
{
    g_autofree char *number = NULL;
    pid_t other;

    kill_server();
    other = fork();
    if (other == 0) {
        if (geteuid() == 0 && setuid(fixture.embedded.uid) != 0)
            _exit(1);
        pause();
        _exit(0);
    }
    g_usleep(50 * 1000);
    number = g_strdup_printf("%d", (int) other);
    write_pid_file(number);
    g_assert_false(embedded_is_up(&fixture.embedded, NULL));
    assert_stop(TRUE);
    g_assert_cmpint(kill(other, 0), ==, 0);
    assert_start();
    g_assert_cmpint(server_pid(), !=, other);
    kill(other, SIGKILL);
    waitpid(other, NULL, 0);
}

static void
test_half_made(void)
{
    Fixture half = { 0 };
    g_autoptr(GError) error = NULL;
    g_autofree char *rest = NULL;

    fixture_make_directory(&half);
    rest = g_build_filename(half.directory, "db.new/base", NULL);
    g_assert_cmpint(g_mkdir_with_parents(rest, 0700), ==, 0);
    embedded_init(&half.embedded, &error);
    g_assert_no_error(error);
    embedded_start(&half.embedded, &error);
    g_assert_no_error(error);
    fixture_stop(&half);
}

static void
test_path_too_long(void)
{
    g_autofree char *directory = g_strdup_printf("/tmp/%0100d", 0);
    Embedded embedded = { .directory = directory };
    g_autoptr(GError) error = NULL;

    g_assert_false(embedded_init(&embedded, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    g_assert_false(g_file_test(directory, G_FILE_TEST_EXISTS));
}

static void
test_no_program(void)
{
    Fixture other = { 0 };
    g_autoptr(GError) error = NULL;

    fixture_make_directory(&other);
    other.embedded.bin = "/nonexistent";
    g_assert_false(embedded_init(&other.embedded, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    g_assert_nonnull(strstr(error->message, "/nonexistent/initdb"));
    io_remove_tree(other.directory, NULL);
    g_free(other.directory);
    g_free(other.socket_dir);
}

/* Also as root: a directory that the server's user cannot enter is told as such, not as a time-out. */
static void
test_closed_above(void)
{
    g_autofree char *above = g_dir_make_tmp("mgw-XXXXXX", NULL);
    g_autofree char *directory = g_build_filename(above, "d", NULL);
    Embedded embedded = fixture.embedded;
    g_autoptr(GError) error = NULL;

    if (geteuid() != 0) {
        g_test_skip("needs root");
        rmdir(above);
        return;
    }
    embedded.directory = directory;
    g_assert_false(embedded_init(&embedded, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    g_assert_nonnull(strstr(error->message, "enter every directory above"));
    io_remove_tree(above, NULL);
}

/* Somebody else's directory is not taken over, whoever we are. */
static void
test_foreign_directory(void)
{
    Embedded embedded = fixture.embedded;
    g_autoptr(GError) error = NULL;

    embedded.directory = "/usr";
    if (geteuid() != 0)
        embedded.uid = geteuid();
    g_assert_false(embedded_init(&embedded, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
}

int
main(int argc, char **argv)
{
    int result;

    tap_init(&argc, &argv);
    fixture_start(&fixture);
    g_test_add_func("/store/embedded/init-leaves-what-is-there", test_init_again);
    g_test_add_func("/store/embedded/directories-are-private", test_private);
    g_test_add_func("/store/embedded/server-is-no-child", test_no_child);
    g_test_add_func("/store/embedded/stops-and-starts", test_stop_and_start);
    g_test_add_func("/store/embedded/four-starts-make-one-server", test_start_at_once);
    g_test_add_func("/store/embedded/stopped-stays-down", test_stopped_stays_down);
    g_test_add_func("/store/embedded/starts-after-kill-9", test_kill_9);
    g_test_add_func("/store/embedded/pid-of-an-unrelated-process", test_pid_of_another);
    g_test_add_func("/store/embedded/half-made-cluster-is-made-again", test_half_made);
    g_test_add_func("/store/embedded/socket-path-too-long", test_path_too_long);
    g_test_add_func("/store/embedded/program-missing", test_no_program);
    g_test_add_func("/store/embedded/closed-directory-above", test_closed_above);
    g_test_add_func("/store/embedded/foreign-directory", test_foreign_directory);
    result = g_test_run();
    fixture_stop(&fixture);
    return result;
}
