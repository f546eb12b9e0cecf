/* Reading: UID FETCH, its rows and bodies handed over as they come. */
#include "intake/imap-client.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "intake/imap-client-private.h"

static void
stop(ImapClient *client)
{
    client->stream->stopped = TRUE;
}

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
static gint64
days(gint64 year, gint64 month, gint64 day)
{
    gint64 y = month <= 2 ? year - 1 : year;
    gint64 era = y / 400;
    gint64 of_era = y - era * 400;
    gint64 of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static gint64
date_of(const struct mailimap_date_time *date)
{
    /* "+0130" comes as 130. */
    gint64 zone = (date->dt_zone / 100) * 60 + date->dt_zone % 100;

    if (date->dt_year < 1970 || date->dt_month < 1 || date->dt_month > 12 || date->dt_day < 1 || date->dt_day > 31 ||
        date->dt_hour > 23 || date->dt_min > 59 || date->dt_sec > 60)
        return 0;
    return ((((days(date->dt_year, date->dt_month, date->dt_day) * 24 + date->dt_hour) * 60 + date->dt_min - zone) * 60) + date->dt_sec) *
           G_USEC_PER_SEC;
}

static guint
flag_of(const ImapClient *client, const struct mailimap_flag_fetch *fetched)
{
    const struct mailimap_flag *flag = fetched->fl_flag;

    if (fetched->fl_type != MAILIMAP_FLAG_FETCH_OTHER || flag == NULL)
        return 0;
    switch (flag->fl_type) {
    case MAILIMAP_FLAG_SEEN:
        return IMAP_FLAG_SEEN;
    case MAILIMAP_FLAG_DELETED:
        return IMAP_FLAG_DELETED;
    case MAILIMAP_FLAG_DRAFT:
        return IMAP_FLAG_DRAFT;
    case MAILIMAP_FLAG_ANSWERED:
        return IMAP_FLAG_ANSWERED;
    case MAILIMAP_FLAG_FLAGGED:
        return IMAP_FLAG_FLAGGED;
    case MAILIMAP_FLAG_KEYWORD:
        return client->fetching.keyword != NULL && flag->fl_data.fl_keyword != NULL &&
                       g_ascii_strcasecmp(flag->fl_data.fl_keyword, client->fetching.keyword) == 0
                   ? IMAP_FLAG_KEYWORD
                   : 0;
    default:
        return 0;
    }
}

static void
read_static(const struct mailimap_msg_att_static *item, ImapRow *row)
{
    if (item->att_type == MAILIMAP_MSG_ATT_UID)
        row->uid = item->att_data.att_uid;
    else if (item->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE)
        row->size = item->att_data.att_rfc822_size;
    else if (item->att_type == MAILIMAP_MSG_ATT_INTERNALDATE && item->att_data.att_internal_date != NULL)
        row->internal_date = date_of(item->att_data.att_internal_date);
}

static void
read_items(const ImapClient *client, const struct mailimap_msg_att *answer, ImapRow *row)
{
    for (clistiter *at = clist_begin(answer->att_list); at != NULL; at = clist_next(at)) {
        const struct mailimap_msg_att_item *item = clist_content(at);
        const clist *flags;

        if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC)
            read_static(item->att_data.att_static, row);
        if (item->att_type != MAILIMAP_MSG_ATT_ITEM_DYNAMIC || item->att_data.att_dyn->att_list == NULL)
            continue;
        flags = item->att_data.att_dyn->att_list;
        for (clistiter *flag = clist_begin(flags); flag != NULL; flag = clist_next(flag))
            row->flags |= flag_of(client, clist_content(flag));
    }
}

static void
hand_over_rows(ImapClient *client)
{
    ImapFetching *fetching = &client->fetching;

    if (fetching->rows->len > 0 && !client->stream->stopped &&
        !fetching->rows_func(fetching->data, &g_array_index(fetching->rows, ImapRow, 0), fetching->rows->len))
        stop(client);
    g_array_set_size(fetching->rows, 0);
}

static void
take_row(ImapClient *client, const ImapRow *row)
{
    ImapFetching *fetching = &client->fetching;

    if (row->uid < fetching->first || row->uid > fetching->last)
        return;
    g_array_append_vals(fetching->rows, row, 1);
    if (fetching->rows->len >= LIMIT_IMAP_ROWS)
        hand_over_rows(client);
}

/* "Message-ID: <a@b>", perhaps folded, and the empty line behind it. */
static char *
field_value(GBytes *header)
{
    g_autofree char *text = g_strndup(g_bytes_get_data(header, NULL), g_bytes_get_size(header));
    const char *colon = strchr(text, ':');
    GString *value;

    if (colon == NULL)
        return NULL;
    value = g_string_new(NULL);
    for (const char *c = colon + 1; *c != '\0'; c++) {
        /* A line that begins otherwise than with white space is another field. */
        if (*c == '\n' && c[1] != ' ' && c[1] != '\t')
            break;
        if (*c != '\r' && *c != '\n')
            g_string_append_c(value, *c);
    }
    g_strstrip(value->str);
    if (*value->str != '\0')
        return g_string_free(value, FALSE);
    g_string_free(value, TRUE);
    return NULL;
}

