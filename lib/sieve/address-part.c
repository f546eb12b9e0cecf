#include "sieve/address-part-private.h"

#include <string.h>

/* RFC 5233: user and detail, around the first of the separators; without one there is no detail, and all is user. */
static gboolean
show_subaddress(Run *run, const Call *call, Matching *matching, const char *local_part)
{
    const char *separator = run->input->subaddress_separator != NULL ? run->input->subaddress_separator : "+";
    const char *found = strpbrk(local_part, separator);

    if (call->match.part == PART_USER)
        return matching_value(matching, local_part, found != NULL ? (gsize) (found - local_part) : strlen(local_part));
    if (found == NULL)
        return FALSE;
    found++;
    return matching_value(matching, found, strlen(found));
}

gboolean
address_part_match(Run *run, const Call *call, Matching *matching, const MailAddress *address)
{
    if (call->match.part == PART_ALL)
        return matching_value(matching, address->full, strlen(address->full));
    if (address->local_part == NULL)
        return FALSE;
    if (call->match.part == PART_DOMAIN)
        return matching_value(matching, address->domain, strlen(address->domain));
    if (call->match.part == PART_LOCALPART)
        return matching_value(matching, address->local_part, strlen(address->local_part));
    return show_subaddress(run, call, matching, address->local_part);
}
