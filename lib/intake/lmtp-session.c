#include "intake/lmtp-session-private.h"
#include "intake/lmtp-verbs-private.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"

#define PROGRESS_BYTES (64 * 1024)
#define ANSWER_MAX     480   /* a reply line has at most 512 octets (RFC 5321, 4.5.3.1.5) */

void
lmtp_answer(LmtpSession *s, int code, const char *text)
{
    char  line[ANSWER_MAX + 16];
    gsize length = (gsize) g_snprintf(line, sizeof line, "%03d %.*s", code, ANSWER_MAX, text);

    /* Text from the sink is one line, whatever is in it. */
    for (gsize i = 0; i < length; i++)
        if ((guchar) line[i] < ' ' || line[i] == 0x7f)
            line[i] = ' ';
    g_byte_array_append(s->output, (const guint8 *) line, (guint) length);
    g_byte_array_append(s->output, (const guint8 *) "\r\n", 2);
}

void
lmtp_close_transaction(LmtpSession *s)
{
    g_clear_pointer(&s->mail, sink_mail_free);
    lmtp_data_clear(&s->data);
    s->utf8 = FALSE;
    s->announced = 0;
    s->in_chunks = FALSE;
}

void
lmtp_session_end(LmtpSession *s, const char *text)
{
    if (s->phase == PHASE_CLOSED)
        return;
    lmtp_answer(s, 421, text);
    lmtp_close_transaction(s);
    s->phase = PHASE_CLOSED;
}

/* What a correct client never provokes. Refusals by the sink are not counted. */
void
lmtp_protocol_error(LmtpSession *s, int code, const char *text)
{
    lmtp_answer(s, code, text);
    if (++s->errors >= LIMIT_SESSION_ERRORS)
        lmtp_session_end(s, "4.7.0 too many errors");
}

/* --- a message is complete ------------------------------------------------------------------------------------ */

const LmtpRefusal lmtp_verdict_refusals[] = {
    [LMTP_DATA_TOO_LARGE] = { 552, "5.3.4 message too large" },
    [LMTP_DATA_BARE_NEWLINE] = { 554, "5.6.0 message has a bare CR or LF" },
    [LMTP_DATA_NO_MEMORY] = { 452, "4.3.1 too much mail at once, try again later" },
};

static void
refuse_for_all(LmtpSession *s, LmtpDataVerdict verdict)
{
    const LmtpRefusal *refusal = &lmtp_verdict_refusals[verdict];

    log_info("refused", LOG_TEXT("from", s->mail->source), LOG_TEXT("sender", s->mail->sender),
             LOG_INT("code", refusal->code), LOG_TEXT("reason", refusal->text));
    for (guint i = 0; i < s->mail->recipients->len; i++)
        lmtp_answer(s, refusal->code, refusal->text);
    lmtp_close_transaction(s);
    s->phase = PHASE_COMMAND;
}

static void
message_complete(LmtpSession *s)
{
    LmtpDataVerdict verdict = lmtp_data_finish(&s->data, &s->mail->bytes);

    s->mails++;
    if (verdict != LMTP_DATA_GOOD)
        refuse_for_all(s, verdict);
    else
        s->phase = PHASE_READY;
}

void
lmtp_chunk_complete(LmtpSession *s)
{
    LmtpDataVerdict verdict;

    s->phase = PHASE_COMMAND;
    if (s->chunk_stray) {
        lmtp_protocol_error(s, 503, "5.5.1 no recipients");
        return;
    }
    if (s->chunk_last) {
        message_complete(s);
        return;
    }
    /* A failed chunk fails those that were sent behind it too (RFC 3030, 3); BDAT LAST is answered per recipient. */
    verdict = lmtp_data_verdict(&s->data);
    if (verdict == LMTP_DATA_GOOD)
        lmtp_answer(s, 250, "2.0.0 octets received");
    else
        lmtp_answer(s, lmtp_verdict_refusals[verdict].code, lmtp_verdict_refusals[verdict].text);
}

void
lmtp_session_answer(LmtpSession *s, const GArray *answers)
{
    static const guint8 nothing[1];

    g_assert(s->phase == PHASE_READY);
    for (guint i = 0; i < s->mail->recipients->len; i++) {
        const SinkAnswer *a = i < answers->len ? &g_array_index(answers, SinkAnswer, i) : NULL;

        if (a != NULL && a->text != NULL && (a->code == 250 || (a->code >= 400 && a->code < 600)))
            lmtp_answer(s, a->code, a->text);
        else
            lmtp_answer(s, 451, "4.3.0 not stored, try again later");
    }
    lmtp_close_transaction(s);
    s->phase = PHASE_COMMAND;
    s->progress++;
    lmtp_session_feed(s, nothing, 0);
}

/* --- input -------------------------------------------------------------------------------------------------------- */

