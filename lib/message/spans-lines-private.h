/*
 * spans-lines-private.h - a text as lines, and what each line shows by itself
 */
#pragma once

#include <stdbool.h>

#include "message/message.h"

#define NO_HINT N_SPAN_KINDS

typedef struct {
    guint32  start, end;       /* without its LF                                            */
    guint32  content;          /* behind blanks and quote marks; end if there is nothing    */
    guint8   hint;             /* SpanKind that the HTML said, or NO_HINT                   */
    guint8   kind;             /* SpanKind, the result                                      */
    guint8   field;            /* for spans-structure.c: one more than the field that it is, 0: not asked yet */
    bool     empty : 1;        /* nothing but blanks (a quote mark is something)            */
    bool     quote : 1;        /* begins with a quote mark, or lies in a hinted quote       */
    bool     own : 1;          /* code, patch, certificate: none of it is looked at         */
    bool     alias : 1;        /* Emacs: >>>>> "AB" == Ada Byron writes:                    */
} Line;

typedef struct {
    const char *text;
    Line       *lines;
    guint       n;
} LineTable;

void lines_init(LineTable *table, const char *text, const GArray *hints);
void lines_clear(LineTable *table);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LineTable, lines_clear)

typedef enum { DELIMITER_NONE, DELIMITER_WEAK, DELIMITER_SIGNATURE } LineDelimiter;

/* "-- " and its kin are DELIMITER_SIGNATURE (RFC 3676, 4.3); lines of other strokes are weak. Quote marks are skipped. */
LineDelimiter line_delimiter(const LineTable *table, guint i);
gboolean      line_begins(const LineTable *table, guint i, const char *what);
/* The next line from i on that is not empty, before limit; limit if there is none. */
guint         line_next_full(const LineTable *table, guint i, guint limit);
