/*
 * mailbox-commit.c - fetched mail becomes inbound rows
 */
#include "gateway/mailbox-private.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/spool.h"
#include "gateway/recipient.h"

/* Years of mail are fetched much faster than they are worked, and rows are worked in their order: so that new mail of another way in does not wait behind
   all of them, no more than this many wait while a worker is up. */
#define BACKLOG_ROWS     200
#define BACKLOG_LOOK_US  (20 * 1000)
#define WATERMARK_US     (2 * G_USEC_PER_SEC)
#define BACKLOG_HOLD_US  (20 * G_USEC_PER_SEC)

/* One mail on its way into the store: what the store borrows. */
typedef struct {
    const ImapMail *mail;
    GBytes         *bytes;
    const char     *queue;
    char           *recipient;
    char           *key;
    char           *message_id;
    char           *note;
    guint8          sha256[HASH_SHA256_BYTES];
    gboolean        known;          /* taken before, under an earlier number */
} Item;

/* A long mail is never whole in memory. */
static void
digest(GBytes *bytes, guint8 digest_out[HASH_SHA256_BYTES])
{
    Sha256 *hash = sha256_new();
    gsize length;
    const char *start = g_bytes_get_data(bytes, &length);

    for (gsize at = 0; at < length; at += SPOOL_STEP) {
        sha256_update(hash, start + at, MIN(length - at, SPOOL_STEP));
        spool_release(bytes, at);
    }
    spool_release(bytes, length);
    sha256_finish(hash, digest_out);
}

static void
item_init(Item *item, Mailbox *mailbox, const char *folder, const MailboxRow *row, const ImapMail *mail)
{
    const MailboxSettings *settings = mailbox->settings;
    g_autoptr(Message) header = NULL;

    *item = (Item) { .mail = mail, .note = g_strdup(mail->note) };
    item->bytes = mail->bytes != NULL ? g_bytes_ref(mail->bytes) : g_bytes_new_static("", 0);
    digest(item->bytes, item->sha256);
    item->key = mailbox_delivery_key(settings->config->name, folder, row->uidvalidity, row->generation, mail->uid);
    if (g_bytes_get_size(item->bytes) > 0) {
        header = recipient_parse_header(item->bytes);
        recipient_find_parsed(settings->ours, header, NULL, &item->queue, &item->recipient);
        item->message_id = g_strdup(header->message_id);
    }
    if (item->queue == NULL)
        item->queue = settings->queue;
}

static void
item_clear(Item *item)
{
    g_bytes_unref(item->bytes);
    g_free(item->recipient);
    g_free(item->key);
    g_free(item->message_id);
    g_free(item->note);
}

static void
item_fill(const Mailbox *mailbox, const char *source, const Item *item, AcceptMail *mail, AcceptRecipient *recipient, MailboxTaken *taken)
{
    const ImapConfig *config = mailbox->settings->config;
    gint64 arrived = item->mail->internal_date;

    *recipient = (AcceptRecipient) { item->recipient, item->queue, item->key, 0 };
    *mail = (AcceptMail) { .bytes = item->bytes, .source = source, .received_at = arrived, .note = item->note,
                           .quiet = config->quiet_until != 0 && arrived != 0 && arrived < config->quiet_until,
                           .recipients = recipient, .n_recipients = 1 };
    *taken = (MailboxTaken) { .uid = item->mail->uid, .delivery_key = item->key, .message_id = item->message_id, .size = item->mail->size,
                              .arrived_at = arrived, .sha256 = item->sha256 };
}

static void
say_taken(const Item *item, const AcceptMail *mail)
{
    if (mail->recipients[0].inbound_out != 0)
        log_info("accepted", LOG_INT("inbound", mail->recipients[0].inbound_out), LOG_TEXT("from", mail->source),
                 LOG_TEXT("key", item->key), LOG_TEXT("to", item->recipient), LOG_INT("size", (gint64) g_bytes_get_size(item->bytes)));
}

/* n items and the progress of row in one transaction. */
static gboolean
write_items(Mailbox *mailbox, const Item *items, gsize n, MailboxRow *row, GError **error)
{
    g_autofree AcceptMail *mails = g_new0(AcceptMail, n);
    g_autofree AcceptRecipient *recipients = g_new0(AcceptRecipient, n);
    g_autofree MailboxTaken *taken = g_new0(MailboxTaken, n);
    g_autofree const Item **written = g_new0(const Item *, n);
    g_autofree char *source = g_strconcat("imap:", mailbox->settings->config->name, NULL);
    gsize count = 0;

    for (gsize i = 0; i < n; i++) {
        if (items[i].known)
            continue;
        written[count] = &items[i];
        item_fill(mailbox, source, &items[i], &mails[count], &recipients[count], &taken[count]);
        count++;
    }
    if (!store_mailbox_commit(mailbox->store, mails, count, taken, count, row, error))
        return FALSE;
    for (gsize i = 0; i < count; i++)
        say_taken(written[i], &mails[i]);
    if (count > 0)
        store_notify(mailbox->store, "inbound");
    return TRUE;
}

