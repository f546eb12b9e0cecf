/*
 * rules.c - what a message costs in thousands of rules, beside the same rules in Debian's Pigeonhole
 *
 *     rules [--copies N] [--sieve-filter PROGRAM] [COUNT...]
 *
 * A third of the rules looks for a word in the subject, a third for a local part among the senders, a third for a pattern in the subject; only
 * the last one holds. CPU time counts, the best of several rounds, so that others on the machine do not. sieve-filter goes through a Maildir
 * of N copies; what it needs with an empty script is taken off.
 */
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "sieve/sieve.h"

#define MESSAGE_OCTETS 8192
#define ROUNDS         5
#define ROUND_SECONDS  0.2
#define NOBODY         65534        /* Dovecot reads no mail as root */

typedef struct {
    const char *program;        /* sieve-filter, or NULL */
    char       *folder;
    int         copies;
    double      idle;           /* seconds that an empty script takes */
} Pigeonhole;

static G_NORETURN void
die(const char *what)
{
    perror(what);
    exit(1);
}

static double
cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static long
resident_kib(void)
{
    g_autofree char *text = NULL;
    const char *second;

    if (!g_file_get_contents("/proc/self/statm", &text, NULL, NULL) || (second = strchr(text, ' ')) == NULL)
        return 0;
    return atol(second) * (sysconf(_SC_PAGESIZE) / 1024);
}

/* ---- what is measured ------------------------------------------------------------------------------------------ */

static void
add_rule(GString *script, int kind, int number)
{
    if (kind == 0)
        g_string_append_printf(script, "if header :contains \"subject\" \"k%d\"{discard;}\n", number);
    else if (kind == 1)
        g_string_append_printf(script, "if address :is :localpart \"from\" \"u%d\"{discard;}\n", number);
    else
        g_string_append_printf(script, "if header :regex \"subject\" \"k%d[0-9]+x\"{discard;}\n", number);
}

/* The last rule looks for the word that stands in the subject. */
static GString *
make_script(int count)
{
    GString *script = g_string_new("require \"regex\";\n");

    for (int i = 0; i < count - 1; i++)
        add_rule(script, (count - 1 - i) % 3, 10000 + i);
    add_rule(script, 0, 99999);
    return script;
}

static GString *
make_message(void)
{
    GString *mail = g_string_new("Return-Path: <ann@example.com>\r\n"
                                 "Received: from mx.example.com (mx.example.com [192.0.2.1]) by mail.example.net;"
                                 " Mon, 3 Mar 2025 08:06:30 +0000\r\n"
                                 "From: Ann Example <ann@example.com>\r\n"
                                 "To: support@example.net\r\n"
                                 "Subject: Question about k99999 and the invoice of March\r\n"
                                 "Message-ID: <20250303080629.1@example.com>\r\n"
                                 "Date: Mon, 3 Mar 2025 08:06:29 +0000\r\n"
                                 "MIME-Version: 1.0\r\n"
                                 "Content-Type: text/plain; charset=utf-8\r\n\r\n");

    for (int line = 0; mail->len < MESSAGE_OCTETS; line++)
        g_string_append_printf(mail, "Line %d of what was written, as long as the lines of a mail are.\r\n", line);
    return mail;
}

/* Evaluates once, with the message parsed anew if asked; the rule must have held. */
static void
evaluate(const SieveScript *script, const GString *mail, const Message *parsed)
{
    static const MessageOptions options = { .queue = "support" };
    g_autoptr(Message) own = parsed == NULL ? message_parse((const guint8 *) mail->str, mail->len, &options) : NULL;
    SieveInput input = { .message = parsed != NULL ? parsed : own, .envelope_from = "ann@example.com" };
    g_autoptr(SieveResult) result = sieve_run(script, &input);

    if (result->actions->len != 1 || result->implicit_keep)
        g_error("the last rule did not hold: %s", result->error != NULL ? result->error : "no action");
}

