#include "message/alignment.h"

#include <libpsl.h>
#include <string.h>

gboolean
domain_same_organisation(const char *a, const char *b)
{
    const psl_ctx_t *list = psl_builtin();
    const char *organisation_a;
    const char *organisation_b;

    if (a == NULL || b == NULL || *a == '\0' || *b == '\0')
        return FALSE;
    if (strcmp(a, b) == 0)
        return TRUE;
    if (list == NULL)
        return FALSE;
    /* NULL where the domain is itself a public suffix: all of "co.uk" is no organisation. */
    organisation_a = psl_registrable_domain(list, a);
    organisation_b = psl_registrable_domain(list, b);
    return organisation_a != NULL && organisation_b != NULL && strcmp(organisation_a, organisation_b) == 0;
}
