/*
 * replay-world.c - the open tickets with a correlation key, as the mails of a replay make and close them
 *
 * With other rules other mails share a ticket: of two alarms of one service, which were two tickets, the second one would join the first. A ticket that a mail
 * really made, and that somebody closed since, is closed here from that moment on, too: what people did does not change with the rules.
 *
 * So it is with what a mail is a duplicate of. What came before the first mail of the replay is as it was recorded; what was not asked then had not come.
 */
#include "gateway/decision-view.h"
#include "gateway/replay-private.h"

typedef struct {
    FactTicket *ticket;
    gboolean    is_over;               /* a mail of the replay closed it */
} Known;

struct ReplayWorld {
    GHashTable *by_key;                /* key of a need -> Known * */
    GHashTable *by_reference;          /* its ticket's number -> the same Known * */
    GHashTable *seen;                  /* key of a need -> gint64 *: until when it is remembered */
};

static void
known_free(gpointer data)
{
    Known *known = data;

    fact_ticket_free(known->ticket);
    g_free(known);
}

ReplayWorld *
replay_world_new(void)
{
    ReplayWorld *world = g_new0(ReplayWorld, 1);

    world->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, known_free);
    world->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    world->by_reference = g_hash_table_new(g_int64_hash, g_int64_equal);
    return world;
}

void
replay_world_free(ReplayWorld *world)
{
    if (world == NULL)
        return;
    g_hash_table_unref(world->by_reference);
    g_hash_table_unref(world->by_key);
    g_hash_table_unref(world->seen);
    g_free(world);
}

/* ---- asking ------------------------------------------------------------------------------------------------- */

/* Whether somebody closed the ticket before the mail came. Tickets that never were nobody did. */
static gboolean
closed_by_then(const Replaying *mail, const FactTicket *ticket, gboolean *closed_out, GError **error)
{
    g_autoptr(FactsRequest) request = NULL;
    g_autoptr(GPtrArray) answer = NULL;
    const FactTicket *now;

    *closed_out = FALSE;
    if (ticket->reference >= TICKETS_OF_REPLAY)
        return TRUE;
    request = facts_request_new();
    request->queue = g_strdup(ticket->queue);
    g_array_append_val(request->token_tickets, ticket->reference);
    if (!store_facts(mail->store, &request, 1, &answer, error))
        return FALSE;
    now = facts_ticket(g_ptr_array_index(answer, 0), ticket->reference);
    *closed_out = now != NULL && now->changed_at != 0 && now->changed_at <= mail->history->decided_at;
    return TRUE;
}

static GPtrArray *
copy_texts(const GPtrArray *texts)
{
    return g_ptr_array_copy((GPtrArray *) texts, (GCopyFunc) (void (*)(void)) g_strdup, NULL);
}

static FactTicket *
copy_for(const FactTicket *ticket, const Facts *facts)
{
    FactTicket *copy = g_new0(FactTicket, 1);

    *copy = *ticket;
    copy->queue = g_strdup(ticket->queue);
    copy->subject = g_strdup(ticket->subject);
    copy->priority = g_strdup(ticket->priority);
    copy->assignee = g_strdup(ticket->assignee);
    copy->requester_address = g_strdup(ticket->requester_address);
    copy->language = g_strdup(ticket->language);
    copy->tags = copy_texts(ticket->tags);
    g_ptr_array_set_free_func(copy->tags, g_free);
    copy->fields = g_hash_table_ref(ticket->fields);
    copy->sender_is_requester = copy->sender_takes_part = ticket->requester != 0 && ticket->requester == facts->person;
    return copy;
}

/* What the database says of now; a ticket that the mail could not have met is none. */
static gboolean
ask_store(Replaying *mail, const FactNeed *need, gint64 *number_out, GError **error)
{
    g_autoptr(GPtrArray) needs = g_ptr_array_new();
    const FactTicket *ticket;
    guint rounds = mail->facts->rounds;

    g_ptr_array_add(needs, (gpointer) need);
    if (!store_answer(mail->store, mail->prepared->request, needs, mail->facts, error))
        return FALSE;
    mail->facts->rounds = rounds;
    facts_find_answer(mail->facts, need, number_out);
    ticket = facts_ticket(mail->facts, *number_out);
    if (ticket == NULL || ticket->created_at >= mail->history->decided_at)
        *number_out = 0;
    else
        g_ptr_array_add(mail->assumed, fact_need_key(need));
    return TRUE;
}

static gboolean
find(ReplayWorld *world, Replaying *mail, const FactNeed *need, gint64 *number_out, GError **error)
{
    g_autofree char *key = fact_need_key(need);
    const Known *known = g_hash_table_lookup(world->by_key, key);
    const gint64 *recorded = g_hash_table_lookup(mail->recorded, key);
    gboolean closed = FALSE;

    *number_out = 0;
    if (known == NULL && recorded == NULL)
        return ask_store(mail, need, number_out, error);
    if (known == NULL) {
        *number_out = *recorded;
        return TRUE;
    }
    if (known->is_over)
        return TRUE;
    if (!closed_by_then(mail, known->ticket, &closed, error))
        return FALSE;
    if (closed)
        return TRUE;
    *number_out = known->ticket->reference;
    if (facts_ticket(mail->facts, known->ticket->reference) == NULL)
        g_ptr_array_add(mail->facts->tickets, copy_for(known->ticket, mail->facts));
    return TRUE;
}

static gint64
was_seen(const ReplayWorld *world, const Replaying *mail, const FactNeed *need)
{
    g_autofree char *key = fact_need_key(need);
    const gint64 *until = g_hash_table_lookup(world->seen, key), *recorded = g_hash_table_lookup(mail->recorded, key);

    if (until != NULL)
        return *until > mail->history->decided_at;
    return recorded != NULL ? *recorded : 0;
}

