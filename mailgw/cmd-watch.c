/*
 * cmd-watch.c - status, audit, purge: what an operator asks and does
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli.h"
#include "store/clocks.h"
#include "gateway/audit.h"
#include "imap-accounts.h"
#include "lists.h"
#include "roles.h"

/* ---- status ------------------------------------------------------------------------------------------------- */

static int
processes_up(const json_t *roles, const char *name)
{
    const json_t *row;
    gint64 n = 0;
    gsize i;

    json_array_foreach(roles, i, row)
        if (g_strcmp0(json_string_value(json_object_get(row, "role")), name) == 0)
            n += json_integer_value(json_object_get(row, "processes"));
    return (int) n;
}

/* Which roles the configuration wants, and how many processes of each announced themselves. */
static json_t *
role_rows(const Config *config, const json_t *up, gboolean *all_out)
{
    json_t *rows = json_array();

    for (RoleKind kind = 0; kind < N_ROLES; kind++) {
        int wanted = role_kind_wanted(config, kind), there = processes_up(up, role_kind_name(kind));
        json_t *row;

        if (wanted == 0)
            continue;
        row = json_object();
        json_object_set_new(row, "role", json_text(role_kind_name(kind)));
        json_object_set_new(row, "wanted", json_integer(wanted));
        json_object_set_new(row, "up", json_integer(there));
        json_array_append_new(rows, row);
        *all_out = *all_out && there >= wanted;
    }
    return rows;
}

/* What a reload would say of the templates and rules: a gateway that was told of such a file keeps what it has. */
static void
add_rules(const Config *config, json_t *object)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(TemplateSet) templates = cli_templates(config, &error);
    g_autoptr(Targets) targets = NULL;
    g_autoptr(Rules) rules = NULL, target_rules = NULL;
    gboolean good = templates != NULL && cli_targets(config, &targets, &error)
                    && cli_rules(config, targets, templates, &rules, &target_rules, &error);

    json_object_set_new(object, "templates_digest", json_text(templates != NULL ? template_set_digest(templates) : NULL));
    if (templates == NULL)
        json_object_set_new(object, "templates_error", json_text(error->message));
    if (templates == NULL || (config->rules.on_message == NULL && config->rules.on_target == NULL))
        return;
    if (config->rules.on_message != NULL) {
        json_object_set_new(object, "rules", json_text(good ? rules->path : config->rules.on_message));
        json_object_set_new(object, "rules_digest", json_text(good ? rules->digest : NULL));
    }
    if (config->rules.on_target != NULL) {
        json_object_set_new(object, "target_rules", json_text(good ? target_rules->path : config->rules.on_target));
        json_object_set_new(object, "target_rules_digest", json_text(good ? target_rules->digest : NULL));
    }
    json_object_set_new(object, "rules_error", json_text(error != NULL ? error->message : NULL));
}

/* Who changed a calendar or a policy is told what is still owed by the earlier ones. */
static gboolean
add_targets(const Config *config, Store *store, json_t *object, GError **error)
{
    g_autoptr(Targets) targets = NULL;
    gint64 tickets;

    if (config->targets->len == 0 || !cli_targets(config, &targets, NULL))
        return TRUE;
    if (!store_clock_outdated(store, targets_digest(targets), &tickets, error))
        return FALSE;
    json_object_set_new(object, "targets_outdated", json_integer(tickets));
    return TRUE;
}

static gboolean
add_mailboxes(const Config *config, Store *store, json_t *object, GError **error)
{
    json_t *rows;

    if (config->imap->len == 0)
        return TRUE;
    rows = imap_account_rows(config, store, error);
    if (rows != NULL)
        json_object_set_new(object, "imap", rows);
    return rows != NULL;
}

static void
print_mailboxes(const Cli *table, json_t *object)
{
    static const Column columns[] = { { "account", "MAILBOX", 0 }, { "folder", "FOLDER", 30 }, { "last_success", "LAST SUCCESS", 0 },
                                      { "waiting", "WAITING", 0 }, { "alarm", "ALARM", 60 }, { "hint", "HINT", 60 }, { NULL, NULL, 0 } };
    g_autoptr(Json) rows = json_incref(json_object_get(object, "imap"));

    json_object_del(object, "imap");
    if (rows == NULL)
        return;
    print_rows(table, rows, columns);
    puts("");
}

