#include "gateway/mailbox.h"

#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "gateway/mailbox-private.h"
#include "gateway/recipient.h"

#define RECONNECT_US    G_USEC_PER_SEC
/* What is told of a folder that goes well is written this often. */
#define REPORT_US       (30 * G_USEC_PER_SEC)

char *
mailbox_delivery_key(const char *account, const char *folder, gint64 uidvalidity, gint64 generation, gint64 uid)
{
    /* A server may come back to a UIDVALIDITY of earlier, and mean other mails by it. */
    g_autofree char *again = generation > 1 ? g_strdup_printf(";GENERATION=%" G_GINT64_FORMAT, generation) : NULL;

    return g_strdup_printf("imap:%s/%s;UIDVALIDITY=%" G_GINT64_FORMAT "/;UID=%" G_GINT64_FORMAT "%s", account, folder, uidvalidity, uid,
                           again != NULL ? again : "");
}

/* ---- the connection, and the lock that it holds ------------------------------------------------------------- */

static gboolean
connect(Mailbox *mailbox, GError **error)
{
    const Role *role = mailbox->role;

    if (mailbox->store != NULL && store_is_connected(mailbox->store))
        return TRUE;
    mailbox->held = FALSE;
    if (mailbox->store == NULL)
        mailbox->store = store_open(&role->store, error);
    else
        store_reopen(mailbox->store, error);
    return mailbox->store != NULL && store_is_connected(mailbox->store)
           && store_announce_role(mailbox->store, role->name, role->number, error);
}

/* A connection that broke while nobody used it looks sound until it is used. */
static void
notice_loss(Mailbox *mailbox)
{
    if (mailbox->store != NULL && store_is_connected(mailbox->store))
        store_wait(mailbox->store, 0, -1, NULL);
    if (mailbox->store != NULL && !store_is_connected(mailbox->store))
        mailbox->held = FALSE;
}

guint
mailbox_uses(const Mailbox *mailbox)
{
    return (guint) g_atomic_int_get(&mailbox->uses);
}

static gboolean
ready(gpointer data, GError **error)
{
    Mailbox *mailbox = data;
    gboolean held;

    g_mutex_lock(&mailbox->mutex);
    notice_loss(mailbox);
    if (!mailbox->held && connect(mailbox, error))
        store_mailbox_lock(mailbox->store, mailbox->settings->config->name, &mailbox->held, error);
    held = mailbox->held;
    g_mutex_unlock(&mailbox->mutex);
    return held;
}

gboolean
mailbox_enter(Mailbox *mailbox, GError **error)
{
    g_atomic_int_inc(&mailbox->uses);
    g_mutex_lock(&mailbox->mutex);
    if (mailbox->held && store_is_connected(mailbox->store))
        return TRUE;
    mailbox->held = FALSE;
    g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "the database is away");
    g_mutex_unlock(&mailbox->mutex);
    return FALSE;
}

gboolean
mailbox_leave(Mailbox *mailbox, gboolean done)
{
    if (!store_is_connected(mailbox->store))
        mailbox->held = FALSE;
    g_mutex_unlock(&mailbox->mutex);
    return done;
}

/* ---- progress, as the source and as the store have it ------------------------------------------------------- */

MailboxRow *
mailbox_row(Mailbox *mailbox, const char *folder)
{
    MailboxRow *row = g_hash_table_lookup(mailbox->rows, folder);

    if (row == NULL) {
        row = g_new0(MailboxRow, 1);
        g_hash_table_insert(mailbox->rows, g_strdup(folder), row);
    }
    return row;
}

void
mailbox_row_take(MailboxRow *row, const ImapProgress *progress)
{
    g_free(row->todo);
    g_free(row->marking);
    row->uidvalidity = progress->uidvalidity;
    row->last_uid = progress->last_uid;
    row->todo = uid_set_format(progress->todo);
    row->marking = uid_set_format(progress->marking);
    row->renumbered = progress->renumbered;
    row->since_at = progress->since_at;
    row->since_uid = progress->since_uid;
}

/* The sets that stand in the database obey its CHECK, and still might hold a number that is no UID. */
static gboolean
read_sets(const MailboxRow *row, ImapProgress *progress, GError **error)
{
    UidSet *todo = row->todo != NULL ? uid_set_parse(row->todo) : NULL;
    UidSet *marking = row->marking != NULL ? uid_set_parse(row->marking) : NULL;

    if (todo == NULL || marking == NULL) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot read what is to be done of mailbox %" G_GINT64_FORMAT, row->id);
        uid_set_free(todo);
        uid_set_free(marking);
        return FALSE;
    }
    uid_set_free(progress->todo);
    uid_set_free(progress->marking);
    progress->todo = todo;
    progress->marking = marking;
    return TRUE;
}

static gboolean
load(gpointer data, const char *folder, ImapProgress *progress, GError **error)
{
    Mailbox *mailbox = data;
    MailboxRow fresh, *row;

    if (!mailbox_enter(mailbox, error))
        return FALSE;
    if (!store_mailbox_load(mailbox->store, mailbox->settings->config->name, folder, &fresh, error))
        return mailbox_leave(mailbox, FALSE);
    row = mailbox_row(mailbox, folder);
    mailbox_row_clear(row);
    *row = fresh;
    if (row->uidvalidity == 0)
        return mailbox_leave(mailbox, TRUE);
    if (!read_sets(row, progress, error))
        return mailbox_leave(mailbox, FALSE);
    progress->uidvalidity = (guint32) row->uidvalidity;
    progress->last_uid = (guint32) row->last_uid;
    progress->renumbered = row->renumbered;
    progress->since_at = row->since_at;
    progress->since_uid = (guint32) row->since_uid;
    return mailbox_leave(mailbox, TRUE);
}

