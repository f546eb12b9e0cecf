/*
 * imap-drive.c - the IMAP client on a string, for tests: connects as told, carries out commands, says what came of each
 *
 *     imap-drive [KEY=VALUE]... [COMMAND[,ARGUMENT]...]...
 *
 * One line per result on standard output, its parts separated by tabs. Stops at the first command that fails, unless go-on=1. Arguments are separated by tabs.
 */
#include <config.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "intake/imap-client.h"

typedef struct {
    ImapEndpoint endpoint;
    gboolean     probe;
    gboolean     go_on;
    guint        stop_after;     /* callbacks; 0: never */
    guint        called;
    char       **pins;
} Drive;

static int cancel_fd = -1;

static void
on_signal(G_GNUC_UNUSED int number)
{
    const guint64 one = 1;

    if (write(cancel_fd, &one, sizeof one) < 0)
        _exit(99);
}

static const char *
or_dash(const char *text)
{
    return text != NULL ? text : "-";
}

static gboolean
goes_on(Drive *drive)
{
    return drive->stop_after == 0 || ++drive->called < drive->stop_after;
}

static gboolean
print_rows(gpointer data, const ImapRow *rows, gsize n_rows)
{
    for (gsize i = 0; i < n_rows; i++)
        printf("row\t%u\t%" G_GUINT64_FORMAT "\t%" G_GINT64_FORMAT "\t%u\n", rows[i].uid, rows[i].size, rows[i].internal_date, rows[i].flags);
    return goes_on(data);
}

static gboolean
print_id(gpointer data, guint32 uid, const char *message_id)
{
    g_autofree char *shown = text_escape(or_dash(message_id));

    printf("id\t%u\t%s\n", uid, shown);
    return goes_on(data);
}

static gboolean
print_body(gpointer data, guint32 uid, GBytes *message)
{
    g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, message);

    printf("body\t%u\t%zu\t%s\n", uid, g_bytes_get_size(message), sum);
    return goes_on(data);
}

static GArray *
uids_of(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    GArray *uids = g_array_new(FALSE, FALSE, sizeof(guint32));

    for (char **word = words; *word != NULL; word++) {
        char *end = NULL;
        guint32 first = (guint32) strtoul(*word, &end, 10);
        guint32 last = *end == ':' ? (guint32) strtoul(end + 1, NULL, 10) : first;

        for (guint64 uid = first; uid <= last; uid++) {
            guint32 one = (guint32) uid;

            g_array_append_val(uids, one);
        }
    }
    return uids;
}

static gboolean
print_list(ImapClient *client, GError **error)
{
    GPtrArray *folders = NULL;

    if (!imap_client_list(client, &folders, error))
        return FALSE;
    for (guint i = 0; i < folders->len; i++) {
        const ImapListed *listed = folders->pdata[i];

        printf("folder\t%s\t%c\t%s\n", listed->name, listed->delimiter != '\0' ? listed->delimiter : '-',
               listed->selectable ? "selectable" : "noselect");
    }
    g_ptr_array_unref(folders);
    return TRUE;
}

static gboolean
print_select(ImapClient *client, const char *folder, gboolean read_only, GError **error)
{
    ImapFolder selected;
    g_autofree char *flags = NULL;

    if (!imap_client_select(client, folder, read_only, &selected, error))
        return FALSE;
    flags = selected.permanent_flags != NULL ? g_strjoinv(" ", selected.permanent_flags) : g_strdup("-");
    printf("selected\t%u\t%u\t%u\t%s\t%s\t%s\n", selected.uidvalidity, selected.uidnext, selected.exists,
           selected.read_only ? "read-only" : "read-write", selected.new_keywords ? "keywords" : "no-keywords", flags);
    imap_folder_clear(&selected);
    return TRUE;
}

static gboolean
print_partial(ImapClient *client, const char *uid, const char *size, GError **error)
{
    GBytes *message = NULL;

    if (!imap_client_partial(client, (guint32) strtoul(uid, NULL, 10), (guint32) strtoul(size, NULL, 10), &message, error))
        return FALSE;
    if (message == NULL) {
        puts("gone");
        return TRUE;
    }
    printf("partial\t%zu\n", g_bytes_get_size(message));
    g_bytes_unref(message);
    return TRUE;
}

