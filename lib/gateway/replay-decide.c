/*
 * replay-decide.c - one stored mail decided again, and compared with what was decided
 */
#include "base/json.h"
#include "gateway/decision-json.h"
#include "gateway/decision-view.h"
#include "gateway/facts-json.h"
#include "gateway/replay-private.h"

void
replayed_mail_clear(ReplayedMail *mail)
{
    g_clear_pointer(&mail->mail, json_decref);
    g_clear_pointer(&mail->was, g_free);
    g_clear_pointer(&mail->would, g_free);
}

/* ---- what the stored facts do not answer -------------------------------------------------------------------- */

typedef enum {
    ANSWER_NOWHERE,
    ANSWER_NOW,            /* stands in the configuration of people: as of now           */
    ANSWER_IN_ORDER        /* earlier mails make it so: what they would do with the rules */
} AnswerFrom;

static const AnswerFrom answers[] = { [NEED_AGENT] = ANSWER_NOW, [NEED_CORRELATED] = ANSWER_IN_ORDER, [NEED_LISTED] = ANSWER_NOW,
                                      [NEED_SEEN] = ANSWER_IN_ORDER, [NEED_PERSON] = ANSWER_NOW };
G_STATIC_ASSERT(G_N_ELEMENTS(answers) == N_NEEDS);

gboolean
replay_knows_need(int kind)
{
    return kind >= 0 && kind < N_NEEDS && answers[kind] != ANSWER_NOWHERE;
}

static gboolean
hangs_on_order(const char *key)
{
    for (FactNeedKind kind = 0; kind < N_NEEDS; kind++) {
        g_autofree char *prefix = g_strdup_printf("%s:", fact_need_kind_name(kind));

        if (answers[kind] == ANSWER_IN_ORDER && g_str_has_prefix(key, prefix))
            return TRUE;
    }
    return FALSE;
}

/* What hung on the order of mails then does so again. */
static void
set_recorded_aside(Replaying *mail)
{
    GHashTableIter each;
    gpointer key, number;

    mail->recorded = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_iter_init(&each, mail->facts->answers);
    while (g_hash_table_iter_next(&each, &key, &number)) {
        if (!hangs_on_order(key))
            continue;
        g_hash_table_iter_steal(&each);
        g_hash_table_insert(mail->recorded, key, number);
    }
}

static gboolean
answer_now(Replaying *mail, const FactNeed *need, GError **error)
{
    g_autoptr(GPtrArray) needs = g_ptr_array_new();
    guint rounds = mail->facts->rounds;

    g_ptr_array_add(needs, (gpointer) need);
    if (!store_answer(mail->store, mail->prepared->request, needs, mail->facts, error))
        return FALSE;
    mail->facts->rounds = rounds;
    g_ptr_array_add(mail->assumed, fact_need_key(need));
    return TRUE;
}

static gboolean
answer_needs(const Replayer *replayer, Replaying *mail, const GPtrArray *needs, gboolean *later_out, GError **error)
{
    for (guint i = 0; i < needs->len; i++) {
        const FactNeed *need = needs->pdata[i];
        gboolean in_order = answers[need->kind] == ANSWER_IN_ORDER;

        if (in_order && replayer->world == NULL) {
            *later_out = TRUE;
            return TRUE;
        }
        if (in_order ? !replay_world_answer(replayer->world, mail, need, error) : !answer_now(mail, need, error))
            return FALSE;
    }
    mail->facts->rounds++;
    return TRUE;
}

/* ---- deciding ----------------------------------------------------------------------------------------------- */

static Arrival
arrival_of(const InboundRow *row)
{
    return (Arrival) { .inbound = row->id, .raw = row->raw, .received_at = row->received_at, .sender = row->sender,
                       .recipient = row->recipient, .auth_user = row->auth_user, .queue = row->queue, .quiet = row->quiet,
                       .bytes = row->bytes };
}

/* The number of the ticket that the mail really made, or of one that it would only make now. */
static DecideIds
ids_of(const HistoryRow *history, const json_t *was)
{
    DecideIds ids = { .reference = TICKETS_OF_REPLAY + history->row->id };
    const json_t *effect;
    gsize i;

    for (gsize n = 0; n < G_N_ELEMENTS(ids.outbox); n++)
        ids.outbox[n] = G_MAXINT32;
    json_array_foreach(json_object_get(was, "effects"), i, effect)
        if (g_strcmp0(json_string_value(json_object_get(effect, "effect")), "ticket") == 0)
            ids.reference = json_integer_value(json_object_get(effect, "ticket"));
    return ids;
}

/* NULL without an error: it hangs on earlier mails. */
static Decision *
decide_again(const Replayer *replayer, Replaying *mail, const Message *message, const Arrival *arrival, const DecideIds *ids,
             GError **error)
{
    gint64 now = mail->history->decided_at;
    g_autoptr(Decision) decision = decide(message, arrival, mail->prepared, mail->facts, replayer->decide, now, ids);
    gboolean later = FALSE;

    while (decision->needs->len > 0) {
        if (!answer_needs(replayer, mail, decision->needs, &later, error) || later)
            return NULL;
        decision_free(decision);
        decision = decide(message, arrival, mail->prepared, mail->facts, replayer->decide, now, ids);
    }
    if (replayer->world != NULL)
        replay_world_apply(replayer->world, mail, decision);
    return g_steal_pointer(&decision);
}

/* ---- telling ------------------------------------------------------------------------------------------------ */

