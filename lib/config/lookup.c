/*
 * lookup.c - questions to a Config
 */
#include "base/address.h"
#include "base/error.h"
#include "config/config.h"

#include <string.h>

static gboolean
require(gboolean there, const Config *config, const char *what, GError **error)
{
    if (!there)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "%s: %s", config->path, what);
    return there;
}

gboolean
config_require_database(const Config *config, GError **error)
{
    return require(config->database.embedded != NULL || config->database.url != NULL, config,
                   "no database is configured: add [database] with embedded = DIR or url = postgresql://...", error);
}

gboolean
config_require_queue(const Config *config, GError **error)
{
    return require(config->queues->len > 0, config,
                   "no queue is configured: add [queue support] with address = support@your.domain", error);
}

gboolean
config_require_imap(const Config *config, GError **error)
{
    return require(config->imap->len > 0, config,
                   "no mailbox is configured: add [imap NAME] with host, user and password-file", error);
}

const ImapConfig *
config_imap_account(const Config *config, const char *name)
{
    for (guint i = 0; i < config->imap->len; i++) {
        const ImapConfig *imap = config->imap->pdata[i];

        if (strcmp(imap->name, name) == 0)
            return imap;
    }
    return NULL;
}

gboolean
config_require_smtp(const Config *config, GError **error)
{
    return require(config->smtp.transport != NULL, config,
                   "no way out is configured: add [smtp] with transport = smtp://HOST or maildir:DIR", error);
}

gboolean
config_require_lmtp(const Config *config, GError **error)
{
    return require(config->lmtp->len > 0, config, "no way in is configured: add [lmtp] with socket = PATH", error);
}

const QueueConfig *
queues_find_name(const GPtrArray *queues, const char *name)
{
    for (guint i = 0; i < queues->len; i++) {
        const QueueConfig *queue = queues->pdata[i];

        if (g_strcmp0(queue->name, name) == 0)
            return queue;
    }
    return NULL;
}

const char *
queue_installation_name(const QueueConfig *queue, const char *installation)
{
    return queue != NULL && queue->of_brand != NULL && queue->of_brand->display_name != NULL ? queue->of_brand->display_name : installation;
}

const char *
queue_from_name(const QueueConfig *queue, const char *installation)
{
    if (queue->display_name != NULL)
        return queue->display_name;
    return queue->of_brand != NULL && queue->of_brand->from != NULL ? queue->of_brand->from : queue_installation_name(queue, installation);
}

const char *
queue_tag(const QueueConfig *queue, const char *installation)
{
    return queue != NULL && queue->of_brand != NULL && queue->of_brand->tag != NULL ? queue->of_brand->tag : installation;
}

const WebhookConfig *
webhooks_find_name(const GPtrArray *webhooks, const char *name)
{
    for (guint i = 0; i < webhooks->len; i++) {
        const WebhookConfig *webhook = webhooks->pdata[i];

        if (strcmp(webhook->name, name) == 0)
            return webhook;
    }
    return NULL;
}

static const QueueConfig *
find_canonical(const GPtrArray *queues, const char *canonical)
{
    for (guint i = 0; i < queues->len; i++) {
        const QueueConfig *queue = queues->pdata[i];

        if (strcmp(queue->address, canonical) == 0
            || (queue->aliases != NULL && g_strv_contains((const char *const *) queue->aliases, canonical)))
            return queue;
    }
    return NULL;
}

const QueueConfig *
queues_find_address(const GPtrArray *queues, gboolean subaddressing, const char *address, char **detail_out)
{
    g_autofree char *canonical = address_canonical(address);
    g_autofree char *base = NULL;
    g_autofree char *detail = NULL;
    const QueueConfig *queue;

    if (canonical == NULL)
        return NULL;
    /* An alias may itself hold a "+"; it stands for itself before it is a detail of another. */
    queue = find_canonical(queues, canonical);
    if (queue == NULL && subaddressing && address_split_detail(canonical, &base, &detail))
        queue = find_canonical(queues, base);
    if (queue != NULL && detail_out != NULL)
        *detail_out = g_steal_pointer(&detail);
    return queue;
}

const QueueConfig *
config_queue_for_address(const Config *config, const char *address, char **detail_out)
{
    return queues_find_address(config->queues, config->gateway.subaddressing, address, detail_out);
}

char *
config_find_file(const char *directory, const char *folder, const char *name)
{
    g_autofree char *beside = g_canonicalize_filename(name, directory);

    if (g_path_is_absolute(name) || g_file_test(beside, G_FILE_TEST_EXISTS))
        return g_steal_pointer(&beside);
    return g_build_filename(directory, folder, name, NULL);
}