gboolean
replay_world_answer(ReplayWorld *world, Replaying *mail, const FactNeed *need, GError **error)
{
    gint64 number = 0;

    if (need->kind == NEED_SEEN)
        number = was_seen(world, mail, need);
    else if (!find(world, mail, need, &number, error))
        return FALSE;
    facts_answer(mail->facts, need, number);
    return TRUE;
}

/* ---- what a mail does --------------------------------------------------------------------------------------- */

static void
take_change(FactTicket *ticket, const EffectChange *change, char **key)
{
    switch (change->what) {
    case CHANGE_QUEUE:
        g_free(ticket->queue);
        ticket->queue = g_strdup(change->value);
        break;
    case CHANGE_PRIORITY:
        g_free(ticket->priority);
        ticket->priority = g_strdup(change->value);
        break;
    case CHANGE_ASSIGNEE:
        g_free(ticket->assignee);
        ticket->assignee = g_strdup(change->value);
        break;
    case CHANGE_TARGET:
        g_free(ticket->target);
        ticket->target = g_strdup(change->value);
        break;
    case CHANGE_TAG:
        g_ptr_array_add(ticket->tags, g_strdup(change->value));
        break;
    case CHANGE_FIELD:
        g_hash_table_replace(ticket->fields, g_strdup(change->name), g_strdup(change->value));
        break;
    case CHANGE_CORRELATION:
        *key = change->value;
        break;
    case N_CHANGES:
        g_assert_not_reached();
    }
}

static FactTicket *
new_ticket(const Replaying *mail, const EffectTicket *made)
{
    FactTicket *ticket = g_new0(FactTicket, 1);

    ticket->reference = made->reference;
    ticket->queue = g_strdup(made->queue);
    ticket->status = TICKET_NEW;
    ticket->subject = g_strdup(made->subject);
    ticket->requester = made->requester;
    ticket->priority = g_strdup(ticket_priority_name(made->priority));
    ticket->requester_address = g_strdup(mail->prepared->request->sender);
    ticket->language = g_strdup(made->language);
    ticket->tags = g_ptr_array_new_with_free_func(g_free);
    ticket->fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    ticket->articles = 1;
    ticket->created_at = ticket->updated_at = mail->history->decided_at;
    return ticket;
}

/* A new ticket without a key is none that later mails ask for. */
static void
add_ticket(ReplayWorld *world, const Replaying *mail, const Decision *decision, const EffectTicket *made)
{
    Known *known = g_new0(Known, 1), *earlier;
    g_autoptr(FactNeed) need = NULL;
    g_autofree char *text = NULL;
    char *key = NULL;

    known->ticket = new_ticket(mail, made);
    for (guint i = 0; i < decision->effects->len; i++) {
        const Effect *effect = decision->effects->pdata[i];

        if (effect->kind == EFFECT_CHANGE)
            take_change(known->ticket, &effect->change, &key);
        if (effect->kind == EFFECT_STATUS && (effect->small.status == TICKET_CLOSED || effect->small.status == TICKET_RESOLVED))
            known->is_over = TRUE;
    }
    if (key == NULL) {
        known_free(known);
        return;
    }
    need = fact_need_new(NEED_CORRELATED, key, known->ticket->queue);
    text = fact_need_key(need);
    earlier = g_hash_table_lookup(world->by_key, text);
    if (earlier != NULL)
        g_hash_table_remove(world->by_reference, &earlier->ticket->reference);
    g_hash_table_replace(world->by_key, g_steal_pointer(&text), known);
    g_hash_table_insert(world->by_reference, &known->ticket->reference, known);
}

static void
change_ticket(Known *known, const Replaying *mail, const Decision *decision)
{
    char *no_key;

    known->ticket->articles++;
    known->ticket->updated_at = mail->history->decided_at;
    for (guint i = 0; i < decision->effects->len; i++) {
        const Effect *effect = decision->effects->pdata[i];

        if (effect->kind == EFFECT_CHANGE && effect->change.what != CHANGE_QUEUE)
            take_change(known->ticket, &effect->change, &no_key);
        if (effect->kind == EFFECT_STATUS) {
            known->ticket->status = effect->small.status;
            known->is_over = effect->small.status == TICKET_CLOSED || effect->small.status == TICKET_RESOLVED;
        }
    }
}

static void
remember(ReplayWorld *world, const Replaying *mail, const EffectSeen *seen)
{
    g_autoptr(FactNeed) need = fact_need_new(NEED_SEEN, seen->key, NULL);
    gint64 until = mail->history->decided_at + seen->seconds * G_USEC_PER_SEC;

    g_hash_table_replace(world->seen, fact_need_key(need), g_memdup2(&until, sizeof until));
}

void
replay_world_apply(ReplayWorld *world, const Replaying *mail, const Decision *decision)
{
    Known *known;

    for (guint i = 0; i < decision->effects->len; i++) {
        const Effect *effect = decision->effects->pdata[i];

        if (effect->kind == EFFECT_SEEN)
            remember(world, mail, &effect->seen);
    }
    for (guint i = 0; i < decision->effects->len; i++) {
        const Effect *effect = decision->effects->pdata[i];

        if (effect->kind == EFFECT_TICKET) {
            add_ticket(world, mail, decision, &effect->ticket);
            return;
        }
    }
    known = g_hash_table_lookup(world->by_reference, &decision->ticket);
    if (known != NULL)
        change_ticket(known, mail, decision);
}
