/*
 * intake-fixture.h - an LMTP server with a sink that remembers, and a client for it
 *
 * What the sink says depends on the recipient's local part: unknown (550 at RCPT), down (451 at RCPT), quota (452 after the
 * data), gone (550 after the data), silent (no answer after the data); everybody else is taken.
 */
#pragma once

#include <glib.h>

#include "intake/lmtp.h"

typedef struct {
    char         *directory;
    char         *path;
    LmtpListener  listener;
    LmtpSettings  settings;
    Sink          sink;
    GThread      *thread;
    volatile int  stop;
    int           wake[2];
    gboolean      until_idle;

    GMutex        lock;       /* held by a test, it stops the sink in accept() */
    GPtrArray    *mails;      /* SinkMail copies; to be looked at after fixture_stop(), or with the lock held */
    GArray       *batches;    /* guint: how many mails came in one call */
    int           ticks;
    int           entered;    /* calls of accept() that have begun (atomic) */
} Fixture;

/* settings and listener may be changed between the two. */
Fixture *fixture_new(void);
void     fixture_start(Fixture *fixture);
void     fixture_stop(Fixture *fixture);      /* ends the server, keeps the mails */
void     fixture_free(Fixture *fixture);

typedef struct {
    int      fd;
    GString *received;
    gsize    seen;        /* what client_expect() has been through */
} Client;

Client client_open(const Fixture *fixture);
void   client_send(Client *client, const void *bytes, gsize length);
void   client_say(Client *client, const char *text);
void   client_settle(Client *client);         /* until the server has read everything */
void   client_expect(Client *client, const char *end);   /* reads until something new has come and its last line begins so */
char  *client_close(Client *client);          /* half-closes, reads to the end: all that was ever received */

/* One connection with this input: what came back as "250/2.1.0 354 421/4.3.2", greeting and LHLO answer left out. */
char *dialogue(const Fixture *fixture, const void *input, gsize length);
char *reply_codes(const char *received);
