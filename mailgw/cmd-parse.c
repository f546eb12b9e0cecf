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
#include "folded.h"
#include "message/message-json.h"

static GBytes *
read_mail(const char *path, GError **error)
{
    if (g_str_equal(path, "-"))
        return io_read_fd(STDIN_FILENO, LIMIT_MESSAGE_HARD, error);
    return io_read_file(path, LIMIT_MESSAGE_HARD, error);
}

static void
print_labelled(const char *label, const char *text)
{
    printf("%-14s", label);
    print_escaped(text);
    puts("");
}

static void
print_addresses(const char *label, const json_t *addresses)
{
    const json_t *address;
    gsize i;

    json_array_foreach(addresses, i, address) {
        const char *name = json_string_value(json_object_get(address, "name"));
        const char *mail = json_string_value(json_object_get(address, "address"));
        g_autofree char *both = name != NULL && g_strcmp0(name, mail) != 0 ? g_strdup_printf("%s <%s>", name, mail) : g_strdup(mail);

        print_labelled(i == 0 ? label : "", both);
    }
}

static void
print_with_reason(const char *label, const json_t *object, const char *key, const char *reason_key)
{
    const char *value = json_string_value(json_object_get(object, key));
    const char *reason = json_string_value(json_object_get(object, reason_key));
    g_autofree char *both = value != NULL && reason != NULL ? g_strdup_printf("%s (%s)", value, reason) : g_strdup(value);

    if (both != NULL)
        print_labelled(label, both);
}

/* What a report says became of each recipient. */
static void
print_report(const json_t *report)
{
    static const char *const keys[] = { "address", "action", "status", "diagnostic" };
    const char *original = json_string_value(json_object_get(report, "original_message_id"));
    const json_t *recipient;
    gsize i;

    if (!json_is_object(report))
        return;
    print_labelled("report:", json_string_value(json_object_get(report, "kind")));
    if (original != NULL)
        print_labelled("about:", original);
    json_array_foreach(json_object_get(report, "recipients"), i, recipient) {
        g_autoptr(GString) line = g_string_new(NULL);

        for (gsize k = 0; k < G_N_ELEMENTS(keys); k++) {
            const char *value = json_string_value(json_object_get(recipient, keys[k]));

            if (value != NULL)
                g_string_append_printf(line, "%s%s", line->len > 0 ? " " : "", value);
        }
        print_labelled("recipient:", line->str);
    }
}

static void
print_text(const json_t *object)
{
    static const char *const short_keys[] = { "file", "message_id", "date", "subject", NULL };
    const char *return_path = json_string_value(json_object_get(object, "return_path"));
    g_autofree char *folded = folded_text(json_string_value(json_object_get(object, "text")), json_object_get(object, "spans"));
    g_autofree char *text = text_escape_body(folded);
    const json_t *attachments = json_object_get(object, "attachments"), *warning;
    gsize i;

    for (gsize k = 0; short_keys[k] != NULL; k++) {
        g_autofree char *label = g_strdup_printf("%s:", short_keys[k]);

        if (json_is_string(json_object_get(object, short_keys[k])))
            print_labelled(label, json_string_value(json_object_get(object, short_keys[k])));
    }
    if (return_path != NULL)
        print_labelled("return_path:", return_path[0] != '\0' ? return_path : "<>");
    print_addresses("from:", json_object_get(object, "from"));
    print_addresses("to:", json_object_get(object, "to"));
    print_with_reason("class:", object, "class", "class_reason");
    print_with_reason("language:", object, "language", "language_source");
    print_with_reason("protection:", object, "protection", "");
    print_report(json_object_get(object, "report"));
    json_array_foreach(json_object_get(object, "warnings"), i, warning)
        print_labelled("warning:", json_string_value(warning));
    if (json_array_size(attachments) > 0)
        puts("attachments:");
    print_attachments(attachments);
    printf("\n%s%s", text, g_str_has_suffix(text, "\n") ? "" : "\n");
}

/* One object a line, also for a file that cannot be read: a program that counts lines can count on it. */
static gboolean
parse_file(const Cli *cli, const char *path, gboolean is_last)
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
        if (!is_last)
            puts("");
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
        all = parse_file(cli, argv[i], i + 1 == argc) && all;
    return all ? EXIT_DONE : EXIT_FAILED;
}
