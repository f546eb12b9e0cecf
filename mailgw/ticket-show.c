/*
 * ticket-show.c - ticket show: what the customer wrote, what was answered, what did not arrive, what happened
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "folded.h"
#include "lists.h"
#include "message/message-json.h"
#include "ticket-commands.h"

static const char *
string_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* ---- loading ------------------------------------------------------------------------------------------------ */

/* What the person wrote now, out of the text and its spans; an article without spans is all of it. */
static void
add_reply(json_t *article)
{
    const char *text = string_of(article, "text");
    const json_t *spans = json_object_get(article, "spans");
    g_autofree char *reply = NULL;

    if (json_is_array(spans)) {
        g_autoptr(GArray) found = message_spans_from_json(text, spans);

        reply = message_reply_of_spans(text, found, g_strcmp0(string_of(article, "class"), "human") == 0);
    }
    json_object_set_new(article, "reply", json_text(reply != NULL ? reply : text));
}

json_t *
load_articles(Store *store, const char *reference, GError **error)
{
    const char *params[] = { reference };
    json_t *articles = store_query_json(store, QUERY_TICKET_ARTICLES, params, 1, error);

    for (gsize i = 0; articles != NULL && i < json_array_size(articles); i++)
        add_reply(json_array_get(articles, i));
    return articles;
}

static json_t *
load_ticket(Store *store, const char *reference, GError **error)
{
    static const struct { const char *key; QueryId query; } parts[] = {
        { "events", QUERY_TICKET_EVENTS }, { "links", QUERY_TICKET_LINKS }, { "outbox", QUERY_TICKET_OUTBOX },
        { "delivery_failures", QUERY_TICKET_FAILURES }, { "targets", QUERY_TICKET_TARGETS } };
    const char *params[] = { reference };
    g_autoptr(Json) rows = store_query_json(store, QUERY_TICKET_SHOW, params, 1, error);
    g_autoptr(Json) ticket = NULL;
    json_t *part;

    if (rows == NULL)
        return NULL;
    if (json_array_size(rows) == 0) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "there is no ticket #%s", reference);
        return NULL;
    }
    ticket = json_incref(json_array_get(rows, 0));
    part = load_articles(store, reference, error);
    if (part == NULL)
        return NULL;
    json_object_set_new(ticket, "articles_shown", part);
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        part = store_query_json(store, parts[i].query, params, 1, error);
        if (part == NULL)
            return NULL;
        json_object_set_new(ticket, parts[i].key, part);
    }
    return g_steal_pointer(&ticket);
}

/* ---- printing ----------------------------------------------------------------------------------------------- */

static void
print_article_head(const json_t *article)
{
    const char *name = string_of(article, "from_name"), *address = string_of(article, "from_address");
    const char *agent = string_of(article, "agent");

    printf("---- %" JSON_INTEGER_FORMAT ": %s, %s, ", json_integer_value(json_object_get(article, "number")),
           string_of(article, "created"), string_of(article, "kind"));
    if (agent != NULL || name != NULL)
        print_escaped(agent != NULL ? agent : name);
    if (address != NULL) {
        fputs(agent != NULL || name != NULL ? " <" : "<", stdout);
        print_escaped(address);
        fputs(">", stdout);
    }
    if (json_is_integer(json_object_get(article, "inbound")))
        printf(", inbound %" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(article, "inbound")));
    if (string_of(article, "class") != NULL && !g_str_equal(string_of(article, "class"), "human"))
        printf(", %s", string_of(article, "class"));
    if (json_is_true(json_object_get(article, "other_address")))
        fputs(" (from another address)", stdout);
    if (g_strcmp0(string_of(article, "original"), "removed") == 0)
        fputs(" (its original was removed by retention)", stdout);
    puts("");
}

static void
print_article(const json_t *article, gboolean full)
{
    const json_t *attachments = json_object_get(article, "attachments");
    g_autofree char *text = full ? g_strdup(string_of(article, "text"))
                                 : folded_text(string_of(article, "text"), json_object_get(article, "spans"));
    g_autofree char *escaped = text_escape_body(text);

    print_article_head(article);
    printf("%s%s", escaped, g_str_has_suffix(escaped, "\n") ? "" : "\n");
    if (json_array_size(attachments) > 0)
        puts("attachments (mailgw ticket attachment)");
    print_attachments(attachments);
    puts("");
}

