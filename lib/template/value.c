#include "template/value-private.h"

#include <string.h>

/* Up to here a look at every hash is faster than an index. */
#define FEW_KEYS 24

guint32
value_hash(const char *key, gsize length)
{
    guint32 hash = 2166136261u;

    for (gsize i = 0; i < length; i++)
        hash = (hash ^ (guchar) key[i]) * 16777619u;
    return hash;
}

static TemplateValue *
value_new(ValueKind kind)
{
    TemplateValue *value = g_new0(TemplateValue, 1);

    value->kind = kind;
    return value;
}

TemplateValue *
template_text_len(const char *text, gsize length)
{
    TemplateValue *value = value_new(VALUE_TEXT);

    value->text = g_strndup(text, length);
    value->length = strlen(value->text);
    return value;
}

TemplateValue *
template_text(const char *text)
{
    return text != NULL ? template_text_len(text, strlen(text)) : value_new(VALUE_NULL);
}

TemplateValue *
template_bool(gboolean value)
{
    return value_new(value ? VALUE_TRUE : VALUE_FALSE);
}

TemplateValue *
template_list(void)
{
    TemplateValue *value = value_new(VALUE_LIST);

    value->items = g_ptr_array_new_with_free_func((GDestroyNotify) template_value_free);
    return value;
}

static void
entry_clear(gpointer data)
{
    ValueEntry *entry = data;

    g_free(entry->key);
    template_value_free(entry->value);
}

TemplateValue *
template_object(void)
{
    TemplateValue *value = value_new(VALUE_OBJECT);

    value->entries = g_array_new(FALSE, FALSE, sizeof(ValueEntry));
    g_array_set_clear_func(value->entries, entry_clear);
    return value;
}

void
template_value_free(TemplateValue *value)
{
    if (value == NULL)
        return;
    g_free(value->text);
    g_clear_pointer(&value->items, g_ptr_array_unref);
    g_clear_pointer(&value->index, g_hash_table_unref);
    g_clear_pointer(&value->entries, g_array_unref);
    g_free(value);
}

static ValueEntry *
find_entry(const TemplateValue *object, const char *key, gsize length, guint32 hash)
{
    if (object->index != NULL) {
        g_autofree char *word = g_strndup(key, length);
        guint place = GPOINTER_TO_UINT(g_hash_table_lookup(object->index, word));

        return place > 0 ? &g_array_index(object->entries, ValueEntry, place - 1) : NULL;
    }
    for (guint i = 0; i < object->entries->len; i++) {
        ValueEntry *entry = &g_array_index(object->entries, ValueEntry, i);

        if (entry->hash == hash && entry->length == length && memcmp(entry->key, key, length) == 0)
            return entry;
    }
    return NULL;
}

const TemplateValue *
value_member(const TemplateValue *object, const char *key, gsize length, guint32 hash)
{
    const ValueEntry *entry;

    if (object == NULL || object->kind != VALUE_OBJECT)
        return NULL;
    entry = find_entry(object, key, length, hash);
    return entry != NULL ? entry->value : NULL;
}

void
template_list_add(TemplateValue *list, TemplateValue *value)
{
    g_assert(list->kind == VALUE_LIST);
    g_ptr_array_add(list->items, value);
}

/* Keys of the index are those of the entries, which live as long. */
static void
index_entries(TemplateValue *object)
{
    object->index = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < object->entries->len; i++)
        g_hash_table_insert(object->index, g_array_index(object->entries, ValueEntry, i).key, GUINT_TO_POINTER(i + 1));
}

void
template_object_set(TemplateValue *object, const char *key, TemplateValue *value)
{
    ValueEntry added = { NULL, strlen(key), 0, value }, *entry;

    g_assert(object->kind == VALUE_OBJECT);
    added.hash = value_hash(key, added.length);
    entry = find_entry(object, key, added.length, added.hash);
    if (entry != NULL) {
        template_value_free(entry->value);
        entry->value = value;
        return;
    }
    added.key = g_strdup(key);
    g_array_append_val(object->entries, added);
    if (object->index != NULL)
        g_hash_table_insert(object->index, added.key, GUINT_TO_POINTER(object->entries->len));
    else if (object->entries->len > FEW_KEYS)
        index_entries(object);
}

void
template_set(TemplateValue *root, const char *path, TemplateValue *value)
{
    const char *dot;

    while ((dot = strchr(path, '.')) != NULL) {
        g_autofree char *key = g_strndup(path, (gsize) (dot - path));
        ValueEntry *entry = find_entry(root, key, strlen(key), value_hash(key, strlen(key)));

        if (entry == NULL || entry->value->kind != VALUE_OBJECT) {
            TemplateValue *made = template_object();

            template_object_set(root, key, made);
            root = made;
        } else {
            root = entry->value;
        }
        path = dot + 1;
    }
    template_object_set(root, path, value);
}

void
template_set_text(TemplateValue *root, const char *path, const char *text)
{
    if (text != NULL)
        template_set(root, path, template_text(text));
}

void
template_set_bool(TemplateValue *root, const char *path, gboolean value)
{
    template_set(root, path, template_bool(value));
}

gboolean
template_value_is_object(const TemplateValue *value)
{
    return value->kind == VALUE_OBJECT;
}

const TemplateValue *
template_value_at(const TemplateValue *root, const char *path)
{
    while (root != NULL) {
        gsize length = strcspn(path, ".");

        root = value_member(root, path, length, value_hash(path, length));
        if (path[length] == '\0')
            break;
        path += length + 1;
    }
    return root;
}

const char *
template_value_text(const TemplateValue *value, gsize *length_out)
{
    const char *text = NULL;

    if (value != NULL && value->kind == VALUE_TEXT) {
        *length_out = value->length;
        return value->text;
    }
    if (value != NULL && (value->kind == VALUE_TRUE || value->kind == VALUE_FALSE))
        text = value->kind == VALUE_TRUE ? "true" : "false";
    *length_out = text != NULL ? strlen(text) : 0;
    return text;
}

gboolean
value_is_true(const TemplateValue *value)
{
    if (value == NULL)
        return FALSE;
    switch (value->kind) {
    case VALUE_NULL:
    case VALUE_FALSE:
        return FALSE;
    case VALUE_TEXT:
        return value->length > 0;
    case VALUE_LIST:
        return value->items->len > 0;
    case VALUE_TRUE:
    case VALUE_OBJECT:
        break;
    }
    return TRUE;
}
