/*
 * thread-scenario.h - a message, what the store knows, and the ticket it must end in: one row of a table
 *
 * The sender is person SENDER. Tokens are made when the row is run.
 */
#pragma once

#include "thread/thread.h"

#include <string.h>

#define SENDER 77
#define OTHER  78
#define NOW    G_GINT64_CONSTANT(1700000000000000)

enum { TAKES_PART = 1, REQUESTER = 2, ORGANISATION = 4, ANSWERED = 8, SEEN = 16, AUTOMATIC = 32 };
enum { OTHER_ADDRESS = 1, PROVES_SENDER = 2, ANSWERS_AUTOMATIC = 4 };
enum { IN_RECIPIENT = 1, IN_REPLY_TO, IN_REFERENCES, IN_TEXT, IN_HTML };

typedef struct {
    gint64       reference;
    int          flags;             /* REQUESTER implies TAKES_PART */
    TicketStatus status;
    const char  *queue;             /* NULL: "support" */
    gint64       merged_from;
} ScenarioTicket;

typedef struct {
    const char *id;
    gint64      ticket;
    int         flags;              /* SEEN, AUTOMATIC */
} ScenarioReference;

typedef struct {
    int   where;                    /* 0 ends the list */
    Token token;
} ScenarioToken;

typedef struct {
    const char       *rule;
    const char       *message_id;
    const char       *in_reply_to[4];
    const char       *references[6];        /* oldest first */
    const char       *subject;
    ScenarioToken     tokens[4];
    ScenarioTicket    tickets[5];
    ScenarioReference known[8];
    gboolean          unknown_sender;       /* the store has no person for the sender */

    ThreadHow         how;
    gint64            ticket;
    int               flags;
    gint64            related[4];
    gint64            merge[4];
} Scenario;

static inline TokenKeys *
scenario_keys(void)
{
    TokenKeys *keys = token_keys_new();
    guint8 secret[TOKEN_KEY_BYTES];

    memset(secret, 7, sizeof secret);
    token_keys_add(keys, 3, secret, 0);
    return keys;
}

static inline void
scenario_place_token(Message *message, const TokenKeys *keys, const ScenarioToken *placed, char **detail_out)
{
    g_autofree char *token = token_format(keys, &placed->token);

    switch (placed->where) {
    case IN_RECIPIENT:
        *detail_out = g_steal_pointer(&token);
        return;
    case IN_REPLY_TO:
        g_ptr_array_add(message->in_reply_to, g_strconcat(token, ".x7q2@support.example.com", NULL));
        return;
    case IN_REFERENCES:
        g_ptr_array_add(message->references, g_strconcat(token, ".x7q2@eu-west-1.relay.example", NULL));
        return;
    case IN_TEXT:
        g_free(message->text);
        message->text = g_strconcat("It still burns.\n\n> Yours\n> ", token, "\n", NULL);
        return;
    case IN_HTML:
        g_free(message->html);
        message->html = g_strconcat("<p>It still burns.</p><p>", token, "</p>", NULL);
        return;
    default:
        g_assert_not_reached();
    }
}

