/*
 * problem.h - what is wrong with a template, told with its place
 */
#pragma once

#include <glib.h>

typedef enum { TEMPLATE_ERROR, TEMPLATE_WARNING } TemplateSeverity;

typedef struct {
    TemplateSeverity severity;
    char  *file;
    guint  line, column;         /* from 1; columns count characters; line 0: the file as a whole */
    char  *text;
    char  *hint;                 /* or NULL */
} TemplateProblem;

void  template_problem_free(TemplateProblem *problem);
/* "en/acknowledge.mustache:3:9: error: '{{#ticket}}' is never closed (write '{{/ticket}}')" */
char *template_problem_format(const TemplateProblem *problem);
/* text is printf()'s; hint is taken, or NULL. At most LIMIT_TEMPLATE_PROBLEMS are kept. */
void  template_problem_add(GPtrArray *problems, TemplateSeverity severity, const char *file, guint line, guint column, char *hint,
                           const char *text, ...) G_GNUC_PRINTF(7, 8);
/* Whether one of them is an error. */
gboolean template_problems_are_errors(const GPtrArray *problems);
GPtrArray *template_problems_new(void);
