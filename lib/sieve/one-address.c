#include "sieve/one-address-private.h"

#include "base/address.h"
#include "sieve/mail-view-private.h"

char *
one_address(const char *text)
{
    g_autoptr(GPtrArray) addresses = mail_addresses_parse(text);
    const MailAddress *address = addresses->len == 1 ? addresses->pdata[0] : NULL;

    return address != NULL && address_is_valid(address->full) ? g_strdup(address->full) : NULL;
}

gboolean
one_address_check(Checker *checker, const Value *value)
{
    const char *text = value_constant(value, 0);
    g_autofree char *address = text != NULL ? one_address(text) : NULL;

    if (text == NULL || address != NULL)
        return TRUE;
    sieve_error(checker->problems, value->place, NULL, "'%s' is no address", text);
    return FALSE;
}
