/*
 * context.h - what a template may ask for: every key, with its meaning and an example
 *
 * One list: the gateway fills these keys, `template check` knows no others, `template context` and its manual page print it.
 */
#pragma once

#include "template/value.h"

typedef struct {
    const char *key;           /* "ticket.reference" */
    const char *meaning;
    const char *example;       /* NULL: a list, whose members follow */
} TemplateKey;

extern const TemplateKey template_keys[];
extern const gsize       n_template_keys;

/* Whether a tag may name it: a key, what leads to one ("ticket"), or what ends one inside its section ("reference"). */
gboolean template_key_is_known(const char *name);
/* The nearest key to a name that is none, or NULL. */
const char *template_key_nearest(const char *name);
/* Every key with its example. */
TemplateValue *template_example_values(void);
