#define _GNU_SOURCE
#include "intake/lmtp-data-private.h"

#include <stdlib.h>
#include <string.h>

/* What a peer announces is believed up to here; a message that really is longer grows by doubling. */
#define RESERVE_MAX (256 * 1024)
#define RESERVE_MIN (16 * 1024)

static void
drop_bytes(LmtpData *data)
{
    free(data->bytes);
    data->memory->held -= (gint64) data->capacity;
    data->bytes = NULL;
    data->length = 0;
    data->capacity = 0;
}

static gboolean
grow(LmtpData *data, gsize capacity)
{
    guint8 *bytes;

    if (data->memory->held + (gint64) (capacity - data->capacity) > data->memory->limit)
        return FALSE;
    bytes = realloc(data->bytes, capacity);
    if (bytes == NULL)
        return FALSE;
    data->memory->held += (gint64) (capacity - data->capacity);
    data->bytes = bytes;
    data->capacity = capacity;
    return TRUE;
}

/* Makes room for more bytes. After a failure nothing is kept any more. */
static gboolean
make_room(LmtpData *data, gsize more)
{
    gsize capacity = MAX(data->capacity, RESERVE_MIN);

    if (data->too_large || data->no_memory)
        return FALSE;
    if (more > data->max_bytes - data->length) {
        data->too_large = TRUE;
        drop_bytes(data);
        return FALSE;
    }
    if (more <= data->capacity - data->length)
        return TRUE;
    while (capacity - data->length < more)
        capacity *= 2;
    if (!grow(data, capacity)) {
        data->no_memory = TRUE;
        drop_bytes(data);
        return FALSE;
    }
    return TRUE;
}

static void
keep(LmtpData *data, const guint8 *bytes, gsize length)
{
    if (length == 0 || !make_room(data, length))
        return;
    memcpy(data->bytes + data->length, bytes, length);
    data->length += length;
}

void
lmtp_data_begin(LmtpData *data, LmtpMemory *memory, gint64 max_bytes, gboolean reject_bare_newline, gint64 expected_bytes)
{
    *data = (LmtpData) { .memory = memory,
                         .max_bytes = (gsize) max_bytes,
                         .reject_bare_newline = reject_bare_newline,
                         .state = DATA_LINE_START };
    if (expected_bytes > RESERVE_MIN)
        grow(data, (gsize) MIN(expected_bytes, RESERVE_MAX));
}

static void
look_for_bare_newline(LmtpData *data, const guint8 *bytes, gsize length)
{
    const guint8 *end = bytes + length;

    if (!data->reject_bare_newline || data->bare_newline || length == 0)
        return;
    if (data->after_cr && bytes[0] != '\n')
        data->bare_newline = TRUE;
    for (const guint8 *lf = bytes; (lf = memchr(lf, '\n', (gsize) (end - lf))) != NULL; lf++)
        if (lf == bytes ? !data->after_cr : lf[-1] != '\r')
            data->bare_newline = TRUE;
    for (const guint8 *cr = bytes; (cr = memchr(cr, '\r', (gsize) (end - cr))) != NULL; cr++)
        if (cr + 1 < end && cr[1] != '\n')
            data->bare_newline = TRUE;
    data->after_cr = end[-1] == '\r';
}

static LmtpDataState
state_after(const guint8 *bytes, gsize length)
{
    if (length > 0 && bytes[length - 1] == '\r')
        return DATA_CR;
    if (length > 1 && bytes[length - 2] == '\r' && bytes[length - 1] == '\n')
        return DATA_LINE_START;
    return DATA_TEXT;
}

/* Inside lines only "CR LF ." is of interest, and it is rare: everything before it is one run. */
static gsize
take_run(LmtpData *data, const guint8 *bytes, gsize length)
{
    const guint8 *dot = memmem(bytes, length, "\r\n.", 3);
    gsize         run = dot != NULL ? (gsize) (dot - bytes) + 2 : length;

    keep(data, bytes, run);
    data->state = dot != NULL ? DATA_LINE_START : state_after(bytes, length);
    return run;
}

/*
 * One byte at the edge of a line. Returns whether the byte was used. A dot that begins a line is never kept: it is the
 * sender's stuffing or the end. Only CR LF makes a line here; LF or CR alone are ordinary bytes (SMTP smuggling).
 */
static gboolean
step_at_line_edge(LmtpData *data, guint8 byte)
{
    switch (data->state) {
    case DATA_CR:
        if (byte != '\n' && byte != '\r') {
            data->state = DATA_TEXT;
            return FALSE;
        }
        keep(data, &byte, 1);
        data->state = byte == '\n' ? DATA_LINE_START : DATA_CR;
        return TRUE;
    case DATA_LINE_START:
        data->state = byte == '.' ? DATA_DOT : DATA_TEXT;
        return byte == '.';
    case DATA_DOT:
        data->state = byte == '\r' ? DATA_DOT_CR : DATA_TEXT;
        return byte == '\r';
    case DATA_DOT_CR:
        keep(data, (const guint8 *) "\r", 1);
        data->state = DATA_CR;
        return FALSE;
    case DATA_TEXT:
        break;
    }
    return FALSE;
}

gsize
lmtp_data_dotted(LmtpData *data, const guint8 *bytes, gsize length, gboolean *ended_out)
{
    gsize    used = 0;
    gboolean ended = FALSE;

    while (used < length && !ended) {
        if (data->state == DATA_TEXT) {
            used += take_run(data, bytes + used, length - used);
        } else if (data->state == DATA_DOT_CR && bytes[used] == '\n') {
            used++;
            ended = TRUE;
        } else if (step_at_line_edge(data, bytes[used])) {
            used++;
        }
    }
    look_for_bare_newline(data, bytes, used);
    *ended_out = ended;
    return used;
}

void
lmtp_data_append(LmtpData *data, const guint8 *bytes, gsize length)
{
    keep(data, bytes, length);
    look_for_bare_newline(data, bytes, length);
}

LmtpDataVerdict
lmtp_data_verdict(const LmtpData *data)
{
    if (data->too_large)
        return LMTP_DATA_TOO_LARGE;
    if (data->bare_newline)
        return LMTP_DATA_BARE_NEWLINE;
    return data->no_memory ? LMTP_DATA_NO_MEMORY : LMTP_DATA_GOOD;
}

LmtpDataVerdict
lmtp_data_finish(LmtpData *data, GBytes **bytes_out)
{
    LmtpDataVerdict verdict;

    if (data->reject_bare_newline && data->after_cr)
        data->bare_newline = TRUE;
    verdict = lmtp_data_verdict(data);
    if (verdict == LMTP_DATA_GOOD) {
        *bytes_out = g_bytes_new_with_free_func(data->bytes, data->length, free, data->bytes);
        data->bytes = NULL;
        data->length = 0;
    }
    return verdict;
}

void
lmtp_data_clear(LmtpData *data)
{
    if (data->memory != NULL)
        drop_bytes(data);
    data->memory = NULL;
}
