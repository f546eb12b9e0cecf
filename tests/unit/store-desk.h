/*
 * store-desk.h - what the tests of accepting, working and sending share: a server, and short ways to say "a mail came", "decide that"
 *
 * Every test program has one server; a test begins with desk_clear().
 */
#pragma once

#include <libpq-fe.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "store-fixture.h"
#include "store/accept.h"
#include "store/outbox.h"
#include "store/work.h"
#include "tap.h"

typedef struct {
    Fixture fixture;
    PGconn *owner;      /* for looking, and for breaking things */
    Store  *ingest, *worker, *other_worker, *courier;
} Desk;

static Desk desk;

static inline void
desk_sql(const char *format, ...) G_GNUC_PRINTF(1, 2);
static inline gint64
desk_number(const char *format, ...) G_GNUC_PRINTF(1, 2);
static inline char *
desk_text(const char *format, ...) G_GNUC_PRINTF(1, 2);

static inline PGresult *desk_query(const char *format, va_list arguments) G_GNUC_PRINTF(1, 0);

static inline PGresult *
desk_query(const char *format, va_list arguments)
{
    g_autofree char *sql = g_strdup_vprintf(format, arguments);
    PGresult *result = PQexec(desk.owner, sql);
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        g_error("%s: %s", sql, PQerrorMessage(desk.owner));
    return result;
}

static inline void
desk_sql(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    PQclear(desk_query(format, arguments));
    va_end(arguments);
}

/* The first column of the first row; "" for NULL, no row is an error. */
static inline char *
desk_text(const char *format, ...)
{
    va_list arguments;
    PGresult *result;
    char *text;

    va_start(arguments, format);
    result = desk_query(format, arguments);
    va_end(arguments);
    g_assert_cmpint(PQntuples(result), >, 0);
    text = g_strdup(PQgetvalue(result, 0, 0));
    PQclear(result);
    return text;
}

static inline gint64
desk_number(const char *format, ...)
{
    va_list arguments;
    PGresult *result;
    gint64 number;

    va_start(arguments, format);
    result = desk_query(format, arguments);
    va_end(arguments);
    g_assert_cmpint(PQntuples(result), >, 0);
    number = g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return number;
}

static inline void
desk_open(void)
{
    const char *keys[] = { "host", "dbname", "user", "options", NULL };
    const char *values[] = { NULL, "mailgw", "mailgw_owner", "-c client_min_messages=warning", NULL };

    fixture_start(&desk.fixture);
    values[0] = desk.fixture.socket_dir;
    desk.owner = PQconnectdbParams(keys, values, 0);
    if (PQstatus(desk.owner) != CONNECTION_OK)
        g_error("%s", PQerrorMessage(desk.owner));
    desk.ingest = fixture_open(&desk.fixture, STORE_INGEST);
    desk.worker = fixture_open(&desk.fixture, STORE_WORKER);
    desk.other_worker = fixture_open(&desk.fixture, STORE_WORKER);
    desk.courier = fixture_open(&desk.fixture, STORE_COURIER);
}

static inline void
desk_close(void)
{
    store_free(desk.ingest);
    store_free(desk.worker);
    store_free(desk.other_worker);
    store_free(desk.courier);
    PQfinish(desk.owner);
    fixture_stop(&desk.fixture);
}

static inline void
desk_clear(void)
{
    desk_sql("TRUNCATE mailgw.raw, mailgw.inbound, mailgw.ticket, mailgw.person, mailgw.organisation, mailgw.counter, mailgw.agent,"
             " mailgw.event, mailgw.outbox, mailgw.decision, mailgw.content_key RESTART IDENTITY CASCADE");
}

/* A mail comes for support@example.com; the id of its row. */
static inline gint64
desk_mail_bytes(GBytes *bytes)
{
    g_autoptr(GError) error = NULL;
    AcceptRecipient recipient = { "support@example.com", "support", NULL, 0 };
    AcceptMail mail = { .bytes = bytes, .source = "lmtp", .sender = "anna@example.org", .recipients = &recipient,
                        .n_recipients = 1 };

    store_accept(desk.ingest, &mail, 1, &error);
    g_assert_no_error(error);
    g_assert_cmpint(recipient.inbound_out, >, 0);
    return recipient.inbound_out;
}

static inline gint64
desk_mail(const char *text)
{
    g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

    return desk_mail_bytes(bytes);
}

static inline GPtrArray *
desk_lease(Store *store, int max_rows)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *rows = NULL;

    store_lease(store, max_rows, 1 << 30, 30, &rows, &error);
    g_assert_no_error(error);
    return rows;
}

static inline const InboundRow *
desk_row(const GPtrArray *rows, guint i)
{
    g_assert_cmpuint(i, <, rows->len);
    return g_ptr_array_index(rows, i);
}

static inline void
desk_assert_bytes(GBytes *bytes, const char *expected)
{
    g_autoptr(GBytes) wanted = g_bytes_new_static(expected, strlen(expected));

    g_assert_true(g_bytes_equal(bytes, wanted));
}

