/*
 * format.c - a Config as a file that reads back to the same
 */
#include "config/config-private.h"
#include "config/values-private.h"

#include <string.h>

static void
add_section(json_t *sections, const char *section, const char *name, gconstpointer values)
{
    g_autofree char *header = g_strconcat(section, *name == '\0' ? "" : " ", name, NULL);
    json_t *object = json_object();

    for (gsize i = 0; i < n_options; i++) {
        g_autofree char *value = NULL;

        if (strcmp(options[i].section, section) != 0)
            continue;
        value = value_format(&options[i], values);
        if (value == NULL && option_is_of_priority(&options[i]))
            continue;
        json_object_set_new(object, options[i].key, json_text(value));
    }
    json_object_set_new(sections, header, object);
}

/* Sections that need a key cannot stand there without it, though their defaults are in force. */
static gboolean
is_usable(const Config *config, const char *section)
{
    if (strcmp(section, "database") == 0)
        return config->database.embedded != NULL || config->database.url != NULL;
    return strcmp(section, "smtp") != 0 || config->smtp.transport != NULL;
}

json_t *
config_to_json(const Config *config)
{
    json_t *sections = json_object();

    for (gsize i = 0; i < n_option_sections; i++) {
        const OptionSection *section = &option_sections[i];

        if (section->named) {
            GPtrArray *list = section_list(config, section);

            /* The name is the first member of every named section's struct. */
            for (guint j = 0; j < list->len; j++)
                add_section(sections, section->name, *(char *const *) list->pdata[j], list->pdata[j]);
        } else if (is_usable(config, section->name)) {
            add_section(sections, section->name, "", section_values((Config *) config, section));
        }
    }
    return sections;
}

char *
config_format(const Config *config)
{
    g_autoptr(Json) sections = config_to_json(config);
    GString *text = g_string_new(NULL);
    const char *header, *key;
    json_t *section, *value;

    json_object_foreach(sections, header, section) {
        g_string_append_printf(text, "%s[%s]\n", text->len > 0 ? "\n" : "", header);
        json_object_foreach(section, key, value) {
            if (json_is_null(value))
                g_string_append_printf(text, "# %s =\n", key);
            else
                g_string_append_printf(text, "%s = %s\n", key, json_string_value(value));
        }
    }
    return g_string_free(text, FALSE);
}
