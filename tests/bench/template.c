/*
 * template.c - filling the acknowledgement, once compiled, a number of times
 *
 *     template FILE DATA.json COUNT
 *
 * Prints microseconds for one rendering and the octets it makes. Partials stand beside FILE. The clock is taken around the renderings alone.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "template/template.h"
#include "template/value-json.h"

typedef struct {
    const char *folder;
    GHashTable *found;
} Beside;

static Template *
compile(const char *path)
{
    g_autoptr(GPtrArray) problems = template_problems_new();
    g_autofree char *text = NULL;
    Template *template;
    gsize length;

    if (!g_file_get_contents(path, &text, &length, NULL))
        return NULL;
    template = template_compile(path, text, length, TEMPLATE_HTML, problems);
    for (guint i = 0; i < problems->len; i++) {
        g_autofree char *line = template_problem_format(problems->pdata[i]);

        fprintf(stderr, "%s\n", line);
    }
    return template;
}

static const Template *
find(gpointer data, const char *name, gsize length)
{
    Beside *beside = data;
    g_autofree char *key = g_strndup(name, length), *path = NULL;
    Template *template = g_hash_table_lookup(beside->found, key);

    if (template != NULL)
        return template;
    path = g_strdup_printf("%s/%s.mustache", beside->folder, key);
    template = compile(path);
    if (template != NULL)
        g_hash_table_insert(beside->found, g_steal_pointer(&key), template);
    return template;
}

int
main(int argc, char **argv)
{
    g_autofree char *folder = argc == 4 ? g_path_get_dirname(argv[1]) : NULL;
    Beside beside = { folder, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) template_free) };
    g_autoptr(Template) template = argc == 4 ? compile(argv[1]) : NULL;
    g_autoptr(Json) json = argc == 4 ? json_load_file(argv[2], 0, NULL) : NULL;
    g_autoptr(TemplateValue) values = json != NULL ? template_value_from_json(json, NULL) : NULL;
    gint64 count = argc == 4 ? g_ascii_strtoll(argv[3], NULL, 10) : 0, began, took;
    g_autoptr(GString) output = g_string_sized_new(4096);

    if (template == NULL || values == NULL || count <= 0) {
        fprintf(stderr, "usage: template FILE DATA.json COUNT\n");
        return 2;
    }
    template_render(template, values, find, &beside, output, NULL);
    began = clock_monotonic();
    for (gint64 i = 0; i < count; i++) {
        g_string_truncate(output, 0);
        if (!template_render(template, values, find, &beside, output, NULL))
            return 1;
    }
    took = clock_monotonic() - began;
    fprintf(stderr, "%.3f\n", (double) took / (double) count);
    fwrite(output->str, 1, output->len, stdout);
    g_hash_table_unref(beside.found);
    return 0;
}
