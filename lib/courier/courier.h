/*
 * courier.h - deliver one mail to one recipient, and say exactly how it went
 *
 * A courier knows no database: it is given an envelope and canonical bytes. It refuses (REJECTED, nothing sent) an address that
 * address_is_valid() does not take and bytes that are not canonical, before any library sees them.
 */
#pragma once

#include "base/error.h"

typedef enum {
    DELIVERY_SENT,          /* the next hop took it: 250                                                   */
    DELIVERY_DEFERRED,      /* certainly not taken, may be tried again: 4yz, no connection, TLS failure    */
    DELIVERY_REJECTED,      /* will never be taken: 5yz for this mail, invalid address                     */
    DELIVERY_UNKNOWN,       /* the mail was sent but no answer came: it may have been taken                */
} DeliveryResult;

typedef struct {
    DeliveryResult result;
    int   code;             /* SMTP reply code, 0: none */
    char *text;             /* "550 5.1.1 no such user" or what went wrong; escaped by whoever prints it */
    gboolean alarm;         /* the operator has to look: certificate, authentication */
    gint64 retry_after_seconds;   /* DEFERRED: how long the other side wants to be left alone; 0: it does not say */
} Delivery;

void delivery_clear(Delivery *delivery);

typedef struct {
    const char *envelope_sender;   /* "" is the null path */
    const char *recipient;
    const char *message_id;        /* names the file of maildir: */
    GBytes     *bytes;
} Shipment;

typedef struct Courier Courier;

typedef struct {
    const char *transport;         /* smtp://HOST[:PORT] | smtps://HOST[:PORT] | maildir:DIR */
    gboolean    starttls;          /* smtp:// only; demanded, never tried */
    const char *user, *password;   /* or NULL */
    const char *ca_file;           /* or NULL: the system's */
    const char *helo;              /* our name in EHLO */
    gint64      timeout_seconds;   /* of a whole transfer */
} CourierSettings;

/* CONFIG if the transport cannot be used at all. Connections are kept open between deliveries, 60 s at most idle. */
Courier *courier_new(const CourierSettings *settings, GError **error);
void     courier_free(Courier *courier);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Courier, courier_free)

void courier_deliver(Courier *courier, const Shipment *shipment, Delivery *delivery_out);
