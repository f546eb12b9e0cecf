/* The real parse processes: what they may do, how they die, and that the next mail is parsed whatever the last one was. */
#include <config.h>

#include "gateway/parser.h"
#include "tap.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"

#ifdef WITH_SANITIZERS
#define BOMB_SECONDS 30
#else
#define BOMB_SECONDS 5
#endif

static const MessageOptions options = { .queue = "support" };

static Message *
parse(Parser *parser, const char *text, gsize length, GError **error)
{
    g_autoptr(GBytes) bytes = g_bytes_new(text, length);

    return parser_parse(parser, bytes, &options, error);
}

static void
assert_parses(Parser *parser)
{
    static const char mail[] = "From: anna@client.example.net\nSubject: Printer\nMessage-ID: <m1@client.example.net>\n\nHello\n";
    g_autoptr(GError) error = NULL;
    g_autoptr(Message) message = parse(parser, mail, strlen(mail), &error);

    g_assert_no_error(error);
    g_assert_cmpstr(message->subject, ==, "Printer");
    g_assert_cmpstr(message->message_id, ==, "m1@client.example.net");
    g_assert_false(message->not_parsed);
}

static Parser *
started(void)
{
    g_autoptr(GError) error = NULL;
    Parser *parser = parser_start(&error);

    g_assert_no_error(error);
    return parser;
}

/* An orphan waits as a zombie until somebody takes note of it, which may be never in a container. */
static gboolean
is_running(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int) pid);
    g_autofree char *text = NULL;
    const char *name_end;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return FALSE;
    name_end = strrchr(text, ')');
    return name_end != NULL && name_end[2] != 'Z' && name_end[2] != 'X';
}

static void
wait_gone(pid_t pid)
{
    gint64 deadline = clock_monotonic() + 10 * G_USEC_PER_SEC;

    while (is_running(pid) && clock_monotonic() < deadline)
        g_usleep(1000);
    g_assert_false(is_running(pid));
}

static void
test_normal(void)
{
    g_autoptr(Parser) parser = started();

    g_assert_cmpint(parser_child_pid(parser), ==, 0);
    assert_parses(parser);
    g_assert_cmpint(parser_child_pid(parser), >, 0);
}

/* One part's bytes, whatever they are, taken apart in the child. */
static void
test_part(void)
{
    static const char mail[] = "From: anna@client.example.net\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
                               "--b\n\nSee the file.\n--b\nContent-Type: application/x-thing\n"
                               "Content-Disposition: attachment; filename=\"a b.bin\"\nContent-Transfer-Encoding: base64\n\nAP8ACg==\n--b--\n";
    static const char *const missing[] = { "", "3", "2.1", "0", "x", "../../etc/passwd" };
    g_autoptr(Parser) parser = started();
    g_autoptr(GBytes) bytes = g_bytes_new_static(mail, strlen(mail));
    g_autoptr(GBytes) wanted = g_bytes_new_static("\0\377\0\n", 4);
    g_autoptr(GError) error = NULL;
    g_autoptr(ParserPart) part = parser_part(parser, bytes, "2", &error);
    g_autofree char *endless = g_strnfill(100000, '1');

    g_assert_no_error(error);
    g_assert_true(g_bytes_equal(part->bytes, wanted));
    g_assert_cmpstr(part->filename, ==, "a b.bin");
    g_assert_cmpstr(part->type, ==, "application/x-thing");
    for (gsize i = 0; i < G_N_ELEMENTS(missing); i++) {
        g_autoptr(GError) problem = NULL;

        g_assert_null(parser_part(parser, bytes, missing[i], &problem));
        g_assert_error(problem, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND);
    }
    g_assert_null(parser_part(parser, bytes, endless, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND);
    assert_parses(parser);
}

static void
test_empty(void)
{
    g_autoptr(Parser) parser = started();
    g_autoptr(GError) error = NULL;
    g_autoptr(Message) message = parse(parser, "", 0, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(message->text, ==, "");
    assert_parses(parser);
}

/* ---- what the child may do ----------------------------------------------------------------------------------- */

static char *
proc_line(pid_t pid, const char *file, const char *name)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/%s", (int) pid, file);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++)
        if (g_str_has_prefix(lines[i], name))
            return g_strstrip(g_strdup(lines[i] + strlen(name)));
    g_error("%s has no line %s", path, name);
}

static void
test_sandbox(void)
{
    static const struct { const char *file, *name, *begins; } rows[] = {
        { "status", "Seccomp:", "2" },
        { "status", "NoNewPrivs:", "1" },
        { "limits", "Max core file size", "0 " },
        { "limits", "Max file size", "0 " },
        { "limits", "Max open files", "64 " },
#ifndef WITH_SANITIZERS
        { "limits", "Max address space", G_STRINGIFY(536870912) " " },
#endif
    };
    g_autoptr(Parser) parser = started();
    g_autofree char *cpu = NULL;

    assert_parses(parser);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *value = proc_line(parser_child_pid(parser), rows[i].file, rows[i].name);

        if (!g_str_has_prefix(value, rows[i].begins))
            g_error("%s: expected %s..., it is %s", rows[i].name, rows[i].begins, value);
    }
    cpu = proc_line(parser_child_pid(parser), "limits", "Max cpu time");
    g_assert_cmpint(atoi(cpu), >=, LIMIT_PARSE_CPU_SECONDS);
    g_assert_cmpint(atoi(cpu), <=, LIMIT_PARSE_CPU_SECONDS + 1);
}

