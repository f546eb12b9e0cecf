/*
 * format.c - a Config as a file that reads back to the same
 */
#include "config/config-private.h"
#include "config/values-private.h"

#include <string.h>

static void
format_section(GString *text, const char *section, const char *name, gconstpointer values)
{
    g_string_append_printf(text, "%s[%s%s%s]\n", text->len > 0 ? "\n" : "", section, *name == '\0' ? "" : " ", name);
    for (gsize i = 0; i < n_options; i++) {
        g_autofree char *value = NULL;

        if (strcmp(options[i].section, section) != 0)
            continue;
        value = value_format(&options[i], values);
        if (value == NULL)
            g_string_append_printf(text, "# %s =\n", options[i].key);
        else
            g_string_append_printf(text, "%s = %s\n", options[i].key, value);
    }
}

/* Sections that need a key cannot stand there without it, though their defaults are in force. */
static gboolean
is_usable(const Config *config, const char *section)
{
    if (strcmp(section, "database") == 0)
        return config->database.embedded != NULL || config->database.url != NULL;
    return strcmp(section, "smtp") != 0 || config->smtp.transport != NULL;
}

char *
config_format(const Config *config)
{
    GString *text = g_string_new(NULL);

    for (gsize i = 0; i < n_option_sections; i++) {
        const OptionSection *section = &option_sections[i];

        if (section->named) {
            GPtrArray *list = section_list(config, section);

            /* The name is the first member of every named section's struct. */
            for (guint j = 0; j < list->len; j++)
                format_section(text, section->name, *(char *const *) list->pdata[j], list->pdata[j]);
        } else if (is_usable(config, section->name)) {
            format_section(text, section->name, "", section_values((Config *) config, section));
        }
    }
    return g_string_free(text, FALSE);
}
