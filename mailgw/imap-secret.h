/*
 * imap-secret.h - what an account logs in with: the password in its file, or an access token
 */
#pragma once

#include "config/config.h"
#include "store/store.h"

typedef struct ImapSecret ImapSecret;

/* Everything is borrowed. */
ImapSecret *imap_secret_new(const ImapConfig *imap, const StoreSettings *store);
void        imap_secret_free(ImapSecret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImapSecret, imap_secret_free)

/* An ImapSecretFunc; data: the ImapSecret. */
char *imap_secret_get(gpointer data, gboolean refused, GError **error);
/* Gets the next token in time; ms until it wants to be called again, or -1. */
int   imap_secret_tick(ImapSecret *secret);

/* The secret of the client, which is read each time; NULL if it has none. data: the ImapConfig. */
gboolean imap_client_secret(gpointer data, char **secret_out, GError **error);
