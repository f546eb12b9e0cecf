/*
 * imap-account.h - one account, looked after for years: a connection for each folder, made again whenever it breaks
 */
#pragma once

#include "intake/imap-books.h"

/* The password or the access token, yours; refused: the server did not take the last one, so an older one will not do. NULL with an error. */
typedef char *(*ImapSecretFunc)(gpointer data, gboolean refused, GError **error);

typedef struct {
    const ImapConfig *config;
    gint64            message_bytes;    /* longer mail is taken by its beginning */
    ImapSecretFunc    secret;           /* called by one thread at a time        */
    gpointer          secret_data;
    volatile int     *stop;
    int               wake_fd;          /* readable when stopped                 */
    gboolean          until_idle;       /* every folder once, and then the end   */
    int             (*tick)(gpointer data);     /* called now and then, by the thread that runs the account; returns ms until it wants
                                                   to be called again, or -1 */
    gpointer          tick_data;
} ImapAccountSettings;

/* The endpoint as the configuration says, without the secret. pins: room for two, borrowed by the endpoint. */
void imap_account_endpoint(const ImapConfig *config, gint64 message_bytes, const char **pins, ImapEndpoint *endpoint_out);

/* Until stopped, or idle. FALSE with an error: until_idle, and a folder could not be read. */
gboolean imap_account_run(const ImapAccountSettings *settings, const ImapBooks *books, GError **error);