/* One line each, as the compiler tells them. */
static void
print_rules_error(const char *problems)
{
    g_auto(GStrv) lines = g_strsplit(problems, "\n", -1);

    puts("\nThe rules do not compile; a gateway that is up keeps those it has, none starts with these:");
    for (guint i = 0; lines[i] != NULL; i++) {
        fputs("  ", stdout);
        print_escaped(lines[i]);
        puts("");
    }
}

static void
print_outdated(json_int_t tickets)
{
    if (tickets > 0)
        printf("\nWhat %" JSON_INTEGER_FORMAT " open tickets owe was counted by earlier calendars or policies; look at it, then do it:\n"
               "  mailgw target recompute --dry-run\n  mailgw target recompute\n", tickets);
}

static void
print_status(const Config *config, json_t *object)
{
    static const Column columns[] = { { "role", "ROLE", 0 }, { "wanted", "WANTED", 0 }, { "up", "UP", 0 }, { NULL, NULL, 0 } };
    const Cli table = { .json = FALSE };
    g_autoptr(Json) roles = json_incref(json_object_get(object, "roles")), error = json_incref(json_object_get(object, "rules_error"));

    print_rows(&table, roles, columns);
    puts("");
    json_object_del(object, "roles");
    json_object_del(object, "rules_error");
    print_mailboxes(&table, object);
    print_object(object);
    print_outdated(json_integer_value(json_object_get(object, "targets_outdated")));
    if (json_is_string(error))
        print_rules_error(json_string_value(error));
    if (config->smtp.transport != NULL && g_str_has_prefix(config->smtp.transport, "maildir:"))
        printf("\nMail only goes to a folder: %s\n", config->smtp.transport + strlen("maildir:"));
}

int
cmd_status(Cli *cli, int argc, char **argv)
{
    static const Command self = { "status", NULL, "whether every role is up, and what waits", cmd_status, NULL };
    int status = command_options("mailgw", &self, cli, NULL, &argc, &argv, 0, 0);
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) summary = NULL, roles = NULL;
    json_t *object;
    gboolean all = TRUE;

    if (status >= 0)
        return status;
    if (!cli_open(cli, STORE_READER, &config, &store))
        return EXIT_FAILED;
    summary = store_query_json(store, QUERY_STATUS_SUMMARY, NULL, 0, &error);
    roles = summary != NULL ? store_query_json(store, QUERY_ROLES_UP, NULL, 0, &error) : NULL;
    if (roles == NULL)
        return fail(g_steal_pointer(&error));
    object = json_array_get(summary, 0);
    json_object_set_new(object, "roles", role_rows(config, roles, &all));
    json_object_set_new(object, "up", json_boolean(all));
    add_rules(config, object);
    if (!add_targets(config, store, object, &error) || !add_mailboxes(config, store, object, &error))
        return fail(g_steal_pointer(&error));
    if (cli->json)
        json_print(object, stdout);
    else
        print_status(config, object);
    return all ? EXIT_DONE : EXIT_FAILED;
}

/* ---- audit -------------------------------------------------------------------------------------------------- */

int
cmd_audit(Cli *cli, int argc, char **argv)
{
    static const Column columns[] = { { "count", "COUNT", 0 }, { "broken", "BROKEN", 0 }, { "check", "CHECK", 0 },
                                      { "examples", "WHICH", 60 }, { NULL, NULL, 0 } };
    static const Command self = { "audit", NULL, "check that the books balance", cmd_audit, NULL };
    int status = command_options("mailgw", &self, cli, NULL, &argc, &argv, 0, 0);
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) checks = NULL;
    gboolean sound = FALSE;

    if (status >= 0)
        return status;
    if (!cli_open(cli, STORE_OWNER, &config, &store))
        return EXIT_FAILED;
    checks = audit_run(store, &sound, &error);
    if (checks == NULL)
        return fail(g_steal_pointer(&error));
    print_rows(cli, checks, columns);
    if (!cli->json)
        puts(sound ? "\nall mail accounted for" : "\nTHE BOOKS DO NOT BALANCE: see the rows marked broken");
    return sound ? EXIT_DONE : EXIT_FAILED;
}

/* ---- purge -------------------------------------------------------------------------------------------------- */

