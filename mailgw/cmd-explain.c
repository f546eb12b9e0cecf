/*
 * cmd-explain.c - explain: the Decision a message would get, or the one a stored message got
 *
 * Writes nothing: the store is only asked. --offline asks nobody: every message is then a stranger's first.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli.h"
#include "explanation.h"
#include "gateway/decide.h"
#include "gateway/decision-json.h"
#include "gateway/facts-json.h"
#include "gateway/worker.h"
#include "gateway/recipient.h"
#include "store/work.h"

typedef struct {
    char    *to, *from, *at, *inbound;
    gboolean offline;
} ExplainOptions;

/* ---- a message that was not taken --------------------------------------------------------------------------- */

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
          gint64 now, GError **error)
{
    g_autoptr(Prepared) prepared = decide_prepare(message, arrival, settings, now);
    g_autoptr(Facts) facts = NULL;
    DecideIds ids = { .reference = G_MAXINT32 };
    g_autoptr(Decision) decision = NULL;
    json_t *object;

    for (gsize i = 0; store != NULL && i < G_N_ELEMENTS(ids.outbox); i++)
        ids.outbox[i] = G_MAXINT32;
    decide_ask_elsewhere(prepared, bytes, arrival, settings);
    facts = store != NULL ? ask_store(store, prepared, settings, error) : facts_of_nobody(prepared->request);
    if (facts == NULL)
        return NULL;
    decision = decide(message, arrival, prepared, facts, settings, now, &ids);
    while (decision->needs->len > 0) {
        if (!answer_needs(store, prepared, decision->needs, facts, error))
            return NULL;
        decision_free(decision);
        decision = decide(message, arrival, prepared, facts, settings, now, &ids);
    }
    object = decision_to_json(decision, message);
    json_object_set_new(object, "queue", json_text(arrival->queue));
    json_object_set_new(object, "recipient", json_text(arrival->recipient));
    json_object_set_new(object, "facts", facts_to_json(facts));
    json_object_set_new(object, "rules_digest", json_text(settings->rules != NULL ? settings->rules->digest : NULL));
    return object;
}

static int
explain_file(const Cli *cli, const ExplainOptions *options, const char *path)
{
    g_autoptr(Config) config = cli_config(cli);
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(TokenKeys) keys = NULL;
    g_autoptr(Targets) targets = NULL;
    g_autoptr(TemplateSet) templates = NULL;
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Message) message = NULL;
    g_autoptr(Json) object = NULL;
    g_autofree char *recipient = NULL;
    AcceptSettings ours;
    DecideSettings settings;
    MessageOptions parse;
    Arrival arrival = { .sender = options->from };
    gint64 now = clock_now();

    if (config == NULL || (!options->offline && (store = cli_store(config, STORE_WORKER)) == NULL))
        return EXIT_FAILED;
    if (!config_require_queue(config, &error) || (options->at != NULL && !clock_parse(options->at, &now, &error)))
        return fail(g_steal_pointer(&error));
    bytes = g_str_equal(path, "-") ? io_read_fd(STDIN_FILENO, LIMIT_MESSAGE_HARD, &error)
                                   : io_read_file(path, LIMIT_MESSAGE_HARD, &error);
    keys = store != NULL ? load_token_keys(store, config->gateway.token_life_seconds, &error) : token_keys_new();
    if (bytes == NULL || keys == NULL)
        return fail(g_steal_pointer(&error));
    message_init();
    ours = cli_accept_settings(config);
    recipient_find(&ours, bytes, options->to, &arrival.queue, &recipient, NULL);
    if (arrival.queue == NULL && options->to != NULL)
        return fail_text("cannot explain: <%s> is no address of ours", options->to);
    if (arrival.queue == NULL)
        return fail_text("cannot explain: the mail names no address of ours; say --to ADDRESS");
    cli_decide_settings(config, &settings);
    templates = cli_templates(config, &error);
    if (templates == NULL || !cli_targets(config, &targets, &error) || !cli_rules(config, targets, templates, &rules, &error))
        return fail_text("%s", error->message);
    settings.targets = targets;
    settings.rules = rules;
    settings.templates = templates;
    settings.trace_tests = TRUE;
    settings.keys = keys;
    parse = decide_message_options(&settings, arrival.queue);
    message = message_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &parse);
    arrival.recipient = recipient;
    arrival.received_at = now;
    arrival.bytes = bytes;
    object = decide_on(message, bytes, &arrival, &settings, store, now, &error);
    if (object == NULL)
        return fail(g_steal_pointer(&error));
    if (cli->json) {
        json_print(object, stdout);
    } else {
        explanation_line("queue", arrival.queue);
        explanation_print(object, "what would be done");
    }
    return EXIT_DONE;
}

