#include "sieve/lists-private.h"

#include <string.h>

#include "base/limits.h"
#include "sieve/member-list.h"
#include "sieve/testsuite-private.h"

char *
list_canonical(const char *name)
{
    static const char prefix[] = "urn:ietf:params:sieve:";

    if (g_ascii_strncasecmp(name, prefix, sizeof prefix - 1) == 0)
        return g_strdup(name + sizeof prefix - 2);
    return g_strdup(name);
}

/* A stranger's mail holds as many addresses as he likes; what is beyond the limit is on no list. */
static void
need(Run *run, const char *key)
{
    SieveNeed *wanted;

    if (run->result->needs->len >= LIMIT_SIEVE_NEEDS)
        return;
    for (guint i = 0; i < run->result->needs->len; i++) {
        if (strcmp(((SieveNeed *) run->result->needs->pdata[i])->key, key) == 0)
            return;
    }
    wanted = g_new0(SieveNeed, 1);
    wanted->kind = SIEVE_NEED_LIST;
    wanted->key = g_strdup(key);
    g_ptr_array_add(run->result->needs, wanted);
}

/* TRUE: it is known without asking. RFC 6134, 2.2: nothing is a member of a list that does not exist; whoever wants to know that asks valid_ext_list. */
static gboolean
is_known(Run *run, const char *name, const char *value, gboolean *holds_out)
{
    const SieveHost *host = run->input->names;
    GHashTable *members = host != NULL && host->members != NULL ? g_hash_table_lookup(host->members, name) : NULL;

    *holds_out = members != NULL && member_list_contains(members, value);
    if (members != NULL)
        return TRUE;
    if (host == NULL || host->lists == NULL || g_hash_table_contains(host->lists, name))
        return FALSE;
    run_warn(run, "there is no list '%s'", name);
    return TRUE;
}

gboolean
list_contains(Run *run, const char *list, const char *value)
{
    g_autofree char *name = list_canonical(list);
    g_autofree char *key = g_strdup_printf("%s\n%s", name, value);
    GHashTable *known = run->input->facts != NULL ? run->input->facts->lists : NULL;
    gpointer member = NULL;
    gboolean holds;

    if (run->testsuite != NULL)
        return testsuite_list_contains(run->testsuite, name, value);
    if (is_known(run, name, value, &holds))
        return holds;
    if (known != NULL && g_hash_table_lookup_extended(known, key, NULL, &member))
        return member != NULL;
    need(run, key);
    return FALSE;
}
