/*
 * http.h - POST to an HTTPS server that the configuration names
 *
 * The server's chain and name are checked, TLS 1.2 is the least. No redirect is followed, no proxy used, nothing taken from the environment. A server in a
 * private network is talked to only where `allow` names that network; the address of the connection decides, not the name, so that a name cannot change its
 * mind in between. Time and the size of an answer are limited.
 *
 * Neither the URL (which may hold a secret in its path) nor what is sent or received goes into texts: they name the host.
 */
#pragma once

#include "base/error.h"

typedef struct {
    const char  *url;               /* as uri_https_problem() wants it                             */
    const char  *ca_file;           /* trusted in place of the system's certificates; NULL: those  */
    char *const *allow;             /* ADDRESS or ADDRESS/BITS that may be talked to although they are not public, or NULL */
    gint64       timeout_seconds;   /* for all of a request                                        */
} HttpSettings;

typedef struct {
    const char        *content_type;
    const char *const *headers;     /* "Name: value", NULL-terminated, or NULL; no control characters */
    const void        *body;
    gsize              length;
} HttpRequest;

typedef struct {
    int      status;                /* 200 */
    char    *body;                  /* followed by a NUL; at most LIMIT_HTTP_ANSWER octets */
    gsize    length;
    gboolean cut;                   /* there was more of it */
    gint64   retry_after_seconds;   /* Retry-After of the answer; 0: none */
} HttpAnswer;

void http_answer_clear(HttpAnswer *answer);

typedef struct Http Http;

/* CONFIG if the URL or the file of certificates cannot be used. A connection is kept open between requests, 60 s at most idle. */
Http *http_new(const HttpSettings *settings, GError **error);
void  http_free(Http *http);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Http, http_free)

/*
 * TRUE: there is an answer, of whatever status. Otherwise TEMPORARY (no connection, time out, no answer: the request may have been done), or CONFIG: the
 * operator has to look (certificate, name, an address that is not allowed), and nothing was sent.
 */
gboolean http_post(Http *http, const HttpRequest *request, HttpAnswer *answer_out, GError **error);

/* The host and port, for texts. */
const char *http_host(const Http *http);
