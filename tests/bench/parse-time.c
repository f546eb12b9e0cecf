/*
 * parse-time.c - what understanding a mail costs, beside what GMime needs to parse and decode it and nothing more
 *
 *     parse-time [--rounds N] [--at-most RATIO] FILE-OR-DIRECTORY...
 *
 * Takes every file that begins with header fields of a mail.  Both ways run in one process, in turns, over the same bytes; CPU time
 * counts, so that others on the machine do not.  Prints both times, their ratio in each round's best and median, and the files where it is
 * worst.  Fails where the median ratio is above RATIO.
 */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/limits.h"
#include "message/field-scanner-private.h"
#include "message/message-json.h"
#include "message/message.h"

typedef struct {
    char  *path;
    char  *bytes;
    gsize  length;
    gint64 bare, whole;     /* nanoseconds, the least of all rounds */
} Mail;

typedef void (*Way)(const Mail *mail);

static gint64
cpu_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- the two ways -------------------------------------------------------------------------------------------- */

static void
decode_leaf(G_GNUC_UNUSED GMimeObject *parent, GMimeObject *object, gpointer data)
{
    GMimeDataWrapper *content = GMIME_IS_PART(object) ? g_mime_part_get_content(GMIME_PART(object)) : NULL;

    if (content != NULL)
        g_mime_data_wrapper_write_to_stream(content, data);
}

static void
parse_bare(const Mail *mail)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(mail->bytes, mail->length);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    GMimeStream *nowhere = g_mime_stream_null_new();

    if (message != NULL) {
        g_mime_message_foreach(message, decode_leaf, nowhere);
        g_object_unref(message);
    }
    g_object_unref(nowhere);
    g_object_unref(parser);
    g_object_unref(stream);
}

static void
parse_whole(const Mail *mail)
{
    static const MessageOptions options = { .queue = "support", .authserv_id = "mx.example.com" };
    g_autoptr(Message) message = message_parse((const guint8 *) mail->bytes, mail->length, &options);
    g_autoptr(Json) object = message_to_json(message, mail->path);
    g_autofree char *line = json_format(object, FALSE);
}

/* ---- the mails ------------------------------------------------------------------------------------------------ */

static gboolean
is_mail(const char *bytes, gsize length)
{
    static const char *const names[] = { "From", "To", "Subject", "Date", "Received", "Return-Path", "Message-ID" };
    FieldScanner scanner;
    RawField field;
    guint known = 0;

    field_scanner_init(&scanner, (const guint8 *) bytes, length);
    while (known < 2 && field_scanner_next(&scanner, &field)) {
        for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
            known += raw_field_is(&field, names[i]) ? 1 : 0;
    }
    return known >= 2;
}

static void
mail_free(gpointer data)
{
    Mail *mail = data;

    g_free(mail->path);
    g_free(mail->bytes);
    g_free(mail);
}

static void
take(GPtrArray *mails, const char *path)
{
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    const char *name;
    char *bytes;
    gsize length;

    while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
        g_autofree char *inner = g_build_filename(path, name, NULL);

        take(mails, inner);
    }
    if (directory != NULL || !g_file_get_contents(path, &bytes, &length, NULL))
        return;
    if (length <= LIMIT_MESSAGE_DEFAULT && is_mail(bytes, length)) {
        Mail *mail = g_new0(Mail, 1);

        *mail = (Mail) { g_strdup(path), bytes, length, G_MAXINT64, G_MAXINT64 };
        g_ptr_array_add(mails, mail);
    } else {
        g_free(bytes);
    }
}

/* ---- measuring and telling ------------------------------------------------------------------------------------ */

static double
milliseconds(gint64 nanoseconds)
{
    return (double) nanoseconds / 1e6;
}

