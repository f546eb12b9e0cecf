/*
 * smtp.c - deliver over SMTP with libcurl
 *
 * One easy handle for one endpoint, its options set once: a handle whose TLS option is raised later goes on using the
 * plain connection it has. The connection stays open between mails. One recipient a transfer, so that code and text belong
 * to that recipient without guessing.
 */
#include <string.h>

#include "base/address.h"
#include "base/clock.h"
#include "base/text.h"
#include "courier/courier-private.h"
#include "courier/easy-private.h"
#include "courier/smtp-dialogue-private.h"
#include "courier/smtp-outcome-private.h"

/* A connection that was idle for longer is closed: next hops close theirs after some minutes, firewalls earlier. */
#define IDLE_SECONDS          60
#define CONNECT_SECONDS       30
/* What is left of the time for a transfer has to be worth a second connection. */
#define RETRY_MILLISECONDS    1000

typedef struct {
    CURL        *easy;
    char        *host;                      /* for texts */
    gint64       timeout_milliseconds;
    SmtpDialogue dialogue;
    char         cause[CURL_ERROR_SIZE];
    const char  *unread;                    /* of the mail being sent */
    gsize        unread_length;
} Smtp;

static size_t
read_mail(char *buffer, size_t size, size_t count, void *data)
{
    Smtp *smtp = data;
    gsize length = MIN(smtp->unread_length, size * count);

    memcpy(buffer, smtp->unread, length);
    smtp->unread += length;
    smtp->unread_length -= length;
    return length;
}

static size_t
hear_line(char *line, size_t size, size_t count, void *data)
{
    Smtp *smtp = data;

    smtp_dialogue_received(&smtp->dialogue, line, size * count);
    return size * count;
}

/* libcurl's own prints what it is given. */
static size_t
ignore_body(char *text G_GNUC_UNUSED, size_t size, size_t count, void *data G_GNUC_UNUSED)
{
    return size * count;
}

/* Called for everything, credentials too: only the verb of a command is looked at, and nothing is kept. */
static int
hear_ourselves(CURL *easy G_GNUC_UNUSED, curl_infotype type, char *text, size_t length, void *data)
{
    Smtp *smtp = data;

    if (type == CURLINFO_HEADER_OUT)
        smtp_dialogue_sent(&smtp->dialogue, text, length);
    return 0;
}

static gboolean
check_settings(const CourierSettings *settings, const SmtpEndpoint *endpoint, GError **error)
{
    const char *problem = NULL;

    if (settings->helo == NULL || *settings->helo == '\0' ||
        strspn(settings->helo, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-[]:") != strlen(settings->helo))
        problem = "the name for EHLO is not a host name";
    else if (settings->starttls && endpoint->implicit_tls)
        problem = "starttls is for smtp://, smtps:// is encrypted from the start";
    else if ((settings->user == NULL) != (settings->password == NULL))
        problem = "user and password are needed together";
    else if (settings->user != NULL && (text_has_control(settings->user) || text_has_control(settings->password)))
        problem = "user or password holds control characters";
    else if (settings->user != NULL && !settings->starttls && !endpoint->implicit_tls && !smtp_endpoint_is_loopback(endpoint))
        problem = "a password is not sent in the clear: use starttls or smtps://";
    else if (settings->timeout_seconds <= 0)
        problem = "the time-out has to be positive";
    if (problem != NULL)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot use transport \"%s\": %s", settings->transport, problem);
    return problem == NULL;
}

static void
set_connection_options(CURL *easy, const CourierSettings *settings, const SmtpEndpoint *endpoint)
{
    /* libcurl takes the name for EHLO from the path. */
    g_autofree char *url = g_strdup_printf("%s://%s:%u/%s", endpoint->implicit_tls ? "smtps" : "smtp", endpoint->host,
                                           (guint) endpoint->port, settings->helo);

    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_USE_SSL, (long) (settings->starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    if (settings->user != NULL) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, settings->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, settings->password);
    }
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long) IDLE_SECONDS);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long) MIN(CONNECT_SECONDS, settings->timeout_seconds));
    /* libcurl's own 120 s for a reply are less than a content filter behind the dot may need (RFC 5321, 4.5.3.2.6). */
    curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long) settings->timeout_seconds);
}

