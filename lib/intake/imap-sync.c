/*
 * imap-sync.c - the loop over a folder: what is new, a window, its batches
 */
#include "intake/imap-sync-private.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"

#define FIRST_WIDTH     200
/* While years of mail are fetched, new mail is looked for this often. */
#define LOOK_AGAIN_US   G_USEC_PER_SEC

void
imap_sync_init(ImapSync *sync, const ImapSyncSettings *settings, const ImapBooks *books, const char *folder)
{
    *sync = (ImapSync) { .settings = settings, .books = books, .folder = folder, .width = FIRST_WIDTH };
    imap_progress_init(&sync->progress);
    imap_trouble_init(&sync->trouble);
}

void
imap_sync_clear(ImapSync *sync)
{
    imap_folder_clear(&sync->selected);
    imap_progress_clear(&sync->progress);
    imap_trouble_clear(&sync->trouble);
    g_free(sync->alarm);
}

gboolean
imap_sync_save(ImapSync *sync, GError **error)
{
    if (!sync->books->commit(sync->books->data, sync->folder, NULL, 0, &sync->progress, error))
        return FALSE;
    sync->unsaved = FALSE;
    return TRUE;
}

static gboolean
collect(gpointer data, const ImapRow *rows, gsize n_rows)
{
    GArray *all = data;

    g_array_append_vals(all, rows, (guint) n_rows);
    return TRUE;
}

static gboolean
highest(gpointer data, const ImapRow *rows, gsize n_rows)
{
    guint32 *uid = data;

    for (gsize i = 0; i < n_rows; i++)
        *uid = MAX(*uid, rows[i].uid);
    return TRUE;
}

/* The highest UID there may be. UIDNEXT is a SHOULD of RFC 3501, 6.3.1; without it the rows tell. */
static gboolean
find_last_uid(ImapSync *sync, ImapClient *client, guint32 *last_out, GError **error)
{
    *last_out = sync->selected.uidnext > 0 ? sync->selected.uidnext - 1 : 0;
    if (sync->selected.uidnext > 0 || sync->selected.exists == 0)
        return TRUE;
    return imap_client_plan(client, 1, 0, NULL, highest, last_out, error);
}

static gboolean
begin(ImapSync *sync, ImapClient *client, GError **error)
{
    gboolean is_new = sync->progress.uidvalidity == 0;
    guint32 last;

    if (!find_last_uid(sync, client, &last, error))
        return FALSE;
    if (is_new)
        imap_plan_begin(&sync->progress, &sync->settings->config->import, sync->selected.uidvalidity, last, clock_now());
    else
        imap_plan_renumber(&sync->progress, sync->selected.uidvalidity, last);
    log_event(is_new ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, is_new ? "folder-new" : "folder-renumbered",
              LOG_FIELDS(LOG_TEXT("folder", sync->folder), LOG_INT("uidvalidity", sync->selected.uidvalidity),
                         LOG_INT("mails", sync->selected.exists)));
    return sync->books->begin(sync->books->data, sync->folder, &sync->progress, error);
}

gboolean
imap_sync_open(ImapSync *sync, ImapClient *client, GError **error)
{
    imap_folder_clear(&sync->selected);
    if (!imap_client_select(client, sync->folder, FALSE, &sync->selected, error))
        return FALSE;
    if (sync->selected.uidvalidity == 0) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG,
                    "cannot read folder \"%s\": the server names no UIDVALIDITY, so a mail could not be told from another", sync->folder);
        return FALSE;
    }
    imap_progress_clear(&sync->progress);
    imap_progress_init(&sync->progress);
    if (!sync->books->load(sync->books->data, sync->folder, &sync->progress, error))
        return FALSE;
    if (sync->progress.uidvalidity != sync->selected.uidvalidity && !begin(sync, client, error))
        return FALSE;
    imap_sync_say_marks(sync, client);
    sync->looked_at = 0;
    return imap_sync_mark(sync, client, error);
}

/* What came since the last look: RFC 9051, 6.4.8: "n:*" names the last mail even if it is older; such a row is left out by the client. */
static gboolean
look_for_new(ImapSync *sync, ImapClient *client, GError **error)
{
    guint32 last = sync->progress.last_uid;

    sync->looked_at = clock_monotonic();
    if (last == G_MAXUINT32)
        return TRUE;
    if (!imap_client_plan(client, last + 1, 0, NULL, highest, &last, error))
        return FALSE;
    imap_plan_arrived(&sync->progress, last);
    return TRUE;
}

/* ---- a window ----------------------------------------------------------------------------------------------- */

typedef struct {
    ImapMail *mails;
    gsize     n;
} Ids;

static gboolean
take_id(gpointer data, guint32 uid, const char *message_id)
{
    Ids *ids = data;

    for (gsize i = 0; i < ids->n; i++)
        if (ids->mails[i].uid == uid && ids->mails[i].message_id == NULL)
            ids->mails[i].message_id = imap_message_id(message_id);
    return TRUE;
}

