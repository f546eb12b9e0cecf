/*
 * oauth.h - access tokens from an authorization server (RFC 6749, RFC 8628), asked for over http.h
 *
 * CONFIG: a person has to do something (the grant was revoked or has expired, the client is not known or not allowed, the server cannot be trusted).
 * TEMPORARY: the server did not answer, or not sensibly. Texts hold what the server calls its errors, and never a token or a secret.
 */
#pragma once

#include "courier/http.h"

typedef struct {
    HttpSettings http;              /* of the token endpoint; device_url shares the rest */
    const char  *device_url;        /* RFC 8628, 3.1; NULL: none */
    const char  *client_id;
    const char  *client_secret;     /* or NULL: a public client */
    const char  *scope;             /* or NULL */
} OAuthSettings;

typedef struct {
    char  *access_token;
    char  *refresh_token;           /* NULL: the one that was used goes on */
    gint64 life_seconds;            /* of the access token; an hour where the server does not say */
} OAuthTokens;

void oauth_tokens_clear(OAuthTokens *tokens);

/* RFC 6749, 4.4: the program itself is the client. */
gboolean oauth_by_client(const OAuthSettings *settings, OAuthTokens *tokens_out, GError **error);
/* RFC 6749, 6. */
gboolean oauth_by_refresh(const OAuthSettings *settings, const char *refresh_token, OAuthTokens *tokens_out, GError **error);

/* RFC 8628, 3.2: what a person needs to agree on another machine. */
typedef struct {
    char  *device_code;
    char  *user_code;               /* "WDJB-MJHT" */
    char  *url;                     /* where the code is entered */
    char  *complete_url;            /* the same with the code in it, or NULL */
    gint64 life_seconds;
    gint64 interval_seconds;        /* between two questions whether it was done */
} OAuthDevice;

void     oauth_device_clear(OAuthDevice *device);
gboolean oauth_device_begin(const OAuthSettings *settings, OAuthDevice *device_out, GError **error);

/* granted_out FALSE: not yet; the interval may have become longer. */
gboolean oauth_device_ask(const OAuthSettings *settings, OAuthDevice *device, gboolean *granted_out, OAuthTokens *tokens_out, GError **error);
