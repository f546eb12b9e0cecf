/*
 * score-private.h - what a spam or virus scanner wrote into the header (RFC 5235)
 */
#pragma once

#include "sieve/run-private.h"

typedef struct {
    const char *prefix;        /* of its settings: "sieve_spamtest" */
    guint       levels;        /* values are 1 to levels: 10 for spam, 5 for viruses */
    /* Where no setting names a field: fields of well-known scanners, one of which tells (name, pattern of the score, pattern of its maximum). */
    const struct ScoreField *usual;
} ScoreKind;

typedef struct ScoreField {
    const char *name, *score, *max;     /* score NULL: the whole value is a word of `words`; max NULL: max_value */
    double      max_value;
    const char *word_clean, *word_bad;
} ScoreField;

/* FALSE: the message was not tested. ratio_out: 0 clean to 1. */
gboolean score_find(Run *run, const ScoreKind *kind, double *ratio_out);
