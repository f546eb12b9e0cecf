/*
 * error.h - one error domain for the whole library, with codes that say what to do
 *
 * Callers branch on the reaction: SMTP knows 4yz and 5yz, a pipe knows EX_TEMPFAIL, IMAP leaves the message where it is.
 * Texts: lower case, no full stop; what was attempted on which object, then the cause; "could not" if it may work next
 * time, "cannot" if it never will.
 */
#pragma once

#include <glib.h>

typedef enum {
    MAILGW_ERROR_TEMPORARY,   /* try again later; nothing is lost            */
    MAILGW_ERROR_NOT_FOUND,   /* the thing named does not exist              */
    MAILGW_ERROR_EXISTS,      /* it is already there: treat as done          */
    MAILGW_ERROR_INVALID,     /* this input can never be accepted            */
    MAILGW_ERROR_LIMIT,       /* refused because it is too large or too many */
    MAILGW_ERROR_CONFIG,      /* the operator has to change something        */
} MailgwError;

#define MAILGW_ERROR (mailgw_error_quark())
GQuark mailgw_error_quark(void);

/* Sets a TEMPORARY error from errno: "could not WHAT: strerror". Returns FALSE, so that a caller can return it. */
gboolean error_from_errno(GError **error, int errnum, const char *format, ...) G_GNUC_PRINTF(3, 4);
