/*
 * work-facts.c - what is known about a batch of messages, in one round trip
 *
 * Every question is asked once for the whole batch: its parameters are arrays, and each row of the answer begins with the number of
 * the request it belongs to. What is only read here may have changed when the decision is applied; what matters of that is
 * checked again there (work_apply.sql).
 */
#include <config.h>

#include "base/json.h"
#include "base/limits.h"
#include "store/columns-private.h"
#include "store/facts-private.h"
#include "store/help.h"
#include "store/work.h"

#include <string.h>

typedef struct {
    Columns *persons;          /* address, name                                  */
    Columns *senders;          /* address, queue, content key, inbound, envelope, article */
    Columns *raws;             /* raw, inbound, queue                            */
    Columns *elsewhere_keys;   /* n, content key                                 */
    Columns *tickets;          /* n, reference that a token or a tag names       */
    Columns *references;       /* n, Message-ID                                  */
    Columns *mails;            /* n, outbox row, Message-ID                      */
    Columns *images;           /* n, sender, SHA-256                             */
    Columns *buckets;          /* key, count, seconds                            */
    Columns *help;             /* n, language, text                              */
    Columns *open;             /* n, sender                                      */
} Questions;

/* The answers that hold facts, in the order in which they are asked. */
typedef enum {
    ANSWER_SENDERS, ANSWER_ELSEWHERE, ANSWER_REFERENCES, ANSWER_TICKETS, ANSWER_MAIL, ANSWER_IMAGES, ANSWER_BUCKETS, ANSWER_HELP, ANSWER_OPEN, N_ANSWERS
} Answer;

static void
questions_clear(Questions *questions)
{
    columns_free(questions->persons);
    columns_free(questions->senders);
    columns_free(questions->raws);
    columns_free(questions->elsewhere_keys);
    columns_free(questions->tickets);
    columns_free(questions->references);
    columns_free(questions->mails);
    columns_free(questions->images);
    columns_free(questions->buckets);
    columns_free(questions->help);
    columns_free(questions->open);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Questions, questions_clear)

static void
ask_references(Questions *questions, gint64 n, const FactsRequest *request)
{
    for (guint i = 0; i < request->references->len; i++) {
        columns_int(questions->references, n);
        columns_text(questions->references, g_ptr_array_index(request->references, i));
    }
    /* Earlier mail may have referred to this one: then it is a parent that comes late. */
    if (request->message_id != NULL
        && !g_ptr_array_find_with_equal_func(request->references, request->message_id, g_str_equal, NULL)) {
        columns_int(questions->references, n);
        columns_text(questions->references, request->message_id);
    }
}

static void
ask_tickets(Questions *questions, gint64 n, const FactsRequest *request)
{
    for (guint i = 0; i < request->token_tickets->len; i++) {
        columns_int(questions->tickets, n);
        columns_int(questions->tickets, g_array_index(request->token_tickets, gint64, i));
    }
    if (request->tag_ticket != 0) {
        columns_int(questions->tickets, n);
        columns_int(questions->tickets, request->tag_ticket);
    }
}

static void
ask_buckets(Questions *questions, const FactsRequest *request)
{
    for (guint i = 0; i < request->buckets->len; i++) {
        const Bucket *bucket = g_ptr_array_index(request->buckets, i);

        columns_text(questions->buckets, bucket->key);
        columns_double(questions->buckets, (double) bucket->count);
        columns_double(questions->buckets, (double) bucket->seconds);
    }
}

static void
ask_mail(Questions *questions, gint64 n, const FactsRequest *request)
{
    if (request->bounce_outbox == 0 && request->original_id == NULL)
        return;
    columns_int(questions->mails, n);
    columns_int_or_null(questions->mails, request->bounce_outbox);
    columns_text(questions->mails, request->original_id);
}

