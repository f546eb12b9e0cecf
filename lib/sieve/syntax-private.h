/*
 * syntax-private.h - a script as a tree of commands, before anybody knows what they mean (RFC 5228, 8.2)
 *
 * Every error of the file is reported: after one, reading goes on behind the next ";" or block. Depth is limited by LIMIT_SIEVE_NESTING, so the
 * recursion here and in what walks the tree is bounded.
 */
#pragma once

#include "sieve/problem-private.h"

typedef struct {
    char      *text;
    gsize      length;
    SievePlace place;
} SieveText;

typedef enum { ARGUMENT_NUMBER, ARGUMENT_TAG, ARGUMENT_STRING, ARGUMENT_LIST } ArgumentKind;

typedef struct {
    ArgumentKind kind;
    SievePlace   place;
    guint64      number;
    char        *tag;          /* without ":", lower case */
    GPtrArray   *strings;      /* SieveText *: one for a string */
} Argument;

/* A command or a test. */
typedef struct Node Node;
struct Node {
    char      *name;           /* lower case */
    SievePlace place;
    char      *rule;           /* of "# rule:[name]" above it, or NULL */
    GPtrArray *arguments;      /* Argument * */
    GPtrArray *tests;          /* Node *; empty if there is none */
    gboolean   test_list;      /* the tests stood in parentheses */
    GPtrArray *block;          /* Node *, or NULL: ";" */
};

void node_free(Node *node);

/* "a number", "a string list": for problems. */
const char *argument_kind_name(ArgumentKind kind);

/* The commands of a script (Node *); never NULL. */
GPtrArray *syntax_parse(const char *file, const char *source, gsize length, SieveProblems *problems);
