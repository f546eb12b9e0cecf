/*
 * string-private.h - strings of a script, and the variables in them (RFC 5229)
 *
 * Where the script requires "variables", "${name}" and "${1}" are found when it is compiled; a run puts the pieces together. Names are
 * resolved to numbers then, so a run looks nothing up.
 */
#pragma once

#include "sieve/problem-private.h"

typedef enum { PIECE_TEXT, PIECE_LOCAL, PIECE_GLOBAL, PIECE_MATCH, PIECE_NAMESPACE } PieceKind;

typedef struct {
    PieceKind kind;
    char     *text;       /* PIECE_TEXT; PIECE_NAMESPACE: "namespace.name" */
    gsize     length;
    guint     number;     /* of the variable, or of the match (0 to 9 and up) */
} StringPiece;

typedef struct {
    char      *text;      /* as written; the value where pieces is NULL. NUL-terminated */
    gsize      length;
    GArray    *pieces;    /* StringPiece, or NULL: constant */
    SievePlace place;
} SieveString;

struct Checker;
struct Run;

/* text: as the parser read it. Encoded characters (RFC 5228, 2.4.2.4) are decoded where they are required. Errors are reported. */
SieveString *string_compile(struct Checker *checker, const char *text, gsize length, SievePlace place);
void         string_free(SieveString *string);

/*
 * The value in a run: the string's own text if it is constant, else put together in scratch (emptied first), at most
 * LIMIT_SIEVE_VARIABLE octets for each variable.
 */
const char *string_value(struct Run *run, const SieveString *string, GString *scratch, gsize *length_out);
