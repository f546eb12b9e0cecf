/*
 * sink.h - where a source hands its mail: the program fills in functions that make it durable
 *
 * A source knows no database. It calls check_recipient() at RCPT, and accept() with every message that is complete at this moment, so that one
 * commit may carry several; it answers its peer only from what accept() wrote into the results.
 */
#pragma once

#include "base/error.h"

typedef struct {
    char *recipient;          /* as given in RCPT TO, without angle brackets */
    char *queue;              /* filled by check_recipient: name of the queue */
} SinkRecipient;

typedef struct {
    char       *source;       /* "lmtp:main" */
    char       *sender;       /* envelope sender; "" is the null path */
    gboolean    sender_unknown;   /* sender is "", but only because the pipe client knew none: not the null path */
    char       *auth_user;    /* MAIL FROM AUTH= of a trusted client, or NULL */
    GPtrArray  *recipients;   /* SinkRecipient *: those that were accepted at RCPT */
    GBytes     *bytes;        /* the message as stored */
} SinkMail;

/* The answer for one recipient of one mail; code 250 only if it is committed. */
typedef struct {
    int   code;               /* 250, 451, 452, 550, 552, 554 */
    char *text;               /* "2.0.0 stored as 4711"; enhanced status first; never internals */
} SinkAnswer;

typedef struct {
    gpointer data;
    /* 250 and recipient->queue filled, or the refusal ("5.1.1 no such address here" 550; 451 when the store is down or too much waits). */
    void (*check_recipient)(gpointer data, SinkRecipient *recipient, SinkAnswer *answer_out);
    /* Stores n mails in one commit. answers[i] is an empty GArray of SinkAnswer: append one per recipient of mails[i].
       What is missing is answered 451. */
    void (*accept)(gpointer data, SinkMail *const *mails, gsize n, GArray *const *answers);
    /* Called when the source has been idle for idle_ms or more, and from time to time: reconnect, send notifications. Returns ms until it wants
       to be called again, or -1. */
    int  (*tick)(gpointer data);
} Sink;

SinkMail *sink_mail_new(void);
void      sink_mail_free(SinkMail *mail);
void      sink_recipient_free(SinkRecipient *recipient);
void      sink_answer_clear(SinkAnswer *answer);