/* line ends with LF. Only CR LF ends a command (RFC 5321, 2.3.8). */
static void
take_line(LmtpSession *s, const guint8 *line, gsize length)
{
    g_autofree char *text = NULL;

    s->progress++;
    if (s->skipping_line || length > LIMIT_COMMAND_LINE) {
        s->skipping_line = FALSE;
        lmtp_protocol_error(s, 500, "5.5.2 line too long");
        return;
    }
    if (length < 2 || line[length - 2] != '\r' || memchr(line, '\r', length - 2) != NULL) {
        lmtp_protocol_error(s, 500, "5.5.2 bare CR or LF in a command");
        return;
    }
    length -= 2;
    if (memchr(line, '\0', length) != NULL) {
        lmtp_protocol_error(s, 500, "5.5.2 NUL in a command");
        return;
    }
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        length--;
    text = g_strndup((const char *) line, length);
    lmtp_run_command(s, text);
}

static gsize
consume_line(LmtpSession *s, const guint8 *bytes, gsize length)
{
    const guint8 *lf = memchr(bytes, '\n', length);
    gsize         used;

    if (s->stopping && s->mail == NULL) {
        lmtp_session_end(s, "4.3.2 shutting down");
        return 0;
    }
    if (lf != NULL) {
        used = (gsize) (lf - bytes) + 1;
        take_line(s, bytes, used);
        return used;
    }
    if (!s->skipping_line && length <= LIMIT_COMMAND_LINE)
        return 0;
    s->skipping_line = TRUE;
    return length;
}

static void
count_progress(LmtpSession *s, gsize bytes)
{
    s->progress_bytes += bytes;
    s->progress += s->progress_bytes / PROGRESS_BYTES;
    s->progress_bytes %= PROGRESS_BYTES;
}

static gsize
consume_data(LmtpSession *s, const guint8 *bytes, gsize length)
{
    gboolean ended = FALSE;
    gsize    used = lmtp_data_dotted(&s->data, bytes, length, &ended);

    count_progress(s, used);
    if (ended)
        message_complete(s);
    return used;
}

static gsize
consume_chunk(LmtpSession *s, const guint8 *bytes, gsize length)
{
    gsize used = (gsize) MIN((gint64) length, s->chunk_left);

    count_progress(s, used);
    if (!s->chunk_stray)
        lmtp_data_append(&s->data, bytes, used);
    s->chunk_left -= (gint64) used;
    if (s->chunk_left == 0)
        lmtp_chunk_complete(s);
    return used;
}

static gsize
consume(LmtpSession *s, const guint8 *bytes, gsize length)
{
    gsize used = 0;
    gsize step = 1;

    while (used < length && step > 0) {
        switch (s->phase) {
        case PHASE_COMMAND:
            step = consume_line(s, bytes + used, length - used);
            break;
        case PHASE_DATA:
            step = consume_data(s, bytes + used, length - used);
            break;
        case PHASE_CHUNK:
            step = consume_chunk(s, bytes + used, length - used);
            break;
        case PHASE_READY:
            step = 0;
            break;
        case PHASE_CLOSED:
            step = length - used;
            break;
        }
        used += step;
    }
    return used;
}

void
lmtp_session_feed(LmtpSession *s, const guint8 *bytes, gsize length)
{
    gsize used;

    if (s->input->len == 0) {
        used = consume(s, bytes, length);
        g_byte_array_append(s->input, bytes + used, (guint) (length - used));
    } else {
        g_byte_array_append(s->input, bytes, (guint) length);
        used = consume(s, s->input->data, s->input->len);
        g_byte_array_remove_range(s->input, 0, (guint) used);
    }
    if (s->stopping && s->phase == PHASE_COMMAND && s->mail == NULL)
        lmtp_session_end(s, "4.3.2 shutting down");
}

void
lmtp_session_stop(LmtpSession *s)
{
    s->stopping = TRUE;
    if (s->phase == PHASE_COMMAND && s->mail == NULL)
        lmtp_session_end(s, "4.3.2 shutting down");
}

/* --- the rest ------------------------------------------------------------------------------------------------------ */

LmtpSession *
lmtp_session_new(const LmtpListener *listener, const LmtpSettings *settings, const Sink *sink, LmtpMemory *memory)
{
    LmtpSession     *s = g_new0(LmtpSession, 1);
    g_autofree char *greeting = g_strdup_printf("%s LMTP mailgw", settings->host);

    s->listener = listener;
    s->settings = settings;
    s->sink = sink;
    s->memory = memory;
    s->input = g_byte_array_new();
    s->output = g_byte_array_new();
    lmtp_answer(s, 220, greeting);
    return s;
}

void
lmtp_session_free(LmtpSession *s)
{
    if (s == NULL)
        return;
    lmtp_close_transaction(s);
    g_byte_array_unref(s->input);
    g_byte_array_unref(s->output);
    g_free(s);
}

gboolean
lmtp_session_is_ready(const LmtpSession *s)
{
    return s->phase == PHASE_READY;
}

gboolean
lmtp_session_is_closed(const LmtpSession *s)
{
    return s->phase == PHASE_CLOSED;
}

SinkMail *
lmtp_session_mail(LmtpSession *s)
{
    return s->mail;
}

GByteArray *
lmtp_session_output(LmtpSession *s)
{
    return s->output;
}

guint64
lmtp_session_progress(const LmtpSession *s)
{
    return s->progress;
}
