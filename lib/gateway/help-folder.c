/*
 * help-folder.c - every help article below a folder, and all that is wrong with them
 */
#include "gateway/help-file.h"

#include "base/io.h"
#include "base/json.h"
#include "base/limits.h"

typedef struct {
    const char *folder, *default_language;
    GPtrArray  *problems;
    json_t     *articles;
} Walk;

static void
tell(const Walk *walk, const char *path, const char *what)
{
    g_ptr_array_add(walk->problems, g_strdup_printf("%s: %s", *path != '\0' ? path : walk->folder, what));
}

static void
read_article(const Walk *walk, const char *path)
{
    g_autofree char *full = g_build_filename(walk->folder, path, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = NULL;
    const char *text;
    gsize length;
    json_t *article;

    /* Who opens a pipe waits for somebody to write. */
    if (!g_file_test(full, G_FILE_TEST_IS_REGULAR)) {
        tell(walk, path, "it is no file, or a link to none");
        return;
    }
    bytes = io_read_file(full, LIMIT_HELP_FILE, &error);
    if (bytes == NULL) {
        tell(walk, path, error->message);
        return;
    }
    text = g_bytes_get_data(bytes, &length);
    article = help_file_parse(path, text != NULL ? text : "", length, walk->default_language, walk->problems);
    if (article != NULL)
        json_array_append_new(walk->articles, article);
    if (json_array_size(walk->articles) > LIMIT_HELP_ARTICLES)
        tell(walk, path, "there are too many articles");
}

static gint
by_name(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(const char *const *) a, *(const char *const *) b);
}

/* Sorted, without what editors and version control hide; NULL: it cannot be read. */
static GPtrArray *
names_in(const Walk *walk, const char *path)
{
    g_autofree char *full = g_build_filename(walk->folder, path, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    GDir *directory = g_dir_open(full, 0, &error);
    const char *name;

    if (directory == NULL) {
        tell(walk, path, error->message);
        return NULL;
    }
    while ((name = g_dir_read_name(directory)) != NULL)
        if (*name != '.')
            g_ptr_array_add(names, *path != '\0' ? g_build_filename(path, name, NULL) : g_strdup(name));
    g_dir_close(directory);
    g_ptr_array_sort(names, by_name);
    return g_steal_pointer(&names);
}

static gboolean
is_folder(const Walk *walk, const char *path)
{
    g_autofree char *full = g_build_filename(walk->folder, path, NULL);

    /* A link may lead back up. */
    return g_file_test(full, G_FILE_TEST_IS_DIR) && !g_file_test(full, G_FILE_TEST_IS_SYMLINK);
}

json_t *
help_folder_read(const char *folder, const char *default_language, GPtrArray *problems)
{
    Walk walk = { folder, default_language, problems, json_array() };
    g_autoptr(GPtrArray) waiting = names_in(&walk, "");

    for (guint i = 0; waiting != NULL && i < waiting->len && json_array_size(walk.articles) <= LIMIT_HELP_ARTICLES; i++) {
        const char *path = waiting->pdata[i];

        if (is_folder(&walk, path)) {
            g_autoptr(GPtrArray) inside = names_in(&walk, path);

            while (inside != NULL && inside->len > 0)
                g_ptr_array_add(waiting, g_ptr_array_steal_index(inside, 0));
        } else if (g_str_has_suffix(path, ".md") || g_str_has_suffix(path, ".markdown")) {
            read_article(&walk, path);
        }
    }
    return walk.articles;
}
