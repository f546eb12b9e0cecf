/*
 * help.h - help articles: what customers can read themselves, and which of them a text asks for
 *
 * Not to be mixed up with the articles of a ticket. How a text is scored stands at mailgw.help_scores() in the schema.
 */
#pragma once

#include "store/store.h"

/*
 * From this score on an article is suggested. Measured on the mails in tests/kb: everything suggested there was right, and nine in ten of the mails that an
 * article answers got it; of mails by which it was not chosen (tests/kb/library) 97 in a hundred and three in four. Words of an article's body alone come near it and never reach it.
 */
#define HELP_THRESHOLD   "0.300"     /* as the statement takes it */
#define HELP_SUGGESTIONS 3

/*
 * Makes the articles of the store those that are given, in one transaction: JSON objects with path, language, title, url, tags, summary, body. Returns an array of
 * {"change": "added" or "changed", "unchanged", "removed", "path": ...}, or NULL.
 */
json_t *store_help_import(Store *store, const json_t *articles, GError **error);
/* What a text finds, best first, with what each score is made of. */
json_t *store_help_try(Store *store, const char *language, const char *text, gint64 at_most, GError **error);