static gboolean
print_event(ImapClient *client, const char *seconds, GError **error)
{
    static const char *const names[] = { "none", "mail", "change" };
    ImapEvent event = IMAP_EVENT_NONE;

    if (seconds != NULL ? !imap_client_wait(client, (guint) strtoul(seconds, NULL, 10), &event, error)
                        : !imap_client_noop(client, &event, error))
        return FALSE;
    printf("event\t%s\n", names[event]);
    return TRUE;
}

static gboolean
run_uids(Drive *drive, ImapClient *client, char **words, GError **error)
{
    g_autoptr(GArray) array = uids_of(words[1] != NULL ? words[1] : "");
    const guint32 *uids = (const guint32 *) (gpointer) array->data;
    const char *argument = words[1] != NULL ? words[2] : NULL;

    if (strcmp(words[0], "ids") == 0)
        return imap_client_message_ids(client, uids, array->len, print_id, drive, error);
    if (strcmp(words[0], "bodies") == 0)
        return imap_client_bodies(client, uids, array->len, print_body, drive, error);
    if (strcmp(words[0], "flag") == 0)
        return imap_client_add_flag(client, uids, array->len, argument, error);
    if (strcmp(words[0], "move") == 0)
        return imap_client_move(client, uids, array->len, argument, error);
    if (strcmp(words[0], "delete") == 0)
        return imap_client_delete(client, uids, array->len, error);
    g_error("no such command: %s", words[0]);
}

static gboolean
run_command(Drive *drive, ImapClient *client, char **words, GError **error)
{
    if (strcmp(words[0], "list") == 0)
        return print_list(client, error);
    if (strcmp(words[0], "create") == 0)
        return imap_client_create_folder(client, words[1], error);
    if (strcmp(words[0], "select") == 0 || strcmp(words[0], "examine") == 0)
        return print_select(client, words[1], *words[0] == 'e', error);
    if (strcmp(words[0], "plan") == 0)
        return imap_client_plan(client, (guint32) strtoul(words[1], NULL, 10), (guint32) strtoul(words[2], NULL, 10), words[3],
                                print_rows, drive, error);
    if (strcmp(words[0], "partial") == 0)
        return print_partial(client, words[1], words[2], error);
    if (strcmp(words[0], "wait") == 0 || strcmp(words[0], "noop") == 0)
        return print_event(client, words[1], error);
    if (strcmp(words[0], "logout") == 0) {
        imap_client_logout(client);
        return TRUE;
    }
    return run_uids(drive, client, words, error);
}

static void
set_number(Drive *drive, const char *key, const char *value)
{
    gint64 number = g_ascii_strtoll(value, NULL, 10);

    if (strcmp(key, "port") == 0)
        drive->endpoint.port = (guint16) number;
    else if (strcmp(key, "connect") == 0)
        drive->endpoint.connect_seconds = (guint) number;
    else if (strcmp(key, "command") == 0)
        drive->endpoint.command_seconds = (guint) number;
    else if (strcmp(key, "transfer") == 0)
        drive->endpoint.transfer_seconds = (guint) number;
    else if (strcmp(key, "stall") == 0)
        drive->endpoint.stall_seconds = (guint) number;
    else if (strcmp(key, "message-bytes") == 0)
        drive->endpoint.message_bytes = number;
    else if (strcmp(key, "probe") == 0)
        drive->probe = number != 0;
    else if (strcmp(key, "go-on") == 0)
        drive->go_on = number != 0;
    else if (strcmp(key, "stop-after") == 0)
        drive->stop_after = (guint) number;
    else
        g_error("no such key: %s", key);
}

