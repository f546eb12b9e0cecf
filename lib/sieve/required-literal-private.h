/*
 * required-literal-private.h - what must stand in a text for a pattern to match it
 */
#pragma once

#include <glib.h>

/*
 * The longest literal that every text matching the pattern holds, in octets of the pattern without their escapes; NULL if there is none.
 * Both know less than the whole truth: what they do not understand ends a literal.
 */
char *required_literal_of_glob(const char *pattern, gsize length, gsize *length_out);       /* ":matches" */
char *required_literal_of_regex(const char *pattern, gsize length, gsize *length_out);      /* ":regex"   */
