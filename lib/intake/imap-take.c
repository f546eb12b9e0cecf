/*
 * imap-take.c - the mails of a window: fetched in batches, stored, marked
 */
#include "intake/imap-sync-private.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"

/* One batch is being stored while the next one is fetched, and storing it takes its size again. */
#define BATCH_BYTES     (4 * 1024 * 1024)
#define BEGINNING_BYTES (256 * 1024)

void
imap_mail_clear(ImapMail *mail)
{
    g_clear_pointer(&mail->bytes, g_bytes_unref);
    g_clear_pointer(&mail->note, g_free);
}

char *
imap_message_id(const char *value)
{
    const char *start = value != NULL ? strchr(value, '<') : NULL;
    const char *end = start != NULL ? strchr(start, '>') : NULL;
    g_autofree char *text = NULL;

    if (value == NULL)
        return NULL;
    text = end != NULL ? text_sanitise(start + 1, (gsize) (end - start - 1)) : text_sanitise(value, strlen(value));
    g_strstrip(text);
    return *text != '\0' ? text_cut(text, LIMIT_MESSAGE_ID) : NULL;
}

/* ---- fetching ----------------------------------------------------------------------------------------------- */

static gboolean
take_body(gpointer data, guint32 uid, GBytes *message)
{
    GArray *mails = data;

    for (guint i = 0; i < mails->len; i++) {
        ImapMail *mail = &g_array_index(mails, ImapMail, i);

        if (mail->uid == uid && mail->bytes == NULL)
            mail->bytes = g_bytes_ref(message);
    }
    return TRUE;
}

/* Those of the mails that have no bytes yet. */
static gsize
missing(const GArray *mails, guint32 *uids)
{
    gsize n = 0;

    for (guint i = 0; i < mails->len; i++)
        if (g_array_index(mails, ImapMail, i).bytes == NULL)
            uids[n++] = g_array_index(mails, ImapMail, i).uid;
    return n;
}

/* Whose fault it was that mail could not be fetched: a program that is told to stop is nobody's. */
static void
blame(ImapSync *sync, const ImapClient *client, const guint32 *uids, gsize n)
{
    ImapFault fault = imap_client_fault(client);
    gboolean hard = fault == IMAP_FAULT_PROTOCOL || fault == IMAP_FAULT_LIMIT || imap_client_is_alive(client);

    if (fault == IMAP_FAULT_CANCELLED || fault == IMAP_FAULT_STOPPED || fault == IMAP_FAULT_BYE)
        return;
    imap_trouble_failed(&sync->trouble, uids, n, hard);
}

static gboolean
fetch_whole(ImapSync *sync, ImapClient *client, GArray *mails, GError **error)
{
    guint32 uids[LIMIT_IMAP_UIDS];
    gsize n = missing(mails, uids);

    if (imap_client_bodies(client, uids, n, take_body, mails, error))
        return TRUE;
    n = missing(mails, uids);
    blame(sync, client, uids, n);
    return FALSE;
}

static char *
beginning_note(const ImapSync *sync, const ImapRow *row)
{
    const ImapConfig *config = sync->settings->config;
    gboolean too_long = row->size > (guint64) sync->settings->message_bytes;

    return g_strdup_printf("Only the first %d KiB of this mail were taken: %s. It has %" G_GUINT64_FORMAT " octets, and is whole in the "
                           "mailbox \"%s\", folder \"%s\", UID %u.",
                           BEGINNING_BYTES / 1024, too_long ? "it is too long" : "it could not be fetched whole", row->size, config->name,
                           sync->folder, row->uid);
}

static gboolean
fetch_beginning(ImapSync *sync, ImapClient *client, const ImapRow *row, ImapMail *mail, GError **error)
{
    if (!imap_client_partial(client, row->uid, BEGINNING_BYTES, &mail->bytes, error)) {
        blame(sync, client, &row->uid, 1);
        return FALSE;
    }
    if (mail->bytes != NULL)
        mail->note = beginning_note(sync, row);
    return TRUE;
}

