/*
 * cmd-customer.c - customer list, show, set, organisation, erase: who writes to us, and what rules know of them
 *
 * A name that begins with @ is an organisation: what it has counts for its persons, where they have nothing of their own.
 */
#include <stdio.h>
#include <string.h>

#include "base/address.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli.h"
#include "lists.h"

/* ---- looking ------------------------------------------------------------------------------------------------ */

static int
customer_list(Cli *cli, int argc, char **argv)
{
    static const Column persons[] = { { "address", "ADDRESS", 0 }, { "name", "NAME", 30 }, { "organisation", "ORGANISATION", 30 },
                                      { "tier", "TIER", 0 }, { "number", "NUMBER", 0 }, { "tickets", "TICKETS", 0 }, { NULL, NULL, 0 } };
    static const Column organisations[] = { { "organisation", "ORGANISATION", 30 }, { "domains", "DOMAINS", 50 }, { "tier", "TIER", 0 },
                                            { "number", "NUMBER", 0 }, { "persons", "PERSONS", 0 }, { NULL, NULL, 0 } };
    gboolean all = FALSE, of_organisations = FALSE;
    const GOptionEntry entries[] = {
        { "all", 0, 0, G_OPTION_ARG_NONE, &all, "not only the first 50", NULL },
        { "organisations", 0, 0, G_OPTION_ARG_NONE, &of_organisations, "organisations instead of persons", NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "list", NULL, "persons, or organisations", customer_list, NULL };
    int status = command_options("mailgw customer", &self, cli, entries, &argc, &argv, 0, 0);
    const char *params[] = { all ? NULL : "50" };

    if (status >= 0)
        return status;
    return of_organisations ? list_rows(cli, QUERY_ORGANISATION_LIST, NULL, 0, organisations)
                            : list_rows(cli, QUERY_CUSTOMER_LIST, params, 1, persons);
}

/* The address as it is kept; NULL: the error was printed. */
static char *
address_of(const char *text)
{
    char *address = address_is_valid(text) ? address_canonical(text) : NULL;

    if (address == NULL)
        fail_text("\"%s\" is no address, and no @organisation", text);
    return address;
}

static int
customer_show(Cli *cli, int argc, char **argv)
{
    static const Command self = { "show", "ADDRESS|@ORGANISATION", "what is known of a customer", customer_show, NULL };
    int status = command_options("mailgw customer", &self, cli, NULL, &argc, &argv, 1, 1);
    g_autofree char *address = NULL;
    g_autoptr(Json) row = NULL;

    if (status >= 0)
        return status;
    if (argv[1][0] != '@' && (address = address_of(argv[1])) == NULL)
        return EXIT_FAILED;
    row = address != NULL ? show_row(cli, QUERY_CUSTOMER_SHOW, "customer", address)
                          : show_row(cli, QUERY_ORGANISATION_SHOW, "organisation", argv[1] + 1);
    if (row == NULL)
        return EXIT_FAILED;
    if (cli->json)
        json_print(row, stdout);
    else
        print_object(row);
    return EXIT_DONE;
}

/* ---- setting ------------------------------------------------------------------------------------------------ */

static json_t *
words_to_json(const char *text)
{
    json_t *list = json_array();
    g_auto(GStrv) words = g_strsplit(text, ",", -1);

    for (guint i = 0; words[i] != NULL; i++)
        if (*g_strstrip(words[i]) != '\0')
            json_array_append_new(list, json_text(words[i]));
    return list;
}

/* Empty takes it away. */
static json_t *
value_to_json(const char *value)
{
    return *value != '\0' ? json_text(value) : json_null();
}

/* KEY=VALUE into changes; FALSE: the usage error was printed. */
static gboolean
read_change(json_t *changes, const char *text, gboolean of_person)
{
    static const char *const keys[] = { "tier", "number", "name", "language", NULL };
    const char *value = strchr(text, '=');
    g_autofree char *key = value != NULL ? g_strndup(text, (gsize) (value - text)) : NULL;

    if (value == NULL || strlen(++value) > LIMIT_TICKET_VALUE || !g_utf8_validate(value, -1, NULL)) {
        usage_text("mailgw customer set", "wants KEY=VALUE, not \"%s\"", text);
        return FALSE;
    }
    if (g_strv_contains(keys, key) && (of_person || g_str_equal(key, "tier") || g_str_equal(key, "number"))) {
        json_object_set_new(changes, key, value_to_json(value));
    } else if (g_str_equal(key, "tags")) {
        json_object_set_new(changes, key, words_to_json(value));
    } else if (g_str_has_prefix(key, "field.") && key[strlen("field.")] != '\0' && strlen(key) <= LIMIT_SIEVE_FIELD_NAME) {
        if (json_object_get(changes, "fields") == NULL)
            json_object_set_new(changes, "fields", json_object());
        json_object_set_new(json_object_get(changes, "fields"), key + strlen("field."), value_to_json(value));
    } else {
        usage_text("mailgw customer set", "knows %stier, number, tags and field.NAME, not \"%s\"", of_person ? "name, language, " : "", key);
        return FALSE;
    }
    return TRUE;
}

static int
set_changes(const Cli *cli, QueryId query, const char *what, const char *whom, const json_t *changes)
{
    g_autofree char *text = json_format(changes, FALSE);
    const char *params[] = { whom, text };
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    gint64 changed = 0;

    if (!cli_open(cli, STORE_OWNER, &config, &store))
        return EXIT_FAILED;
    if (!store_execute(store, query, params, 2, &changed, &error))
        return fail(g_steal_pointer(&error));
    return changed > 0 ? EXIT_DONE : fail_text("there is no %s %s", what, whom);
}

static int
customer_set(Cli *cli, int argc, char **argv)
{
    static const Command self = { "set", "ADDRESS|@ORGANISATION KEY=VALUE...", "say what rules may ask of a customer", customer_set, NULL };
    int status = command_options("mailgw customer", &self, cli, NULL, &argc, &argv, 2, -1);
    g_autoptr(Json) changes = json_object();
    g_autofree char *address = NULL;
    gboolean of_person;

    if (status >= 0)
        return status;
    of_person = argv[1][0] != '@';
    for (int i = 2; i < argc; i++)
        if (!read_change(changes, argv[i], of_person))
            return EXIT_USAGE;
    if (of_person && (address = address_of(argv[1])) == NULL)
        return EXIT_FAILED;
    return of_person ? set_changes(cli, QUERY_CUSTOMER_SET, "customer", address, changes)
                     : set_changes(cli, QUERY_ORGANISATION_SET, "organisation", argv[1] + 1, changes);
}

/* As PostgreSQL writes arrays: what a domain is made of needs no quoting. NULL: the error was printed. */
static char *
domains_array(char **domains)
{
    g_autoptr(GString) array = g_string_new("{");

    for (guint i = 0; domains[i] != NULL; i++) {
        g_autofree char *domain = address_domain_ascii(domains[i]);

        if (domain == NULL) {
            fail_text("\"%s\" is no domain", domains[i]);
            return NULL;
        }
        g_string_append_printf(array, "%s\"%s\"", i > 0 ? "," : "", domain);
    }
    return g_strdup_printf("%s}", array->str);
}

static int
make_organisation(const Cli *cli, const char *name, char **domains)
{
    g_autofree char *array = domains != NULL ? domains_array(domains) : NULL;
    const char *params[] = { name, array };
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;

    if ((domains != NULL && array == NULL) || !cli_open(cli, STORE_OWNER, &config, &store))
        return EXIT_FAILED;
    return store_execute(store, QUERY_ORGANISATION_MAKE, params, 2, NULL, &error) ? EXIT_DONE : fail(g_steal_pointer(&error));
}

static int
customer_organisation(Cli *cli, int argc, char **argv)
{
    g_auto(GStrv) domains = NULL;
    const GOptionEntry entries[] = {
        { "domain", 0, 0, G_OPTION_ARG_STRING_ARRAY, &domains, "its persons are those of these domains", "DOMAIN" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "organisation", "NAME", "make an organisation, or say which domains are its own", customer_organisation, NULL };
    int status = command_options("mailgw customer", &self, cli, entries, &argc, &argv, 1, 1);

    if (status >= 0)
        return status;
    return make_organisation(cli, argv[1][0] == '@' ? argv[1] + 1 : argv[1], domains);
}

/* ---- erasing ------------------------------------------------------------------------------------------------ */

static int
customer_erase(Cli *cli, int argc, char **argv)
{
    static const Command self = { "erase", "ADDRESS", "delete what a person wrote, and who it was", customer_erase, NULL };
    int status = command_options("mailgw customer", &self, cli, NULL, &argc, &argv, 1, 1);
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) rows = NULL;
    g_autofree char *address = NULL;
    const char *params[1];
    const json_t *articles;

    if (status >= 0)
        return status;
    if ((address = address_of(argv[1])) == NULL || !cli_open(cli, STORE_OWNER, &config, &store))
        return EXIT_FAILED;
    params[0] = address;
    rows = store_query_json(store, QUERY_CUSTOMER_ERASE, params, 1, &error);
    if (rows == NULL)
        return fail(g_steal_pointer(&error));
    articles = json_object_get(json_array_get(rows, 0), "articles");
    if (json_is_null(articles))
        return fail_text("there is no customer %s", address);
    if (cli->json)
        json_print(json_array_get(rows, 0), stdout);
    else
        printf("erased, with the text of %" JSON_INTEGER_FORMAT " articles\n", json_integer_value(articles));
    return EXIT_DONE;
}

const Command customer_commands[] = {
    { "list", NULL, "persons, or organisations", customer_list, NULL },
    { "show", NULL, "what is known of a customer", customer_show, NULL },
    { "set", NULL, "say what rules may ask of a customer", customer_set, NULL },
    { "organisation", NULL, "make an organisation, or say which domains are its own", customer_organisation, NULL },
    { "erase", NULL, "delete what a person wrote, and who it was", customer_erase, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};
