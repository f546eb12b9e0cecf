/*
 * script-private.h - a compiled script: a flat program of steps
 *
 * Tests jump: allof, anyof and not are no steps of their own, and what need not be tested is not.
 */
#pragma once

#include "sieve/definition-private.h"

typedef enum {
    STEP_RUN,          /* run call                                                               */
    STEP_TEST,         /* test call, go to if_true or if_false                                   */
    STEP_JUMP,         /* go to if_true                                                          */
    STEP_LOOP,         /* begin the call's loop, or its next turn; go to if_false where there is none */
} StepKind;

typedef struct Chain Chain;

typedef struct {
    StepKind kind;
    Call    *call;             /* owned; NULL for jumps */
    guint    if_true, if_false;
    Chain   *chain;            /* that it stands in, or NULL; see chains-private.h */
    guint    place;            /* in it */
    guint    rule;             /* of script->rules, plus 1; 0: none */
} Step;

/* "# rule:[name]", or an unnamed top-level if: what hit counts and explanations are kept by. */
typedef struct {
    char      *name;           /* given, or "line 12" */
    SievePlace place;
} Rule;

struct SieveScript {
    char      *file;
    GArray    *steps;          /* Step */
    GPtrArray *rules;          /* Rule * */
    guint      n_locals;       /* variables of this script */
    GPtrArray *local_names;    /* char *, lower case, by number */
    GPtrArray *globals;        /* char *: names of global variables (RFC 6609) by number, of the outermost script */
    GHashTable *required;      /* extensions, as keys */
    GPtrArray *chains;         /* Chain * */
    GPtrArray *included;       /* SieveScript *: by number, of the outermost script */
};
