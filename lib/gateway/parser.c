/*
 * parser.c - the worker's side, and the helper that forks children
 */
#include "gateway/parser.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/log.h"
#include "gateway/parser-private.h"
#include "message/record.h"

struct Parser {
    pid_t helper;
    int   helper_socket;
    pid_t child;            /* 0: none */
    int   child_fd;         /* pidfd of the child, -1: none: its pid may be another's as soon as it has ended */
    int   channel;          /* to the child, -1: none */
    gboolean broken;        /* the helper is gone */
};

/* ---- the helper process ------------------------------------------------------------------------------------- */

static G_NORETURN void
helper_run(int socket)
{
    int channel;
    char order;

    log_set_role("parse-helper");
    prctl(PR_SET_NAME, "mailgw:helper");
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGTERM, SIG_IGN);       /* ends when the worker closes its socket, not before */
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);       /* children are reaped by the kernel; the worker notices a death by the closed channel */
    message_init();
    while (parser_receive_fd(socket, &order, 1, &channel)) {
        pid_t child = fork();

        if (child == 0) {
            close(socket);
            log_set_role("parse");
            prctl(PR_SET_NAME, "mailgw:parse");
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            parser_child_run(channel);
        }
        io_close(&channel);
        if (!io_write_all(socket, &child, sizeof child, NULL))
            break;
    }
    _exit(0);
}

Parser *
parser_start(GError **error)
{
    Parser *parser;
    int pair[2];
    pid_t helper;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        error_from_errno(error, errno, "start the parse helper");
        return NULL;
    }
    helper = fork();
    if (helper < 0) {
        error_from_errno(error, errno, "start the parse helper");
        close(pair[0]);
        close(pair[1]);
        return NULL;
    }
    if (helper == 0) {
        close(pair[0]);
        helper_run(pair[1]);
    }
    close(pair[1]);
    parser = g_new0(Parser, 1);
    parser->helper = helper;
    parser->helper_socket = pair[0];
    parser->child_fd = -1;
    parser->channel = -1;
    return parser;
}

/* ---- the worker's side -------------------------------------------------------------------------------------- */

static void
child_drop(Parser *parser)
{
    io_close(&parser->channel);
    if (parser->child_fd >= 0)
        pidfd_send_signal(parser->child_fd, SIGKILL, NULL, 0);
    io_close(&parser->child_fd);
    parser->child = 0;
}

void
parser_free(Parser *parser)
{
    if (parser == NULL)
        return;
    child_drop(parser);
    io_close(&parser->helper_socket);
    waitpid(parser->helper, NULL, 0);
    g_free(parser);
}

pid_t
parser_child_pid(const Parser *parser)
{
    return parser->child;
}

gboolean
parser_is_broken(const Parser *parser)
{
    return parser->broken;
}

static gboolean
child_ensure(Parser *parser, GError **error)
{
    int pair[2];
    pid_t child = 0;

    if (parser->channel >= 0)
        return TRUE;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return error_from_errno(error, errno, "start a parse child");
    if (!parser_send_fd(parser->helper_socket, "c", 1, pair[1])
        || !io_read_all(parser->helper_socket, &child, sizeof child, NULL) || child <= 0) {
        close(pair[0]);
        close(pair[1]);
        parser->broken = TRUE;
        g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY,
                            "could not start a parse child: its helper does not answer");
        return FALSE;
    }
    close(pair[1]);
    parser->channel = pair[0];
    parser->child = child;
    parser->child_fd = pidfd_open(child, 0);    /* -1: it has died already, which the channel will tell */
    return TRUE;
}

static gboolean
request_send(Parser *parser, GBytes *bytes, const MessageOptions *options, const char *part)
{
    ParserRequest request = { .length = (guint32) g_bytes_get_size(bytes) };
    gboolean sent;
    int fd;

    g_strlcpy(request.queue, options->queue != NULL ? options->queue : "", sizeof request.queue);
    g_strlcpy(request.default_charset, options->default_charset != NULL ? options->default_charset : "",
              sizeof request.default_charset);
    g_strlcpy(request.authserv_id, options->authserv_id != NULL ? options->authserv_id : "",
              sizeof request.authserv_id);
    request.details = options->details;
    g_strlcpy(request.part, part, sizeof request.part);
    fd = io_memfd("mail", g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), NULL);
    if (fd < 0)
        return FALSE;
    sent = parser_send_fd(parser->channel, &request, sizeof request, fd);
    close(fd);
    return sent;
}

