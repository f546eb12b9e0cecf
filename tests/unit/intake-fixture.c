#define _GNU_SOURCE
#include "intake-fixture.h"

#include <errno.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/io.h"

static void
set_answer(SinkAnswer *answer, int code, const char *text)
{
    answer->code = code;
    answer->text = g_strdup(text);
}

static void
check_recipient(gpointer data, SinkRecipient *recipient, SinkAnswer *answer_out)
{
    (void) data;
    if (g_str_has_prefix(recipient->recipient, "unknown@"))
        set_answer(answer_out, 550, "5.1.1 no such address here");
    else if (g_str_has_prefix(recipient->recipient, "down@"))
        set_answer(answer_out, 451, "4.3.0 not now");
    else {
        recipient->queue = g_strdup("support");
        set_answer(answer_out, 250, "2.1.5 ok");
    }
}

static SinkMail *
copy_mail(const SinkMail *mail)
{
    SinkMail *copy = sink_mail_new();

    copy->source = g_strdup(mail->source);
    copy->sender = g_strdup(mail->sender);
    copy->sender_unknown = mail->sender_unknown;
    copy->auth_user = g_strdup(mail->auth_user);
    copy->bytes = g_bytes_ref(mail->bytes);
    for (guint i = 0; i < mail->recipients->len; i++) {
        const SinkRecipient *from = g_ptr_array_index(mail->recipients, i);
        SinkRecipient       *to = g_new0(SinkRecipient, 1);

        to->recipient = g_strdup(from->recipient);
        to->queue = g_strdup(from->queue);
        g_ptr_array_add(copy->recipients, to);
    }
    return copy;
}

static void
answer_for(const SinkRecipient *recipient, GArray *answers)
{
    SinkAnswer answer = { 0 };

    if (g_str_has_prefix(recipient->recipient, "quota@"))
        set_answer(&answer, 452, "4.2.2 over quota");
    else if (g_str_has_prefix(recipient->recipient, "gone@"))
        set_answer(&answer, 550, "5.2.1 gone\r\n250 2.0.0 forged");
    else if (g_str_has_prefix(recipient->recipient, "silent@"))
        return;
    else
        set_answer(&answer, 250, "2.0.0 stored");
    g_array_append_val(answers, answer);
}

static void
accept_mails(gpointer data, SinkMail *const *mails, gsize n, GArray *const *answers)
{
    Fixture *fixture = data;
    guint    count = (guint) n;

    g_atomic_int_inc(&fixture->entered);
    g_mutex_lock(&fixture->lock);
    g_array_append_val(fixture->batches, count);
    for (gsize i = 0; i < n; i++) {
        g_ptr_array_add(fixture->mails, copy_mail(mails[i]));
        for (guint k = 0; k < mails[i]->recipients->len; k++)
            answer_for(g_ptr_array_index(mails[i]->recipients, k), answers[i]);
    }
    g_mutex_unlock(&fixture->lock);
}

static int
tick(gpointer data)
{
    Fixture *fixture = data;

    fixture->ticks++;
    return -1;
}

static void
free_mail(gpointer mail)
{
    sink_mail_free(mail);
}

Fixture *
fixture_new(void)
{
    Fixture *fixture = g_new0(Fixture, 1);
    GError  *error = NULL;

    fixture->directory = g_dir_make_tmp("intake-XXXXXX", &error);
    g_assert_no_error(error);
    fixture->path = g_build_filename(fixture->directory, "lmtp.sock", NULL);
    fixture->listener = (LmtpListener) { .fd = -1, .name = "main", .trust_auth = TRUE };
    fixture->settings = (LmtpSettings) { .host = "desk.example", .message_size = 1024 * 1024, .connections = 200,
                                         .command_timeout_seconds = 60, .memory = 64 * 1024 * 1024 };
    fixture->sink = (Sink) { .data = fixture, .check_recipient = check_recipient, .accept = accept_mails, .tick = tick };
    fixture->mails = g_ptr_array_new_with_free_func(free_mail);
    fixture->batches = g_array_new(FALSE, FALSE, sizeof(guint));
    g_mutex_init(&fixture->lock);
    return fixture;
}

static gpointer
serve(gpointer data)
{
    Fixture           *fixture = data;
    g_autoptr(GError)  error = NULL;

    lmtp_serve(&fixture->listener, 1, &fixture->settings, &fixture->sink, &fixture->stop, fixture->wake[0],
               fixture->until_idle, &error);
    g_assert_no_error(error);
    return NULL;
}

