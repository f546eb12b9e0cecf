#include "smtp-server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct SmtpServer {
    SmtpScript script;
    int        listener;
    guint      port;
    int        wake[2];
    GThread   *thread;
    GMutex     mutex;
    GCond      changed;
    int        connections, mails, closed;
    GString   *commands;
    GString   *content;
};

typedef struct {
    SmtpServer *server;
    int         fd;
    const SmtpScript *script;
    GString    *input;
} Client;

static gboolean
wait_readable(const SmtpServer *server, int fd)
{
    struct pollfd fds[] = { { fd, POLLIN, 0 }, { server->wake[0], POLLIN, 0 } };

    while (poll(fds, 2, -1) < 0)
        ;
    return fds[1].revents == 0;
}

/* A line with its CRLF, or FALSE at the end. */
static gboolean
read_line(Client *client, GString *line)
{
    for (;;) {
        char buffer[4096];
        const char *end = memchr(client->input->str, '\n', client->input->len);
        ssize_t got;

        if (end != NULL) {
            gssize length = end + 1 - client->input->str;

            g_string_truncate(line, 0);
            g_string_append_len(line, client->input->str, length);
            g_string_erase(client->input, 0, length);
            return TRUE;
        }
        if (!wait_readable(client->server, client->fd) || (got = read(client->fd, buffer, sizeof buffer)) <= 0)
            return FALSE;
        g_string_append_len(client->input, buffer, got);
    }
}

static gboolean
say(const Client *client, const char *answer)
{
    g_auto(GStrv) lines = g_strsplit(answer, "\n", -1);
    g_autofree char *text = g_strjoinv("\r\n", lines);
    g_autofree char *wire = g_strconcat(text, "\r\n", NULL);
    gsize piece = client->script->drip ? 1 : strlen(wire);

    if (g_str_equal(answer, CLOSE))
        return FALSE;
    if (g_str_equal(answer, HANG)) {
        char byte;

        while (wait_readable(client->server, client->fd) && recv(client->fd, &byte, 1, 0) > 0)
            ;
        return FALSE;
    }
    for (const char *next = wire; *next != '\0'; next += piece) {
        if (send(client->fd, next, piece, MSG_NOSIGNAL) != (ssize_t) piece)
            return FALSE;
        if (client->script->drip)
            g_usleep(50 * 1000);
    }
    return TRUE;
}

static const char *
choose(const char *scripted, const char *ordinary)
{
    return scripted != NULL ? scripted : ordinary;
}

/* TRUE if the connection stays. */
static gboolean
take_content(Client *client)
{
    SmtpServer *server = client->server;
    const char *answer = choose(client->script->content, "250 2.0.0 taken");
    g_autoptr(GString) line = g_string_new(NULL);
    g_autoptr(GString) content = g_string_new(NULL);

    if (g_str_equal(answer, CLOSE "-at-once"))
        return FALSE;
    for (;;) {
        if (!read_line(client, line))
            return FALSE;
        if (g_str_equal(line->str, ".\r\n"))
            break;
        g_string_append_len(content, line->str, (gssize) line->len);
    }
    g_mutex_lock(&server->mutex);
    g_string_assign(server->content, content->str);
    if (answer[0] == '2')
        server->mails++;
    g_mutex_unlock(&server->mutex);
    return say(client, answer);
}

static const char *
answer_to(const SmtpScript *script, const char *command)
{
    const struct {
        const char *verb, *scripted, *ordinary;
    } table[] = {
        { "EHLO", script->ehlo, "250-sink.example\n250-8BITMIME\n250-SIZE 1000000\n250 ENHANCEDSTATUSCODES" },
        { "HELO", script->ehlo, "250 sink.example" },
        { "AUTH", script->auth, "235 2.7.0 welcome" },
        { "MAIL", script->mail, "250 2.1.0 sender ok" },
        { "RCPT", script->rcpt, "250 2.1.5 recipient ok" },
        { "DATA", script->data, "354 go on" },
        { "NOOP", script->noop, "250 2.0.0 ok" },
        { "QUIT", NULL, "221 2.0.0 bye" },
    };

    if (script->refused != NULL && g_str_has_prefix(command, "RCPT") && strstr(command, script->refused) != NULL)
        return "550 5.1.1 no such user";
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
        if (g_str_has_prefix(command, table[i].verb))
            return choose(table[i].scripted, table[i].ordinary);
    return "500 5.5.2 what?";
}