static double
microseconds(const SieveScript *script, const GString *mail, const Message *parsed)
{
    double best = G_MAXDOUBLE;

    for (int round = 0; round < ROUNDS; round++) {
        double began = cpu_seconds(), took;
        int runs = 0;

        do {
            evaluate(script, mail, parsed);
            runs++;
            took = cpu_seconds() - began;
        } while (took < ROUND_SECONDS);
        best = MIN(best, took / runs);
    }
    return best * 1e6;
}

/* ---- Pigeonhole ------------------------------------------------------------------------------------------------ */

static char *
write_file(const Pigeonhole *pigeonhole, const char *name, const char *text, gsize length)
{
    char *path = g_build_filename(pigeonhole->folder, name, NULL);

    if (!g_file_set_contents(path, text, (gssize) length, NULL))
        die(path);
    return path;
}

/* CPU seconds of one run over all copies. */
static double
run_filter(const Pigeonhole *pigeonhole, const char *script)
{
    g_autofree char *config = g_build_filename(pigeonhole->folder, "dovecot.conf", NULL);
    struct rusage usage;
    int status;
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout) == NULL)
            _exit(126);
        g_setenv("HOME", pigeonhole->folder, TRUE);
        execl(pigeonhole->program, "sieve-filter", "-c", config, script, "INBOX", (char *) NULL);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        die("sieve-filter");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        g_error("sieve-filter failed (status %d)", status);
    return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* The first run compiles and is not measured. */
static double
best_of_filter(const Pigeonhole *pigeonhole, const char *name, const char *text, gsize length)
{
    g_autofree char *script = write_file(pigeonhole, name, text, length);
    double best = G_MAXDOUBLE;

    run_filter(pigeonhole, script);
    for (int round = 0; round < 2; round++)
        best = MIN(best, run_filter(pigeonhole, script));
    return best;
}

static void
run_or_die(const char *command, const char *folder, const char *owner)
{
    const char *arguments[] = { command, owner != NULL ? "-R" : "-rf", owner != NULL ? owner : folder,
                                owner != NULL ? folder : NULL, NULL };

    if (!g_spawn_sync(NULL, (char **) arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL))
        die(command);
}

static void
set_up_filter(Pigeonhole *pigeonhole, const GString *mail)
{
    unsigned uid = geteuid() != 0 ? geteuid() : NOBODY;
    unsigned gid = geteuid() != 0 ? getegid() : NOBODY;
    g_autofree char *owner = g_strdup_printf("%u:%u", uid, gid);
    g_autofree char *inbox = NULL, *config = NULL;

    pigeonhole->folder = g_build_filename(g_get_tmp_dir(), "bench-rules.XXXXXX", NULL);
    if (g_mkdtemp(pigeonhole->folder) == NULL)
        die("mkdtemp");
    inbox = g_build_filename(pigeonhole->folder, "mail", "cur", NULL);
    if (g_mkdir_with_parents(inbox, 0700) != 0)
        die(inbox);
    for (int i = 0; i < pigeonhole->copies; i++) {
        g_autofree char *name = g_strdup_printf("mail/cur/%d.bench:2,", i);

        g_free(write_file(pigeonhole, name, mail->str, mail->len));
    }
    config = g_strdup_printf("mail_location = maildir:%1$s/mail\nbase_dir = %1$s\nstate_dir = %1$s\nlog_path = %1$s/log\n"
                             "ssl = no\nmail_uid = %2$u\nmail_gid = %3$u\nfirst_valid_uid = 1\nfirst_valid_gid = 1\n"
                             "plugin {\n  sieve = %1$s\n}\n",
                             pigeonhole->folder, uid, gid);
    g_free(write_file(pigeonhole, "dovecot.conf", config, strlen(config)));
    if (geteuid() == 0)
        run_or_die("chown", pigeonhole->folder, owner);
    pigeonhole->idle = best_of_filter(pigeonhole, "empty.sieve", "keep;\n", 6);
}

