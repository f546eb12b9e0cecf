/*
 * imap-books.h - where what is fetched is kept: the program fills in functions that make it durable
 *
 * Which mail is taken is decided by what stands in these books and by nothing on the server. A source that reads an account calls them from several
 * threads, one for each folder.
 */
#pragma once

#include "intake/imap-plan.h"

typedef struct {
    guint32     uid;
    gint64      size;             /* by the server's word                          */
    gint64      internal_date;    /* microseconds UTC; 0: unknown                  */
    const char *message_id;       /* for match(); NULL: it has none                */
    GBytes     *bytes;            /* for commit(); NULL: it cannot be had          */
    char       *note;             /* what could not be taken of it; NULL: nothing  */
} ImapMail;

void imap_mail_clear(ImapMail *mail);

typedef struct {
    gpointer data;
    /* Whether this process may read the account: the database is there, and no other host reads it. TEMPORARY if not; NULL error without one when
       another host reads it. */
    gboolean (*ready)(gpointer data, GError **error);
    /* uidvalidity 0: nothing is known of the folder. */
    gboolean (*load)(gpointer data, const char *folder, ImapProgress *progress_out, GError **error);
    /* A folder that is new, or has new numbers (progress->renumbered). */
    gboolean (*begin)(gpointer data, const char *folder, const ImapProgress *progress, GError **error);
    /* Adds to known what of these was taken before, under these numbers or earlier ones. */
    gboolean (*match)(gpointer data, const char *folder, const ImapMail *asked, gsize n, UidSet *known, GError **error);
    /*
     * The mails and how far the folder is read, in one transaction; TRUE only after COMMIT. Mail that cannot be stored is told to the agents by a row without its
     * bytes, and fails nothing else.
     */
    gboolean (*commit)(gpointer data, const char *folder, const ImapMail *mails, gsize n, const ImapProgress *progress, GError **error);
    /* A renumbered folder was read to its end. */
    gboolean (*settle)(gpointer data, const char *folder, GError **error);
    /* How it goes: folder NULL is the account. alarm: what is wrong, or NULL; hint: what cannot be done though nothing is wrong, or NULL. */
    void     (*report)(gpointer data, const char *folder, const char *alarm, const char *hint);
} ImapBooks;
