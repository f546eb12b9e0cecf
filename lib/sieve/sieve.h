/*
 * sieve.h - routing rules in Sieve (RFC 5228)
 *
 * A script is compiled once, in stages: lexer, parser, checker, program; whatever is wrong with it is told in one go, each problem with its place and,
 * where one is near, the likely word. A compiled script is constant: any number of runs may share it.
 *
 * A run is pure: message, envelope and facts in, a list of actions with their reasons out. Nothing is sent, filed or looked up. What the script
 * wants to know and the facts do not hold comes back as a list of needs; the caller fetches them and runs it again from the start. Until then
 * each answer counts as no, and the script goes on, so that what it would ask next is asked in the same round.
 */
#pragma once

#include <glib.h>

#include "message/message.h"

typedef enum { SIEVE_ERROR, SIEVE_WARNING } SieveSeverity;

typedef struct {
    SieveSeverity severity;
    char  *file;
    guint  line, column;         /* from 1; columns count characters */
    char  *text;                 /* what is wrong, and what was expected */
    char  *hint;                 /* the likely word or way; or NULL */
} SieveProblem;

void sieve_problem_free(SieveProblem *problem);
/* "rules/main.sieve:12:5: error: unknown command 'filinto' (did you mean 'fileinto'?)" */
char *sieve_problem_format(const SieveProblem *problem);

typedef struct SieveScript SieveScript;

/*
 * What a script is checked against. Each set holds names as keys (char *); a set that is NULL is not known, and names of its kind are
 * not checked. load gives the text of an included script (RFC 6609), NULL where there is none.
 */
typedef struct {
    GHashTable *queues, *targets, *calendars, *templates, *agents, *webhooks, *lists;
    GHashTable *members;         /* of those lists that stand in files: name -> GHashTable * (member-list.h); or NULL */
    char     *(*load)(gpointer data, gboolean global, const char *name, gsize *length_out);
    gpointer    data;
    gboolean    testsuite;       /* the commands of .svtest files exist too */
    gboolean    on_target;       /* it runs on a response that is owed: there is no message to ask */
    GHashTable *settings;        /* name -> char *, as for SieveInput; or NULL */
    GHashTable *absent;          /* extensions, commands and tests that cannot be had here (char *): a script that wants one is wrong; the value is a hint, or the key itself; or NULL */
} SieveHost;

/*
 * file: the name that problems bear. Problems (SieveProblem *) are appended in the order of their places; at most LIMIT_SIEVE_PROBLEMS of
 * them. NULL if one of them is an error. host may be NULL.
 */
SieveScript *sieve_compile(const char *file, const char *source, gsize length, const SieveHost *host, GPtrArray *problems);
void         sieve_script_free(SieveScript *script);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SieveScript, sieve_script_free)

/* What a rule may ask for that is not in the message. Values, fetched before the run. */
typedef struct {
    GHashTable *values;          /* "customer.tier" -> GPtrArray * of char *; a name that is missing is unknown */
    GHashTable *lists;           /* "list-name\nvalue" -> non-NULL if the value is a member; missing: a need, unless the list
                                    stands in a file (SieveHost.members)                                         */
    GHashTable *duplicates;      /* key of a `duplicate` test -> GINT_TO_POINTER(1) seen, (2) not seen; missing: a need */
} SieveFacts;

typedef struct {
    const Message *message;           /* parsed with MessageOptions.details where the script asks for parts */
    const char    *raw;               /* its bytes, for body :raw; or NULL */
    gsize          raw_length;
    const char    *envelope_from;     /* "": the null path; NULL: unknown */
    const char    *envelope_to;
    const char    *envelope_orig_to;  /* before aliases; NULL: the same   */
    const char    *envelope_auth;     /* or NULL */
    const SieveFacts *facts;          /* or NULL: none */
    GHashTable    *environment;       /* name -> char * (RFC 5183); or NULL */
    const char    *subaddress_separator;   /* characters, each of which is one; NULL: "+" */
    const SieveHost *names;           /* what exists, for tests that ask it (mailboxexists, valid_ext_list); a set that is NULL: everything */
    GHashTable    *settings;          /* of extensions: name -> char *, named as Pigeonhole names them ("sieve_spamtest_status_type"); or NULL */
    gint64         now;               /* microseconds since the epoch, UTC */
    const char    *timezone;          /* IANA name of the desk's zone; NULL: UTC */
    gboolean       trace;             /* each test with its value */
    gboolean       measure;           /* how long each rule takes */
} SieveInput;