static void
give_up(const ImapSync *sync, const ImapRow *row, ImapMail *mail)
{
    const ImapConfig *config = sync->settings->config;

    mail->note = g_strdup_printf("it could not be fetched from the mailbox \"%s\", folder \"%s\", UID %u, where it still is", config->name,
                                 sync->folder, row->uid);
    log_error("mail-given-up", LOG_TEXT("account", config->name), LOG_TEXT("folder", sync->folder), LOG_INT("uid", row->uid));
}

static gboolean
count_rows(gpointer data, G_GNUC_UNUSED const ImapRow *rows, gsize n_rows)
{
    *(gsize *) data += n_rows;
    return TRUE;
}

/* A mail that did not come: somebody removed it meanwhile, or the server lists what it does not give. */
static gboolean
settle_missing(ImapSync *sync, ImapClient *client, const ImapRow *row, ImapMail *mail, GError **error)
{
    gsize there = 0;

    if (!imap_client_plan(client, row->uid, row->uid, NULL, count_rows, &there, error))
        return FALSE;
    if (there > 0)
        give_up(sync, row, mail);
    return TRUE;
}

/* One batch, in whichever way it has to be fetched. */
static gboolean
fetch(ImapSync *sync, ImapClient *client, const ImapRow *rows, gsize n, GArray *mails, GError **error)
{
    ImapFetch way = imap_trouble_way(&sync->trouble, rows, sync->settings->message_bytes);

    for (gsize i = 0; i < n; i++) {
        ImapMail mail = { .uid = rows[i].uid, .size = (gint64) rows[i].size, .internal_date = rows[i].internal_date };

        g_array_append_val(mails, mail);
    }
    if (way == IMAP_FETCH_GIVE_UP) {
        give_up(sync, rows, &g_array_index(mails, ImapMail, 0));
        return TRUE;
    }
    if (way == IMAP_FETCH_BEGINNING ? !fetch_beginning(sync, client, rows, &g_array_index(mails, ImapMail, 0), error)
                                    : !fetch_whole(sync, client, mails, error))
        return FALSE;
    for (gsize i = 0; i < n; i++) {
        ImapMail *mail = &g_array_index(mails, ImapMail, i);

        if (mail->bytes == NULL && !settle_missing(sync, client, &rows[i], mail, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- a batch ------------------------------------------------------------------------------------------------ */

static gsize
batch_size(const ImapSync *sync, const ImapRow *rows, gsize n)
{
    gint64 limit = sync->settings->message_bytes;
    gsize count = 0;

    while (count < n && imap_trouble_way(&sync->trouble, &rows[count], limit) == IMAP_FETCH_WITH_OTHERS)
        count++;
    return count == 0 ? 1 : imap_plan_batch(rows, count, (gsize) sync->settings->config->batch, BATCH_BYTES);
}

/* Removes from mails what is gone; stored gets what is to be marked once it is stored. */
static void
keep_what_is_there(const ImapSync *sync, GArray *mails, UidSet *stored)
{
    guint kept = 0;

    for (guint i = 0; i < mails->len; i++) {
        ImapMail *mail = &g_array_index(mails, ImapMail, i);

        if (mail->bytes == NULL && mail->note == NULL)
            continue;
        /* What was not taken whole stays as it is: its mark would say that nobody needs it any more. */
        if (mail->note == NULL && imap_sync_marks(sync))
            uid_set_add(stored, mail->uid, mail->uid);
        g_array_index(mails, ImapMail, kept++) = *mail;
    }
    g_array_set_size(mails, kept);
}

static void
mails_free(GArray *mails)
{
    for (guint i = 0; i < mails->len; i++)
        imap_mail_clear(&g_array_index(mails, ImapMail, i));
    g_array_unref(mails);
}

/* ---- committing while the next batch is fetched -------------------------------------------------------------- */

/* A commit under way. Its progress is a copy: what is read meanwhile is no part of it. */
typedef struct {
    ImapSync    *sync;
    GArray      *mails;
    UidSet      *stored;        /* what may be marked when it is done */
    UidSet      *todo, *marking;
    ImapProgress progress;
    GThread     *thread;        /* NULL: there is none */
    GError      *error;
    gboolean     done;
} Commit;

static gpointer
commit_thread(gpointer data)
{
    Commit *commit = data;
    const ImapBooks *books = commit->sync->books;

    commit->done = books->commit(books->data, commit->sync->folder, (const ImapMail *) (void *) commit->mails->data, commit->mails->len,
                                 &commit->progress, &commit->error);
    return NULL;
}

static void
add_all(UidSet *to, const UidSet *from)
{
    for (gsize i = 0; i < uid_set_n_ranges(from); i++)
        uid_set_add(to, uid_set_range(from, i).first, uid_set_range(from, i).last);
}

/* rows are done from now on; what of them is there is written by a thread, together with the news that it is about to be marked. */
static void
commit_begin(Commit *commit, ImapSync *sync, const ImapRow *rows, gsize n, GArray *mails, const UidRange *window)
{
    gboolean from_top = sync->settings->config->order == IMAP_NEWEST_FIRST;
    guint32 reached = rows[n - 1].uid;

    uid_set_remove(sync->progress.todo, from_top ? reached : window->first, from_top ? window->last : reached);
    for (gsize i = 0; i < n; i++)
        imap_trouble_over(&sync->trouble, &rows[i].uid, 1);
    *commit = (Commit) { .sync = sync, .mails = mails, .stored = uid_set_new(), .progress = sync->progress };
    keep_what_is_there(sync, mails, commit->stored);
    commit->progress.todo = commit->todo = uid_set_copy(sync->progress.todo);
    commit->progress.marking = commit->marking = uid_set_copy(sync->progress.marking);
    add_all(commit->marking, commit->stored);
    sync->unsaved = FALSE;
    commit->thread = g_thread_new("commit", commit_thread, commit);
}

/* Waits for the commit, if there is one. From then on, and not before, what it stored may be marked. */
static gboolean
commit_end(Commit *commit, GError **error)
{
    if (commit->thread == NULL)
        return TRUE;
    g_thread_join(g_steal_pointer(&commit->thread));
    if (commit->done) {
        commit->sync->taken += commit->mails->len;
        add_all(commit->sync->progress.marking, commit->stored);
    }
    if (commit->error != NULL)
        g_propagate_error(error, g_steal_pointer(&commit->error));
    uid_set_free(commit->stored);
    uid_set_free(commit->todo);
    uid_set_free(commit->marking);
    mails_free(commit->mails);
    return commit->done;
}

/* The connection is lost, or the program is told to stop: what was fetched is stored all the same, and marked the next time. */
static gboolean
commit_abandon(Commit *commit)
{
    commit_end(commit, NULL);
    return FALSE;
}

/* The last batch is stored while the next one is fetched; then that one is stored while the last is marked. */
static gboolean
take_batch(ImapSync *sync, ImapClient *client, const ImapRow *rows, gsize n, const UidRange *window, Commit *commit, GError **error)
{
    GArray *mails = g_array_new(FALSE, TRUE, sizeof(ImapMail));

    if (!fetch(sync, client, rows, n, mails, error)) {
        mails_free(mails);
        return commit_abandon(commit);
    }
    if (!commit_end(commit, error)) {
        mails_free(mails);
        return FALSE;
    }
    commit_begin(commit, sync, rows, n, mails, window);
    /* A mail that fills a batch alone has nothing beside it in memory. */
    if (rows->size >= BATCH_BYTES && !commit_end(commit, error))
        return FALSE;
    return imap_sync_mark_some(sync, client, error) || commit_abandon(commit);
}

gboolean
imap_sync_take(ImapSync *sync, ImapClient *client, const GArray *rows, UidRange window, GError **error)
{
    const ImapRow *row = (const ImapRow *) (const void *) rows->data;
    Commit commit = { .thread = NULL };

    for (gsize from = 0, n; from < rows->len && !*sync->settings->stop; from += n) {
        n = batch_size(sync, row + from, rows->len - from);
        if (!take_batch(sync, client, row + from, n, &window, &commit, error))
            return FALSE;
    }
    if (!commit_end(&commit, error) || !imap_sync_mark_some(sync, client, error))
        return FALSE;
    if (*sync->settings->stop)
        return TRUE;
    /* What of the window is no mail, or none that is wanted. */
    uid_set_remove(sync->progress.todo, window.first, window.last);
    sync->unsaved = TRUE;
    return TRUE;
}
