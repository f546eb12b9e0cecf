#include "gateway/send-webhooks-private.h"

#include <string.h>

#include "base/clock.h"

/* A request that took less holds nobody up. */
#define BRISK_US         (G_USEC_PER_SEC / 2)
#define REST_FIRST_US    (G_USEC_PER_SEC / 2)
#define REST_LAST_US     (60 * G_USEC_PER_SEC)
/* For all of a webhook's notifications; that of one is bounded in send.c. */
#define RETRY_AFTER_MOST 600

typedef struct {
    char    *name;
    Webhook *webhook;
    gint64   rests_until;       /* monotonic */
    guint    failures;          /* in a row */
} Entry;

struct SendWebhooks {
    GPtrArray *entries;         /* Entry * */
    GPtrArray *resting;         /* const char *, and NULL at the end */
};

static void
entry_free(gpointer data)
{
    Entry *entry = data;

    g_free(entry->name);
    webhook_free(entry->webhook);
    g_free(entry);
}

SendWebhooks *
send_webhooks_new(const GPtrArray *settings, GError **error)
{
    g_autoptr(SendWebhooks) webhooks = g_new0(SendWebhooks, 1);

    webhooks->entries = g_ptr_array_new_with_free_func(entry_free);
    webhooks->resting = g_ptr_array_new();
    for (guint i = 0; i < settings->len; i++) {
        const WebhookSettings *one = g_ptr_array_index(settings, i);
        Entry *entry = g_new0(Entry, 1);

        g_ptr_array_add(webhooks->entries, entry);
        entry->name = g_strdup(one->name);
        entry->webhook = webhook_new(one, error);
        if (entry->webhook == NULL)
            return NULL;
    }
    return g_steal_pointer(&webhooks);
}

void
send_webhooks_free(SendWebhooks *webhooks)
{
    if (webhooks == NULL)
        return;
    g_ptr_array_unref(webhooks->entries);
    g_ptr_array_unref(webhooks->resting);
    g_free(webhooks);
}

const char *const *
send_webhooks_resting(SendWebhooks *webhooks, gint64 monotonic)
{
    g_ptr_array_set_size(webhooks->resting, 0);
    for (guint i = 0; i < webhooks->entries->len; i++) {
        const Entry *entry = g_ptr_array_index(webhooks->entries, i);

        if (entry->rests_until > monotonic)
            g_ptr_array_add(webhooks->resting, entry->name);
    }
    g_ptr_array_add(webhooks->resting, NULL);
    return (const char *const *) webhooks->resting->pdata;
}

/* A refusal is about one notification, and not about the server. */
static void
give_rest(Entry *entry, const Delivery *delivery, gint64 started, gint64 ended)
{
    gint64 took = ended - started, rest = took > BRISK_US ? took : 0;

    entry->failures = delivery->result == DELIVERY_DEFERRED ? MIN(entry->failures + 1, 16) : 0;
    if (entry->failures > 0)
        rest = MAX(rest, MIN(REST_LAST_US, (gint64) REST_FIRST_US << (entry->failures - 1)));
    rest = MAX(rest, MIN(delivery->retry_after_seconds, RETRY_AFTER_MOST) * G_USEC_PER_SEC);
    entry->rests_until = ended + rest;
}

static Entry *
find(const SendWebhooks *webhooks, const char *name)
{
    for (guint i = 0; i < webhooks->entries->len; i++) {
        Entry *entry = g_ptr_array_index(webhooks->entries, i);

        if (strcmp(entry->name, name) == 0)
            return entry;
    }
    return NULL;
}

void
send_webhooks_deliver(SendWebhooks *webhooks, const OutboxRow *row, Delivery *delivery_out)
{
    Entry *entry = find(webhooks, row->recipient);
    gint64 started = clock_monotonic();

    if (entry == NULL) {
        *delivery_out = (Delivery) { .result = DELIVERY_REJECTED, .alarm = TRUE,
                                     .text = g_strdup_printf("there is no [webhook %s] in the configuration", row->recipient) };
        return;
    }
    webhook_deliver(entry->webhook, row->message_id, row->bytes, clock_now(), delivery_out);
    give_rest(entry, delivery_out, started, clock_monotonic());
}
