#include "sieve/field-names-private.h"

#include "sieve/checker-private.h"

gboolean
field_name_is_valid(const char *name)
{
    for (const char *p = name; *p != '\0'; p++) {
        if (*p <= ' ' || *p > '~' || *p == ':')
            return FALSE;
    }
    return *name != '\0';
}

gboolean
field_names_check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    for (guint i = 0; i < call->positionals[0].strings->len; i++) {
        const SieveString *string = call->positionals[0].strings->pdata[i];

        if (string->pieces == NULL && !field_name_is_valid(string->text))
            sieve_warning(checker->problems, string->place, NULL, "'%s' is no name of a header field: it matches nothing",
                          string->text);
    }
    return TRUE;
}
