#include "sieve/names-private.h"

void
names_check(Checker *checker, const char *kind, GHashTable *known, const Value *value)
{
    for (guint i = 0; known != NULL && value->strings != NULL && i < value->strings->len; i++) {
        const SieveString *string = value->strings->pdata[i];
        g_autofree const char **names = NULL;

        if (string->pieces != NULL || g_hash_table_contains(known, string->text))
            continue;
        names = (const char **) g_hash_table_get_keys_as_array(known, NULL);
        sieve_warning(checker->problems, string->place, sieve_hint_word(string->text, names), "there is no %s '%s'", kind,
                      string->text);
    }
}