static void
ask_images(Questions *questions, gint64 n, const FactsRequest *request)
{
    for (guint at = 0; request->sender != NULL && at + 32 <= request->images->len; at += 32) {
        columns_int(questions->images, n);
        columns_text(questions->images, request->sender);
        columns_bytes(questions->images, request->images->data + at, 32);
    }
}

static void
ask_help(Questions *questions, gint64 n, const FactsRequest *request)
{
    if (request->help_text == NULL)
        return;
    columns_int(questions->help, n);
    columns_text(questions->help, request->help_language);
    columns_text(questions->help, request->help_text);
}

static void
ask(Questions *questions, gint64 n, const FactsRequest *request)
{
    const GByteArray *keys = request->elsewhere_keys;

    if (request->sender != NULL) {
        columns_text(questions->persons, request->sender);
        columns_text(questions->persons, request->sender_name);
    }
    columns_text(questions->senders, request->sender);
    columns_text(questions->senders, request->queue);
    columns_bytes(questions->senders, request->content_key, sizeof request->content_key);
    columns_int(questions->senders, request->inbound);
    columns_text(questions->senders, request->envelope);
    columns_int_or_null(questions->senders, request->solved_article);
    columns_int_or_null(questions->raws, request->raw);
    columns_int(questions->raws, request->inbound);
    columns_text(questions->raws, request->queue);
    for (guint at = 0; keys != NULL && at + sizeof request->content_key <= keys->len; at += sizeof request->content_key) {
        columns_int(questions->elsewhere_keys, n);
        columns_bytes(questions->elsewhere_keys, keys->data + at, sizeof request->content_key);
    }
    ask_references(questions, n, request);
    ask_tickets(questions, n, request);
    ask_mail(questions, n, request);
    ask_images(questions, n, request);
    ask_buckets(questions, request);
    ask_help(questions, n, request);
    if (request->wants_open) {
        columns_int(questions->open, n);
        columns_text(questions->open, request->sender);
    }
}

static void
questions_fill(Questions *questions, FactsRequest *const *requests, gsize n)
{
    questions->persons = columns_new("tt");
    questions->senders = columns_new("ttbiti");
    questions->raws = columns_new("iit");
    questions->elsewhere_keys = columns_new("ib");
    questions->tickets = columns_new("ii");
    questions->references = columns_new("it");
    questions->mails = columns_new("iit");
    questions->images = columns_new("itb");
    questions->buckets = columns_new("tdd");
    questions->help = columns_new("itt");
    questions->open = columns_new("it");
    for (gsize i = 0; i < n; i++)
        ask(questions, (gint64) i + 1, requests[i]);
}

static void
add_columns(Store *store, QueryId query, Columns *first, Columns *second)
{
    g_auto(Params) params = { 0 };

    columns_bind(first, &params);
    if (second != NULL)
        columns_bind(second, &params);
    store_pipeline_add(store, query, &params);
}

static void
add_help(Store *store, Columns *help)
{
    g_auto(Params) params = { 0 };

    columns_bind(help, &params);
    params_text(&params, HELP_THRESHOLD);
    params_int(&params, HELP_SUGGESTIONS);
    store_pipeline_add(store, QUERY_FACTS_HELP, &params);
}

static void
add_questions(Store *store, Questions *questions)
{
    g_auto(Params) tickets = { 0 };

    columns_bind(questions->tickets, &tickets);
    columns_bind(questions->references, &tickets);
    columns_bind_one(questions->senders, 0, &tickets);
    columns_bind_one(questions->mails, 0, &tickets);
    columns_bind_one(questions->mails, 1, &tickets);
    add_columns(store, QUERY_FACTS_SENDERS, questions->senders, NULL);
    add_columns(store, QUERY_FACTS_ELSEWHERE, questions->raws, questions->elsewhere_keys);
    add_columns(store, QUERY_FACTS_REFERENCES, questions->references, NULL);
    store_pipeline_add(store, QUERY_FACTS_TICKETS, &tickets);
    add_columns(store, QUERY_FACTS_MAIL_OF_OURS, questions->mails, NULL);
    add_columns(store, QUERY_FACTS_IMAGES, questions->images, NULL);
    add_columns(store, QUERY_FACTS_BUCKETS, questions->buckets, NULL);
    add_help(store, questions->help);
    add_columns(store, QUERY_FACTS_OPEN, questions->open, NULL);
}