static gboolean
begin(gpointer data, const char *folder, const ImapProgress *progress, GError **error)
{
    Mailbox *mailbox = data;
    MailboxRow *row;
    gboolean done;

    if (!mailbox_enter(mailbox, error))
        return FALSE;
    row = mailbox_row(mailbox, folder);
    mailbox_row_take(row, progress);
    done = progress->renumbered ? store_mailbox_renumber(mailbox->store, row, error)
                                : store_mailbox_create(mailbox->store, mailbox->settings->config->name, folder, row, error);
    return mailbox_leave(mailbox, done);
}

static gboolean
match(gpointer data, const char *folder, const ImapMail *asked, gsize n, UidSet *known, GError **error)
{
    Mailbox *mailbox = data;
    g_autofree MailboxTaken *taken = g_new0(MailboxTaken, n);
    g_autoptr(GArray) uids = NULL;

    for (gsize i = 0; i < n; i++)
        taken[i] = (MailboxTaken) { .uid = asked[i].uid, .message_id = asked[i].message_id, .size = asked[i].size,
                                    .arrived_at = asked[i].internal_date };
    if (!mailbox_enter(mailbox, error))
        return FALSE;
    if (!store_mailbox_match(mailbox->store, mailbox_row(mailbox, folder), taken, n, &uids, error))
        return mailbox_leave(mailbox, FALSE);
    for (guint i = 0; i < uids->len; i++) {
        guint32 uid = (guint32) g_array_index(uids, gint64, i);

        uid_set_add(known, uid, uid);
    }
    return mailbox_leave(mailbox, TRUE);
}

static gboolean
settle(gpointer data, const char *folder, GError **error)
{
    Mailbox *mailbox = data;

    if (!mailbox_enter(mailbox, error))
        return FALSE;
    return mailbox_leave(mailbox, store_mailbox_forget(mailbox->store, mailbox_row(mailbox, folder), error));
}

/* ---- how it goes -------------------------------------------------------------------------------------------- */

typedef struct {
    char  *alarm, *hint;
    gint64 told_at;
} Told;

static void
told_free(gpointer data)
{
    Told *told = data;

    g_free(told->alarm);
    g_free(told->hint);
    g_free(told);
}

/* Whether there is something new to tell. */
static gboolean
is_news(Mailbox *mailbox, const char *folder, const char *alarm, const char *hint)
{
    const char *key = folder != NULL ? folder : "";
    Told *told = g_hash_table_lookup(mailbox->told, key);
    gint64 now = clock_monotonic();

    if (told != NULL && g_strcmp0(told->alarm, alarm) == 0 && g_strcmp0(told->hint, hint) == 0 && now - told->told_at < REPORT_US)
        return FALSE;
    told = g_new0(Told, 1);
    told->alarm = g_strdup(alarm);
    told->hint = g_strdup(hint);
    told->told_at = now;
    g_hash_table_replace(mailbox->told, g_strdup(key), told);
    return TRUE;
}

static void
report(gpointer data, const char *folder, const char *alarm, const char *hint)
{
    Mailbox *mailbox = data;
    const char *account = mailbox->settings->config->name;

    if (!mailbox_enter(mailbox, NULL))
        return;
    if (is_news(mailbox, folder, alarm, hint)
        && !(folder != NULL ? store_mailbox_report(mailbox->store, account, folder, alarm == NULL, alarm, hint, NULL)
                            : store_mailbox_account_report(mailbox->store, account, alarm == NULL, alarm, NULL)))
        g_hash_table_remove(mailbox->told, folder != NULL ? folder : "");
    mailbox_leave(mailbox, TRUE);
}

int
mailbox_tick(Mailbox *mailbox)
{
    int due = -1;

    g_mutex_lock(&mailbox->mutex);
    notice_loss(mailbox);
    if (mailbox->held)
        due = store_notify_due(mailbox->store);
    g_mutex_unlock(&mailbox->mutex);
    return due;
}

/* ---- */

static void
row_free(gpointer data)
{
    mailbox_row_clear(data);
    g_free(data);
}

Mailbox *
mailbox_new(const Role *role, const MailboxSettings *settings)
{
    Mailbox *mailbox = g_new0(Mailbox, 1);

    message_init();
    mailbox->role = role;
    mailbox->settings = settings;
    g_mutex_init(&mailbox->mutex);
    mailbox->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, row_free);
    mailbox->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, told_free);
    return mailbox;
}

void
mailbox_free(Mailbox *mailbox)
{
    if (mailbox == NULL)
        return;
    store_free(mailbox->store);
    g_hash_table_unref(mailbox->rows);
    g_hash_table_unref(mailbox->told);
    g_mutex_clear(&mailbox->mutex);
    g_free(mailbox);
}

ImapBooks
mailbox_books(Mailbox *mailbox)
{
    return (ImapBooks) { .data = mailbox, .ready = ready, .load = load, .begin = begin, .match = match, .commit = mailbox_commit,
                         .settle = settle, .report = report };
}
