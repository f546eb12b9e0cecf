/*
 * cmd-serve.c - serve, reload
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "base/log.h"
#include "cli.h"
#include "identity.h"
#include "running.h"
#include "supervisor.h"

static gboolean
choose_roles(SupervisorSettings *settings, char **names)
{
    for (gsize i = 0; names != NULL && names[i] != NULL; i++) {
        RoleKind kind;

        if (!role_kind_parse(names[i], &kind)) {
            usage_text("mailgw serve", "there is no role \"%s\": lmtp, imap, worker, clock or courier", names[i]);
            return FALSE;
        }
        settings->chosen[kind] = settings->any_chosen = TRUE;
    }
    return TRUE;
}

static gboolean
become_service(const Config *config, GError **error)
{
    uid_t uid;
    gid_t gid;

    if (config->database.embedded != NULL) {
        Embedded embedded = identity_embedded(config);

        if (!embedded_start(&embedded, error))
            return FALSE;
    }
    return identity_find(config->gateway.user, config->database.embedded, &uid, &gid, error)
           && identity_drop(uid, gid, error);
}

static void
say_where_mail_goes(const Config *config)
{
    if (config->smtp.transport != NULL && g_str_has_prefix(config->smtp.transport, "maildir:"))
        log_warning("mail-goes-to-a-folder", LOG_TEXT("transport", config->smtp.transport));
}

int
cmd_serve(Cli *cli, int argc, char **argv)
{
    g_auto(GStrv) roles = NULL;
    gboolean until_idle = FALSE;
    const GOptionEntry entries[] = {
        { "role", 0, 0, G_OPTION_ARG_STRING_ARRAY, &roles, "run this role only: lmtp, imap, worker, clock, courier (may be repeated)", "ROLE" },
        { "until-idle", 0, 0, G_OPTION_ARG_NONE, &until_idle, "stop when nothing is due", NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "serve", NULL, "run the gateway: take mail, work it, send answers", cmd_serve, NULL };
    int status = command_options("mailgw", &self, cli, entries, &argc, &argv, 0, 0);
    SupervisorSettings settings = { .config_path = cli->config_path, .until_idle = until_idle };
    g_autoptr(GError) error = NULL;

    if (status >= 0)
        return status;
    if (!choose_roles(&settings, roles))
        return EXIT_USAGE;
    supervisor_own_signals();
    settings.config = cli_config(cli);
    if (settings.config == NULL)
        return EXIT_FAILED;
    /* Secrets are read as the user that the roles run as. */
    if (!supervisor_require(&settings, settings.config, &error) || !become_service(settings.config, &error)
        || !config_check_secrets(settings.config, &error) || (settings.templates = cli_templates(settings.config, &error)) == NULL
        || !cli_targets(settings.config, &settings.targets, &error)
        || !cli_rules(settings.config, settings.targets, settings.templates, &settings.rules, &settings.target_rules,
                      &error)) {
        template_set_free(settings.templates);
        targets_free(settings.targets);
        config_unref(settings.config);
        return fail(g_steal_pointer(&error));
    }
    say_where_mail_goes(settings.config);
    supervisor_log_rules(settings.rules);
    supervisor_log_rules(settings.target_rules);
    supervisor_log_templates(settings.templates);
    running_announce(settings.config, !until_idle && !settings.any_chosen);
    status = supervisor_run(&settings);
    rules_free(settings.rules);
    rules_free(settings.target_rules);
    template_set_free(settings.templates);
    targets_free(settings.targets);
    config_unref(settings.config);
    return status;
}

int
cmd_reload(Cli *cli, int argc, char **argv)
{
    static const Command self = { "reload", NULL, "make a running gateway read its configuration again", cmd_reload, NULL };
    int status = command_options("mailgw", &self, cli, NULL, &argc, &argv, 0, 0);
    g_autoptr(Config) config = NULL;
    g_autoptr(TemplateSet) templates = NULL;
    g_autoptr(Rules) rules = NULL, target_rules = NULL;
    g_autoptr(Targets) targets = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    pid_t pid;

    if (status >= 0)
        return status;
    config = cli_config(cli);
    if (config == NULL)
        return EXIT_FAILED;
    pid = running_pid(config);
    path = running_path(config);
    if (pid != 0 && kill(pid, SIGHUP) != 0 && errno == EPERM)
        return fail_text("could not reload: the gateway, process %d, is another user's; do it as that user or as root", (int) pid);
    if (pid == 0 || kill(pid, 0) != 0)
        return fail_text("could not reload: no gateway runs with %s: nobody holds %s", config->path, path);
    /* The gateway is told all the same: that it keeps what it has belongs in its log. */
    templates = cli_templates(config, &error);
    if (templates == NULL)
        return fail_text("the gateway keeps the templates it has: %s", error->message);
    if (!cli_targets(config, &targets, &error))
        return fail_text("the gateway keeps the calendars it has: %s", error->message);
    if (!cli_rules(config, targets, templates, &rules, &target_rules, &error))
        return fail_text("the gateway keeps the rules it has: %s", error->message);
    puts("told the gateway to read its configuration again; the log says how it went");
    return EXIT_DONE;
}