static GPtrArray *
tags_of(const char *text)
{
    GPtrArray *tags = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Json) list = json_loads(text, 0, NULL);
    const json_t *tag;
    gsize i;

    json_array_foreach(list, i, tag)
        g_ptr_array_add(tags, g_strdup(json_string_value(tag)));
    return tags;
}

/* A value that is no text stands as JSON writes it. */
static GHashTable *
fields_of(const char *text)
{
    GHashTable *fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(Json) object = json_loads(text, 0, NULL);
    const char *name;
    json_t *value;

    json_object_foreach(object, name, value)
        g_hash_table_insert(fields, g_strdup(name), json_is_string(value) ? g_strdup(json_string_value(value))
                                                                           : json_format(value, FALSE));
    return fields;
}

static void
read_senders(const PGresult *rows, GPtrArray *all)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        Facts *facts = g_ptr_array_index(all, i);

        facts->person = row_int64(rows, i, 0);
        facts->person_is_bouncing = row_bool(rows, i, 1);
        facts->sender_is_agent = row_bool(rows, i, 2);
        facts->duplicate_of = row_int64(rows, i, 3);
        facts->newest_open = row_int64(rows, i, 4);
        facts->person_language = row_dup(rows, i, 5);
        facts->envelope_is_bouncing = row_bool(rows, i, 6);
        facts->organisation = row_dup(rows, i, 7);
        facts->open_tickets = row_int64(rows, i, 8);
        facts->tier = row_dup(rows, i, 9);
        facts->number = row_dup(rows, i, 10);
        facts->tags = tags_of(row_text(rows, i, 11));
        facts->fields = fields_of(row_text(rows, i, 12));
        facts->solved_path = row_dup(rows, i, 13);
    }
}

static Facts *
facts_of_row(const PGresult *rows, int row, GPtrArray *all)
{
    gint64 n = row_int64(rows, row, 0);

    g_assert(n >= 1 && n <= all->len);
    return g_ptr_array_index(all, (guint) n - 1);
}

static void
read_elsewhere(const PGresult *rows, GPtrArray *all)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        Facts *facts = facts_of_row(rows, i, all);

        facts->elsewhere = row_int64(rows, i, 1);
        facts->elsewhere_acknowledged = row_bool(rows, i, 2);
    }
}

static void
read_references(const PGresult *rows, GPtrArray *all)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        FactReference *reference = g_new0(FactReference, 1);

        reference->message_id = row_dup(rows, i, 1);
        reference->ticket = row_int64(rows, i, 2);
        reference->seen = row_bool(rows, i, 3);
        reference->ours = row_bool(rows, i, 4);
        reference->automatic = row_bool(rows, i, 5);
        g_ptr_array_add(facts_of_row(rows, i, all)->references, reference);
    }
}

/* What rules may ask of a ticket; the columns begin at first. */
static void
read_ticket_values(const PGresult *rows, int row, int first, FactTicket *ticket)
{
    ticket->priority = row_dup(rows, row, first);
    ticket->assignee = row_dup(rows, row, first + 1);
    ticket->requester_address = row_dup(rows, row, first + 2);
    ticket->language = row_dup(rows, row, first + 3);
    ticket->tags = tags_of(row_text(rows, row, first + 4));
    ticket->fields = fields_of(row_text(rows, row, first + 5));
    ticket->articles = row_int64(rows, row, first + 6);
    ticket->created_at = row_time(rows, row, first + 7);
    ticket->updated_at = row_time(rows, row, first + 8);
    ticket->target = row_dup(rows, row, first + 9);
}

