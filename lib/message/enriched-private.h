/*
 * enriched-private.h - text/enriched (RFC 1896) and its forerunner text/richtext (RFC 1341) as plain text
 */
#pragma once

#include <glib.h>

/* Formatting commands are dropped, "<<" is "<", a single line end is a blank, of several one is dropped. */
char *enriched_to_text(const char *enriched);
