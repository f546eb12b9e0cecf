/*
 * imap-guard-private.h - reads the server's bytes before libetpan does, and lets through what its parser can be trusted with
 *
 * The guard follows the answers line by line, literal by literal, and writes them anew: only the kinds of answer that the command under way needs,
 * only the items of FETCH that were asked for, numbers within their range, flags that are flags, dates that are dates. What servers add
 * (unknown untagged answers, ESEARCH, items of extensions, response codes, "* OK" without text) is valid, but ends the command in libetpan,
 * so it is left out here. Depth, length of lines and size of literals are fenced, and what breaks a fence is a fault: the connection is
 * over. Pure: no socket, no clock.
 *
 * What the client wants to know besides (capabilities, the text of the last status, news of the folder) is noted on the way.
 */
#pragma once

#include "intake/imap-client.h"

typedef enum {
    IMAP_WANT_NO_FETCH,     /* FETCH answers are news only */
    IMAP_WANT_ROWS,         /* UID, RFC822.SIZE, INTERNALDATE, FLAGS */
    IMAP_WANT_IDS,          /* UID, BODY[HEADER.FIELDS (MESSAGE-ID)] */
    IMAP_WANT_BODIES,       /* UID, BODY[] */
    IMAP_WANT_PARTIAL,      /* UID, BODY[]<0> */
} ImapWant;

typedef enum {
    IMAP_LINE_DROPPED,
    IMAP_LINE_FETCH,
    IMAP_LINE_LIST,
    IMAP_LINE_TEXT,         /* status, capability, number: done when it ends, and never with a literal */
} ImapLineKind;

/* Where in a FETCH answer the next octet stands. */
typedef enum {
    IMAP_FETCH_OPEN,        /* before "(" */
    IMAP_FETCH_ITEM,        /* before a name, or ")" */
    IMAP_FETCH_NAME,
    IMAP_FETCH_VALUE,       /* before a value */
    IMAP_FETCH_ATOM,
    IMAP_FETCH_QUOTED,
    IMAP_FETCH_GROUP,       /* in parentheses */
    IMAP_FETCH_CLOSED,      /* after ")" */
} ImapFetchState;

typedef struct {
    guint32        number;
    ImapFetchState state;
    guint          brackets;
    guint          depth;
    gboolean       quoted;      /* in a group: inside a quoted string */
    gboolean       escaped;
    gboolean       wanted;      /* the item under way */
    gboolean       began;       /* "* n FETCH (" is out */
    gboolean       has_uid;
    gboolean       has_body;
    GString       *name;
    GString       *value;
} ImapFetch;

typedef struct {
    /* Set by the client before a command. */
    ImapWant want;
    guint    tag;               /* of the command under way; 0: none is */
    gboolean wants_greeting;
    gboolean wants_continuation;
    GPtrArray *listed;          /* of ImapListed, borrowed: answers to LIST go there, names as they came; NULL: none are wanted */
    gboolean logging_out;       /* BYE is what was asked for */
    gboolean mute;              /* nothing goes out: the client reads the notes only */
    gsize    body_max;

    /* Noted. Texts are the server's own, cut; NULL until there is one. */
    gboolean   bye;
    gboolean   preauth;
    gboolean   has_tagged;      /* the answer to `tag` has come */
    gsize      behind;          /* octets that came behind it, before another command */
    ImapFault  tagged;          /* NONE for OK, REFUSED for NO, PROTOCOL for BAD */
    gboolean   has_continuation;
    char      *continuation;
    char      *status;          /* of the last tagged answer, greeting or BYE: what follows "OK" */
    char      *capability;
    char      *permanent_flags; /* those that are flags, separated by blanks; "" is none, NULL is not told */
    guint32    exists;
    gboolean   mail;            /* EXISTS grew; both are cleared by the client */
    gboolean   change;

    GString   *out;             /* for the parser; the reader takes from it */
    ImapFault  fault;           /* once set nothing is read any more */
    char      *reason;
    char      *offending;

    /* How far the answer under way was read. */
    GString     *line;
    gsize        octets;        /* of this answer outside of literals */
    gboolean     within;        /* a literal is part of it: the next line goes on */
    ImapLineKind kind;
    guint        depth;
    gsize        literal;       /* octets still to come */
    gboolean     literal_passes;
    GString     *list;          /* an answer to LIST, its literals written as quoted strings */
    ImapFetch    fetch;
} ImapGuard;

void imap_guard_init(ImapGuard *guard);
void imap_guard_clear(ImapGuard *guard);
/* FALSE: guard->fault and guard->reason say why. */
gboolean imap_guard_feed(ImapGuard *guard, const char *bytes, gsize length);
/* No answer is half read, none waits, and none came behind the last tagged one: what STARTTLS demands (RFC 9051, 6.2.1). */
gboolean imap_guard_is_empty(const ImapGuard *guard);

/* --- between the files of the guard --- */

gboolean imap_guard_fail(ImapGuard *guard, ImapFault fault, const char *reason, const char *line, gsize length);
/* A decimal number of at most 10 digits, and what follows it. FALSE: none, or above 4294967295. */
gboolean imap_guard_number(const char **next, const char *end, guint32 *number_out);
/* The flags of a list, without what is none, separated by blanks. */
void imap_guard_flags(GString *to, const char *text, gsize length, gboolean permanent);
/* A literal's announcement at the end of a line, "{12}", "{12+}" or "~{12}". */
gboolean imap_guard_literal(const char *line, gsize length, guint64 *size_out, gsize *announcement_out);

gboolean imap_guard_status(ImapGuard *guard, const char *line, gsize length);      /* behind "* " */
gboolean imap_guard_tagged(ImapGuard *guard, const char *line, gsize length);
gboolean imap_guard_greeting(ImapGuard *guard, const char *line, gsize length);
gboolean imap_guard_continuation(ImapGuard *guard, const char *line, gsize length);
gboolean imap_guard_capability(ImapGuard *guard, const char *words, gsize length);
/* Reads guard->list. */
gboolean imap_guard_list(ImapGuard *guard);

void     imap_guard_fetch_begin(ImapGuard *guard, guint32 number);
gboolean imap_guard_fetch_text(ImapGuard *guard, const char *text, gsize length);
/* size of the literal that comes next; passes_out: it is a body, announced already. */
gboolean imap_guard_fetch_literal(ImapGuard *guard, guint64 size, gboolean *passes_out);
gboolean imap_guard_fetch_end(ImapGuard *guard);
