/*
 * parser.h - parse strangers' bytes in a process that has nothing to lose
 *
 *     worker --fork, before it connects--> helper --fork--> parse child (no network, no files, no credentials)
 *        |                                                     ^
 *        +---- socketpair: request and sealed memfd ---------->+---- record (message/record.h)
 *
 * The helper holds nothing but a socket and exists so that a child can be forked at any time from a process that never
 * had a database connection. The child lives under limits of memory and CPU time and a seccomp filter; it is replaced after
 * LIMIT_PARSE_MESSAGES messages, after any fault, and after a message that took over a second of CPU. Its answer is read
 * as a stranger's.
 */
#pragma once

#include "base/error.h"
#include "message/message.h"

typedef struct Parser Parser;

/* Forks the helper. Call before anything secret is opened in this process. */
Parser *parser_start(GError **error);
/* Ends child and helper. */
void    parser_free(Parser *parser);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parser, parser_free)

/*
 * NULL with an error: LIMIT or INVALID when the child died, ran out of its limits or answered nonsense (this message is the cause: do not try it
 * with others); TEMPORARY when no child could be had.
 */
Message *parser_parse(Parser *parser, GBytes *bytes, const MessageOptions *options, GError **error);

/* A part's decoded bytes, and what is said of it. */
typedef struct {
    char   *filename;          /* or NULL */
    char   *type;              /* or NULL */
    GBytes *bytes;
} ParserPart;

void parser_part_free(ParserPart *part);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ParserPart, parser_part_free)

/* The part of that MIME path (message/part-content.h). NOT_FOUND where there is none; other errors as of parser_parse(). */
ParserPart *parser_part(Parser *parser, GBytes *bytes, const char *path, GError **error);

/* Whether no child will ever be had again, because the helper died: only a new process can start another. */
gboolean parser_is_broken(const Parser *parser);

/* For tests: the pid of the live child, or 0. */
pid_t parser_child_pid(const Parser *parser);
