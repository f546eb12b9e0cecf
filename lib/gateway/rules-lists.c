/*
 * rules-lists.c - the external lists of rules (RFC 6134): files beside the script, and what the store knows
 */
#include "gateway/rules.h"

#include <string.h>

#include "base/io.h"
#include "base/limits.h"
#include "sieve/member-list.h"

/* Answered by the store, as needs of a decision (NEED_LISTED). */
static const char *const of_the_store[] = { RULES_LIST_KNOWN, RULES_LIST_AGENTS };

void
rules_add_lists_of_store(SieveHost *host)
{
    for (gsize i = 0; i < G_N_ELEMENTS(of_the_store); i++)
        g_hash_table_add(host->lists, g_strdup(of_the_store[i]));
}

/* What an editor leaves behind is no list. */
static gboolean
is_name(const char *file)
{
    if (file[0] == '.')
        return FALSE;
    for (const char *c = file; *c != '\0'; c++) {
        if (!g_ascii_isalnum(*c) && strchr("._-", *c) == NULL)
            return FALSE;
    }
    return TRUE;
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_files(const char *folder)
{
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
    const char *file;

    while (directory != NULL && (file = g_dir_read_name(directory)) != NULL)
        if (is_name(file))
            g_ptr_array_add(files, g_strdup(file));
    g_ptr_array_sort(files, compare_names);
    return files;
}

/* By its name, and as RFC 6134, 2.7 writes a list of addresses: ":addrbook:NAME". */
static void
add_list(SieveHost *host, const char *name, GHashTable *members)
{
    char *address_book = g_strconcat(":addrbook:", name, NULL);

    g_hash_table_add(host->lists, g_strdup(name));
    g_hash_table_insert(host->members, g_strdup(name), g_hash_table_ref(members));
    if (!g_hash_table_add(host->lists, g_strdup(address_book))) {
        g_free(address_book);
        return;
    }
    g_hash_table_insert(host->members, address_book, g_hash_table_ref(members));
}

gboolean
rules_load_lists(SieveHost *host, const char *folder, RulesTextFunction each, gpointer data, GError **error)
{
    g_autofree char *lists = g_build_filename(folder, "lists", NULL);
    g_autoptr(GPtrArray) files = list_files(lists);

    for (guint i = 0; i < files->len; i++) {
        const char *name = g_ptr_array_index(files, i);
        g_autofree char *path = g_build_filename(lists, name, NULL);
        g_autoptr(GBytes) bytes = io_read_file(path, LIMIT_RULES_LIST, error);
        g_autoptr(GHashTable) members = NULL;
        const char *text;
        gsize length;

        if (bytes == NULL)
            return FALSE;
        text = g_bytes_get_data(bytes, &length);
        members = member_list_parse(text != NULL ? text : "", length);
        add_list(host, name, members);
        if (each != NULL)
            each(data, name, text != NULL ? text : "", length);
    }
    return TRUE;
}
