/*
 * decide-prepare.c - read from a message what the store has to be asked, and which conversations it belongs to
 */
#include <string.h>

#include "base/address.h"
#include "base/hash.h"
#include "gateway/decide-private.h"
#include "gateway/help-file.h"
#include "message/content-key.h"
#include "message/silence.h"

MessageOptions
decide_message_options(const DecideSettings *settings, const char *queue)
{
    const QueueConfig *configured = queues_find_name(settings->queues, queue);

    return (MessageOptions) { .queue = queue, .authserv_id = settings->authserv_id,
                              .default_charset = configured != NULL ? configured->charset : NULL,
                              .details = settings->rules != NULL && sieve_script_wants_details(settings->rules->script) };
}

static const char *
detail_of(const Arrival *arrival, char **owned_out)
{
    g_autofree char *base = NULL;

    *owned_out = NULL;
    if (arrival->recipient != NULL)
        address_split_detail(arrival->recipient, &base, owned_out);
    return *owned_out;
}

/*
 * The keys under which mails of one conversation meet, so that two workers never decide on one at the same time: Message-ID, In-Reply-To, the first and the last two References, and the
 * content. A mail without Message-ID takes its raw row instead: copies of it for several queues meet there.
 */
static void
add_lock(Prepared *prepared, const char *kind, const void *bytes, gsize length)
{
    g_autofree char *text = g_strdup_printf("%s:", kind);
    g_autoptr(GByteArray) key = g_byte_array_new();
    gint64 lock;

    if (prepared->n_locks == LIMIT_CONVERSATION_KEYS)
        return;
    g_byte_array_append(key, (const guint8 *) text, (guint) strlen(text));
    g_byte_array_append(key, bytes, (guint) length);
    lock = hash_key64(key->data, key->len);
    for (guint i = 0; i < prepared->n_locks; i++)
        if (prepared->locks[i] == lock)
            return;
    prepared->locks[prepared->n_locks++] = lock;
}

static void
add_id_lock(Prepared *prepared, const GPtrArray *ids, guint index)
{
    const char *id = g_ptr_array_index(ids, index);

    add_lock(prepared, "id", id, strlen(id));
}

static void
collect_locks(Prepared *prepared, const Message *message, const Arrival *arrival)
{
    guint n = message->references->len;

    add_lock(prepared, "content", message->content_key, sizeof message->content_key);
    if (message->message_id != NULL)
        add_lock(prepared, "id", message->message_id, strlen(message->message_id));
    else
        add_lock(prepared, "raw", &arrival->raw, sizeof arrival->raw);
    if (message->in_reply_to->len > 0)
        add_id_lock(prepared, message->in_reply_to, 0);
    if (n > 0)
        add_id_lock(prepared, message->references, 0);
    if (n > 1)
        add_id_lock(prepared, message->references, n - 1);
    if (n > 2)
        add_id_lock(prepared, message->references, n - 2);
}

static void
ask_about_sender(FactsRequest *request, const Message *message, const DecideSettings *settings)
{
    g_autofree char *address = NULL;
    const MessageAddress *from;

    /* Two From fields are no identity: every reader on the way may have believed in another one. */
    if (message->from->len == 0 || message->from_fields > 1)
        return;
    from = g_ptr_array_index(message->from, 0);
    if (!address_is_valid(from->address))
        return;
    address = address_canonical(from->address);
    if (address != NULL)
        decide_ask_about_person(request, address, from->name, settings);
}

void
decide_ask_about_person(FactsRequest *request, const char *address, const char *name, const DecideSettings *settings)
{
    const LimitsConfig *limits = settings->limits;

    request->sender = g_strdup(address);
    request->sender_name = g_strdup(name);
    request->sender_domain = g_strdup(address_domain(address));
    g_ptr_array_add(request->buckets,
                    bucket_new(g_strdup_printf("tickets:person:%s", request->sender),
                               limits->tickets_per_sender.count, limits->tickets_per_sender.seconds));
    g_ptr_array_add(request->buckets,
                    bucket_new(g_strdup_printf("tickets:domain:%s", request->sender_domain),
                               limits->tickets_per_domain.count, limits->tickets_per_domain.seconds));
}

static gboolean
take_original(FactsRequest *request, const char *id, const DecideSettings *settings, gint64 now)
{
    Token token;

    if (id == NULL || !token_parse(settings->keys, id, now, &token, NULL))
        return FALSE;
    request->original_id = g_strdup(id);
    g_array_append_val(request->token_tickets, token.reference);
    return TRUE;
}

