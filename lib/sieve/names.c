#include "sieve/names-private.h"

void
name_check(Checker *checker, const char *kind, GHashTable *known, const char *name, SievePlace place)
{
    g_autofree const char **names = NULL;

    if (known == NULL || g_hash_table_contains(known, name))
        return;
    names = (const char **) g_hash_table_get_keys_as_array(known, NULL);
    sieve_warning(checker->problems, place, sieve_hint_word(name, names), "there is no %s '%s'", kind, name);
}

void
names_check(Checker *checker, const char *kind, GHashTable *known, const Value *value)
{
    for (guint i = 0; value->strings != NULL && i < value->strings->len; i++) {
        const SieveString *string = value->strings->pdata[i];

        if (string->pieces == NULL)
            name_check(checker, kind, known, string->text, string->place);
    }
}