static void
converse(Client *client)
{
    SmtpServer *server = client->server;
    g_autoptr(GString) line = g_string_new(NULL);

    if (!say(client, choose(client->script->greeting, "220 sink.example ESMTP")))
        return;
    while (read_line(client, line)) {
        const char *answer = answer_to(client->script, line->str);

        g_mutex_lock(&server->mutex);
        g_string_append_len(server->commands, line->str, (gssize) line->len - 2);
        g_string_append_c(server->commands, '\n');
        g_mutex_unlock(&server->mutex);
        /* The credentials follow in a line of their own, which is not kept. */
        if (g_str_has_prefix(line->str, "AUTH") && (!say(client, "334 ") || !read_line(client, line)))
            return;
        if (!say(client, answer) || g_str_has_prefix(line->str, "QUIT"))
            return;
        if (!g_str_has_prefix(line->str, "DATA") || answer[0] != '3')
            continue;
        if (!take_content(client))
            return;
        if (client->script->close_when_idle) {
            if (client->script->last_words != NULL)
                say(client, client->script->last_words);
            return;
        }
    }
}

static gpointer
serve(gpointer data)
{
    static const SmtpScript ordinary = { 0 };
    SmtpServer *server = data;

    while (wait_readable(server, server->listener)) {
        Client client = { .server = server, .fd = accept(server->listener, NULL, NULL), .input = g_string_new(NULL) };
        gboolean scripted;

        g_mutex_lock(&server->mutex);
        server->connections++;
        scripted = server->script.first_connections == 0 || server->connections <= server->script.first_connections;
        g_mutex_unlock(&server->mutex);
        client.script = scripted ? &server->script : &ordinary;
        converse(&client);
        close(client.fd);
        g_string_free(client.input, TRUE);
        g_mutex_lock(&server->mutex);
        server->closed++;
        g_cond_signal(&server->changed);
        g_mutex_unlock(&server->mutex);
    }
    return NULL;
}

SmtpServer *
smtp_server_start(const SmtpScript *script)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t length = sizeof address;
    SmtpServer *server = g_new0(SmtpServer, 1);

    server->script = *script;
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(server->listener, (struct sockaddr *) &address, sizeof address), ==, 0);
    g_assert_cmpint(listen(server->listener, 16), ==, 0);
    g_assert_cmpint(getsockname(server->listener, (struct sockaddr *) &address, &length), ==, 0);
    g_assert_cmpint(pipe(server->wake), ==, 0);
    server->port = ntohs(address.sin_port);
    server->commands = g_string_new(NULL);
    server->content = g_string_new(NULL);
    g_mutex_init(&server->mutex);
    g_cond_init(&server->changed);
    server->thread = g_thread_new("smtp", serve, server);
    return server;
}

void
smtp_server_stop(SmtpServer *server)
{
    if (server->thread == NULL)
        return;
    g_assert_cmpint(write(server->wake[1], "x", 1), ==, 1);
    g_thread_join(g_steal_pointer(&server->thread));
}

void
smtp_server_free(SmtpServer *server)
{
    smtp_server_stop(server);
    close(server->listener);
    close(server->wake[0]);
    close(server->wake[1]);
    g_string_free(server->commands, TRUE);
    g_string_free(server->content, TRUE);
    g_mutex_clear(&server->mutex);
    g_cond_clear(&server->changed);
    g_free(server);
}

void
smtp_server_wait_closed(SmtpServer *server, int count)
{
    gint64 deadline = g_get_monotonic_time() + 10 * G_TIME_SPAN_SECOND;

    g_mutex_lock(&server->mutex);
    while (server->closed < count)
        g_assert_true(g_cond_wait_until(&server->changed, &server->mutex, deadline));
    g_mutex_unlock(&server->mutex);
}

guint
smtp_server_port(const SmtpServer *server)
{
    return server->port;
}

int
smtp_server_connections(const SmtpServer *server)
{
    g_assert_null(server->thread);
    return server->connections;
}

int
smtp_server_mails(const SmtpServer *server)
{
    g_assert_null(server->thread);
    return server->mails;
}

const char *
smtp_server_commands(const SmtpServer *server)
{
    g_assert_null(server->thread);
    return server->commands->str;
}

const char *
smtp_server_content(const SmtpServer *server)
{
    g_assert_null(server->thread);
    return server->content->str;
}