/* The agents learn that there was a mail; where it still is, its key says. */
static void
give_up(Item *item, const GError *problem)
{
    g_bytes_unref(item->bytes);
    item->bytes = g_bytes_new_static("", 0);
    g_free(item->note);
    item->note = g_strdup_printf("what it says cannot be stored: %s", problem->message);
    log_error("mail-given-up", LOG_TEXT("key", item->key), LOG_TEXT("error", problem->message));
}

/* One of them cannot be stored: each by itself, while the folder stays where it was; then the folder. */
static gboolean
write_one_by_one(Mailbox *mailbox, Item *items, gsize n, MailboxRow *row, const ImapProgress *progress, GError **error)
{
    for (gsize i = 0; i < n; i++) {
        g_autoptr(GError) problem = NULL;

        if (write_items(mailbox, &items[i], 1, row, &problem))
            continue;
        if (!g_error_matches(problem, MAILGW_ERROR, MAILGW_ERROR_INVALID) || !store_is_connected(mailbox->store)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return FALSE;
        }
        give_up(&items[i], problem);
        if (!write_items(mailbox, &items[i], 1, row, error))
            return FALSE;
    }
    mailbox_row_take(row, progress);
    return write_items(mailbox, NULL, 0, row, error);
}

static gboolean
find_known(Mailbox *mailbox, const MailboxRow *row, Item *items, gsize n, GError **error)
{
    for (gsize i = 0; row->renumbered && i < n; i++)
        if (items[i].mail->bytes != NULL
            && !store_mailbox_match_bytes(mailbox->store, row, items[i].mail->uid, items[i].sha256, &items[i].known, error))
            return FALSE;
    return TRUE;
}

static gboolean
write_all(Mailbox *mailbox, Item *items, gsize n, MailboxRow *row, const ImapProgress *progress, GError **error)
{
    MailboxRow next = *row;
    g_autoptr(GError) problem = NULL;
    gboolean written;

    if (!find_known(mailbox, row, items, n, error))
        return FALSE;
    next.todo = next.marking = NULL;
    mailbox_row_take(&next, progress);
    written = write_items(mailbox, items, n, &next, &problem);
    if (written || n == 0 || !g_error_matches(problem, MAILGW_ERROR, MAILGW_ERROR_INVALID) || !store_is_connected(mailbox->store)) {
        if (written) {
            mailbox_row_clear(row);
            *row = next;
        } else {
            mailbox_row_clear(&next);
            g_propagate_error(error, g_steal_pointer(&problem));
        }
        return written;
    }
    mailbox_row_clear(&next);
    return write_one_by_one(mailbox, items, n, row, progress, error);
}

/* ---- not faster than it is worked --------------------------------------------------------------------------- */

/* Counting to the admin's limit takes a while where it is high, so it is done now and then. */
static gboolean
too_much_waits(Mailbox *mailbox, GError **error)
{
    gint64 limit = mailbox->settings->ours->waiting_limit, waiting;

    if (clock_monotonic() < mailbox->next_count)
        return FALSE;
    if (!store_waiting_count(mailbox->store, limit + 1, &waiting, error))
        return TRUE;
    if (waiting > limit) {
        g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "too much mail is waiting here");
        return TRUE;
    }
    mailbox->next_count = clock_monotonic() + WATERMARK_US;
    return FALSE;
}

static gboolean
look_at_backlog(Mailbox *mailbox, gboolean *too_many_out, GError **error)
{
    gint64 waiting = 0;
    gboolean worked = FALSE, looked;

    if (!mailbox_enter(mailbox, error))
        return FALSE;
    looked = !too_much_waits(mailbox, error) && store_backlog(mailbox->store, BACKLOG_ROWS, &waiting, &worked, error);
    *too_many_out = worked && waiting >= BACKLOG_ROWS;
    return mailbox_leave(mailbox, looked);
}

static gboolean
hold_back(Mailbox *mailbox, GError **error)
{
    gint64 until = clock_monotonic() + BACKLOG_HOLD_US;
    gboolean too_many = FALSE;

    for (;;) {
        if (!look_at_backlog(mailbox, &too_many, error))
            return FALSE;
        if (!too_many || clock_monotonic() > until || *mailbox->role->stop)
            return TRUE;
        g_usleep(BACKLOG_LOOK_US);
    }
}

gboolean
mailbox_commit(gpointer data, const char *folder, const ImapMail *mails, gsize n, const ImapProgress *progress, GError **error)
{
    Mailbox *mailbox = data;
    g_autofree Item *items = g_new0(Item, n);
    MailboxRow *row;
    gboolean done;

    if (n > 0 && !hold_back(mailbox, error))
        return FALSE;
    if (!mailbox_enter(mailbox, error))
        return FALSE;
    row = mailbox_row(mailbox, folder);
    for (gsize i = 0; i < n; i++)
        item_init(&items[i], mailbox, folder, row, &mails[i]);
    done = write_all(mailbox, items, n, row, progress, error);
    for (gsize i = 0; i < n; i++)
        item_clear(&items[i]);
    return mailbox_leave(mailbox, done);
}
