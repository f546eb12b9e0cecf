/*
 * books.h - what an audit of the store reads
 */
#pragma once

#include "store/store.h"

/* Every check that SQL can make: an array of {"check", "count", "broken", "examples"}. */
json_t *store_books(Store *store, GError **error);

typedef struct {
    gint64  inbound;
    char   *queue;
    guint8  key[32];
    GBytes *bytes;
} ContentKeyRow;

void content_key_row_free(ContentKeyRow *row);
/* The next rows behind an inbound id, in order, with their originals: ContentKeyRow *. Empty at the end. */
gboolean store_content_keys(Store *store, gint64 after, int limit, GPtrArray **rows_out, GError **error);
