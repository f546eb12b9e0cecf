/*
 * clocks-private.h - rows of the statements about clocks
 */
#pragma once

#include "store/store-private.h"

/* gint64: the first column. */
GArray *references_of_rows(const PGresult *rows);
