/*
 * accept.c - recipients checked against the configuration, mail into the store, honest answers
 *
 * The peer learns what it needs and nothing of our insides: an address that is none of ours is 550, everything that may work later is 451.
 */
#include "gateway/accept.h"

#include "base/address.h"
#include "base/clock.h"
#include "base/log.h"
#include "gateway/settings.h"
#include "store/accept.h"

#define RECONNECT_US    (500 * 1000)
#define WATERMARK_US    (2 * G_USEC_PER_SEC)
/* On busy processors intake outruns the workers, and every mail waits behind all before it. From this many waiting rows on,
   the peers are answered a little later: they have a queue of their own. Never longer than a tenth of a second, and
   only while a worker is up: without one, waiting would bring nothing. */
#define BACKLOG_ROWS    48
#define BACKLOG_LOOK_US (10 * 1000)
#define BACKLOG_HOLD_US (100 * 1000)

struct Acceptor {
    const Role           *role;
    const AcceptSettings *settings;
    Store                *store;
    gint64                next_try;       /* monotonic: no connection is tried before */
    gint64                next_count;
    gint64                next_look;      /* at the backlog */
    gboolean              too_much_waits;
    gboolean              said_away;
};

static void
answer_set(SinkAnswer *answer, int code, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void
answer_set(SinkAnswer *answer, int code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    answer->code = code;
    g_free(answer->text);
    answer->text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

static void
answer_away(SinkAnswer *answer)
{
    answer_set(answer, 451, "4.3.0 mail cannot be stored now, please try again later");
}

/* Connects again if it is time to; never waits for it longer than one attempt takes. */
static gboolean
is_ready(Acceptor *acceptor)
{
    g_autoptr(GError) problem = NULL;

    if (acceptor->store != NULL && store_is_connected(acceptor->store) && !acceptor->said_away)
        return TRUE;
    if (clock_monotonic() < acceptor->next_try)
        return FALSE;
    acceptor->next_try = clock_monotonic() + RECONNECT_US;
    if (acceptor->store == NULL)
        acceptor->store = store_open(&acceptor->role->store, &problem);
    else
        store_reopen(acceptor->store, &problem);
    if (problem == NULL)
        store_announce_role(acceptor->store, acceptor->role->name, acceptor->role->number, &problem);
    if (problem != NULL) {
        if (!acceptor->said_away)
            log_warning("database-away", LOG_TEXT("error", problem->message));
        acceptor->said_away = TRUE;
        return FALSE;
    }
    if (acceptor->said_away)
        log_info("database-back");
    acceptor->said_away = FALSE;
    return TRUE;
}

static gboolean
too_much_waits(Acceptor *acceptor)
{
    g_autoptr(GError) problem = NULL;
    gint64 limit = acceptor->settings->waiting_limit, count;

    if (clock_monotonic() >= acceptor->next_count) {
        acceptor->next_count = clock_monotonic() + WATERMARK_US;
        if (store_waiting_count(acceptor->store, limit + 1, &count, &problem))
            acceptor->too_much_waits = count > limit;
    }
    return acceptor->too_much_waits;
}

static void
check_recipient(gpointer data, SinkRecipient *recipient, SinkAnswer *answer)
{
    Acceptor *acceptor = data;
    const AcceptSettings *settings = acceptor->settings;
    const QueueConfig *queue = settings_queue_of(settings->queues, settings->subaddressing, settings->bounce_domain,
                                                 recipient->recipient);

    if (queue == NULL) {
        answer_set(answer, 550, "5.1.1 <%s>: no such address here", recipient->recipient);
    } else if (!is_ready(acceptor)) {
        answer_away(answer);
    } else if (too_much_waits(acceptor)) {
        answer_set(answer, 451, "4.3.2 too much mail is waiting here, please try again later");
    } else {
        recipient->queue = g_strdup(queue->name);
        answer_set(answer, 250, "2.1.5 ok");
    }
}

static void
accept_mail_fill(AcceptMail *to, const SinkMail *mail)
{
    to->bytes = mail->bytes;
    to->source = mail->source;
    to->sender = mail->sender_unknown ? NULL : mail->sender;
    to->auth_user = mail->auth_user;
    to->n_recipients = mail->recipients->len;
    to->recipients = g_new0(AcceptRecipient, mail->recipients->len);
    for (guint i = 0; i < mail->recipients->len; i++) {
        const SinkRecipient *recipient = g_ptr_array_index(mail->recipients, i);

        to->recipients[i].recipient = recipient->recipient;
        to->recipients[i].queue = recipient->queue;
    }
}

static void
answer_stored(const SinkMail *mail, const AcceptMail *stored, GArray *answers)
{
    for (gsize i = 0; i < stored->n_recipients; i++) {
        answer_set(&g_array_index(answers, SinkAnswer, i), 250, "2.0.0 stored as %" G_GINT64_FORMAT,
                   stored->recipients[i].inbound_out);
        log_info("accepted", LOG_INT("inbound", stored->recipients[i].inbound_out), LOG_TEXT("from", mail->source),
                 LOG_TEXT("sender", mail->sender), LOG_TEXT("to", stored->recipients[i].recipient),
                 LOG_INT("size", (gint64) g_bytes_get_size(mail->bytes)));
    }
}

static void
answer_failed(const SinkMail *mail, GArray *answers, const GError *problem)
{
    log_warning("not-accepted", LOG_TEXT("from", mail->source), LOG_TEXT("sender", mail->sender),
                LOG_TEXT("error", problem->message));
    for (guint i = 0; i < answers->len; i++)
        answer_away(&g_array_index(answers, SinkAnswer, i));
}

/* n mails in one commit; if one of them cannot be stored, each by itself, so that it fails alone. */
static void
accept_some(Acceptor *acceptor, SinkMail *const *mails, gsize n, GArray *const *answers)
{
    g_autofree AcceptMail *stored = g_new0(AcceptMail, n);
    g_autoptr(GError) problem = NULL;

    for (gsize i = 0; i < n; i++)
        accept_mail_fill(&stored[i], mails[i]);
    if (store_accept(acceptor->store, stored, n, &problem)) {
        for (gsize i = 0; i < n; i++)
            answer_stored(mails[i], &stored[i], answers[i]);
        store_notify(acceptor->store, "inbound");
    } else if (n > 1 && store_is_connected(acceptor->store)) {
        for (gsize i = 0; i < n; i++)
            accept_some(acceptor, mails + i, 1, answers + i);
    } else {
        for (gsize i = 0; i < n; i++)
            answer_failed(mails[i], answers[i], problem);
    }
    for (gsize i = 0; i < n; i++)
        g_free(stored[i].recipients);
}

/* Before the mail is stored, so that the answer follows COMMIT at once (RFC 1047). */
static void
hold_back(Acceptor *acceptor)
{
    gint64 until = clock_monotonic() + BACKLOG_HOLD_US, waiting;
    gboolean worked;

    if (clock_monotonic() < acceptor->next_look)
        return;
    while (store_backlog(acceptor->store, BACKLOG_ROWS, &waiting, &worked, NULL) && worked && waiting >= BACKLOG_ROWS
           && clock_monotonic() < until && !*acceptor->role->stop)
        g_usleep(BACKLOG_LOOK_US / 2);
    acceptor->next_look = clock_monotonic() + BACKLOG_LOOK_US;
}

static void
accept(gpointer data, SinkMail *const *mails, gsize n, GArray *const *answers)
{
    Acceptor *acceptor = data;

    for (gsize i = 0; i < n; i++)
        g_array_set_size(answers[i], mails[i]->recipients->len);
    if (is_ready(acceptor))
        hold_back(acceptor);
    if (is_ready(acceptor)) {
        accept_some(acceptor, mails, n, answers);
        return;
    }
    for (gsize i = 0; i < n; i++)
        for (guint k = 0; k < answers[i]->len; k++)
            answer_away(&g_array_index(answers[i], SinkAnswer, k));
}

/* A connection that broke while nobody used it is noticed here, so that the first mail afterwards need not wait. */
static void
notice_loss(Acceptor *acceptor)
{
    g_autoptr(GError) problem = NULL;

    if (acceptor->store != NULL && store_is_connected(acceptor->store))
        store_wait(acceptor->store, 0, -1, &problem);
}

static int
tick(gpointer data)
{
    Acceptor *acceptor = data;
    int due;

    notice_loss(acceptor);
    if (!is_ready(acceptor))
        return (int) (RECONNECT_US / 1000);
    due = store_notify_due(acceptor->store);
    return due >= 0 ? due : 1000;
}

Acceptor *
acceptor_new(const Role *role, const AcceptSettings *settings)
{
    Acceptor *acceptor = g_new0(Acceptor, 1);

    acceptor->role = role;
    acceptor->settings = settings;
    return acceptor;
}

void
acceptor_free(Acceptor *acceptor)
{
    if (acceptor == NULL)
        return;
    store_free(acceptor->store);
    g_free(acceptor);
}

Sink
acceptor_sink(Acceptor *acceptor)
{
    return (Sink) { acceptor, check_recipient, accept, tick };
}
