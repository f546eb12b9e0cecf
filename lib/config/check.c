/*
 * check.c - what no single value can tell: keys that need or exclude each other, and what stands twice
 */
#include "config/config-private.h"
#include "base/address.h"
#include "config/host-private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/*
 * "+t1234567.1234567." and the 27 digits of key-id and MAC (thread/token.h): with a local part of 19 octets before them a
 * token fits the 64 octets of RFC 5321, 4.5.3.1.1.
 */
#define TOKEN_OCTETS 45
#define LOCAL_PART_OCTETS 64

/* sun_path has 108 octets, and the last is NUL. */
#define SOCKET_PATH_OCTETS 107

static void
need_key(const ReaderSection *section, const char *key, const char *for_what, Mistakes *mistakes)
{
    if (reader_entry(section, key) == NULL)
        mistakes_add(mistakes, section->at, "%s needs the key \"%s\"%s", section->title, key, for_what);
}

static void
check_database(const ReaderSection *section, Mistakes *mistakes)
{
    const ReaderEntry *embedded = reader_entry(section, "embedded");
    const ReaderEntry *url = reader_entry(section, "url");

    if (embedded == NULL && url == NULL)
        mistakes_add(mistakes, section->at, "%s needs the key \"embedded\" or \"url\"", section->title);
    if (embedded != NULL && url != NULL) {
        gboolean url_is_second = url->key_at.line > embedded->key_at.line;

        mistakes_add(mistakes, url_is_second ? url->key_at : embedded->key_at,
                     "embedded and url exclude each other; the other one is in line %u",
                     url_is_second ? embedded->key_at.line : url->key_at.line);
    }
}

static void
check_smtp(const Config *config, const ReaderSection *section, Mistakes *mistakes)
{
    const SmtpConfig *smtp = &config->smtp;
    const ReaderEntry *user = reader_entry(section, "user");
    g_autofree char *host = NULL;
    guint port;

    need_key(section, "transport", "", mistakes);
    if (user != NULL)
        need_key(section, "password-file", " because there is a user", mistakes);
    else if (reader_entry(section, "password-file") != NULL)
        need_key(section, "user", " because there is a password-file", mistakes);
    if (user == NULL || smtp->transport == NULL || smtp->starttls || !g_str_has_prefix(smtp->transport, "smtp://"))
        return;
    if (host_port_parse(smtp->transport + strlen("smtp://"), &host, &port) && !host_is_loopback(host))
        mistakes_add(mistakes, user->key_at,
                     "the password would cross the network unencrypted; use starttls = yes or smtps://");
}

static void
check_listen(const LmtpConfig *lmtp, const ReaderSection *section, Mistakes *mistakes)
{
    const ReaderEntry *listen = reader_entry(section, "listen");
    const ReaderEntry *allow = reader_entry(section, "allow");
    g_autofree char *host = NULL;
    guint port;

    if (listen == NULL && allow != NULL)
        mistakes_add(mistakes, allow->key_at, "allow is for listen, which %s does not have", section->title);
    if (listen != NULL && allow == NULL && host_port_parse(lmtp->listen, &host, &port) && !host_is_loopback(host))
        mistakes_add(mistakes, listen->value_at,
                     "%s is no loopback address; name in allow who may connect", lmtp->listen);
}

/* Whether something stands the first time; if not, says where it stood. seen: what -> ReaderEntry * */
static void
check_once(GHashTable *seen, const char *what, const ReaderEntry *entry, Mistakes *mistakes)
{
    const ReaderEntry *first = g_hash_table_lookup(seen, what);

    if (first == NULL)
        g_hash_table_insert(seen, (gpointer) what, (gpointer) entry);
    else
        mistakes_add(mistakes, entry->value_at, "%s stands a second time; the first is in line %u", what,
                     first->value_at.line);
}

static void
check_lmtp(const ReaderSection *section, GHashTable *seen, Mistakes *mistakes)
{
    const LmtpConfig *lmtp = section->values;
    const ReaderEntry *socket = reader_entry(section, "socket");
    const ReaderEntry *listen = reader_entry(section, "listen");

    if (socket == NULL && listen == NULL)
        mistakes_add(mistakes, section->at, "%s needs the key \"socket\" or \"listen\"", section->title);
    if (socket != NULL && listen != NULL)
        mistakes_add(mistakes, listen->key_at,
                     "%s has a socket already; a port is a second section, such as [lmtp port]", section->title);
    if (socket != NULL) {
        check_once(seen, lmtp->socket, socket, mistakes);
        if (strlen(lmtp->socket) > SOCKET_PATH_OCTETS)
            mistakes_add(mistakes, socket->value_at, "the path of a socket may have %d octets, and %s has %u",
                         SOCKET_PATH_OCTETS, lmtp->socket, (guint) strlen(lmtp->socket));
    }
    if (listen != NULL)
        check_once(seen, lmtp->listen, listen, mistakes);
    check_listen(lmtp, section, mistakes);
}

