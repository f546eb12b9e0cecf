#define _GNU_SOURCE
#include "intake/lmtp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "intake/lmtp-connection-private.h"

#define READ_SIZE     (128 * 1024)
#define EVENTS        256
#define CHECK_TIME    (G_USEC_PER_SEC / 2)      /* between two looks at the time-outs */
#define IDLE_TIME     (200 * 1000)              /* until_idle: nobody was connected this long */
#define STOP_TIME     (10 * G_USEC_PER_SEC)     /* to finish what is being sent */
#define ACCEPT_PAUSE  (100 * 1000)              /* when the process has no descriptors left */
#define WELCOMES      64                        /* accepted in one round, per listener */

typedef struct Server Server;

typedef struct {
    const LmtpListener *listener;
    int                 fd;      /* -1 once closed */
    gboolean            paused;
} Door;

struct Server {
    const LmtpSettings *settings;
    const Sink         *sink;
    Door               *doors;
    gsize               n_doors;
    int                 wake_fd;
    int                 epoll_fd;
    GPtrArray          *connections;
    LmtpMemory          memory;
    guint8             *buffer;
    gint64              now;
    gint64              next_check;
    gint64              next_tick;
    gint64              idle_since;    /* 0 while somebody is connected */
    gint64              resume_accept; /* 0 unless doors are paused */
    gint64              stop_at;       /* 0 until asked to stop */
};

static void
free_connection(gpointer connection)
{
    lmtp_connection_free(connection);
}

/* --- who comes in ------------------------------------------------------------------------------------------------- */

static void
watch_door(Server *server, Door *door, gboolean open)
{
    struct epoll_event event = { .events = open ? EPOLLIN : 0, .data.ptr = door };

    if (door->fd < 0)
        return;
    epoll_ctl(server->epoll_fd, EPOLL_CTL_MOD, door->fd, &event);
    door->paused = !open;
}

static void
turn_away(int fd, const char *answer)
{
    ssize_t ignored = send(fd, answer, strlen(answer), MSG_NOSIGNAL | MSG_DONTWAIT);

    (void) ignored;
    shutdown(fd, SHUT_WR);
    close(fd);
}

