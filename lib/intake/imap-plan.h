/*
 * imap-plan.h - what of a folder is fetched next, and how: pure
 *
 * Everything up to the last UID that was seen is done, but for the UIDs in todo. Those are taken window by window: the server is asked for the
 * rows of a window (size, INTERNALDATE), and the mails of it are fetched in batches. Every fourth window is taken from the other end, so that neither
 * the newest nor the oldest mail waits for all the others.
 *
 * A mail that cannot be fetched with others is fetched alone, then its beginning only, and then it is left where it is with a word to the
 * agents: so that one bad message never holds up a mailbox.
 */
#pragma once

#include "config/values.h"
#include "intake/imap-client.h"
#include "intake/uid-set.h"

typedef struct {
    guint32  uidvalidity;     /* 0: nothing is known of the folder yet */
    guint32  last_uid;
    UidSet  *todo;
    UidSet  *marking;         /* stored, and perhaps not marked on the server yet */
    gboolean renumbered;      /* mail may have been taken under earlier numbers */
    gint64   since_at;        /* mail up to since_uid from before is not taken; 0: no limit */
    guint32  since_uid;
} ImapProgress;

void imap_progress_init(ImapProgress *progress);
void imap_progress_clear(ImapProgress *progress);

/* The first contact with a folder whose highest UID is last_uid: what of it is taken. now: for import = from-now. */
void imap_plan_begin(ImapProgress *progress, const ImapImport *import, guint32 uidvalidity, guint32 last_uid, gint64 now);
/* The folder has other numbers now: all of it is to be looked at again. */
void imap_plan_renumber(ImapProgress *progress, guint32 uidvalidity, guint32 last_uid);
/* Mail with these numbers came. */
void imap_plan_arrived(ImapProgress *progress, guint32 last_uid);

/* The range that is looked at next, at most width UIDs of it; turn counts the windows. FALSE: there is nothing to do. */
gboolean imap_plan_window(const UidSet *todo, ImapOrder order, guint turn, guint32 width, UidRange *window_out);
/* The width of the next window: UIDs may be dense or thousands apart, and a window should hold some hundred mails. */
guint32  imap_plan_width(guint32 width, gsize n_rows);

/* Whether a mail is taken, or left out by the import policy. */
gboolean imap_plan_wants(const ImapProgress *progress, const ImapRow *row);
/* In the order they are fetched in. */
void     imap_plan_sort(GArray *rows /* ImapRow */, ImapOrder order);
/* How many of the rows, from the first on, are fetched at once: at least one. */
gsize    imap_plan_batch(const ImapRow *rows, gsize n, gsize most, gint64 most_bytes);

/* --- how a mail is fetched --- */

typedef enum { IMAP_FETCH_WITH_OTHERS, IMAP_FETCH_ALONE, IMAP_FETCH_BEGINNING, IMAP_FETCH_GIVE_UP } ImapFetch;

typedef struct {
    UidSet *suspects;         /* one of them broke a batch                */
    guint32 uid;              /* the one that failed alone                */
    guint   hard, soft;       /* how often: by itself, or with the network */
} ImapTrouble;

void imap_trouble_init(ImapTrouble *trouble);
void imap_trouble_clear(ImapTrouble *trouble);

ImapFetch imap_trouble_way(const ImapTrouble *trouble, const ImapRow *row, gint64 message_bytes);
/* Fetching these failed: hard if it was their answer, and not the network, that was wrong. */
void      imap_trouble_failed(ImapTrouble *trouble, const guint32 *uids, gsize n, gboolean hard);
/* They were fetched, or given up. */
void      imap_trouble_over(ImapTrouble *trouble, const guint32 *uids, gsize n);
