#include "courier/oauth.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "base/uri.h"

#define LIFE_UNSAID_SECONDS     3600
/* Whatever a server says, it is not asked more often than that. */
#define LIFE_LEAST_SECONDS      5
#define LIFE_MOST_SECONDS       (30 * 86400)
#define DEVICE_INTERVAL_SECONDS 5       /* RFC 8628, 3.2 */
#define DEVICE_SLOWER_SECONDS   5       /* RFC 8628, 3.5 */
#define DEVICE_LIFE_SECONDS     900
#define DEVICE_GRANT            "urn:ietf:params:oauth:grant-type:device_code"

void
oauth_tokens_clear(OAuthTokens *tokens)
{
    if (tokens->access_token != NULL)
        explicit_bzero(tokens->access_token, strlen(tokens->access_token));
    if (tokens->refresh_token != NULL)
        explicit_bzero(tokens->refresh_token, strlen(tokens->refresh_token));
    g_free(tokens->access_token);
    g_free(tokens->refresh_token);
    *tokens = (OAuthTokens) { 0 };
}

void
oauth_device_clear(OAuthDevice *device)
{
    g_free(device->device_code);
    g_free(device->user_code);
    g_free(device->url);
    g_free(device->complete_url);
    *device = (OAuthDevice) { 0 };
}

/* ---- asking ------------------------------------------------------------------------------------------------- */

/* A field of a form; nothing where there is no value. */
static void
add_field(GString *form, const char *name, const char *value)
{
    g_autofree char *escaped = value != NULL ? g_uri_escape_string(value, NULL, FALSE) : NULL;

    if (escaped != NULL)
        g_string_append_printf(form, "%s%s=%s", form->len > 0 ? "&" : "", name, escaped);
}

static void
free_secret(GString *form)
{
    explicit_bzero(form->str, form->len);
    g_string_free(form, TRUE);
}

static gboolean
ask(const HttpSettings *settings, const GString *form, int *status_out, json_t **answer_out, GError **error)
{
    static const char *const headers[] = { "Accept: application/json", NULL };
    const HttpRequest request = { "application/x-www-form-urlencoded", headers, form->str, form->len };
    g_autoptr(Http) http = http_new(settings, error);
    HttpAnswer answer = { 0 };

    if (http == NULL || !http_post(http, &request, &answer, error))
        return FALSE;
    *status_out = answer.status;
    *answer_out = answer.cut ? NULL : json_loadb(answer.body, answer.length, JSON_REJECT_DUPLICATES, NULL);
    if (answer.body != NULL)
        explicit_bzero(answer.body, answer.length);
    http_answer_clear(&answer);
    if (*answer_out != NULL && json_is_object(*answer_out))
        return TRUE;
    g_clear_pointer(answer_out, json_decref);
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "could not get a token from %s: the answer (%d) is no JSON object", http_host(http),
                *status_out);
    return FALSE;
}

static const char *
text_in(const json_t *answer, const char *key)
{
    const char *text = json_string_value(json_object_get(answer, key));

    return text != NULL && *text != '\0' && !text_has_control(text) ? text : NULL;
}

static gint64
number_in(const json_t *answer, const char *key, gint64 fallback)
{
    const json_t *value = json_object_get(answer, key);
    gint64 number = fallback;

    if (json_is_integer(value))
        return json_integer_value(value);
    /* Some write it as a string. */
    if (json_is_string(value))
        text_parse_int64(json_string_value(value), 0, G_MAXINT32, &number, NULL);
    return number;
}

/* RFC 6749, 5.2. Which errors a person has to mend: all but those that say the server is in trouble. */
static gboolean
fail(const HttpSettings *settings, int status, const json_t *answer, GError **error)
{
    const char *code = text_in(answer, "error"), *description = text_in(answer, "error_description");
    g_autofree char *host = uri_https_authority(settings->url);
    gboolean person = code != NULL && status < 500 && status != 429 && strcmp(code, "temporarily_unavailable") != 0
                      && strcmp(code, "server_error") != 0 && strcmp(code, "slow_down") != 0;
    g_autofree char *cut = text_cut(description != NULL ? description : "", 200);

    g_set_error(error, MAILGW_ERROR, person ? MAILGW_ERROR_CONFIG : MAILGW_ERROR_TEMPORARY, "%s get a token from %s: %s (%d)%s%s",
                person ? "cannot" : "could not", host, code != NULL ? code : "no token in the answer", status,
                *cut != '\0' ? " " : "", cut);
    return FALSE;
}

