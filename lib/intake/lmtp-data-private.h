/*
 * lmtp-data-private.h - the bytes of one message while they arrive, by DATA or by BDAT
 *
 * Whatever is wrong with them (too large, bare newlines, no memory), they are read to their end, so that what follows
 * is a command again; the verdict is asked for afterwards. It does not depend on how the bytes were cut into reads.
 */
#pragma once

#include <glib.h>

/* What all connections hold together. */
typedef struct {
    gint64 held;
    gint64 limit;
} LmtpMemory;

typedef enum { LMTP_DATA_GOOD, LMTP_DATA_TOO_LARGE, LMTP_DATA_BARE_NEWLINE, LMTP_DATA_NO_MEMORY } LmtpDataVerdict;

typedef enum { DATA_TEXT, DATA_CR, DATA_LINE_START, DATA_DOT, DATA_DOT_CR } LmtpDataState;

typedef struct {
    LmtpMemory   *memory;
    gsize         max_bytes;
    gboolean      reject_bare_newline;
    guint8       *bytes;
    gsize         length;
    gsize         capacity;
    LmtpDataState state;          /* of DATA: how much of CR LF . CR LF has been seen */
    gboolean      after_cr;
    gboolean      too_large;
    gboolean      bare_newline;
    gboolean      no_memory;
} LmtpData;

/* expected_bytes is what the peer announced, or 0: it saves copies and promises nothing. */
void lmtp_data_begin(LmtpData *data, LmtpMemory *memory, gint64 max_bytes, gboolean reject_bare_newline,
                     gint64 expected_bytes);

/* Takes dot-stuffed bytes (RFC 5321, 4.5.2). Returns how many it used: all, or up to the end of CR LF . CR LF. */
gsize lmtp_data_dotted(LmtpData *data, const guint8 *bytes, gsize length, gboolean *ended_out);

/* Takes bytes as they are (BDAT, RFC 3030). */
void lmtp_data_append(LmtpData *data, const guint8 *bytes, gsize length);

LmtpDataVerdict lmtp_data_verdict(const LmtpData *data);

/* The message is complete: the last word on it, and its bytes. NULL if the verdict is not good. */
LmtpDataVerdict lmtp_data_finish(LmtpData *data, GBytes **bytes_out);

/* The memory stays counted until here, also after lmtp_data_finish(): the message is held until it is stored. */
void lmtp_data_clear(LmtpData *data);
