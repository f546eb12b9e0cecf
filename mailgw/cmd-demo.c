/*
 * cmd-demo.c - demo: a customer's mail becomes a ticket, is acknowledged, answered, and the customer's answer joins it
 *
 * Nothing here is played: the demo makes an installation in a temporary directory with `init`, runs `serve`, and uses the same
 * commands an operator would type. It shows each of them with what it printed.
 */
#include <config.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/text.h"
#include "cli.h"
#include "identity.h"
#include "init.h"
#include "store/embedded.h"

#define STEP_SECONDS 30

typedef struct {
    char  *directory;
    char  *config;
    char  *program;          /* mailgw         */
    char  *deliver;          /* mailgw-deliver */
    pid_t  serve;
    int    step;
} Demo;

static const char customers_mail[] =
    "Return-Path: <maria@customer.example.org>\r\n"
    "From: Maria Papadopoulou <maria@customer.example.org>\r\n"
    "To: support@example.com\r\n"
    "Subject: Printer on floor 2 prints blank pages\r\n"
    "Date: Mon, 2 Nov 2026 09:12:00 +0200\r\n"
    "Message-ID: <printer-1@customer.example.org>\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n"
    "\r\n"
    "Hello,\r\n"
    "\r\n"
    "since this morning the printer on floor 2 prints blank pages only.\r\n"
    "\r\n"
    "\xce\x9c\xce\xb1\xcf\x81\xce\xaf\xce\xb1\r\n";

static const char agents_reply[] = "Hello Maria,\n\nplease change the black cartridge; that is nearly always it.\n";

/* ---- running things ----------------------------------------------------------------------------------------- */

static void
say_step(Demo *demo, const char *text)
{
    printf("\n%s%d. %s%s\n\n", isatty(STDOUT_FILENO) ? "\033[1m" : "", ++demo->step, text,
           isatty(STDOUT_FILENO) ? "\033[0m" : "");
    fflush(stdout);
}

/*
 * Runs a program with text on its standard input and collects what it prints (both streams). The input goes through a memfd, so that neither side
 * can wait for the other.
 */
static gboolean
run(const char *const *argv, const char *input, char **output_out, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;
    int output = memfd_create("output", MFD_CLOEXEC), from = -1, status = 0;
    pid_t pid;

    if (output < 0 || (from = io_memfd("input", input != NULL ? input : "", input != NULL ? strlen(input) : 0, error)) < 0)
        return *error != NULL ? FALSE : error_from_errno(error, errno, "run \"%s\"", argv[0]);
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        dup2(from, STDIN_FILENO);
        dup2(output, STDOUT_FILENO);
        dup2(output, STDERR_FILENO);
        execv(argv[0], (char *const *) argv);
        _exit(127);
    }
    io_close(&from);
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        return error_from_errno(error, errno, "run \"%s\"", argv[0]);
    lseek(output, 0, SEEK_SET);
    bytes = io_read_fd(output, 1024 * 1024, error);
    io_close(&output);
    if (bytes == NULL)
        return FALSE;
    *output_out = text_sanitise(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return TRUE;
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "%s %s (status %d): %s", argv[0], argv[3],
                status, *output_out);
    return FALSE;
}

static void
print_indented(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (gsize i = 0; lines[i] != NULL; i++)
        if (lines[i][0] != '\0' || lines[i + 1] != NULL)
            printf("    %s\n", lines[i]);
}

/* `mailgw ARGUMENTS`, shown as typed, with its output. */
static gboolean
show_command(Demo *demo, const char *shown, const char *input, GError **error)
{
    g_auto(GStrv) words = g_strsplit(shown, " ", -1);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autofree char *output = NULL;

    g_ptr_array_add(argv, demo->program);
    g_ptr_array_add(argv, (gpointer) "--config");
    g_ptr_array_add(argv, demo->config);
    for (gsize i = 0; words[i] != NULL; i++)
        g_ptr_array_add(argv, words[i]);
    g_ptr_array_add(argv, NULL);
    printf("    $ mailgw %s\n", shown);
    if (!run((const char *const *) argv->pdata, input, &output, error))
        return FALSE;
    print_indented(output);
    return TRUE;
}

static gboolean
deliver(Demo *demo, const char *recipient, const char *mail, GError **error)
{
    g_autofree char *socket = g_build_filename(demo->directory, "lmtp.sock", NULL), *output = NULL;
    const char *const argv[] = { demo->deliver, "--socket", socket, "-f", "maria@customer.example.org", "--",
                                 recipient, NULL };

    printf("    $ mailgw-deliver -f maria@customer.example.org %s < mail\n", recipient);
    if (!run(argv, mail, &output, error))
        return FALSE;
    print_indented(output);
    return TRUE;
}

/* ---- waiting for what happens ------------------------------------------------------------------------------- */

typedef gboolean (*Happened)(Demo *demo);