static void
check_subaddressing(const QueueConfig *queue, const ReaderEntry *address, Mistakes *mistakes)
{
    gsize length = (gsize) (address_domain(queue->address) - 1 - queue->address);

    if (length > LOCAL_PART_OCTETS - TOKEN_OCTETS)
        mistakes_add(mistakes, address->value_at,
                     "with subaddressing = yes the part before \"@\" may have %d octets, and it has %u",
                     LOCAL_PART_OCTETS - TOKEN_OCTETS, (guint) length);
    if (memchr(queue->address, '+', length) != NULL || *queue->address == '"')
        mistakes_add(mistakes, address->value_at,
                     "with subaddressing = yes the part before \"@\" holds no \"+\" and no quotes");
}

/* A language tag (RFC 5646): two or three letters, and what may follow after "-". */
static void
check_language(const char *tag, const ReaderEntry *entry, Mistakes *mistakes)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    gsize length = strspn(tag, letters);
    const char *rest = tag + length;

    while (*rest == '-' && g_ascii_isalnum(rest[1])) {
        for (rest++; g_ascii_isalnum(*rest); rest++)
            ;
    }
    if (length < 2 || length > 3 || *rest != '\0')
        mistakes_add(mistakes, entry->value_at, "\"%s\" is no code of a language (el, de-AT, zh-Hant)", tag);
}

static void
check_queue(const Config *config, const ReaderSection *section, GHashTable *seen, Mistakes *mistakes)
{
    const QueueConfig *queue = section->values;
    const ReaderEntry *address = reader_entry(section, "address");
    const ReaderEntry *aliases = reader_entry(section, "aliases");
    const ReaderEntry *language = reader_entry(section, "language");

    need_key(section, "address", "", mistakes);
    if (address != NULL) {
        check_once(seen, queue->address, address, mistakes);
        if (config->gateway.subaddressing)
            check_subaddressing(queue, address, mistakes);
    }
    if (language != NULL && queue->language != NULL)
        check_language(queue->language, language, mistakes);
    for (char **alias = aliases == NULL ? NULL : queue->aliases; alias != NULL && *alias != NULL; alias++)
        check_once(seen, *alias, aliases, mistakes);
}

static void
check_webhook(const ReaderSection *section, Mistakes *mistakes)
{
    need_key(section, "url", "", mistakes);
    need_key(section, "secret-file", "", mistakes);
}

/* What is missing only; what may not be read may be readable for the user that the role runs as. */
static void
check_exists(const char *path, const ReaderEntry *entry, Mistakes *mistakes)
{
    struct stat status;

    if (entry != NULL && path != NULL && stat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR))
        mistakes_add(mistakes, entry->value_at, "there is no file \"%s\"", path);
}

/* [smtp] and [imap NAME] call their files the same. */
static void
check_files(const ReaderSection *section, const char *password_file, const char *ca_file, Mistakes *mistakes)
{
    check_exists(password_file, reader_entry(section, "password-file"), mistakes);
    check_exists(ca_file, reader_entry(section, "ca-file"), mistakes);
}

static void
check_imap_files(const ReaderSection *section, Mistakes *mistakes)
{
    const ImapConfig *imap = section->values;

    check_files(section, imap->password_file, imap->ca_file, mistakes);
    check_exists(imap->oauth_secret_file, reader_entry(section, "oauth-secret-file"), mistakes);
    check_exists(imap->oauth_ca_file, reader_entry(section, "oauth-ca-file"), mistakes);
}

static void
check_webhook_files(const ReaderSection *section, Mistakes *mistakes)
{
    const WebhookConfig *webhook = section->values;

    check_exists(webhook->secret_file, reader_entry(section, "secret-file"), mistakes);
    check_exists(webhook->ca_file, reader_entry(section, "ca-file"), mistakes);
}

void
config_check_files(const Config *config, GPtrArray *sections, Mistakes *mistakes)
{
    for (guint i = 0; i < sections->len; i++) {
        const ReaderSection *section = sections->pdata[i];

        if (section->broken || section->values == NULL)
            continue;
        if (strcmp(section->word, "calendar") == 0)
            config_check_calendar_files(config, section, mistakes);
        if (strcmp(section->word, "smtp") == 0)
            check_files(section, config->smtp.password_file, config->smtp.ca_file, mistakes);
        else if (strcmp(section->word, "imap") == 0)
            check_imap_files(section, mistakes);
        else if (strcmp(section->word, "webhook") == 0)
            check_webhook_files(section, mistakes);
    }
}

void
config_check(const Config *config, GPtrArray *sections, Mistakes *mistakes)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < sections->len; i++) {
        const ReaderSection *section = sections->pdata[i];

        /* Whatever is said about a section with a mistake might be the mistake's consequence. */
        if (section->broken || section->values == NULL)
            continue;
        if (strcmp(section->word, "database") == 0)
            check_database(section, mistakes);
        else if (strcmp(section->word, "smtp") == 0)
            check_smtp(config, section, mistakes);
        else if (strcmp(section->word, "lmtp") == 0)
            check_lmtp(section, seen, mistakes);
        else if (strcmp(section->word, "imap") == 0)
            config_check_imap(config, section, mistakes);
        else if (strcmp(section->word, "queue") == 0)
            check_queue(config, section, seen, mistakes);
        else if (strcmp(section->word, "webhook") == 0)
            check_webhook(section, mistakes);
        config_check_targets(config, section, mistakes);
    }
}
