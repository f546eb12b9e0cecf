/*
 * parser-child.c - the process that parses: one message in a memfd in, one record out, and again
 */
#include "gateway/parser-private.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/limits.h"
#include "message/part-content.h"
#include "message/record.h"

/* A message that took longer is not followed by another in the same process: what it left behind may be large. */
#define SLOW_MESSAGE_CPU_US G_USEC_PER_SEC

gboolean
parser_send_fd(int socket, const void *bytes, gsize length, int fd)
{
    struct iovec part = { (void *) bytes, length };
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
    struct cmsghdr *ancillary;

    if (fd >= 0) {
        message.msg_control = control.space;
        message.msg_controllen = sizeof control.space;
        ancillary = CMSG_FIRSTHDR(&message);
        ancillary->cmsg_level = SOL_SOCKET;
        ancillary->cmsg_type = SCM_RIGHTS;
        ancillary->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(ancillary), &fd, sizeof fd);
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL) == (ssize_t) length;
}

gboolean
parser_receive_fd(int socket, void *bytes_out, gsize length, int *fd_out)
{
    struct iovec part = { bytes_out, length };
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space,
                              .msg_controllen = sizeof control.space };
    struct cmsghdr *ancillary;
    ssize_t got;

    do
        got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL);
    while (got < 0 && errno == EINTR);
    *fd_out = -1;
    for (ancillary = CMSG_FIRSTHDR(&message); got > 0 && ancillary != NULL;
         ancillary = CMSG_NXTHDR(&message, ancillary))
        if (ancillary->cmsg_level == SOL_SOCKET && ancillary->cmsg_type == SCM_RIGHTS)
            memcpy(fd_out, CMSG_DATA(ancillary), sizeof *fd_out);
    if (got != (ssize_t) length)
        io_close(fd_out);
    return got == (ssize_t) length;
}

static void
put_part(GByteArray *record, const guint8 *bytes, const ParserRequest *request)
{
    g_autoptr(GError) error = NULL;
    MessagePart *part = NULL;
    g_autoptr(GBytes) content = message_part_content(bytes, request->length, request->part, &part, &error);

    buffer_put_u8(record, content != NULL ? 1 : 0);
    buffer_put_text(record, error != NULL ? error->message : NULL);
    buffer_put_text(record, part != NULL ? part->filename : NULL);
    buffer_put_text(record, part == NULL ? NULL : part->detected_type != NULL ? part->detected_type : part->type);
    if (content != NULL)
        buffer_put_bytes(record, g_bytes_get_data(content, NULL), g_bytes_get_size(content));
    message_part_free(part);
}

/* The record of one message. It may be larger than the worker takes (LIMIT_PARSE_RECORD): then the message is quarantined. */
static GByteArray *
parse_one(const ParserRequest *request, int fd)
{
    const MessageOptions options = {
        .queue = request->queue,
        .authserv_id = request->authserv_id[0] != '\0' ? request->authserv_id : NULL,
        .default_charset = request->default_charset[0] != '\0' ? request->default_charset : NULL,
        .details = request->details != 0,
    };
    GByteArray *record = g_byte_array_new();
    const guint8 *bytes = (const guint8 *) "";

    if (request->length > 0)
        bytes = mmap(NULL, request->length, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        _exit(71);
    if (request->part[0] != '\0') {
        put_part(record, bytes, request);
    } else {
        g_autoptr(Message) message = message_parse(bytes, request->length, &options);

        message_record_write(message, record);
    }
    if (request->length > 0)
        munmap((void *) bytes, request->length);
    return record;
}

void
parser_child_run(int channel)
{
    guint done = 0;
    ParserRequest request;
    int fd;

    parser_sandbox_enter(channel);
    while (parser_receive_fd(channel, &request, sizeof request, &fd)) {
        gint64 started = clock_process_cpu();
        g_autoptr(GByteArray) record = NULL;
        ParserReply reply = { 0 };

        request.queue[PARSER_NAME_MAX] = '\0';
        request.default_charset[PARSER_NAME_MAX] = '\0';
        request.authserv_id[PARSER_NAME_MAX] = '\0';
        request.part[PARSER_NAME_MAX] = '\0';
        parser_sandbox_next_message();
        record = parse_one(&request, fd);
        io_close(&fd);
        reply.record_length = record->len;
        reply.last = ++done >= LIMIT_PARSE_MESSAGES || clock_process_cpu() - started > SLOW_MESSAGE_CPU_US;
        if (!io_write_all(channel, &reply, sizeof reply, NULL)
            || !io_write_all(channel, record->data, record->len, NULL) || reply.last)
            break;
    }
    _exit(0);
}
