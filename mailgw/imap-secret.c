#include "imap-secret.h"

#include "gateway/token-keeper.h"
#include "imap-oauth.h"

struct ImapSecret {
    const ImapConfig   *imap;
    TokenKeeperSettings settings;
    TokenKeeper        *keeper;     /* NULL: by password */
};

gboolean
imap_client_secret(gpointer data, char **secret_out, GError **error)
{
    const ImapConfig *imap = data;

    if (imap->oauth_secret_file == NULL)
        return TRUE;
    *secret_out = config_read_secret(imap->oauth_secret_file, error);
    return *secret_out != NULL;
}

ImapSecret *
imap_secret_new(const ImapConfig *imap, const StoreSettings *store)
{
    ImapSecret *secret = g_new0(ImapSecret, 1);

    secret->imap = imap;
    if (imap->password_file != NULL)
        return secret;
    secret->settings = (TokenKeeperSettings) { .account = imap->name, .by_client = imap->oauth_grant == OAUTH_CLIENT_CREDENTIALS,
                                               .oauth = imap_oauth_settings(imap), .client_secret = imap_client_secret,
                                               .client_secret_data = (gpointer) imap, .store = *store };
    secret->keeper = token_keeper_new(&secret->settings);
    return secret;
}

void
imap_secret_free(ImapSecret *secret)
{
    if (secret == NULL)
        return;
    token_keeper_free(secret->keeper);
    g_free(secret);
}

char *
imap_secret_get(gpointer data, gboolean refused, GError **error)
{
    ImapSecret *secret = data;

    /* Read each time: a password that was changed is taken without a reload. */
    return secret->keeper != NULL ? token_keeper_get(secret->keeper, refused, error) : config_read_secret(secret->imap->password_file, error);
}

int
imap_secret_tick(ImapSecret *secret)
{
    return secret->keeper != NULL ? token_keeper_tick(secret->keeper) : -1;
}
