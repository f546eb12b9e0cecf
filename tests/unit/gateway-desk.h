/*
 * gateway-desk.h - a desk that decides without a database: settings, one arrival, and what the store would have said
 *
 * The mail is parsed for real; the sender is person SENDER unless the facts say otherwise; every token bucket is full unless a test
 * emptied it (desk_fill()).
 */
#pragma once

#include "gateway/decide-private.h"

#include <string.h>

#include "message/compose.h"

#define SENDER    77
#define NEW       1042          /* the reference that a new ticket gets */
#define DESK_NOW  G_GINT64_CONSTANT(1700000000000000)
#define DESK_DAY  (G_GINT64_CONSTANT(86400) * G_USEC_PER_SEC)

typedef struct {
    QueueConfig       support, billing;
    GPtrArray        *queues;
    LimitsConfig      limits;
    AcknowledgeConfig acknowledge;
    RulesConfig       rules_config;
    WebhookConfig     pager;
    GPtrArray        *webhooks;
    TokenKeys        *keys;
    TemplateSet      *templates;
    DecideSettings    settings;
    Arrival           arrival;
    Facts            *facts;
    GPtrArray        *fillings;      /* Bucket *: prefix of a key, and what it holds */
    GBytes           *bytes;
    Message          *message;
    Prepared         *prepared;
    Decision         *decision;
} Desk;

static inline void
desk_configure(Desk *desk)
{
    static const char *const no_tags[] = { NULL };

    desk->support = (QueueConfig) { .name = (char *) "support", .address = (char *) "support@example.com",
                                    .reopen_days = 14, .acknowledge = TRUE, .acknowledge_reopened = TRUE,
                                    .acknowledge_closed = TRUE, .acknowledge_refused = TRUE };
    desk->billing = (QueueConfig) { .name = (char *) "billing", .address = (char *) "billing@example.com",
                                    .reopen_days = 14, .acknowledge = TRUE, .acknowledge_reopened = TRUE,
                                    .acknowledge_closed = TRUE, .acknowledge_refused = TRUE };
    g_ptr_array_add(desk->queues, &desk->support);
    g_ptr_array_add(desk->queues, &desk->billing);
    desk->limits = (LimitsConfig) { .tickets_per_sender = { 30, 3600 }, .tickets_per_domain = { 300, 3600 },
                                    .agent_mails_hour = { 600, 3600 },
                                    .reopen_per_hour = { 3, 3600 }, .reopen_per_day = { 10, 86400 } };
    desk->acknowledge = (AcknowledgeConfig) { .envelope_sender = (char *) "", .per_sender_hour = { 3, 3600 },
                                              .per_sender_day = { 10, 86400 }, .per_domain_hour = { 30, 3600 },
                                              .per_ticket_hour = { 3, 3600 }, .total_hour = { 1000, 3600 },
                                              .max_age_seconds = 86400 };
    desk->rules_config = (RulesConfig) { .on_message = (char *) "main.sieve", .redirects = 2, .redirects_hour = { 600, 3600 },
                                         .redirects_sender_hour = { 30, 3600 }, .notifications_hour = { 60, 3600 } };
    desk->pager = (WebhookConfig) { .name = (char *) "pager", .life_seconds = 86400, .per_hour = { 600, 3600 } };
    g_ptr_array_add(desk->webhooks, &desk->pager);
    desk->settings = (DecideSettings) { .name = "Northwind", .host = "desk.example.com", .old_tags = no_tags,
                                        .authserv_id = "mx.example.com", .queues = desk->queues,
                                        .limits = &desk->limits, .acknowledge = &desk->acknowledge,
                                        .automatic_life_seconds = 14400, .reply_life_seconds = 259200,
                                        .rules_config = &desk->rules_config, .webhooks = desk->webhooks, .keys = desk->keys,
                                        .templates = desk->templates };
}

static inline Desk *
desk_new(void)
{
    Desk *desk = g_new0(Desk, 1);
    guint8 secret[TOKEN_KEY_BYTES];

    memset(secret, 7, sizeof secret);
    desk->keys = token_keys_new();
    token_keys_add(desk->keys, 3, secret, 0);
    desk->queues = g_ptr_array_new();
    desk->webhooks = g_ptr_array_new();
    desk->fillings = g_ptr_array_new_with_free_func((GDestroyNotify) bucket_free);
    desk->facts = facts_new();
    desk->facts->person = SENDER;
    desk->templates = template_set_load(NULL, NULL);
    desk_configure(desk);
    desk->arrival = (Arrival) { .inbound = 5, .raw = 4, .received_at = DESK_NOW - G_USEC_PER_SEC,
                                .sender = "anna@client.example.net", .recipient = "support@example.com",
                                .queue = "support" };
    return desk;
}

static inline void
desk_free(Desk *desk)
{
    decision_free(desk->decision);
    prepared_free(desk->prepared);
    message_free(desk->message);
    g_clear_pointer(&desk->bytes, g_bytes_unref);
    facts_free(desk->facts);
    token_keys_free(desk->keys);
    template_set_free(desk->templates);
    g_ptr_array_unref(desk->fillings);
    g_ptr_array_unref(desk->queues);
    g_ptr_array_unref(desk->webhooks);
    g_free(desk);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Desk, desk_free)

