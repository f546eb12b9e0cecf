/*
 * facts-private.h - facts that are asked for one by one
 */
#pragma once

#include "store/work.h"

/* Adds that ticket to facts, as its sender stands to it. */
gboolean facts_add_ticket(Store *store, const FactsRequest *request, gint64 reference, Facts *facts, GError **error);