/*
 * A report names the mail it is about; if that was ours, its Message-ID carries a token. Some mail systems return no header of it and name it as
 * what the report answers.
 */
static void
ask_about_original(FactsRequest *request, const Message *message, const DecideSettings *settings, gint64 now)
{
    const GPtrArray *lists[] = { message->in_reply_to, message->references };

    if (!decide_is_report(message)
        || (message->report != NULL && take_original(request, message->report->original_message_id, settings, now)))
        return;
    for (gsize l = 0; l < G_N_ELEMENTS(lists); l++)
        for (guint i = lists[l]->len; i > 0; i--)
            if (take_original(request, g_ptr_array_index(lists[l], i - 1), settings, now))
                return;
}

/* A logo in a signature comes with every mail of a person; only what is shown inside the text can be one. */
static void
ask_about_images(FactsRequest *request, const Message *message)
{
    for (guint i = 0; i < message->parts->len && request->images->len < LIMIT_IMAGES_PER_MAIL * 32; i++) {
        const MessagePart *part = g_ptr_array_index(message->parts, i);

        if (decide_is_inline_image(part))
            g_byte_array_append(request->images, part->sha256, sizeof part->sha256);
    }
}

/* Only where an acknowledgement may say what was found: rules that want one where the queue does not are asked too late. */
static void
ask_about_help(Prepared *prepared, const Message *message, const Arrival *arrival, const DecideSettings *settings)
{
    const QueueConfig *queue = queues_find_name(settings->queues, arrival->queue);
    const char *language = message->language != NULL || queue == NULL ? message->language : queue->language;

    if (queue == NULL || !queue->acknowledge || arrival->quiet || message->class_ != CLASS_HUMAN || language == NULL
        || prepared->silence != NULL || prepared->thread->tokens->len > 0 || prepared->solved.reference != 0 || prepared->rated.reference != 0)
        return;
    prepared->request->help_language = g_strdup(language);
    prepared->request->help_text = help_text(prepared->thread->subject, message->reply);
}

/* Whoever may be somebody else is not told what the sender wrote before. */
static void
ask_about_open(Prepared *prepared, const Message *message, const Arrival *arrival, const DecideSettings *settings)
{
    const QueueConfig *queue = queues_find_name(settings->queues, arrival->queue);

    prepared->request->wants_open = queue != NULL && queue->acknowledge && !arrival->quiet && message->class_ == CLASS_HUMAN
                                    && prepared->request->sender != NULL && prepared->silence == NULL && prepared->thread->tokens->len == 0
                                    && decide_sender_standing(message, arrival) == SENDER_PASSED;
}

gboolean
decide_is_inline_image(const MessagePart *part)
{
    const char *type = part->detected_type != NULL ? part->detected_type : part->type;

    return part->attachment && part->leaf && part->is_inline && type != NULL && g_str_has_prefix(type, "image/");
}

/* Where a link puts its token: in the address, or in the subject. */
static void
find_solved(Prepared *prepared, const Message *message, const char *detail, const DecideSettings *settings, gint64 now)
{
    SolvedToken *token = &prepared->solved;

    if ((detail == NULL || !token_find_solved(settings->keys, detail, now, token))
        && (message->subject == NULL || !token_find_solved(settings->keys, message->subject, now, token)))
        return;
    g_array_append_val(prepared->request->token_tickets, token->reference);
    prepared->request->solved_article = token->article;
}

static void
find_rated(Prepared *prepared, const Message *message, const char *detail, const DecideSettings *settings, gint64 now)
{
    RatedToken *token = &prepared->rated;

    if ((detail != NULL && token_find_rated(settings->keys, detail, now, token))
        || (message->subject != NULL && token_find_rated(settings->keys, message->subject, now, token)))
        g_array_append_val(prepared->request->token_tickets, token->reference);
}

static void
ask_about_tickets(FactsRequest *request, const ThreadKeys *thread, const Message *message)
{
    request->message_id = g_strdup(message->message_id);
    for (guint i = 0; i < thread->references->len; i++)
        g_ptr_array_add(request->references, g_strdup(g_ptr_array_index(thread->references, i)));
    for (guint i = 0; i < thread->tokens->len; i++) {
        const ThreadToken *found = &g_array_index(thread->tokens, ThreadToken, i);

        g_array_append_val(request->token_tickets, found->token.reference);
    }
    request->tag_ticket = thread->tag;
}

