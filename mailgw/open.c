/*
 * open.c - from the configuration to the values modules want, and to a connection
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "identity.h"
#include "running.h"
#include "store/embedded.h"

Config *
cli_config(const Cli *cli)
{
    g_autoptr(GError) error = NULL;
    Config *config = config_load(cli->config_path, &error);

    if (config == NULL && cli->config_is_default && !g_file_test(cli->config_path, G_FILE_TEST_EXISTS))
        fail_text("there is no configuration: %s is missing; name one by --config or $MAILGW_CONFIG, or make one: "
                  "mailgw init --dir DIR", cli->config_path);
    else if (config == NULL)
        fail_text("%s", error->message);
    return config;
}

StoreSettings
cli_store_settings(const Config *config, StoreRole role, const char *name, char **socket_dir_out)
{
    StoreSettings settings = { .url = config->database.url, .role = role, .name = name };

    *socket_dir_out = NULL;
    if (config->database.embedded != NULL) {
        Embedded embedded = identity_embedded(config);

        *socket_dir_out = embedded_socket_dir(&embedded);
        settings.socket_dir = *socket_dir_out;
    }
    return settings;
}

/* While a gateway is up, its supervisor looks after the database; one that was stopped by hand stays down then. */
static gboolean
start_if_ours(const Config *config, const Embedded *embedded, GError **error)
{
    return running_is_up(config) ? embedded_restart(embedded, error) : embedded_start(embedded, error);
}

Store *
cli_store(const Config *config, StoreRole role)
{
    g_autofree char *socket_dir = NULL;
    StoreSettings settings = cli_store_settings(config, role, "command", &socket_dir);
    g_autoptr(GError) error = NULL;
    Store *store;

    if (!config_require_database(config, &error)) {
        fail(g_steal_pointer(&error));
        return NULL;
    }
    if (socket_dir != NULL) {
        Embedded embedded = identity_embedded(config);

        if (!embedded_is_up(&embedded, NULL) && !start_if_ours(config, &embedded, &error)) {
            fail(g_steal_pointer(&error));
            return NULL;
        }
    }
    store = store_open(&settings, &error);
    if (store == NULL)
        fail(g_steal_pointer(&error));
    return store;
}

gboolean
cli_open(const Cli *cli, StoreRole role, Config **config_out, Store **store_out)
{
    g_autoptr(Config) config = cli_config(cli);

    *store_out = config != NULL ? cli_store(config, role) : NULL;
    if (*store_out == NULL)
        return FALSE;
    *config_out = g_steal_pointer(&config);
    return TRUE;
}

AcceptSettings
cli_accept_settings(const Config *config)
{
    return (AcceptSettings) { config->queues, config->gateway.subaddressing, config->limits.waiting, config->smtp.bounce_domain };
}

void
cli_decide_settings(const Config *config, DecideSettings *settings)
{
    memset(settings, 0, sizeof *settings);
    settings->name = config->gateway.name;
    settings->host = config->gateway.host;
    settings->old_tags = (const char *const *) config->tags->pdata;
    settings->authserv_id = config->gateway.authserv_id;
    settings->queues = config->queues;
    settings->limits = &config->limits;
    settings->acknowledge = &config->acknowledge;
    settings->several_queues = config->gateway.several_queues;
    settings->subaddressing = config->gateway.subaddressing;
    settings->bounce_domain = config->smtp.bounce_domain;
    settings->rules_config = &config->rules;
    settings->webhooks = config->webhooks;
    settings->timezone = config->rules.timezone;
    settings->automatic_life_seconds = config->smtp.automatic_life_seconds;
    settings->reply_life_seconds = config->smtp.reply_life_seconds;
}

RulesNames
cli_rules_names(const Config *config, const Targets *targets, const TemplateSet *templates)
{
    return (RulesNames) { .config = &config->rules, .queues = config->queues, .webhooks = config->webhooks, .templates = templates,
                          .targets = targets };
}

gboolean
cli_rules(const Config *config, const Targets *targets, const TemplateSet *templates, Rules **on_message_out, Rules **on_target_out, GError **error)
{
    RulesNames names = cli_rules_names(config, targets, templates);
    g_autoptr(Rules) on_message = NULL, on_target = NULL;

    if (config->rules.on_message != NULL) {
        on_message = rules_load(config->directory, config->rules.on_message, &names, error);
        if (on_message == NULL)
            return FALSE;
    }
    names.on_target = TRUE;
    if (config->rules.on_target != NULL && on_target_out != NULL) {
        on_target = rules_load(config->directory, config->rules.on_target, &names, error);
        if (on_target == NULL)
            return FALSE;
    }
    *on_message_out = g_steal_pointer(&on_message);
    if (on_target_out != NULL)
        *on_target_out = g_steal_pointer(&on_target);
    return TRUE;
}

gboolean
cli_targets(const Config *config, Targets **targets_out, GError **error)
{
    *targets_out = targets_load(config->path, config->directory, config->calendars, config->targets, error);
    return *targets_out != NULL;
}

TemplateSet *
cli_templates(const Config *config, GError **error)
{
    g_autofree char *folder = g_build_filename(config->directory, "templates", NULL);

    return template_set_load(folder, error);
}
