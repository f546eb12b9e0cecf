#include "intake/imap-plan.h"

#define OTHER_END_TURNS 4
#define WINDOW_ROWS_FEW  100
#define WINDOW_ROWS_MANY 500

/* A mail that breaks its connection this often, alone, on a server that answers everything else, will do so for ever. */
#define SOFT_FAILURES 5

void
imap_progress_init(ImapProgress *progress)
{
    *progress = (ImapProgress) { .todo = uid_set_new(), .marking = uid_set_new() };
}

void
imap_progress_clear(ImapProgress *progress)
{
    uid_set_free(progress->todo);
    uid_set_free(progress->marking);
    *progress = (ImapProgress) { 0 };
}

void
imap_plan_begin(ImapProgress *progress, const ImapImport *import, guint32 uidvalidity, guint32 last_uid, gint64 now)
{
    progress->uidvalidity = uidvalidity;
    progress->last_uid = last_uid;
    progress->since_uid = last_uid;
    uid_set_clear(progress->todo);
    uid_set_clear(progress->marking);
    progress->renumbered = FALSE;
    progress->since_at = import->kind == IMAP_IMPORT_SINCE ? import->since : import->kind == IMAP_IMPORT_FROM_NOW ? now : 0;
    if (import->kind != IMAP_IMPORT_FROM_NOW)
        uid_set_add(progress->todo, 1, last_uid);
}

void
imap_plan_renumber(ImapProgress *progress, guint32 uidvalidity, guint32 last_uid)
{
    progress->uidvalidity = uidvalidity;
    progress->last_uid = last_uid;
    progress->since_uid = last_uid;
    progress->renumbered = TRUE;
    uid_set_clear(progress->marking);
    uid_set_clear(progress->todo);
    uid_set_add(progress->todo, 1, last_uid);
}

void
imap_plan_arrived(ImapProgress *progress, guint32 last_uid)
{
    if (last_uid <= progress->last_uid)
        return;
    uid_set_add(progress->todo, progress->last_uid + 1, last_uid);
    progress->last_uid = last_uid;
}

gboolean
imap_plan_window(const UidSet *todo, ImapOrder order, guint turn, guint32 width, UidRange *window_out)
{
    gboolean other_end = turn % OTHER_END_TURNS == OTHER_END_TURNS - 1;
    gboolean from_top = (order == IMAP_NEWEST_FIRST) != other_end;
    UidRange range;

    if (uid_set_is_empty(todo))
        return FALSE;
    range = uid_set_range(todo, from_top ? uid_set_n_ranges(todo) - 1 : 0);
    if (range.last - range.first >= width) {
        if (from_top)
            range.first = range.last - width + 1;
        else
            range.last = range.first + width - 1;
    }
    *window_out = range;
    return TRUE;
}

guint32
imap_plan_width(guint32 width, gsize n_rows)
{
    if (n_rows < WINDOW_ROWS_FEW)
        return width > G_MAXUINT32 / 2 ? G_MAXUINT32 : width * 2;
    return n_rows > WINDOW_ROWS_MANY ? MAX(width / 2, 1) : width;
}

gboolean
imap_plan_wants(const ImapProgress *progress, const ImapRow *row)
{
    return progress->since_at == 0 || row->uid > progress->since_uid || row->internal_date == 0
           || row->internal_date >= progress->since_at;
}

static int
ascending(gconstpointer a, gconstpointer b)
{
    guint32 left = ((const ImapRow *) a)->uid, right = ((const ImapRow *) b)->uid;

    return left < right ? -1 : left > right;
}

static int
descending(gconstpointer a, gconstpointer b)
{
    return ascending(b, a);
}

void
imap_plan_sort(GArray *rows, ImapOrder order)
{
    g_array_sort(rows, order == IMAP_NEWEST_FIRST ? descending : ascending);
}

gsize
imap_plan_batch(const ImapRow *rows, gsize n, gsize most, gint64 most_bytes)
{
    guint64 bytes = 0;
    gsize count = 0;

    while (count < n && count < most) {
        bytes += rows[count].size;
        if (count > 0 && bytes > (guint64) most_bytes)
            break;
        count++;
    }
    return count;
}

void
imap_trouble_init(ImapTrouble *trouble)
{
    *trouble = (ImapTrouble) { .suspects = uid_set_new() };
}

void
imap_trouble_clear(ImapTrouble *trouble)
{
    uid_set_free(trouble->suspects);
    *trouble = (ImapTrouble) { 0 };
}

ImapFetch
imap_trouble_way(const ImapTrouble *trouble, const ImapRow *row, gint64 message_bytes)
{
    guint failed = trouble->uid == row->uid ? trouble->hard + trouble->soft / SOFT_FAILURES : 0;
    gboolean too_long = row->size > (guint64) message_bytes;

    if (too_long)
        return failed > 0 ? IMAP_FETCH_GIVE_UP : IMAP_FETCH_BEGINNING;
    if (failed > 0)
        return failed > 1 ? IMAP_FETCH_GIVE_UP : IMAP_FETCH_BEGINNING;
    return uid_set_contains(trouble->suspects, row->uid) ? IMAP_FETCH_ALONE : IMAP_FETCH_WITH_OTHERS;
}

void
imap_trouble_failed(ImapTrouble *trouble, const guint32 *uids, gsize n, gboolean hard)
{
    for (gsize i = 0; i < n; i++)
        uid_set_add(trouble->suspects, uids[i], uids[i]);
    if (n != 1)
        return;
    if (trouble->uid != uids[0]) {
        trouble->uid = uids[0];
        trouble->hard = trouble->soft = 0;
    }
    trouble->hard += hard;
    trouble->soft += !hard;
}

void
imap_trouble_over(ImapTrouble *trouble, const guint32 *uids, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        uid_set_remove(trouble->suspects, uids[i], uids[i]);
        if (trouble->uid == uids[i])
            trouble->uid = 0;
    }
}
