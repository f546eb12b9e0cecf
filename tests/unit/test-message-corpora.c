/* Every file of the corpora is parsed, whatever it is: a message always comes out, and travels as a record unchanged. */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "message/message-json.h"
#include "message/record.h"
#include "tap.h"

typedef struct {
    guint  files;
    gsize  bytes;
    gint64 parse_usec;
    gint64 slowest_usec;
    char  *slowest;
} Totals;

static void
parse_file(const char *path, Totals *totals)
{
    static const MessageOptions options = { .queue = "support", .authserv_id = "mx.example.com" };
    g_autoptr(Message) message = NULL;
    g_autoptr(Message) again = NULL;
    g_autoptr(GByteArray) record = g_byte_array_new();
    g_autoptr(GByteArray) record_again = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) json = NULL;
    g_autofree char *bytes = NULL;
    gsize length;
    gint64 begin;
    gint64 took;

    g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
    begin = clock_monotonic();
    message = message_parse((const guint8 *) bytes, length, &options);
    took = clock_monotonic() - begin;
    message_record_write(message, record);
    again = message_record_read(record->data, record->len, &error);
    if (again == NULL)
        g_error("%s: %s", path, error->message);
    message_record_write(again, record_again);
    g_assert_cmpmem(record->data, record->len, record_again->data, record_again->len);
    json = message_to_json(message, path);
    g_assert_true(g_utf8_validate(message->text, -1, NULL));
    g_test_message("%-15s %6" G_GINT64_FORMAT " us  %s (%s)", message_class_name(message->class_), took, path,
                   message->class_reason);
    totals->files++;
    totals->bytes += length;
    totals->parse_usec += took;
    if (took > totals->slowest_usec) {
        totals->slowest_usec = took;
        g_free(totals->slowest);
        totals->slowest = g_strdup(path);
    }
}

static void
parse_folder(const char *path, Totals *totals)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    const char *name;

    if (folder == NULL)
        return;
    while ((name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        if (g_file_test(child, G_FILE_TEST_IS_DIR))
            parse_folder(child, totals);
        else if (g_file_test(child, G_FILE_TEST_IS_REGULAR))
            parse_file(child, totals);
    }
}

static void
test_corpora(gconstpointer data)
{
    const char *root = data;
    Totals totals = { 0 };

    if (!g_file_test(root, G_FILE_TEST_IS_DIR)) {
        g_test_skip("no corpora");
        return;
    }
    parse_folder(root, &totals);
    g_assert_cmpuint(totals.files, >, 0);
    g_test_message("%u files, %" G_GSIZE_FORMAT " bytes, %" G_GINT64_FORMAT " us in all; slowest %" G_GINT64_FORMAT
                   " us: %s", totals.files, totals.bytes, totals.parse_usec, totals.slowest_usec, totals.slowest);
    g_free(totals.slowest);
}

int
main(int argc, char **argv)
{
    g_autofree char *root = NULL;

    tap_init(&argc, &argv);
    message_init();
    if (g_getenv("MAILGW_CORPORA") != NULL)
        root = g_strdup(g_getenv("MAILGW_CORPORA"));
    else
        root = g_test_build_filename(G_TEST_DIST, "..", "..", "shared", "corpora", NULL);
    g_test_add_data_func("/message/corpora/every-file-is-a-message", root, test_corpora);
    return g_test_run();
}
