/* Afterwards: flags, moving, deleting. Nothing is expunged but what is named by its UID. */
#include "intake/imap-client.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "intake/imap-client-private.h"

static int
compare_uids(gconstpointer a, gconstpointer b)
{
    guint32 left = *(const guint32 *) a;
    guint32 right = *(const guint32 *) b;

    return left < right ? -1 : left > right;
}

/* Neighbours are written as a range, so that the command fits into a line of any server. */
struct mailimap_set *
imap_client_set(ImapClient *client, const guint32 *uids, gsize n_uids, GError **error)
{
    g_autofree guint32 *sorted = NULL;
    struct mailimap_set *set;
    gsize i = 0;

    if (n_uids == 0 || n_uids > LIMIT_IMAP_UIDS) {
        imap_client_refuse(client, IMAP_FAULT_ARGUMENT, error, "cannot name %zu messages in one command", n_uids);
        return NULL;
    }
    sorted = g_memdup2(uids, n_uids * sizeof *uids);
    qsort(sorted, n_uids, sizeof *sorted, compare_uids);
    if (sorted[0] == 0) {
        imap_client_refuse(client, IMAP_FAULT_ARGUMENT, error, "0 is no UID");
        return NULL;
    }
    set = mailimap_set_new_empty();
    while (i < n_uids) {
        gsize end = i;

        while (end + 1 < n_uids && sorted[end + 1] - sorted[end] <= 1)
            end++;
        mailimap_set_add_interval(set, sorted[i], sorted[end]);
        i = end + 1;
    }
    return set;
}

static gboolean
begin(ImapClient *client, GError **error)
{
    if (!imap_client_check_alive(client, error))
        return FALSE;
    if (!client->selected)
        return imap_client_refuse(client, IMAP_FAULT_ARGUMENT, error, "cannot change messages: no folder is selected");
    return imap_client_begin(client, IMAP_WANT_NO_FETCH, client->transfer_seconds, LIMIT_IMAP_ANSWER, error);
}

static struct mailimap_flag *
flag_new(const char *flag)
{
    if (g_ascii_strcasecmp(flag, "\\Seen") == 0)
        return mailimap_flag_new_seen();
    if (g_ascii_strcasecmp(flag, "\\Deleted") == 0)
        return mailimap_flag_new_deleted();
    if (g_ascii_strcasecmp(flag, "\\Flagged") == 0)
        return mailimap_flag_new_flagged();
    if (g_ascii_strcasecmp(flag, "\\Answered") == 0)
        return mailimap_flag_new_answered();
    return *flag == '\\' ? mailimap_flag_new_flag_extension(strdup(flag + 1)) : mailimap_flag_new_flag_keyword(strdup(flag));
}

/* RFC 9051, 9: flag-keyword is an atom. */
static gboolean
is_flag(const char *flag)
{
    const char *at = *flag == '\\' ? flag + 1 : flag;

    if (*at == '\0' || strlen(at) > 100)
        return FALSE;
    for (; *at != '\0'; at++)
        if (*at <= 0x20 || *at >= 0x7f || strchr("(){%*\"\\]", *at) != NULL)
            return FALSE;
    return TRUE;
}

/* Takes no set. */
static gboolean
store(ImapClient *client, struct mailimap_set *set, const char *flag, GError **error)
{
    struct mailimap_flag_list *flags;
    struct mailimap_store_att_flags *what;
    int code;

    if (!begin(client, error))
        return FALSE;
    flags = mailimap_flag_list_new_empty();
    mailimap_flag_list_add(flags, flag_new(flag));
    what = mailimap_store_att_flags_new_add_flags_silent(flags);
    code = mailimap_uid_store(client->session, set, what);
    mailimap_store_att_flags_free(what);
    /* RFC 2180, 4.2: some of them were gone already. */
    if (client->stream->guard.has_tagged && imap_client_status_has(client, "EXPUNGEISSUED") &&
        client->stream->guard.tagged == IMAP_FAULT_REFUSED)
        return TRUE;
    return imap_client_end(client, code, error, "set the flag %s", flag);
}

gboolean
imap_client_add_flag(ImapClient *client, const guint32 *uids, gsize n_uids, const char *flag, GError **error)
{
    struct mailimap_set *set;
    gboolean done;

    if (!is_flag(flag))
        return imap_client_refuse(client, IMAP_FAULT_ARGUMENT, error, "no flag can have that name");
    set = imap_client_set(client, uids, n_uids, error);
    if (set == NULL)
        return FALSE;
    done = store(client, set, flag, error);
    mailimap_set_free(set);
    return done;
}

static gboolean
expunge(ImapClient *client, struct mailimap_set *set, GError **error)
{
    if (!begin(client, error))
        return FALSE;
    return imap_client_end(client, mailimap_uid_expunge(client->session, set), error, "expunge messages");
}

static gboolean
copy(ImapClient *client, struct mailimap_set *set, const char *name, const char *folder, GError **error)
{
    if (!begin(client, error))
        return FALSE;
    return imap_client_end(client, mailimap_uid_copy(client->session, set, name), error, "copy messages to \"%s\"", folder);
}

static gboolean
move(ImapClient *client, struct mailimap_set *set, const char *name, const char *folder, GError **error)
{
    if ((client->can & IMAP_CAN_MOVE) == 0)
        return copy(client, set, name, folder, error) && store(client, set, "\\Deleted", error) && expunge(client, set, error);
    if (!begin(client, error))
        return FALSE;
    return imap_client_end(client, mailimap_uid_move(client->session, set, name), error, "move messages to \"%s\"", folder);
}

static gboolean
check_can(ImapClient *client, guint any_of, const char *what, GError **error)
{
    if (!imap_client_check_alive(client, error))
        return FALSE;
    return (client->can & any_of) != 0 ||
           imap_client_refuse(client, IMAP_FAULT_UNSUPPORTED, error,
                              "cannot %s messages: the server lacks %s, and EXPUNGE alone would remove what others marked", what,
                              any_of & IMAP_CAN_MOVE ? "MOVE and UIDPLUS" : "UIDPLUS");
}

gboolean
imap_client_move(ImapClient *client, const guint32 *uids, gsize n_uids, const char *folder, GError **error)
{
    g_autofree char *name = NULL;
    struct mailimap_set *set;
    gboolean done;

    if (!check_can(client, IMAP_CAN_MOVE | IMAP_CAN_UIDPLUS, "move", error))
        return FALSE;
    name = imap_client_folder_name(client, folder, error);
    set = name != NULL ? imap_client_set(client, uids, n_uids, error) : NULL;
    if (set == NULL)
        return FALSE;
    done = move(client, set, name, folder, error);
    mailimap_set_free(set);
    /* Our own work is no news. */
    client->stream->guard.change = FALSE;
    return done;
}

gboolean
imap_client_delete(ImapClient *client, const guint32 *uids, gsize n_uids, GError **error)
{
    struct mailimap_set *set;
    gboolean done;

    if (!check_can(client, IMAP_CAN_UIDPLUS, "delete", error))
        return FALSE;
    set = imap_client_set(client, uids, n_uids, error);
    if (set == NULL)
        return FALSE;
    done = store(client, set, "\\Deleted", error) && expunge(client, set, error);
    mailimap_set_free(set);
    client->stream->guard.change = FALSE;
    return done;
}
