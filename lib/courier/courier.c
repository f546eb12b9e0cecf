#include "courier/courier-private.h"

#include <stdarg.h>
#include <string.h>

#include "base/address.h"
#include "base/text.h"
#include "message/compose.h"

/* A reply of several long lines is cut here: it is shown in lists and kept with the ticket. */
#define DELIVERY_TEXT_BYTES 500

void
delivery_clear(Delivery *delivery)
{
    g_free(delivery->text);
    *delivery = (Delivery) { 0 };
}

void
delivery_set(Delivery *delivery, DeliveryResult result, int code, const char *format, ...)
{
    g_autofree char *text = NULL;
    g_autofree char *valid = NULL;
    g_autofree char *line = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    valid = text_sanitise(text, strlen(text));
    line = text_fold_space(valid);
    delivery->result = result;
    delivery->code = code;
    delivery->text = text_cut(line, DELIVERY_TEXT_BYTES);
}

Courier *
courier_new(const CourierSettings *settings, GError **error)
{
    const TransportMethods *methods = NULL;
    gpointer transport = NULL;
    Courier *courier;

    if (g_str_has_prefix(settings->transport, "maildir:")) {
        methods = &maildir_methods;
        transport = maildir_new(settings->transport + strlen("maildir:"), error);
    } else {
        methods = &smtp_methods;
        transport = smtp_new(settings, error);
    }
    if (transport == NULL)
        return NULL;
    courier = g_new0(Courier, 1);
    courier->methods = methods;
    courier->transport = transport;
    return courier;
}

void
courier_free(Courier *courier)
{
    if (courier == NULL)
        return;
    courier->methods->free(courier->transport);
    g_free(courier);
}

void
courier_deliver(Courier *courier, const Shipment *shipment, Delivery *delivery_out)
{
    gsize length;
    const guint8 *bytes = g_bytes_get_data(shipment->bytes, &length);

    *delivery_out = (Delivery) { 0 };
    if (!address_is_valid(shipment->recipient))
        delivery_set(delivery_out, DELIVERY_REJECTED, 0, "cannot send to \"%s\": not a valid address",
                     shipment->recipient);
    else if (*shipment->envelope_sender != '\0' && !address_is_valid(shipment->envelope_sender))
        delivery_set(delivery_out, DELIVERY_REJECTED, 0, "cannot send from \"%s\": not a valid address",
                     shipment->envelope_sender);
    else if (!mail_is_canonical(bytes, length))
        /* A bare LF could end the DATA early at the next hop (SMTP smuggling), and libcurl would pass it on. */
        delivery_set(delivery_out, DELIVERY_REJECTED, 0, "cannot send mail with bare line ends, NUL or lines over 998");
    else
        courier->methods->deliver(courier->transport, shipment, delivery_out);
}
