/*
 * check-imap.c - what the keys of [imap NAME] mean for each other: no password over an open wire, no queue that is not there
 */
#include "config/config-private.h"
#include "config/host-private.h"

#include <string.h>

static void
need(const ReaderSection *section, const char *key, Mistakes *mistakes)
{
    if (reader_entry(section, key) == NULL)
        mistakes_add(mistakes, section->at, "%s needs the key \"%s\"", section->title, key);
}

static void
check_host(const ImapConfig *imap, const ReaderSection *section, Mistakes *mistakes)
{
    const ReaderEntry *entry = reader_entry(section, "host");
    g_autofree char *host = NULL;
    guint port;

    if (entry == NULL)
        return;
    if (!host_port_parse(imap->host, &host, &port) || port != 0)
        mistakes_add(mistakes, entry->value_at, "\"%s\" is no name of a host; a port has its own key", imap->host);
}

static void
check_plaintext(const ImapConfig *imap, const ReaderSection *section, Mistakes *mistakes)
{
    const ReaderEntry *entry = reader_entry(section, "security");
    g_autofree char *host = NULL;
    guint port;

    if (imap->security != IMAP_OPTION_PLAINTEXT || imap->host == NULL)
        return;
    if (imap->allow_plaintext != IMAP_ALLOW_PLAINTEXT_LOOPBACK)
        mistakes_add(mistakes, entry->value_at,
                     "the password would go unencrypted; that is for tests on one host: allow-plaintext = loopback");
    else if (!host_port_parse(imap->host, &host, &port) || !host_is_loopback(host))
        mistakes_add(mistakes, entry->value_at, "the password would cross the network unencrypted; %s is no loopback address",
                     imap->host);
    entry = reader_entry(section, "pin");
    if (entry != NULL)
        mistakes_add(mistakes, entry->key_at, "a pin is for TLS, which security = plaintext does without");
}

static void
check_oauth(const ImapConfig *imap, const ReaderSection *section, gboolean by_token, Mistakes *mistakes)
{
    static const char *const keys[] = { "oauth-grant", "oauth-token-url", "oauth-device-url", "oauth-client-id", "oauth-secret-file", "oauth-scope",
                                        "oauth-ca-file", "oauth-allow", NULL };

    if (by_token) {
        need(section, "oauth-token-url", mistakes);
        need(section, "oauth-client-id", mistakes);
        if (imap->oauth_grant == OAUTH_CLIENT_CREDENTIALS)
            need(section, "oauth-secret-file", mistakes);
        return;
    }
    for (const char *const *key = keys; *key != NULL; key++)
        if (reader_entry(section, *key) != NULL)
            mistakes_add(mistakes, reader_entry(section, *key)->key_at, "%s is for mechanism = xoauth2 or oauthbearer", *key);
}

static void
check_login(const ImapConfig *imap, const ReaderSection *section, Mistakes *mistakes)
{
    gboolean by_token = imap->mechanism == IMAP_OPTION_XOAUTH2 || imap->mechanism == IMAP_OPTION_OAUTHBEARER;
    const ReaderEntry *password = reader_entry(section, "password-file");

    need(section, "user", mistakes);
    check_oauth(imap, section, by_token, mistakes);
    if (!by_token)
        need(section, "password-file", mistakes);
    else if (password != NULL)
        mistakes_add(mistakes, password->key_at, "who logs in by a token has no password; it is for another mechanism");
}

static void
check_folders(const ImapConfig *imap, const ReaderSection *section, Mistakes *mistakes)
{
    const ReaderEntry *folders = reader_entry(section, "folders"), *after = reader_entry(section, "after");

    for (guint i = 0; imap->folders[i] != NULL; i++) {
        for (guint k = 0; folders != NULL && k < i; k++)
            if (strcmp(imap->folders[i], imap->folders[k]) == 0)
                mistakes_add(mistakes, folders->value_at, "the folder \"%s\" stands twice", imap->folders[i]);
        if (after != NULL && g_strcmp0(imap->after.folder, imap->folders[i]) == 0)
            mistakes_add(mistakes, after->value_at, "mail would be moved into \"%s\", from where it is taken", imap->folders[i]);
    }
}

void
config_check_imap(const Config *config, const ReaderSection *section, Mistakes *mistakes)
{
    const ImapConfig *imap = section->values;
    const ReaderEntry *queue = reader_entry(section, "queue");

    need(section, "host", mistakes);
    check_host(imap, section, mistakes);
    check_plaintext(imap, section, mistakes);
    check_login(imap, section, mistakes);
    check_folders(imap, section, mistakes);
    if (queue != NULL && queues_find_name(config->queues, imap->queue) == NULL)
        mistakes_add(mistakes, queue->value_at, "there is no [queue %s]", imap->queue);
}
