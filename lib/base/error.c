/*
 * error.c - the error domain
 */
#include "base/error.h"

G_DEFINE_QUARK(mailgw-error-quark, mailgw_error)

gboolean
error_from_errno(GError **error, int errnum, const char *format, ...)
{
    g_autofree char *what = NULL;
    va_list arguments;

    va_start(arguments, format);
    what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "could not %s: %s", what, g_strerror(errnum));
    return FALSE;
}
