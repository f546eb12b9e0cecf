/*
 * replay-private.h - one mail decided again, and the tickets that a replay has made so far
 */
#pragma once

#include "gateway/decide.h"
#include "gateway/parser.h"
#include "gateway/replay.h"

/* ---- what earlier mails of the replay have done --------------------------------------------------------------- */

typedef struct ReplayWorld ReplayWorld;

ReplayWorld *replay_world_new(void);
void         replay_world_free(ReplayWorld *world);

/* One mail, while it is decided. */
typedef struct {
    Store            *store;
    const HistoryRow *history;
    const Prepared   *prepared;
    Facts            *facts;
    GHashTable       *recorded;        /* answers that hang on the order of mails, as they were: char * -> gint64 * */
    GPtrArray        *assumed;         /* char *: what was answered as of now */
} Replaying;

/* The answer to a need for which the order of mails matters: what the replay knows, else what was answered then, else what holds now. */
gboolean replay_world_answer(ReplayWorld *world, Replaying *mail, const FactNeed *need, GError **error);
/* What the decision does to tickets that later mails may ask for. */
void     replay_world_apply(ReplayWorld *world, const Replaying *mail, const Decision *decision);

/* ---- one mail -------------------------------------------------------------------------------------------------- */

typedef struct {
    const DecideSettings *decide;
    Store                *store;
    Parser               *parser;
    ReplayWorld          *world;       /* NULL: what hangs on the order of mails is put off */
} Replayer;

typedef enum {
    REPLAYED_SAME,
    REPLAYED_DIFFERENT,                /* also where the rules failed           */
    REPLAYED_LATER,                    /* it hangs on earlier mails             */
    REPLAYED_UNREADABLE                /* cannot be parsed, or its facts cannot */
} Replayed;

typedef struct {
    Replayed how;
    gboolean failed;                   /* the rules did                          */
    gboolean assumed;
    json_t  *mail;                     /* of REPLAYED_DIFFERENT; see ReplaySink  */
    char    *was, *would;              /* what became of it, in a word           */
    gint64   decided_at;
} ReplayedMail;

void replayed_mail_clear(ReplayedMail *mail);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReplayedMail, replayed_mail_clear)

/* FALSE with an error: something outside of the mail is wrong. */
gboolean replay_mail(const Replayer *replayer, const HistoryRow *history, ReplayedMail *mail_out, GError **error);

/* ---- processes ------------------------------------------------------------------------------------------------- */

/* A mail that was put off. */
typedef struct {
    gint64 at;
    gint64 inbound;
} ReplayLater;

typedef struct {
    const ReplaySettings *settings;
    gint64                first, last;      /* inbound rows             */
    int                   readers, reader;
    const GArray         *in_order;         /* ReplayLater: just these, in this order; NULL: its share of all */
    int                   output;           /* frames, see replay-reader.c */
} ReplayTask;

/* The whole life of a reader; never returns. */
G_NORETURN void replay_reader_run(const ReplayTask *task);
