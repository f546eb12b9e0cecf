/*
 * mime-scope-private.h - the parts that a test with ":mime" looks at, and the loops over parts (RFC 5703)
 *
 * Outside of foreverypart the current part is the message itself; inside it is the part whose turn it is. ":anychild" adds all parts below it.
 */
#pragma once

#include "sieve/run-private.h"

/* TRUE ends the visit. */
typedef gboolean (*MimeVisitor)(Run *run, const Call *call, const char *value, gpointer data);

/* Visits what the call's options (:type, :param, ...; none: the whole value) see of the fields of that name; TRUE if a visitor ended it. */
gboolean mime_visit(Run *run, const Call *call, const char *name, MimeVisitor visitor, gpointer data);
/* The same for whole values, whatever the options. */
gboolean mime_visit_fields(Run *run, const Call *call, const char *name, MimeVisitor visitor, gpointer data);

/* The first part behind the current one's descendants. */
guint mime_scope_end(const Run *run, guint part);
guint mime_part_count(const Run *run);
const MessagePart *mime_current_part(const Run *run);      /* NULL outside of a loop */
