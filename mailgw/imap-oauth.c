#include "imap-oauth.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "imap-secret.h"
#include "store/oauth.h"

#define REQUEST_SECONDS 20

OAuthSettings
imap_oauth_settings(const ImapConfig *imap)
{
    return (OAuthSettings) { .http = { imap->oauth_token_url, imap->oauth_ca_file, imap->oauth_allow, REQUEST_SECONDS },
                             .device_url = imap->oauth_device_url, .client_id = imap->oauth_client_id, .scope = imap->oauth_scope };
}

/* ---- by a code ---------------------------------------------------------------------------------------------- */

static void
print_code(const OAuthDevice *device)
{
    fputs("Open ", stdout);
    print_escaped(device->url);
    fputs("\nand enter ", stdout);
    print_escaped(device->user_code);
    puts("");
    if (device->complete_url != NULL) {
        fputs("or open ", stdout);
        print_escaped(device->complete_url);
        puts("");
    }
    printf("Waiting for %" G_GINT64_FORMAT " minutes at most...\n", (device->life_seconds + 59) / 60);
    fflush(stdout);
}

/* A server that does not answer once is asked again; the code is good meanwhile. */
static gboolean
wait_for_person(const OAuthSettings *oauth, OAuthDevice *device, OAuthTokens *tokens_out, GError **error)
{
    gint64 deadline = clock_monotonic() + device->life_seconds * G_USEC_PER_SEC;
    gboolean granted = FALSE;

    while (clock_monotonic() < deadline) {
        g_autoptr(GError) problem = NULL;

        g_usleep((gulong) device->interval_seconds * G_USEC_PER_SEC);
        if (oauth_device_ask(oauth, device, &granted, tokens_out, &problem)) {
            if (granted)
                return TRUE;
        } else if (!g_error_matches(problem, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return FALSE;
        }
    }
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "nobody agreed in time; run it again");
    return FALSE;
}

static gboolean
authorize_by_code(const ImapConfig *imap, OAuthTokens *tokens_out, GError **error)
{
    OAuthSettings oauth = imap_oauth_settings(imap);
    OAuthDevice device = { 0 };
    char *secret = NULL;
    gboolean done;

    if (oauth.device_url == NULL) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "[imap %s] has no oauth-device-url; give a refresh token: --refresh-token FILE", imap->name);
        return FALSE;
    }
    if (!imap_client_secret((gpointer) imap, &secret, error))
        return FALSE;
    oauth.client_secret = secret;
    done = oauth_device_begin(&oauth, &device, error);
    if (done) {
        print_code(&device);
        done = wait_for_person(&oauth, &device, tokens_out, error);
    }
    oauth_device_clear(&device);
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    g_free(secret);
    return done;
}

/* ---- the command -------------------------------------------------------------------------------------------- */

static gboolean
get(const ImapConfig *imap, const char *file, OAuthTokens *tokens_out, GError **error)
{
    if (file != NULL) {
        tokens_out->refresh_token = config_read_secret(file, error);
        return tokens_out->refresh_token != NULL;
    }
    if (!authorize_by_code(imap, tokens_out, error))
        return FALSE;
    if (tokens_out->refresh_token != NULL)
        return TRUE;
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG,
                "the server gave no refresh token for \"%s\": it may need another oauth-scope (offline_access)", imap->name);
    return FALSE;
}

int
imap_authorize(Cli *cli, int argc, char **argv)
{
    static const Command self = { "authorize", "ACCOUNT", "agree that an account may be read by OAuth", imap_authorize, NULL };
    g_autofree char *file = NULL;
    const GOptionEntry entries[] = {
        { "refresh-token", 0, 0, G_OPTION_ARG_FILENAME, &file, "take the refresh token in this file, of mode 0600", "FILE" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    int status = command_options("mailgw imap", &self, cli, entries, &argc, &argv, 1, 1);
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    OAuthTokens tokens = { 0 };
    const ImapConfig *imap;
    gboolean done;

    if (status >= 0)
        return status;
    if (!cli_open(cli, STORE_OWNER, &config, &store))
        return EXIT_FAILED;
    imap = config_imap_account(config, argv[1]);
    if (imap == NULL)
        return fail_text("there is no [imap %s] in %s", argv[1], config->path);
    if (imap->oauth_token_url == NULL || imap->oauth_grant != OAUTH_REFRESH_TOKEN)
        return fail_text("[imap %s] does not log in by a token that a person agrees to", imap->name);
    done = get(imap, file, &tokens, &error) && store_oauth_save(store, imap->name, tokens.refresh_token, &error);
    oauth_tokens_clear(&tokens);
    if (!done)
        return fail(g_steal_pointer(&error));
    printf("%s may be read; mailgw imap test %s tells what will be fetched\n", imap->name, imap->name);
    return EXIT_DONE;
}
