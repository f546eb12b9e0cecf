/*
 * facts.c - the ownership of facts, and finding one among them
 */
#include "ticket/facts.h"

#include <string.h>

FactsRequest *
facts_request_new(void)
{
    FactsRequest *request = g_new0(FactsRequest, 1);

    request->references = g_ptr_array_new_with_free_func(g_free);
    request->token_tickets = g_array_new(FALSE, FALSE, sizeof(gint64));
    request->buckets = g_ptr_array_new_with_free_func((GDestroyNotify) bucket_free);
    request->elsewhere_keys = g_byte_array_new();
    request->images = g_byte_array_new();
    return request;
}

void
facts_request_free(FactsRequest *request)
{
    if (request == NULL)
        return;
    g_free(request->sender);
    g_free(request->sender_name);
    g_free(request->sender_domain);
    g_free(request->queue);
    g_free(request->message_id);
    g_ptr_array_unref(request->references);
    g_array_unref(request->token_tickets);
    g_ptr_array_unref(request->buckets);
    g_byte_array_unref(request->elsewhere_keys);
    g_byte_array_unref(request->images);
    g_free(request->envelope);
    g_free(request->original_id);
    g_free(request->help_language);
    g_free(request->help_text);
    g_free(request);
}

Facts *
facts_new(void)
{
    Facts *facts = g_new0(Facts, 1);

    facts->tickets = g_ptr_array_new_with_free_func((GDestroyNotify) fact_ticket_free);
    facts->references = g_ptr_array_new_with_free_func((GDestroyNotify) fact_reference_free);
    facts->buckets = g_ptr_array_new_with_free_func((GDestroyNotify) bucket_free);
    facts->seen_images = g_byte_array_new();
    facts->open_before = g_ptr_array_new_with_free_func((GDestroyNotify) fact_open_free);
    facts->help_articles = g_ptr_array_new_with_free_func((GDestroyNotify) fact_help_free);
    facts->persons = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) facts_free);
    facts->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return facts;
}

void
facts_free(Facts *facts)
{
    if (facts == NULL)
        return;
    g_ptr_array_unref(facts->tickets);
    g_ptr_array_unref(facts->references);
    g_ptr_array_unref(facts->buckets);
    g_byte_array_unref(facts->seen_images);
    g_ptr_array_unref(facts->help_articles);
    g_ptr_array_unref(facts->open_before);
    g_free(facts->solved_path);
    g_free(facts->person_language);
    g_free(facts->organisation);
    g_free(facts->tier);
    g_free(facts->number);
    g_clear_pointer(&facts->tags, g_ptr_array_unref);
    g_clear_pointer(&facts->fields, g_hash_table_unref);
    g_hash_table_unref(facts->answers);
    g_hash_table_unref(facts->persons);
    g_free(facts->mail.kind);
    g_free(facts->mail.recipient);
    g_free(facts->mail.state);
    g_free(facts);
}

Bucket *
bucket_new(char *key, gint64 count, gint64 seconds)
{
    Bucket *bucket = g_new0(Bucket, 1);

    bucket->key = key;
    bucket->count = count;
    bucket->seconds = seconds;
    return bucket;
}

void
bucket_free(Bucket *bucket)
{
    if (bucket == NULL)
        return;
    g_free(bucket->key);
    g_free(bucket);
}

void
fact_ticket_free(FactTicket *ticket)
{
    if (ticket == NULL)
        return;
    g_free(ticket->queue);
    g_free(ticket->subject);
    g_free(ticket->priority);
    g_free(ticket->assignee);
    g_free(ticket->requester_address);
    g_free(ticket->language);
    g_free(ticket->target);
    g_clear_pointer(&ticket->tags, g_ptr_array_unref);
    g_clear_pointer(&ticket->fields, g_hash_table_unref);
    g_free(ticket);
}

void
fact_open_free(FactOpen *open)
{
    if (open == NULL)
        return;
    g_free(open->subject);
    g_free(open);
}

void
fact_help_free(FactHelp *help)
{
    if (help == NULL)
        return;
    g_free(help->path);
    g_free(help->title);
    g_free(help->url);
    g_free(help->summary);
    g_free(help);
}

void
fact_reference_free(FactReference *reference)
{
    if (reference == NULL)
        return;
    g_free(reference->message_id);
    g_free(reference);
}

const FactTicket *
facts_ticket(const Facts *facts, gint64 reference)
{
    const FactTicket *merged = NULL;

    /* 0 stands for "none" everywhere, also in merged_from. */
    if (reference == 0)
        return NULL;
    for (guint i = 0; i < facts->tickets->len; i++) {
        const FactTicket *ticket = facts->tickets->pdata[i];

        if (ticket->reference == reference)
            return ticket;
        if (ticket->merged_from == reference && merged == NULL)
            merged = ticket;
    }
    return merged;
}

const Bucket *
facts_bucket(const Facts *facts, const char *key)
{
    for (guint i = 0; i < facts->buckets->len; i++) {
        const Bucket *bucket = facts->buckets->pdata[i];

        if (strcmp(bucket->key, key) == 0)
            return bucket;
    }
    return NULL;
}

gboolean
facts_image_was_seen(const Facts *facts, const guint8 sha256[32])
{
    for (guint at = 0; at + 32 <= facts->seen_images->len; at += 32)
        if (memcmp(facts->seen_images->data + at, sha256, 32) == 0)
            return TRUE;
    return FALSE;
}

FactNeed *
fact_need_new(FactNeedKind kind, const char *text, const char *queue)
{
    FactNeed *need = g_new0(FactNeed, 1);

    need->kind = kind;
    need->text = g_strdup(text);
    need->queue = g_strdup(queue);
    return need;
}

void
fact_need_free(FactNeed *need)
{
    if (need == NULL)
        return;
    g_free(need->text);
    g_free(need->queue);
    facts_request_free(need->request);
    g_free(need);
}

const char *
fact_need_kind_name(FactNeedKind kind)
{
    static const char *const names[] = { [NEED_AGENT] = "agent", [NEED_CORRELATED] = "correlated", [NEED_LISTED] = "listed",
                                         [NEED_SEEN] = "seen", [NEED_PERSON] = "person" };

    G_STATIC_ASSERT(G_N_ELEMENTS(names) == N_NEEDS);
    g_assert((gsize) kind < N_NEEDS);
    return names[kind];
}

char *
fact_need_key(const FactNeed *need)
{
    const char *kind = fact_need_kind_name(need->kind);

    /* No queue's name holds a colon, and no address begins with one. */
    return need->queue != NULL ? g_strdup_printf("%s:%s:%s", kind, need->queue, need->text)
                               : g_strdup_printf("%s:%s", kind, need->text);
}

void
facts_answer(Facts *facts, const FactNeed *need, gint64 number)
{
    g_hash_table_replace(facts->answers, fact_need_key(need), g_memdup2(&number, sizeof number));
}

void
facts_answer_person(Facts *facts, const FactNeed *need, Facts *person)
{
    facts_answer(facts, need, person->person);
    g_hash_table_replace(facts->persons, g_strdup(need->text), person);
}

const Facts *
facts_person(const Facts *facts, const char *address)
{
    return g_hash_table_lookup(facts->persons, address);
}

gboolean
facts_find_answer(const Facts *facts, const FactNeed *need, gint64 *number_out)
{
    g_autofree char *key = fact_need_key(need);
    const gint64 *number = g_hash_table_lookup(facts->answers, key);

    if (number == NULL)
        return FALSE;
    *number_out = *number;
    return TRUE;
}
