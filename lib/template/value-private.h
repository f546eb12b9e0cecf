/*
 * value-private.h - the inside of a value, for the renderer
 */
#pragma once

#include "template/value.h"

typedef enum { VALUE_NULL, VALUE_FALSE, VALUE_TRUE, VALUE_TEXT, VALUE_LIST, VALUE_OBJECT } ValueKind;

typedef struct {
    char          *key;
    gsize          length;
    guint32        hash;
    TemplateValue *value;
} ValueEntry;

struct TemplateValue {
    ValueKind   kind;
    char       *text;        /* VALUE_TEXT                                       */
    gsize       length;
    GPtrArray  *items;       /* VALUE_LIST: TemplateValue *                      */
    GArray     *entries;     /* VALUE_OBJECT: ValueEntry                         */
    GHashTable *index;       /* VALUE_OBJECT with many keys: key -> place + 1; NULL: few */
};

/* FNV-1a: keys are short, and the names of templates carry theirs from the time they were compiled. */
guint32 value_hash(const char *key, gsize length);
/* NULL: it is no object, or has no such key. */
const TemplateValue *value_member(const TemplateValue *object, const char *key, gsize length, guint32 hash);
/* Mustache: false, the empty list, the empty text and what is not there are false. */
gboolean value_is_true(const TemplateValue *value);
