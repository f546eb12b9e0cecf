#include "intake/lmtp-verbs-private.h"

#include <string.h>

#include "base/limits.h"

/* Arguments have no trailing blanks and no line ends. */

static void
command_lhlo(LmtpSession *s, const char *arguments)
{
    g_autofree char *lines = NULL;

    if (arguments[0] == '\0') {
        lmtp_protocol_error(s, 501, "5.5.4 syntax: LHLO host");
        return;
    }
    lmtp_close_transaction(s);
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
        lmtp_protocol_error(s, 503, s->greeted ? "5.5.1 nested MAIL" : "5.5.1 say LHLO first");
        return;
    }
    if (!lmtp_command_parse_mail(arguments, s->settings->message_size, &mail, &refusal)) {
        if (refusal.code == 552)
            lmtp_answer(s, refusal.code, refusal.text);
        else
            lmtp_protocol_error(s, refusal.code, refusal.text);
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
    lmtp_answer(s, 250, "2.1.0 sender ok");
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
        lmtp_answer(s, 250, "2.1.5 recipient ok");
    } else {
        sink_recipient_free(recipient);
        if (verdict.code >= 400 && verdict.code < 600 && verdict.text != NULL)
            lmtp_answer(s, verdict.code, verdict.text);
        else
            lmtp_answer(s, 451, "4.3.0 cannot tell now, try again later");
    }
    sink_answer_clear(&verdict);
}

static void
command_rcpt(LmtpSession *s, const char *arguments)
{
    char       *address = NULL;
    LmtpRefusal refusal;

    if (s->mail == NULL || s->in_chunks)
        lmtp_protocol_error(s, 503, s->mail == NULL ? "5.5.1 say MAIL first" : "5.5.1 BDAT has begun");
    else if (!lmtp_command_parse_rcpt(arguments, s->utf8, &address, &refusal))
        lmtp_protocol_error(s, refusal.code, refusal.text);
    else if (s->mail->recipients->len < LIMIT_RECIPIENTS)
        ask_sink(s, address);
    else {
        g_free(address);
        lmtp_answer(s, 452, "4.5.3 too many recipients");
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
        lmtp_protocol_error(s, 501, "5.5.4 syntax: DATA");
    else if (s->mail == NULL || s->mail->recipients->len == 0)
        lmtp_protocol_error(s, 503, "5.5.1 no recipients");
    else if (s->in_chunks)
        lmtp_protocol_error(s, 503, "5.5.1 DATA after BDAT");
    else if (memory_is_short(s)) {
        lmtp_answer(s, lmtp_verdict_refusals[LMTP_DATA_NO_MEMORY].code, lmtp_verdict_refusals[LMTP_DATA_NO_MEMORY].text);
    } else {
        lmtp_data_begin(&s->data, s->memory, s->settings->message_size, s->listener->reject_bare_newline, s->announced);
        s->phase = PHASE_DATA;
        lmtp_answer(s, 354, "end with CR LF . CR LF");
    }
}

static void
command_bdat(LmtpSession *s, const char *arguments)
{
    if (!lmtp_command_parse_bdat(arguments, &s->chunk_left, &s->chunk_last)) {
        /* Nobody knows how many octets follow, and reading a message as commands is what must never happen. */
        lmtp_answer(s, 501, "5.5.4 syntax: BDAT size [LAST]");
        lmtp_close_transaction(s);
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
        lmtp_chunk_complete(s);
}

static void
command_rset(LmtpSession *s, const char *arguments)
{
    if (arguments[0] != '\0') {
        lmtp_protocol_error(s, 501, "5.5.4 syntax: RSET");
        return;
    }
    lmtp_close_transaction(s);
    lmtp_answer(s, 250, "2.0.0 ok");
}

static void
command_noop(LmtpSession *s, const char *arguments)
{
    (void) arguments;
    lmtp_answer(s, 250, "2.0.0 ok");
}

static void
command_vrfy(LmtpSession *s, const char *arguments)
{
    if (arguments[0] == '\0')
        lmtp_protocol_error(s, 501, "5.5.4 syntax: VRFY address");
    else
        lmtp_answer(s, 252, "2.0.0 send mail to find out");
}

static void
command_help(LmtpSession *s, const char *arguments)
{
    (void) arguments;
    lmtp_answer(s, 214, "2.0.0 LHLO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT");
}

static void
command_quit(LmtpSession *s, const char *arguments)
{
    if (arguments[0] != '\0') {
        lmtp_protocol_error(s, 501, "5.5.4 syntax: QUIT");
        return;
    }
    lmtp_close_transaction(s);
    lmtp_answer(s, 221, "2.0.0 bye");
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

void
lmtp_run_command(LmtpSession *s, char *line)
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
    lmtp_protocol_error(s, 500, "5.5.1 command not recognised");
}
