#include "sieve/flags-private.h"

#include <string.h>

#include "base/limits.h"
#include "sieve/run-private.h"

const TagDefinition flags_tags[] = { FLAGS_TAG, { .name = NULL } };

/* RFC 3501, 9: an atom, with a backslash before a flag of the system. */
static gboolean
is_flag(const char *flag)
{
    static const char *const system_flags[] = { "\\answered", "\\flagged", "\\deleted", "\\seen", "\\draft" };

    if (*flag == '\\') {
        for (gsize i = 0; i < G_N_ELEMENTS(system_flags); i++) {
            if (g_ascii_strcasecmp(system_flags[i], flag) == 0)
                return TRUE;
        }
        return FALSE;
    }
    for (const char *p = flag; *p != '\0'; p++) {
        if ((guchar) *p <= ' ' || *p == 0x7f || strchr("(){%*\"\\]", *p) != NULL)
            return FALSE;
    }
    return *flag != '\0';
}

static gboolean
find(const GPtrArray *list, const char *flag, guint *index_out)
{
    for (guint i = 0; i < list->len; i++) {
        if (g_ascii_strcasecmp(list->pdata[i], flag) == 0) {
            *index_out = i;
            return TRUE;
        }
    }
    return FALSE;
}

void
flags_add(GPtrArray *list, const char *text)
{
    g_auto(GStrv) flags = g_strsplit_set(text, " \t\r\n", -1);
    guint index;

    for (guint i = 0; flags[i] != NULL && list->len < LIMIT_SIEVE_FLAGS; i++) {
        if (is_flag(flags[i]) && !find(list, flags[i], &index))
            g_ptr_array_add(list, g_strdup(flags[i]));
    }
}

void
flags_remove(GPtrArray *list, const char *text)
{
    g_auto(GStrv) flags = g_strsplit_set(text, " \t\r\n", -1);
    guint index;

    for (guint i = 0; flags[i] != NULL; i++) {
        if (find(list, flags[i], &index))
            g_ptr_array_remove_index(list, index);
    }
}

GPtrArray *
flags_of_call(Run *run, const Call *call)
{
    const Value *given = &call->slots[CALL_SLOTS - 1];
    GPtrArray *flags;
    g_autoptr(GString) scratch = g_string_new(NULL);

    if (!g_hash_table_contains(run->script->required, "imap4flags"))
        return NULL;
    flags = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < value_count(given); i++)
        flags_add(flags, run_text(run, given, i, scratch, NULL));
    for (guint i = 0; !given->given && i < run->flags->len; i++)
        g_ptr_array_add(flags, g_strdup(run->flags->pdata[i]));
    return flags;
}

void
flags_note_places(Run *run, const Call *call)
{
    for (guint i = 0; i < run->flags->len; i++) {
        const char *flag = run->flags->pdata[i];
        SieveAction *action;

        if (g_hash_table_contains(run->flag_places, flag))
            continue;
        action = run_action_new(run, call, SIEVE_FLAGS);
        action->argument = g_strdup(flag);
        g_hash_table_insert(run->flag_places, g_strdup(flag), action);
    }
}

void
flags_conclude(Run *run)
{
    for (guint i = 0; i < run->flags->len; i++) {
        gpointer key, action;

        if (!g_hash_table_steal_extended(run->flag_places, run->flags->pdata[i], &key, &action))
            continue;
        g_free(key);
        g_ptr_array_add(run->result->actions, action);
    }
}
