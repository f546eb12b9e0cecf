/*
 * notify-method-private.h - whom `notify` tells (RFC 5435): "mailto:" (RFC 5436, RFC 6068) and our "webhook:NAME"
 */
#pragma once

#include <glib.h>

typedef struct {
    char      *webhook;        /* name; NULL for mailto */
    GPtrArray *recipients;     /* char *: bare addresses of to, cc and bcc, each once */
    char      *to, *cc;        /* as the header says it */
    char      *subject, *body; /* or NULL */
} NotifyMethod;

/* NULL: error_out says what is wrong with the URI. Header fields other than to, cc, bcc, subject and body are not ours to set and left out. */
NotifyMethod *notify_method_parse(const char *uri, char **error_out);
void          notify_method_free(NotifyMethod *method);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NotifyMethod, notify_method_free)
