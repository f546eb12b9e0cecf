/* maildir: and the settings of transports. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "courier/courier.h"
#include "tap.h"

#define MAIL "Subject: test\r\n\r\nHello.\r\n"

static Courier *
courier_for(const char *directory)
{
    g_autofree char *transport = g_strconcat("maildir:", directory, NULL);
    const CourierSettings settings = { .transport = transport, .helo = "gw.example.com", .timeout_seconds = 10 };
    g_autoptr(GError) error = NULL;
    Courier *courier = courier_new(&settings, &error);

    g_assert_no_error(error);
    return courier;
}

static DeliveryResult
deliver(Courier *courier, const char *message_id, const char *recipient, const char *mail)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static(mail, strlen(mail));
    const Shipment shipment = { "desk@example.com", recipient, message_id, bytes };
    Delivery delivery;
    DeliveryResult result;

    courier_deliver(courier, &shipment, &delivery);
    result = delivery.result;
    g_assert_nonnull(delivery.text);
    delivery_clear(&delivery);
    return result;
}

/* How many files are in a part; the path of the last in path_out. */
static int
count_files(const char *directory, const char *part, char **path_out)
{
    g_autofree char *path = g_build_filename(directory, part, NULL);
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    const char *name;
    int count = 0;

    g_assert_nonnull(folder);
    while ((name = g_dir_read_name(folder)) != NULL) {
        count++;
        if (path_out != NULL) {
            g_free(*path_out);
            *path_out = g_build_filename(path, name, NULL);
        }
    }
    return count;
}

static void
test_complete_and_private(void)
{
    g_autofree char *top = g_dir_make_tmp("courier-XXXXXX", NULL);
    g_autofree char *directory = g_build_filename(top, "a", "b", NULL);
    g_autofree char *path = NULL;
    g_autofree char *content = NULL;
    g_autoptr(Courier) courier = courier_for(directory);
    struct stat status;

    g_assert_cmpint(deliver(courier, "1@example.com", "anna@example.net", MAIL), ==, DELIVERY_SENT);
    g_assert_cmpint(count_files(directory, "new", &path), ==, 1);
    g_assert_cmpint(count_files(directory, "tmp", NULL), ==, 0);
    g_assert_cmpint(count_files(directory, "cur", NULL), ==, 0);
    g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
    g_assert_cmpstr(content, ==, MAIL);
    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
    g_assert_true(io_remove_tree(top, NULL));
}

static void
test_again_is_one_file(void)
{
    g_autofree char *directory = g_dir_make_tmp("courier-XXXXXX", NULL);
    g_autofree char *path = NULL;
    g_autofree char *name = NULL;
    g_autofree char *seen = NULL;
    g_autoptr(Courier) courier = courier_for(directory);

    for (int i = 0; i < 3; i++)
        g_assert_cmpint(deliver(courier, "1@example.com", "anna@example.net", MAIL), ==, DELIVERY_SENT);
    g_assert_cmpint(count_files(directory, "new", &path), ==, 1);

    /* A reader has taken it: it does not come a second time. */
    name = g_path_get_basename(path);
    seen = g_strdup_printf("%s/cur/%s:2,S", directory, name);
    g_assert_cmpint(g_rename(path, seen), ==, 0);
    g_assert_cmpint(deliver(courier, "1@example.com", "anna@example.net", MAIL), ==, DELIVERY_SENT);
    g_assert_cmpint(count_files(directory, "new", NULL), ==, 0);

    /* Another recipient's copy, another mail, and mails without a name are mails of their own. */
    g_assert_cmpint(deliver(courier, "1@example.com", "ben@example.net", MAIL), ==, DELIVERY_SENT);
    g_assert_cmpint(deliver(courier, "../../2@example.com", "anna@example.net", MAIL), ==, DELIVERY_SENT);
    g_assert_cmpint(deliver(courier, NULL, "anna@example.net", MAIL), ==, DELIVERY_SENT);
    g_assert_cmpint(deliver(courier, NULL, "anna@example.net", MAIL), ==, DELIVERY_SENT);
    g_assert_cmpint(count_files(directory, "new", NULL), ==, 4);
    g_assert_true(io_remove_tree(directory, NULL));
}

static void
test_unfit_is_not_written(void)
{
    g_autofree char *directory = g_dir_make_tmp("courier-XXXXXX", NULL);
    g_autoptr(Courier) courier = courier_for(directory);

    g_assert_cmpint(deliver(courier, "1@example.com", "anna@example.net", "Subject: x\n\nbare\n"), ==, DELIVERY_REJECTED);
    g_assert_cmpint(deliver(courier, "1@example.com", "nobody", MAIL), ==, DELIVERY_REJECTED);
    g_assert_cmpint(count_files(directory, "new", NULL), ==, 0);
    g_assert_true(io_remove_tree(directory, NULL));
}