static json_t *
texts_to_json(const GPtrArray *texts)
{
    json_t *list = json_array();

    for (guint i = 0; i < texts->len; i++)
        json_array_append_new(list, json_text(texts->pdata[i]));
    return list;
}

static json_t *
changes_to_json(const GPtrArray *changes)
{
    json_t *list = json_array();

    for (guint i = 0; i < changes->len; i++) {
        const ViewChange *change = changes->pdata[i];
        json_t *object = json_object();

        json_object_set_new(object, "what", json_text(aspect_name(change->aspect)));
        json_object_set_new(object, "name", json_text(change->name));
        json_object_set_new(object, "was", json_text(change->was));
        json_object_set_new(object, "would", json_text(change->would));
        json_object_set_new(object, "by", json_text(change->would_by));
        json_object_set_new(object, "was_by", json_text(change->was_by));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *
difference_to_json(const Replaying *mail, const Message *message, const Decision *decision, const GPtrArray *changes)
{
    const InboundRow *row = mail->history->row;
    const MessageAddress *from = message->from->len > 0 ? message->from->pdata[0] : NULL;
    json_t *object = json_object();

    json_object_set_new(object, "inbound", json_integer(row->id));
    json_object_set_new(object, "ticket", mail->history->ticket != 0 ? json_integer(mail->history->ticket) : json_null());
    json_object_set_new(object, "received", json_time(row->received_at));
    json_object_set_new(object, "queue", json_text(row->queue));
    json_object_set_new(object, "from", json_text(from != NULL ? from->address : NULL));
    json_object_set_new(object, "subject", json_text(message->subject));
    json_object_set_new(object, "changes", changes_to_json(changes));
    json_object_set_new(object, "assumed", texts_to_json(mail->assumed));
    json_object_set_new(object, "error", json_text(decision->rules_error));
    return object;
}

/* What became of a mail, in a word: the queue of a new ticket, else what else. */
static char *
fate_of(const json_t *decided)
{
    g_autoptr(GPtrArray) view = decision_view(decided);
    const char *outcome = "", *queue = NULL;
    gboolean is_new = FALSE;

    for (guint i = 0; i < view->len; i++) {
        const ViewItem *item = view->pdata[i];

        if (item->aspect == ASPECT_OUTCOME)
            outcome = item->value;
        if (item->aspect == ASPECT_QUEUE)
            queue = item->value;
        if (item->aspect == ASPECT_TICKET)
            is_new = g_str_equal(item->value, "a new ticket");
    }
    if (is_new && queue != NULL)
        return g_strdup_printf("new ticket in %s", queue);
    return g_strdup(g_str_equal(outcome, "ticket") ? "joins a ticket" : outcome);
}

static void
compare(const Replaying *mail, const Message *message, const Decision *decision, const json_t *was, ReplayedMail *mail_out)
{
    g_autoptr(Json) would = decision_to_json(decision, message);
    g_autoptr(GPtrArray) changes = decision_differences(was, would);

    mail_out->failed = decision->rules_error != NULL;
    mail_out->assumed = mail->assumed->len > 0;
    mail_out->was = fate_of(was);
    mail_out->would = fate_of(would);
    mail_out->how = changes->len > 0 || mail_out->failed ? REPLAYED_DIFFERENT : REPLAYED_SAME;
    if (mail_out->how == REPLAYED_DIFFERENT)
        mail_out->mail = difference_to_json(mail, message, decision, changes);
}

/* ---- one mail ----------------------------------------------------------------------------------------------- */

static gboolean
replay_parsed(const Replayer *replayer, const HistoryRow *history, const Message *message, Facts *facts, const json_t *was,
              ReplayedMail *mail_out, GError **error)
{
    const Arrival arrival = arrival_of(history->row);
    const DecideIds ids = ids_of(history, was);
    g_autoptr(Prepared) prepared = decide_prepare(message, &arrival, replayer->decide, history->decided_at);
    g_autoptr(GPtrArray) assumed = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Decision) decision = NULL;
    g_autoptr(GHashTable) recorded = NULL;
    Replaying mail = { replayer->store, history, prepared, facts, NULL, assumed };
    GError *problem = NULL;

    set_recorded_aside(&mail);
    recorded = mail.recorded;
    decision = decide_again(replayer, &mail, message, &arrival, &ids, &problem);
    if (problem != NULL) {
        g_propagate_error(error, problem);
        return FALSE;
    }
    if (decision == NULL)
        mail_out->how = REPLAYED_LATER;
    else
        compare(&mail, message, decision, was, mail_out);
    return TRUE;
}

gboolean
replay_mail(const Replayer *replayer, const HistoryRow *history, ReplayedMail *mail_out, GError **error)
{
    const MessageOptions options = decide_message_options(replayer->decide, history->row->queue);
    g_autoptr(Json) was = json_loads(history->decided, 0, NULL), known = json_loads(history->facts, 0, NULL);
    g_autoptr(Facts) facts = known != NULL && was != NULL ? facts_from_json(known, NULL) : NULL;
    g_autoptr(Message) message = NULL;
    g_autoptr(GError) problem = NULL;

    *mail_out = (ReplayedMail) { .how = REPLAYED_UNREADABLE, .decided_at = history->decided_at };
    if (facts == NULL)
        return TRUE;
    message = parser_parse(replayer->parser, history->row->bytes, &options, &problem);
    if (message == NULL && g_error_matches(problem, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    return message == NULL || replay_parsed(replayer, history, message, facts, was, mail_out, error);
}
