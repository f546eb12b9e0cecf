/*
 * set-folder.c - the templates of an organisation, read from its folder
 */
#include "template/set-private.h"

#include "base/io.h"
#include "base/limits.h"

static gint
by_name(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(const char *const *) a, *(const char *const *) b);
}

/* Names in a folder, sorted, without those that editors and version control hide. */
static GPtrArray *
list(const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GDir *directory = g_dir_open(folder, 0, NULL);
    const char *name;

    while (directory != NULL && (name = g_dir_read_name(directory)) != NULL && names->len < LIMIT_TEMPLATE_FILES) {
        if (*name != '.')
            g_ptr_array_add(names, g_strdup(name));
    }
    if (directory != NULL)
        g_dir_close(directory);
    g_ptr_array_sort(names, by_name);
    return names;
}

static void
read_file(TemplateSet *set, const char *folder, const char *path, GPtrArray *problems)
{
    g_autofree char *full = g_build_filename(folder, path, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = io_read_file(full, LIMIT_TEMPLATE_SOURCE, &error);
    gsize length;
    const char *text;

    if (bytes == NULL) {
        template_problem_add(problems, TEMPLATE_ERROR, path, 0, 0, NULL, "%s", error->message);
        return;
    }
    text = g_bytes_get_data(bytes, &length);
    set_add(set, path, text != NULL ? text : "", length, TRUE, problems);
}

void
set_read_folder(TemplateSet *set, const char *folder, GPtrArray *problems)
{
    g_autoptr(GPtrArray) languages = list(folder);

    for (guint i = 0; i < languages->len; i++) {
        const char *language = languages->pdata[i];
        g_autofree char *inside = g_build_filename(folder, language, NULL);
        g_autoptr(GPtrArray) names = list(inside);

        for (guint n = 0; n < names->len; n++) {
            g_autofree char *path = g_strdup_printf("%s/%s", language, (const char *) names->pdata[n]);

            if (g_str_has_suffix(path, ".mustache"))
                read_file(set, folder, path, problems);
        }
    }
}
