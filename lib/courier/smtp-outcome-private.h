/*
 * smtp-outcome-private.h - what a finished transfer means for the mail
 */
#pragma once

#include <curl/curl.h>

#include "courier/courier-private.h"
#include "courier/smtp-dialogue-private.h"

typedef struct {
    CURLcode    result;
    const char *cause;         /* libcurl's words for it             */
    const char *host;          /* whom they are about                */
    gboolean    all_read;      /* libcurl took the whole mail from us */
} SmtpTransfer;

void smtp_outcome(const SmtpDialogue *dialogue, const SmtpTransfer *transfer, Delivery *delivery_out);

/* Whether a transfer on an open connection failed in a way that the next hop's closing it while idle explains. */
gboolean smtp_connection_was_stale(const SmtpDialogue *dialogue, CURLcode result);
