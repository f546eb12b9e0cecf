/*
 * smtp-dialogue-private.h - what was said during one SMTP transfer
 *
 * libcurl reports a code, and loses its text and what it answered: a 550 to RCPT means this mail, a 550 to EHLO means us. So
 * the commands it sends and the lines it receives are followed here.
 */
#pragma once

#include <glib.h>

typedef enum {
    SMTP_OPENING,      /* greeting, EHLO, STARTTLS, AUTH: nothing of this mail was said yet */
    SMTP_ENVELOPE,     /* MAIL, RCPT or DATA was sent                                       */
    SMTP_CONTENT,      /* 354 came: the next hop waits for the mail                         */
} SmtpPhase;

typedef struct {
    SmtpPhase phase;
    int       code;              /* of the last complete reply, 0: none               */
    GString  *reply;             /* "550 5.1.1 no such user", lines joined by a blank */
    gboolean  reply_open;        /* its last line has not come yet                    */
    gboolean  content_answered;  /* the code is that of the mail itself               */
    gboolean  leaving;           /* QUIT was sent: its reply is of no interest        */
    gboolean  smtputf8;          /* the server offered it in a reply to EHLO          */
} SmtpDialogue;

void smtp_dialogue_init(SmtpDialogue *dialogue);
void smtp_dialogue_clear(SmtpDialogue *dialogue);
/* Before the next transfer. */
void smtp_dialogue_begin(SmtpDialogue *dialogue);

void smtp_dialogue_sent(SmtpDialogue *dialogue, const char *command, gsize length);
void smtp_dialogue_received(SmtpDialogue *dialogue, const char *line, gsize length);
