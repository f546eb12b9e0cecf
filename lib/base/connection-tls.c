/* TLS of a connection (GnuTLS): who the server is comes first, then the first byte of ours. */
#include <arpa/inet.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "base/connection-private.h"

#define SHA256_HEX 64

static gboolean
tls_fail(Connection *connection, int code, const char *what, GError **error)
{
    if (code == GNUTLS_E_PREMATURE_TERMINATION || code == GNUTLS_E_PULL_ERROR || code == GNUTLS_E_PUSH_ERROR)
        return connection_fail(connection, CONNECTION_CLOSED, error, "could not %s: the connection broke", what);
    if (code == GNUTLS_E_FATAL_ALERT_RECEIVED)
        return connection_fail(connection, CONNECTION_TLS, error, "could not %s: TLS alert \"%s\"", what,
                               gnutls_alert_get_name(gnutls_alert_get(connection->tls)));
    return connection_fail(connection, CONNECTION_TLS, error, "could not %s: TLS: %s", what, gnutls_strerror(code));
}

/* TRUE: go on with the same call. */
static gboolean
may_repeat(Connection *connection, int code, gint64 deadline, const char *what, GError **error)
{
    if (code == GNUTLS_E_AGAIN)
        return connection_poll(connection, gnutls_record_get_direction(connection->tls) == 0 ? POLLIN : POLLOUT, deadline, what, error);
    if (code == GNUTLS_E_INTERRUPTED || code == GNUTLS_E_WARNING_ALERT_RECEIVED)
        return clock_monotonic() < deadline || connection_fail(connection, CONNECTION_TIMEOUT, error, "could not %s: timed out", what);
    return tls_fail(connection, code, what, error);
}

gssize
connection_tls_read(Connection *connection, void *bytes_out, gsize size, gint64 deadline, GError **error)
{
    static const char what[] = "read from the server";

    for (;;) {
        gssize got;

        if (gnutls_record_check_pending(connection->tls) == 0 && !connection_poll(connection, POLLIN, deadline, what, error))
            return -1;
        got = gnutls_record_recv(connection->tls, bytes_out, size);
        if (got > 0)
            return got;
        if (got == 0) {
            connection_fail(connection, CONNECTION_CLOSED, error, "could not %s: it closed the connection", what);
            return -1;
        }
        if (!may_repeat(connection, (int) got, deadline, what, error))
            return -1;
    }
}

gssize
connection_tls_write(Connection *connection, const void *bytes, gsize length, gint64 deadline, GError **error)
{
    for (;;) {
        gssize sent = gnutls_record_send(connection->tls, bytes, length);

        if (sent >= 0)
            return sent;
        if (!may_repeat(connection, (int) sent, deadline, "write to the server", error))
            return -1;
    }
}

static gboolean
is_address(const char *host)
{
    struct in6_addr address;

    return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1;
}

/* SHA-256 of the SubjectPublicKeyInfo of the server's certificate, in hexadecimal; NULL if it has none that can be read. */
static char *
key_hash(gnutls_session_t tls)
{
    unsigned int n = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(tls, &n);
    gnutls_x509_crt_t certificate = NULL;
    guint8 hash[32];
    size_t size = sizeof hash;
    GString *text = NULL;

    if (chain == NULL || n == 0 || gnutls_x509_crt_init(&certificate) != GNUTLS_E_SUCCESS)
        return NULL;
    if (gnutls_x509_crt_import(certificate, &chain[0], GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS &&
        gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, hash, &size) == GNUTLS_E_SUCCESS) {
        text = g_string_new(NULL);
        for (gsize i = 0; i < size; i++)
            g_string_append_printf(text, "%02x", hash[i]);
    }
    gnutls_x509_crt_deinit(certificate);
    return text != NULL ? g_string_free(text, FALSE) : NULL;
}

static gboolean
check_pins(Connection *connection, const ConnectionTrust *trust, GError **error)
{
    g_autofree char *hash = key_hash(connection->tls);

    for (const char *const *pin = trust->pins; hash != NULL && *pin != NULL; pin++)
        if (g_ascii_strcasecmp(*pin, hash) == 0)
            return TRUE;
    return connection_fail(connection, CONNECTION_TRUST, error, "cannot trust \"%s\": its key (SHA-256 %s) is none of those pinned",
                           trust->host, hash != NULL ? hash : "unknown");
}

