/*
 * token-keeper.h - an access token that is always good, for one account
 *
 * Got anew when 80 % of its life is over, so that there is time to say that it cannot be had while the old one still works: in the log, and in the database
 * for status. The old one is used until its end. A refresh token that the server exchanged is stored before the access token that came with it is used.
 */
#pragma once

#include "courier/oauth.h"
#include "store/store.h"

/* What must be read anew each time, because an operator may have changed it: yours, or NULL with an error; *secret_out may be NULL for a public client. */
typedef gboolean (*ClientSecretFunc)(gpointer data, char **secret_out, GError **error);

typedef struct {
    const char      *account;
    gboolean         by_client;        /* client credentials, else a refresh token */
    OAuthSettings    oauth;            /* without the secret */
    ClientSecretFunc client_secret;
    gpointer         client_secret_data;
    StoreSettings    store;
} TokenKeeperSettings;

typedef struct TokenKeeper TokenKeeper;

/* Everything is borrowed. */
TokenKeeper *token_keeper_new(const TokenKeeperSettings *settings);
void         token_keeper_free(TokenKeeper *keeper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TokenKeeper, token_keeper_free)

/* The access token, yours; refused: the server did not take the last one. NULL with an error. From any thread. */
char *token_keeper_get(TokenKeeper *keeper, gboolean refused, GError **error);
/* Gets the next one in time; ms until it wants to be called again. */
int   token_keeper_tick(TokenKeeper *keeper);
