#include "sieve/one-address-private.h"

#include <string.h>

#include "base/address.h"
#include "sieve/mail-view-private.h"

/* Mail is read generously; what a rule says is not: there "<anna@client.example" is a slip of the pen. */
static gboolean
has_half_brackets(const char *text)
{
    const char *at = strrchr(text, '@');

    return at != NULL && (strchr(at, '>') != NULL) != (strchr(text, '<') != NULL);
}

char *
one_address(const char *text)
{
    g_autoptr(GPtrArray) addresses = mail_addresses_parse(text);
    const MailAddress *address = addresses->len == 1 ? addresses->pdata[0] : NULL;

    return address != NULL && !has_half_brackets(text) && address_is_valid(address->full) ? g_strdup(address->full) : NULL;
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