/* One round over all mails in nanoseconds; keeps the least of each mail. */
static gint64
measure(const GPtrArray *mails, Way way, gsize least_offset)
{
    gint64 sum = 0;

    for (guint i = 0; i < mails->len; i++) {
        Mail *mail = mails->pdata[i];
        gint64 *least = &G_STRUCT_MEMBER(gint64, mail, least_offset);
        gint64 began = cpu_now(), took;

        way(mail);
        took = cpu_now() - began;
        *least = MIN(*least, took);
        sum += took;
    }
    return sum;
}

static int
compare_double(gconstpointer a, gconstpointer b)
{
    const double *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static int
compare_excess(gconstpointer a, gconstpointer b)
{
    const Mail *x = *(const Mail *const *) a, *y = *(const Mail *const *) b;
    gint64 left = x->whole - 3 * x->bare, right = y->whole - 3 * y->bare;

    return left > right ? -1 : left < right;
}

/* Those that cost most above the three times, not those with the worst ratio: a mail of two lines has no time to lose. */
static void
print_worst(GPtrArray *mails)
{
    g_ptr_array_sort(mails, compare_excess);
    printf("%-10s %-10s %6s %9s  %s\n", "bare ms", "whole ms", "ratio", "octets", "file (most time above three times first)");
    for (guint i = 0; i < MIN(mails->len, 15); i++) {
        const Mail *mail = mails->pdata[i];

        printf("%-10.3f %-10.3f %6.2f %9" G_GSIZE_FORMAT "  %s\n", milliseconds(mail->bare), milliseconds(mail->whole),
               (double) mail->whole / (double) MAX(mail->bare, 1), mail->length, mail->path);
    }
}

static double
run_rounds(GPtrArray *mails, int rounds)
{
    g_autofree double *ratios = g_new(double, rounds);
    gint64 bare = G_MAXINT64, whole = G_MAXINT64;

    measure(mails, parse_bare, G_STRUCT_OFFSET(Mail, bare));
    measure(mails, parse_whole, G_STRUCT_OFFSET(Mail, whole));
    for (int i = 0; i < rounds; i++) {
        gint64 one = measure(mails, parse_bare, G_STRUCT_OFFSET(Mail, bare));
        gint64 other = measure(mails, parse_whole, G_STRUCT_OFFSET(Mail, whole));

        ratios[i] = (double) other / (double) one;
        bare = MIN(bare, one);
        whole = MIN(whole, other);
    }
    qsort(ratios, (gsize) rounds, sizeof ratios[0], compare_double);
    print_worst(mails);
    printf("%u mails, %d rounds: bare %.1f ms, whole %.1f ms; ratio of the best %.2f, median %.2f\n", mails->len, rounds,
           milliseconds(bare), milliseconds(whole), (double) whole / (double) bare, ratios[rounds / 2]);
    return ratios[rounds / 2];
}

int
main(int argc, char **argv)
{
    static int rounds = 15;
    static double at_most = 0;
    static const GOptionEntry entries[] = {
        { "rounds", 0, 0, G_OPTION_ARG_INT, &rounds, "how often each way runs over all mails", "N" },
        { "at-most", 0, 0, G_OPTION_ARG_DOUBLE, &at_most, "fail above this ratio", "RATIO" },
        { NULL, 0, 0, 0, NULL, NULL, NULL },
    };
    g_autoptr(GOptionContext) context = g_option_context_new("FILE-OR-DIRECTORY...");
    g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func(mail_free);
    g_autoptr(GError) error = NULL;
    double ratio;

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || rounds < 1) {
        fprintf(stderr, "parse-time: %s\n", error != NULL ? error->message : "at least one round is needed");
        return EXIT_FAILURE;
    }
    for (int i = 1; i < argc; i++)
        take(mails, argv[i]);
    if (mails->len == 0) {
        fprintf(stderr, "parse-time: no mails\n");
        return EXIT_FAILURE;
    }
    g_mime_init();
    message_init();
    ratio = run_rounds(mails, rounds);
    return at_most > 0 && ratio > at_most ? EXIT_FAILURE : EXIT_SUCCESS;
}
