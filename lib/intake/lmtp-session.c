#include "intake/lmtp-session-private.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "intake/lmtp-command-private.h"

#define PROGRESS_BYTES (64 * 1024)
#define ANSWER_MAX     480   /* a reply line has at most 512 octets (RFC 5321, 4.5.3.1.5) */

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

static void
answer(LmtpSession *s, int code, const char *text)
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

static void
close_transaction(LmtpSession *s)
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
    answer(s, 421, text);
    close_transaction(s);
    s->phase = PHASE_CLOSED;
}

/* What a correct client never provokes. Refusals by the sink are not counted. */
static void
protocol_error(LmtpSession *s, int code, const char *text)
{
    answer(s, code, text);
    if (++s->errors >= LIMIT_SESSION_ERRORS)
        lmtp_session_end(s, "4.7.0 too many errors");
}

/* --- a message is complete ------------------------------------------------------------------------------------ */

static const LmtpRefusal verdict_refusals[] = {
    [LMTP_DATA_TOO_LARGE] = { 552, "5.3.4 message too large" },
    [LMTP_DATA_BARE_NEWLINE] = { 554, "5.6.0 message has a bare CR or LF" },
    [LMTP_DATA_NO_MEMORY] = { 452, "4.3.1 too much mail at once, try again later" },
};