static gboolean
read_tickets(const PGresult *rows, GPtrArray *all, GError **error)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        FactTicket *ticket = g_new0(FactTicket, 1);

        g_ptr_array_add(facts_of_row(rows, i, all)->tickets, ticket);
        ticket->reference = row_int64(rows, i, 1);
        ticket->merged_from = row_int64(rows, i, 2);
        ticket->queue = row_dup(rows, i, 3);
        ticket->subject = row_dup(rows, i, 5);
        ticket->requester = row_int64(rows, i, 6);
        ticket->changed_at = row_time(rows, i, 7);
        ticket->sender_takes_part = row_bool(rows, i, 8);
        ticket->sender_is_requester = row_bool(rows, i, 9);
        ticket->same_organisation = row_bool(rows, i, 10);
        ticket->has_agent_reply = row_bool(rows, i, 11);
        read_ticket_values(rows, i, 12, ticket);
        if (!ticket_status_parse(row_text(rows, i, 4), &ticket->status)) {
            g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG,
                        "cannot read ticket %" G_GINT64_FORMAT ": the database knows a state '%s' that this program does not",
                        ticket->reference, row_text(rows, i, 4));
            return FALSE;
        }
    }
    return TRUE;
}

static void
read_mail(const PGresult *rows, GPtrArray *all)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        FactMail *mail = &facts_of_row(rows, i, all)->mail;

        mail->id = row_int64(rows, i, 1);
        mail->kind = row_dup(rows, i, 2);
        mail->ticket = row_int64(rows, i, 3);
        mail->recipient = row_dup(rows, i, 4);
        mail->person = row_int64(rows, i, 5);
        mail->state = row_dup(rows, i, 6);
    }
}

static void
read_images(const PGresult *rows, GPtrArray *all)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        g_autoptr(GBytes) sha256 = row_bytes(rows, i, 1);

        g_byte_array_append(facts_of_row(rows, i, all)->seen_images, g_bytes_get_data(sha256, NULL),
                            (guint) g_bytes_get_size(sha256));
    }
}

static void
read_buckets(const PGresult *rows, FactsRequest *const *requests, GPtrArray *all)
{
    int row = 0;

    for (guint n = 0; n < all->len; n++) {
        Facts *facts = g_ptr_array_index(all, n);

        for (guint i = 0; i < requests[n]->buckets->len; i++) {
            const Bucket *asked = g_ptr_array_index(requests[n]->buckets, i);
            Bucket *bucket = bucket_new(g_strdup(asked->key), asked->count, asked->seconds);

            bucket->tokens = g_ascii_strtod(row_text(rows, row++, 0), NULL);
            g_ptr_array_add(facts->buckets, bucket);
        }
    }
}

static void
read_help(const PGresult *rows, GPtrArray *all)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        FactHelp *help = g_new0(FactHelp, 1);

        help->id = row_int64(rows, i, 1);
        help->path = row_dup(rows, i, 2);
        help->title = row_dup(rows, i, 3);
        help->url = row_dup(rows, i, 4);
        help->summary = row_dup(rows, i, 5);
        help->score = row_int64(rows, i, 6);
        g_ptr_array_add(facts_of_row(rows, i, all)->help_articles, help);
    }
}

static void
read_open(const PGresult *rows, GPtrArray *all)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        FactOpen *open = g_new0(FactOpen, 1);

        open->reference = row_int64(rows, i, 1);
        open->created_at = row_time(rows, i, 2);
        open->subject = row_dup(rows, i, 3);
        g_ptr_array_add(facts_of_row(rows, i, all)->open_before, open);
    }
}

