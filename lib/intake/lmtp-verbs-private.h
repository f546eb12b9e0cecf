/*
 * lmtp-verbs-private.h - what the LMTP verbs and the reading of a session share
 */
#pragma once

#include "intake/lmtp-command-private.h"
#include "intake/lmtp-session-private.h"

typedef enum { PHASE_COMMAND, PHASE_DATA, PHASE_CHUNK, PHASE_READY, PHASE_CLOSED } Phase;

struct LmtpSession {
    const LmtpListener *listener;
    const LmtpSettings *settings;
    const Sink         *sink;
    LmtpMemory         *memory;
    GByteArray         *input;         /* the beginning of a command, or what came behind a complete message */
    GByteArray         *output;
    Phase               phase;
    gboolean            greeted;       /* LHLO was said */
    gboolean            skipping_line; /* of an overlong command, up to its end */
    gboolean            stopping;
    guint               errors;
    guint               mails;
    guint64             progress;
    gsize               progress_bytes;

    SinkMail           *mail;          /* the open transaction, or NULL */
    gboolean            utf8;
    gint64              announced;     /* SIZE= */
    LmtpData            data;
    gboolean            in_chunks;     /* the transaction has begun with BDAT */
    gint64              chunk_left;
    gboolean            chunk_last;
    gboolean            chunk_stray;   /* belongs to no transaction: read and refused */
};

/* By LmtpDataVerdict. */
extern const LmtpRefusal lmtp_verdict_refusals[];

void lmtp_answer(LmtpSession *session, int code, const char *text);
/* What a correct client never provokes: counted, and after ten the session ends. */
void lmtp_protocol_error(LmtpSession *session, int code, const char *text);
void lmtp_close_transaction(LmtpSession *session);
/* The octets of a BDAT are here. */
void lmtp_chunk_complete(LmtpSession *session);

/* line: a command without its line end, trailing blanks and NULs; it is taken apart. */
void lmtp_run_command(LmtpSession *session, char *line);
