/*
 * modifiers-private.h - what `set` and `extracttext` can do to a value (RFC 5229, 4.1; RFC 5435, 6; the regex draft)
 */
#pragma once

#include "sieve/definition-private.h"

enum {
    MODIFIER_LOWER = 1 << 0, MODIFIER_UPPER = 1 << 1, MODIFIER_LOWERFIRST = 1 << 2, MODIFIER_UPPERFIRST = 1 << 3,
    MODIFIER_QUOTEWILDCARD = 1 << 4, MODIFIER_QUOTEREGEX = 1 << 5, MODIFIER_ENCODEURL = 1 << 6, MODIFIER_LENGTH = 1 << 7,
};

/* Two of one precedence exclude each other. */
#define MODIFIER_TAGS                                                                                       \
    { "lower", NULL, MODIFIER_LOWER, MODIFIER_UPPER, VALUE_NONE, 0 },                                       \
    { "upper", NULL, MODIFIER_UPPER, MODIFIER_LOWER, VALUE_NONE, 0 },                                       \
    { "lowerfirst", NULL, MODIFIER_LOWERFIRST, MODIFIER_UPPERFIRST, VALUE_NONE, 0 },                        \
    { "upperfirst", NULL, MODIFIER_UPPERFIRST, MODIFIER_LOWERFIRST, VALUE_NONE, 0 },                        \
    { "quotewildcard", NULL, MODIFIER_QUOTEWILDCARD, MODIFIER_QUOTEREGEX, VALUE_NONE, 0 },                  \
    { "quoteregex", "regex", MODIFIER_QUOTEREGEX, MODIFIER_QUOTEWILDCARD, VALUE_NONE, 0 },                  \
    { "encodeurl", "enotify", MODIFIER_ENCODEURL, 0, VALUE_NONE, 0 },                                       \
    { "length", NULL, MODIFIER_LENGTH, 0, VALUE_NONE, 0 }

/* The text after all modifiers in the flags, in the order of their precedence. text is taken, the result the caller's. */
char *modifiers_apply(guint flags, char *text, gsize limit);
