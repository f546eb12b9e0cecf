/*
 * address-list-private.h - the addresses of a field (RFC 5322, 3.4 and 4.4), with the usual sins
 *
 * Groups are flattened. Forgiven: commas in names that nobody quoted ("Doe, Jane <jane@x>"), semicolons for commas, missing commas, brackets
 * that are missing or doubled, quotes and comments that are not closed, a name behind its address or in a comment, blanks around "@",
 * source routes, "mailto:", encoded words around a whole address. One pass without recursion: groups may nest as they like.
 *
 * GMime's parser calls itself for each nested group and overflows its stack; it also stops at the first thing it does not know.
 */
#pragma once

#include "message/message.h"

/* Adds MessageAddress * to addresses, at most `most` of them in all; FALSE if there were more. raw: unfolded. */
gboolean address_list_parse(const char *raw, guint most, GPtrArray *addresses);
