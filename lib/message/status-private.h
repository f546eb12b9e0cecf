/*
 * status-private.h - what went wrong, as a status of RFC 3463, out of the words of a mail system
 */
#pragma once

#include <glib.h>

/* The first "5.1.1" or "4.4.7" that stands by itself (no version, no IP address); "2.0.0" too where success counts. NULL: none. */
char *status_find(const char *text, gboolean success);
/* The first reply code of RFC 5321 that tells a failure (400..599) and stands by itself; 0: none. */
guint status_reply_code(const char *text);
/* Subject and detail ("1.1") of what the words say ("user unknown"), or NULL. */
const char *status_of_wording(const char *text);
