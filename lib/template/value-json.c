#include "template/value-json.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/limits.h"

/* 1.1 as "1.1", and not as the double that is nearest to it. */
static TemplateValue *
from_real(double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    for (int digits = 15; digits <= 17; digits++) {
        char format[8];

        g_snprintf(format, sizeof format, "%%.%dg", digits);
        g_ascii_formatd(text, sizeof text, format, number);
        if (g_ascii_strtod(text, NULL) == number)
            break;
    }
    return template_text(text);
}

static TemplateValue *
from_integer(json_int_t number)
{
    g_autofree char *text = g_strdup_printf("%" JSON_INTEGER_FORMAT, number);

    return template_text(text);
}

static TemplateValue *from_json(const json_t *json, guint depth, GError **error);

static TemplateValue *
from_array(const json_t *json, guint depth, GError **error)
{
    g_autoptr(TemplateValue) list = template_list();

    for (gsize i = 0; i < json_array_size(json); i++) {
        TemplateValue *item = from_json(json_array_get(json, i), depth + 1, error);

        if (item == NULL)
            return NULL;
        template_list_add(list, item);
    }
    return g_steal_pointer(&list);
}

static TemplateValue *
from_object(json_t *json, guint depth, GError **error)
{
    g_autoptr(TemplateValue) object = template_object();
    const char *key;
    json_t *member;

    json_object_foreach (json, key, member) {
        TemplateValue *value = from_json(member, depth + 1, error);

        if (value == NULL)
            return NULL;
        template_object_set(object, key, value);
    }
    return g_steal_pointer(&object);
}

static TemplateValue *
from_json(const json_t *json, guint depth, GError **error)
{
    if (depth > LIMIT_TEMPLATE_DATA) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_LIMIT, "cannot take data that is nested more than %d deep",
                    LIMIT_TEMPLATE_DATA);
        return NULL;
    }
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return from_object((json_t *) json, depth, error);
    case JSON_ARRAY:
        return from_array(json, depth, error);
    case JSON_STRING:
        return template_text_len(json_string_value(json), json_string_length(json));
    case JSON_INTEGER:
        return from_integer(json_integer_value(json));
    case JSON_REAL:
        return from_real(json_real_value(json));
    case JSON_TRUE:
    case JSON_FALSE:
        return template_bool(json_is_true(json));
    case JSON_NULL:
        break;
    }
    return template_text(NULL);
}

TemplateValue *
template_value_from_json(const json_t *json, GError **error)
{
    return from_json(json, 0, error);
}
