/*
 * spans-date-private.h - how much of a date a text tells, in any notation
 */
#pragma once

#include <glib.h>

typedef enum {
    DATE_NONE,
    DATE_DIGIT,    /* a digit                    */
    DATE_PART,     /* a day or a time of the day */
    DATE_WHOLE,    /* both                       */
} DateLevel;

/* text: in the folded form of spans-words-private.h. */
DateLevel date_level(const char *text, gsize length);
