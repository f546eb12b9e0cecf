#include <config.h>

#include "store/clocks.h"
#include "store/store-private.h"

void
clock_row_free(ClockRow *row)
{
    if (row == NULL)
        return;
    g_free(row->target);
    g_free(row->policy);
    g_free(row->digest);
    g_free(row);
}

void
clock_event_row_free(ClockEventRow *row)
{
    if (row == NULL)
        return;
    g_free(row->kind);
    g_free(row->detail);
    g_free(row);
}

static void
clock_ticket_free(ClockTicket *ticket)
{
    g_free(ticket->queue);
    g_free(ticket->policy);
    g_free(ticket->customer_policy);
    g_array_unref(ticket->items);
    g_ptr_array_unref(ticket->events);
    g_ptr_array_unref(ticket->clocks);
    g_free(ticket);
}

ClockChange *
clock_change_new(gint64 ticket)
{
    ClockChange *change = g_new0(ClockChange, 1);

    change->ticket = ticket;
    change->ended = g_array_new(FALSE, FALSE, sizeof(gint64));
    change->changed = g_ptr_array_new_with_free_func((GDestroyNotify) clock_row_free);
    change->events = g_ptr_array_new_with_free_func((GDestroyNotify) clock_event_row_free);
    return change;
}

void
clock_change_free(ClockChange *change)
{
    if (change == NULL)
        return;
    g_array_unref(change->ended);
    g_ptr_array_unref(change->changed);
    g_ptr_array_unref(change->events);
    g_free(change);
}

/* ---- reading ------------------------------------------------------------------------------------------------ */

static ClockTicket *
ticket_from_row(const PGresult *rows, int i)
{
    ClockTicket *ticket = g_new0(ClockTicket, 1);
    gboolean known = ticket_status_parse(row_text(rows, i, 2), &ticket->status)
                     && ticket_priority_parse(row_text(rows, i, 3), &ticket->priority);

    g_assert(known);   /* the table allows no other */
    ticket->reference = row_int64(rows, i, 0);
    ticket->queue = row_dup(rows, i, 1);
    ticket->policy = row_dup(rows, i, 4);
    ticket->owes_nothing = row_bool(rows, i, 5);
    ticket->customer_policy = row_dup(rows, i, 7);
    ticket->items = g_array_new(FALSE, FALSE, sizeof(ClockItemRow));
    ticket->events = g_ptr_array_new_with_free_func((GDestroyNotify) clock_event_row_free);
    ticket->clocks = g_ptr_array_new_with_free_func((GDestroyNotify) clock_row_free);
    return ticket;
}

static void
add_item(ClockTicket *ticket, const PGresult *rows, int i)
{
    ClockItemRow item = { row_int64(rows, i, 1), row_bool(rows, i, 2) };

    g_array_append_val(ticket->items, item);
}

static void
add_event(ClockTicket *ticket, const PGresult *rows, int i)
{
    ClockEventRow *event = g_new0(ClockEventRow, 1);

    event->at = row_int64(rows, i, 1);
    event->kind = row_dup(rows, i, 2);
    event->detail = row_dup(rows, i, 3);
    g_ptr_array_add(ticket->events, event);
}

static void
add_clock(ClockTicket *ticket, const PGresult *rows, int i)
{
    ClockRow *clock = g_new0(ClockRow, 1);

    clock->id = row_int64(rows, i, 1);
    clock->target = row_dup(rows, i, 2);
    clock->policy = row_dup(rows, i, 3);
    clock->started = row_int64(rows, i, 4);
    clock->due = row_int64(rows, i, 5);
    clock->warn = row_int64(rows, i, 6);
    clock->paused = row_int64(rows, i, 7);
    clock->warned = row_int64(rows, i, 8);
    clock->met = row_int64(rows, i, 9);
    clock->breached = row_int64(rows, i, 10);
    clock->digest = row_dup(rows, i, 11);
    g_ptr_array_add(ticket->clocks, clock);
}