/* Nothing that was open in the worker when the helper was forked is open in the child: standard error, and its channel. */
static void
test_descriptors(void)
{
    int open_before = dup(STDIN_FILENO);
    g_autoptr(Parser) parser = started();
    g_autofree char *path = NULL;
    GDir *folder;
    guint count = 0;
    const char *name;

    assert_parses(parser);
    path = g_strdup_printf("/proc/%d/fd", (int) parser_child_pid(parser));
    folder = g_dir_open(path, 0, NULL);
    close(open_before);
    if (folder == NULL) {
        g_test_skip("needs root: the child hides its descriptors");
        return;
    }
    while ((name = g_dir_read_name(folder)) != NULL)
        count++;
    g_dir_close(folder);
    g_assert_cmpuint(count, ==, 2);
}

/* ---- death ---------------------------------------------------------------------------------------------------- */

static void
test_killed_between(void)
{
    g_autoptr(Parser) parser = started();

    assert_parses(parser);
    for (int i = 0; i < 3; i++) {
        pid_t child = parser_child_pid(parser);

        kill(child, SIGKILL);
        wait_gone(child);
        assert_parses(parser);
        g_assert_cmpint(parser_child_pid(parser), !=, child);
    }
}

static gpointer
kill_soon(gpointer data)
{
    g_usleep(50 * 1000);
    kill(GPOINTER_TO_INT(data), SIGKILL);
    return NULL;
}

/* It is stopped, so it cannot have answered before it is killed. */
static void
test_killed_during(void)
{
    g_autoptr(Parser) parser = started();
    g_autoptr(GError) error = NULL;
    GThread *killer;
    pid_t child;

    assert_parses(parser);
    child = parser_child_pid(parser);
    kill(child, SIGSTOP);
    killer = g_thread_new("killer", kill_soon, GINT_TO_POINTER(child));
    g_assert_null(parse(parser, "\n", 1, &error));
    g_thread_join(killer);
    /* Not TEMPORARY: this message is the one that is tried alone next time. */
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_LIMIT);
    g_assert_cmpint(parser_child_pid(parser), ==, 0);
    assert_parses(parser);
}

static pid_t
parent_of(pid_t pid)
{
    g_autofree char *text = proc_line(pid, "status", "PPid:");

    return atoi(text);
}

