/*
 * lmtp-load.c - send N mails over an LMTP socket, as fast as they are taken
 *
 *     lmtp-load SOCKET RECIPIENT DIRECTORY N CONNECTIONS RUN
 *
 * A closed loop: each connection sends MAIL, RCPT and BDAT with the mail in one go (RFC 2920, RFC 3030) and begins the next mail when the last
 * answer is there. One process, one thread: what it costs is printed, so that nobody takes its limit for the server's.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "mails.h"

#define MAILS_PER_SESSION 100        /* mailgw ends a session after as many */
#define MAX_CONNECTIONS   256

typedef enum { GREETING, HELLO, ANSWER_MAIL, ANSWER_RCPT, ANSWER_DATA } Expected;

typedef struct {
    int          fd;
    Expected     expected;
    guint        session_mails;
    gboolean     has_mail;
    guint32      number;               /* of the mail it sends               */
    gint64       sent_at;
    char         commands[1024];
    char         head[BENCH_HEAD_MAX];
    struct iovec parts[3];
    guint        part;
    gboolean     wants_write;
    char         input[4096];
    gsize        input_length;
} Connection;

typedef struct {
    const char         *recipient;
    struct sockaddr_un  address;
    GPtrArray          *mails;
    guint32             n, next, done, run;
    guint32             refused;       /* answers other than 2yz: the mail is sent again */
    int                 epoll_fd;
    gint64              first_at, last_at;
    double              first_epoch;
    gint64             *latencies;     /* microseconds */
} Load;

static G_NORETURN void
die(const char *what)
{
    perror(what);
    exit(1);
}

static gint64
now_us(void)
{
    return g_get_monotonic_time();
}

static void
watch(const Load *load, Connection *c, int operation)
{
    struct epoll_event event = { .events = EPOLLIN | (c->wants_write ? EPOLLOUT : 0), .data.ptr = c };

    if (epoll_ctl(load->epoll_fd, operation, c->fd, &event) != 0)
        die("epoll_ctl");
}

static void
open_connection(const Load *load, Connection *c)
{
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (const struct sockaddr *) &load->address, sizeof load->address) != 0)
        die(load->address.sun_path);
    c->expected = GREETING;
    c->session_mails = 0;
    c->input_length = 0;
    c->wants_write = FALSE;
    watch(load, c, EPOLL_CTL_ADD);
}

static void
reopen(const Load *load, Connection *c)
{
    close(c->fd);
    open_connection(load, c);
}