static inline ThreadKeys *
scenario_thread_keys(const Scenario *scenario)
{
    static const char *const old_tags[] = { "", NULL };
    g_autoptr(TokenKeys) keys = scenario_keys();
    const ThreadSettings settings = { "Northwind", old_tags, "support.example.com", keys, NOW };
    g_autoptr(Message) message = message_new();
    g_autofree char *detail = NULL;

    message->message_id = g_strdup(scenario->message_id);
    message->subject = g_strdup(scenario->subject);
    for (gsize i = 0; i < G_N_ELEMENTS(scenario->in_reply_to) && scenario->in_reply_to[i] != NULL; i++)
        g_ptr_array_add(message->in_reply_to, g_strdup(scenario->in_reply_to[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(scenario->references) && scenario->references[i] != NULL; i++)
        g_ptr_array_add(message->references, g_strdup(scenario->references[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(scenario->tokens) && scenario->tokens[i].where != 0; i++)
        scenario_place_token(message, keys, &scenario->tokens[i], &detail);
    return thread_keys_new(message, detail, &settings);
}

static inline Facts *
scenario_facts(const Scenario *scenario)
{
    Facts *facts = facts_new();

    facts->person = scenario->unknown_sender ? 0 : SENDER;
    for (gsize i = 0; i < G_N_ELEMENTS(scenario->tickets) && scenario->tickets[i].reference != 0; i++) {
        const ScenarioTicket *from = &scenario->tickets[i];
        FactTicket *ticket = g_new0(FactTicket, 1);

        ticket->reference = from->reference;
        ticket->merged_from = from->merged_from;
        ticket->queue = g_strdup(from->queue != NULL ? from->queue : "support");
        ticket->status = from->status;
        ticket->sender_is_requester = (from->flags & REQUESTER) != 0;
        ticket->sender_takes_part = (from->flags & (REQUESTER | TAKES_PART)) != 0;
        ticket->same_organisation = (from->flags & ORGANISATION) != 0;
        ticket->has_agent_reply = (from->flags & ANSWERED) != 0;
        g_ptr_array_add(facts->tickets, ticket);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(scenario->known) && scenario->known[i].id != NULL; i++) {
        FactReference *reference = g_new0(FactReference, 1);

        reference->message_id = g_strdup(scenario->known[i].id);
        reference->ticket = scenario->known[i].ticket;
        reference->seen = (scenario->known[i].flags & SEEN) != 0;
        reference->automatic = (scenario->known[i].flags & AUTOMATIC) != 0;
        g_ptr_array_add(facts->references, reference);
    }
    return facts;
}

static inline void
scenario_assert_list(const GArray *found, const gint64 *expected)
{
    guint count = 0;

    while (expected[count] != 0)
        count++;
    g_assert_cmpuint(found->len, ==, count);
    for (guint i = 0; i < count; i++)
        g_assert_cmpint(g_array_index(found, gint64, i), ==, expected[i]);
}

/* Every step leaves a line, and what decided is the last line that held before merging. */
static inline void
scenario_assert_trace(const Trace *trace, ThreadHow how)
{
    guint held = 0;

    g_assert_cmpuint(trace->lines->len, >=, 4);
    for (guint i = 0; i < trace->lines->len; i++) {
        const TraceLine *line = trace->lines->pdata[i];

        if (line->held && strcmp(line->step, "same conversation") != 0)
            held++;
        if (line->held && strcmp(line->step, "new ticket") == 0)
            g_assert_cmpint(how, ==, THREAD_NEW);
    }
    g_assert_cmpuint(held, ==, 1);
}

static inline void
scenario_run(gconstpointer data)
{
    const Scenario *scenario = data;
    g_autoptr(ThreadKeys) keys = scenario_thread_keys(scenario);
    g_autoptr(Facts) facts = scenario_facts(scenario);
    g_autoptr(Trace) trace = trace_new();
    g_autoptr(ThreadMatch) match = thread_match(keys, scenario->message_id, facts, trace);

    g_assert_cmpint(match->how, ==, scenario->how);
    g_assert_cmpint(match->ticket, ==, scenario->ticket);
    g_assert_cmpint(match->other_address, ==, (scenario->flags & OTHER_ADDRESS) != 0);
    g_assert_cmpint(match->token_proves_sender, ==, (scenario->flags & PROVES_SENDER) != 0);
    g_assert_cmpint(match->answers_automatic, ==, (scenario->flags & ANSWERS_AUTOMATIC) != 0);
    scenario_assert_list(match->related, scenario->related);
    scenario_assert_list(match->merge, scenario->merge);
    scenario_assert_trace(trace, scenario->how);
}

static inline void
scenario_add_all(const char *folder, const Scenario *scenarios, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autofree char *path = g_strconcat(folder, scenarios[i].rule, NULL);

        g_test_add_data_func(path, &scenarios[i], scenario_run);
    }
}
