/* Folders: which there are, and the one that is selected. */
#include "intake/imap-client.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "intake/imap-client-private.h"

char *
imap_client_folder_name(ImapClient *client, const char *folder, GError **error)
{
    if (folder == NULL || *folder == '\0' || !g_utf8_validate(folder, -1, NULL) || text_has_control(folder) ||
        strlen(folder) > LIMIT_IMAP_ARGUMENT) {
        g_autofree char *shown = text_sanitise(folder != NULL ? folder : "", folder != NULL ? strlen(folder) : 0);
        g_autofree char *escaped = text_escape(shown);

        imap_client_refuse(client, IMAP_FAULT_ARGUMENT, error, "\"%.200s\" cannot be the name of a folder", escaped);
        return NULL;
    }
    return imap_utf7_encode(folder);
}

static void
listed_free(gpointer data)
{
    ImapListed *listed = data;

    g_free(listed->name);
    g_free(listed);
}

/* Modified UTF-7, unless somebody wrote otherwise. */
static void
decode_name(ImapListed *listed)
{
    g_autofree char *name = listed->name;

    listed->name = imap_utf7_decode(name);
    if (listed->name == NULL)
        listed->name = text_sanitise(name, strlen(name));
}

/* By hand: a list that was refused in the end is lost in libetpan, memory and all. */
gboolean
imap_client_list(ImapClient *client, GPtrArray **folders_out, GError **error)
{
    g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func(listed_free);
    gboolean goes_on = FALSE;

    if (!imap_client_begin(client, IMAP_WANT_NO_FETCH, client->command_seconds, LIMIT_IMAP_ANSWER, error))
        return FALSE;
    client->stream->guard.listed = folders;
    if (imap_client_say_command(client, "LIST \"\" \"*\"", &goes_on) && goes_on)
        imap_stream_fail(client->stream, IMAP_FAULT_PROTOCOL, "the server asks for more than LIST has");
    imap_client_unmute(client);
    client->stream->guard.listed = NULL;
    if (!imap_client_end(client, MAILIMAP_NO_ERROR, error, "list folders"))
        return FALSE;
    for (guint i = 0; i < folders->len; i++)
        decode_name(folders->pdata[i]);
    *folders_out = g_steal_pointer(&folders);
    return TRUE;
}

gboolean
imap_client_create_folder(ImapClient *client, const char *folder, GError **error)
{
    g_autofree char *name = imap_client_folder_name(client, folder, error);

    if (name == NULL || !imap_client_begin(client, IMAP_WANT_NO_FETCH, client->command_seconds, LIMIT_IMAP_ANSWER, error))
        return FALSE;
    return imap_client_end(client, mailimap_create(client->session, name), error, "create the folder \"%s\"", folder);
}

static void
fill_folder(const ImapClient *client, gboolean read_only, ImapFolder *folder)
{
    const struct mailimap_selection_info *info = client->session->imap_selection_info;
    const ImapGuard *guard = &client->stream->guard;

    memset(folder, 0, sizeof *folder);
    if (info != NULL) {
        folder->uidvalidity = info->sel_uidvalidity;
        folder->uidnext = info->sel_uidnext;
    }
    folder->exists = guard->exists;
    folder->read_only = read_only || imap_client_status_has(client, "READ-ONLY");
    folder->new_keywords = folder->can_see = folder->can_delete = guard->permanent_flags == NULL;
    if (guard->permanent_flags == NULL)
        return;
    folder->permanent_flags = g_strsplit(guard->permanent_flags, " ", -1);
    for (char **flag = folder->permanent_flags; *flag != NULL; flag++) {
        folder->new_keywords = folder->new_keywords || strcmp(*flag, "\\*") == 0;
        folder->can_see = folder->can_see || g_ascii_strcasecmp(*flag, "\\Seen") == 0;
        folder->can_delete = folder->can_delete || g_ascii_strcasecmp(*flag, "\\Deleted") == 0;
    }
}

/* Words of servers that know no response codes (RFC 5530). */
static gboolean
says_not_there(const char *status)
{
    static const char *const words[] = { "exist", "not found", "unknown mailbox", "no such", "unknown folder" };
    g_autofree char *lower = g_ascii_strdown(status != NULL ? status : "", -1);

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(lower, words[i]) != NULL)
            return TRUE;
    return FALSE;
}

gboolean
imap_client_select(ImapClient *client, const char *folder, gboolean read_only, ImapFolder *folder_out, GError **error)
{
    g_autofree char *name = imap_client_folder_name(client, folder, error);
    ImapGuard *guard;
    int code;

    if (name == NULL || !imap_client_begin(client, IMAP_WANT_NO_FETCH, client->command_seconds, LIMIT_IMAP_ANSWER, error))
        return FALSE;
    guard = &client->stream->guard;
    guard->exists = 0;
    client->selected = FALSE;
    g_clear_pointer(&guard->permanent_flags, g_free);
    code = read_only ? mailimap_examine(client->session, name) : mailimap_select(client->session, name);
    if (!imap_client_end(client, code, error, "select \"%s\"", folder)) {
        if (error != NULL && client->fault == IMAP_FAULT_REFUSED && says_not_there(guard->status))
            (*error)->code = MAILGW_ERROR_NOT_FOUND;
        return FALSE;
    }
    client->selected = TRUE;
    guard->mail = FALSE;
    guard->change = FALSE;
    fill_folder(client, read_only, folder_out);
    return TRUE;
}

void
imap_folder_clear(ImapFolder *folder)
{
    g_strfreev(folder->permanent_flags);
    memset(folder, 0, sizeof *folder);
}