/* As much as the socket takes now. */
static void
flush(const Load *load, Connection *c)
{
    gboolean wanted_write = c->wants_write;

    c->wants_write = FALSE;
    while (c->part < G_N_ELEMENTS(c->parts)) {
        struct msghdr message = { .msg_iov = c->parts + c->part, .msg_iovlen = G_N_ELEMENTS(c->parts) - c->part };
        ssize_t sent = sendmsg(c->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (sent < 0 && errno == EAGAIN) {
            c->wants_write = TRUE;
            break;
        }
        if (sent < 0)
            break;                     /* the answer, or its end, says what happened */
        for (gsize left = (gsize) sent; c->part < G_N_ELEMENTS(c->parts);) {
            struct iovec *part = &c->parts[c->part];
            gsize taken = MIN(left, part->iov_len);

            part->iov_base = (char *) part->iov_base + taken;
            part->iov_len -= taken;
            left -= taken;
            if (part->iov_len > 0)
                break;
            c->part++;
        }
    }
    if (c->wants_write != wanted_write)
        watch(load, c, EPOLL_CTL_MOD);
}

static void
send_mail(Load *load, Connection *c)
{
    BenchMail *mail;

    if (!c->has_mail) {
        if (load->next == load->n)
            return;
        c->number = load->next++;
        c->has_mail = TRUE;
    }
    mail = g_ptr_array_index(load->mails, c->number % load->mails->len);
    bench_mail_head(mail, load->run, c->number, c->head);
    g_snprintf(c->commands, sizeof c->commands, "MAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nBDAT %zu LAST\r\n", mail->sender,
               load->recipient, mail->length);
    c->parts[0] = (struct iovec) { c->commands, strlen(c->commands) };
    c->parts[1] = (struct iovec) { c->head, mail->head_length };
    c->parts[2] = (struct iovec) { mail->bytes + mail->head_length, mail->length - mail->head_length };
    c->part = 0;
    c->expected = ANSWER_MAIL;
    c->sent_at = now_us();
    if (load->first_at == 0) {
        load->first_at = c->sent_at;
        load->first_epoch = (double) g_get_real_time() / 1e6;
    }
    flush(load, c);
}

static void
send_hello(Connection *c)
{
    static const char hello[] = "LHLO bench.example\r\n";

    if (send(c->fd, hello, sizeof hello - 1, MSG_NOSIGNAL) != (ssize_t) sizeof hello - 1)
        die("LHLO");
    c->expected = HELLO;
}

static void
mail_done(Load *load, Connection *c)
{
    load->last_at = now_us();
    load->latencies[load->done++] = load->last_at - c->sent_at;
    c->has_mail = FALSE;
    if (++c->session_mails == MAILS_PER_SESSION)
        reopen(load, c);
    else
        send_mail(load, c);
}

/* One answer line; FALSE if the connection was opened anew and what else was read belongs to the old one. */
static gboolean
take_line(Load *load, Connection *c, const char *line)
{
    if (line[0] != '2') {
        load->refused++;
        if (load->refused > load->n) {
            fprintf(stderr, "lmtp-load: too many refusals, the last: %s\n", line);
            exit(1);
        }
        usleep(1000);
        reopen(load, c);
        return FALSE;
    }
    if (line[3] == '-')
        return TRUE;
    switch (c->expected) {
    case GREETING:
        send_hello(c);
        return TRUE;
    case HELLO:
        send_mail(load, c);
        return TRUE;
    case ANSWER_MAIL:
        c->expected = ANSWER_RCPT;
        return TRUE;
    case ANSWER_RCPT:
        c->expected = ANSWER_DATA;
        return TRUE;
    case ANSWER_DATA:
    default:
        mail_done(load, c);
        return c->session_mails > 0;
    }
}

static void
take_input(Load *load, Connection *c)
{
    ssize_t got = recv(c->fd, c->input + c->input_length, sizeof c->input - 1 - c->input_length, MSG_DONTWAIT);
    char *line, *end;

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        load->refused++;
        reopen(load, c);
        return;
    }
    c->input_length += (gsize) got;
    c->input[c->input_length] = '\0';
    for (line = c->input; (end = strstr(line, "\r\n")) != NULL; line = end + 2) {
        *end = '\0';
        if (!take_line(load, c, line))
            return;
    }
    c->input_length -= (gsize) (line - c->input);
    memmove(c->input, line, c->input_length);
}

static int
compare_times(const void *a, const void *b)
{
    gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

    return (x > y) - (x < y);
}

static void
report(const Load *load)
{
    double seconds = (double) (load->last_at - load->first_at) / 1e6;
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    qsort(load->latencies, load->done, sizeof *load->latencies, compare_times);
    printf("{\"mails\": %u, \"refused\": %u, \"seconds\": %.3f, \"per_second\": %.1f, \"first_mail_from\": %.6f, "
           "\"cpu_seconds\": %.3f, \"latency_ms_p50\": %.3f, \"latency_ms_p95\": %.3f}\n",
           load->done, load->refused, seconds, load->done / seconds, load->first_epoch,
           (double) (used.ru_utime.tv_sec + used.ru_stime.tv_sec)
               + (double) (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6,
           (double) load->latencies[load->done / 2] / 1e3, (double) load->latencies[load->done * 95 / 100] / 1e3);
}

int
main(int argc, char **argv)
{
    static Connection connections[MAX_CONNECTIONS];
    struct epoll_event events[MAX_CONNECTIONS];
    Load load = { .address.sun_family = AF_UNIX };
    int n_connections;

    if (argc != 7) {
        fprintf(stderr, "usage: lmtp-load SOCKET RECIPIENT DIRECTORY N CONNECTIONS RUN\n");
        return 2;
    }
    g_strlcpy(load.address.sun_path, argv[1], sizeof load.address.sun_path);
    load.recipient = argv[2];
    load.mails = bench_mails_read(argv[3]);
    load.n = (guint32) MAX(atoi(argv[4]), 1);
    n_connections = CLAMP(atoi(argv[5]), 1, MAX_CONNECTIONS);
    load.run = (guint32) atoi(argv[6]);
    load.latencies = g_new0(gint64, load.n);
    load.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < n_connections; i++)
        open_connection(&load, &connections[i]);
    while (load.done < load.n) {
        int ready = epoll_wait(load.epoll_fd, events, MAX_CONNECTIONS, -1);

        for (int i = 0; i < ready; i++) {
            Connection *c = events[i].data.ptr;

            if (c->wants_write && (events[i].events & EPOLLOUT) != 0)
                flush(&load, c);
            if ((events[i].events & ~(guint32) EPOLLOUT) != 0)
                take_input(&load, c);
        }
    }
    report(&load);
    return 0;
}
