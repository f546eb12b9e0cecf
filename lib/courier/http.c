/*
 * http.c - HTTPS requests with libcurl
 */
#include <config.h>

#include "courier/http.h"

#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "base/uri.h"
#include "courier/easy-private.h"
#include "courier/peer-private.h"

#define CONNECT_SECONDS 10
#define IDLE_SECONDS    60

struct Http {
    CURL    *easy;
    char    *url, *host;
    char   **allow;
    gint64   timeout_milliseconds;
    char     cause[CURL_ERROR_SIZE];
    char    *denied;                /* the first address that was not allowed, of this request */
    gsize    header_octets;
    gboolean flooded;               /* more headers than anybody sends */
    GString *body;
    gboolean cut;
};

/* Every way of spelling an address, and every name, has become an address here. */
static curl_socket_t
open_socket(void *data, curlsocktype purpose G_GNUC_UNUSED, struct curl_sockaddr *address)
{
    Http *http = data;
    const struct sockaddr *peer = &address->addr;

    if (peer_is_allowed(peer, address->addrlen, http->allow))
        return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (http->denied == NULL)
        http->denied = peer_format(peer, address->addrlen);
    return CURL_SOCKET_BAD;
}

static size_t
take_header(char *line G_GNUC_UNUSED, size_t size, size_t count, void *data)
{
    Http *http = data;

    http->header_octets += size * count;
    http->flooded = http->header_octets > LIMIT_HTTP_HEADERS;
    return http->flooded ? 0 : size * count;
}

/* What is too long is cut, and the rest not waited for. */
static size_t
take_body(char *text, size_t size, size_t count, void *data)
{
    Http *http = data;
    gsize room = LIMIT_HTTP_ANSWER - http->body->len;

    g_string_append_len(http->body, text, (gssize) MIN(room, size * count));
    http->cut = size * count > room;
    return http->cut ? 0 : size * count;
}

static void
set_options(Http *http)
{
    CURL *easy = http->easy;

    curl_easy_setopt(easy, CURLOPT_URL, http->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long) IDLE_SECONDS);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long) MIN(CONNECT_SECONDS * 1000, http->timeout_milliseconds));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long) http->timeout_milliseconds);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, http);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, http);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, http);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, http->cause);
}

static gboolean
check_settings(const HttpSettings *settings, GError **error)
{
    g_autofree char *host = uri_https_authority(settings->url);
    const char *problem = uri_https_problem(settings->url);

    if (problem != NULL) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot call \"%s\": the URL %s", host, problem);
        return FALSE;
    }
    if (settings->timeout_seconds <= 0) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot call \"%s\": the time-out has to be positive", host);
        return FALSE;
    }
    /* libcurl would say it with every request, and as a matter of TLS. */
    if (settings->ca_file != NULL && access(settings->ca_file, R_OK) != 0) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot call \"%s\": cannot read the certificates in \"%s\"", host,
                    settings->ca_file);
        return FALSE;
    }
    return TRUE;
}

Http *
http_new(const HttpSettings *settings, GError **error)
{
    Http *http;

    if (!check_settings(settings, error))
        return NULL;
    http = g_new0(Http, 1);
    http->url = g_strdup(settings->url);
    http->host = uri_https_authority(settings->url);
    http->allow = g_strdupv((char **) settings->allow);
    http->timeout_milliseconds = settings->timeout_seconds * 1000;
    http->body = g_string_new(NULL);
    http->easy = easy_new(settings->ca_file);
    set_options(http);
    return http;
}

void
http_free(Http *http)
{
    if (http == NULL)
        return;
    curl_easy_cleanup(http->easy);
    g_free(http->url);
    g_free(http->host);
    g_strfreev(http->allow);
    g_free(http->denied);
    g_string_free(http->body, TRUE);
    g_free(http);
}

const char *
http_host(const Http *http)
{
    return http->host;
}

void
http_answer_clear(HttpAnswer *answer)
{
    g_free(answer->body);
    *answer = (HttpAnswer) { 0 };
}

static struct curl_slist *
request_headers(const HttpRequest *request)
{
    g_autofree char *type = g_strconcat("Content-Type: ", request->content_type, NULL);
    struct curl_slist *list = curl_slist_append(NULL, type);

    /* libcurl would wait a second for a "100 Continue" before a long body. */
    list = curl_slist_append(list, "Expect:");
    for (const char *const *header = request->headers; header != NULL && *header != NULL; header++) {
        g_assert(!text_has_control(*header));
        list = curl_slist_append(list, *header);
    }
    g_assert(list != NULL);
    return list;
}

static void
set_request(Http *http, const HttpRequest *request, const struct curl_slist *headers)
{
    http->cause[0] = '\0';
    http->header_octets = 0;
    http->flooded = http->cut = FALSE;
    g_clear_pointer(&http->denied, g_free);
    g_string_truncate(http->body, 0);
    curl_easy_setopt(http->easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(http->easy, CURLOPT_POSTFIELDS, request->body);
    curl_easy_setopt(http->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) request->length);
}

static gboolean
is_about_trust(CURLcode result)
{
    return result == CURLE_PEER_FAILED_VERIFICATION || result == CURLE_SSL_ISSUER_ERROR || result == CURLE_SSL_CACERT_BADFILE
           || result == CURLE_SSL_CERTPROBLEM || result == CURLE_SSL_CIPHER || result == CURLE_UNSUPPORTED_PROTOCOL
           || result == CURLE_URL_MALFORMAT;
}

static gboolean
fail(const Http *http, CURLcode result, GError **error)
{
    const char *cause = http->cause[0] != '\0' ? http->cause : curl_easy_strerror(result);

    if (http->denied != NULL && result == CURLE_COULDNT_CONNECT)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG,
                    "cannot call %s: it is at %s, which is no public address, and allow does not name that network", http->host,
                    http->denied);
    else if (http->flooded)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "could not call %s: more than %d octets of headers", http->host,
                    LIMIT_HTTP_HEADERS);
    else
        g_set_error(error, MAILGW_ERROR, is_about_trust(result) ? MAILGW_ERROR_CONFIG : MAILGW_ERROR_TEMPORARY,
                    "%s call %s: %s", is_about_trust(result) ? "cannot" : "could not", http->host, cause);
    return FALSE;
}

static void
fill_answer(const Http *http, HttpAnswer *answer_out)
{
    curl_off_t retry_after = 0;
    long status = 0;

    curl_easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(http->easy, CURLINFO_RETRY_AFTER, &retry_after);
    *answer_out = (HttpAnswer) { .status = (int) status, .body = g_strndup(http->body->str, http->body->len),
                                 .length = http->body->len, .cut = http->cut,
                                 .retry_after_seconds = MAX(0, (gint64) retry_after) };
}

gboolean
http_post(Http *http, const HttpRequest *request, HttpAnswer *answer_out, GError **error)
{
    struct curl_slist *headers = request_headers(request);
    CURLcode result;

    set_request(http, request, headers);
    result = curl_easy_perform(http->easy);
    curl_easy_setopt(http->easy, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(http->easy, CURLOPT_POSTFIELDS, NULL);
    curl_slist_free_all(headers);
    if (result != CURLE_OK && !http->cut)
        return fail(http, result, error);
    fill_answer(http, answer_out);
    return TRUE;
}
