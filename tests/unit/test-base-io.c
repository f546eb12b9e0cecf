/*
 * test-base-io.c - files and descriptors
 */
#include <config.h>

#include "base/error.h"
#include "base/io.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static char *
scratch(void)
{
    char *directory = g_dir_make_tmp("mailgw-test-XXXXXX", NULL);

    g_assert_nonnull(directory);
    return directory;
}

static void
test_memfd_is_sealed(void)
{
    int fd = io_memfd("mail", "hello", 5, NULL);
    char bytes[5];

    g_assert_cmpint(fd, >=, 0);
    g_assert_true(io_read_all(fd, bytes, 5, NULL));
    g_assert_cmpmem(bytes, 5, "hello", 5);
    g_assert_cmpint(write(fd, "x", 1), ==, -1);
    g_assert_cmpint(errno, ==, EPERM);
    g_assert_cmpint(ftruncate(fd, 1), ==, -1);
    g_assert_cmpint(ftruncate(fd, 100), ==, -1);
    g_assert_true(mmap(NULL, 5, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
    g_assert_cmpint(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL), ==, -1);
    g_assert_cmpint(fcntl(fd, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
    io_close(&fd);
    g_assert_cmpint(fd, ==, -1);
    io_close(&fd);
}

static void
test_read_fd_up_to_the_limit(void)
{
    g_autofree char *bytes = g_strnfill(200000, 'x');
    int fd = io_memfd("mail", bytes, 200000, NULL);
    g_autoptr(GBytes) whole = io_read_fd(fd, 200000, NULL);
    g_autoptr(GBytes) more = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_cmpuint(g_bytes_get_size(whole), ==, 200000);
    g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
    more = io_read_fd(fd, 199999, &error);
    g_assert_null(more);
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_LIMIT);
    io_close(&fd);
}

static void
test_read_all_notices_the_end(void)
{
    g_autoptr(GError) error = NULL;
    int ends[2];
    char bytes[4];

    g_assert_cmpint(pipe(ends), ==, 0);
    g_assert_true(io_write_all(ends[1], "abc", 3, NULL));
    io_close(&ends[1]);
    g_assert_false(io_read_all(ends[0], bytes, 4, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    io_close(&ends[0]);
    g_clear_error(&error);
    g_assert_false(io_write_all(-1, "x", 1, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
}

static void
test_read_file(void)
{
    g_autofree char *directory = scratch();
    g_autofree char *missing = g_build_filename(directory, "missing", NULL);
    g_autofree char *below = g_build_filename("/dev/null", "x", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_null(io_read_file(missing, 10, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_null(io_read_file(below, 10, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_null(io_read_file(directory, 10, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_assert_nonnull(strstr(error->message, directory));
    g_assert_true(io_remove_tree(directory, NULL));
}

static void
test_replace_file(void)
{
    g_autofree char *directory = scratch();
    g_autofree char *path = g_build_filename(directory, "file", NULL);
    g_autofree char *temporary = g_strconcat(path, ".tmp", NULL);
    g_autofree char *elsewhere = g_build_filename(directory, "no", "file", NULL);
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GError) error = NULL;
    struct stat status;

    /* left behind by a crash: a link to a file that must not be written through */
    g_assert_cmpint(symlink("/dev/full", temporary), ==, 0);
    g_assert_true(io_replace_file(path, "old", 3, 0644, NULL));
    g_assert_true(io_replace_file(path, "newer", 5, 0600, NULL));
    bytes = io_read_file(path, 100, NULL);
    g_assert_cmpmem(g_bytes_get_data(bytes, NULL), (int) g_bytes_get_size(bytes), "newer", 5);
    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 07777, ==, 0600);
    g_assert_false(g_file_test(temporary, G_FILE_TEST_EXISTS));
    g_assert_false(io_replace_file(elsewhere, "x", 1, 0600, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_clear_error(&error);

    /* a name that cannot be taken leaves nothing behind */
    g_assert_false(io_replace_file(directory, "x", 1, 0600, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_assert_true(io_remove_tree(directory, NULL));
}

static void
test_remove_tree_does_not_follow_links(void)
{
    g_autofree char *directory = scratch();
    g_autofree char *outside = scratch();
    g_autofree char *kept = g_build_filename(outside, "kept", NULL);
    g_autofree char *deep = g_build_filename(directory, "a", "b", "c", NULL);
    g_autofree char *link = g_build_filename(directory, "a", "link", NULL);
    g_autofree char *file = g_build_filename(deep, "file", NULL);

    g_assert_true(g_file_set_contents(kept, "x", 1, NULL));
    g_assert_cmpint(g_mkdir_with_parents(deep, 0700), ==, 0);
    g_assert_true(g_file_set_contents(file, "x", 1, NULL));
    g_assert_cmpint(symlink(outside, link), ==, 0);
    g_assert_true(io_remove_tree(directory, NULL));
    g_assert_false(g_file_test(directory, G_FILE_TEST_EXISTS));
    g_assert_true(g_file_test(kept, G_FILE_TEST_EXISTS));
    g_assert_true(io_remove_tree(directory, NULL));
    g_assert_true(io_remove_tree(outside, NULL));
}

static void
test_error_from_errno(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(error_from_errno(&error, ENOSPC, "write \"%s\"", "x"));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_assert_true(g_str_has_prefix(error->message, "could not write \"x\": "));
    g_assert_false(error_from_errno(NULL, ENOSPC, "write"));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/io/memfd-is-sealed", test_memfd_is_sealed);
    g_test_add_func("/io/read-fd-up-to-the-limit", test_read_fd_up_to_the_limit);
    g_test_add_func("/io/read-all-notices-the-end", test_read_all_notices_the_end);
    g_test_add_func("/io/read-file", test_read_file);
    g_test_add_func("/io/replace-file", test_replace_file);
    g_test_add_func("/io/remove-tree-does-not-follow-links", test_remove_tree_does_not_follow_links);
    g_test_add_func("/error/from-errno", test_error_from_errno);
    return g_test_run();
}
