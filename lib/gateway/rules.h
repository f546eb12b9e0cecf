/*
 * rules.h - the rules in force: the script of the configuration, compiled with all it includes, as a whole or not at all
 *
 * Who starts a worker compiles them once and hands them on by fork(): a worker that is started again runs the rules that its gateway began with,
 * whatever the files say by then. The digest names what ran, in every decision.
 */
#pragma once

#include "base/error.h"
#include "config/values.h"
#include "sieve/sieve.h"
#include "targets/targets.h"
#include "template/set.h"

/* What of the configuration a script may name, or use. */
typedef struct {
    const RulesConfig *config;
    const GPtrArray   *queues;     /* QueueConfig *   */
    const GPtrArray   *webhooks;   /* WebhookConfig * */
    const TemplateSet *templates;  /* NULL: none      */
    const Targets     *targets;    /* calendars and policies; NULL: none */
    gboolean           on_target;  /* it runs when a response is nearly or really overdue: there is no message */
} RulesNames;

/* What exists for a script that runs here; and what no script can have in the gateway. The caller fills in load. */
SieveHost *rules_host_new(const RulesNames *names);
void       rules_host_free(SieveHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SieveHost, rules_host_free)

/* rules-on-target.c: what needs a message cannot be had without one; each with a hint. */
void rules_add_absent_on_target(SieveHost *host);

/* Lists (RFC 6134) that the store answers for, by their canonical names: persons who had part in a ticket or were entered as customers; agents. */
#define RULES_LIST_KNOWN  ":addrbook:default"
#define RULES_LIST_AGENTS ":addrbook:agents"

void rules_add_lists_of_store(SieveHost *host);

typedef void (*RulesTextFunction)(gpointer data, const char *name, const char *text, gsize length);
/* The lists in folder/lists become known; a folder that is not there has none. each (may be NULL) is told of every file, in the order of names. */
gboolean rules_load_lists(SieveHost *host, const char *folder, RulesTextFunction each, gpointer data, GError **error);

typedef struct {
    SieveScript *script;
    SieveHost   *host;         /* what it was compiled against */
    char        *file;         /* as problems, reasons and hit counts call it: "main.sieve" */
    char        *path;
    char        *digest;       /* SHA-256 over name and text of every file that was read, in hexadecimal */
    GPtrArray   *warnings;     /* char *: what the compiler warned of */
} Rules;

/*
 * directory: of the configuration; script: as RulesConfig names it. CONFIG with every problem, one a line: "main.sieve:12:5: error: text".
 */
Rules *rules_load(const char *directory, const char *script, const RulesNames *names, GError **error);
/* Where a script stands that the configuration names: beside it, else in rules/. */
char  *rules_find_script(const char *directory, const char *script);
void   rules_free(Rules *rules);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rules, rules_free)

/* The text of a script that another one includes: it stands in folder, as NAME.sieve. NULL if there is none. */
char *rules_read_included(const char *folder, const char *name, gsize *length_out);