static void
test_lost_directory(void)
{
    g_autofree char *directory = g_dir_make_tmp("courier-XXXXXX", NULL);
    g_autoptr(Courier) courier = courier_for(directory);

    /* Removed while we run: made again. */
    g_assert_true(io_remove_tree(directory, NULL));
    g_assert_cmpint(deliver(courier, "1@example.com", "anna@example.net", MAIL), ==, DELIVERY_SENT);
    /* Something else stands there: the mail waits. */
    g_assert_true(io_remove_tree(directory, NULL));
    g_assert_true(g_file_set_contents(directory, "", 0, NULL));
    g_assert_cmpint(deliver(courier, "1@example.com", "anna@example.net", MAIL), ==, DELIVERY_DEFERRED);
    g_assert_cmpint(g_unlink(directory), ==, 0);
}

typedef struct {
    const char     *name;
    CourierSettings settings;
    const char     *text;       /* stands in the error; NULL: can be used */
} SettingsCase;

#define WITH .helo = "gw.example.com", .timeout_seconds = 10

static const SettingsCase settings_cases[] = {
    { "host", { .transport = "smtp://mx.example.com", WITH }, NULL },
    { "host-and-port", { .transport = "smtps://mx.example.com:465", WITH }, NULL },
    { "ipv6", { .transport = "smtp://[::1]:25", WITH }, NULL },
    { "unknown-scheme", { .transport = "http://mx.example.com", WITH }, "expected smtp://" },
    { "no-scheme", { .transport = "mx.example.com", WITH }, "expected smtp://" },
    { "no-host", { .transport = "smtp://", WITH }, "HOST" },
    { "no-host-but-port", { .transport = "smtp://:25", WITH }, "HOST" },
    { "port-0", { .transport = "smtp://mx.example.com:0", WITH }, "HOST:PORT" },
    { "port-65536", { .transport = "smtp://mx.example.com:65536", WITH }, "HOST:PORT" },
    { "port-empty", { .transport = "smtp://mx.example.com:", WITH }, "HOST:PORT" },
    { "path", { .transport = "smtp://mx.example.com/evil", WITH }, "HOST" },
    { "password-in-url", { .transport = "smtp://u:p@mx.example.com", WITH }, "HOST" },
    { "bracket-without-end", { .transport = "smtp://[::1", WITH }, "HOST" },
    { "blank", { .transport = "smtp://mx example", WITH }, "HOST" },
    { "maildir-without-directory", { .transport = "maildir:", WITH }, "no directory" },
    { "maildir-where-a-file-is", { .transport = "maildir:/dev/null", WITH }, "/dev/null" },
    { "helo-injection", { .transport = "smtp://a", .helo = "x\r\nRSET", .timeout_seconds = 1 }, "EHLO" },
    { "helo-missing", { .transport = "smtp://a", .helo = NULL, .timeout_seconds = 1 }, "EHLO" },
    { "no-time", { .transport = "smtp://a", .helo = "b", .timeout_seconds = 0 }, "time-out" },
    { "starttls-with-smtps", { .transport = "smtps://a", .starttls = TRUE, WITH }, "starttls" },
    { "user-without-password", { .transport = "smtps://a", .user = "u", WITH }, "together" },
    { "password-with-newline", { .transport = "smtps://a", .user = "u", .password = "p\nq", WITH }, "control" },
    { "password-in-the-clear", { .transport = "smtp://a", .user = "u", .password = "p", WITH }, "in the clear" },
    { "password-in-the-clear-at-home", { .transport = "smtp://127.0.0.1", .user = "u", .password = "p", WITH }, NULL },
    { "password-by-starttls", { .transport = "smtp://a", .starttls = TRUE, .user = "u", .password = "p", WITH }, NULL },
};

static void
check_settings(gconstpointer data)
{
    const SettingsCase *the = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(Courier) courier = courier_new(&the->settings, &error);

    if (the->text == NULL) {
        g_assert_no_error(error);
        g_assert_nonnull(courier);
    } else {
        g_assert_null(courier);
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
        g_assert_nonnull(strstr(error->message, the->text));
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/courier/maildir/complete-and-private", test_complete_and_private);
    g_test_add_func("/courier/maildir/again-is-one-file", test_again_is_one_file);
    g_test_add_func("/courier/maildir/unfit-is-not-written", test_unfit_is_not_written);
    g_test_add_func("/courier/maildir/lost-directory", test_lost_directory);
    for (gsize i = 0; i < G_N_ELEMENTS(settings_cases); i++) {
        g_autofree char *path = g_strconcat("/courier/settings/", settings_cases[i].name, NULL);

        g_test_add_data_func(path, &settings_cases[i], check_settings);
    }
    return g_test_run();
}
