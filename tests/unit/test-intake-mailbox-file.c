/* Messages out of files: mboxes as hostile as they come, Maildirs, directories with things in them that are no mail. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/io.h"
#include "intake/mailbox-file.h"
#include "tap.h"

/* What was read: "path|sender|bytes" or "path|error code", with the directory's name cut off. */
typedef struct {
    GString *seen;
    gsize    prefix;
    int      left;       /* messages until each returns FALSE; -1: all */
} Reading;

static gboolean
see(const MailboxFileMessage *message, gpointer data)
{
    Reading *reading = data;

    g_string_append(reading->seen, strlen(message->path) > reading->prefix ? message->path + reading->prefix : ".");
    if (message->bytes == NULL) {
        g_assert_nonnull(message->error);
        g_assert_true(message->error->domain == MAILGW_ERROR);
        g_string_append_printf(reading->seen, "|error %d\n", message->error->code);
    } else {
        gsize            length = 0;
        const char      *bytes = g_bytes_get_data(message->bytes, &length);
        g_autofree char *text = bytes != NULL ? g_strndup(bytes, length) : g_strdup("");
        g_autofree char *escaped = g_strescape(text, NULL);

        g_string_append_printf(reading->seen, "|%s|%s\n", message->sender != NULL ? message->sender : "", escaped);
    }
    return reading->left < 0 || --reading->left > 0;
}

static char *
new_directory(void)
{
    GError *error = NULL;
    char   *directory = g_dir_make_tmp("mailbox-XXXXXX", &error);

    g_assert_no_error(error);
    return directory;
}

static void
put(const char *directory, const char *name, const char *bytes)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);

    g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, bytes, -1, NULL));
}

static char *
read_all(const char *directory, const char *name, gsize max_bytes, int at_most)
{
    g_autofree char  *path = name != NULL ? g_build_filename(directory, name, NULL) : g_strdup(directory);
    g_autoptr(GError) error = NULL;
    Reading           reading = { g_string_new(NULL), strlen(directory) + 1, at_most };
    gint64            count = -1;

    g_assert_true(mailbox_file_read(path, max_bytes, see, &reading, &error));
    g_assert_no_error(error);
    if (at_most < 0) {
        gint64 lines = 0;

        for (const char *c = reading.seen->str; *c != '\0'; c++)
            lines += *c == '\n';
        g_assert_true(mailbox_file_count(path, &count, &error));
        g_assert_cmpint(count, ==, lines);
    }
    return g_string_free(reading.seen, FALSE);
}

typedef struct {
    const char *rule;
    const char *file;
    const char *seen;
} Case;

static const Case cases[] = {
    { "two", "From a@x.example Thu Jan  1 00:00:00 1970\nA: 1\n\nx\n\nFrom b@x.example now\nB: 2\n\ny\n\n",
      "f#1|a@x.example|A: 1\\n\\nx\\n\nf#2|b@x.example|B: 2\\n\\ny\\n\n" },
    { "no-final-newline", "From a\nA: 1\n\nx", "f#1|a|A: 1\\n\\nx\n" },
    { "no-final-empty-line", "From a\nA: 1\n\nx\n", "f#1|a|A: 1\\n\\nx\\n\n" },
    { "only-the-last-empty-line-is-the-mboxs", "From a\nA: 1\n\nx\n\n\n\n", "f#1|a|A: 1\\n\\nx\\n\\n\\n\n" },
    { "from-in-the-body-without-an-empty-line", "From a\nA: 1\n\nx\nFrom here on\n", "f#1|a|A: 1\\n\\nx\\nFrom here on\\n\n" },
    { "from-after-an-empty-line-begins-a-message", "From a\nA: 1\n\nFrom here on\ny\n", "f#1|a|A: 1\\n\nf#2|here|y\\n\n" },
    { "mboxrd-quoting", "From a\n\n>From x\n>>From y\n> From z\n>Fromage\n", "f#1|a|\\nFrom x\\n>From y\\n> From z\\n>Fromage\\n\n" },
    { "crlf", "From a\r\nA: 1\r\n\r\n>From x\r\n\r\nFrom b\r\ny\r\n\r\n", "f#1|a|A: 1\\r\\n\\r\\nFrom x\\r\\n\nf#2|b|y\\r\\n\n" },
    { "content-length-is-not-believed", "From a\nContent-Length: 9999\n\nx\n\nFrom b\ny\n",
      "f#1|a|Content-Length: 9999\\n\\nx\\n\nf#2|b|y\\n\n" },
    { "from-line-alone", "From ", "f#1||\n" },
    { "empty-messages", "From a\n\nFrom b\n\nFrom c\n", "f#1|a|\nf#2|b|\nf#3|c|\n" },
    { "no-mbox-without-the-blank", "From: a@x.example\n\nFrom b\n", "f||From: a@x.example\\n\\nFrom b\\n\n" },
    { "quoted-first-line-is-no-mbox", ">From a\n\nx\n", "f||>From a\\n\\nx\\n\n" },
    { "empty-file-is-an-empty-message", "", "f||\n" },
};

static void
test_case(gconstpointer data)
{
    const Case      *c = data;
    g_autofree char *directory = new_directory();
    g_autofree char *seen = NULL;

    put(directory, "f", c->file);
    seen = read_all(directory, "f", 1000, -1);
    g_assert_cmpstr(seen, ==, c->seen);
    io_remove_tree(directory, NULL);
}

