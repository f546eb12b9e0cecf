/*
 * main.c - mailgw: mail of a support address becomes tickets in PostgreSQL
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <config.h>

#include "cli.h"

static const Command commands[] = {
    { "init", NULL, "make a database and a configuration in a directory", cmd_init, NULL },
    { "demo", NULL, "show the whole life of a ticket, step by step", cmd_demo, NULL },
    { "serve", NULL, "run the gateway: take mail, work it, send answers", cmd_serve, NULL },
    { "reload", NULL, "make a running gateway read its configuration again", cmd_reload, NULL },
    { "import", NULL, "take mail from .eml files, mboxes and Maildirs", cmd_import, NULL },
    { "parse", NULL, "print what the parser understands of a mail", cmd_parse, NULL },
    { "explain", NULL, "tell what a mail would get, or why a stored one got what it got", cmd_explain, NULL },
    { "ticket", NULL, "list, show and answer tickets", NULL, ticket_commands },
    { "inbound", NULL, "what became of every mail that came in", NULL, inbound_commands },
    { "imap", NULL, "mailboxes whose mail is fetched", NULL, imap_commands },
    { "outbox", NULL, "mail that goes out", NULL, outbox_commands },
    { "agent", NULL, "the people who answer", NULL, agent_commands },
    { "customer", NULL, "who writes to us, and what rules know of them", NULL, customer_commands },
    { "rules", NULL, "check, test, list routing rules, and try them on stored mail", NULL, rules_commands },
    { "target", NULL, "when responses are due", NULL, target_commands },
    { "calendar", NULL, "working hours and holidays", NULL, calendar_commands },
    { "template", NULL, "check, show and try the texts of automatic mails", NULL, template_commands },
    { "kb", NULL, "help articles that acknowledgements name", NULL, kb_commands },
    { "report", NULL, "how much came in, how fast it was answered, what recurs", cmd_report, NULL },
    { "status", NULL, "whether every role is up, and what waits", cmd_status, NULL },
    { "audit", NULL, "check that the books balance", cmd_audit, NULL },
    { "purge", NULL, "delete what retention no longer keeps", cmd_purge, NULL },
    { "config", NULL, "check and show the configuration", NULL, config_commands },
    { "db", NULL, "start, stop and migrate the database", NULL, db_commands },
    { NULL, NULL, NULL, NULL, NULL },
};

/* --config FILE and --config=FILE may stand before the command. Returns how many arguments they took, -1: usage. */
static int
leading_options(Cli *cli, int argc, char **argv)
{
    int taken = 0;

    while (taken < argc && g_str_has_prefix(argv[taken], "--config")) {
        if (g_str_has_prefix(argv[taken], "--config=")) {
            cli->config_path = argv[taken] + strlen("--config=");
            taken++;
        } else if (g_str_equal(argv[taken], "--config") && taken + 1 < argc) {
            cli->config_path = argv[taken + 1];
            taken += 2;
        } else {
            return -1;
        }
        cli->config_is_default = FALSE;
    }
    return taken;
}

int
main(int argc, char **argv)
{
    const char *named = g_getenv("MAILGW_CONFIG");
    Cli cli = { .config_path = named != NULL ? named : "/etc/mailgw/mailgw.conf",
                .config_is_default = named == NULL };
    int taken;

    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    taken = leading_options(&cli, argc - 1, argv + 1);
    if (taken < 0)
        return usage_text("mailgw", "--config needs a file");
    if (argc > 1 && g_str_equal(argv[1], "--version")) {
        puts("mailgw " VERSION);
        return EXIT_DONE;
    }
    return command_run("mailgw", commands, &cli, argc - 1 - taken, argv + 1 + taken);
}
