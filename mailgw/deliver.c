/*
 * deliver.c - mailgw-deliver: hands one mail from an MTA's pipe to the daemon
 *
 * The mail is read to its end before the daemon hears of it, so that a writer that dies leaves nothing behind. Whatever is
 * not proven permanent ends with 75 (EX_TEMPFAIL), after which the MTA keeps the mail and comes again.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "deliver-private.h"

#define MAIL_MAX    ((size_t) 64 * 1024 * 1024)
#define READ_FIRST  ((size_t) 64 * 1024)
/* An MTA that loses patience bounces the mail (Postfix: command_time_limit, 1000 s); we lose it earlier. */
#define PATIENCE    60

typedef struct {
    const char *socket;
    const char *sender;
    const char *auth_user;
    size_t      announced;      /* --size */
    bool        help;
} Options;

static const char usage[] = "usage: mailgw-deliver [--socket PATH] [-f SENDER] [--size BYTES] [--auth USER] [--] RECIPIENT...";

static const char help[] =
    "\n"
    "Reads one mail from standard input and hands it to the mailgw daemon.\n"
    "\n"
    "  --socket PATH   the daemon's LMTP socket (else $MAILGW_SOCKET, else \"socket =\" of [lmtp] in\n"
    "                  $MAILGW_CONFIG or /etc/mailgw/mailgw.conf, else /run/mailgw/lmtp.sock)\n"
    "  -f SENDER       the envelope sender (else the topmost Return-Path)\n"
    "  --size BYTES    how long the mail should be; much less is taken as a broken pipe\n"
    "  --auth USER     the name by which the sender was authenticated\n"
    "\n"
    "Prints one line that begins with an enhanced status code (RFC 3463). Exit: 0 stored; 65 too large;\n"
    "67 no such recipient; 69 refused; 75 not now, or in doubt.\n";

static void
give_up(int signal_number)
{
    static const char text[] = "4.3.0 the mail gateway did not answer in time\n";
    ssize_t           ignored = write(STDOUT_FILENO, text, sizeof text - 1);

    (void) signal_number;
    (void) ignored;
    _exit(DELIVER_TEMPFAIL);
}

/* A closed standard output must not become the number of the socket. Write only: a closed input stays unreadable. */
static void
fill_standard_descriptors(void)
{
    int fd;

    do
        fd = open("/dev/null", O_WRONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

/* An MTA may start us with signals blocked or ignored. */
static void
set_signals(void)
{
    struct sigaction on_alarm = { .sa_handler = give_up };
    sigset_t         none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    sigemptyset(&on_alarm.sa_mask);
    sigaction(SIGALRM, &on_alarm, NULL);
    signal(SIGPIPE, SIG_IGN);
    alarm(PATIENCE);
}

static int
finish(const DeliverStatus *status)
{
    char    line[DELIVER_STATUS_MAX + 1];
    int     length = snprintf(line, sizeof line, "%s\n", status->text);
    ssize_t ignored = write(STDOUT_FILENO, line, (size_t) length);

    /* Who closed our output learns the exit code. */
    (void) ignored;
    return status->exit_code;
}

static bool
parse_size(const char *text, size_t *size)
{
    char              *end = NULL;
    unsigned long long value;

    errno = 0;
    value = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0)
        return false;
    *size = (size_t) value;
    return true;
}

/* "+": what follows the first recipient is a recipient too, whatever it looks like. */
static bool
parse_options(int argc, char **argv, Options *options)
{
    static const struct option table[] = {
        { "socket", required_argument, NULL, 's' }, { "size", required_argument, NULL, 'z' },
        { "auth", required_argument, NULL, 'a' },   { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "+f:h", table, NULL)) != -1) {
        if (option == 's')
            options->socket = optarg;
        else if (option == 'f')
            options->sender = optarg;
        else if (option == 'a')
            options->auth_user = optarg;
        else if (option == 'h')
            options->help = true;
        else if (option != 'z' || !parse_size(optarg, &options->announced))
            return false;
    }
    return options->help || optind < argc;
}

static bool
check_recipients(char *const *recipients, size_t count, DeliverStatus *status)
{
    for (size_t i = 0; i < count; i++) {
        if (deliver_address_is_safe(recipients[i]))
            continue;
        deliver_status_set(status, DELIVER_NO_USER, "5.1.3 <%.254s>: cannot be a recipient", recipients[i]);
        return false;
    }
    return true;
}

/* Reads to the end of file. NULL, with the status, if that is not to be had. */
static char *
read_mail(size_t *length_out, DeliverStatus *status)
{
    size_t size = READ_FIRST, length = 0;
    char  *mail = malloc(size);

    while (mail != NULL && length <= MAIL_MAX) {
        ssize_t n;

        if (length == size) {
            char *larger = realloc(mail, size * 2);

            if (larger == NULL)
                break;
            mail = larger;
            size *= 2;
        }
        n = read(STDIN_FILENO, mail + length, size - length);
        if (n == 0) {
            *length_out = length;
            return mail;
        }
        if (n < 0 && errno != EINTR) {
            deliver_status_set(status, DELIVER_TEMPFAIL, "4.3.0 could not read the mail: %s", strerror(errno));
            free(mail);
            return NULL;
        }
        length += n > 0 ? (size_t) n : 0;
    }
    if (length > MAIL_MAX)
        deliver_status_set(status, DELIVER_TOO_LARGE, "5.3.4 message too large");
    else
        deliver_status_set(status, DELIVER_TEMPFAIL, "4.3.0 out of memory");
    free(mail);
    return NULL;
}

/* The MTA's count and ours differ a little: line ends, fields it adds. A pipe that broke differs more. */
static bool
is_cut(size_t length, size_t announced)
{
    return length < announced - announced / 10;
}

static void
deliver(const Options *options, char *const *recipients, size_t count, DeliverStatus *status)
{
    char       path[4096];
    char       sender[DELIVER_ADDRESS_MAX + 1];
    DeliverJob job = { .socket_path = path, .auth_user = options->auth_user, .recipients = recipients,
                       .n_recipients = count };
    char      *mail = read_mail(&job.length, status);

    if (mail == NULL)
        return;
    job.mail = mail;
    if (is_cut(job.length, options->announced)) {
        deliver_status_set(status, DELIVER_TEMPFAIL, "4.3.0 the mail was cut off: %zu bytes of %zu", job.length,
                           options->announced);
    } else if (!deliver_find_socket(options->socket, path, sizeof path)) {
        deliver_status_set(status, DELIVER_TEMPFAIL, "4.3.5 the path of the socket is too long");
    } else {
        if (deliver_find_sender(options->sender, mail, job.length, sender))
            job.sender = sender;
        deliver_talk(&job, status);
    }
    free(mail);
}

int
main(int argc, char **argv)
{
    Options       options = { 0 };
    DeliverStatus status = { 0 };

    fill_standard_descriptors();
    set_signals();
    if (!parse_options(argc, argv, &options)) {
        /* In master.cf a wrong option would bounce every mail until somebody sees it. */
        deliver_status_set(&status, DELIVER_TEMPFAIL, "4.3.5 %s", usage);
        return finish(&status);
    }
    if (options.help) {
        printf("%s\n%s", usage, help);
        return 0;
    }
    if (check_recipients(argv + optind, (size_t) (argc - optind), &status))
        deliver(&options, argv + optind, (size_t) (argc - optind), &status);
    return finish(&status);
}
