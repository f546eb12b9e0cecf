/*
 * cli.h - what every subcommand shares: options, the configuration, the database, how output is printed
 *
 * Exit status: 0 done, 1 refused or failed with one line that says why, 2 usage.
 */
#pragma once

#include "base/error.h"
#include "base/json.h"
#include "config/config.h"
#include "gateway/accept.h"
#include "gateway/settings.h"
#include "store/store.h"
#include "targets/targets.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

typedef struct {
    const char *config_path;       /* --config, $MAILGW_CONFIG or the default */
    gboolean    config_is_default; /* neither option nor environment named it */
    gboolean    json;
} Cli;

typedef struct Command {
    const char *name;
    const char *arguments;         /* "REF --as AGENT"; stands in usage lines   */
    const char *summary;           /* one line                                  */
    int       (*run)(Cli *cli, int argc, char **argv);   /* argv[0] is the command's name */
    const struct Command *subcommands;                   /* ends with a NULL name; or NULL */
} Command;

/* Finds argv[0] among commands and runs it; prints help and usage errors. path: "mailgw ticket". */
int command_run(const char *path, const Command *commands, Cli *cli, int argc, char **argv);

/*
 * Parses the options of one command (and --config, --json, --help, which all have) and leaves the arguments in argv[1..]. Returns
 * -1 to go on, else the exit status. min and max arguments: max -1 is any number.
 */
int command_options(const char *path, const Command *command, Cli *cli, const GOptionEntry *entries, int *argc, char ***argv,
                    int min, int max);

/* Prints "mailgw: TEXT" to standard error, escaped; returns EXIT_FAILED. Takes the error. */
int  fail(GError *error);
int  fail_text(const char *format, ...) G_GNUC_PRINTF(1, 2);
int  usage_text(const char *path, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The configuration, or NULL (the error was printed). */
Config *cli_config(const Cli *cli);
/* A connection in that role; an embedded server that is down is started and left running. NULL: the error was printed. */
Store  *cli_store(const Config *config, StoreRole role);
/* Config and store in one; both NULL on failure. */
gboolean cli_open(const Cli *cli, StoreRole role, Config **config_out, Store **store_out);

StoreSettings cli_store_settings(const Config *config, StoreRole role, const char *name, char **socket_dir_out);
/* Which recipients are ours. */
AcceptSettings cli_accept_settings(const Config *config);
/* Without rules and templates: who decides sets them. */
void          cli_decide_settings(const Config *config, DecideSettings *settings_out);
/* What scripts may name of it: borrowed. */
RulesNames    cli_rules_names(const Config *config, const Targets *targets, const TemplateSet *templates);
/*
 * The rules that the configuration names, compiled: for messages, and for targets (may be NULL: not wanted). NULL where it names none. CONFIG with all that is
 * wrong with them.
 */
gboolean      cli_rules(const Config *config, const Targets *targets, const TemplateSet *templates, Rules **on_message_out, Rules **on_target_out,
                        GError **error);
/* Our templates and those beside the configuration. CONFIG with all that is wrong with them. */
TemplateSet  *cli_templates(const Config *config, GError **error);
/* The calendars and policies that the configuration names, with their files. CONFIG with all that is wrong with them. */
gboolean      cli_targets(const Config *config, Targets **targets_out, GError **error);

/* The columns of a table: a key of the rows and the heading; ends with NULL. */
typedef struct {
    const char *key;
    const char *heading;
    int         max_width;         /* longer values are cut on a terminal; 0: never */
} Column;

/* An array of objects as JSON (--json) or as a table. */
void print_rows(const Cli *cli, json_t *rows, const Column *columns);
/* Escaped for a terminal, one line. */
void print_escaped(const char *text);
/* "key: value" lines of an object, keys as they come; NULL values left out. */
void print_object(const json_t *object);
/* Columns that a text takes on a terminal. */
int  display_width(const char *text);
/* A scalar as a person reads it; caller frees. */
char *value_text(const json_t *value);

/* The subcommands, one file each. */
int cmd_init(Cli *cli, int argc, char **argv);
int cmd_demo(Cli *cli, int argc, char **argv);
int cmd_serve(Cli *cli, int argc, char **argv);
int cmd_reload(Cli *cli, int argc, char **argv);
int cmd_import(Cli *cli, int argc, char **argv);
int cmd_parse(Cli *cli, int argc, char **argv);
int cmd_explain(Cli *cli, int argc, char **argv);
int cmd_status(Cli *cli, int argc, char **argv);
int cmd_purge(Cli *cli, int argc, char **argv);
int cmd_audit(Cli *cli, int argc, char **argv);
int cmd_report(Cli *cli, int argc, char **argv);
extern const Command ticket_commands[], inbound_commands[], outbox_commands[], agent_commands[], customer_commands[], rules_commands[], config_commands[],
    template_commands[], target_commands[], calendar_commands[], db_commands[];
extern const Command kb_commands[];
extern const Command imap_commands[];
