#include "gateway/settings.h"

#include <string.h>

#include "base/address.h"
#include "base/limits.h"

gboolean
settings_is_own_address(const DecideSettings *settings, const char *address)
{
    if (address == NULL)
        return FALSE;
    return queues_find_address(settings->queues, TRUE, address, NULL) != NULL
           || address_equal(address, settings->acknowledge->envelope_sender)
           || (settings->bounce_domain != NULL
               && g_strcmp0(address_domain(address), settings->bounce_domain) == 0);
}

char *
settings_subaddress(const DecideSettings *settings, const QueueConfig *queue, const char *detail)
{
    const char *at = strrchr(queue->address, '@');
    gsize local = (gsize) (at - queue->address);

    if (!settings->subaddressing || detail == NULL || local + 1 + strlen(detail) > LIMIT_TOKEN_LOCAL_PART)
        return NULL;
    return g_strdup_printf("%.*s+%s%s", (int) local, queue->address, detail, at);
}