/* Decisions in the making: one per row, with what an Application needs beside it. */
static inline Decision *
desk_decision(const char *acknowledgement)
{
    Decision *decision = decision_new();

    decision->outcome = OUTCOME_TICKET;
    decision->reason = g_strdup("a new conversation");
    decision->acknowledgement = g_strdup(acknowledgement);
    return decision;
}

static inline gint64
desk_person(const char *address)
{
    return desk_number("INSERT INTO mailgw.person (address) VALUES ('%s')"
                       " ON CONFLICT (address) DO UPDATE SET address = excluded.address RETURNING id", address);
}

static inline gint64
desk_reference(void)
{
    g_autoptr(GError) error = NULL;
    gint64 reference = 0;

    store_reserve_numbers(desk.worker, 1, &reference, 0, NULL, &error);
    g_assert_no_error(error);
    return reference;
}

static inline EffectArticle *
desk_add_article(Decision *decision, gint64 ticket, gint64 author, const char *message_id)
{
    Effect *effect = decision_add(decision, EFFECT_ARTICLE, g_strdup("filed"));

    effect->article.ticket = ticket;
    effect->article.author = author;
    effect->article.from_address = g_strdup("anna@example.org");
    effect->article.message_id = g_strdup(message_id);
    effect->article.subject = g_strdup("Printer on fire");
    effect->article.text = g_strdup("It burns.\n");
    effect->article.class_name = g_strdup("human");
    return &effect->article;
}

/* A new ticket of that person with its first article. */
static inline EffectTicket *
desk_add_ticket(Decision *decision, gint64 reference, gint64 requester, const char *message_id)
{
    Effect *effect = decision_add(decision, EFFECT_TICKET, g_strdup("nothing pointed at a ticket"));

    effect->ticket.reference = reference;
    effect->ticket.queue = g_strdup("support");
    effect->ticket.subject = g_strdup("Printer on fire");
    effect->ticket.requester = requester;
    effect->ticket.language = g_strdup("en");
    effect->ticket.priority = PRIORITY_NORMAL;
    decision->ticket = reference;
    desk_add_article(decision, reference, requester, message_id);
    return &effect->ticket;
}

static inline EffectSmall *
desk_add_small(Decision *decision, EffectKind kind, gint64 ticket, gint64 other, const char *reason)
{
    Effect *effect = decision_add(decision, kind, g_strdup(reason));

    effect->small.ticket = ticket;
    effect->small.other = other;
    return &effect->small;
}

/* An acknowledgement under one bucket (NULL: none) of that many tokens an hour. */
static inline EffectMail *
desk_add_mail(Decision *decision, gint64 ticket, const char *message_id, const char *bucket, gint64 count)
{
    Effect *effect = decision_add(decision, EFFECT_MAIL, g_strdup("a person wrote"));

    effect->mail.kind = g_strdup("acknowledgement");
    effect->mail.ticket = ticket;
    effect->mail.envelope_sender = g_strdup("");
    effect->mail.recipient = g_strdup("anna@example.org");
    effect->mail.message_id = g_strdup(message_id);
    effect->mail.bytes = g_bytes_new_static("Subject: Auto\r\n\r\nThanks\r\n", 25);
    effect->mail.expires = clock_now() + 4 * G_TIME_SPAN_HOUR;
    if (bucket != NULL)
        g_ptr_array_add(effect->mail.buckets, bucket_new(g_strdup(bucket), count, 3600 * 24 * 365));
    return &effect->mail;
}

static inline Application
desk_application(const InboundRow *row, const Decision *decision)
{
    return (Application) { .inbound = row->id, .lease = row->lease, .decision = decision, .facts_json = "{}",
                           .decided_json = "{}", .content_key = (const guint8 *) "0123456789abcdef0123456789abcdef" };
}

static inline FactsRequest *
desk_request(const char *sender)
{
    FactsRequest *request = facts_request_new();

    request->sender = g_strdup(sender);
    request->queue = g_strdup("support");
    return request;
}

static inline gboolean
desk_begin(Store *store, FactsRequest *const *requests, gsize n, GError **error)
{
    g_autoptr(GPtrArray) facts = NULL;

    return store_work_begin(store, NULL, 0, requests, n, &facts, error);
}

/* BEGIN and commit of ready decisions; TRUE if it was written. */
static inline gboolean
desk_commit(Store *store, const Application *applications, gsize n, gint64 *mails_out, GError **error)
{
    return desk_begin(store, NULL, 0, error) && store_work_commit(store, applications, n, mails_out, error);
}

/* Works the one row that waits: leases it and applies the decision (taken), which must succeed. */
static inline gint64
desk_work(Decision *taken)
{
    g_autoptr(Decision) decision = taken;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = desk_lease(desk.worker, 1);
    Application application = desk_application(desk_row(rows, 0), decision);

    desk_commit(desk.worker, &application, 1, NULL, &error);
    g_assert_no_error(error);
    return application.inbound;
}

/* A ticket that came by a mail of that person. */
static inline gint64
desk_ticket(const char *address, const char *message_id)
{
    g_autoptr(Decision) decision = desk_decision("none: a test");
    gint64 reference = desk_reference();

    desk_mail("Subject: x\r\n\r\n");
    desk_add_ticket(decision, reference, desk_person(address), message_id);
    desk_work(g_steal_pointer(&decision));
    return reference;
}
