/*
 * courier-private.h - what a transport offers to courier.c
 */
#pragma once

#include "courier/courier.h"

/* A shipment that arrives here has valid addresses and canonical bytes; delivery_out is clear. */
typedef struct {
    void (*deliver)(gpointer transport, const Shipment *shipment, Delivery *delivery_out);
    void (*free)(gpointer transport);
} TransportMethods;

struct Courier {
    const TransportMethods *methods;
    gpointer                transport;
};

/* Fills a clear delivery; the text is made valid UTF-8 of one line and is cut to a sane length. */
void delivery_set(Delivery *delivery, DeliveryResult result, int code, const char *format, ...) G_GNUC_PRINTF(4, 5);

typedef struct {
    gboolean implicit_tls;
    char    *host;          /* a name or an IPv4 address, or an IPv6 address in brackets */
    guint16  port;
} SmtpEndpoint;

void     smtp_endpoint_clear(SmtpEndpoint *endpoint);
gboolean smtp_endpoint_parse(const char *transport, SmtpEndpoint *endpoint_out, GError **error);
gboolean smtp_endpoint_is_loopback(const SmtpEndpoint *endpoint);

/* NULL with CONFIG if settings cannot be used. */
gpointer smtp_new(const CourierSettings *settings, GError **error);
gpointer maildir_new(const char *directory, GError **error);

extern const TransportMethods smtp_methods;
extern const TransportMethods maildir_methods;
