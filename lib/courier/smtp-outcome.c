/*
 * smtp-outcome.c - what a finished transfer means for the mail
 *
 * The reply decides wherever there is one, since libcurl's codes do not tell a refused mail from a refused connection
 * (55 for RCPT, 8 for the mail). A mail may have been taken only if libcurl had all of it from us after a 354: the dot that
 * ends it is sent last.
 */
#include "courier/smtp-outcome-private.h"

/* RFC 4954, 6: authentication is required, too weak, failed, or needs encryption. Nothing is wrong with the mail. */
static gboolean
is_authentication_code(int code)
{
    return code == 530 || code == 534 || code == 535 || code == 538;
}

static gboolean
is_tls_failure(CURLcode result)
{
    return result == CURLE_PEER_FAILED_VERIFICATION || result == CURLE_SSL_CACERT_BADFILE ||
           result == CURLE_SSL_CERTPROBLEM || result == CURLE_SSL_ISSUER_ERROR || result == CURLE_USE_SSL_FAILED;
}

static void
outcome_of_content(const SmtpDialogue *dialogue, const SmtpTransfer *transfer, Delivery *delivery_out)
{
    if (dialogue->content_answered) {
        /* An answer that is none of SMTP's leaves open whether the mail was taken. */
        static const DeliveryResult by_class[10] = {
            DELIVERY_UNKNOWN,  DELIVERY_UNKNOWN,  DELIVERY_SENT,    DELIVERY_UNKNOWN, DELIVERY_DEFERRED,
            DELIVERY_REJECTED, DELIVERY_UNKNOWN,  DELIVERY_UNKNOWN, DELIVERY_UNKNOWN, DELIVERY_UNKNOWN,
        };

        delivery_set(delivery_out, by_class[dialogue->code / 100], dialogue->code, "%s", dialogue->reply->str);
    } else if (transfer->all_read) {
        delivery_set(delivery_out, DELIVERY_UNKNOWN, 0, "%s: no answer to the mail: %s", transfer->host, transfer->cause);
    } else {
        delivery_set(delivery_out, DELIVERY_DEFERRED, 0, "%s: not all of the mail was sent: %s", transfer->host,
                     transfer->cause);
    }
}

void
smtp_outcome(const SmtpDialogue *dialogue, const SmtpTransfer *transfer, Delivery *delivery_out)
{
    gboolean permanent = dialogue->code >= 500 && dialogue->code <= 599;
    gboolean temporary = dialogue->code >= 400 && dialogue->code <= 499;

    if (dialogue->phase == SMTP_CONTENT) {
        outcome_of_content(dialogue, transfer, delivery_out);
    } else if (is_tls_failure(transfer->result)) {
        delivery_set(delivery_out, DELIVERY_DEFERRED, 0, "%s: %s", transfer->host, transfer->cause);
        delivery_out->alarm = TRUE;
    } else if (permanent && dialogue->phase == SMTP_ENVELOPE && !is_authentication_code(dialogue->code)) {
        delivery_set(delivery_out, DELIVERY_REJECTED, dialogue->code, "%s", dialogue->reply->str);
    } else if (permanent || temporary) {
        /* A 5yz before the envelope is about us: another mail would fare no better, this one may after a repair. */
        delivery_set(delivery_out, DELIVERY_DEFERRED, dialogue->code, "%s", dialogue->reply->str);
        delivery_out->alarm = permanent;
    } else {
        delivery_set(delivery_out, DELIVERY_DEFERRED, 0, "%s: %s", transfer->host, transfer->cause);
        delivery_out->alarm = transfer->result == CURLE_LOGIN_DENIED;
    }
}

gboolean
smtp_connection_was_stale(const SmtpDialogue *dialogue, CURLcode result)
{
    return result != CURLE_OK && dialogue->phase != SMTP_CONTENT && (dialogue->code < 400 || dialogue->code == 421);
}
