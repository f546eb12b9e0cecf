/*
 * cmd-explain.c - explain: the Decision a message would get, or the one a stored message got
 *
 * Writes nothing: the store is only asked. --offline asks nobody: every message is then a stranger's first.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli.h"
#include "explanation.h"
#include "trial.h"

typedef struct {
    char    *to, *from, *at, *inbound;
    gboolean offline;
} ExplainOptions;

/* ---- a message that was not taken --------------------------------------------------------------------------- */

static int
explain_file(const Cli *cli, const ExplainOptions *options, const char *path)
{
    g_autoptr(Config) config = cli_config(cli);
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(Json) object = NULL;
    TrialMail mail = { .sender = options->from, .recipient = options->to, .reference = G_MAXINT32, .now = clock_now() };

    if (config == NULL || (!options->offline && (store = cli_store(config, STORE_WORKER)) == NULL))
        return EXIT_FAILED;
    if (options->at != NULL && !clock_parse(options->at, &mail.now, &error))
        return fail(g_steal_pointer(&error));
    bytes = g_str_equal(path, "-") ? io_read_fd(STDIN_FILENO, LIMIT_MESSAGE_HARD, &error)
                                   : io_read_file(path, LIMIT_MESSAGE_HARD, &error);
    object = bytes != NULL ? trial_decide(config, store, bytes, &mail, &error) : NULL;
    if (object == NULL)
        return fail_text("%s", error->message);
    if (cli->json) {
        json_print(object, stdout);
    } else {
        explanation_line("queue", json_string_value(json_object_get(object, "queue")));
        explanation_print(object, "what would be done");
    }
    return EXIT_DONE;
}

/* ---- a stored one ------------------------------------------------------------------------------------------- */

/* They are not stored: most of them say no, of every message. */
static void
print_way_to_tests(const json_t *row)
{
    const char *recipient = json_string_value(json_object_get(row, "recipient"));
    g_autofree char *quoted = g_shell_quote(recipient != NULL ? recipient : "");

    fputs("\nThe tests of the rules are not kept; the rules of today show theirs:\n  mailgw inbound export ", stdout);
    printf("%" JSON_INTEGER_FORMAT " | mailgw explain --to ", json_integer_value(json_object_get(row, "id")));
    print_escaped(quoted);
    puts(" -");
}

static int
explain_inbound(const Cli *cli, const char *id)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) rows = NULL;
    const char *params[] = { id };
    json_t *row, *decided;
    gint64 number;

    if (!text_parse_int64(id, 1, G_MAXINT64, &number, NULL))
        return usage_text("mailgw explain", "--inbound wants a number, not \"%s\"", id);
    if (!cli_open(cli, STORE_READER, &config, &store))
        return EXIT_FAILED;
    rows = store_query_json(store, QUERY_INBOUND_SHOW, params, 1, &error);
    if (rows == NULL)
        return fail(g_steal_pointer(&error));
    row = json_array_get(rows, 0);
    if (row == NULL)
        return fail_text("there is no inbound mail %s", id);
    if (cli->json) {
        json_print(row, stdout);
        return EXIT_DONE;
    }
    decided = json_object_get(row, "decided");
    if (!json_is_object(decided) && json_is_string(json_object_get(row, "outcome")))
        return fail_text("why is no longer known, retention removed the decision of inbound %s: \"%s\", %s", id,
                         json_string_value(json_object_get(row, "outcome")), json_string_value(json_object_get(row, "reason")));
    if (!json_is_object(decided))
        return fail_text("inbound %s was not decided yet", id);
    json_object_set(decided, "rules_digest", json_object_get(row, "rules_digest"));
    explanation_print(decided, "what was done");
    if (json_is_string(json_object_get(row, "rules_digest")))
        print_way_to_tests(row);
    explanation_line("\nacknowledged", json_string_value(json_object_get(row, "acknowledgement")));
    return EXIT_DONE;
}

static void
options_clear(ExplainOptions *options)
{
    g_free(options->to);
    g_free(options->from);
    g_free(options->at);
    g_free(options->inbound);
}

int
cmd_explain(Cli *cli, int argc, char **argv)
{
    ExplainOptions options = { 0 };
    const GOptionEntry entries[] = {
        { "to", 0, 0, G_OPTION_ARG_STRING, &options.to, "the address it was sent to", "ADDRESS" },
        { "from", 0, 0, G_OPTION_ARG_STRING, &options.from, "the envelope sender (\"\" is the null path)", "ADDRESS" },
        { "at", 0, 0, G_OPTION_ARG_STRING, &options.at, "as if it came then (RFC 3339)", "TIME" },
        { "offline", 0, 0, G_OPTION_ARG_NONE, &options.offline, "without the database: nobody is known", NULL },
        { "inbound", 0, 0, G_OPTION_ARG_STRING, &options.inbound, "why a stored mail got what it got", "ID" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "explain", "FILE|-", "tell what a mail would get, or why a stored one got what it got",
                                  cmd_explain, NULL };
    int status = command_options("mailgw", &self, cli, entries, &argc, &argv, 0, 1);

    if (status < 0 && options.inbound == NULL && argc < 2)
        status = usage_text("mailgw explain", "needs a file, - or --inbound ID");
    else if (status < 0)
        status = options.inbound != NULL ? explain_inbound(cli, options.inbound) : explain_file(cli, &options, argv[1]);
    options_clear(&options);
    return status;
}