static void
welcome(Server *server, const LmtpListener *listener, int fd)
{
    struct epoll_event event = { .events = EPOLLIN };
    LmtpConnection    *connection;
    int                one = 1;

    if (server->connections->len >= server->settings->connections) {
        turn_away(fd, "421 4.3.2 too many connections, try again later\r\n");
        return;
    }
    if (listener->may_connect != NULL && !listener->may_connect(listener->may_connect_data, fd)) {
        log_warning("refused connection", LOG_TEXT("listener", listener->name));
        turn_away(fd, "421 4.7.1 not allowed from here\r\n");
        return;
    }
    /* Fails on a Unix socket, which needs neither. */
    (void) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    (void) setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
    connection = lmtp_connection_new(fd, lmtp_session_new(listener, server->settings, server->sink, &server->memory));
    event.data.ptr = connection;
    connection->events = event.events;
    if (epoll_ctl(server->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
        lmtp_connection_free(connection);
        return;
    }
    g_ptr_array_add(server->connections, connection);
    server->idle_since = 0;
    lmtp_connection_check_time(connection, server->now, server->settings->command_timeout_seconds * G_USEC_PER_SEC);
    lmtp_connection_flush(connection, server->now);
}

static void
open_door(Server *server, Door *door)
{
    for (int i = 0; i < WELCOMES; i++) {
        int fd = accept4(door->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd >= 0) {
            welcome(server, door->listener, fd);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            log_warning("no more connections", LOG_TEXT("reason", g_strerror(errno)));
            watch_door(server, door, FALSE);
            server->resume_accept = server->now + ACCEPT_PAUSE;
        }
        if (errno != EINTR && errno != ECONNABORTED)
            return;
    }
}

/* --- one round ---------------------------------------------------------------------------------------------------- */

static Door *
door_of(const Server *server, gpointer target)
{
    for (gsize i = 0; i < server->n_doors; i++)
        if (target == &server->doors[i])
            return &server->doors[i];
    return NULL;
}

/* Waits, then reads from everybody who has sent something. FALSE if waiting itself failed. */
static gboolean
gather(Server *server, int wait_ms, GError **error)
{
    struct epoll_event events[EVENTS];
    int                n = epoll_wait(server->epoll_fd, events, EVENTS, wait_ms);

    if (n < 0)
        return errno == EINTR || error_from_errno(error, errno, "wait for LMTP clients");
    server->now = clock_monotonic();
    for (int i = 0; i < n; i++) {
        Door *door = door_of(server, events[i].data.ptr);

        if (door != NULL)
            open_door(server, door);
        else if (events[i].data.ptr != server)
            lmtp_connection_read(events[i].data.ptr, server->buffer, READ_SIZE);
    }
    return TRUE;
}

static void
update_watch(Server *server, LmtpConnection *connection)
{
    struct epoll_event event = { .events = lmtp_connection_wants(connection), .data.ptr = connection };

    if (event.events == connection->events)
        return;
    connection->events = event.events;
    epoll_ctl(server->epoll_fd, EPOLL_CTL_MOD, connection->fd, &event);
}

/* Sends the answers, and forgets who is gone. Returns how many messages wait for the sink. */
static guint
settle(Server *server)
{
    guint ready = 0;

    for (guint i = server->connections->len; i-- > 0;) {
        LmtpConnection *connection = g_ptr_array_index(server->connections, i);

        lmtp_connection_flush(connection, server->now);
        if (connection->dead && !lmtp_session_is_ready(connection->session)) {
            g_ptr_array_remove_index_fast(server->connections, i);
            continue;
        }
        if (lmtp_session_is_ready(connection->session))
            ready++;
        else
            update_watch(server, connection);
    }
    return ready;
}

static void
clear_answer(gpointer answer)
{
    sink_answer_clear(answer);
}

static GArray *
new_answers(guint recipients)
{
    GArray *answers = g_array_sized_new(FALSE, TRUE, sizeof(SinkAnswer), recipients);

    g_array_set_clear_func(answers, clear_answer);
    return answers;
}

static void
unref_array(gpointer array)
{
    g_array_unref(array);
}

/* All messages that are complete go to the sink in one call: one commit. */
static void
hand_over(Server *server)
{
    g_autoptr(GPtrArray) sessions = g_ptr_array_new();
    g_autoptr(GPtrArray) mails = g_ptr_array_new();
    g_autoptr(GPtrArray) answers = g_ptr_array_new_with_free_func(unref_array);

    for (guint i = 0; i < server->connections->len; i++) {
        LmtpConnection *connection = g_ptr_array_index(server->connections, i);

        if (!lmtp_session_is_ready(connection->session))
            continue;
        g_ptr_array_add(sessions, connection->session);
        g_ptr_array_add(mails, lmtp_session_mail(connection->session));
        g_ptr_array_add(answers, new_answers(lmtp_session_mail(connection->session)->recipients->len));
    }
    server->sink->accept(server->sink->data, (SinkMail *const *) mails->pdata, mails->len,
                         (GArray *const *) answers->pdata);
    for (guint i = 0; i < sessions->len; i++)
        lmtp_session_answer(g_ptr_array_index(sessions, i), g_ptr_array_index(answers, i));
    server->next_tick = server->now;
}

static void
check_times(Server *server)
{
    for (guint i = 0; i < server->connections->len; i++)
        lmtp_connection_check_time(g_ptr_array_index(server->connections, i), server->now,
                                   server->settings->command_timeout_seconds * G_USEC_PER_SEC);
    server->next_check = server->now + CHECK_TIME;
    if (server->resume_accept != 0 && server->now >= server->resume_accept) {
        server->resume_accept = 0;
        for (gsize i = 0; i < server->n_doors; i++)
            if (server->doors[i].paused)
                watch_door(server, &server->doors[i], TRUE);
    }
}

static void
tick(Server *server)
{
    int wait_ms = server->sink->tick != NULL ? server->sink->tick(server->sink->data) : -1;

    server->next_tick = wait_ms < 0 ? G_MAXINT64 : clock_monotonic() + (gint64) wait_ms * 1000;
}

/* --- begin and end ------------------------------------------------------------------------------------------------ */

static void
begin_stop(Server *server)
{
    server->stop_at = server->now + STOP_TIME;
    if (server->wake_fd >= 0)
        epoll_ctl(server->epoll_fd, EPOLL_CTL_DEL, server->wake_fd, NULL);
    for (gsize i = 0; i < server->n_doors; i++)
        io_close(&server->doors[i].fd);
    for (guint i = 0; i < server->connections->len; i++) {
        LmtpConnection *connection = g_ptr_array_index(server->connections, i);

        lmtp_session_stop(connection->session);
    }
}

static void
end_all(Server *server)
{
    for (guint i = 0; i < server->connections->len; i++) {
        LmtpConnection *connection = g_ptr_array_index(server->connections, i);

        lmtp_session_end(connection->session, "4.3.2 shutting down");
        lmtp_connection_flush(connection, server->now);
    }
}

static gboolean
is_finished(Server *server, gboolean until_idle)
{
    if (server->stop_at != 0)
        return server->connections->len == 0 || server->now >= server->stop_at;
    if (server->connections->len > 0)
        return FALSE;
    if (server->idle_since == 0)
        server->idle_since = server->now;
    return until_idle && server->now - server->idle_since >= IDLE_TIME;
}

static int
wait_ms(const Server *server, gboolean until_idle)
{
    gint64 until = server->next_tick;

    if (server->connections->len > 0 || server->resume_accept != 0)
        until = MIN(until, server->next_check);
    else if (until_idle)
        until = MIN(until, server->idle_since + IDLE_TIME);
    if (server->stop_at != 0)
        until = MIN(until, server->stop_at);
    if (until == G_MAXINT64)
        return -1;
    return until <= server->now ? 0 : (int) MIN((until - server->now + 999) / 1000, 60 * 1000);
}

/* Ends with everything settled but the messages that came behind others' in one burst: how many is in ready. */
static gboolean
run_round(Server *server, gboolean until_idle, guint *ready, GError **error)
{
    if (!gather(server, *ready > 0 ? 0 : wait_ms(server, until_idle), error))
        return FALSE;
    if (settle(server) > 0) {
        /* Whoever was just told to go on may have a message complete by now: the more, the better the commit. */
        if (!gather(server, 0, error))
            return FALSE;
        hand_over(server);
    }
    if (server->now >= server->next_check)
        check_times(server);
    if (server->now >= server->next_tick)
        tick(server);
    *ready = settle(server);
    return TRUE;
}

static gboolean
run(Server *server, volatile int *stop, gboolean until_idle, GError **error)
{
    guint ready = 0;

    for (;;) {
        if (*stop && server->stop_at == 0) {
            begin_stop(server);
            ready = settle(server);
        }
        if (is_finished(server, until_idle))
            break;
        if (!run_round(server, until_idle, &ready, error))
            return FALSE;
    }
    end_all(server);
    return TRUE;
}

static gboolean
watch(Server *server, int fd, guint32 events, gpointer target, GError **error)
{
    struct epoll_event event = { .events = events, .data.ptr = target };

    if (epoll_ctl(server->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
        return error_from_errno(error, errno, "watch an LMTP socket");
    return TRUE;
}

static gboolean
open_server(Server *server, const LmtpListener *listeners, GError **error)
{
    server->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (server->epoll_fd < 0)
        return error_from_errno(error, errno, "open an epoll descriptor");
    for (gsize i = 0; i < server->n_doors; i++)
        if (!watch(server, listeners[i].fd, EPOLLIN, &server->doors[i], error))
            return FALSE;
    /* Its bytes are the signal handler's: the edge is enough, and cannot spin. */
    return server->wake_fd < 0 || watch(server, server->wake_fd, EPOLLIN | EPOLLET, server, error);
}

gboolean
lmtp_serve(const LmtpListener *listeners, gsize n_listeners, const LmtpSettings *settings, const Sink *sink,
           volatile int *stop, int wake_fd, gboolean until_idle, GError **error)
{
    g_autofree Door     *doors = g_new0(Door, n_listeners);
    g_autofree guint8   *buffer = g_malloc(READ_SIZE);
    g_autoptr(GPtrArray) connections = g_ptr_array_new_with_free_func(free_connection);
    gboolean             ok;
    Server               server = {
        .settings = settings, .sink = sink, .doors = doors, .n_doors = n_listeners, .wake_fd = wake_fd,
        .connections = connections, .memory = { .limit = settings->memory }, .buffer = buffer,
        .now = clock_monotonic(),
    };

    for (gsize i = 0; i < n_listeners; i++)
        doors[i] = (Door) { .listener = &listeners[i], .fd = listeners[i].fd };
    server.idle_since = server.now;
    ok = open_server(&server, listeners, error) && run(&server, stop, until_idle, error);
    for (gsize i = 0; i < n_listeners; i++)
        io_close(&doors[i].fd);
    g_ptr_array_set_size(connections, 0);
    io_close(&server.epoll_fd);
    return ok;
}
