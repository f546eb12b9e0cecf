/*
 * program-private.h - a template as a row of instructions
 */
#pragma once

#include "template/template.h"
#include "template/value-private.h"

typedef enum {
    OP_TEXT,        /* text                                                                      */
    OP_VALUE,       /* path                                                                      */
    OP_PLAIN,       /* path, never escaped                                                       */
    OP_SECTION,     /* path; the instructions up to end for each item, or once if it is true     */
    OP_INVERTED,    /* path; the instructions up to end if it is false                           */
    OP_PARTIAL,     /* name or path                                                              */
    OP_PARENT,      /* name or path; its blocks up to end fill those of the template it names    */
    OP_BLOCK,       /* name; what fills it, else the instructions up to end                      */
} OpKind;

typedef struct {
    const char *name;
    gsize       length;
    guint32     hash;
} Step;

typedef struct {
    OpKind      kind;
    guint       end;            /* first instruction behind its content                       */
    const char *text;           /* the text, or the name as written                           */
    gsize       length;
    const Step *path;           /* n_steps 0: "." itself                                      */
    guint       n_steps;
    gboolean    dynamic;
    gboolean    newline;        /* the text ends a line                                       */
    gboolean    standalone;
    const char *indent;
    gsize       indent_length;
    gsize       offset;         /* in the source                                              */
} Op;

struct Template {
    char          *file;
    char          *source;      /* texts and names of the instructions point into it          */
    guint          lines_before;
    TemplateEscape escape;
    Op            *ops;
    guint          n_ops;
    Step          *steps;
};

/* From 1; of an instruction in the file. */
void template_place(const Template *template, gsize offset, guint *line_out, guint *column_out);