/* Reads exactly length bytes before the deadline; FALSE when the child is gone or too slow. */
static gboolean
channel_read(Parser *parser, void *bytes_out, gsize length, gint64 deadline)
{
    guint8 *next = bytes_out;

    while (length > 0) {
        struct pollfd ready = { parser->channel, POLLIN, 0 };
        gint64 left = deadline - clock_monotonic();
        ssize_t got;

        if (left <= 0 || poll(&ready, 1, (int) (left / 1000) + 1) < 0) {
            if (left > 0 && errno == EINTR)
                continue;
            return FALSE;
        }
        if (ready.revents == 0)
            continue;
        got = read(parser->channel, next, length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return FALSE;
        next += got;
        length -= (gsize) got;
    }
    return TRUE;
}

/* One record of at most max bytes. */
static GBytes *
reply_receive(Parser *parser, guint32 max, gboolean *last_out, GError **error)
{
    gint64 deadline = clock_monotonic() + (gint64) LIMIT_PARSE_WALL_SECONDS * G_USEC_PER_SEC;
    g_autofree guint8 *record = NULL;
    ParserReply reply;

    if (!channel_read(parser, &reply, sizeof reply, deadline)) {
        g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_LIMIT,
                            "cannot be parsed: the parse process died or took too long");
        return NULL;
    }
    if (reply.record_length > max) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_LIMIT, "cannot be parsed: its record has %u bytes, at most %u",
                    reply.record_length, max);
        return NULL;
    }
    record = g_malloc(reply.record_length + 1);
    if (!channel_read(parser, record, reply.record_length, deadline)) {
        g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_LIMIT,
                            "cannot be parsed: the parse process died while it answered");
        return NULL;
    }
    *last_out = reply.last != 0;
    return g_bytes_new_take(g_steal_pointer(&record), reply.record_length);
}

static gboolean
request_hand_over(Parser *parser, GBytes *bytes, const MessageOptions *options, const char *part, GError **error)
{
    if (!child_ensure(parser, error))
        return FALSE;
    if (!request_send(parser, bytes, options, part)) {
        /* It died between two messages (an operator's kill, the kernel's memory killer): that is not this message's fault. */
        child_drop(parser);
        if (!child_ensure(parser, error))
            return FALSE;
        if (!request_send(parser, bytes, options, part)) {
            child_drop(parser);
            g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "could not hand a message to the parse child");
            return FALSE;
        }
    }
    return TRUE;
}

Message *
parser_parse(Parser *parser, GBytes *bytes, const MessageOptions *options, GError **error)
{
    g_autoptr(GBytes) record = NULL;
    Message *message = NULL;
    gboolean last = FALSE;

    if (!request_hand_over(parser, bytes, options, "", error))
        return NULL;
    record = reply_receive(parser, LIMIT_PARSE_RECORD, &last, error);
    if (record != NULL)
        message = message_record_read(g_bytes_get_data(record, NULL), g_bytes_get_size(record), error);
    if (message == NULL || last)
        child_drop(parser);
    return message;
}

void
parser_part_free(ParserPart *part)
{
    if (part == NULL)
        return;
    g_free(part->filename);
    g_free(part->type);
    g_clear_pointer(&part->bytes, g_bytes_unref);
    g_free(part);
}

/* The child is a stranger: what it says is checked, and so is what it says of errors. */
static ParserPart *
part_read(GBytes *record, GError **error)
{
    g_autoptr(ParserPart) part = g_new0(ParserPart, 1);
    g_autofree char *problem = NULL;
    BufferReader reader;
    gboolean found;

    buffer_reader_init(&reader, g_bytes_get_data(record, NULL), g_bytes_get_size(record));
    found = buffer_get_u8(&reader) != 0;
    problem = buffer_get_text(&reader);
    part->filename = buffer_get_text(&reader);
    part->type = buffer_get_text(&reader);
    if (reader.failed) {
        g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "cannot be parsed: the parse process answered nonsense");
        return NULL;
    }
    if (!found) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "%s", problem != NULL ? problem : "there is no such part");
        return NULL;
    }
    part->bytes = g_bytes_new_from_bytes(record, g_bytes_get_size(record) - buffer_left(&reader), buffer_left(&reader));
    return g_steal_pointer(&part);
}

ParserPart *
parser_part(Parser *parser, GBytes *bytes, const char *path, GError **error)
{
    const MessageOptions options = { .queue = "" };
    g_autoptr(GBytes) record = NULL;
    gboolean last = FALSE;

    if (strlen(path) == 0 || strlen(path) > PARSER_NAME_MAX) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "there is no part \"%s\"", path);
        return NULL;
    }
    if (!request_hand_over(parser, bytes, &options, path, error))
        return NULL;
    record = reply_receive(parser, PARSER_PART_RECORD_MAX, &last, error);
    if (record == NULL || last)
        child_drop(parser);
    return record != NULL ? part_read(record, error) : NULL;
}
