/*
 * stretch.h - stretches of time; lists of them are in order and apart, but where it is said
 */
#pragma once

#include <glib.h>

/* From one moment to another, which is no part of it. */
typedef struct {
    gint64 from, to;
} Stretch;

/* None begins before the last one of the list; what touches it makes it longer. An empty one is left out. */
void stretches_append(GArray *stretches, gint64 from, gint64 to);
/* Puts a list in order, and together what touches. */
void stretches_join(GArray *stretches);
