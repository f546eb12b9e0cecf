/*
 * mime-value.h - the value of Content-Type and Content-Disposition (RFC 2045, 5.1; RFC 2183; RFC 2231)
 *
 * Read as forgivingly as mail programs write it: comments and stray semicolons, a missing semicolon or closing quote, names with blanks that
 * nobody quoted, encoded words where RFC 2231 belongs, raw 8-bit. Of a parameter that stands twice the first one counts, but one in the
 * extended form (RFC 2231, 4) goes before a plain one (RFC 6266, 4.3). Linear in the length of the value.
 */
#pragma once

#include <glib.h>

typedef struct {
    char      *value;        /* "text/plain", "attachment": lower case; "" where none stands */
    GPtrArray *parameters;   /* MimeParameter * */
} MimeValue;

typedef struct {
    char    *name;           /* lower case, without section numbers and asterisks */
    char    *text;           /* decoded, valid UTF-8, one line; of a boundary as it stands */
    gboolean extended;       /* written as RFC 2231 says */
} MimeParameter;

/* raw: unfolded */
MimeValue  *mime_value_parse(const char *raw);
void        mime_value_free(MimeValue *value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeValue, mime_value_free)

/* NULL where the parameter is missing; value may be NULL. */
const char *mime_value_parameter(const MimeValue *value, const char *name);
