/*
 * decide-rules-facts.c - what is known, under the names that rules ask for (sieve/fact-names.h)
 */
#include "base/clock.h"
#include "gateway/decide-private.h"

/* A name without a value is unknown. */
static void
add(GHashTable *values, const char *name, const char *value)
{
    GPtrArray *list = g_hash_table_lookup(values, name);

    if (value == NULL)
        return;
    if (list == NULL) {
        list = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(values, g_strdup(name), list);
    }
    g_ptr_array_add(list, g_strdup(value));
}

static void
add_number(GHashTable *values, const char *name, gint64 number)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);

    add(values, name, text);
}

static void
add_seconds_since(GHashTable *values, const char *name, gint64 now, gint64 moment)
{
    if (moment != 0)
        add_number(values, name, MAX(now - moment, 0) / G_USEC_PER_SEC);
}

static void
add_all(GHashTable *values, const char *name, const GPtrArray *texts)
{
    for (guint i = 0; texts != NULL && i < texts->len; i++)
        add(values, name, g_ptr_array_index(texts, i));
}

static void
add_fields(GHashTable *values, const char *family, GHashTable *fields)
{
    GHashTableIter each;
    gpointer name, value;

    if (fields == NULL)
        return;
    g_hash_table_iter_init(&each, fields);
    while (g_hash_table_iter_next(&each, &name, &value)) {
        g_autofree char *fact = g_strconcat(family, name, NULL);

        add(values, fact, value);
    }
}

static void
add_ticket(GHashTable *values, const FactTicket *ticket, gint64 now)
{
    add_number(values, "ticket.number", ticket->reference);
    add(values, "ticket.subject", ticket->subject);
    add(values, "ticket.status", ticket_status_name(ticket->status));
    add(values, "ticket.queue", ticket->queue);
    add(values, "ticket.priority", ticket->priority);
    add(values, "ticket.assignee", ticket->assignee);
    add(values, "ticket.target", ticket->target);
    add(values, "ticket.requester", ticket->requester_address);
    add(values, "ticket.language", ticket->language);
    add_number(values, "ticket.articles", ticket->articles);
    add_seconds_since(values, "ticket.age", now, ticket->created_at);
    add_seconds_since(values, "ticket.idle", now, ticket->updated_at);
    add_all(values, "ticket.tags", ticket->tags);
    add_fields(values, "ticket.field.", ticket->fields);
}

/* "during" is answered from the calendars that are open when the message is decided. */
static void
add_open_calendars(GHashTable *values, const Targets *targets, gint64 now)
{
    g_autoptr(GPtrArray) open = targets != NULL ? targets_open(targets, now / G_USEC_PER_SEC) : g_ptr_array_new();

    for (guint i = 0; i < open->len; i++)
        add(values, "during", open->pdata[i]);
}

static void
add_message(GHashTable *values, const Deciding *d, const FactTicket *ticket)
{
    add(values, "event", "message");
    add(values, "message.queue", d->arrival->queue);
    add(values, "message.follow-up", ticket != NULL ? "yes" : "no");
    add(values, "message.authenticated", decide_sender_standing(d->message, d->arrival) == SENDER_PASSED ? "yes" : "no");
}

static void
add_target(GHashTable *values, const TargetNotice *notice)
{
    g_autofree char *due = clock_format_utc(notice->due);

    add(values, "event", "target");
    add(values, "target.name", notice->policy);
    add(values, "target.kind", notice->kind);
    add(values, "target.state", notice->overdue ? "past" : "near");
    add(values, "target.overdue", notice->overdue ? "yes" : "no");
    add(values, "target.due", due);
    add_number(values, "target.left", notice->left);
    add_number(values, "target.elapsed-percent", notice->elapsed_percent);
}

GHashTable *
decide_rule_facts(const Deciding *d, const FactTicket *ticket)
{
    GHashTable *values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
    const FactsRequest *request = d->prepared->request;

    if (d->notice != NULL)
        add_target(values, d->notice);
    else
        add_message(values, d, ticket);
    add_open_calendars(values, d->settings->targets, d->now);
    if (ticket != NULL)
        add_ticket(values, ticket, d->now);
    if (request->sender == NULL)
        return values;
    add(values, "customer.address", request->sender);
    add(values, "customer.name", request->sender_name);
    add(values, "customer.organisation", d->facts->organisation);
    add(values, "customer.language", d->facts->person_language);
    add(values, "customer.tier", d->facts->tier);
    add(values, "customer.number", d->facts->number);
    add_all(values, "customer.tags", d->facts->tags);
    add_fields(values, "customer.field.", d->facts->fields);
    add_number(values, "customer.tickets", d->facts->open_tickets);
    return values;
}
