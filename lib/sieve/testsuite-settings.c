#include "sieve/testsuite-private.h"

#include <string.h>

#include "sieve/lists-private.h"
#include "sieve/member-list.h"

/* A file of Dovecot's "file" dictionary: a key and its value in turn, each on a line. Members of lists have their own prefix. */
static GHashTable *
read_members(Testsuite *testsuite, const char *path)
{
    static const char prefix[] = "priv/sieve/extlists/";
    g_autoptr(GString) entries = g_string_new(NULL);
    gsize length = 0;
    g_autofree char *text = path != NULL ? testsuite_read(testsuite, path, &length) : NULL;
    g_auto(GStrv) lines = text != NULL ? g_strsplit(text, "\n", -1) : NULL;

    for (guint i = 0; lines != NULL && lines[i] != NULL && lines[i + 1] != NULL; i += 2) {
        if (g_str_has_prefix(lines[i], prefix))
            g_string_append_printf(entries, "%s\n", lines[i] + sizeof prefix - 1);
    }
    return member_list_parse(entries->str, entries->len);
}

void
testsuite_set_list(Testsuite *testsuite, const char *name, const char *text)
{
    g_hash_table_replace(testsuite->lists, list_canonical(name), member_list_parse(text, strlen(text)));
}

static void
reload_lists(Testsuite *testsuite)
{
    const char *names = g_hash_table_lookup(testsuite->settings, "sieve_extlists_list");
    g_auto(GStrv) words = names != NULL ? g_strsplit(names, " ", -1) : NULL;

    if (words == NULL)
        return;
    g_hash_table_remove_all(testsuite->lists);
    for (guint i = 0; words[i] != NULL; i++) {
        g_autofree char *setting = g_strdup_printf("sieve_extlists_list/%s/dict/file/path", words[i]);

        g_hash_table_insert(testsuite->lists, list_canonical(words[i]),
                            read_members(testsuite, g_hash_table_lookup(testsuite->settings, setting)));
    }
    testsuite->script_host.lists = testsuite->lists;
    testsuite->script_host.members = NULL;
}

void
testsuite_reload(Testsuite *testsuite)
{
    GHashTableIter iter;
    gpointer name, value;

    g_hash_table_remove_all(testsuite->input.settings);
    g_hash_table_iter_init(&iter, testsuite->settings);
    while (g_hash_table_iter_next(&iter, &name, &value))
        g_hash_table_insert(testsuite->input.settings, g_strdup(name), g_strdup(value));
    testsuite->input.subaddress_separator = g_hash_table_lookup(testsuite->input.settings, "recipient_delimiter");
    reload_lists(testsuite);
}

gboolean
testsuite_list_contains(Testsuite *testsuite, const char *list, const char *value)
{
    GHashTable *members = g_hash_table_lookup(testsuite->lists, list);
    GHashTable *files = testsuite->script_host.members;

    if (members == NULL && files != NULL)
        members = g_hash_table_lookup(files, list);
    return members != NULL && member_list_contains(members, value);
}

gboolean
testsuite_is_duplicate(Testsuite *testsuite, const char *key)
{
    g_hash_table_add(testsuite->asked, g_strdup(key));
    return g_hash_table_contains(testsuite->seen, key);
}

static gboolean
is_yes(const Run *run, const char *field, const char *what)
{
    g_autofree char *name = g_strdup_printf("sieve_editheader_header/%s/%s", field, what);

    return g_strcmp0(run_setting(run, name), "yes") == 0;
}

/* Subject can always be edited (RFC 5293, 6). */
gboolean
testsuite_protects_field(Run *run, const char *name, gboolean deleting)
{
    const char *names = run_setting(run, "sieve_editheader_header");
    g_auto(GStrv) words = names != NULL ? g_strsplit(names, " ", -1) : NULL;

    if (words == NULL || g_ascii_strcasecmp(name, "subject") == 0)
        return FALSE;
    for (guint i = 0; words[i] != NULL; i++) {
        if (g_ascii_strcasecmp(words[i], name) == 0)
            return is_yes(run, words[i], deleting ? "forbid_delete" : "forbid_add");
    }
    return FALSE;
}
