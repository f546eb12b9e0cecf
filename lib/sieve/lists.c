#include "sieve/lists-private.h"

#include <string.h>

#include "sieve/testsuite-private.h"

char *
list_canonical(const char *name)
{
    static const char prefix[] = "urn:ietf:params:sieve:";

    if (g_ascii_strncasecmp(name, prefix, sizeof prefix - 1) == 0)
        return g_strdup(name + sizeof prefix - 2);
    return g_strdup(name);
}

static void
need(Run *run, const char *key)
{
    SieveNeed *wanted;

    for (guint i = 0; i < run->result->needs->len; i++) {
        if (strcmp(((SieveNeed *) run->result->needs->pdata[i])->key, key) == 0)
            return;
    }
    wanted = g_new0(SieveNeed, 1);
    wanted->kind = SIEVE_NEED_LIST;
    wanted->key = g_strdup(key);
    g_ptr_array_add(run->result->needs, wanted);
}

gboolean
list_contains(Run *run, const char *list, const char *value)
{
    g_autofree char *name = list_canonical(list);
    g_autofree char *key = g_strdup_printf("%s\n%s", name, value);
    GHashTable *known = run->input->facts != NULL ? run->input->facts->lists : NULL;
    gpointer member = NULL;

    if (run->testsuite != NULL)
        return testsuite_list_contains(run->testsuite, name, value);
    if (known != NULL && g_hash_table_lookup_extended(known, key, NULL, &member))
        return member != NULL;
    need(run, key);
    return FALSE;
}
