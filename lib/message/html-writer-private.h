/*
 * html-writer-private.h - text with lines, quote marks and hints, from pieces as they come
 *
 * Line ends and blanks are owed until text follows, so that none stands at the begin, at the end, or where nothing came between.
 */
#pragma once

#include "message/message.h"

/* Kinds beside those of spans: nothing said, and said as soon as what follows is known. */
#define HINT_NONE SPAN_REPLY
#define HINT_OPEN N_SPAN_KINDS

typedef struct {
    GString  *out;
    gsize     begin;          /* where in out the text begins                          */
    gsize     limit;          /* of out                                                */
    gboolean  anything;       /* something was written                                 */
    guint     newlines;       /* line ends owed: 1 a new line, 2 a blank line          */
    gboolean  space;          /* a blank owed                                          */
    guint     hard;           /* blanks owed that stay: &nbsp;                         */
    gboolean  at_cell;        /* nothing in this table cell yet: line ends do not count */
    gboolean  at_line;        /* nothing in this row or item yet: no empty line     */
    const char *separator;    /* owed between two cells, or NULL                       */
    guint     quote;          /* depth of "> "                                         */
    guint     last_quote;     /* of the line before                                    */
    guint     indent;         /* blanks before each line                               */
    char      marker[32];     /* of a list item, before its first line; "" if none     */
    guint     pre;            /* open elements that keep white space                   */
    guint     tight;          /* open elements in which &nbsp; is a mere blank         */
    gsize     line_count;     /* lines begun                                           */
    gunichar  joiner;         /* ZWJ or ZWNJ that waits for a letter                   */
    GArray   *hints;          /* MessageSpan, or NULL                                  */
    guint     first_hint;     /* those before it are of other parts                    */
    guint     kind;           /* of the text that comes                                */
    guint     open_kind;      /* of the text since open_start                          */
    gsize     open_start;
} HtmlWriter;

void     html_writer_init(HtmlWriter *writer, GString *out, gsize limit, GArray *hints);
/* Ends the last line and hint. */
void     html_writer_finish(HtmlWriter *writer);
gboolean html_writer_is_full(const HtmlWriter *writer);

void     html_writer_owe_lines(HtmlWriter *writer, guint count);
/* <br>: one more line end than there is. */
void     html_writer_break(HtmlWriter *writer);
/* A paragraph ends: if nothing stood in it but &nbsp;, it is a blank line. */
void     html_writer_end_block(HtmlWriter *writer, guint count);
/* As the parser gives it: white space is folded unless in <pre>. */
void     html_writer_text(HtmlWriter *writer, const char *text, gsize length);
/* As it is. */
void     html_writer_literal(HtmlWriter *writer, const char *text);
/* What follows is of that kind; takes effect with the next text. */
void     html_writer_set_kind(HtmlWriter *writer, guint kind);
