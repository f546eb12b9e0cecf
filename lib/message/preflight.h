/*
 * preflight.h - look at a message's header before anything is kept of it
 *
 * Every field becomes several strings, so their number and size have limits, and what no sender means as addresses or parameters is not read
 * as such. One linear pass over the header; the parts of the body are counted where they are taken apart (structure.c). Each limit
 * stands in base/limits.h.
 */
#pragma once

#include <glib.h>

typedef struct {
    gboolean fit;              /* it may be read whole                                  */
    char    *reason;           /* why not: "1200 header fields, at most 1000", or NULL  */
    GBytes  *header;           /* when not fit: a header that may be read, oversized fields replaced */
} Preflight;

void preflight_scan(const guint8 *bytes, gsize length, Preflight *result_out);
void preflight_clear(Preflight *preflight);