static gboolean
load_authorities(Connection *connection, const ConnectionTrust *trust, GError **error)
{
    int found;

    if (gnutls_certificate_allocate_credentials(&connection->credentials) != GNUTLS_E_SUCCESS)
        return connection_fail(connection, CONNECTION_TLS, error, "could not prepare TLS: out of memory");
    if (trust->pins != NULL)
        return TRUE;
    found = trust->ca_file != NULL
                ? gnutls_certificate_set_x509_trust_file(connection->credentials, trust->ca_file, GNUTLS_X509_FMT_PEM)
                : gnutls_certificate_set_x509_system_trust(connection->credentials);
    if (found > 0)
        return TRUE;
    return connection_fail(connection, CONNECTION_TRUST, error, "cannot trust \"%s\": no certificate authority in %s: %s", trust->host,
                           trust->ca_file != NULL ? trust->ca_file : "the system's store",
                           found < 0 ? gnutls_strerror(found) : "it holds none");
}

static gboolean
prepare(Connection *connection, const ConnectionTrust *trust, GError **error)
{
    const char *host = trust->host;
    int code = gnutls_init(&connection->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);

    if (code == GNUTLS_E_SUCCESS)
        code = gnutls_set_default_priority_append(connection->tls, "-VERS-TLS1.1:-VERS-TLS1.0:-VERS-SSL3.0", NULL, 0);
    if (code == GNUTLS_E_SUCCESS)
        code = gnutls_credentials_set(connection->tls, GNUTLS_CRD_CERTIFICATE, connection->credentials);
    if (code == GNUTLS_E_SUCCESS && !is_address(host))
        code = gnutls_server_name_set(connection->tls, GNUTLS_NAME_DNS, host, strlen(host));
    if (code != GNUTLS_E_SUCCESS)
        return tls_fail(connection, code, "prepare TLS", error);
    if (trust->pins == NULL)
        gnutls_session_set_verify_cert(connection->tls, host, 0);
    gnutls_transport_set_int(connection->tls, connection->fd);
    return TRUE;
}

static gboolean
not_trusted(Connection *connection, const ConnectionTrust *trust, GError **error)
{
    gnutls_datum_t text = { NULL, 0 };
    unsigned int status = gnutls_session_get_verify_cert_status(connection->tls);
    g_autofree char *why = NULL;

    if (gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0) == GNUTLS_E_SUCCESS)
        why = g_strstrip(g_strdup((const char *) text.data));
    gnutls_free(text.data);
    return connection_fail(connection, CONNECTION_TRUST, error, "cannot trust \"%s\": %s", trust->host,
                           why != NULL && *why != '\0' ? why : "its certificate could not be verified");
}

static gboolean
shake_hands(Connection *connection, const ConnectionTrust *trust, gint64 deadline, GError **error)
{
    g_autofree char *what = g_strdup_printf("encrypt the connection to \"%s\"", trust->host);

    for (;;) {
        int code = gnutls_handshake(connection->tls);

        if (code == GNUTLS_E_SUCCESS)
            return TRUE;
        if (code == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
            return not_trusted(connection, trust, error);
        if (!may_repeat(connection, code, deadline, what, error))
            return FALSE;
    }
}

gboolean
connection_start_tls(Connection *connection, const ConnectionTrust *trust, gint64 deadline, GError **error)
{
    g_assert(connection->tls == NULL);
    if (!load_authorities(connection, trust, error) || !prepare(connection, trust, error) ||
        !shake_hands(connection, trust, deadline, error))
        return FALSE;
    if (trust->pins != NULL && !check_pins(connection, trust, error))
        return FALSE;
    connection->tls_text = g_strdup_printf("%s %s", gnutls_protocol_get_name(gnutls_protocol_get_version(connection->tls)),
                                           gnutls_cipher_get_name(gnutls_cipher_get(connection->tls)));
    return TRUE;
}