/* A year: the logo of a person who has not written for so long is only an image again. */
#define IMAGES_KEPT_SECONDS "31536000"

/* One batch after the other, each a transaction of its own, until one changes nothing. */
static gboolean
purge_all(Store *store, QueryId query, const char *const *params, int n_params, const char *what, json_t *report,
          GError **error)
{
    gint64 total = 0, changed;

    do {
        if (!store_execute(store, query, params, n_params, &changed, error))
            return FALSE;
        total += changed;
    } while (changed > 0);
    json_object_set_new(report, what, json_integer(total));
    return TRUE;
}

/* The queues that have a retention, as PostgreSQL writes arrays. */
static void
queue_arrays(const Config *config, char **names_out, char **seconds_out)
{
    GString *names = g_string_new("{"), *seconds = g_string_new("{");

    for (guint i = 0; i < config->queues->len; i++) {
        const QueueConfig *queue = g_ptr_array_index(config->queues, i);
        const char *comma = names->len > 1 ? "," : "";

        g_string_append_printf(names, "%s\"%s\"", comma, queue->name);
        g_string_append_printf(seconds, "%s%" G_GINT64_FORMAT, comma, queue->retention_seconds);
    }
    g_string_append_c(names, '}');
    g_string_append_c(seconds, '}');
    *names_out = g_string_free(names, FALSE);
    *seconds_out = g_string_free(seconds, FALSE);
}

static gint64
slowest_bucket_seconds(const Config *config)
{
    const Rate rates[] = { config->limits.tickets_per_sender, config->limits.tickets_per_domain,
                           config->limits.reopen_per_hour, config->limits.reopen_per_day,
                           config->acknowledge.per_sender_hour, config->acknowledge.per_sender_day,
                           config->acknowledge.per_domain_hour, config->acknowledge.per_ticket_hour,
                           config->acknowledge.total_hour };
    gint64 slowest = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(rates); i++)
        slowest = MAX(slowest, rates[i].seconds);
    return slowest;
}

static gboolean
purge_store(const Config *config, Store *store, json_t *report, GError **error)
{
    g_autofree char *names = NULL, *seconds = NULL, *batch = id_text(config->retention.batch);
    g_autofree char *outbox = id_text(config->retention.outbox_seconds);
    g_autofree char *decision = id_text(config->retention.decision_seconds);
    g_autofree char *slowest = id_text(slowest_bucket_seconds(config));
    const char *raw_params[3], *outbox_params[] = { outbox, batch }, *decision_params[] = { decision, batch };
    const char *key_params[] = { batch }, *counter_params[] = { slowest, batch };
    const char *image_params[] = { IMAGES_KEPT_SECONDS, batch };

    queue_arrays(config, &names, &seconds);
    raw_params[0] = names;
    raw_params[1] = seconds;
    raw_params[2] = batch;
    return purge_all(store, QUERY_PURGE_RAW, raw_params, 3, "originals", report, error)
           && (config->retention.outbox_seconds == 0
               || purge_all(store, QUERY_PURGE_OUTBOX_BYTES, outbox_params, 2, "outbox", report, error))
           && (config->retention.decision_seconds == 0
               || purge_all(store, QUERY_PURGE_DECISIONS, decision_params, 2, "decisions", report, error))
           && purge_all(store, QUERY_PURGE_IMAGES, image_params, 2, "images", report, error)
           && purge_all(store, QUERY_PURGE_CONTENT_KEYS, key_params, 1, "content_keys", report, error)
           && purge_all(store, QUERY_PURGE_RULE_SEEN, key_params, 1, "rule_seen", report, error)
           && purge_all(store, QUERY_PURGE_COUNTERS, counter_params, 2, "counters", report, error);
}

int
cmd_purge(Cli *cli, int argc, char **argv)
{
    static const Command self = { "purge", NULL, "delete what retention no longer keeps", cmd_purge, NULL };
    int status = command_options("mailgw", &self, cli, NULL, &argc, &argv, 0, 0);
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) report = json_object();

    if (status >= 0)
        return status;
    if (!cli_open(cli, STORE_OWNER, &config, &store))
        return EXIT_FAILED;
    if (!purge_store(config, store, report, &error))
        return fail(g_steal_pointer(&error));
    if (cli->json)
        json_print(report, stdout);
    else
        print_object(report);
    return EXIT_DONE;
}