static gboolean
wait_until(Demo *demo, Happened happened, const char *what, GError **error)
{
    gint64 deadline = clock_monotonic() + STEP_SECONDS * G_USEC_PER_SEC;

    while (!happened(demo)) {
        if (clock_monotonic() > deadline) {
            g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "waited %d s for %s; see %s/serve.log",
                        STEP_SECONDS, what, demo->directory);
            return FALSE;
        }
        g_usleep(50 * 1000);
    }
    return TRUE;
}

static gboolean
socket_is_there(Demo *demo)
{
    g_autofree char *socket = g_build_filename(demo->directory, "lmtp.sock", NULL);

    return g_file_test(socket, G_FILE_TEST_EXISTS);
}

/* The mail in the folder that outgoing mail goes to, newest first by name of arrival: there is one more after each step. */
static char *
newest_sent(const Demo *demo, guint *count_out)
{
    g_autofree char *folder = g_build_filename(demo->directory, "sent", "new", NULL);
    g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
    char *newest = NULL;
    gint64 newest_time = -1;
    const char *name;

    *count_out = 0;
    while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        struct stat status;

        if (stat(path, &status) != 0)
            continue;
        ++*count_out;
        if (status.st_mtim.tv_sec * G_USEC_PER_SEC + status.st_mtim.tv_nsec / 1000 <= newest_time)
            continue;
        newest_time = status.st_mtim.tv_sec * G_USEC_PER_SEC + status.st_mtim.tv_nsec / 1000;
        g_free(newest);
        newest = g_steal_pointer(&path);
    }
    return newest;
}

static gboolean
one_was_sent(Demo *demo)
{
    guint count;
    g_autofree char *path = newest_sent(demo, &count);

    return path != NULL && count >= 1;
}

static gboolean
two_were_sent(Demo *demo)
{
    guint count;
    g_autofree char *path = newest_sent(demo, &count);

    return path != NULL && count >= 2;
}

static gboolean
nothing_waits(Demo *demo)
{
    const char *const argv[] = { demo->program, "--config", demo->config, "status", "--json", NULL };
    g_autofree char *output = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) status = NULL;

    if (!run(argv, NULL, &output, &error))
        return FALSE;
    status = json_loads(output, 0, NULL);
    return status != NULL && json_integer_value(json_object_get(status, "inbound_waiting")) == 0;
}

