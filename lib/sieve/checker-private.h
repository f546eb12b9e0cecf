/*
 * checker-private.h - from the tree of a script to its program
 *
 * The checker asks the registry what each name means, checks the arguments against the definition's tables, and emits steps. It goes on after
 * an error, so that all of them are told; a script with errors is thrown away.
 */
#pragma once

#include "sieve/definition-private.h"
#include "sieve/script-private.h"

typedef struct CheckedLoop CheckedLoop;

struct Checker {
    const Checker   *around;            /* of the script that includes this one, or NULL */
    SieveProblems   *problems;
    const SieveHost *host;              /* never NULL; its sets may be */
    SieveScript     *script;            /* being made */
    SieveScript     *outermost;         /* holds global variables and included scripts; script itself unless included */
    GHashTable      *local_numbers;     /* name -> number + 1 */
    GHashTable      *global_names;      /* names that this script declared global */
    guint            include_depth;
    guint            rule;              /* Step.rule of what is emitted now */
    gboolean         header_over;       /* something else than require was met */
    GPtrArray       *loops;             /* CheckedLoop *: each foreverypart around here (cmd-foreverypart.c) */
};

gboolean checker_has(const Checker *checker, const char *extension);   /* required, or implied by one that is */
void     checker_require(Checker *checker, const char *extension, SievePlace place);

/* Emitting. A patch is a jump whose aim is not known yet: checker_land() makes all of them go to the step that comes next. */
guint checker_emit(Checker *checker, StepKind kind, Call *call);       /* call is taken; returns its number */
guint checker_here(const Checker *checker);
void  checker_patch_true(Checker *checker, guint step, GArray *patches);
void  checker_patch_false(Checker *checker, guint step, GArray *patches);
void  checker_land(Checker *checker, GArray *patches);                 /* empties them */
GArray *patches_new(void);

void checker_block(Checker *checker, const GPtrArray *nodes);
/* What is emitted from here on belongs to the rule that begins with the node. */
void checker_begin_rule(Checker *checker, const Node *node);
void checker_test(Checker *checker, const Node *node, GArray *on_true, GArray *on_false);

/* The Call of a node; NULL if its arguments are wrong (told). */
Call *checker_call(Checker *checker, const Definition *definition, const Node *node);
/* Tags that many tests share (match type, comparator, address part, index, mime); TRUE if the tag at *next is one of them, *next moved behind it. */
gboolean checker_match_tag(Checker *checker, const Definition *definition, const Node *node, guint *next, Call *call);
/* After all arguments: defaults, and whether comparator and match type fit. keys: the list the values are held against, or NULL. */
gboolean checker_match_finish(Checker *checker, const Definition *definition, Call *call, const Value *keys);

/* The string of a Value that must be constant; NULL if it has variables. */
const char *value_constant(const Value *value, guint n);
/* The number of a local variable, made where it is new; names are case-insensitive (RFC 5229, 3). */
guint checker_local(Checker *checker, const char *name, SievePlace place);
/* Whether the script made that name a global variable (RFC 6609, 3.4.3), and its number. */
gboolean checker_is_global(const Checker *checker, const char *name, guint *number_out);
/* Declares a variable global (RFC 6609, 3.4.3); FALSE if it was used as a local one (told). */
gboolean checker_make_global(Checker *checker, const char *name, SievePlace place);
/* Where a variable that a command sets lives. NULL if it cannot be set (told). Free with g_free(). */
typedef struct {
    gboolean global;
    guint    number;
} VariableName;
VariableName *checker_variable(Checker *checker, const char *name, SievePlace place);
/* A variable of a namespace: "global.x", "env.x"; FALSE if the namespace is not there: the text stays as it is. */
gboolean checker_namespace(Checker *checker, const char *dotted, SievePlace place, StringPiece *piece);
/* Fills value with the argument's strings, compiled. */
void  checker_strings(Checker *checker, const Argument *argument, Value *value);

/* Compiles one file; around: the checker of the script that includes it, or NULL. Never NULL; wrong if problems grew by errors. */
SieveScript *checker_compile(const Checker *around, const char *file, const char *source, gsize length, const SieveHost *host,
                             SieveProblems *problems);
