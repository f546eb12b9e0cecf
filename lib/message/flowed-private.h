/*
 * flowed-private.h - text/plain with format=flowed (RFC 3676) as paragraphs, and back
 *
 * A line that ends in a blank goes on in the next one of the same quote depth; "-- " begins a signature and never flows. Blanks that were
 * stuffed before lines are taken away; quoted lines keep their marks: ">> text".
 */
#pragma once

#include <glib.h>

/* Appends with LF line ends, until `to` holds limit octets or little more. delete_space: the parameter DelSp=yes (4.1). */
void flowed_append(GString *to, const char *text, gboolean delete_space, gsize limit);

/*
 * flowed-write.c: text with LF line ends, as such. by_hand: it is a template's, whose lines are broken where they are full; else each of its breaks is meant.
 */
char *flowed_write(const char *text, gboolean by_hand);
