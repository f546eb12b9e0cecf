/*
 * definition-private.h - what a command, a test, a comparator or a match type is
 *
 * Each stands in a file of its own (cmd-, tst-, cmp-, mcht-) as one constant under its syntax from the RFC, and in one of the
 * tables of registry.c. The checker reads the tables of a definition and turns a Node into a Call; the evaluator runs Calls.
 */
#pragma once

#include "sieve/string-private.h"
#include "sieve/syntax-private.h"

typedef struct Checker Checker;
typedef struct Run Run;
typedef struct Call Call;
typedef struct Definition Definition;

typedef enum { VALUE_NONE, VALUE_NUMBER, VALUE_STRING, VALUE_STRINGS } ValueKind;

/* An argument as it was given; a single string is a list of one. */
typedef struct {
    gboolean   given;
    SievePlace place;
    guint64    number;
    GPtrArray *strings;           /* SieveString *, or NULL */
} Value;

/* ":copy", ":days 7". Ends a table: name NULL. */
typedef struct {
    const char *name;             /* without ":" */
    const char *extension;        /* that must be required for it, beside the definition's own; or NULL */
    guint       flag;             /* set in Call.flags */
    guint       excludes;         /* flags of tags that cannot stand beside it */
    ValueKind   value;            /* what follows it */
    guint       slot;             /* of Call.slots, where that value goes */
} TagDefinition;

/* Arguments without a tag, in order. Ends a table: what NULL. */
typedef struct {
    const char *what;             /* "header names": for problems */
    ValueKind   kind;
    gboolean    optional;         /* the first (it is there if there is one argument more) or the last can be */
} PositionalDefinition;

/* What a definition takes besides its own tags. */
enum {
    USES_MATCH        = 1 << 0,   /* :comparator and a match type   */
    USES_ADDRESS_PART = 1 << 1,   /* :all, :localpart, :domain, :user, :detail */
    USES_INDEX        = 1 << 2,   /* :index, :last (RFC 5260)       */
    USES_MIME         = 1 << 3,   /* :mime, :anychild (RFC 5703)    */
    USES_MIME_OPTIONS = 1 << 4,   /* :type, :subtype, :contenttype, :param (RFC 5703, 4.1) */
};

typedef enum { TESTS_NONE, TESTS_ONE, TESTS_LIST } TestsKind;

typedef enum {
    RUN_NEXT,      /* go on behind it                                                    */
    RUN_STOP,      /* the script ends here, with what it did so far                      */
    RUN_ERROR,     /* run->error says why: the script's actions are dropped              */
    RUN_LEAVE,     /* "return": the included script ends                                 */
    RUN_BREAK,     /* "break": behind the loop                                            */
} RunOutcome;

/* What of a message a test looks at, if it can be indexed by its keys (chains-private.h). */
typedef enum { INDEX_NONE, INDEX_HEADER, INDEX_ADDRESS } IndexKind;

struct Definition {
    const char *name;
    const char *extension;        /* NULL: base specification */
    guint       uses;
    IndexKind   index;            /* first argument: fields, last: keys */
    const TagDefinition        *tags;          /* or NULL */
    const PositionalDefinition *positionals;   /* or NULL */
    TestsKind   tests;
    gboolean    block;

    /* What the tables cannot say: FALSE when it reported an error. May set call->data. NULL: nothing more to check. */
    gboolean  (*check)(Checker *checker, const Node *node, Call *call);
    /* Emits the program of a command that is more than one step (if, foreverypart); NULL: one step, which runs it. */
    void      (*emit)(Checker *checker, const Node *node, Call *call);
    /* For "if", which goes on in the commands behind it: emits nodes from first on, returns how many. Before anything else is checked. */
    guint     (*emit_chain)(Checker *checker, const GPtrArray *nodes, guint first);
    /* A command has run, a test has test. */
    RunOutcome (*run)(Run *run, const Call *call);
    RunOutcome (*test)(Run *run, const Call *call, gboolean *holds_out);
};

typedef struct {
    const char *name;             /* "i;ascii-casemap" */
    const char *extension;        /* "comparator-i;ascii-numeric"; NULL: always there (RFC 5228, 2.7.3) */
    gboolean    substring;        /* :contains and :matches may be asked */
    gboolean    same_length;      /* folding moves no octet: what :matches found is taken from the value as it was */
    /* Two texts are equal if their folded forms are; NULL: as they are. The result is the caller's. */
    char     *(*fold)(const char *text, gsize length, gsize *length_out);
    /* <0, 0, >0 of folded forms. */
    int       (*order)(const char *a, gsize a_length, const char *b, gsize b_length);
} Comparator;

typedef struct Matching Matching;
typedef struct MatchKey MatchKey;

typedef struct {
    const char *name;             /* "contains" */
    const char *extension;
    gboolean    substring;        /* wants a comparator with substrings */
    gboolean    relational;       /* takes "gt", "ge", ... (RFC 5231) */
    gboolean    counts;           /* looks at the number of values, not at them */
    /* Prepares a key beyond folding it (regex); FALSE when it reported an error. NULL: nothing to prepare. */
    gboolean  (*prepare)(const char *key, gsize length, const Comparator *comparator, gpointer *data_out, char **error_out);
    void      (*release)(gpointer data);
    /* Whether the value (folded and as it was) matches the key; may set match variables through the matching. */
    RunOutcome (*matches)(Matching *matching, const MatchKey *key, gboolean *holds_out);
} MatchType;

typedef enum { RELATION_NONE, RELATION_GT, RELATION_GE, RELATION_LT, RELATION_LE, RELATION_EQ, RELATION_NE } Relation;
typedef enum { PART_ALL, PART_LOCALPART, PART_DOMAIN, PART_USER, PART_DETAIL } AddressPart;

enum { MIME_NONE, MIME_HEADERS, MIME_TYPE, MIME_SUBTYPE, MIME_CONTENTTYPE, MIME_PARAM };

typedef struct {
    const Comparator *comparator;
    const MatchType  *type;
    Relation          relation;
    AddressPart       part;
    gboolean          part_given;
    guint             index;      /* 0: none given */
    gboolean          last;
    gboolean          mime_given; /* ":mime" stands there */
    const char       *mime_tag;   /* the last of its options; of the tree, only while compiling */
    guint             mime;       /* MIME_... */
    gboolean          anychild;
    Value             params;     /* of MIME_PARAM */
    GPtrArray        *keys;       /* MatchKey *, where all keys are constant; else NULL */
} CallMatch;

#define CALL_SLOTS       8
#define CALL_POSITIONALS 4

/* A command or test with its arguments checked; constant once the script is compiled. */
struct Call {
    const Definition *definition;
    SievePlace  place;
    guint       flags;
    Value       slots[CALL_SLOTS];
    Value       positionals[CALL_POSITIONALS];    /* by their place in the table, also where an optional one is missing */
    CallMatch   match;
    gpointer    data;             /* what check() prepared */
    void      (*free_data)(gpointer data);
};

void call_free(Call *call);
