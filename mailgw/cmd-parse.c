/*
 * cmd-parse.c - parse: what the parser understands of a mail; needs no configuration and no database
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli.h"
#include "message/message-json.h"

static GBytes *
read_mail(const char *path, GError **error)
{
    if (g_str_equal(path, "-"))
        return io_read_fd(STDIN_FILENO, LIMIT_MESSAGE_HARD, error);
    return io_read_file(path, LIMIT_MESSAGE_HARD, error);
}

static void
print_text(const json_t *object)
{
    static const char *const short_keys[] = { "file", "message_id", "date", "subject", "class", "class_reason",
                                              "return_path", "language", NULL };
    g_autoptr(Json) head = json_object();
    g_autofree char *text = text_escape_body(json_string_value(json_object_get(object, "text")));
    const json_t *address, *warning;
    gsize i;

    for (gsize k = 0; short_keys[k] != NULL; k++)
        json_object_set(head, short_keys[k], json_object_get(object, short_keys[k]));
    print_object(head);
    json_array_foreach(json_object_get(object, "from"), i, address) {
        fputs("from:         ", stdout);
        print_escaped(json_string_value(json_object_get(address, "address")));
        puts("");
    }
    json_array_foreach(json_object_get(object, "warnings"), i, warning) {
        fputs("warning:      ", stdout);
        print_escaped(json_string_value(warning));
        puts("");
    }
    printf("\n%s\n", text);
}

/* One object a line, also for a file that cannot be read: a program that counts lines can count on it. */
static gboolean
parse_file(const Cli *cli, const char *path)
{
    const MessageOptions options = { .queue = "" };
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = read_mail(path, &error);
    g_autoptr(Message) message = NULL;
    g_autoptr(Json) object = NULL;
    g_autofree char *line = NULL;

    if (bytes == NULL) {
        object = json_object();
        json_object_set_new(object, "file", json_text(path));
        json_object_set_new(object, "error", json_text(error->message));
    } else {
        message = message_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &options);
        object = message_to_json(message, path);
    }
    if (cli->json) {
        line = json_format(object, FALSE);
        puts(line);
    } else if (bytes == NULL) {
        fail_text("%s", error->message);
    } else {
        print_text(object);
    }
    return bytes != NULL;
}

int
cmd_parse(Cli *cli, int argc, char **argv)
{
    static const Command self = { "parse", "FILE...|-", "print what the parser understands of a mail", cmd_parse, NULL };
    int status = command_options("mailgw", &self, cli, NULL, &argc, &argv, 1, -1);
    gboolean all = TRUE;

    if (status >= 0)
        return status;
    message_init();
    for (int i = 1; i < argc; i++)
        all = parse_file(cli, argv[i]) && all;
    return all ? EXIT_DONE : EXIT_FAILED;
}
