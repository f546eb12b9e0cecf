/*
 * decide-rules-webhook.c - a webhook is told of a message (enotify with "webhook:NAME")
 *
 * What is posted is fixed here, with its id: each attempt says the same. Automatic mail is told of, too: a monitoring system's alarm is what a pager is for, and
 * nothing that a webhook answers becomes a mail. How much of it there may be is said by the webhook's own limit.
 */
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "gateway/decide-private.h"

static const char *
option(const SieveAction *action, const char *name)
{
    return action->options != NULL ? g_hash_table_lookup(action->options, name) : NULL;
}

static json_t *
short_text(const char *text, gsize most)
{
    g_autofree char *clean = text != NULL ? text_sanitise(text, strlen(text)) : NULL;
    g_autofree char *cut = clean != NULL ? text_cut(clean, most) : NULL;

    return json_text(cut);
}

/* What ":options" says. */
static json_t *
options_of(const SieveAction *action)
{
    static const char prefix[] = "option.";
    json_t *object = json_object();
    GHashTableIter each;
    gpointer name, value;

    if (action->options == NULL)
        return object;
    g_hash_table_iter_init(&each, action->options);
    while (g_hash_table_iter_next(&each, &name, &value))
        if (g_str_has_prefix(name, prefix))
            json_object_set_new(object, (const char *) name + strlen(prefix), short_text(value, LIMIT_TICKET_VALUE));
    return object;
}

static json_t *
rule_of(const SieveAction *action)
{
    json_t *object = json_object();

    json_object_set_new(object, "file", json_text(action->file));
    json_object_set_new(object, "line", json_integer((json_int_t) action->line));
    json_object_set_new(object, "name", json_text(action->rule));
    return object;
}

static json_t *
mail_of(const Message *message)
{
    const MessageAddress *from = message->from->len > 0 ? g_ptr_array_index(message->from, 0) : NULL;
    json_t *object = json_object();

    json_object_set_new(object, "message_id", short_text(message->message_id, LIMIT_MESSAGE_ID));
    json_object_set_new(object, "from", short_text(from != NULL ? from->address : NULL, LIMIT_TICKET_VALUE));
    json_object_set_new(object, "from_name", short_text(from != NULL ? from->name : NULL, LIMIT_TICKET_VALUE));
    json_object_set_new(object, "subject", short_text(message->subject, LIMIT_TICKET_VALUE));
    json_object_set_new(object, "class", json_text(message_class_name(message->class_)));
    json_object_set_new(object, "language", json_text(message->language));
    json_object_set_new(object, "date", json_time(message->date));
    return object;
}

static json_t *
target_of(const TargetNotice *notice)
{
    json_t *object = json_object();

    json_object_set_new(object, "kind", json_text(notice->kind));
    json_object_set_new(object, "policy", json_text(notice->policy));
    json_object_set_new(object, "overdue", json_boolean(notice->overdue));
    json_object_set_new(object, "due", json_time(notice->due));
    json_object_set_new(object, "left", json_integer(notice->left));
    json_object_set_new(object, "elapsed_percent", json_integer(notice->elapsed_percent));
    return object;
}

static GBytes *
body_of(const Deciding *d, const SieveAction *action, gint64 ticket, const char *id)
{
    const char *message = option(action, "message"), *importance = option(action, "importance");
    const char *filed = decide_ruling_queue(d);
    g_autoptr(Json) object = json_object();
    char *text;

    json_object_set_new(object, "id", json_text(id));
    json_object_set_new(object, "time", json_time(d->now));
    json_object_set_new(object, "event", json_text(d->notice != NULL ? "target" : "notify"));
    json_object_set_new(object, "webhook", json_text(action->value));
    json_object_set_new(object, "message", short_text(message != NULL ? message : d->message->subject, LIMIT_NOTE));
    json_object_set_new(object, "importance", json_integer(importance != NULL ? *importance - '0' : 2));
    json_object_set_new(object, "options", options_of(action));
    json_object_set_new(object, "rule", rule_of(action));
    json_object_set_new(object, "ticket", ticket != 0 ? json_integer(ticket) : json_null());
    json_object_set_new(object, "new", json_boolean(ticket != 0 && ticket == d->ids->reference));
    json_object_set_new(object, "queue", json_text(filed != NULL ? filed : d->arrival->queue));
    json_object_set_new(object, "mail", d->notice == NULL ? mail_of(d->message) : json_null());
    json_object_set_new(object, "target", d->notice != NULL ? target_of(d->notice) : json_null());
    text = json_format(object, FALSE);
    return g_bytes_new_take(text, strlen(text));
}

static guint
count_calls(const Decision *decision)
{
    guint n = 0;

    for (guint i = 0; i < decision->effects->len; i++) {
        const Effect *effect = g_ptr_array_index(decision->effects, i);

        n += effect->kind == EFFECT_MAIL && g_str_equal(effect->mail.kind, "webhook");
    }
    return n;
}

const char *
decide_notify_webhook(Deciding *d, const SieveAction *action, gint64 ticket)
{
    const WebhookConfig *webhook = webhooks_find_name(d->settings->webhooks, action->value);
    Effect *effect;

    if (webhook == NULL)
        return "there is no such webhook";
    if (d->arrival->quiet)
        return "imported quietly";
    if (count_calls(d->decision) >= LIMIT_NOTIFICATIONS)
        return "one message causes no more notifications";
    effect = decision_add(d->decision, EFFECT_MAIL, ruling_place(action));
    effect->mail.kind = g_strdup("webhook");
    effect->mail.ticket = ticket;
    effect->mail.envelope_sender = g_strdup("");
    effect->mail.recipient = g_strdup(webhook->name);
    effect->mail.message_id = decide_message_id(d, NULL);
    effect->mail.bytes = body_of(d, action, ticket, effect->mail.message_id);
    effect->mail.expires = d->now + webhook->life_seconds * G_USEC_PER_SEC;
    g_ptr_array_add(effect->mail.buckets,
                    bucket_new(g_strdup_printf("webhook:%s:h", webhook->name), webhook->per_hour.count, webhook->per_hour.seconds));
    return NULL;
}
