/*
 * lmtp-session-private.h - the conversation with one LMTP client, without its socket
 *
 * Bytes are fed in, answers pile up in output. When a message is complete the session stops (LMTP_READY) until
 * lmtp_session_answer() brings the sink's word; bytes that arrived behind it wait.
 */
#pragma once

#include "intake/lmtp-data-private.h"
#include "intake/lmtp.h"

typedef struct LmtpSession LmtpSession;

LmtpSession *lmtp_session_new(const LmtpListener *listener, const LmtpSettings *settings, const Sink *sink,
                              LmtpMemory *memory);
void         lmtp_session_free(LmtpSession *session);

void lmtp_session_feed(LmtpSession *session, const guint8 *bytes, gsize length);

gboolean    lmtp_session_is_ready(const LmtpSession *session);    /* its message waits for the sink      */
gboolean    lmtp_session_is_closed(const LmtpSession *session);   /* nothing more is read: flush, close  */
SinkMail   *lmtp_session_mail(LmtpSession *session);              /* while ready; stays the session's    */
GByteArray *lmtp_session_output(LmtpSession *session);
/* Grows with each command and each 64 KiB of a message: a peer that does not move it is slow. */
guint64     lmtp_session_progress(const LmtpSession *session);

/* answers: SinkAnswer per recipient. Then goes on with the bytes that have waited. */
void lmtp_session_answer(LmtpSession *session, const GArray *answers);

/* 421 with this text, now. */
void lmtp_session_end(LmtpSession *session, const char *text);
/* 421 as soon as no transaction is open. */
void lmtp_session_stop(LmtpSession *session);
