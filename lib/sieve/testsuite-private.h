/*
 * testsuite-private.h - what the runner of .svtest files keeps during a run
 *
 * The file's own script runs in one Run. Its actions are those the tests look at; a script that a test compiles and runs leaves its own there. What
 * carrying them out would do happens in memory: folders hold messages, and mail that would be sent stands in a list.
 */
#pragma once

#include "sieve/run-private.h"
#include "sieve/testsuite.h"

/* A message in a folder, or one that was sent. */
typedef struct {
    MailView *mail;
    const char *raw;            /* of the message the mail is made of */
    gsize     raw_length;
    char     *from, *to;        /* the envelope; of a message in a folder that of the message it was */
} VirtualMail;

typedef struct {
    GPtrArray  *results;        /* TestResult * */
    TestResult *current;        /* the test that runs, or NULL */
    SieveInput  input;          /* of the run: test_set changes it */
    SieveFacts  facts;
    const SieveHost *host;
    GPtrArray  *kept_messages;  /* Message * that were current: a run may still point into them */
    GPtrArray  *kept_texts;     /* char * likewise */
    char       *folder;         /* of the file: what paths in it begin at */
    SieveHost   script_host;    /* what the scripts it compiles are checked against */
    SieveScript *script;        /* compiled last, or NULL */
    GPtrArray  *errors;         /* char *: of the last compilation or run */
    GPtrArray  *sent;           /* VirtualMail *, one for each recipient */
    GHashTable *folders;        /* name -> GPtrArray * of VirtualMail * */
    GHashTable *snapshots;      /* SieveAction * -> MailView *: the message when the action was taken */
    GHashTable *settings;       /* as test_config_set left them; in force after test_config_reload */
    GHashTable *lists;          /* name of an external list -> GHashTable * of its members (RFC 6134) */
    GHashTable *seen;           /* keys of `duplicate` of results that were executed */
    GHashTable *asked;          /* those of the result that was not executed yet */
} Testsuite;

Testsuite *run_testsuite(Run *run);
TestResult *testsuite_add(Testsuite *testsuite, const char *name, guint line);
/* A new message; its envelope is taken from its header. */
void testsuite_set_message(Run *run, const char *text, gsize length);
/* member: of testsuite->input. "<>" is the null path. */
void testsuite_set_envelope(Testsuite *testsuite, const char **member, const char *address);
/* A value a rule can ask for; each line of text is one. An empty text makes it unknown. */
void testsuite_set_fact(Testsuite *testsuite, const char *name, const char *text);
/* "path" of "${tst.path}"; NULL if there is no such name. */
const char *testsuite_keep(Testsuite *testsuite, char *text);        /* taken; lasts as long as the testsuite */
const char *testsuite_variable(Testsuite *testsuite, const char *name);
/* Text of a file beside the .svtest file; NULL if there is none. */
char *testsuite_read(Testsuite *testsuite, const char *path, gsize *length_out);

/* testsuite-script.c: FALSE when it did not compile, or did not run to its end; testsuite->errors say why. */
gboolean testsuite_compile(Testsuite *testsuite, const char *path);
gboolean testsuite_run_script(Run *run, gboolean append);
gboolean testsuite_run_many(Run *run, const GPtrArray *paths);
void     testsuite_init_script_host(Testsuite *testsuite);

/* testsuite-result.c: actions that say the same are one; then what they would do is done. */
void     testsuite_result_tidy(Run *run);
gboolean testsuite_result_add(Run *run, SieveAction *action);        /* of a later script; taken. FALSE: it conflicts */
gboolean testsuite_result_execute(Run *run);
void     testsuite_result_reset(Run *run);
const char *testsuite_action_name(const SieveAction *action);

/* testsuite-folders.c */
GPtrArray *testsuite_folder(Testsuite *testsuite, const char *name, gboolean create);
void       testsuite_snapshot(Run *run, const SieveAction *action);
/* The message as it was when the action was taken; the caller's. action NULL: as it is now. */
MailView  *testsuite_mail_of(Run *run, const SieveAction *action);
void       testsuite_store(Run *run, const SieveAction *action, const char *folder);
/* mail: taken. raw: kept by the testsuite. */
void       testsuite_send(Run *run, MailView *mail, const char *raw, gsize raw_length, const char *from, const char *to);
gboolean   testsuite_show(Run *run, const GPtrArray *mails, guint64 n);                    /* makes it the message; FALSE: not there */
void       virtual_mail_free(gpointer data);

/* testsuite-mail.c: sends what the action answers or tells. */
void testsuite_redirect(Run *run, const SieveAction *action);
void testsuite_reject(Run *run, const SieveAction *action);
void testsuite_vacation(Run *run, const SieveAction *action);
void testsuite_notify(Run *run, const SieveAction *action);

/* testsuite-settings.c */
gboolean testsuite_protects_field(Run *run, const char *name, gboolean deleting);
void     testsuite_reload(Testsuite *testsuite);
/* What a list holds for the tests that follow, an entry in each line: of one that stands in no file, or instead of the file. */
void     testsuite_set_list(Testsuite *testsuite, const char *name, const char *text);
gboolean testsuite_list_contains(Testsuite *testsuite, const char *list, const char *value);
/* RFC 7352, for a key of `duplicate`: whether it was seen before; it counts as seen once the result is executed. */
gboolean testsuite_is_duplicate(Testsuite *testsuite, const char *key);