void
fixture_start(Fixture *fixture)
{
    GError *error = NULL;

    g_assert_cmpint(pipe(fixture->wake), ==, 0);
    fixture->listener.fd = lmtp_listen_unix(fixture->path, 0600, &error);
    g_assert_no_error(error);
    fixture->thread = g_thread_new("lmtp", serve, fixture);
}

void
fixture_stop(Fixture *fixture)
{
    if (fixture->thread == NULL)
        return;
    fixture->stop = TRUE;
    g_assert_cmpint(write(fixture->wake[1], "x", 1), ==, 1);
    g_thread_join(fixture->thread);
    fixture->thread = NULL;
    close(fixture->wake[0]);
    close(fixture->wake[1]);
}

void
fixture_free(Fixture *fixture)
{
    fixture_stop(fixture);
    io_remove_tree(fixture->directory, NULL);
    g_free(fixture->directory);
    g_free(fixture->path);
    g_ptr_array_unref(fixture->mails);
    g_array_unref(fixture->batches);
    g_mutex_clear(&fixture->lock);
    g_free(fixture);
}

Client
client_open(const Fixture *fixture)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct timeval     patience = { .tv_sec = 20 };
    Client             client = { socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), g_string_new(NULL), 0 };

    g_assert_cmpuint(strlen(fixture->path), <, sizeof address.sun_path);
    memcpy(address.sun_path, fixture->path, strlen(fixture->path));
    g_assert_cmpint(connect(client.fd, (struct sockaddr *) &address, sizeof address), ==, 0);
    setsockopt(client.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(client.fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return client;
}

void
client_send(Client *client, const void *bytes, gsize length)
{
    gsize sent = 0;

    while (sent < length) {
        ssize_t n = send(client->fd, (const char *) bytes + sent, length - sent, MSG_NOSIGNAL);

        if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
            return;
        g_assert_cmpint(n, >, 0);
        sent += (gsize) n;
    }
}

void
client_say(Client *client, const char *text)
{
    client_send(client, text, strlen(text));
}

void
client_settle(Client *client)
{
    int waiting = 1;

    while (ioctl(client->fd, SIOCOUTQ, &waiting) == 0 && waiting > 0)
        g_usleep(20);
}

/* FALSE at the end of the connection. */
static gboolean
receive(Client *client)
{
    char    buffer[4096];
    ssize_t n = recv(client->fd, buffer, sizeof buffer, 0);

    if (n < 0 && errno == ECONNRESET)
        return FALSE;
    g_assert_cmpint(n, >=, 0);
    g_string_append_len(client->received, buffer, n);
    return n > 0;
}

static const char *
last_line(const Client *client)
{
    const GString *text = client->received;
    const char    *line = text->str + client->seen;

    if (!g_str_has_suffix(line, "\r\n"))
        return "";
    for (const char *c = line; c + 2 < text->str + text->len; c++)
        if (*c == '\n')
            line = c + 1;
    return line;
}

void
client_expect(Client *client, const char *end)
{
    while (!g_str_has_prefix(last_line(client), end))
        if (!receive(client))
            g_error("connection closed where \"%s\" was expected after:\n%s", end, client->received->str);
    client->seen = client->received->len;
}

char *
client_close(Client *client)
{
    shutdown(client->fd, SHUT_WR);
    while (receive(client))
        continue;
    close(client->fd);
    return g_string_free(client->received, FALSE);
}

static gboolean
is_enhanced(const char *text)
{
    return g_ascii_isdigit(text[0]) && text[1] == '.' && g_ascii_isdigit(text[2]) && text[3] == '.';
}

char *
reply_codes(const char *received)
{
    g_auto(GStrv) lines = g_strsplit(received, "\r\n", -1);
    GString      *codes = g_string_new(NULL);

    for (char **line = lines; *line != NULL; line++) {
        const char *text = *line;

        if (*text == '\0' || g_str_has_prefix(text, "220 ") || text[3] == '-' || g_str_has_prefix(text, "250 SIZE"))
            continue;
        if (codes->len > 0)
            g_string_append_c(codes, ' ');
        g_string_append_len(codes, text, 3);
        if (is_enhanced(text + 4))
            g_string_append_printf(codes, "/%.*s", (int) strcspn(text + 4, " "), text + 4);
    }
    return g_string_free(codes, FALSE);
}

char *
dialogue(const Fixture *fixture, const void *input, gsize length)
{
    Client           client = client_open(fixture);
    g_autofree char *received = NULL;

    client_send(&client, input, length);
    received = client_close(&client);
    return reply_codes(received);
}
