/*
 * modifiers-private.h - what `set` can do to a value (RFC 5229, 4.1; RFC 5435, 6; the regex draft)
 */
#pragma once

#include <glib.h>

/* Each returns a text of the caller's. Letters outside ASCII stay as they are (RFC 5229, 4.1.1). */
char *modifier_lower(const char *text);
char *modifier_upper(const char *text);
char *modifier_lowerfirst(const char *text);
char *modifier_upperfirst(const char *text);
char *modifier_quotewildcard(const char *text);
char *modifier_quoteregex(const char *text);
char *modifier_encodeurl(const char *text);
/* The number of characters, not octets. */
char *modifier_length(const char *text);