/* The newest mail that was sent, as text; its Message-ID is needed to answer it. */
static char *
read_sent(const Demo *demo, char **message_id_out, GError **error)
{
    guint count;
    g_autofree char *path = newest_sent(demo, &count), *text = NULL;
    g_autoptr(GBytes) bytes = path != NULL ? io_read_file(path, 1024 * 1024, error) : NULL;
    g_auto(GStrv) lines = NULL;

    if (bytes == NULL)
        return NULL;
    text = text_sanitise(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    lines = g_strsplit(text, "\r\n", -1);
    for (gsize i = 0; lines[i] != NULL; i++)
        if (g_ascii_strncasecmp(lines[i], "Message-ID:", strlen("Message-ID:")) == 0) {
            g_free(*message_id_out);
            *message_id_out = g_strstrip(g_strdup(lines[i] + strlen("Message-ID:")));
            if ((*message_id_out)[0] == '\0' && lines[i + 1] != NULL) {
                g_free(*message_id_out);
                *message_id_out = g_strstrip(g_strdup(lines[i + 1]));
            }
        }
    return g_strjoinv("\n", lines);
}

/* ---- the story ---------------------------------------------------------------------------------------------- */

static gboolean
start_serving(Demo *demo, GError **error)
{
    g_autofree char *log = g_build_filename(demo->directory, "serve.log", NULL);
    const char *const argv[] = { demo->program, "--config", demo->config, "serve", NULL };

    printf("    $ mailgw serve &\n");
    fflush(NULL);
    demo->serve = fork();
    if (demo->serve == 0) {
        if (freopen("/dev/null", "r", stdin) == NULL || freopen(log, "w", stderr) == NULL
            || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
            _exit(1);
        execv(argv[0], (char *const *) argv);
        _exit(127);
    }
    if (demo->serve < 0)
        return error_from_errno(error, errno, "start the gateway");
    return wait_until(demo, socket_is_there, "the gateway's socket", error);
}

static gboolean
customer_writes(Demo *demo, GError **error)
{
    say_step(demo, "A customer writes. The mail server hands the mail to the gateway, which answers when it is stored.");
    print_indented(customers_mail);
    return deliver(demo, "support@example.com", customers_mail, error)
           && wait_until(demo, one_was_sent, "the acknowledgement", error);
}

static gboolean
acknowledged(Demo *demo, char **message_id_out, GError **error)
{
    g_autofree char *mail = NULL;

    say_step(demo, "It became a ticket, and the customer has a first answer (it went to a folder, DIR/sent).");
    if (!show_command(demo, "ticket list", NULL, error))
        return FALSE;
    mail = read_sent(demo, message_id_out, error);
    if (mail == NULL)
        return FALSE;
    puts("");
    print_indented(mail);
    return TRUE;
}

static gboolean
agent_replies(Demo *demo, char **message_id_out, GError **error)
{
    g_autofree char *mail = NULL;

    say_step(demo, "An agent answers. The customer gets it from the desk's address.");
    if (!show_command(demo, "agent add anna", NULL, error)
        || !show_command(demo, "ticket reply 1 --as anna", agents_reply, error)
        || !wait_until(demo, two_were_sent, "the reply", error))
        return FALSE;
    mail = read_sent(demo, message_id_out, error);
    if (mail == NULL)
        return FALSE;
    puts("");
    print_indented(mail);
    return TRUE;
}

static gboolean
customer_answers(Demo *demo, const char *message_id, GError **error)
{
    g_autofree char *mail = g_strdup_printf("From: Maria Papadopoulou <maria@customer.example.org>\r\n"
                                            "To: support@example.com\r\n"
                                            "Subject: Re: Printer\r\n"
                                            "Date: Mon, 2 Nov 2026 10:40:00 +0200\r\n"
                                            "Message-ID: <printer-2@customer.example.org>\r\n"
                                            "In-Reply-To: %s\r\n"
                                            "References: %s\r\n"
                                            "\r\n"
                                            "That was it, thank you!\r\n", message_id, message_id);

    say_step(demo, "The customer answers, under another subject. The answer joins the ticket.");
    return deliver(demo, "support@example.com", mail, error)
           && wait_until(demo, nothing_waits, "the answer to be worked", error)
           && show_command(demo, "ticket show 1", NULL, error);
}

static gboolean
look_inside(Demo *demo, GError **error)
{
    say_step(demo, "Why did the answer join? Every decision can be explained, long after it was made.");
    if (!show_command(demo, "explain --inbound 2", NULL, error))
        return FALSE;
    say_step(demo, "And the books balance: every mail that came in has exactly one outcome.");
    return show_command(demo, "audit", NULL, error);
}

static gboolean
tell(Demo *demo, GError **error)
{
    g_autofree char *message_id = NULL;

    say_step(demo, "An installation in a directory of its own: a private PostgreSQL, a configuration.");
    printf("    $ mailgw init --dir %s\n", demo->directory);
    fflush(stdout);
    return init_directory(demo->directory, error) && start_serving(demo, error) && customer_writes(demo, error)
           && acknowledged(demo, &message_id, error) && agent_replies(demo, &message_id, error)
           && customer_answers(demo, message_id, error) && look_inside(demo, error);
}

/* ---- before and after --------------------------------------------------------------------------------------- */

static void
clean_up(Demo *demo, gboolean keep)
{
    Embedded embedded = { .directory = demo->directory };
    g_autoptr(Config) config = config_load(demo->config, NULL);

    if (demo->serve > 0) {
        kill(demo->serve, SIGTERM);
        waitpid(demo->serve, NULL, 0);
    }
    if (config != NULL)
        embedded = identity_embedded(config);
    embedded_stop(&embedded, FALSE, NULL);
    if (keep)
        printf("\nEverything is kept in %s; go on with: mailgw --config %s serve\n", demo->directory, demo->config);
    else
        io_remove_tree(demo->directory, NULL);
}

static gboolean
prepare(Demo *demo, const char *given, GError **error)
{
    g_autofree char *folder = NULL;

    demo->program = g_file_read_link("/proc/self/exe", error);
    if (demo->program == NULL)
        return FALSE;
    folder = g_path_get_dirname(demo->program);
    demo->deliver = g_build_filename(folder, "mailgw-deliver", NULL);
    demo->directory = given != NULL ? g_canonicalize_filename(given, NULL) : g_dir_make_tmp("mailgw-XXXXXX", error);
    if (demo->directory == NULL)
        return FALSE;
    demo->config = g_build_filename(demo->directory, "mailgw.conf", NULL);
    if (given != NULL && g_file_test(demo->config, G_FILE_TEST_EXISTS)) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_EXISTS, "there is an installation in %s already",
                    demo->directory);
        return FALSE;
    }
    return TRUE;
}

int
cmd_demo(Cli *cli, int argc, char **argv)
{
    g_autofree char *given = NULL;
    gboolean keep = FALSE, told = FALSE;
    const GOptionEntry entries[] = {
        { "keep", 0, 0, G_OPTION_ARG_NONE, &keep, "leave the directory, to look around", NULL },
        { "dir", 0, 0, G_OPTION_ARG_FILENAME, &given, "use this directory, and leave it", "DIR" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "demo", NULL, "show the whole life of a ticket, step by step", cmd_demo, NULL };
    int status = command_options("mailgw", &self, cli, entries, &argc, &argv, 0, 0);
    g_autoptr(GError) error = NULL;
    Demo demo = { 0 };

    if (status >= 0)
        return status;
    if (prepare(&demo, given, &error)) {
        told = tell(&demo, &error);
        clean_up(&demo, keep || given != NULL || !told);
    }
    g_free(demo.directory);
    g_free(demo.config);
    g_free(demo.program);
    g_free(demo.deliver);
    return told ? EXIT_DONE : fail(g_steal_pointer(&error));
}
