#include "imap-accounts.h"

#include <string.h>

#include "intake/uid-set.h"

static const char *
text_of(const json_t *row, const char *key)
{
    return json_string_value(json_object_get(row, key));
}

/* UIDs that were not looked at; some of them may be no mail any more. */
static json_t *
waiting(const json_t *row)
{
    const char *text = row != NULL ? text_of(row, "todo") : NULL;
    g_autoptr(UidSet) todo = text != NULL ? uid_set_parse(text) : NULL;

    return todo != NULL ? json_integer((json_int_t) uid_set_count(todo)) : json_null();
}

/* The row of a folder; or of its account, if that never got as far as any folder. */
static const json_t *
find(const json_t *known, const char *account, const char *folder)
{
    const json_t *row, *of_account = NULL;
    gsize i;

    json_array_foreach(known, i, row) {
        if (g_strcmp0(text_of(row, "account"), account) != 0)
            continue;
        if (g_strcmp0(text_of(row, "folder"), folder) == 0)
            return row;
        if (text_of(row, "folder") == NULL)
            of_account = row;
    }
    return of_account;
}

static void
copy(json_t *to, const json_t *from, const char *key)
{
    json_t *value = from != NULL ? json_object_get(from, key) : NULL;

    json_object_set_new(to, key, value != NULL ? json_incref(value) : json_null());
}

static json_t *
folder_row(const json_t *known, const ImapConfig *imap, const char *folder)
{
    const json_t *from = find(known, imap->name, folder);
    json_t *row = json_object();

    json_object_set_new(row, "account", json_text(imap->name));
    json_object_set_new(row, "host", json_text(imap->host));
    json_object_set_new(row, "folder", json_text(folder));
    copy(row, from, "taken");
    json_object_set_new(row, "waiting", waiting(from));
    copy(row, from, "last_success");
    copy(row, from, "alarm");
    copy(row, from, "alarm_since");
    copy(row, from, "hint");
    return row;
}

json_t *
imap_account_rows(const Config *config, Store *store, GError **error)
{
    g_autoptr(Json) known = store_query_json(store, QUERY_MAILBOX_LIST, NULL, 0, error);
    json_t *rows;

    if (known == NULL)
        return NULL;
    rows = json_array();
    for (guint i = 0; i < config->imap->len; i++) {
        const ImapConfig *imap = config->imap->pdata[i];

        for (char **folder = imap->folders; *folder != NULL; folder++)
            json_array_append_new(rows, folder_row(known, imap, *folder));
    }
    return rows;
}