/* Without its helper no child can be had any more; that is the parser's fault, and no message's. */
static void
test_helper_killed(void)
{
    g_autoptr(Parser) parser = started();
    g_autoptr(GError) error = NULL;
    pid_t child, helper;

    assert_parses(parser);
    child = parser_child_pid(parser);
    helper = parent_of(child);
    g_assert_false(parser_is_broken(parser));
    kill(helper, SIGKILL);
    wait_gone(child);
    g_assert_null(parse(parser, "\n", 1, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_assert_true(parser_is_broken(parser));
}

static void
test_freed(void)
{
    Parser *parser = started();
    pid_t child, helper;

    assert_parses(parser);
    child = parser_child_pid(parser);
    helper = parent_of(child);
    parser_free(parser);
    wait_gone(child);
    wait_gone(helper);
}

static void
test_recycled(void)
{
    g_autoptr(Parser) parser = started();
    g_autoptr(GHashTable) pids = g_hash_table_new(NULL, NULL);

    for (int i = 0; i < 250; i++) {
        assert_parses(parser);
        if (parser_child_pid(parser) != 0)
            g_hash_table_add(pids, GINT_TO_POINTER(parser_child_pid(parser)));
    }
    g_assert_cmpuint(g_hash_table_size(pids), ==, 3);
}

/* ---- bombs ------------------------------------------------------------------------------------------------------ */

typedef struct {
    const char *rule;
    const char *head, *repeated, *tail;
    guint       times;
} Bomb;

#define MULTIPART "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"

static const Bomb bombs[] = {
    { "a-million-empty-parts", MULTIPART, "--b\r\n\r\n", "", 1000000 },
    { "a-million-headers", "", "X-A: b\r\n", "\r\ntext\r\n", 1000000 },
    { "a-million-from-fields", "", "From: a@b.example\n", "\n", 1000000 },
    { "nested-groups-in-to", "To: ", "a:", "\n\ntext\n", 200000 },
    { "nested-groups-in-reply-to", "Reply-To: ", "a:b,", "\n\ntext\n", 200000 },
    { "nested-groups-folded", "Cc: ", "a:\n ", "\n\ntext\n", 200000 },
    { "nested-groups-in-an-attached-message", MULTIPART "--b\nContent-Type: message/rfc822\n\nTo: ", "a:", "\n\n--b--\n", 200000 },
    { "nested-multiparts", "MIME-Version: 1.0\n", "Content-Type: multipart/mixed; boundary=b\n\n--b\n", "\ntext\n", 100000 },
    { "nested-messages", "", "Content-Type: message/rfc822\n\n", "text\n", 100000 },
    { "a-header-of-50-megabytes", "Subject: ", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\n\ntext\n", 1000000 },
    { "a-header-of-a-million-lines", "Subject: ", "a\n ", "\n\ntext\n", 1000000 },
    { "open-comments", "From: ", "(", "\n\ntext\n", 400000 },
    { "open-angles", "From: ", "<", "\n\ntext\n", 400000 },
    { "open-quotes", "From: ", "\"", "\n\ntext\n", 400000 },
    { "open-encoded-words", "Subject: ", "=?utf-8?b?", "\n\ntext\n", 60000 },
    { "encoded-words", "Subject: ", "=?utf-8?q?a?= ", "\n\ntext\n", 60000 },
    { "references", "References: ", "<a@b.example> ", "\n\ntext\n", 100000 },
    { "addresses", "To: ", "a@b.example, ", "\n\ntext\n", 100000 },
    { "parameters", "Content-Type: text/plain", "; a*0*=b", "\n\ntext\n", 100000 },
    { "nested-html", "Content-Type: text/html\n\n", "<div><table>", "text\n", 500000 },
    { "unclosed-html-tags", "Content-Type: text/html\n\n", "<a href=\"", "\n", 500000 },
    { "html-entities", "Content-Type: text/html\n\n", "&amp;", "\n", 1000000 },
    { "quotes", "\n", "> ", "text\n", 1000000 },
    { "quoted-lines", "\n", "> > a\n", "text\n", 1000000 },
    { "a-line-without-end", "\n", "aaaaaaaaaaaaaaaaaaaa", "", 1000000 },
    { "utf-7", "Content-Type: text/plain; charset=utf-7\n\n", "+AAA-", "\n", 1000000 },
    { "uuencoded-lines", "Content-Transfer-Encoding: x-uuencode\n\n", "begin 644 a\n", "\n", 500000 },
    { "received-fields", "", "Received: from a by b; Tue, 14 Nov 2023 22:13:00 +0000\n", "\n", 200000 },
    { "boundary-like-lines", MULTIPART, "--\n", "", 1000000 },
};

static void
test_bomb(gconstpointer data)
{
    const Bomb *bomb = data;
    g_autoptr(Parser) parser = started();
    g_autoptr(GString) text = g_string_new(bomb->head);
    g_autoptr(Message) message = NULL;
    g_autoptr(GError) error = NULL;
    gint64 began;

    for (guint i = 0; i < bomb->times; i++)
        g_string_append(text, bomb->repeated);
    g_string_append(text, bomb->tail);
    began = clock_monotonic();
    message = parse(parser, text->str, text->len, &error);
    g_assert_cmpint(clock_monotonic() - began, <, (gint64) BOMB_SECONDS * G_USEC_PER_SEC);
    /* Nothing that we know of may reach the second fence, the limits of the process. */
    g_assert_no_error(error);
    g_assert_nonnull(message);
    g_assert_cmpuint(message->parts->len, <=, LIMIT_MIME_PARTS);
    g_assert_cmpuint(message->headers->len, <=, LIMIT_HEADER_COUNT);
    g_assert_cmpuint(strlen(message->text), <=, LIMIT_TEXT + 1024);
    assert_parses(parser);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/gateway/parser/normal", test_normal);
    g_test_add_func("/gateway/parser/empty", test_empty);
    g_test_add_func("/gateway/parser/part", test_part);
    g_test_add_func("/gateway/parser/child/sandbox", test_sandbox);
    g_test_add_func("/gateway/parser/child/descriptors", test_descriptors);
    g_test_add_func("/gateway/parser/child/killed-between-two-mails-blames-nobody", test_killed_between);
    g_test_add_func("/gateway/parser/child/killed-while-it-parses-blames-the-mail", test_killed_during);
    g_test_add_func("/gateway/parser/child/recycled", test_recycled);
    g_test_add_func("/gateway/parser/helper-killed", test_helper_killed);
    g_test_add_func("/gateway/parser/freed", test_freed);
    for (gsize i = 0; i < G_N_ELEMENTS(bombs); i++) {
        g_autofree char *path = g_strconcat("/gateway/parser/bomb/", bombs[i].rule, NULL);

        g_test_add_data_func(path, &bombs[i], test_bomb);
    }
    return g_test_run();
}
