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
           || settings_is_bounce_domain(settings->bounce_domain, address);
}

gboolean
settings_is_bounce_domain(const char *bounce_domain, const char *recipient)
{
    const char *domain = recipient != NULL ? address_domain(recipient) : NULL;

    return bounce_domain != NULL && domain != NULL && g_ascii_strcasecmp(domain, bounce_domain) == 0;
}

const QueueConfig *
settings_queue_of(const GPtrArray *queues, gboolean subaddressing, const char *bounce_domain, const char *recipient)
{
    const QueueConfig *queue = queues_find_address(queues, subaddressing, recipient, NULL);

    if (queue == NULL && queues->len > 0 && settings_is_bounce_domain(bounce_domain, recipient)
        && token_is_bounce(recipient, (gsize) (strrchr(recipient, '@') - recipient)))
        queue = g_ptr_array_index(queues, 0);
    return queue;
}

gint64
settings_bounced_mail(const DecideSettings *settings, const char *recipient, gint64 now)
{
    g_autofree char *base = NULL, *detail = NULL;
    gint64 outbox = 0;

    if (recipient == NULL)
        return 0;
    if (settings_is_bounce_domain(settings->bounce_domain, recipient))
        detail = g_strndup(recipient, (gsize) (strrchr(recipient, '@') - recipient));
    else if (!settings->subaddressing || !address_split_detail(recipient, &base, &detail) || detail == NULL)
        return 0;
    if (!token_is_bounce(detail, strlen(detail)) || !token_parse_bounce(settings->keys, detail, now, &outbox))
        return 0;
    return outbox;
}

char *
settings_bounce_address(const DecideSettings *settings, const QueueConfig *queue, gint64 outbox)
{
    g_autofree char *token = token_format_bounce(settings->keys, outbox);

    if (settings->bounce_domain != NULL)
        return g_strdup_printf("%s@%s", token, settings->bounce_domain);
    return settings_subaddress(settings, queue, token);
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

const char *
settings_template(const DecideSettings *settings, const QueueConfig *queue, const char *name)
{
    const char *prefix = queue->of_brand != NULL ? queue->of_brand->templates : NULL;
    g_autofree char *branded = prefix != NULL && name != NULL ? g_strconcat(prefix, "-", name, NULL) : NULL;
    gpointer found;

    return branded != NULL && g_hash_table_lookup_extended(template_set_names(settings->templates), branded, &found, NULL) ? found : name;
}
