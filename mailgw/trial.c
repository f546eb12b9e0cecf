/*
 * trial.c - a mail decided on as the worker would, and nothing done
 */
#include "trial.h"

#include "gateway/decision-json.h"
#include "gateway/facts-json.h"
#include "gateway/recipient.h"
#include "gateway/usual.h"
#include "gateway/worker.h"
#include "store/work.h"

static Facts *
ask_store(Store *store, Prepared *prepared, const DecideSettings *settings, GError **error)
{
    g_autoptr(GPtrArray) answer = NULL;
    FactsRequest *request = prepared->request;

    if (!store_facts(store, &request, 1, &answer, error))
        return NULL;
    if (decide_needs_more(prepared, g_ptr_array_index(answer, 0), settings)) {
        g_clear_pointer(&answer, g_ptr_array_unref);
        if (!store_facts(store, &request, 1, &answer, error))
            return NULL;
    }
    return g_ptr_array_steal_index(answer, 0);
}

/* What a store would say that knows nobody: full buckets, nothing else. */
static Facts *
facts_of_nobody(const FactsRequest *request)
{
    Facts *facts = facts_new();

    for (guint i = 0; i < request->buckets->len; i++) {
        const Bucket *asked = g_ptr_array_index(request->buckets, i);
        Bucket *bucket = bucket_new(g_strdup(asked->key), asked->count, asked->seconds);

        bucket->tokens = (double) asked->count;
        g_ptr_array_add(facts->buckets, bucket);
    }
    return facts;
}

/* Offline nothing is known: no agent, no other ticket. */
static gboolean
answer_needs(Store *store, const Prepared *prepared, const GPtrArray *needs, Facts *facts, GError **error)
{
    if (store != NULL)
        return store_answer(store, prepared->request, needs, facts, error);
    for (guint i = 0; i < needs->len; i++) {
        const FactNeed *need = g_ptr_array_index(needs, i);

        if (need->kind == NEED_PERSON)
            facts_answer_person(facts, need, facts_of_nobody(need->request));
        else
            facts_answer(facts, need, 0);
    }
    facts->rounds++;
    return TRUE;
}

static json_t *
decide_on(const Message *message, GBytes *bytes, const Arrival *arrival, const DecideSettings *settings, Store *store,
          const TrialMail *mail, GError **error)
{
    g_autoptr(Prepared) prepared = decide_prepare(message, arrival, settings, mail->now);
    g_autoptr(Facts) facts = NULL;
    g_autoptr(Usual) usual = usual_new();
    DecideIds ids = { .reference = mail->reference };
    g_autoptr(Decision) decision = NULL;
    json_t *object;

    for (gsize i = 0; store != NULL && i < G_N_ELEMENTS(ids.outbox); i++)
        ids.outbox[i] = G_MAXINT32;
    decide_ask_elsewhere(prepared, bytes, arrival, settings);
    facts = store != NULL ? ask_store(store, prepared, settings, error) : facts_of_nobody(prepared->request);
    if (facts == NULL || (store != NULL && !usual_find(usual, store, settings, arrival->queue, &facts->usual_seconds, error)))
        return NULL;
    decision = decide(message, arrival, prepared, facts, settings, mail->now, &ids);
    while (decision->needs->len > 0) {
        if (!answer_needs(store, prepared, decision->needs, facts, error))
            return NULL;
        decision_free(decision);
        decision = decide(message, arrival, prepared, facts, settings, mail->now, &ids);
    }
    object = decision_to_json(decision, message);
    json_object_set_new(object, "queue", json_text(arrival->queue));
    json_object_set_new(object, "recipient", json_text(arrival->recipient));
    json_object_set_new(object, "facts", facts_to_json(facts));
    json_object_set_new(object, "rules_digest", json_text(settings->rules != NULL ? settings->rules->digest : NULL));
    return object;
}

/* Which queue the mail is for, and by which of our addresses. */
static gboolean
find_queue(const Config *config, GBytes *bytes, const TrialMail *mail, Arrival *arrival, char **recipient_out, GError **error)
{
    AcceptSettings ours = cli_accept_settings(config);

    if (!config_require_queue(config, error))
        return FALSE;
    recipient_find(&ours, bytes, mail->recipient, &arrival->queue, recipient_out, NULL);
    if (arrival->queue != NULL)
        return TRUE;
    if (mail->recipient != NULL)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "cannot explain: <%s> is no address of ours", mail->recipient);
    else
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "cannot explain: the mail names no address of ours; say --to ADDRESS");
    return FALSE;
}

json_t *
trial_decide(const Config *config, Store *store, GBytes *bytes, const TrialMail *mail, GError **error)
{
    g_autoptr(TokenKeys) keys = NULL;
    g_autoptr(Targets) targets = NULL;
    g_autoptr(TemplateSet) templates = NULL;
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Message) message = NULL;
    g_autofree char *recipient = NULL;
    Arrival arrival = { .inbound = mail->inbound, .sender = mail->sender, .auth_user = mail->auth_user, .received_at = mail->now, .bytes = bytes };
    DecideSettings settings;
    MessageOptions parse;

    message_init();
    keys = store != NULL ? load_token_keys(store, config->gateway.token_life_seconds, error) : token_keys_new();
    if (keys == NULL || !find_queue(config, bytes, mail, &arrival, &recipient, error))
        return NULL;
    arrival.recipient = recipient;
    cli_decide_settings(config, &settings);
    templates = cli_templates(config, error);
    if (templates == NULL || !cli_targets(config, &targets, error) || !cli_rules(config, targets, templates, &rules, NULL, error))
        return NULL;
    settings.targets = targets;
    settings.rules = rules;
    settings.templates = templates;
    settings.trace_tests = TRUE;
    settings.keys = keys;
    settings.preview = mail->preview;
    parse = decide_message_options(&settings, arrival.queue);
    message = message_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &parse);
    return decide_on(message, bytes, &arrival, &settings, store, mail, error);
}