/* Buckets whose keys begin with prefix hold so much. */
static inline void
desk_fill(Desk *desk, const char *prefix, double tokens)
{
    Bucket *filling = bucket_new(g_strdup(prefix), 0, 1);

    filling->tokens = tokens;
    g_ptr_array_add(desk->fillings, filling);
}

static inline FactTicket *
desk_add_ticket(Desk *desk, gint64 reference, TicketStatus status, gboolean takes_part)
{
    FactTicket *ticket = g_new0(FactTicket, 1);

    ticket->reference = reference;
    ticket->queue = g_strdup("support");
    ticket->status = status;
    ticket->subject = g_strdup("Printer on fire");
    ticket->sender_takes_part = ticket->sender_is_requester = takes_part;
    ticket->changed_at = status >= TICKET_RESOLVED ? DESK_NOW - DESK_DAY : 0;
    g_ptr_array_add(desk->facts->tickets, ticket);
    return ticket;
}

static inline void
desk_add_reference(Desk *desk, const char *id, gint64 ticket, gboolean automatic)
{
    FactReference *reference = g_new0(FactReference, 1);

    reference->message_id = g_strdup(id);
    reference->ticket = ticket;
    reference->seen = TRUE;
    reference->ours = TRUE;
    reference->automatic = automatic;
    g_ptr_array_add(desk->facts->references, reference);
}

static inline char *
desk_token(const Desk *desk, gint64 ticket, gint64 person, TokenPurpose purpose)
{
    const Token token = { ticket, person, purpose };

    return token_format(desk->keys, &token);
}

static inline void
desk_fill_buckets(Desk *desk)
{
    g_ptr_array_set_size(desk->facts->buckets, 0);
    for (guint i = 0; i < desk->prepared->request->buckets->len; i++) {
        const Bucket *asked = g_ptr_array_index(desk->prepared->request->buckets, i);
        Bucket *bucket = bucket_new(g_strdup(asked->key), asked->count, asked->seconds);

        bucket->tokens = (double) asked->count;
        for (guint k = 0; k < desk->fillings->len; k++) {
            const Bucket *filling = g_ptr_array_index(desk->fillings, k);

            if (g_str_has_prefix(bucket->key, filling->key))
                bucket->tokens = filling->tokens;
        }
        g_ptr_array_add(desk->facts->buckets, bucket);
    }
}

/* Decides on a mail with LF line ends, as the worker would at that moment. */
static inline const Decision *
desk_decide_at(Desk *desk, const char *mail, gint64 now)
{
    const MessageOptions options = { .queue = desk->arrival.queue, .authserv_id = desk->settings.authserv_id };
    const DecideIds ids = { NEW, { 1, 2, 3 }, { 9, 10, 11 } };

    decision_free(desk->decision);
    prepared_free(desk->prepared);
    message_free(desk->message);
    g_clear_pointer(&desk->bytes, g_bytes_unref);
    desk->bytes = g_bytes_new(mail, strlen(mail));
    desk->arrival.bytes = desk->bytes;
    desk->message = message_parse((const guint8 *) mail, strlen(mail), &options);
    desk->prepared = decide_prepare(desk->message, &desk->arrival, &desk->settings, now);
    desk_fill_buckets(desk);
    if (decide_needs_more(desk->prepared, desk->facts, &desk->settings))
        desk_fill_buckets(desk);
    desk->decision = decide(desk->message, &desk->arrival, desk->prepared, desk->facts, &desk->settings, now, &ids);
    return desk->decision;
}

static inline const Decision *
desk_decide(Desk *desk, const char *mail)
{
    return desk_decide_at(desk, mail, DESK_NOW);
}

/* A customer's mail; more: header lines, each with its line end. */
static inline char *
desk_mail(const char *more)
{
    return g_strdup_printf("%s"
                           "Message-ID: <m1@client.example.net>\n"
                           "%s%s%s%s\n"
                           "Hello, it does not work.\n",
                           more, strstr(more, "Date:") != NULL ? "" : "Date: Tue, 14 Nov 2023 22:13:00 +0000\n",
                           strstr(more, "From:") != NULL ? "" : "From: Anna Kos <anna@client.example.net>\n",
                           strstr(more, "To: ") == more || strstr(more, "\nTo: ") != NULL ? "" : "To: support@example.com\n",
                           strstr(more, "Subject:") != NULL ? "" : "Subject: Printer\n");
}

static inline const Effect *
desk_effect(const Desk *desk, EffectKind kind, guint n)
{
    for (guint i = 0; i < desk->decision->effects->len; i++) {
        const Effect *effect = g_ptr_array_index(desk->decision->effects, i);

        if (effect->kind == kind && n-- == 0)
            return effect;
    }
    return NULL;
}

static inline guint
desk_count(const Desk *desk, EffectKind kind)
{
    guint n = 0;

    while (desk_effect(desk, kind, n) != NULL)
        n++;
    return n;
}

static inline gboolean
desk_has_event(const Desk *desk, const char *kind)
{
    const Effect *event;

    for (guint i = 0; (event = desk_effect(desk, EFFECT_EVENT, i)) != NULL; i++)
        if (g_str_equal(event->small.text, kind))
            return TRUE;
    return FALSE;
}

static inline gboolean
desk_takes(const Desk *desk, const char *prefix)
{
    const Effect *take;

    for (guint i = 0; (take = desk_effect(desk, EFFECT_TAKE, i)) != NULL; i++)
        if (g_str_has_prefix(take->small.text, prefix))
            return TRUE;
    return FALSE;
}