static gboolean
take_tokens(const OAuthSettings *settings, int status, const json_t *answer, OAuthTokens *tokens_out, GError **error)
{
    const char *access = text_in(answer, "access_token");

    if (status != 200 || access == NULL)
        return fail(&settings->http, status, answer, error);
    *tokens_out = (OAuthTokens) { .access_token = g_strdup(access), .refresh_token = g_strdup(text_in(answer, "refresh_token")),
                                  .life_seconds = CLAMP(number_in(answer, "expires_in", LIFE_UNSAID_SECONDS), LIFE_LEAST_SECONDS, LIFE_MOST_SECONDS) };
    return TRUE;
}

static GString *
form_new(const OAuthSettings *settings, const char *grant)
{
    GString *form = g_string_new(NULL);

    add_field(form, "grant_type", grant);
    add_field(form, "client_id", settings->client_id);
    add_field(form, "client_secret", settings->client_secret);
    return form;
}

static gboolean
get_tokens(const OAuthSettings *settings, GString *form, OAuthTokens *tokens_out, GError **error)
{
    g_autoptr(Json) answer = NULL;
    int status = 0;
    gboolean asked = ask(&settings->http, form, &status, &answer, error);

    free_secret(form);
    return asked && take_tokens(settings, status, answer, tokens_out, error);
}

gboolean
oauth_by_client(const OAuthSettings *settings, OAuthTokens *tokens_out, GError **error)
{
    GString *form = form_new(settings, "client_credentials");

    add_field(form, "scope", settings->scope);
    return get_tokens(settings, form, tokens_out, error);
}

gboolean
oauth_by_refresh(const OAuthSettings *settings, const char *refresh_token, OAuthTokens *tokens_out, GError **error)
{
    GString *form = form_new(settings, "refresh_token");

    add_field(form, "refresh_token", refresh_token);
    add_field(form, "scope", settings->scope);
    return get_tokens(settings, form, tokens_out, error);
}

/* ---- a person on another machine ---------------------------------------------------------------------------- */

gboolean
oauth_device_begin(const OAuthSettings *settings, OAuthDevice *device_out, GError **error)
{
    HttpSettings http = settings->http;
    GString *form = g_string_new(NULL);
    g_autoptr(Json) answer = NULL;
    int status = 0;
    gboolean asked;

    http.url = settings->device_url;
    add_field(form, "client_id", settings->client_id);
    add_field(form, "scope", settings->scope);
    asked = ask(&http, form, &status, &answer, error);
    free_secret(form);
    if (!asked)
        return FALSE;
    /* Google says verification_url. */
    *device_out = (OAuthDevice) {
        .device_code = g_strdup(text_in(answer, "device_code")), .user_code = g_strdup(text_in(answer, "user_code")),
        .url = g_strdup(text_in(answer, "verification_uri") != NULL ? text_in(answer, "verification_uri") : text_in(answer, "verification_url")),
        .complete_url = g_strdup(text_in(answer, "verification_uri_complete")),
        .life_seconds = CLAMP(number_in(answer, "expires_in", DEVICE_LIFE_SECONDS), 1, 86400),
        .interval_seconds = CLAMP(number_in(answer, "interval", DEVICE_INTERVAL_SECONDS), 1, 60),
    };
    if (status == 200 && device_out->device_code != NULL && device_out->user_code != NULL && device_out->url != NULL)
        return TRUE;
    oauth_device_clear(device_out);
    return fail(&http, status, answer, error);
}

gboolean
oauth_device_ask(const OAuthSettings *settings, OAuthDevice *device, gboolean *granted_out, OAuthTokens *tokens_out, GError **error)
{
    GString *form = form_new(settings, DEVICE_GRANT);
    g_autoptr(Json) answer = NULL;
    int status = 0;
    const char *code;
    gboolean asked;

    add_field(form, "device_code", device->device_code);
    asked = ask(&settings->http, form, &status, &answer, error);
    free_secret(form);
    if (!asked)
        return FALSE;
    code = text_in(answer, "error");
    *granted_out = code == NULL || (strcmp(code, "authorization_pending") != 0 && strcmp(code, "slow_down") != 0);
    if (*granted_out)
        return take_tokens(settings, status, answer, tokens_out, error);
    if (strcmp(code, "slow_down") == 0)
        device->interval_seconds += DEVICE_SLOWER_SECONDS;
    return TRUE;
}
