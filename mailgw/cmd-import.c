/*
 * cmd-import.c - import: mail out of files, into inbound rows
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli.h"
#include "gateway/recipient.h"
#include "intake/mailbox-file.h"
#include "message/message.h"
#include "store/accept.h"

/* Mails of one commit; a commit for each would be a hundred times slower on a large archive. */
#define IMPORT_BATCH       50
#define IMPORT_BATCH_BYTES (16 * 1024 * 1024)

typedef struct {
    const Config *config;
    AcceptSettings ours;
    Store        *store;
    const char   *to;
    gboolean      quiet;
    gboolean      received_from_header;
    GPtrArray    *bytes;            /* GBytes * of the open batch           */
    GPtrArray    *senders;          /* char *, NULL allowed                 */
    GPtrArray    *recipients;       /* char *, NULL allowed                 */
    GPtrArray    *queues;           /* const char *                         */
    GArray       *received;         /* gint64                               */
    gsize         batch_bytes;
    gint64        total, done, failed;
    gboolean      progress;
    gint64        said_at;
    GError       *error;
} Import;

static void
say_progress(Import *import, gboolean last)
{
    gint64 now = clock_monotonic();

    if (!import->progress || (!last && now - import->said_at < G_USEC_PER_SEC / 5))
        return;
    import->said_at = now;
    fprintf(stderr, "\r%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " mails%s", import->done, import->total,
            last ? "\n" : "");
}

static gboolean
flush(Import *import)
{
    gsize n = import->bytes->len;
    g_autofree AcceptMail *mails = g_new0(AcceptMail, n);
    g_autofree AcceptRecipient *recipients = g_new0(AcceptRecipient, n);
    gboolean stored;

    for (gsize i = 0; i < n; i++) {
        recipients[i].recipient = g_ptr_array_index(import->recipients, i);
        recipients[i].queue = g_ptr_array_index(import->queues, i);
        mails[i] = (AcceptMail) { .bytes = g_ptr_array_index(import->bytes, i), .source = "import",
                                  .sender = g_ptr_array_index(import->senders, i), .quiet = import->quiet,
                                  .received_at = g_array_index(import->received, gint64, i),
                                  .recipients = &recipients[i], .n_recipients = 1 };
    }
    stored = n == 0 || store_accept(import->store, mails, n, &import->error);
    g_ptr_array_set_size(import->bytes, 0);
    g_ptr_array_set_size(import->senders, 0);
    g_ptr_array_set_size(import->recipients, 0);
    g_ptr_array_set_size(import->queues, 0);
    g_array_set_size(import->received, 0);
    import->batch_bytes = 0;
    if (stored && n > 0) {
        import->done += (gint64) n;
        store_notify(import->store, "inbound");
        say_progress(import, FALSE);
    }
    return stored;
}

static void
add(Import *import, const MailboxFileMessage *mail, const char *queue, char *recipient, gint64 received)
{
    g_ptr_array_add(import->bytes, g_bytes_ref(mail->bytes));
    g_ptr_array_add(import->senders, g_strdup(mail->sender));
    g_ptr_array_add(import->recipients, recipient);
    g_ptr_array_add(import->queues, (gpointer) queue);
    g_array_append_val(import->received, received);
    import->batch_bytes += g_bytes_get_size(mail->bytes);
}

static gboolean
each_mail(const MailboxFileMessage *mail, gpointer data)
{
    Import *import = data;
    const char *queue = NULL;
    char *recipient = NULL;
    gint64 received = 0;

    if (mail->bytes == NULL) {
        fail_text("%s: %s", mail->path, mail->error->message);
        import->failed++;
        return TRUE;
    }
    recipient_find(&import->ours, mail->bytes, import->to, &queue, &recipient,
                   import->received_from_header ? &received : NULL);
    if (queue == NULL) {
        fail_text("%s: names no address of ours; say --to ADDRESS", mail->path);
        import->failed++;
        return TRUE;
    }
    add(import, mail, queue, recipient, received);
    if (import->bytes->len >= IMPORT_BATCH || import->batch_bytes >= IMPORT_BATCH_BYTES)
        return flush(import);
    return TRUE;
}

static gboolean
import_paths(Import *import, char **paths)
{
    gsize limit = (gsize) import->config->limits.message_size;

    for (gsize i = 0; paths[i] != NULL; i++) {
        gint64 count = 0;

        if (!mailbox_file_count(paths[i], &count, &import->error))
            return FALSE;
        import->total += count;
    }
    for (gsize i = 0; paths[i] != NULL && import->error == NULL; i++)
        if (!mailbox_file_read(paths[i], limit, each_mail, import, &import->error))
            return FALSE;
    return import->error == NULL && flush(import);
}

static int
report(Import *import)
{
    say_progress(import, TRUE);
    if (import->error != NULL)
        return fail(import->error);
    printf("%" G_GINT64_FORMAT " mails taken", import->done);
    if (import->failed > 0)
        printf(", %" G_GINT64_FORMAT " not (see above)", import->failed);
    puts("");
    return import->failed > 0 ? EXIT_FAILED : EXIT_DONE;
}

static void
import_clear(Import *import)
{
    g_ptr_array_unref(import->bytes);
    g_ptr_array_unref(import->senders);
    g_ptr_array_unref(import->recipients);
    g_ptr_array_unref(import->queues);
    g_array_unref(import->received);
}

static int
run(const Cli *cli, Import *import, char **paths)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    int status;

    if (!cli_open(cli, STORE_INGEST, &config, &store))
        return EXIT_FAILED;
    if (!config_require_queue(config, &error))
        return fail(g_steal_pointer(&error));
    if (import->to != NULL && config_queue_for_address(config, import->to, NULL) == NULL)
        return fail_text("cannot import: <%s> is no address of ours", import->to);
    message_init();
    import->config = config;
    import->ours = cli_accept_settings(config);
    import->store = store;
    import->bytes = g_ptr_array_new_with_free_func((GDestroyNotify) g_bytes_unref);
    import->senders = g_ptr_array_new_with_free_func(g_free);
    import->recipients = g_ptr_array_new_with_free_func(g_free);
    import->queues = g_ptr_array_new();
    import->received = g_array_new(FALSE, FALSE, sizeof(gint64));
    import->progress = isatty(STDERR_FILENO);
    import_paths(import, paths);
    status = report(import);
    store_notify_due(store);
    import_clear(import);
    return status;
}

int
cmd_import(Cli *cli, int argc, char **argv)
{
    g_autofree char *to = NULL, *received = NULL;
    gboolean quiet = FALSE;
    const GOptionEntry entries[] = {
        { "quiet", 0, 0, G_OPTION_ARG_NONE, &quiet, "send nothing to anybody about these mails", NULL },
        { "to", 0, 0, G_OPTION_ARG_STRING, &to, "the address they were sent to", "ADDRESS" },
        { "received", 0, 0, G_OPTION_ARG_STRING, &received, "when they arrived: now, or what their header says", "now|header" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "import", "PATH...", "take mail from .eml files, mboxes and Maildirs", cmd_import, NULL };
    int status = command_options("mailgw", &self, cli, entries, &argc, &argv, 1, -1);
    Import import = { .quiet = quiet, .to = to };

    if (status >= 0)
        return status;
    if (received != NULL && !g_str_equal(received, "now") && !g_str_equal(received, "header"))
        return usage_text("mailgw import", "--received is \"now\" or \"header\", not \"%s\"", received);
    import.received_from_header = received != NULL && g_str_equal(received, "header");
    return run(cli, &import, argv + 1);
}
