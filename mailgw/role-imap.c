/*
 * role-imap.c - limits and books of one mailbox, and the run
 *
 * A parser of the server's answers that runs wild must not take the machine with it: memory has a limit, and so has CPU time in which the process has
 * nothing to say to the store. What dies of them is started again by the supervisor, three times.
 */
#include "role-imap.h"

#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/limits.h"
#include "base/log.h"
#include "gateway/mailbox.h"
#include "imap-secret.h"
#include "store/mailbox.h"

/* The mailbox, and how often its books had been used when the limit was moved last. */
typedef struct {
    Mailbox    *mailbox;
    ImapSecret *secret;
    guint       uses;
} Watch;

static rlim_t
cpu_seconds_used(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (rlim_t) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec);
}

static void
allow_cpu(void)
{
    struct rlimit limit;

    getrlimit(RLIMIT_CPU, &limit);
    limit.rlim_cur = cpu_seconds_used() + LIMIT_IMAP_SPIN_SECONDS;
    setrlimit(RLIMIT_CPU, &limit);
}

static void
limit_process(void)
{
    /* One arena for the heap: with one for each thread a mailbox of years takes twice the memory. */
    mallopt(M_ARENA_MAX, 1);
    /* A long mail gets pages of its own, which move when it grows, and go when it is done. Left alone, the threshold would rise with each of them. */
    mallopt(M_MMAP_THRESHOLD, 512 * 1024);
#ifndef WITH_SANITIZERS
    {
        const struct rlimit memory = { LIMIT_IMAP_MEMORY, LIMIT_IMAP_MEMORY };

        setrlimit(RLIMIT_DATA, &memory);
    }
#endif
    allow_cpu();
}

/* Of two waits, where a negative one has no end. */
static int
sooner(int one, int other)
{
    return one < 0 ? other : other < 0 ? one : MIN(one, other);
}

static int
watch_tick(gpointer data)
{
    Watch *watch = data;
    guint uses = mailbox_uses(watch->mailbox);

    if (uses != watch->uses)
        allow_cpu();
    watch->uses = uses;
    return sooner(mailbox_tick(watch->mailbox), imap_secret_tick(watch->secret));
}

/* ---- the process -------------------------------------------------------------------------------------------- */

gboolean
role_imap_run(const Config *config, const ImapConfig *imap, const Role *role, GError **error)
{
    AcceptSettings ours = { config->queues, config->gateway.subaddressing, config->limits.waiting, config->smtp.bounce_domain };
    const QueueConfig *first = config->queues->pdata[0];
    MailboxSettings settings = { imap, &ours, imap->queue != NULL ? imap->queue : first->name };
    ImapAccountSettings account = { .config = imap, .message_bytes = config->limits.message_size, .secret = imap_secret_get, .stop = role->stop, .wake_fd = role->wake_fd,
                                    .until_idle = role->until_idle };
    Watch watch = { .mailbox = mailbox_new(role, &settings), .secret = imap_secret_new(imap, &role->store) };
    ImapBooks books = mailbox_books(watch.mailbox);
    gboolean done;

    limit_process();
    account.secret_data = watch.secret;
    account.tick = watch_tick;
    account.tick_data = &watch;
    log_info("mailbox", LOG_TEXT("account", imap->name), LOG_TEXT("host", imap->host), LOG_INT("folders", g_strv_length(imap->folders)));
    done = imap_account_run(&account, &books, error);
    mailbox_free(watch.mailbox);
    imap_secret_free(watch.secret);
    return done;
}

void
role_imap_suspended(const char *account, const Role *role)
{
    g_autoptr(GError) error = NULL;
    Store *store = store_open(&role->store, &error);

    if (store == NULL
        || !store_mailbox_account_report(store, account, FALSE, "suspended: its process died three times in ten minutes; reload to try again",
                                         &error))
        log_error("not-told", LOG_TEXT("account", account), LOG_TEXT("error", error->message));
    store_free(store);
}