typedef enum {
    SIEVE_KEEP, SIEVE_FILEINTO, SIEVE_DISCARD, SIEVE_REDIRECT, SIEVE_REJECT, SIEVE_FLAGS, SIEVE_NOTIFY, SIEVE_VACATION,
    SIEVE_PRIORITY, SIEVE_ASSIGN, SIEVE_TARGET, SIEVE_FIELD, SIEVE_REQUESTER, SIEVE_MOVE, SIEVE_CLOSE, SIEVE_CORRELATE,
    SIEVE_NOTE, SIEVE_ACKNOWLEDGE, N_SIEVE_ACTIONS
} SieveActionKind;

const char *sieve_action_name(SieveActionKind kind);     /* "fileinto" */

/* One change of the header of a message that is passed on (RFC 5293). */
typedef struct {
    char    *name;               /* as the script writes it, or as the message does if the field goes */
    char    *value;              /* what is added: one line of UTF-8; NULL: the field goes            */
    gboolean last;               /* added below the other fields, else above them                     */
    guint    occurrence;         /* which of that name in the message goes, from 0 at the top         */
} SieveEdit;

/*
 * What the script wants done, in its order; the internal flags (RFC 5232) it ended with stand behind, each a SIEVE_FLAGS with the place that set it. What an argument means stands at the
 * command's definition (cmd-*.c).
 */
typedef struct {
    SieveActionKind kind;
    char      *file;
    guint      line;
    char      *rule;             /* name of the rule it stands in, or NULL */
    char      *argument;         /* queue, address, text, ...; or NULL     */
    char      *value;            /* second argument, or NULL               */
    GPtrArray *words;            /* char *: flags, addresses; or NULL      */
    gboolean   copy;             /* :copy (RFC 3894)                       */
    gint64     number;           /* seconds, days; 0 where there is none   */
    GHashTable *options;         /* further tags: name -> char *; or NULL  */
    GPtrArray *edits;            /* of SIEVE_REDIRECT: SieveEdit *, what was added to the header or taken out of it before, in the order of the header; or NULL */
} SieveAction;

typedef enum { SIEVE_NEED_LIST, SIEVE_NEED_DUPLICATE } SieveNeedKind;

typedef struct {
    SieveNeedKind kind;
    char         *key;           /* of SieveFacts.lists or SieveFacts.duplicates */
    gint64        seconds;       /* how long a duplicate is remembered */
    gboolean      last;          /* from the last time it was seen */
    gboolean      seen;          /* of SieveResult.duplicates: it was seen before */
} SieveNeed;

/* One test, as explain shows it. */
typedef struct {
    char    *file;
    guint    line;
    char    *test;               /* "header" */
    char    *asked;              /* the test in short: "header :contains \"subject\" [\"licence\", ...]" */
    char    *value;              /* the value that held, or the last one that did not; NULL: there was none to look at */
    gboolean compares;           /* it holds values against keys */
    gboolean held;
} SieveTrace;

/* How long a rule took. Rules that cannot hold for the message are passed over, and are not in the list. */
typedef struct {
    char  *file;
    char  *rule;
    gint64 nanoseconds;
} SieveRuleTime;

/* An empty list of them, which owns what is added. */
GPtrArray *sieve_rule_times_new(void);

typedef struct {
    GPtrArray *actions;          /* SieveAction *                                                */
    gboolean   implicit_keep;    /* nothing cancelled it                                         */
    char      *error;            /* the script failed here ("main.sieve:12: ..."); actions are empty then */
    char      *failed_file;      /* where that is; NULL where nothing failed                     */
    char      *failed_rule;      /* its rule, or NULL where it stands in none                    */
    GPtrArray *warnings;         /* char *                                                       */
    GPtrArray *needs;            /* SieveNeed *: fetch these and run again. Actions are then what would be done if every answer were no */
    GPtrArray *duplicates;       /* SieveNeed *: what `duplicate` asked for: to be remembered once all this is done (RFC 7352, 3) */
    GPtrArray *rules;            /* char *: names of the rules that did something, in order      */
    GPtrArray *trace;            /* SieveTrace *, if asked for                                   */
    GPtrArray *times;            /* SieveRuleTime *, if asked for                                */
} SieveResult;

/* Its rules and those of the scripts it includes: each name with file and line. */
typedef struct {
    char *file;
    char *name;                       /* as "# rule:[name]" gives it, or "line 12" */
    guint line;
} SieveRule;

void       sieve_rule_free(SieveRule *rule);
GPtrArray *sieve_script_rules(const SieveScript *script);       /* SieveRule *, in the order of the files */

/* Whether the script asks for single parts: then the message has to be parsed with details. */
gboolean     sieve_script_wants_details(const SieveScript *script);
/* Never NULL. Bounded by limits.h in steps, actions, and octets of variables. */
SieveResult *sieve_run(const SieveScript *script, const SieveInput *input);
void         sieve_result_free(SieveResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SieveResult, sieve_result_free)
