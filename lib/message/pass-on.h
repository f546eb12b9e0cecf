/*
 * pass-on.h - a message as it is passed on to somebody else (RFC 5228, 4.2; RFC 5322, 3.6.6)
 *
 * Fields of ours stand above what came in: Received and X-Loop, by which we know it when it comes back, and the Resent- fields of one resending. What is edited
 * in the header (RFC 5293) is added or left out. Everything else is the original's, byte for byte, as far as SMTP can carry it: line ends become CRLF, lines
 * over 998 octets are broken, NUL is dropped, and a mailbox's "From " line and dirt between two fields stay here.
 */
#pragma once

#include <glib.h>

typedef struct {
    const char *name;
    const char *value;         /* what is added: one line of UTF-8; NULL: the field goes */
    gboolean    last;          /* added below the other fields, else above them          */
    guint       occurrence;    /* which of that name goes, from 0 at the top             */
} HeaderEdit;

typedef struct {
    const char  *from_name, *from_address;     /* who passes it on; the name may be NULL */
    const char  *to_address;
    const char  *message_id;                   /* of the resending, without angle brackets */
    const char  *host;                         /* of Received and X-Loop */
    gint64       inbound;                      /* under which number it came to us */
    gint64       date;                         /* microseconds UTC */
    const GArray *edits;                       /* HeaderEdit; or NULL */
} PassingOn;

/* INVALID names what cannot be written. */
GBytes *pass_on_mail(const guint8 *bytes, gsize length, const PassingOn *how, GError **error);
