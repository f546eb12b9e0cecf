/*
 * facts-private.h - facts that are asked for one by one
 */
#pragma once

#include "store/work.h"

/* The sender of the request becomes a person, if he is none. Inside a transaction that goes on. */
gboolean facts_make_person(Store *store, const FactsRequest *request, GError **error);
/* Adds that ticket to facts, as its sender stands to it. */
gboolean facts_add_ticket(Store *store, const FactsRequest *request, gint64 reference, Facts *facts, GError **error);
