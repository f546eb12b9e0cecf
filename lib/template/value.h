/*
 * value.h - what a template is filled with: a tree of plain values
 *
 * Texts, truth, lists and objects; numbers are texts, written by whoever knows how a reader wants them. A value is data: what stands in it is never
 * read as a template. Objects remember their keys by hash, so that a lookup does not depend on how many there are.
 */
#pragma once

#include <glib.h>

typedef struct TemplateValue TemplateValue;

TemplateValue *template_text(const char *text);                        /* NULL: the null value */
TemplateValue *template_text_len(const char *text, gsize length);
TemplateValue *template_bool(gboolean value);
TemplateValue *template_list(void);
TemplateValue *template_object(void);
void           template_value_free(TemplateValue *value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TemplateValue, template_value_free)

/* Both take the value. A key that is there already gets the new one. */
void template_list_add(TemplateValue *list, TemplateValue *value);
void template_object_set(TemplateValue *object, const char *key, TemplateValue *value);

/* "ticket.subject": objects on the way are made. Nothing is set for a value that is NULL. */
void template_set_text(TemplateValue *root, const char *path, const char *text);
void template_set_bool(TemplateValue *root, const char *path, gboolean value);
void template_set(TemplateValue *root, const char *path, TemplateValue *value);

gboolean template_value_is_object(const TemplateValue *value);
/* By the path from the root, without a look at anything else; NULL if there is none. */
const TemplateValue *template_value_at(const TemplateValue *root, const char *path);
/* The text of a text or a truth; NULL for the rest. */
const char *template_value_text(const TemplateValue *value, gsize *length_out);
