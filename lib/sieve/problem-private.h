/*
 * problem-private.h - where something stands in a script, and what is wrong with it
 */
#pragma once

#include "sieve/sieve.h"

/* A file that takes part in a compilation; included ones have their own. */
typedef struct {
    const char *file;
    guint       line, column;
} SievePlace;

typedef struct {
    GPtrArray *list;        /* SieveProblem *, borrowed */
    guint      errors;
} SieveProblems;

/* hint: taken; NULL for none. Beyond LIMIT_SIEVE_PROBLEMS they are only counted. */
void sieve_error(SieveProblems *problems, SievePlace place, char *hint, const char *format, ...) G_GNUC_PRINTF(4, 5);
void sieve_warning(SieveProblems *problems, SievePlace place, char *hint, const char *format, ...) G_GNUC_PRINTF(4, 5);
/* "did you mean 'fileinto'?" for the candidate nearest to word; NULL if none is near. */
char *sieve_hint_word(const char *word, const char *const *candidates);