static void
take_body(ImapClient *client, guint32 uid, GBytes *message)
{
    ImapFetching *fetching = &client->fetching;
    gboolean goes_on;

    /* A body nobody asked for, or a second one: answers and questions do not belong together any more. */
    if (!g_hash_table_remove(fetching->asked, GUINT_TO_POINTER(uid))) {
        imap_stream_fail(client->stream, IMAP_FAULT_PROTOCOL, "the server sends a message that was not asked for");
        client->stream->spoiled = TRUE;
        return;
    }
    if (fetching->id_func != NULL) {
        g_autofree char *id = field_value(message);

        goes_on = fetching->id_func(fetching->data, uid, id);
    } else {
        goes_on = fetching->body_func(fetching->data, uid, message);
    }
    if (!goes_on)
        stop(client);
}

/* After each FETCH answer. */
static void
answered(struct mailimap_msg_att *answer, void *data)
{
    ImapClient *client = data;
    Spool *body = g_steal_pointer(&client->fetching.body);
    g_autoptr(GBytes) message = body != NULL ? spool_free_to_bytes(body) : NULL;
    ImapRow row = { 0 };

    if (!client->stream->stopped && client->stream->fault == IMAP_FAULT_NONE)
        read_items(client, answer, &row);
    if (row.uid != 0 && client->fetching.rows != NULL)
        take_row(client, &row);
    if (row.uid != 0 && message != NULL && client->fetching.asked != NULL)
        take_body(client, row.uid, message);
}

/* A piece of a body, before it is known whose. */
static bool
body_piece(G_GNUC_UNUSED int type, G_GNUC_UNUSED struct mailimap_msg_att_body_section *section, const char *bytes, size_t length,
           void *data)
{
    ImapClient *client = data;

    if (client->stream->stopped)
        return false;
    if (client->fetching.body == NULL)
        client->fetching.body = spool_new();
    spool_append(client->fetching.body, bytes, length);
    return true;
}

static void
no_progress(G_GNUC_UNUSED size_t now, G_GNUC_UNUSED size_t of, G_GNUC_UNUSED void *data)
{
}

static void
watch(ImapClient *client, gboolean on)
{
    /* Without a progress function libetpan forgets the other handlers. */
    mailimap_set_progress_callback(client->session, on ? no_progress : NULL, on ? no_progress : NULL, on ? client : NULL);
    mailimap_set_msg_att_handler(client->session, on ? answered : NULL, on ? client : NULL);
    mailimap_set_msg_body_handler(client->session, on ? body_piece : NULL, on ? client : NULL);
}

static gboolean
check_selected(ImapClient *client, GError **error)
{
    if (!imap_client_check_alive(client, error))
        return FALSE;
    return client->selected || imap_client_refuse(client, IMAP_FAULT_ARGUMENT, error, "cannot fetch: no folder is selected");
}

/* Takes set and type. The fetching is filled in by the caller, and cleared here. */
static gboolean
fetch(ImapClient *client, ImapWant want, gint64 budget, struct mailimap_set *set, struct mailimap_fetch_type *type, const char *what,
      GError **error)
{
    ImapFetching *fetching = &client->fetching;
    clist *list = NULL;
    int code;
    gboolean done = FALSE;

    if (imap_client_begin(client, want, client->transfer_seconds, budget, error)) {
        watch(client, TRUE);
        code = mailimap_uid_fetch(client->session, set, type, &list);
        watch(client, FALSE);
        client->stream->guard.want = IMAP_WANT_NO_FETCH;
        /* After an error it is set all the same, and freed already. */
        if (code == MAILIMAP_NO_ERROR && list != NULL)
            mailimap_fetch_list_free(list);
        if (fetching->rows != NULL && code == MAILIMAP_NO_ERROR)
            hand_over_rows(client);
        done = imap_client_end(client, code, error, "%s", what);
    }
    mailimap_set_free(set);
    mailimap_fetch_type_free(type);
    g_clear_pointer(&fetching->body, spool_free);
    g_clear_pointer(&fetching->rows, g_array_unref);
    g_clear_pointer(&fetching->asked, g_hash_table_unref);
    memset(fetching, 0, sizeof *fetching);
    return done;
}

static struct mailimap_fetch_type *
type_of(struct mailimap_fetch_att *const *items, gsize n)
{
    struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();

    for (gsize i = 0; i < n; i++)
        mailimap_fetch_type_new_fetch_att_list_add(type, items[i]);
    return type;
}