Prepared *
decide_prepare(const Message *message, const Arrival *arrival, const DecideSettings *settings, gint64 now)
{
    const char *loop_ids[] = { settings->host, NULL };
    ThreadSettings thread = { settings->name, settings->old_tags, settings->host, settings->keys, now };
    Prepared *prepared = g_new0(Prepared, 1);
    FactsRequest *request = facts_request_new();
    g_autofree char *detail = NULL;

    detail_of(arrival, &detail);
    prepared->request = request;
    prepared->thread = thread_keys_new(message, detail, &thread);
    prepared->envelope_sender = g_strdup(arrival->sender != NULL ? arrival->sender : message->return_path);
    prepared->silence = message_silence(message, prepared->envelope_sender, loop_ids);
    prepared->silence_of_form = message_silence_of_form(message, prepared->envelope_sender, loop_ids);
    prepared->to_bounces = settings_is_bounce_domain(settings->bounce_domain, arrival->recipient);
    collect_locks(prepared, message, arrival);

    request->inbound = arrival->inbound;
    request->raw = arrival->raw;
    request->queue = g_strdup(arrival->queue);
    memcpy(request->content_key, message->content_key, sizeof request->content_key);
    request->content_key_expires = message->message_id == NULL && !message->has_date;
    ask_about_sender(request, message, settings);
    if (settings->rules != NULL && settings->rules_config->redirects > 0)
        redirect_buckets(request->buckets, request->sender, settings->rules_config);
    ask_about_tickets(request, prepared->thread, message);
    find_solved(prepared, message, detail, settings, now);
    find_rated(prepared, message, detail, settings, now);
    ask_about_original(request, message, settings, now);
    ask_about_images(request, message);
    ask_about_help(prepared, message, arrival, settings);
    ask_about_open(prepared, message, arrival, settings);
    request->envelope = prepared->envelope_sender != NULL ? address_canonical(prepared->envelope_sender) : NULL;
    request->bounce_outbox = settings_bounced_mail(settings, arrival->recipient, now);
    prepared->to_bounces = prepared->to_bounces || request->bounce_outbox != 0;
    return prepared;
}

static void
ask_bucket_once(FactsRequest *request, char *key, Rate rate)
{
    for (guint i = 0; i < request->buckets->len; i++)
        if (g_str_equal(((Bucket *) g_ptr_array_index(request->buckets, i))->key, key)) {
            g_free(key);
            return;
        }
    g_ptr_array_add(request->buckets, bucket_new(key, rate.count, rate.seconds));
}

gboolean
decide_needs_more(Prepared *prepared, const Facts *facts, const DecideSettings *settings)
{
    guint before = prepared->request->buckets->len;

    for (guint i = 0; i < facts->tickets->len; i++) {
        const FactTicket *ticket = g_ptr_array_index(facts->tickets, i);

        if (ticket->status != TICKET_RESOLVED && ticket->status != TICKET_CLOSED)
            continue;
        ask_bucket_once(prepared->request, reopen_bucket_key(ticket->reference, 'h'),
                        settings->limits->reopen_per_hour);
        ask_bucket_once(prepared->request, reopen_bucket_key(ticket->reference, 'd'),
                        settings->limits->reopen_per_day);
    }
    return prepared->request->buckets->len > before;
}

void
decide_ask_elsewhere(Prepared *prepared, GBytes *bytes, const Arrival *arrival, const DecideSettings *settings)
{
    const GPtrArray *queues = settings->queues;

    for (guint i = 0; i < queues->len; i++) {
        const QueueConfig *queue = g_ptr_array_index(queues, i);
        guint8 key[32];

        if (g_str_equal(queue->name, arrival->queue))
            continue;
        content_key(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), queue->name, key, NULL);
        g_byte_array_append(prepared->request->elsewhere_keys, key, sizeof key);
    }
}

void
prepared_free(Prepared *prepared)
{
    if (prepared == NULL)
        return;
    thread_keys_free(prepared->thread);
    facts_request_free(prepared->request);
    g_free(prepared->envelope_sender);
    g_free(prepared->silence);
    g_free(prepared->silence_of_form);
    g_free(prepared);
}
