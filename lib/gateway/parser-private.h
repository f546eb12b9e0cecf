/*
 * parser-private.h - what the parser's processes say to each other
 */
#pragma once

#include <glib.h>

#include "base/limits.h"

/* The longest queue name, authserv-id or character set in a request. */
#define PARSER_NAME_MAX 255

/* A part has at most the bytes of the largest message, and what is said of it. A file out of a compressed winmail.dat is below that by its own limit. */
#define PARSER_PART_RECORD_MAX (LIMIT_MESSAGE_HARD + 64 * 1024)

/* Worker to child, one datagram-sized write with the memfd as ancillary data. */
typedef struct {
    guint32 length;                       /* of the message in the memfd */
    char    queue[PARSER_NAME_MAX + 1];
    char    authserv_id[PARSER_NAME_MAX + 1];   /* "": none */
    char    default_charset[PARSER_NAME_MAX + 1];   /* "": none */
    guint32 details;                      /* the parts with their header and content */
    char    part[PARSER_NAME_MAX + 1];    /* MIME path: the content of this part is wanted; "": the whole record */
} ParserRequest;

/* Child to worker, before the record. Of a part it is: whether it was found, else why not; its file's name, its type; its bytes. */
typedef struct {
    guint32 record_length;
    guint32 last;                         /* the child ends after this one */
} ParserReply;

/* Serves requests on channel until it is closed or its time is over; never returns. */
G_NORETURN void parser_child_run(int channel);

/* From here on: no files, no sockets, no processes, bounded memory and CPU. Exits if that cannot be had. */
void parser_sandbox_enter(int channel);
/* CPU limit for the message that begins now: LIMIT_PARSE_CPU_SECONDS from here. */
void parser_sandbox_next_message(void);

gboolean parser_send_fd(int socket, const void *bytes, gsize length, int fd);
/* The bytes of one message and its descriptor (-1: none came). FALSE at the end of file or on error. */
gboolean parser_receive_fd(int socket, void *bytes_out, gsize length, int *fd_out);