/* Of mail that has new numbers, what was taken under earlier ones is not fetched again. */
static gboolean
find_known(ImapSync *sync, ImapClient *client, const GArray *rows, UidSet *known, GError **error)
{
    gboolean found = TRUE;

    for (guint from = 0; from < rows->len && found; from += LIMIT_IMAP_UIDS) {
        Ids ids = { NULL, MIN(rows->len - from, LIMIT_IMAP_UIDS) };
        g_autofree guint32 *uids = g_new(guint32, ids.n);

        ids.mails = g_new0(ImapMail, ids.n);
        for (gsize i = 0; i < ids.n; i++) {
            const ImapRow *row = &g_array_index(rows, ImapRow, from + i);

            uids[i] = row->uid;
            ids.mails[i] = (ImapMail) { .uid = row->uid, .size = (gint64) row->size, .internal_date = row->internal_date };
        }
        found = imap_client_message_ids(client, uids, ids.n, take_id, &ids, error)
                && sync->books->match(sync->books->data, sync->folder, ids.mails, ids.n, known, error);
        for (gsize i = 0; i < ids.n; i++)
            g_free((char *) ids.mails[i].message_id);
        g_free(ids.mails);
    }
    return found;
}

/* Leaves in rows what has to be fetched; what was taken before is marked again. */
static gboolean
sift(ImapSync *sync, ImapClient *client, GArray *rows, GError **error)
{
    g_autoptr(UidSet) known = uid_set_new();
    guint kept = 0;

    if (sync->progress.renumbered && !find_known(sync, client, rows, known, error))
        return FALSE;
    for (guint i = 0; i < rows->len; i++) {
        const ImapRow *row = &g_array_index(rows, ImapRow, i);

        if (uid_set_contains(known, row->uid))
            imap_sync_add_mark(sync, row->uid);
        else if (imap_plan_wants(&sync->progress, row))
            g_array_index(rows, ImapRow, kept++) = *row;
    }
    g_array_set_size(rows, kept);
    return TRUE;
}

/* A plan that cannot be parsed: in half of the window the bad row is not. */
static gboolean
plan_window(ImapSync *sync, ImapClient *client, const UidRange *window, GArray *rows, GError **error)
{
    if (imap_client_plan(client, window->first, window->last, NULL, collect, rows, error)) {
        sync->width = imap_plan_width(sync->width, rows->len);
        return TRUE;
    }
    if (imap_client_fault(client) == IMAP_FAULT_PROTOCOL || imap_client_fault(client) == IMAP_FAULT_LIMIT) {
        guint32 width = window->last - window->first + 1;

        if (width == 1)
            imap_trouble_failed(&sync->trouble, &window->first, 1, TRUE);
        sync->width = MAX(MIN(sync->width, width) / 2, 1);
    }
    return FALSE;
}

static gboolean
take_window(ImapSync *sync, ImapClient *client, UidRange window, GError **error)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(ImapRow));
    const ImapRow unknown = { .uid = window.first };

    if (window.first == window.last && imap_trouble_way(&sync->trouble, &unknown, sync->settings->message_bytes) == IMAP_FETCH_GIVE_UP)
        g_array_append_val(rows, unknown);
    else if (!plan_window(sync, client, &window, rows, error) || !sift(sync, client, rows, error))
        return FALSE;
    imap_plan_sort(rows, sync->settings->config->order);
    return imap_sync_take(sync, client, rows, window, error);
}

/* ---- the folder --------------------------------------------------------------------------------------------- */

/* The end of a folder that was renumbered, and marks that nobody has told the books of. */
static gboolean
settle(ImapSync *sync, GError **error)
{
    gboolean was_renumbered = sync->progress.renumbered;

    if (!was_renumbered && !sync->unsaved)
        return TRUE;
    if (was_renumbered && !sync->books->settle(sync->books->data, sync->folder, error))
        return FALSE;
    sync->progress.renumbered = FALSE;
    return imap_sync_save(sync, error);
}

gboolean
imap_sync_run(ImapSync *sync, ImapClient *client, GError **error)
{
    UidRange window;

    if (!look_for_new(sync, client, error))
        return FALSE;
    while (!*sync->settings->stop
           && imap_plan_window(sync->progress.todo, sync->settings->config->order, sync->turn, sync->width, &window)) {
        if (!take_window(sync, client, window, error))
            return FALSE;
        sync->turn++;
        if (clock_monotonic() - sync->looked_at > LOOK_AGAIN_US && !look_for_new(sync, client, error))
            return FALSE;
    }
    if (!imap_sync_mark(sync, client, error))
        return FALSE;
    return *sync->settings->stop || settle(sync, error);
}
