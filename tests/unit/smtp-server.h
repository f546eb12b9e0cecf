/*
 * smtp-server.h - an SMTP server in a thread that answers as it is told
 *
 * What it may be told to answer stands in SmtpScript, one member for each thing a client sends; NULL is the ordinary answer.
 * Lines end with "\n" here and with CRLF on the wire.
 */
#pragma once

#include <glib.h>

#define CLOSE "(close)"     /* close the connection instead of an answer */
#define HANG  "(hang)"      /* never answer                              */

typedef struct {
    const char *greeting, *ehlo, *auth, *mail, *rcpt, *data, *content, *noop;
    const char *refused;             /* a recipient that gets 550                                      */
    int         first_connections;   /* the script is for these only, then all is ordinary; 0: for all */
    gboolean    close_when_idle;     /* close a connection after its first mail has got its answer     */
    const char *last_words;          /* sent before that                                              */
    gboolean    drip;                /* answers come one byte every 50 ms                              */
} SmtpScript;

typedef struct SmtpServer SmtpServer;

SmtpServer *smtp_server_start(const SmtpScript *script);
/* Ends the thread; the counters and texts may be read afterwards only. */
void smtp_server_stop(SmtpServer *server);
void smtp_server_free(SmtpServer *server);

/* Until the server has closed a connection `count` times by itself. */
void smtp_server_wait_closed(SmtpServer *server, int count);

guint       smtp_server_port(const SmtpServer *server);
int         smtp_server_connections(const SmtpServer *server);
int         smtp_server_mails(const SmtpServer *server);       /* answered with 2yz                       */
const char *smtp_server_commands(const SmtpServer *server);    /* all lines of all clients, "\n" at each  */
const char *smtp_server_content(const SmtpServer *server);     /* of the newest mail, as on the wire, without the final dot */
