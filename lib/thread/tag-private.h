/*
 * tag-private.h - the subject tag "[Northwind #1042]", and the prefixes that mail programs put before a subject
 */
#pragma once

#include <glib.h>

/* The names that a tag of ours may bear, folded for comparing. */
typedef struct {
    GPtrArray *folded;               /* char * */
    gboolean   bare;                 /* "[#1042]" counts too */
} TagNames;

/* old_names (may be NULL) as in ThreadSettings: "" allows the bare tag. An empty name matches nothing. */
TagNames *tag_names_new(const char *name, const char *const *old_names);
void      tag_names_free(TagNames *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TagNames, tag_names_free)

/* The first tag of ours with a number of 1..2^53; 0 if there is none. Looks at the first 16 pairs of brackets. */
gint64 tag_find(const TagNames *names, const char *subject);
/* The subject without tags of ours, white space folded. */
char  *tag_strip(const TagNames *names, const char *subject);

/* Octets of the reply and forward prefixes that text begins with ("Re: AW[2]: "), blanks behind them included. */
gsize  prefix_length(const char *text);
