#include "courier/smtp-dialogue-private.h"

#include <string.h>

/* Enough for the longest reply that says something; a server may send lines without end. */
#define REPLY_BYTES 2048

void
smtp_dialogue_init(SmtpDialogue *dialogue)
{
    *dialogue = (SmtpDialogue) { .reply = g_string_new(NULL) };
}

void
smtp_dialogue_clear(SmtpDialogue *dialogue)
{
    if (dialogue->reply != NULL)
        g_string_free(dialogue->reply, TRUE);
    *dialogue = (SmtpDialogue) { 0 };
}

void
smtp_dialogue_begin(SmtpDialogue *dialogue)
{
    GString *reply = dialogue->reply;

    g_string_truncate(reply, 0);
    *dialogue = (SmtpDialogue) { .reply = reply };
}

static gboolean
is_command(const char *command, gsize length, const char *verb)
{
    return length >= strlen(verb) && g_ascii_strncasecmp(command, verb, strlen(verb)) == 0;
}

void
smtp_dialogue_sent(SmtpDialogue *dialogue, const char *command, gsize length)
{
    /* An expired connection may get its QUIT at the beginning of a transfer on a new one. */
    dialogue->leaving = is_command(command, length, "QUIT");
    if (is_command(command, length, "MAIL FROM:"))
        dialogue->phase = SMTP_ENVELOPE;
}

static void
end_reply(SmtpDialogue *dialogue, int code)
{
    dialogue->code = code;
    if (dialogue->phase == SMTP_CONTENT)
        dialogue->content_answered = TRUE;
    else if (dialogue->phase == SMTP_ENVELOPE && code == 354)
        dialogue->phase = SMTP_CONTENT;
}

void
smtp_dialogue_received(SmtpDialogue *dialogue, const char *line, gsize length)
{
    int code;
    gboolean goes_on;

    if (dialogue->leaving)
        return;
    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
        length--;
    if (length < 3 || !g_ascii_isdigit(line[0]) || !g_ascii_isdigit(line[1]) || !g_ascii_isdigit(line[2]))
        return;
    code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    goes_on = length > 3 && line[3] == '-';

    if (code == 250 && dialogue->phase == SMTP_OPENING && length >= 12 && is_command(line + 4, length - 4, "SMTPUTF8"))
        dialogue->smtputf8 = TRUE;
    if (!dialogue->reply_open)
        g_string_truncate(dialogue->reply, 0);
    if (dialogue->reply->len == 0)
        g_string_append_len(dialogue->reply, line, (gssize) MIN(length, 3));
    if (length > 4 && dialogue->reply->len + length <= REPLY_BYTES) {
        g_string_append_c(dialogue->reply, ' ');
        g_string_append_len(dialogue->reply, line + 4, (gssize) length - 4);
    }
    dialogue->reply_open = goes_on;
    if (!goes_on)
        end_reply(dialogue, code);
}
