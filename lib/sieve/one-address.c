#include "sieve/one-address-private.h"

#include "base/address.h"
#include "sieve/mail-view-private.h"

/* The local part of a MailAddress has lost its quotes; where it is nothing without them it gets them back. */
static char *
quoted(const MailAddress *address)
{
    g_autofree char *escaped = address->local_part != NULL ? g_strescape(address->local_part, NULL) : NULL;

    return escaped != NULL ? g_strdup_printf("\"%s\"@%s", escaped, address->domain) : NULL;
}

char *
one_address(const char *text)
{
    g_autoptr(GPtrArray) addresses = mail_addresses_parse(text);
    const MailAddress *address = addresses->len == 1 ? addresses->pdata[0] : NULL;

    g_autofree char *with_quotes = NULL;

    if (address == NULL)
        return NULL;
    if (address_is_valid(address->full))
        return g_strdup(address->full);
    with_quotes = quoted(address);
    return with_quotes != NULL && address_is_valid(with_quotes) ? g_steal_pointer(&with_quotes) : NULL;
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