static void
refuse_for_all(LmtpSession *s, LmtpDataVerdict verdict)
{
    const LmtpRefusal *refusal = &verdict_refusals[verdict];

    log_info("refused", LOG_TEXT("from", s->mail->source), LOG_TEXT("sender", s->mail->sender),
             LOG_INT("code", refusal->code), LOG_TEXT("reason", refusal->text));
    for (guint i = 0; i < s->mail->recipients->len; i++)
        answer(s, refusal->code, refusal->text);
    close_transaction(s);
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

static void
chunk_complete(LmtpSession *s)
{
    LmtpDataVerdict verdict;

    s->phase = PHASE_COMMAND;
    if (s->chunk_stray) {
        protocol_error(s, 503, "5.5.1 no recipients");
        return;
    }
    if (s->chunk_last) {
        message_complete(s);
        return;
    }
    /* A failed chunk fails those that were sent behind it too (RFC 3030, 3); BDAT LAST is answered per recipient. */
    verdict = lmtp_data_verdict(&s->data);
    if (verdict == LMTP_DATA_GOOD)
        answer(s, 250, "2.0.0 octets received");
    else
        answer(s, verdict_refusals[verdict].code, verdict_refusals[verdict].text);
}

void
lmtp_session_answer(LmtpSession *s, const GArray *answers)
{
    static const guint8 nothing[1];

    g_assert(s->phase == PHASE_READY);
    for (guint i = 0; i < s->mail->recipients->len; i++) {
        const SinkAnswer *a = i < answers->len ? &g_array_index(answers, SinkAnswer, i) : NULL;

        if (a != NULL && a->text != NULL && (a->code == 250 || (a->code >= 400 && a->code < 600)))
            answer(s, a->code, a->text);
        else
            answer(s, 451, "4.3.0 not stored, try again later");
    }
    close_transaction(s);
    s->phase = PHASE_COMMAND;
    s->progress++;
    lmtp_session_feed(s, nothing, 0);
}

/* --- commands: arguments have no trailing blanks, and no control characters but TAB ------------------------------- */

static void
command_lhlo(LmtpSession *s, const char *arguments)
{
    g_autofree char *lines = NULL;

    if (arguments[0] == '\0') {
        protocol_error(s, 501, "5.5.4 syntax: LHLO host");
        return;
    }
    close_transaction(s);
    s->greeted = TRUE;
    lines = g_strdup_printf("250-%s\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n"
                            "250-CHUNKING\r\n%s250 SIZE %" G_GINT64_FORMAT "\r\n",
                            s->settings->host, s->listener->trust_auth ? "250-XSENDER\r\n" : "",
                            s->settings->message_size);
    g_byte_array_append(s->output, (const guint8 *) lines, (guint) strlen(lines));
}

static void
command_mail(LmtpSession *s, const char *arguments)
{
    LmtpMailCommand mail = { 0 };
    LmtpRefusal     refusal;

    if (!s->greeted || s->mail != NULL) {
        protocol_error(s, 503, s->greeted ? "5.5.1 nested MAIL" : "5.5.1 say LHLO first");
        return;
    }
    if (!lmtp_command_parse_mail(arguments, s->settings->message_size, &mail, &refusal)) {
        if (refusal.code == 552)
            answer(s, refusal.code, refusal.text);
        else
            protocol_error(s, refusal.code, refusal.text);
        return;
    }
    s->mail = sink_mail_new();
    s->mail->source = g_strconcat("lmtp:", s->listener->name, NULL);
    s->mail->sender = g_steal_pointer(&mail.sender);
    if (s->listener->trust_auth) {
        s->mail->auth_user = g_steal_pointer(&mail.auth_user);
        s->mail->sender_unknown = mail.sender_unknown;
    }
    s->utf8 = mail.utf8;
    s->announced = mail.size;
    lmtp_command_mail_clear(&mail);
    answer(s, 250, "2.1.0 sender ok");
}

static void
ask_sink(LmtpSession *s, char *address)
{
    SinkRecipient *recipient = g_new0(SinkRecipient, 1);
    SinkAnswer     verdict = { 0 };

    recipient->recipient = address;
    s->sink->check_recipient(s->sink->data, recipient, &verdict);
    if (verdict.code == 250) {
        g_ptr_array_add(s->mail->recipients, recipient);
        answer(s, 250, "2.1.5 recipient ok");
    } else {
        sink_recipient_free(recipient);
        if (verdict.code >= 400 && verdict.code < 600 && verdict.text != NULL)
            answer(s, verdict.code, verdict.text);
        else
            answer(s, 451, "4.3.0 cannot tell now, try again later");
    }
    sink_answer_clear(&verdict);
}

static void
command_rcpt(LmtpSession *s, const char *arguments)
{
    char       *address = NULL;
    LmtpRefusal refusal;

    if (s->mail == NULL || s->in_chunks)
        protocol_error(s, 503, s->mail == NULL ? "5.5.1 say MAIL first" : "5.5.1 BDAT has begun");
    else if (!lmtp_command_parse_rcpt(arguments, s->utf8, &address, &refusal))
        protocol_error(s, refusal.code, refusal.text);
    else if (s->mail->recipients->len < LIMIT_RECIPIENTS)
        ask_sink(s, address);
    else {
        g_free(address);
        answer(s, 452, "4.5.3 too many recipients");
    }
}

static gboolean
memory_is_short(const LmtpSession *s)
{
    return s->memory->held >= s->memory->limit;
}

static void
command_data(LmtpSession *s, const char *arguments)
{
    if (arguments[0] != '\0')
        protocol_error(s, 501, "5.5.4 syntax: DATA");
    else if (s->mail == NULL || s->mail->recipients->len == 0)
        protocol_error(s, 503, "5.5.1 no recipients");
    else if (s->in_chunks)
        protocol_error(s, 503, "5.5.1 DATA after BDAT");
    else if (memory_is_short(s)) {
        answer(s, verdict_refusals[LMTP_DATA_NO_MEMORY].code, verdict_refusals[LMTP_DATA_NO_MEMORY].text);
    } else {
        lmtp_data_begin(&s->data, s->memory, s->settings->message_size, s->listener->reject_bare_newline, s->announced);
        s->phase = PHASE_DATA;
        answer(s, 354, "end with CR LF . CR LF");
    }
}

static void
command_bdat(LmtpSession *s, const char *arguments)
{
    if (!lmtp_command_parse_bdat(arguments, &s->chunk_left, &s->chunk_last)) {
        /* Nobody knows how many octets follow, and reading a message as commands is what must never happen. */
        answer(s, 501, "5.5.4 syntax: BDAT size [LAST]");
        close_transaction(s);
        s->phase = PHASE_CLOSED;
        return;
    }
    s->chunk_stray = s->mail == NULL || s->mail->recipients->len == 0;
    if (!s->chunk_stray && !s->in_chunks) {
        gboolean short_of_memory = memory_is_short(s);

        lmtp_data_begin(&s->data, s->memory, s->settings->message_size, s->listener->reject_bare_newline,
                        MAX(s->announced, s->chunk_left));
        s->data.no_memory = short_of_memory;
        s->in_chunks = TRUE;
    }
    s->phase = PHASE_CHUNK;
    if (s->chunk_left == 0)
        chunk_complete(s);
}

static void
command_rset(LmtpSession *s, const char *arguments)
{
    if (arguments[0] != '\0') {
        protocol_error(s, 501, "5.5.4 syntax: RSET");
        return;
    }
    close_transaction(s);
    answer(s, 250, "2.0.0 ok");
}

static void
command_noop(LmtpSession *s, const char *arguments)
{
    (void) arguments;
    answer(s, 250, "2.0.0 ok");
}

static void
command_vrfy(LmtpSession *s, const char *arguments)
{
    if (arguments[0] == '\0')
        protocol_error(s, 501, "5.5.4 syntax: VRFY address");
    else
        answer(s, 252, "2.0.0 send mail to find out");
}

static void
command_help(LmtpSession *s, const char *arguments)
{
    (void) arguments;
    answer(s, 214, "2.0.0 LHLO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT");
}

static void
command_quit(LmtpSession *s, const char *arguments)
{
    if (arguments[0] != '\0') {
        protocol_error(s, 501, "5.5.4 syntax: QUIT");
        return;
    }
    close_transaction(s);
    answer(s, 221, "2.0.0 bye");
    s->phase = PHASE_CLOSED;
}

static const struct {
    const char *verb;
    void (*run)(LmtpSession *s, const char *arguments);
} commands[] = {
    { "LHLO", command_lhlo }, { "MAIL", command_mail }, { "RCPT", command_rcpt }, { "DATA", command_data },
    { "BDAT", command_bdat }, { "RSET", command_rset }, { "NOOP", command_noop }, { "QUIT", command_quit },
    { "VRFY", command_vrfy }, { "HELP", command_help },
};

static void
run_command(LmtpSession *s, char *line)
{
    gsize verb_length = strcspn(line, " ");
    char *arguments = line + verb_length;

    if (*arguments == ' ')
        *arguments++ = '\0';
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (g_ascii_strcasecmp(line, commands[i].verb) != 0)
            continue;
        /* RSET is refused too: a client that asks whether a session may be kept for its next mail sees in time that not. */
        if (s->mails >= LIMIT_MAILS_PER_SESSION && commands[i].run != command_quit)
            lmtp_session_end(s, "4.3.2 enough mails for one session, connect again");
        else
            commands[i].run(s, arguments);
        return;
    }
    /* RFC 2033, 4.1: HELO and EHLO are among the unknown. */
    protocol_error(s, 500, "5.5.1 command not recognised");
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
        protocol_error(s, 500, "5.5.2 line too long");
        return;
    }
    if (length < 2 || line[length - 2] != '\r' || memchr(line, '\r', length - 2) != NULL) {
        protocol_error(s, 500, "5.5.2 bare CR or LF in a command");
        return;
    }
    length -= 2;
    if (memchr(line, '\0', length) != NULL) {
        protocol_error(s, 500, "5.5.2 NUL in a command");
        return;
    }
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        length--;
    text = g_strndup((const char *) line, length);
    run_command(s, text);
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
        chunk_complete(s);
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
    answer(s, 220, greeting);
    return s;
}

void
lmtp_session_free(LmtpSession *s)
{
    if (s == NULL)
        return;
    close_transaction(s);
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