/* Lines of exactly the sizes at which pieces are cut, and messages beyond the limit between good ones. */
static void
test_large_mbox(void)
{
    g_autofree char   *directory = new_directory();
    g_autoptr(GString) file = g_string_new(NULL);
    g_autofree char   *path = g_build_filename(directory, "f", NULL);
    static const gsize lengths[] = { 65535, 65536, 65537, 131071, 131072, 131073, 1000000 };
    Reading            reading = { g_string_new(NULL), strlen(directory) + 1, -1 };

    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_string_append(file, "From a\n");
        for (gsize k = 1; k < lengths[i]; k++)
            g_string_append_c(file, 'x');
        /* The last bytes of the long line look like a new message to a reader that lost count. */
        g_string_append(file, "\n\nFrom b\n\nFrom c\n");
        for (int k = 0; k < 20; k++)
            g_string_append(file, "y\n");
        g_string_append(file, "\n");
    }
    g_assert_true(g_file_set_contents(path, file->str, (gssize) file->len, NULL));
    g_assert_true(mailbox_file_read(path, 100, see, &reading, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autofree char *expected = g_strdup_printf("f#%zu|error %d\nf#%zu|b|\nf#%zu|c|y", 3 * i + 1, MAILGW_ERROR_LIMIT,
                                                    3 * i + 2, 3 * i + 3);

        g_assert_nonnull(strstr(reading.seen->str, expected));
    }
    g_assert_null(strstr(reading.seen->str, "f#22|"));
    g_string_free(reading.seen, TRUE);
    io_remove_tree(directory, NULL);
}

static void
test_nul_bytes(void)
{
    g_autofree char *directory = new_directory();
    g_autofree char *path = g_build_filename(directory, "f", NULL);
    gint64           count = 0;

    g_assert_true(g_file_set_contents(path, "From a\n\0\n\nFrom b\n\0", 18, NULL));
    g_assert_true(mailbox_file_count(path, &count, NULL));
    g_assert_cmpint(count, ==, 2);
    io_remove_tree(directory, NULL);
}

static void
test_maildir(void)
{
    g_autofree char *directory = new_directory();
    g_autofree char *seen = NULL;

    put(directory, "cur/1.a:2,S", "one");
    put(directory, "new/2.b", "two");
    put(directory, "cur/3.c:2,", "From c\n\nthree");
    put(directory, "new/.hidden", "no");
    put(directory, "tmp/0.x", "half");
    put(directory, ".Sent/cur/4.d", "sent");
    put(directory, "dovecot-uidlist", "no");
    seen = read_all(directory, NULL, 1000, -1);
    /* A file of a Maildir is one message, whatever it begins with. */
    g_assert_cmpstr(seen, ==, "cur/1.a:2,S||one\nnew/2.b||two\ncur/3.c:2,||From c\\n\\nthree\n");
    io_remove_tree(directory, NULL);
}

static void
test_directory(void)
{
    g_autofree char *directory = new_directory();
    g_autofree char *fifo = g_build_filename(directory, "d-fifo", NULL);
    g_autofree char *link_file = g_build_filename(directory, "e-link", NULL);
    g_autofree char *link_up = g_build_filename(directory, "f-up", NULL);
    g_autofree char *link_dangling = g_build_filename(directory, "g-dangling", NULL);
    g_autofree char *link_device = g_build_filename(directory, "h-device", NULL);
    g_autofree char *seen = NULL;
    g_autofree char *expected = g_strdup_printf("a.eml||A\nb/x.eml||X\nb/y/new/1||Y\nc#1|s|C\nd-fifo|error %d\ne-link||A\n"
                                                "f-up|error %d\ng-dangling|error %d\nh-device|error %d\ni|error %d\n",
                                                MAILGW_ERROR_INVALID, MAILGW_ERROR_INVALID, MAILGW_ERROR_NOT_FOUND,
                                                MAILGW_ERROR_INVALID, MAILGW_ERROR_LIMIT);
    g_autofree char *big = g_strnfill(1001, 'x');

    put(directory, "b/x.eml", "X");
    put(directory, "b/y/new/1", "Y");
    put(directory, "c", "From s\nC");
    put(directory, "a.eml", "A");
    put(directory, ".git", "no");
    put(directory, "i", "");
    put(directory, "i", big);
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    g_assert_cmpint(symlink("a.eml", link_file), ==, 0);
    g_assert_cmpint(symlink("..", link_up), ==, 0);
    g_assert_cmpint(symlink("nowhere", link_dangling), ==, 0);
    g_assert_cmpint(symlink("/dev/zero", link_device), ==, 0);
    seen = read_all(directory, NULL, 1000, -1);
    g_assert_cmpstr(seen, ==, expected);
    io_remove_tree(directory, NULL);
}

static void
test_stops_when_told(void)
{
    g_autofree char *directory = new_directory();
    g_autofree char *seen = NULL;

    put(directory, "a", "From a\n1\n\nFrom b\n2\n\nFrom c\n3\n");
    put(directory, "b", "4");
    seen = read_all(directory, NULL, 1000, 2);
    g_assert_cmpstr(seen, ==, "a#1|a|1\\n\na#2|b|2\\n\n");
    io_remove_tree(directory, NULL);
}

static void
test_not_there(void)
{
    g_autoptr(GError) error = NULL;
    gint64            count = 0;

    g_assert_false(mailbox_file_read("/nonexistent/x", 10, see, NULL, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_false(mailbox_file_count("/nonexistent/x", &count, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/intake/mbox/", cases[i].rule, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/intake/mbox/large", test_large_mbox);
    g_test_add_func("/intake/mbox/nul-bytes", test_nul_bytes);
    g_test_add_func("/intake/mailbox-file/maildir", test_maildir);
    g_test_add_func("/intake/mailbox-file/directory", test_directory);
    g_test_add_func("/intake/mailbox-file/stops-when-told", test_stops_when_told);
    g_test_add_func("/intake/mailbox-file/not-there", test_not_there);
    return g_test_run();
}