/* Rows are in the order of the tickets, as the tickets are. */
static void
hand_out(const GPtrArray *tickets, const PGresult *rows, void (*add)(ClockTicket *ticket, const PGresult *rows, int i))
{
    guint at = 0;

    for (int i = 0; i < PQntuples(rows); i++) {
        gint64 reference = row_int64(rows, i, 0);

        while (at < tickets->len && ((const ClockTicket *) tickets->pdata[at])->reference < reference)
            at++;
        if (at < tickets->len && ((const ClockTicket *) tickets->pdata[at])->reference == reference)
            add(tickets->pdata[at], rows, i);
    }
}

gboolean
store_clock_tickets(Store *store, const gint64 *references, gsize n, GPtrArray **tickets_out, gint64 *now_out, GError **error)
{
    static const struct {
        QueryId query;
        void (*add)(ClockTicket *ticket, const PGresult *rows, int i);
    } parts[] = { { QUERY_CLOCK_ITEMS, add_item }, { QUERY_CLOCK_HISTORY, add_event }, { QUERY_CLOCK_ROWS, add_clock } };
    g_auto(Params) params = { 0 };
    g_autoptr(GPtrArray) tickets = g_ptr_array_new_with_free_func((GDestroyNotify) clock_ticket_free);
    g_autoptr(GPtrArray) results = NULL;
    const PGresult *rows;

    params_int_array(&params, references, n);
    store_pipeline_begin(store);
    store_pipeline_add(store, QUERY_CLOCK_LOCK, &params);
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        store_pipeline_add(store, parts[i].query, &params);
    results = store_pipeline_run(store, error);
    if (results == NULL)
        return FALSE;
    rows = g_ptr_array_index(results, 0);
    *now_out = 0;
    for (int i = 0; i < PQntuples(rows); i++) {
        g_ptr_array_add(tickets, ticket_from_row(rows, i));
        *now_out = row_int64(rows, i, 6);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        hand_out(tickets, g_ptr_array_index(results, i + 1), parts[i].add);
    *tickets_out = g_steal_pointer(&tickets);
    return TRUE;
}

gboolean
store_clock_of_mail(Store *store, gint64 outbox, gint64 *ticket_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_int(&params, outbox);
    rows = store_run(store, QUERY_CLOCK_OF_MAIL, &params, error);
    if (rows == NULL)
        return FALSE;
    *ticket_out = PQntuples(rows) > 0 ? row_int64(rows, 0, 0) : 0;
    return TRUE;
}

/* ---- writing ------------------------------------------------------------------------------------------------ */

typedef enum { IDS, TICKETS, STARTED, DUE, WARN, PAUSED, WARNED, MET, BREACHED, N_NUMBERS } Number;

typedef struct {
    GArray    *numbers[N_NUMBERS];      /* gint64   */
    GPtrArray *targets, *policies, *digests;      /* borrowed */
} ClockColumns;

static void
clock_columns_init(ClockColumns *columns)
{
    for (Number i = 0; i < N_NUMBERS; i++)
        columns->numbers[i] = g_array_new(FALSE, FALSE, sizeof(gint64));
    columns->targets = g_ptr_array_new();
    columns->policies = g_ptr_array_new();
    columns->digests = g_ptr_array_new();
}

static void
clock_columns_clear(ClockColumns *columns)
{
    for (Number i = 0; i < N_NUMBERS; i++)
        g_array_unref(columns->numbers[i]);
    g_ptr_array_unref(columns->targets);
    g_ptr_array_unref(columns->policies);
    g_ptr_array_unref(columns->digests);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ClockColumns, clock_columns_clear)

static void
clock_columns_add(ClockColumns *columns, gint64 ticket, const ClockRow *row)
{
    const gint64 values[N_NUMBERS] = {
        [IDS] = row->id, [TICKETS] = ticket, [STARTED] = row->started, [DUE] = row->due, [WARN] = row->warn, [PAUSED] = row->paused,
        [WARNED] = row->warned, [MET] = row->met, [BREACHED] = row->breached,
    };

    for (Number i = 0; i < N_NUMBERS; i++)
        g_array_append_val(columns->numbers[i], values[i]);
    g_ptr_array_add(columns->targets, row->target);
    g_ptr_array_add(columns->policies, row->policy);
    g_ptr_array_add(columns->digests, row->digest);
}

static void
numbers(Params *params, const GArray *values)
{
    params_int_array(params, (const gint64 *) (const void *) values->data, values->len);
}

static void
texts(Params *params, const GPtrArray *values)
{
    params_text_array(params, (const char *const *) values->pdata, values->len);
}

static void
add_update(Store *store, const ClockColumns *columns)
{
    g_auto(Params) params = { 0 };

    if (columns->policies->len == 0)
        return;
    numbers(&params, columns->numbers[IDS]);
    texts(&params, columns->policies);
    for (Number i = STARTED; i < N_NUMBERS; i++)
        numbers(&params, columns->numbers[i]);
    texts(&params, columns->digests);
    store_pipeline_add(store, QUERY_CLOCK_UPDATE, &params);
}

static void
add_insert(Store *store, const ClockColumns *columns)
{
    g_auto(Params) params = { 0 };

    if (columns->policies->len == 0)
        return;
    numbers(&params, columns->numbers[TICKETS]);
    texts(&params, columns->targets);
    texts(&params, columns->policies);
    for (Number i = STARTED; i < N_NUMBERS; i++)
        numbers(&params, columns->numbers[i]);
    texts(&params, columns->digests);
    store_pipeline_add(store, QUERY_CLOCK_INSERT, &params);
}

static void
add_ended(Store *store, const GPtrArray *changes)
{
    g_autoptr(GArray) ended = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_auto(Params) params = { 0 };

    for (guint i = 0; i < changes->len; i++) {
        const ClockChange *change = changes->pdata[i];

        if (change->ended->len > 0)
            g_array_append_vals(ended, change->ended->data, change->ended->len);
    }
    if (ended->len == 0)
        return;
    numbers(&params, ended);
    store_pipeline_add(store, QUERY_CLOCK_END, &params);
}

/* One clock of a kind is owed at a time: what is over is written before what is owed, and what is new at last. */
static void
add_clocks(Store *store, const GPtrArray *changes)
{
    g_auto(ClockColumns) over, owed, made;

    clock_columns_init(&over);
    clock_columns_init(&owed);
    clock_columns_init(&made);
    for (guint i = 0; i < changes->len; i++) {
        const ClockChange *change = changes->pdata[i];

        for (guint k = 0; k < change->changed->len; k++) {
            const ClockRow *row = change->changed->pdata[k];

            clock_columns_add(row->id == 0 ? &made : row->met != 0 ? &over : &owed, change->ticket, row);
        }
    }
    add_update(store, &over);
    add_update(store, &owed);
    add_insert(store, &made);
}

static void
add_events(Store *store, const GPtrArray *changes)
{
    g_autoptr(GArray) tickets = g_array_new(FALSE, FALSE, sizeof(gint64)), moments = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(GPtrArray) kinds = g_ptr_array_new(), details = g_ptr_array_new();
    g_auto(Params) params = { 0 };

    for (guint i = 0; i < changes->len; i++) {
        const ClockChange *change = changes->pdata[i];

        for (guint k = 0; k < change->events->len; k++) {
            const ClockEventRow *event = change->events->pdata[k];

            g_array_append_val(tickets, change->ticket);
            g_array_append_val(moments, event->at);
            g_ptr_array_add(kinds, event->kind);
            g_ptr_array_add(details, event->detail);
        }
    }
    if (tickets->len == 0)
        return;
    numbers(&params, tickets);
    numbers(&params, moments);
    texts(&params, kinds);
    texts(&params, details);
    store_pipeline_add(store, QUERY_CLOCK_EVENTS, &params);
}

gboolean
store_clock_write(Store *store, const GPtrArray *changes, GError **error)
{
    g_autoptr(GPtrArray) results = NULL;

    store_pipeline_begin(store);
    add_ended(store, changes);
    add_clocks(store, changes);
    add_events(store, changes);
    results = store_pipeline_run(store, error);
    return results != NULL;
}
