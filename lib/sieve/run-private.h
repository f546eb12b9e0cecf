/*
 * run-private.h - a script being run
 *
 * All that changes during a run is here; script and input are constant.
 */
#pragma once

#include "sieve/mail-view-private.h"
#include "sieve/rule-times-private.h"
#include "sieve/script-private.h"

typedef struct {
    const SieveScript *script;
    GPtrArray         *locals;       /* GString *, by number; NULL: never set */
    guint              depth;        /* 0: the outermost script */
} Frame;

typedef struct {
    const Frame *frame;
    guint        step;               /* of the STEP_LOOP */
    guint        next, end;          /* parts still to come */
    guint        part_around;        /* the current part outside of it */
} Loop;

struct Run {
    const SieveInput *input;
    SieveResult      *result;
    SieveTrace       *told;          /* of the step that runs; NULL: it has no line */
    gboolean          told_all;      /* no more lines are made                  */
    MailView         *mail;
    Frame            *frame;
    GPtrArray        *globals;       /* GString *, by number */
    GPtrArray        *matches;       /* GString *: ${0}, ${1}, ... */
    GPtrArray        *flags;         /* char *: the internal flags (RFC 5232) */
    GHashTable       *flag_places;   /* char * -> SieveAction *: where each of them was set */
    GArray           *loops;         /* Loop */
    guint             part;          /* whose turn it is in the innermost of them */
    GHashTable       *chain_hits;    /* of chains.c */
    guint64           steps;
    guint64           work, look_at;  /* octets looked at so far, and when to look at the clock next */
    gint64            began;         /* CPU time */
    gboolean          exhausted;     /* run_spend() said so: nothing more is run */
    guint             edits;         /* fields added */
    GHashTable       *included;      /* const SieveScript *: those that ran, for ":once" */
    guint             rule;          /* Step.rule of the step that runs */
    RuleTimes        *times;         /* NULL: nobody wants to know */
    guint             line;
    guint             at;            /* the step that runs */
    guint             executed;      /* actions at the front that were carried out already: only in .svtest files */
    const SieveScript *script;       /* of the frame */
    char             *error;
    const SieveScript *failed_in;    /* the script that it happened in */
    const char       *failed_rule;   /* and its rule, or NULL */
    gboolean        (*protects_field)(Run *run, const char *name, gboolean deleting);   /* editheader leaves it; or NULL */
    gpointer          testsuite;     /* what the .svtest runner keeps; NULL elsewhere */
};

void         run_init(Run *run, const SieveInput *input);
SieveResult *run_end(Run *run, RunOutcome outcome);      /* clears the run; the result is the caller's */

/* The same, and the message as the script left it is the caller's, too. */
SieveResult *run_end_with_mail(Run *run, RunOutcome outcome, MailView **mail_out);
void         sieve_action_free(gpointer action);
void         sieve_need_free(gpointer need);
SieveResult *sieve_result_new(void);

/* Runs a script of the program in a frame of its own: RUN_NEXT at its end, RUN_STOP or RUN_ERROR. */
RunOutcome run_script(Run *run, const SieveScript *script);
/* From one step to another (exclusive): for commands with blocks of their own. */
RunOutcome run_steps(Run *run, guint from, guint to);

/*
 * Counts work, about an octet looked at each. FALSE when the run has used up its time: run_fail() was called, and whatever the caller does, the
 * step that runs is the last one.
 */
gboolean run_spend(Run *run, guint64 work);
/* Begins to count anew. */
void     run_budget_begin(Run *run);

RunOutcome run_fail(Run *run, const char *format, ...) G_GNUC_PRINTF(2, 3);     /* RUN_ERROR */
/* A setting of an extension; NULL: not set. */
const char *run_setting(const Run *run, const char *name);
void       run_warn(Run *run, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Appends an action with the place of the call, NULL beyond LIMIT_SIEVE_ACTIONS (run_fail() was called). argument and value are copied. */
SieveAction *run_act(Run *run, const Call *call, SieveActionKind kind, const char *argument, const char *value);
void         run_cancel_keep(Run *run);
SieveAction *run_action_new(const Run *run, const Call *call, SieveActionKind kind);    /* of no list yet */

/* Arguments of a call. The result of run_text() lasts until the next one with the same scratch. */
const char *run_text(Run *run, const Value *value, guint n, GString *scratch, gsize *length_out);
char       *run_text_dup(Run *run, const Value *value, guint n);        /* NULL if it was not given */
guint       value_count(const Value *value);

/* Variables. */
void run_append_variable(Run *run, const StringPiece *piece, GString *to);
void run_set_local(Run *run, guint number, const char *text, gsize length);
void run_set_global(Run *run, guint number, const char *text, gsize length);
void run_set_variable(Run *run, gboolean global, guint number, const char *text, gsize length);
const char *run_variable(Run *run, gboolean global, guint number);      /* "" where it was never set */
GPtrArray *run_strings_new(void);            /* GString *, or NULL */
gsize run_variable_limit(const Run *run);             /* octets of one variable */
void run_clear_matches(Run *run);
void run_add_match(Run *run, const char *text, gsize length);

/* Ends loops until only `left` are. */
void run_leave_loops(Run *run, guint left);

/*
 * For explain: a line for this call, which is the line of its step then, and what it looked at. Values that are matched note themselves; what no
 * line was made for is noted nowhere. value may be NULL: it looked at nothing.
 */
void run_trace(Run *run, const Call *call);
void run_note_value(Run *run, const char *value, gsize length);
