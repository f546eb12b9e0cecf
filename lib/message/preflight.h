/*
 * preflight.h - look at a message's shape before GMime sees it
 *
 * GMime has no limit on parts, keeps every header in memory and overflows its stack on nested groups in an address field. One linear pass over the
 * bytes counts header fields, lines that begin with "--", and colons in address fields. Each limit stands in base/limits.h.
 */
#pragma once

#include <glib.h>

typedef struct {
    gboolean fit;              /* GMime may have it whole                               */
    char    *reason;           /* why not: "1200 header fields, at most 1000", or NULL  */
    GBytes  *header;           /* when not fit: a header GMime may have, oversized fields replaced, or NULL: not even that */
} Preflight;

void preflight_scan(const guint8 *bytes, gsize length, Preflight *result_out);
void preflight_clear(Preflight *preflight);