static int
index_of(const char *const *names, gsize n, const char *name)
{
    for (gsize i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return (int) i;
    g_error("no such value: %s", name);
}

static void
set_key(Drive *drive, const char *key, const char *value)
{
    static const char *const securities[] = { "tls", "starttls", "loopback" };
    static const char *const mechanisms[] = { "password", "login", "plain", "token", "xoauth2", "oauthbearer" };
    ImapEndpoint *endpoint = &drive->endpoint;

    if (strcmp(key, "host") == 0)
        endpoint->host = value;
    else if (strcmp(key, "ca") == 0)
        endpoint->ca_file = value;
    else if (strcmp(key, "user") == 0)
        endpoint->user = value;
    else if (strcmp(key, "secret") == 0)
        endpoint->secret = value;
    else if (strcmp(key, "security") == 0)
        endpoint->security = (ImapSecurity) index_of(securities, G_N_ELEMENTS(securities), value);
    else if (strcmp(key, "mechanism") == 0)
        endpoint->mechanism = (ImapMechanism) index_of(mechanisms, G_N_ELEMENTS(mechanisms), value);
    else if (strcmp(key, "pin") == 0)
        endpoint->pins = (const char *const *) (drive->pins = g_strsplit(value, " ", -1));
    else
        set_number(drive, key, value);
}

static void
print_texts(const ImapClient *client)
{
    printf("texts\t%s\t%s\t%s\n", or_dash(imap_client_server_text(client)), or_dash(imap_client_challenge(client)),
           or_dash(imap_client_offending_line(client)));
}

/* What getrusage() says began with the parent's. */
static long
peak_kilobytes(void)
{
    g_autofree char *status = NULL;
    const char *peak;

    if (!g_file_get_contents("/proc/self/status", &status, NULL, NULL))
        return 0;
    peak = strstr(status, "VmHWM:");
    return peak != NULL ? strtol(peak + strlen("VmHWM:"), NULL, 10) : 0;
}

/* FALSE: stop here. */
static gboolean
report(const Drive *drive, const ImapClient *client, const char *what, gboolean done, const GError *error)
{
    g_autofree char *shown = error != NULL ? text_escape(error->message) : NULL;

    if (done) {
        printf("ok\t%s\n", what);
        return TRUE;
    }
    printf("failed\t%s\t%s\t%s\t%d\t%s\n", what, imap_fault_name(imap_client_fault(client)),
           imap_client_is_alive(client) ? "alive" : "dead", error->code, shown);
    print_texts(client);
    return drive->go_on;
}

static gboolean
connect_client(const Drive *drive, ImapClient *client)
{
    g_autoptr(GError) error = NULL;
    gboolean done = drive->probe ? imap_client_probe(client, &drive->endpoint, &error)
                                 : imap_client_connect(client, &drive->endpoint, &error);

    if (done)
        printf("connected\t%s\t%s\t%u\t%s\n", or_dash(imap_client_address(client)), or_dash(imap_client_tls(client)),
               imap_client_capabilities(client), imap_client_capability_line(client));
    return report(drive, client, "connect", done, error);
}

int
main(int argc, char **argv)
{
    Drive drive = { 0 };
    g_autoptr(ImapClient) client = NULL;
    gint64 began = clock_monotonic();
    int i = 1;

    setvbuf(stdout, NULL, _IOLBF, 0);
    cancel_fd = eventfd(0, EFD_CLOEXEC);
    signal(SIGTERM, on_signal);
    client = imap_client_new(cancel_fd);
    for (; i < argc && strchr(argv[i], '=') != NULL && strchr(argv[i], '\t') == NULL; i++) {
        char *value = strchr(argv[i], '=');

        *value = '\0';
        set_key(&drive, argv[i], value + 1);
    }
    for (gboolean more = connect_client(&drive, client); more && i < argc; i++) {
        g_auto(GStrv) words = g_strsplit(argv[i], "\t", -1);
        g_autoptr(GError) error = NULL;
        gboolean done = run_command(&drive, client, words, &error);

        more = report(&drive, client, words[0], done, error);
    }
    printf("used\t%.3f\t%.3f\t%ld\n", (double) (clock_monotonic() - began) / G_USEC_PER_SEC,
           (double) clock_process_cpu() / G_USEC_PER_SEC, peak_kilobytes());
    g_strfreev(drive.pins);
    return 0;
}
