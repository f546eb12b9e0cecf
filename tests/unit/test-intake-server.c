/* The LMTP server among many: limits, time-outs, group commit, stopping, sockets. */
#include "intake-fixture.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "tap.h"

#define HELLO    "LHLO client.example\r\n"
#define ENVELOPE "MAIL FROM:<a@example.com>\r\nRCPT TO:<s@example.com>\r\n"

static void
append_lines(GString *to, gsize bytes)
{
    for (gsize i = 0; i < bytes / 64; i++)
        g_string_append(to, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd\r\n");
}

static void
test_too_large(void)
{
    Fixture           *fixture = fixture_new();
    g_autoptr(GString) input = g_string_new(HELLO ENVELOPE "RCPT TO:<t@example.com>\r\nDATA\r\n");
    g_autofree char   *codes = NULL;

    append_lines(input, 3 * 1024 * 1024);
    g_string_append(input, ".\r\n" ENVELOPE "BDAT 2000000\r\n");
    append_lines(input, 2000000);
    g_string_append(input, "BDAT 64 LAST\r\n");
    append_lines(input, 64);
    g_string_append(input, ENVELOPE "DATA\r\n");
    append_lines(input, 1024 * 1024);
    g_string_append(input, ".\r\n");
    fixture_start(fixture);
    codes = dialogue(fixture, input->str, input->len);
    fixture_stop(fixture);
    g_assert_cmpstr(codes, ==,
                    "250/2.1.0 250/2.1.5 250/2.1.5 354 552/5.3.4 552/5.3.4 "
                    "250/2.1.0 250/2.1.5 552/5.3.4 552/5.3.4 250/2.1.0 250/2.1.5 354 250/2.0.0");
    g_assert_cmpuint(fixture->mails->len, ==, 1);
    g_assert_cmpuint(g_bytes_get_size(((SinkMail *) fixture->mails->pdata[0])->bytes), ==, 1024 * 1024);
    fixture_free(fixture);
}

/* Two unfinished mails use up what may be held; a third is put off until one of them is gone. */
static void
test_memory(void)
{
    Fixture           *fixture = fixture_new();
    g_autoptr(GString) large = g_string_new(HELLO ENVELOPE "BDAT 900032\r\n");
    Client             clients[3];

    append_lines(large, 900032);
    fixture->settings.memory = 2 * 1024 * 1024;
    fixture_start(fixture);
    for (int i = 0; i < 2; i++) {
        clients[i] = client_open(fixture);
        client_send(&clients[i], large->str, large->len);
        client_expect(&clients[i], "250 2.0.0");
    }
    clients[2] = client_open(fixture);
    client_say(&clients[2], HELLO ENVELOPE "DATA\r\n");
    client_expect(&clients[2], "452 4.3.1");
    client_say(&clients[2], "BDAT 3 LAST\r\nabc");
    client_expect(&clients[2], "452 4.3.1");
    client_say(&clients[0], "RSET\r\n");
    client_expect(&clients[0], "250 2.0.0");
    client_say(&clients[2], ENVELOPE "DATA\r\n");
    client_expect(&clients[2], "354");
    client_say(&clients[2], "x\r\n.\r\n");
    client_expect(&clients[2], "250 2.0.0");
    for (int i = 0; i < 3; i++)
        g_free(client_close(&clients[i]));
    fixture_free(fixture);
}

static void
test_interleaved(void)
{
    Fixture           *fixture = fixture_new();
    g_autoptr(GString) input = g_string_new(HELLO);
    Client             clients[8];

    for (int i = 0; i < 10; i++) {
        g_string_append(input, ENVELOPE "RCPT TO:<quota@example.com>\r\nDATA\r\n");
        append_lines(input, 20000);
        g_string_append(input, ".\r\n");
    }
    g_string_append(input, "QUIT\r\n");
    fixture_start(fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(clients); i++)
        clients[i] = client_open(fixture);
    for (gsize sent = 0; sent < input->len; sent += 777)
        for (gsize i = 0; i < G_N_ELEMENTS(clients); i++)
            client_send(&clients[i], input->str + sent, MIN(777, input->len - sent));
    for (gsize i = 0; i < G_N_ELEMENTS(clients); i++) {
        g_autofree char *received = client_close(&clients[i]);
        g_auto(GStrv)    stored = g_strsplit(received, "250 2.0.0 stored", -1);
        g_auto(GStrv)    over = g_strsplit(received, "452 4.2.2", -1);

        g_assert_cmpuint(g_strv_length(stored), ==, 11);
        g_assert_cmpuint(g_strv_length(over), ==, 11);
        g_assert_true(g_str_has_suffix(received, "221 2.0.0 bye\r\n"));
    }
    fixture_stop(fixture);
    g_assert_cmpuint(fixture->mails->len, ==, 80);
    g_assert_cmpint(fixture->ticks, >, 0);
    fixture_free(fixture);
}

static guint
batch_at(const Fixture *fixture, guint i)
{
    g_assert_cmpuint(i, <, fixture->batches->len);
    return g_array_index(fixture->batches, guint, i);
}

/* What becomes complete while the sink works goes to it in one call. */
static void
test_group_commit(void)
{
    Fixture *fixture = fixture_new();
    Client   clients[8];

    fixture_start(fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(clients); i++) {
        clients[i] = client_open(fixture);
        client_say(&clients[i], HELLO ENVELOPE);
        client_expect(&clients[i], "250 2.1.5");
    }
    g_mutex_lock(&fixture->lock);
    client_say(&clients[0], "BDAT 1 LAST\r\nx");
    while (g_atomic_int_get(&fixture->entered) == 0)
        g_usleep(100);
    for (gsize i = 1; i < G_N_ELEMENTS(clients); i++)
        client_say(&clients[i], "BDAT 1 LAST\r\nx");
    g_mutex_unlock(&fixture->lock);
    for (gsize i = 0; i < G_N_ELEMENTS(clients); i++) {
        client_expect(&clients[i], "250 2.0.0");
        g_free(client_close(&clients[i]));
    }
    fixture_stop(fixture);
    g_assert_cmpuint(fixture->batches->len, ==, 2);
    g_assert_cmpuint(batch_at(fixture, 0), ==, 1);
    g_assert_cmpuint(batch_at(fixture, 1), ==, 7);
    fixture_free(fixture);
}

static void
test_gone_before_the_answer(void)
{
    Fixture *fixture = fixture_new();
    Client   client;

    fixture_start(fixture);
    for (int i = 0; i < 20; i++) {
        client = client_open(fixture);
        client_say(&client, HELLO ENVELOPE "BDAT 1 LAST\r\nx");
        close(client.fd);
        g_string_free(client.received, TRUE);
    }
    client = client_open(fixture);
    client_say(&client, HELLO ENVELOPE "BDAT 1 LAST\r\nx");
    client_expect(&client, "250 2.0.0");
    g_free(client_close(&client));
    fixture_free(fixture);
}

static void
test_too_many_connections(void)
{
    Fixture         *fixture = fixture_new();
    Client           first, second;
    g_autofree char *received = NULL;

    fixture->settings.connections = 1;
    fixture_start(fixture);
    first = client_open(fixture);
    client_expect(&first, "220");
    second = client_open(fixture);
    received = client_close(&second);
    g_assert_true(g_str_has_prefix(received, "421 4.3.2 "));
    g_free(client_close(&first));
    fixture_free(fixture);
}

static gboolean
nobody(gpointer data, int fd)
{
    (void) data;
    (void) fd;
    return FALSE;
}

static void
test_may_not_connect(void)
{
    Fixture         *fixture = fixture_new();
    Client           client;
    g_autofree char *received = NULL;

    fixture->listener.may_connect = nobody;
    fixture_start(fixture);
    client = client_open(fixture);
    received = client_close(&client);
    g_assert_true(g_str_has_prefix(received, "421 4.7.1 "));
    fixture_free(fixture);
}

static void
assert_times_out(const char *input, const char *drip)
{
    Fixture *fixture = fixture_new();
    gint64   begin = clock_monotonic();
    Client   client;

    fixture->settings.command_timeout_seconds = 1;
    fixture_start(fixture);
    client = client_open(fixture);
    client_say(&client, input);
    for (int i = 0; i < 40 && drip != NULL; i++) {
        client_say(&client, drip);
        g_usleep(100 * 1000);
    }
    client_expect(&client, "421 4.4.2");
    g_assert_cmpint(clock_monotonic() - begin, >=, 900 * 1000);
    g_free(client_close(&client));
    fixture_stop(fixture);
    g_assert_cmpuint(fixture->mails->len, ==, 0);
    fixture_free(fixture);
}

static void
test_timeouts(void)
{
    assert_times_out(HELLO, NULL);
    assert_times_out(HELLO ENVELOPE "DATA\r\n", NULL);
    assert_times_out(HELLO "NOOP", "x");                /* a command that never ends */
    assert_times_out(HELLO ENVELOPE "DATA\r\n", "x");   /* a message of ten octets a second */
}

/* Who sends commands and reads no answers is left alone with its own. */
static void
test_never_reads(void)
{
    Fixture           *fixture = fixture_new();
    g_autoptr(GString) noops = g_string_new(NULL);
    Client             deaf, client;

    while (noops->len < 60000)
        g_string_append(noops, "NOOP\r\n");
    fixture_start(fixture);
    deaf = client_open(fixture);
    for (int i = 0; i < 200; i++)
        if (send(deaf.fd, noops->str, noops->len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
            break;
    client = client_open(fixture);
    client_say(&client, HELLO ENVELOPE "BDAT 1 LAST\r\nx");
    client_expect(&client, "250 2.0.0");
    g_free(client_close(&client));
    close(deaf.fd);
    g_string_free(deaf.received, TRUE);
    fixture_free(fixture);
}

static void
test_stop(void)
{
    Fixture         *fixture = fixture_new();
    Client           idle, busy;
    g_autofree char *idle_received = NULL;
    g_autofree char *busy_received = NULL;

    fixture_start(fixture);
    idle = client_open(fixture);
    client_say(&idle, HELLO);
    client_expect(&idle, "250 SIZE");
    busy = client_open(fixture);
    client_say(&busy, HELLO ENVELOPE "DATA\r\nx\r\n");
    client_expect(&busy, "354");
    fixture->stop = TRUE;
    g_assert_cmpint(write(fixture->wake[1], "x", 1), ==, 1);
    client_expect(&idle, "421 4.3.2");
    client_say(&busy, ".\r\n" ENVELOPE);
    client_expect(&busy, "421 4.3.2");
    idle_received = client_close(&idle);
    busy_received = client_close(&busy);
    fixture_stop(fixture);
    g_assert_nonnull(strstr(busy_received, "250 2.0.0 stored\r\n421 4.3.2 "));
    g_assert_cmpuint(fixture->mails->len, ==, 1);
    fixture_free(fixture);
}

static void
test_until_idle(void)
{
    Fixture *fixture = fixture_new();
    Client   client;

    fixture->until_idle = TRUE;
    fixture_start(fixture);
    client = client_open(fixture);
    client_expect(&client, "220");
    g_usleep(400 * 1000);
    client_say(&client, HELLO ENVELOPE "BDAT 1 LAST\r\nx");
    client_expect(&client, "250 2.0.0");
    g_free(client_close(&client));
    g_thread_join(fixture->thread);
    fixture->thread = NULL;
    g_assert_cmpuint(fixture->mails->len, ==, 1);
    close(fixture->wake[0]);
    close(fixture->wake[1]);
    fixture_free(fixture);
}

static void
test_listen_unix(void)
{
    Fixture          *fixture = fixture_new();
    g_autoptr(GError) exists = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char  *long_name = g_strnfill(108, 'x');
    struct stat       info;
    int               fd = lmtp_listen_unix(fixture->path, 0640, &error);

    g_assert_no_error(error);
    g_assert_cmpint(stat(fixture->path, &info), ==, 0);
    g_assert_cmpint(info.st_mode & 0777, ==, 0640);
    g_assert_cmpint(lmtp_listen_unix(fixture->path, 0600, &exists), ==, -1);
    g_assert_error(exists, MAILGW_ERROR, MAILGW_ERROR_EXISTS);
    close(fd);

    /* Nobody listens any more: the file is stale, and replaced. */
    fd = lmtp_listen_unix(fixture->path, 0600, &error);
    g_assert_no_error(error);
    close(fd);

    g_assert_cmpint(unlink(fixture->path), ==, 0);
    g_assert_true(g_file_set_contents(fixture->path, "precious", -1, NULL));
    g_assert_cmpint(lmtp_listen_unix(fixture->path, 0600, &error), ==, -1);
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    g_assert_true(g_file_test(fixture->path, G_FILE_TEST_IS_REGULAR));
    g_clear_error(&error);

    g_assert_cmpint(lmtp_listen_unix(long_name, 0600, &error), ==, -1);
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    fixture_free(fixture);
}

static void
test_listen_tcp(void)
{
    static const char *const wrong[] = { "24", ":24", "localhost:", "localhost:smtp", "::1:24", "localhost:24x" };
    g_autoptr(GError)        error = NULL;
    int                      fd = lmtp_listen_tcp("127.0.0.1:0", &error);

    g_assert_no_error(error);
    g_assert_cmpint(fd, >=, 0);
    close(fd);
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_assert_cmpint(lmtp_listen_tcp(wrong[i], &error), ==, -1);
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
        g_clear_error(&error);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/intake/server/too-large-is-swallowed", test_too_large);
    g_test_add_func("/intake/server/memory-of-all", test_memory);
    g_test_add_func("/intake/server/eight-interleaved", test_interleaved);
    g_test_add_func("/intake/server/group-commit", test_group_commit);
    g_test_add_func("/intake/server/gone-before-the-answer", test_gone_before_the_answer);
    g_test_add_func("/intake/server/too-many-connections", test_too_many_connections);
    g_test_add_func("/intake/server/may-not-connect", test_may_not_connect);
    g_test_add_func("/intake/server/time-outs", test_timeouts);
    g_test_add_func("/intake/server/never-reads", test_never_reads);
    g_test_add_func("/intake/server/stop", test_stop);
    g_test_add_func("/intake/server/until-idle", test_until_idle);
    g_test_add_func("/intake/listen/unix", test_listen_unix);
    g_test_add_func("/intake/listen/tcp", test_listen_tcp);
    return g_test_run();
}