static void
print_each(const json_t *rows, const char *heading, const char *const *keys)
{
    const json_t *row;
    gsize i;

    if (json_array_size(rows) == 0)
        return;
    printf("%s\n", heading);
    json_array_foreach(rows, i, row) {
        fputs(" ", stdout);
        for (gsize k = 0; keys[k] != NULL; k++) {
            g_autofree char *text = value_text(json_object_get(row, keys[k]));

            printf(" %s", text);
        }
        puts("");
    }
    puts("");
}

static void
print_failures(const json_t *failures)
{
    const json_t *failure;
    gsize i;

    json_array_foreach(failures, i, failure) {
        const char *text = string_of(failure, "text");

        printf("%s: <", g_strcmp0(string_of(failure, "state"), "delayed") == 0 ? "delivery delayed" : "delivery failed");
        print_escaped(string_of(failure, "address") != NULL ? string_of(failure, "address") : "");
        fputs(">: ", stdout);
        print_escaped(text != NULL && text[0] != '\0' ? text : "no reason given");
        printf(" (%s of %s)\n", string_of(failure, "kind"), string_of(failure, "created"));
    }
}

static void
print_bouncing(const json_t *ticket)
{
    const json_t *bouncing = json_object_get(ticket, "requester_bouncing");

    if (!json_is_object(bouncing))
        return;
    printf("mail to the requester comes back since %s: ", string_of(bouncing, "since") != NULL ? string_of(bouncing, "since") : "?");
    print_escaped(string_of(bouncing, "reason") != NULL ? string_of(bouncing, "reason") : "");
    puts("");
}

/* "first-response: running, due 2026-11-23T10:00:00Z (standard)" */
static void
print_targets(const json_t *targets)
{
    static const char *const moments[] = { "due", "paused", "met" };
    const json_t *target;
    gsize i;

    json_array_foreach(targets, i, target) {
        printf("%s: %s", string_of(target, "target"), string_of(target, "state"));
        for (gsize k = 0; k < G_N_ELEMENTS(moments); k++)
            if (string_of(target, moments[k]) != NULL)
                printf(", %s %s", moments[k], string_of(target, moments[k]));
        fputs(" (", stdout);
        print_escaped(string_of(target, "policy"));
        puts(")");
    }
}

static void
print_ticket(json_t *ticket, gboolean full)
{
    static const char *const link_keys[] = { "ticket", "status", "subject", "reason", NULL };
    static const char *const event_keys[] = { "at", "actor", "kind", "detail", NULL };
    static const char *const outbox_keys[] = { "id", "kind", "to", "state", "last_text", NULL };
    static const char *const own_lines[] = { "articles_shown", "events", "links", "outbox", "delivery_failures",
                                             "requester_bouncing", "targets" };
    g_autoptr(Json) head = json_copy(ticket);
    const json_t *article;
    gsize i;

    for (gsize k = 0; k < G_N_ELEMENTS(own_lines); k++)
        json_object_del(head, own_lines[k]);
    print_object(head);
    print_targets(json_object_get(ticket, "targets"));
    print_failures(json_object_get(ticket, "delivery_failures"));
    print_bouncing(ticket);
    puts("");
    json_array_foreach(json_object_get(ticket, "articles_shown"), i, article)
        print_article(article, full);
    print_each(json_object_get(ticket, "links"), "perhaps related", link_keys);
    print_each(json_object_get(ticket, "outbox"), "mail sent about it", outbox_keys);
    print_each(json_object_get(ticket, "events"), "history", event_keys);
}

int
ticket_show(Cli *cli, int argc, char **argv)
{
    gboolean full = FALSE;
    const GOptionEntry entries[] = {
        { "full", 0, 0, G_OPTION_ARG_NONE, &full, "the whole text: quotes, signatures and disclaimers unfolded", NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "show", "REF", "one ticket: its mails, its history", ticket_show, NULL };
    int status = command_options("mailgw ticket", &self, cli, entries, &argc, &argv, 1, 1);
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) ticket = NULL;
    g_autofree char *reference = NULL;
    gint64 number;

    if (status >= 0)
        return status;
    number = argument_id("mailgw ticket show", argv[1]);
    if (number == 0)
        return EXIT_USAGE;
    reference = id_text(number);
    if (!cli_open(cli, STORE_READER, &config, &store))
        return EXIT_FAILED;
    ticket = load_ticket(store, reference, &error);
    if (ticket == NULL)
        return fail(g_steal_pointer(&error));
    if (cli->json)
        json_print(ticket, stdout);
    else
        print_ticket(ticket, full);
    return EXIT_DONE;
}
