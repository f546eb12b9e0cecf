/*
 * shipped-private.h - the templates that are compiled into the program: what lies in templates/
 */
#pragma once

#include <glib.h>

typedef struct {
    const char *path;          /* "en/acknowledge.mustache" */
    const char *text;
} ShippedTemplate;

/* In the order of their paths. */
extern const ShippedTemplate shipped_templates[];
extern const gsize           n_shipped_templates;