gboolean
imap_client_plan(ImapClient *client, guint32 first, guint32 last, const char *keyword, ImapRowsFunc rows, gpointer data, GError **error)
{
    struct mailimap_fetch_att *items[4];

    if (!check_selected(client, error))
        return FALSE;
    if (first == 0 || (last != 0 && last < first))
        return imap_client_refuse(client, IMAP_FAULT_ARGUMENT, error, "%u:%u is no range of UIDs", first, last);
    items[0] = mailimap_fetch_att_new_uid();
    items[1] = mailimap_fetch_att_new_rfc822_size();
    items[2] = mailimap_fetch_att_new_internaldate();
    items[3] = mailimap_fetch_att_new_flags();
    client->fetching.first = first;
    client->fetching.last = last != 0 ? last : G_MAXUINT32;
    client->fetching.keyword = keyword;
    client->fetching.rows = g_array_sized_new(FALSE, FALSE, sizeof(ImapRow), LIMIT_IMAP_ROWS);
    client->fetching.rows_func = rows;
    client->fetching.data = data;
    /* libetpan writes 0 as "*". */
    return fetch(client, IMAP_WANT_ROWS, LIMIT_IMAP_ANSWER + (gint64) imap_client_exists(client) * LIMIT_IMAP_ROW,
                 mailimap_set_new_interval(first, last), type_of(items, 4), "read the list of messages", error);
}

static gboolean
prepare_uids(ImapClient *client, const guint32 *uids, gsize n_uids, struct mailimap_set **set_out, GError **error)
{
    if (!check_selected(client, error))
        return FALSE;
    *set_out = imap_client_set(client, uids, n_uids, error);
    if (*set_out == NULL)
        return FALSE;
    client->fetching.asked = g_hash_table_new(NULL, NULL);
    for (gsize i = 0; i < n_uids; i++)
        g_hash_table_add(client->fetching.asked, GUINT_TO_POINTER(uids[i]));
    return TRUE;
}

gboolean
imap_client_message_ids(ImapClient *client, const guint32 *uids, gsize n_uids, ImapIdFunc id, gpointer data, GError **error)
{
    struct mailimap_set *set = NULL;
    clist *fields;
    struct mailimap_fetch_att *items[2];

    if (!prepare_uids(client, uids, n_uids, &set, error))
        return FALSE;
    fields = clist_new();
    clist_append(fields, strdup("MESSAGE-ID"));
    items[0] = mailimap_fetch_att_new_uid();
    items[1] = mailimap_fetch_att_new_body_peek_section(mailimap_section_new_header_fields(mailimap_header_list_new(fields)));
    client->fetching.id_func = id;
    client->fetching.data = data;
    return fetch(client, IMAP_WANT_IDS, LIMIT_IMAP_ANSWER + (gint64) n_uids * LIMIT_IMAP_LINE, set, type_of(items, 2),
                 "read Message-IDs", error);
}

gboolean
imap_client_bodies(ImapClient *client, const guint32 *uids, gsize n_uids, ImapBodyFunc body, gpointer data, GError **error)
{
    struct mailimap_set *set = NULL;
    struct mailimap_fetch_att *items[2];

    if (!prepare_uids(client, uids, n_uids, &set, error))
        return FALSE;
    items[0] = mailimap_fetch_att_new_uid();
    items[1] = mailimap_fetch_att_new_body_peek_section(mailimap_section_new(NULL));
    client->fetching.body_func = body;
    client->fetching.data = data;
    return fetch(client, IMAP_WANT_BODIES, LIMIT_IMAP_ANSWER + (gint64) n_uids * client->message_bytes, set, type_of(items, 2),
                 "fetch messages", error);
}

static gboolean
keep_one(gpointer data, G_GNUC_UNUSED guint32 uid, GBytes *message)
{
    *(GBytes **) data = g_bytes_ref(message);
    return TRUE;
}

gboolean
imap_client_partial(ImapClient *client, guint32 uid, guint32 max_bytes, GBytes **message_out, GError **error)
{
    struct mailimap_set *set = NULL;
    struct mailimap_fetch_att *items[2];
    GBytes *message = NULL;

    if (!prepare_uids(client, &uid, 1, &set, error))
        return FALSE;
    items[0] = mailimap_fetch_att_new_uid();
    items[1] = mailimap_fetch_att_new_body_peek_section_partial(mailimap_section_new(NULL), 0, max_bytes);
    client->fetching.body_func = keep_one;
    client->fetching.data = &message;
    if (!fetch(client, IMAP_WANT_PARTIAL, LIMIT_IMAP_ANSWER + (gint64) max_bytes, set, type_of(items, 2), "fetch the beginning of a message",
               error)) {
        g_clear_pointer(&message, g_bytes_unref);
        return FALSE;
    }
    *message_out = message;
    return TRUE;
}
