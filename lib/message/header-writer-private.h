/*
 * header-writer-private.h - the one place that writes header fields of ours (RFC 5322, 2.2.3; RFC 2047)
 *
 * Values are checked by compose.c before they come here; whatever comes, no CR or LF but those of a fold is written.
 */
#pragma once

#include <glib.h>

/* RFC 5322, 3.3, in UTC, the names in English in every locale; NULL out of range. */
char *header_date_format(gint64 date);
/* "Name: value" of ASCII words that must stay as they are, folded at blanks. */
void header_write_plain(GString *to, const char *name, const char *value);
/* Unstructured text in UTF-8, encoded where it is not plain ASCII or would be read as encoded. */
void header_write_text(GString *to, const char *name, const char *value);
/* display name (or NULL) and address */
void header_write_address(GString *to, const char *name, const char *display_name, const char *address);
/* "<id> <id> ..." of ids (char *), each on a line of its own when the line is full */
void header_write_ids(GString *to, const char *name, const GPtrArray *ids);
