/*
 * oauth.h - refresh tokens of accounts that log in by OAuth
 *
 * Here, because one that is exchanged at each use has to be known to whichever host reads the account next.
 */
#pragma once

#include "store/store.h"

/* Whether this session is from now on, until it ends, the only one that exchanges the account's token. */
gboolean store_oauth_lock(Store *store, const char *account, gboolean *held_out, GError **error);

/* *refresh_token_out is NULL if there is none. */
gboolean store_oauth_load(Store *store, const char *account, char **refresh_token_out, GError **error);

/* A token was got just now, and nothing is wrong any more; refresh_token: the one from now on, NULL leaves it. */
gboolean store_oauth_save(Store *store, const char *account, const char *refresh_token, GError **error);
gboolean store_oauth_alarm(Store *store, const char *account, const char *alarm, GError **error);
