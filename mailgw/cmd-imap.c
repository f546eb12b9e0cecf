/*
 * cmd-imap.c - imap test, imap list: whether a mailbox can be read, and what was read of it
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "imap-accounts.h"
#include "imap-oauth.h"
#include "imap-test.h"

/* ---- test --------------------------------------------------------------------------------------------------- */

/* The account that is named, or all of them. */
static gboolean
choose(const Config *config, const char *name, GPtrArray *chosen)
{
    if (name == NULL) {
        for (guint i = 0; i < config->imap->len; i++)
            g_ptr_array_add(chosen, config->imap->pdata[i]);
        return TRUE;
    }
    if (config_imap_account(config, name) == NULL)
        return FALSE;
    g_ptr_array_add(chosen, (gpointer) config_imap_account(config, name));
    return TRUE;
}

/* What is known of the account's folders; without a database a test tells what a first contact would do. */
static Store *
open_books(const Config *config)
{
    g_autofree char *socket_dir = NULL;
    StoreSettings settings = cli_store_settings(config, STORE_READER, "command", &socket_dir);

    return settings.url != NULL || settings.socket_dir != NULL ? store_open(&settings, NULL) : NULL;
}

static int
test(Cli *cli, int argc, char **argv)
{
    static const Column columns[] = { { "account", "ACCOUNT", 0 }, { "step", "STEP", 40 }, { "ok", "OK", 0 }, { "text", "RESULT", 0 },
                                      { NULL, NULL, 0 } };
    static const Command self = { "test", "[ACCOUNT]", "connect, log in, and tell what would be fetched", test, NULL };
    int status = command_options("mailgw imap", &self, cli, NULL, &argc, &argv, 0, 1);
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GPtrArray) chosen = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) rows = json_array();
    gboolean all = TRUE;

    if (status >= 0)
        return status;
    config = cli_config(cli);
    if (config == NULL)
        return EXIT_FAILED;
    if (!config_require_imap(config, &error))
        return fail(g_steal_pointer(&error));
    if (!choose(config, argv[1], chosen))
        return fail_text("there is no [imap %s] in %s", argv[1], config->path);
    store = open_books(config);
    for (guint i = 0; i < chosen->len; i++)
        all = imap_test(config, chosen->pdata[i], store, rows) && all;
    print_rows(cli, rows, columns);
    return all ? EXIT_DONE : EXIT_FAILED;
}

/* ---- list --------------------------------------------------------------------------------------------------- */

static int
list(Cli *cli, int argc, char **argv)
{
    static const Column columns[] = { { "account", "ACCOUNT", 0 }, { "folder", "FOLDER", 30 }, { "taken", "TAKEN", 0 },
                                      { "waiting", "WAITING", 0 }, { "last_success", "LAST SUCCESS", 0 }, { "alarm", "ALARM", 60 },
                                      { "hint", "HINT", 60 }, { NULL, NULL, 0 } };
    static const Command self = { "list", NULL, "the mailboxes, how far each folder is read, and what is wrong", list, NULL };
    int status = command_options("mailgw imap", &self, cli, NULL, &argc, &argv, 0, 0);
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) rows = NULL;

    if (status >= 0)
        return status;
    if (!cli_open(cli, STORE_READER, &config, &store))
        return EXIT_FAILED;
    rows = imap_account_rows(config, store, &error);
    if (rows == NULL)
        return fail(g_steal_pointer(&error));
    print_rows(cli, rows, columns);
    return EXIT_DONE;
}

const Command imap_commands[] = {
    { "test", "[ACCOUNT]", "connect, log in, and tell what would be fetched", test, NULL },
    { "authorize", "ACCOUNT", "agree that an account may be read by OAuth", imap_authorize, NULL },
    { "list", NULL, "the mailboxes, how far each folder is read, and what is wrong", list, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};