static double
filter_microseconds(const Pigeonhole *pigeonhole, int count)
{
    g_autofree char *name = g_strdup_printf("rules-%d.sieve", count);
    GString *source = make_script(count);
    double seconds = best_of_filter(pigeonhole, name, source->str, source->len) - pigeonhole->idle;

    g_string_free(source, TRUE);
    return seconds / pigeonhole->copies * 1e6;
}

/* ---- the table ------------------------------------------------------------------------------------------------- */

static SieveScript *
compile(const GString *source, double *seconds_out)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    double began = cpu_seconds();
    SieveScript *script = sieve_compile("bench.sieve", source->str, source->len, NULL, problems);

    *seconds_out = cpu_seconds() - began;
    if (script == NULL) {
        g_autofree char *text = sieve_problem_format(problems->pdata[0]);

        g_error("%s", text);
    }
    return script;
}

/* In a process of its own, so that its memory is its own. */
static void
measure(const Pigeonhole *pigeonhole, const GString *mail, int count)
{
    static const MessageOptions options = { .queue = "support" };
    g_autoptr(Message) message = message_parse((const guint8 *) mail->str, mail->len, &options);
    GString *source = make_script(count);
    long before = resident_kib();
    double compile_seconds, alone;
    g_autoptr(SieveScript) script = compile(source, &compile_seconds);
    long grown;

    evaluate(script, mail, message);
    grown = resident_kib() - before;
    alone = microseconds(script, mail, message);
    printf("%6d %12.1f %12.1f %12.1f %10ld", count, alone, microseconds(script, mail, NULL), compile_seconds * 1e3, grown);
    if (pigeonhole->program != NULL) {
        double theirs = filter_microseconds(pigeonhole, count);

        /* A few rules cost less than how one run differs from the next. */
        if (theirs > 0)
            printf(" %14.0f %8.0f\n", theirs, theirs / alone);
        else
            printf(" %14s %8s\n", "too little", "");
    } else {
        printf(" %14s %8s\n", "not installed", "");
    }
    g_string_free(source, TRUE);
}

static void
measure_apart(const Pigeonhole *pigeonhole, const GString *mail, int count)
{
    int status;
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child == 0) {
        measure(pigeonhole, mail, count);
        exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        die("a measurement");
}

int
main(int argc, char **argv)
{
    static int usual[] = { 10, 100, 1000, 5000 };
    Pigeonhole pigeonhole = { .copies = 200 };
    g_autofree char *found = NULL, *program = NULL;
    const GOptionEntry entries[] = {
        { "copies", 0, 0, G_OPTION_ARG_INT, &pigeonhole.copies, "mails that sieve-filter goes through", "N" },
        { "sieve-filter", 0, 0, G_OPTION_ARG_FILENAME, &program, "the program to compare with", "PROGRAM" },
        { NULL, 0, 0, 0, NULL, NULL, NULL },
    };
    g_autoptr(GOptionContext) context = g_option_context_new("[COUNT...]");
    GString *mail;

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, NULL))
        return 2;
    message_init();
    mail = make_message();
    found = program != NULL ? g_strdup(program) : g_find_program_in_path("sieve-filter");
    pigeonhole.program = found;
    if (found != NULL)
        set_up_filter(&pigeonhole, mail);
    printf("%6s %12s %12s %12s %10s %14s %8s\n", "rules", "us/message", "with parse", "compile ms", "KiB", "Pigeonhole us",
           "times");
    for (int i = 1; i < argc; i++)
        measure_apart(&pigeonhole, mail, atoi(argv[i]));
    for (gsize i = 0; argc == 1 && i < G_N_ELEMENTS(usual); i++)
        measure_apart(&pigeonhole, mail, usual[i]);
    if (pigeonhole.folder != NULL)
        run_or_die("rm", pigeonhole.folder, NULL);
    g_string_free(mail, TRUE);
    g_free(pigeonhole.folder);
    return 0;
}
