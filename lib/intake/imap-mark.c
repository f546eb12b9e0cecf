/*
 * imap-mark.c - what is done on the server to mail that is stored; nothing depends on it
 */
#include "intake/imap-sync-private.h"

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"

/* A change of flags costs a server with a Maildir of 100,000 files as much as reading hundreds of them, however few it changes. */
#define MARK_US G_USEC_PER_SEC

static gboolean
has_flag(const ImapFolder *folder, const char *flag)
{
    for (char **known = folder->permanent_flags; known != NULL && *known != NULL; known++)
        if (g_ascii_strcasecmp(*known, flag) == 0)
            return TRUE;
    return FALSE;
}

const char *
imap_sync_cannot_mark(const ImapConfig *config, const ImapFolder *folder, guint capabilities)
{
    gboolean can_remove = (capabilities & IMAP_CAN_UIDPLUS) != 0;

    if (config->after.action != IMAP_AFTER_NOTHING && folder->read_only)
        return "no mark possible: the folder is read-only";
    switch (config->after.action) {
    case IMAP_AFTER_KEYWORD:
        return folder->new_keywords || has_flag(folder, config->keyword) ? NULL : "no mark possible: the server keeps no keywords";
    case IMAP_AFTER_SEEN:
        return folder->can_see ? NULL : "no mark possible: the server does not keep \\Seen";
    case IMAP_AFTER_MOVE:
        return can_remove || (capabilities & IMAP_CAN_MOVE) != 0 ? NULL
                                                                 : "no moving possible: the server has neither MOVE nor UIDPLUS";
    case IMAP_AFTER_DELETE:
        return can_remove && folder->can_delete ? NULL : "no deleting possible: the server has no UIDPLUS";
    case IMAP_AFTER_NOTHING:
    default:
        return NULL;
    }
}

void
imap_sync_say_marks(ImapSync *sync, const ImapClient *client)
{
    const char *hint = imap_sync_cannot_mark(sync->settings->config, &sync->selected, imap_client_capabilities(client));

    if (hint != NULL && hint != sync->hint)
        log_info("no-mark", LOG_TEXT("folder", sync->folder), LOG_TEXT("why", hint));
    sync->hint = hint;
}

gboolean
imap_sync_marks(const ImapSync *sync)
{
    return sync->hint == NULL && sync->settings->config->after.action != IMAP_AFTER_NOTHING;
}

void
imap_sync_add_mark(ImapSync *sync, guint32 uid)
{
    if (imap_sync_marks(sync))
        uid_set_add(sync->progress.marking, uid, uid);
}

static gboolean
move(ImapSync *sync, ImapClient *client, const guint32 *uids, gsize n, GError **error)
{
    const char *target = sync->settings->config->after.folder;
    g_autoptr(GError) problem = NULL;

    if (imap_client_move(client, uids, n, target, &problem))
        return TRUE;
    if (!g_error_matches(problem, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND) || !imap_client_is_alive(client)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    return imap_client_create_folder(client, target, error) && imap_client_move(client, uids, n, target, error);
}

static gboolean
mark_some(ImapSync *sync, ImapClient *client, const guint32 *uids, gsize n, GError **error)
{
    const ImapConfig *config = sync->settings->config;

    switch (config->after.action) {
    case IMAP_AFTER_KEYWORD:
        return imap_client_add_flag(client, uids, n, config->keyword, error);
    case IMAP_AFTER_SEEN:
        return imap_client_add_flag(client, uids, n, "\\Seen", error);
    case IMAP_AFTER_MOVE:
        return move(sync, client, uids, n, error);
    case IMAP_AFTER_DELETE:
        return imap_client_delete(client, uids, n, error);
    case IMAP_AFTER_NOTHING:
    default:
        return TRUE;
    }
}

/* The next UIDs of the set, LIMIT_IMAP_UIDS at most. */
static gsize
take_uids(const UidSet *set, guint32 *uids)
{
    gsize n = 0;

    for (gsize i = 0; i < uid_set_n_ranges(set) && n < LIMIT_IMAP_UIDS; i++) {
        UidRange range = uid_set_range(set, i);

        for (guint64 uid = range.first; uid <= range.last && n < LIMIT_IMAP_UIDS; uid++)
            uids[n++] = (guint32) uid;
    }
    return n;
}

static void
set_alarm(ImapSync *sync, const char *text)
{
    if (text != NULL && g_strcmp0(text, sync->alarm) != 0)
        log_warning("not-marked", LOG_TEXT("folder", sync->folder), LOG_TEXT("error", text));
    g_free(sync->alarm);
    sync->alarm = g_strdup(text);
}

gboolean
imap_sync_mark_some(ImapSync *sync, ImapClient *client, GError **error)
{
    if (uid_set_count(sync->progress.marking) < LIMIT_IMAP_UIDS && clock_monotonic() - sync->marked_at < MARK_US)
        return TRUE;
    return imap_sync_mark(sync, client, error);
}

gboolean
imap_sync_mark(ImapSync *sync, ImapClient *client, GError **error)
{
    UidSet *marking = sync->progress.marking;
    guint32 uids[LIMIT_IMAP_UIDS];

    sync->marked_at = clock_monotonic();
    if (sync->hint != NULL && !uid_set_is_empty(marking)) {
        uid_set_clear(marking);
        sync->unsaved = TRUE;
    }
    while (!uid_set_is_empty(marking)) {
        g_autoptr(GError) problem = NULL;
        gsize n = take_uids(marking, uids);

        if (!mark_some(sync, client, uids, n, &problem)) {
            if (!imap_client_is_alive(client)) {
                g_propagate_error(error, g_steal_pointer(&problem));
                return FALSE;
            }
            set_alarm(sync, problem->message);
            return TRUE;
        }
        for (gsize i = 0; i < n; i++)
            uid_set_remove(marking, uids[i], uids[i]);
        sync->unsaved = TRUE;
    }
    set_alarm(sync, NULL);
    return TRUE;
}