/* ---- a stored one ------------------------------------------------------------------------------------------- */

/* They are not stored: most of them say no, of every message. */
static void
print_way_to_tests(const json_t *row)
{
    const char *recipient = json_string_value(json_object_get(row, "recipient"));
    g_autofree char *quoted = g_shell_quote(recipient != NULL ? recipient : "");

    fputs("\nThe tests of the rules are not kept; the rules of today show theirs:\n  mailgw inbound export ", stdout);
    printf("%" JSON_INTEGER_FORMAT " | mailgw explain --to ", json_integer_value(json_object_get(row, "id")));
    print_escaped(quoted);
    puts(" -");
}

static int
explain_inbound(const Cli *cli, const char *id)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) rows = NULL;
    const char *params[] = { id };
    json_t *row, *decided;
    gint64 number;

    if (!text_parse_int64(id, 1, G_MAXINT64, &number, NULL))
        return usage_text("mailgw explain", "--inbound wants a number, not \"%s\"", id);
    if (!cli_open(cli, STORE_READER, &config, &store))
        return EXIT_FAILED;
    rows = store_query_json(store, QUERY_INBOUND_SHOW, params, 1, &error);
    if (rows == NULL)
        return fail(g_steal_pointer(&error));
    row = json_array_get(rows, 0);
    if (row == NULL)
        return fail_text("there is no inbound mail %s", id);
    if (cli->json) {
        json_print(row, stdout);
        return EXIT_DONE;
    }
    decided = json_object_get(row, "decided");
    if (!json_is_object(decided) && json_is_string(json_object_get(row, "outcome")))
        return fail_text("why is no longer known, retention removed the decision of inbound %s: \"%s\", %s", id,
                         json_string_value(json_object_get(row, "outcome")), json_string_value(json_object_get(row, "reason")));
    if (!json_is_object(decided))
        return fail_text("inbound %s was not decided yet", id);
    json_object_set(decided, "rules_digest", json_object_get(row, "rules_digest"));
    explanation_print(decided, "what was done");
    if (json_is_string(json_object_get(row, "rules_digest")))
        print_way_to_tests(row);
    explanation_line("\nacknowledged", json_string_value(json_object_get(row, "acknowledgement")));
    return EXIT_DONE;
}

static void
options_clear(ExplainOptions *options)
{
    g_free(options->to);
    g_free(options->from);
    g_free(options->at);
    g_free(options->inbound);
}

int
cmd_explain(Cli *cli, int argc, char **argv)
{
    ExplainOptions options = { 0 };
    const GOptionEntry entries[] = {
        { "to", 0, 0, G_OPTION_ARG_STRING, &options.to, "the address it was sent to", "ADDRESS" },
        { "from", 0, 0, G_OPTION_ARG_STRING, &options.from, "the envelope sender (\"\" is the null path)", "ADDRESS" },
        { "at", 0, 0, G_OPTION_ARG_STRING, &options.at, "as if it came then (RFC 3339)", "TIME" },
        { "offline", 0, 0, G_OPTION_ARG_NONE, &options.offline, "without the database: nobody is known", NULL },
        { "inbound", 0, 0, G_OPTION_ARG_STRING, &options.inbound, "why a stored mail got what it got", "ID" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "explain", "FILE|-", "tell what a mail would get, or why a stored one got what it got",
                                  cmd_explain, NULL };
    int status = command_options("mailgw", &self, cli, entries, &argc, &argv, 0, 1);

    if (status < 0 && options.inbound == NULL && argc < 2)
        status = usage_text("mailgw explain", "needs a file, - or --inbound ID");
    else if (status < 0)
        status = options.inbound != NULL ? explain_inbound(cli, options.inbound) : explain_file(cli, &options, argv[1]);
    options_clear(&options);
    return status;
}
