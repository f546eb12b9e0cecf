/*
 * mistakes-private.h - what is wrong with a file, collected with line and column, so that one run names all of it
 */
#pragma once

#include <glib.h>

/* Lines and columns count from 1; a column is a character, not an octet. */
typedef struct {
    guint line;
    guint column;
} Position;

typedef struct {
    char   *file;       /* as the person named it */
    GArray *list;
    guint   left_out;
} Mistakes;

Mistakes *mistakes_new(const char *file);
void      mistakes_free(Mistakes *mistakes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mistakes, mistakes_free)

void mistakes_add(Mistakes *mistakes, Position at, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* FALSE, and a CONFIG error of one line for each mistake in the order of the file, if there are any. */
gboolean mistakes_none(Mistakes *mistakes, GError **error);
