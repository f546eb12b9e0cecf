#include "gateway/token-keeper.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/oauth.h"

/* A server's clock and ours differ, and a login takes its time. */
#define MARGIN_US       (10 * G_USEC_PER_SEC)
/* After a failure: often enough to be told of it, and to succeed, several times before the token in use ends. */
#define TRY_AGAIN_US    (60 * G_USEC_PER_SEC)
#define LOOK_US         G_USEC_PER_SEC
#define LOCK_TRIES      100
#define LOCK_PAUSE_US   (100 * 1000)

struct TokenKeeper {
    const TokenKeeperSettings *settings;
    GMutex mutex;               /* of all that follows, while a token is got, too: whoever needs one waits for it */
    char  *token;               /* NULL: none yet */
    gint64 life;
    gint64 refresh_at, dies_at; /* monotonic */
};

TokenKeeper *
token_keeper_new(const TokenKeeperSettings *settings)
{
    TokenKeeper *keeper = g_new0(TokenKeeper, 1);

    keeper->settings = settings;
    g_mutex_init(&keeper->mutex);
    return keeper;
}

static void
forget(TokenKeeper *keeper)
{
    if (keeper->token != NULL)
        explicit_bzero(keeper->token, strlen(keeper->token));
    g_clear_pointer(&keeper->token, g_free);
}

void
token_keeper_free(TokenKeeper *keeper)
{
    if (keeper == NULL)
        return;
    forget(keeper);
    g_mutex_clear(&keeper->mutex);
    g_free(keeper);
}

/* ---- getting one -------------------------------------------------------------------------------------------- */

static gboolean
lock(const TokenKeeper *keeper, Store *store, GError **error)
{
    gboolean held = FALSE;

    for (int i = 0; i < LOCK_TRIES; i++) {
        if (!store_oauth_lock(store, keeper->settings->account, &held, error))
            return FALSE;
        if (held)
            return TRUE;
        g_usleep(LOCK_PAUSE_US);
    }
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "could not get a token for \"%s\": another process is getting one",
                keeper->settings->account);
    return FALSE;
}

static gboolean
ask(const TokenKeeper *keeper, Store *store, const OAuthSettings *oauth, OAuthTokens *tokens_out, GError **error)
{
    const char *account = keeper->settings->account;
    char *refresh_token = NULL;
    gboolean done;

    if (keeper->settings->by_client)
        return oauth_by_client(oauth, tokens_out, error);
    if (!store_oauth_load(store, account, &refresh_token, error))
        return FALSE;
    if (refresh_token == NULL) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot log in to \"%s\": nobody has agreed to it yet; run mailgw imap authorize %s",
                    account, account);
        return FALSE;
    }
    done = oauth_by_refresh(oauth, refresh_token, tokens_out, error);
    explicit_bzero(refresh_token, strlen(refresh_token));
    g_free(refresh_token);
    return done;
}

static gboolean
get_under_lock(TokenKeeper *keeper, Store *store, OAuthTokens *tokens_out, GError **error)
{
    const TokenKeeperSettings *settings = keeper->settings;
    OAuthSettings oauth = settings->oauth;
    char *secret = NULL;
    gboolean done;

    if (!lock(keeper, store, error) || !settings->client_secret(settings->client_secret_data, &secret, error))
        return FALSE;
    oauth.client_secret = secret;
    done = ask(keeper, store, &oauth, tokens_out, error)
           && store_oauth_save(store, settings->account, settings->by_client ? NULL : tokens_out->refresh_token, error);
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    g_free(secret);
    return done;
}

static void
take(TokenKeeper *keeper, OAuthTokens *tokens)
{
    gint64 now = clock_monotonic(), life = tokens->life_seconds * G_USEC_PER_SEC;

    forget(keeper);
    keeper->token = g_steal_pointer(&tokens->access_token);
    keeper->life = life;
    keeper->dies_at = now + life;
    keeper->refresh_at = now + life / 5 * 4;
    log_info("token", LOG_TEXT("account", keeper->settings->account), LOG_INT("life_s", tokens->life_seconds));
}

/* While the old one works: how long that will be is what the operator has to know. */
static void
raise_alarm(const TokenKeeper *keeper, Store *store, const GError *problem)
{
    const char *account = keeper->settings->account;
    gint64 left = keeper->token != NULL ? MAX(0, keeper->dies_at - clock_monotonic()) : 0;
    g_autofree char *dies = keeper->token != NULL ? clock_format_utc(clock_now() + left) : NULL;
    g_autofree char *alarm = dies != NULL ? g_strdup_printf("no new token: %s; the one in use ends at %s", problem->message, dies)
                                          : g_strdup_printf("no token: %s", problem->message);

    log_error("token-refresh-failed", LOG_TEXT("account", account), LOG_INT("left_s", left / G_USEC_PER_SEC), LOG_TEXT("error", problem->message));
    if (store != NULL)
        store_oauth_alarm(store, account, alarm, NULL);
}

static gboolean
refresh(TokenKeeper *keeper, GError **error)
{
    GError *problem = NULL;
    Store *store = store_open(&keeper->settings->store, &problem);
    OAuthTokens tokens = { 0 };
    gboolean done = store != NULL && get_under_lock(keeper, store, &tokens, &problem);

    if (done) {
        take(keeper, &tokens);
    } else {
        keeper->refresh_at = clock_monotonic() + CLAMP(keeper->life / 20, LOOK_US, TRY_AGAIN_US);
        raise_alarm(keeper, store, problem);
    }
    oauth_tokens_clear(&tokens);
    store_free(store);
    if (problem != NULL)
        g_propagate_error(error, problem);
    return done;
}

/* ---- using it ----------------------------------------------------------------------------------------------- */

static gboolean
is_good(const TokenKeeper *keeper)
{
    return keeper->token != NULL && clock_monotonic() + MIN(MARGIN_US, keeper->life / 20) < keeper->dies_at;
}

char *
token_keeper_get(TokenKeeper *keeper, gboolean refused, GError **error)
{
    char *token = NULL;

    g_mutex_lock(&keeper->mutex);
    if (refused)
        forget(keeper);
    if (is_good(keeper) || refresh(keeper, error))
        token = g_strdup(keeper->token);
    g_mutex_unlock(&keeper->mutex);
    return token;
}

/* Without a token it is for who needs one to ask. */
int
token_keeper_tick(TokenKeeper *keeper)
{
    gint64 wait = LOOK_US;

    g_mutex_lock(&keeper->mutex);
    if (keeper->token != NULL && clock_monotonic() >= keeper->refresh_at)
        refresh(keeper, NULL);
    if (keeper->token != NULL)
        wait = CLAMP(keeper->refresh_at - clock_monotonic(), 0, 60 * G_USEC_PER_SEC);
    g_mutex_unlock(&keeper->mutex);
    return (int) (wait / 1000) + 1;
}
