/*
 * field-scanner-private.h - the header fields of a message, straight from its bytes
 *
 * GMime cuts a value at NUL, parses address fields as soon as it sees them (and overflows its stack on nested groups), and
 * does not know bare CR as a line end.  So every header is read by this scanner: it never fails, is linear, and copies nothing.  It forgives what real mail contains: a leading mbox "From " line, blanks before the colon, a stray line between
 * fields, no empty line before the body.
 */
#pragma once

#include <glib.h>

typedef struct {
    const guint8 *name;
    gsize         name_length;
    const guint8 *value;         /* after the colon, with its folds, without the last line end */
    gsize         value_length;
} RawField;

typedef struct {
    const guint8 *next;          /* after the last field: where the body begins */
    const guint8 *end;
    gboolean      bare_cr;       /* lines end in CR alone, as Mac OS before 10 wrote them */
    gboolean      seen;          /* a field was found */
    gboolean      done;
} FieldScanner;

void     field_scanner_init(FieldScanner *scanner, const guint8 *bytes, gsize length);
gboolean field_scanner_next(FieldScanner *scanner, RawField *field_out);

gboolean raw_field_is(const RawField *field, const char *name);
gboolean raw_field_has_prefix(const RawField *field, const char *prefix);
/* The value without its line ends and without white space around it (RFC 5322, 2.2.3); NUL stays. */
GString *raw_field_unfold(const RawField *field);
/* The same without NUL. */
char    *raw_field_text(const RawField *field);
