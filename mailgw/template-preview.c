/*
 * template-preview.c - template preview: what a ticket's first mail is answered with, or a mail in a file would be, or a template with examples
 *
 * It is the decision's own mail, with the decision's values, also where none may be sent: what is left out for a stranger is left out here.
 */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "lists.h"
#include "store/work.h"
#include "template-commands.h"
#include "template/context.h"
#include "trial.h"

/* The number that a mail which made no ticket shows, as in `template context`. */
#define EXAMPLE_REFERENCE 1042

typedef struct {
    char *language, *html, *at, *to;
} PreviewOptions;

static void
preview_options_clear(PreviewOptions *options)
{
    g_free(options->language);
    g_free(options->html);
    g_free(options->at);
    g_free(options->to);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PreviewOptions, preview_options_clear)

static int
show(const Config *config, Store *store, GBytes *bytes, TrialMail *mail, const PreviewOptions *options)
{
    AcknowledgePreview preview = { .language = options->language };
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) object = NULL;
    int status;

    mail->preview = &preview;
    object = trial_decide(config, store, bytes, mail, &error);
    if (object == NULL)
        return fail(g_steal_pointer(&error));
    if (preview.error != NULL)
        status = fail_text("%s", preview.error);
    else if (preview.template == NULL)
        status = fail_text("no automatic mail answers it: %s; acknowledgement %s", json_string_value(json_object_get(object, "reason")),
                           json_string_value(json_object_get(object, "acknowledgement")));
    else
        status = template_print_mail(&preview.mail, options->html);
    g_free(preview.template);
    g_free(preview.error);
    template_mail_clear(&preview.mail);
    return status;
}

static int
preview_file(const Cli *cli, const PreviewOptions *options, const char *path)
{
    g_autoptr(Config) config = cli_config(cli);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = NULL;
    TrialMail mail = { .recipient = options->to, .reference = EXAMPLE_REFERENCE, .now = clock_now() };

    if (config == NULL)
        return EXIT_FAILED;
    if (options->at != NULL && !clock_parse(options->at, &mail.now, &error))
        return fail(g_steal_pointer(&error));
    bytes = g_str_equal(path, "-") ? io_read_fd(STDIN_FILENO, LIMIT_MESSAGE_HARD, &error)
                                   : io_read_file(path, LIMIT_MESSAGE_HARD, &error);
    return bytes != NULL ? show(config, NULL, bytes, &mail, options) : fail(g_steal_pointer(&error));
}

/* As of the moment it came, by the configuration of today. */
static int
preview_ticket(const Cli *cli, const PreviewOptions *options, gint64 ticket)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) reader = NULL, store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(Json) rows = NULL;
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, ticket);
    const char *params[] = { number };
    TrialMail mail = { .reference = ticket };
    const json_t *row;

    if (!cli_open(cli, STORE_READER, &config, &reader))
        return EXIT_FAILED;
    rows = store_query_json(reader, QUERY_INBOUND_OF_TICKET, params, 1, &error);
    if (rows == NULL)
        return fail(g_steal_pointer(&error));
    row = json_array_get(rows, 0);
    if (row == NULL)
        return fail_text("no mail made ticket %s", number);
    mail.inbound = json_integer_value(json_object_get(row, "id"));
    mail.sender = json_string_value(json_object_get(row, "sender"));
    mail.recipient = options->to != NULL ? options->to : json_string_value(json_object_get(row, "recipient"));
    mail.auth_user = json_string_value(json_object_get(row, "auth_user"));
    if (!clock_parse(options->at != NULL ? options->at : json_string_value(json_object_get(row, "received")), &mail.now, &error)
        || !store_inbound_bytes(reader, mail.inbound, &bytes, &error))
        return fail(g_steal_pointer(&error));
    store = cli_store(config, STORE_WORKER);
    return store != NULL ? show(config, store, bytes, &mail, options) : EXIT_FAILED;
}

static gboolean
is_ticket(const char *text, gint64 *ticket_out)
{
    return text_parse_int64(*text == '#' ? text + 1 : text, 1, G_MAXINT64, ticket_out, NULL);
}

/* A template's name has no dot in it, and no folder. */
static gboolean
is_file(const char *text)
{
    return g_str_equal(text, "-") || strpbrk(text, "./") != NULL || g_file_test(text, G_FILE_TEST_IS_REGULAR);
}

int
cmd_template_preview(Cli *cli, int argc, char **argv)
{
    g_auto(PreviewOptions) options = { .language = NULL };
    const GOptionEntry entries[] = {
        { "lang", 0, 0, G_OPTION_ARG_STRING, &options.language, "the language (default: that of the mail; of a template en)", "LANGUAGE" },
        { "html", 0, 0, G_OPTION_ARG_FILENAME, &options.html, "write the HTML of the mail there", "FILE" },
        { "at", 0, 0, G_OPTION_ARG_STRING, &options.at, "as if the mail came then (RFC 3339)", "TIME" },
        { "to", 0, 0, G_OPTION_ARG_STRING, &options.to, "the address the mail was sent to", "ADDRESS" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "preview", "TICKET|FILE|NAME", "the automatic mail that a ticket or mail gets, or a template with its examples",
                                  cmd_template_preview, NULL };
    int status = command_options("mailgw template", &self, cli, entries, &argc, &argv, 1, 1);
    g_autoptr(TemplateValue) examples = NULL;
    gint64 ticket;

    if (status >= 0)
        return status;
    if (is_ticket(argv[1], &ticket))
        return preview_ticket(cli, &options, ticket);
    if (is_file(argv[1]))
        return preview_file(cli, &options, argv[1]);
    examples = template_example_values();
    return template_render_mail(cli, NULL, argv[1], options.language, options.html, examples);
}
