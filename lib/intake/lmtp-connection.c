#include "intake/lmtp-connection-private.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"

#define READS_PER_ROUND 8                  /* then it is another client's turn */
#define OUTPUT_MAX      (64 * 1024)        /* answers that wait before more commands are read */
#define LINGER          (2 * G_USEC_PER_SEC)

LmtpConnection *
lmtp_connection_new(int fd, LmtpSession *session)
{
    LmtpConnection *c = g_new0(LmtpConnection, 1);

    c->fd = fd;
    c->session = session;
    return c;
}

void
lmtp_connection_free(LmtpConnection *c)
{
    close(c->fd);
    lmtp_session_free(c->session);
    g_free(c);
}

static gboolean
wants_input(const LmtpConnection *c)
{
    return c->lingering || (!lmtp_session_is_ready(c->session) && !lmtp_session_is_closed(c->session));
}

/* FALSE if there is no more to read now. */
static gboolean
read_once(LmtpConnection *c, guint8 *buffer, gsize size)
{
    ssize_t n = recv(c->fd, buffer, size, MSG_DONTWAIT);

    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR)
            c->dead = TRUE;
        return errno == EINTR;
    }
    if (n == 0) {
        c->ended = TRUE;
        return FALSE;
    }
    if (!c->lingering)
        lmtp_session_feed(c->session, buffer, (gsize) n);
    return (gsize) n == size;
}

void
lmtp_connection_read(LmtpConnection *c, guint8 *buffer, gsize size)
{
    GByteArray *output = lmtp_session_output(c->session);
    gboolean    more = output->len == 0;   /* else the peer first has to read its answers */

    for (int i = 0; i < READS_PER_ROUND && more && !c->dead && wants_input(c) && output->len < OUTPUT_MAX; i++)
        more = read_once(c, buffer, size);
}

static void
write_output(LmtpConnection *c, GByteArray *output)
{
    ssize_t n = send(c->fd, output->data, output->len, MSG_DONTWAIT | MSG_NOSIGNAL);

    if (n >= 0)
        g_byte_array_remove_range(output, 0, (guint) n);
    else if (errno != EAGAIN && errno != EINTR)
        c->dead = TRUE;
}

void
lmtp_connection_flush(LmtpConnection *c, gint64 now)
{
    GByteArray *output = lmtp_session_output(c->session);

    if (output->len > 0 && !c->dead)
        write_output(c, output);
    if (c->dead || output->len > 0 || lmtp_session_is_ready(c->session))
        return;
    if (c->ended) {
        c->dead = TRUE;
    } else if (lmtp_session_is_closed(c->session) && !c->lingering) {
        shutdown(c->fd, SHUT_WR);
        c->lingering = TRUE;
        c->deadline = now + LINGER;
    }
}

void
lmtp_connection_check_time(LmtpConnection *c, gint64 now, gint64 timeout)
{
    if (!c->lingering && (c->deadline == 0 || c->progress != lmtp_session_progress(c->session))) {
        c->progress = lmtp_session_progress(c->session);
        c->deadline = now + timeout;
    }
    if (now < c->deadline)
        return;
    /* Whoever does not read its answers, or did not close after the last one, is not told anything more. */
    if (c->lingering || lmtp_session_output(c->session)->len > 0 || lmtp_session_is_closed(c->session)) {
        c->dead = TRUE;
        return;
    }
    log_info("timed out", LOG_INT("fd", c->fd));
    lmtp_session_end(c->session, "4.4.2 time-out");
    lmtp_connection_flush(c, now);
}

guint32
lmtp_connection_wants(const LmtpConnection *c)
{
    if (lmtp_session_output(c->session)->len > 0)
        return EPOLLOUT;
    return wants_input(c) && !c->ended ? EPOLLIN : 0;
}
