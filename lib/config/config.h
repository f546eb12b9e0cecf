/*
 * config.h - mailgw.conf, read strictly into an immutable Config
 *
 * Sections in brackets, `key = value`, `#` comments (a line of their own), a value goes on in lines that begin with a
 * blank. An unknown or duplicate key or section, a wrong value and a key that needs another are errors with file, line and
 * column; an unknown word is answered with the nearest known one. All errors of a file are found in one run.
 *
 * A section is required by the command that needs it, not by the reader: config_require_*() say so in one line.
 *
 * One table (options.c) holds every option: the parser, `config show`, the error texts and the check of mailgw.conf(5) read it.
 * Secrets never stand in the file: an option names a file (mode 0600 or 0400 is checked, NUL and control characters refused).
 * Include it as "config/config.h"; the build's own config.h is <config.h>.
 */
#pragma once

#include "base/json.h"
#include "config/values.h"

typedef struct {
    int   ref_count;
    char *path;                     /* absolute path of the file */
    char *directory;                /* relative paths stand beside it */
    DatabaseConfig    database;
    GatewayConfig     gateway;
    GPtrArray        *lmtp;         /* LmtpConfig *  */
    GPtrArray        *imap;         /* ImapConfig *, in the order of the file */
    SmtpConfig        smtp;
    GPtrArray        *queues;       /* QueueConfig * in the order of the file */
    GPtrArray        *brands;       /* BrandConfig *  */
    GPtrArray        *tags;         /* const char *: gateway.old_tags and those of the brands; ends in NULL */
    LimitsConfig      limits;
    AcknowledgeConfig acknowledge;
    RulesConfig       rules;
    GPtrArray        *calendars;    /* CalendarConfig * */
    GPtrArray        *targets;      /* TargetConfig *   */
    GPtrArray        *webhooks;     /* WebhookConfig *  */
    RetentionConfig   retention;
    GHashTable       *present;      /* section names that stand in the file */
} Config;

/*
 * The file at path. On failure the error's text holds every mistake, one a line: "PATH:LINE:COLUMN: text". CONFIG. A file that it names
 * and that is not there is a mistake too.
 */
Config *config_load(const char *path, GError **error);
/* The same from memory, without a look at other files; name is used in messages, directory for relative paths. */
Config *config_parse(const char *text, gsize length, const char *name, const char *directory, GError **error);
Config *config_ref(Config *config);
void    config_unref(Config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_unref)

/* CONFIG with one line that names the missing section or key and what to write. */
gboolean config_require_database(const Config *config, GError **error);
gboolean config_require_queue(const Config *config, GError **error);
gboolean config_require_smtp(const Config *config, GError **error);
gboolean config_require_lmtp(const Config *config, GError **error);
gboolean config_require_imap(const Config *config, GError **error);

/* [imap NAME], or NULL. */
const ImapConfig *config_imap_account(const Config *config, const char *name);

/* As queues_find_address(). */
const QueueConfig *config_queue_for_address(const Config *config, const char *address, char **detail_out);

/* The whole configuration as it is in force, each option with its value, in the syntax of the file. Secrets: the path only. */
char   *config_format(const Config *config);
/* The same as an object of objects, by section ("queue support") and key; values as in the file, null where there is none. */
json_t *config_to_json(const Config *config);

/* The secret in a file: without its final newline. CONFIG if others may read it, or if it is empty or holds control characters. */
char *config_read_secret(const char *path, GError **error);
/* Whether every secret that the configuration names can be read by this process. */
gboolean config_check_secrets(const Config *config, GError **error);