static void
set_callbacks(Smtp *smtp)
{
    curl_easy_setopt(smtp->easy, CURLOPT_ERRORBUFFER, smtp->cause);
    curl_easy_setopt(smtp->easy, CURLOPT_READFUNCTION, read_mail);
    curl_easy_setopt(smtp->easy, CURLOPT_READDATA, smtp);
    curl_easy_setopt(smtp->easy, CURLOPT_HEADERFUNCTION, hear_line);
    curl_easy_setopt(smtp->easy, CURLOPT_HEADERDATA, smtp);
    curl_easy_setopt(smtp->easy, CURLOPT_WRITEFUNCTION, ignore_body);
    curl_easy_setopt(smtp->easy, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(smtp->easy, CURLOPT_DEBUGFUNCTION, hear_ourselves);
    curl_easy_setopt(smtp->easy, CURLOPT_DEBUGDATA, smtp);
}

gpointer
smtp_new(const CourierSettings *settings, GError **error)
{
    SmtpEndpoint endpoint = { 0 };
    Smtp *smtp;

    if (!smtp_endpoint_parse(settings->transport, &endpoint, error))
        return NULL;
    if (!check_settings(settings, &endpoint, error)) {
        smtp_endpoint_clear(&endpoint);
        return NULL;
    }
    smtp = g_new0(Smtp, 1);
    smtp->easy = easy_new(settings->ca_file);
    smtp->host = g_strdup_printf("%s:%u", endpoint.host, (guint) endpoint.port);
    smtp->timeout_milliseconds = settings->timeout_seconds * 1000;
    smtp_dialogue_init(&smtp->dialogue);
    set_connection_options(smtp->easy, settings, &endpoint);
    set_callbacks(smtp);
    smtp_endpoint_clear(&endpoint);
    return smtp;
}

static void
smtp_free(gpointer transport)
{
    Smtp *smtp = transport;

    /* Says QUIT, so the dialogue has to be there still. */
    curl_easy_cleanup(smtp->easy);
    smtp_dialogue_clear(&smtp->dialogue);
    g_free(smtp->host);
    g_free(smtp);
}

/* A domain in Unicode as its A-labels, which need no SMTPUTF8. */
static char *
address_on_wire(const char *address)
{
    const char *domain = address_domain(address);
    g_autofree char *ascii = NULL;

    if (domain == NULL || g_str_is_ascii(domain))
        return g_strdup(address);
    ascii = address_domain_ascii(domain);
    if (ascii == NULL)
        return g_strdup(address);
    return g_strdup_printf("%.*s%s", (int) (domain - address), address, ascii);
}

static CURLcode
perform(Smtp *smtp, gint64 deadline, gboolean fresh)
{
    gint64 left = (deadline - clock_monotonic()) / 1000;

    smtp_dialogue_begin(&smtp->dialogue);
    smtp->cause[0] = '\0';
    curl_easy_setopt(smtp->easy, CURLOPT_TIMEOUT_MS, (long) MAX(left, 1));
    curl_easy_setopt(smtp->easy, CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
    return curl_easy_perform(smtp->easy);
}

/*
 * Asks on a new connection whether the next hop takes addresses in UTF-8 (RFC 6531, 3.1): libcurl would send one without
 * asking. The mail then follows on that connection.
 */
static CURLcode
learn_smtputf8(Smtp *smtp, gint64 deadline, gboolean *offered_out)
{
    CURLcode result;

    curl_easy_setopt(smtp->easy, CURLOPT_UPLOAD, 0L);
    curl_easy_setopt(smtp->easy, CURLOPT_MAIL_RCPT, NULL);
    curl_easy_setopt(smtp->easy, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(smtp->easy, CURLOPT_CUSTOMREQUEST, "NOOP");
    result = perform(smtp, deadline, TRUE);
    *offered_out = smtp->dialogue.smtputf8;
    curl_easy_setopt(smtp->easy, CURLOPT_NOBODY, 0L);
    curl_easy_setopt(smtp->easy, CURLOPT_CUSTOMREQUEST, NULL);
    return result;
}

static CURLcode
send_mail(Smtp *smtp, GBytes *bytes, gint64 deadline, gboolean fresh)
{
    gsize length;

    smtp->unread = g_bytes_get_data(bytes, &length);
    smtp->unread_length = length;
    curl_easy_setopt(smtp->easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(smtp->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t) length);
    return perform(smtp, deadline, fresh);
}

/* The mail, and once more on a new connection if the one that was open had been closed by the next hop. */
static CURLcode
send_mail_retrying(Smtp *smtp, GBytes *bytes, gint64 deadline)
{
    CURLcode result = send_mail(smtp, bytes, deadline, FALSE);
    long connects = 0;

    curl_easy_getinfo(smtp->easy, CURLINFO_NUM_CONNECTS, &connects);
    if (connects == 0 && smtp_connection_was_stale(&smtp->dialogue, result) &&
        deadline - clock_monotonic() > RETRY_MILLISECONDS * 1000)
        result = send_mail(smtp, bytes, deadline, TRUE);
    return result;
}

static void
conclude(const Smtp *smtp, CURLcode result, Delivery *delivery_out)
{
    const SmtpTransfer transfer = {
        .result = result,
        .cause = smtp->cause[0] != '\0' ? smtp->cause : curl_easy_strerror(result),
        .host = smtp->host,
        .all_read = smtp->unread_length == 0,
    };

    smtp_outcome(&smtp->dialogue, &transfer, delivery_out);
}

static void
smtp_deliver(gpointer transport, const Shipment *shipment, Delivery *delivery_out)
{
    Smtp *smtp = transport;
    gint64 deadline = clock_monotonic() + smtp->timeout_milliseconds * 1000;
    g_autofree char *sender = address_on_wire(shipment->envelope_sender);
    g_autofree char *recipient = address_on_wire(shipment->recipient);
    struct curl_slist *recipients;
    CURLcode result;

    if (!g_str_is_ascii(sender) || !g_str_is_ascii(recipient)) {
        gboolean offered = FALSE;

        result = learn_smtputf8(smtp, deadline, &offered);
        if (result != CURLE_OK) {
            conclude(smtp, result, delivery_out);
            return;
        }
        if (!offered) {
            delivery_set(delivery_out, DELIVERY_REJECTED, 0, "%s: does not take addresses in UTF-8 (no SMTPUTF8)", smtp->host);
            return;
        }
    }
    recipients = curl_slist_append(NULL, recipient);
    g_assert(recipients != NULL);
    curl_easy_setopt(smtp->easy, CURLOPT_MAIL_FROM, sender);
    curl_easy_setopt(smtp->easy, CURLOPT_MAIL_RCPT, recipients);
    result = send_mail_retrying(smtp, shipment->bytes, deadline);
    conclude(smtp, result, delivery_out);
    curl_easy_setopt(smtp->easy, CURLOPT_MAIL_RCPT, NULL);
    curl_slist_free_all(recipients);
}

const TransportMethods smtp_methods = { smtp_deliver, smtp_free };
