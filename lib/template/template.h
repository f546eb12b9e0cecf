/*
 * template.h - Mustache: templates compiled once, filled many times
 *
 * The language is that of the official specification: its core, inheritance ({{<parent}} {{$block}}) and dynamic names ({{>*name}}); there are
 * no lambdas. White space is exact. A value is never read as a template, whatever stands in it. What cannot be found is empty, as the
 * specification wants; who wants to know asks template_uses().
 *
 * A compiled template is constant: any number of renderings may share it. Rendering is pure, and bounded: by LIMIT_TEMPLATE_OUTPUT in what it
 * writes, by LIMIT_TEMPLATE_DEPTH in how deep it goes (partials may call themselves), by LIMIT_TEMPLATE_STEPS in how long it takes.
 */
#pragma once

#include "template/problem.h"
#include "template/value.h"

typedef struct Template Template;

typedef enum {
    TEMPLATE_PLAIN,     /* values as they are                                                                  */
    TEMPLATE_HTML,      /* values with & < > " ' escaped, but for {{{these}}} and {{&these}}                   */
    TEMPLATE_HEADER,    /* values on one line: their control characters become blanks, so that no header is made of them */
} TemplateEscape;

/* file: the name that problems bear. NULL if the template cannot be used; problems (TemplateProblem *) are appended. */
Template *template_compile(const char *file, const char *source, gsize length, TemplateEscape escape, GPtrArray *problems);
/* The same for a part of a file: problems count from line and bear the file's lines. */
Template *template_compile_part(const char *file, const char *source, gsize length, guint lines_before, TemplateEscape escape,
                                GPtrArray *problems);
void      template_free(Template *template);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Template, template_free)

/* The template that a partial or a parent names, or NULL. The name may come from data ({{>*name}}), and from nowhere else is it taken. */
typedef const Template *(*TemplateFind)(gpointer data, const char *name, gsize length);

/* Appends to output. LIMIT if it would be more than the limits allow; output is then cut anywhere. find may be NULL: no partials. */
gboolean template_render(const Template *template, const TemplateValue *values, TemplateFind find, gpointer find_data, GString *output,
                         GError **error);

typedef enum { TEMPLATE_USES_VALUE, TEMPLATE_USES_SECTION, TEMPLATE_USES_TEMPLATE } TemplateUse;

/* Calls back for each name that a tag uses, in order: values and sections by their path, partials and parents unless they are dynamic. */
void template_uses(const Template *template, void (*use)(gpointer data, TemplateUse kind, const char *name, guint line, guint column),
                   gpointer data);