/* first: where in the pipeline's results the answers begin. */
static GPtrArray *
read_answers(const GPtrArray *results, guint first, FactsRequest *const *requests, gsize n, GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify) facts_free);

    for (gsize i = 0; i < n; i++)
        g_ptr_array_add(all, facts_new());
    read_senders(g_ptr_array_index(results, first + ANSWER_SENDERS), all);
    read_elsewhere(g_ptr_array_index(results, first + ANSWER_ELSEWHERE), all);
    read_references(g_ptr_array_index(results, first + ANSWER_REFERENCES), all);
    if (!read_tickets(g_ptr_array_index(results, first + ANSWER_TICKETS), all, error))
        return NULL;
    read_mail(g_ptr_array_index(results, first + ANSWER_MAIL), all);
    read_images(g_ptr_array_index(results, first + ANSWER_IMAGES), all);
    read_buckets(g_ptr_array_index(results, first + ANSWER_BUCKETS), requests, all);
    read_help(g_ptr_array_index(results, first + ANSWER_HELP), all);
    read_open(g_ptr_array_index(results, first + ANSWER_OPEN), all);
    return g_steal_pointer(&all);
}

gboolean
store_work_begin(Store *store, const gint64 *lock_keys, gsize n_keys, FactsRequest *const *requests, gsize n,
                 GPtrArray **facts_out, GError **error)
{
    g_auto(Questions) questions = { 0 };
    g_autoptr(Columns) keys = columns_new("i");
    g_autoptr(GPtrArray) results = NULL;
    g_autoptr(GPtrArray) facts = NULL;

    for (gsize i = 0; i < n_keys; i++)
        columns_int(keys, lock_keys[i]);
    questions_fill(&questions, requests, n);
    store_pipeline_begin(store);
    store_pipeline_add(store, QUERY_BEGIN, NULL);
    add_columns(store, QUERY_WORK_LOCKS, keys, NULL);
    add_columns(store, QUERY_WORK_PERSONS, questions.persons, NULL);
    add_questions(store, &questions);
    results = store_pipeline_run(store, error);
    facts = results != NULL ? read_answers(results, 3, requests, n, error) : NULL;
    if (facts == NULL) {
        store_rollback(store);
        return FALSE;
    }
    *facts_out = g_steal_pointer(&facts);
    return TRUE;
}

gboolean
store_facts(Store *store, FactsRequest *const *requests, gsize n, GPtrArray **facts_out, GError **error)
{
    g_auto(Questions) questions = { 0 };
    g_autoptr(GPtrArray) results = NULL;
    GPtrArray *facts;

    questions_fill(&questions, requests, n);
    store_pipeline_begin(store);
    add_questions(store, &questions);
    results = store_pipeline_run(store, error);
    facts = results != NULL ? read_answers(results, 0, requests, n, error) : NULL;
    if (facts == NULL)
        return FALSE;
    *facts_out = facts;
    return TRUE;
}

gboolean
facts_add_ticket(Store *store, const FactsRequest *request, gint64 reference, Facts *facts, GError **error)
{
    g_autoptr(FactsRequest) question = facts_request_new();
    FactsRequest *const questions[] = { question };
    g_autoptr(GPtrArray) answers = NULL;
    Facts *answer;

    question->sender = g_strdup(request->sender);
    question->queue = g_strdup(request->queue);
    g_array_append_val(question->token_tickets, reference);
    if (!store_facts(store, questions, 1, &answers, error))
        return FALSE;
    answer = g_ptr_array_index(answers, 0);
    while (answer->tickets->len > 0)
        g_ptr_array_add(facts->tickets, g_ptr_array_steal_index(answer->tickets, 0));
    return TRUE;
}

gboolean
facts_make_person(Store *store, const FactsRequest *request, GError **error)
{
    g_autoptr(Columns) persons = columns_new("tt");
    g_autoptr(GPtrArray) results = NULL;

    columns_text(persons, request->sender);
    columns_text(persons, request->sender_name);
    store_pipeline_begin(store);
    add_columns(store, QUERY_WORK_PERSONS, persons, NULL);
    results = store_pipeline_run(store, error);
    return results != NULL;
}
