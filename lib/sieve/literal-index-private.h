/*
 * literal-index-private.h - which of many literals stand in a text
 *
 * Each literal is found by one of its windows of up to four octets: the one that the fewest other literals share, so that thousands of keys
 * with a common begin cost no more than thousands without. A scan is linear in the text, whatever the number of literals.
 */
#pragma once

#include <glib.h>

typedef struct LiteralIndex LiteralIndex;

typedef void (*LiteralFound)(guint id, gpointer data);

LiteralIndex *literal_index_new(void);
void          literal_index_free(LiteralIndex *index);
/* Not after the first scan. Literals are not empty; several may have one id, and one literal several ids. */
void          literal_index_add(LiteralIndex *index, const char *literal, gsize length, guint id);
/* Calls found once for each literal in the text, in no order, however often it stands there. Not in two threads at once. */
void          literal_index_scan(LiteralIndex *index, const char *text, gsize length, LiteralFound found, gpointer data);
