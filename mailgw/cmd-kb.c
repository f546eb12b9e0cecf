/*
 * cmd-kb.c - kb import, list, try: help articles that acknowledgements name
 */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli.h"
#include "gateway/help-file.h"
#include "lists.h"
#include "message/message.h"
#include "store/help.h"

#define SHOWN "50"

/* NULL is right as well; FALSE: the usage error was printed. */
static gboolean
read_language(const char *path, const char *text, char **language_out)
{
    *language_out = text != NULL ? help_language(text) : NULL;
    if (text == NULL || *language_out != NULL)
        return TRUE;
    usage_text(path, "--language wants one like en, de, el, not \"%s\"", text);
    return FALSE;
}

/* ---- import ------------------------------------------------------------------------------------------------- */

static gint64
count_of(const json_t *changes, const char *what)
{
    gint64 count = 0;
    const json_t *change;
    gsize i;

    json_array_foreach(changes, i, change)
        count += g_str_equal(json_string_value(json_object_get(change, "change")), what);
    return count;
}

static void
print_changes(const json_t *changes)
{
    const json_t *change;
    gsize i;

    json_array_foreach(changes, i, change) {
        const char *what = json_string_value(json_object_get(change, "change"));

        if (g_str_equal(what, "unchanged"))
            continue;
        printf("%-8s ", what);
        print_escaped(json_string_value(json_object_get(change, "path")));
        putchar('\n');
    }
    printf("%" G_GINT64_FORMAT " added, %" G_GINT64_FORMAT " changed, %" G_GINT64_FORMAT " unchanged, %" G_GINT64_FORMAT " removed\n",
           count_of(changes, "added"), count_of(changes, "changed"), count_of(changes, "unchanged"), count_of(changes, "removed"));
}

/* Where PostgreSQL has no dictionary for a language and no trigrams either, only equal words are found, and that has to be known. */
static gboolean
warn_of_bare_languages(Store *store, GError **error)
{
    g_autoptr(Json) rows = store_query_json(store, QUERY_HELP_SIMILAR, NULL, 0, error);
    const json_t *languages = json_object_get(json_array_get(rows, 0), "languages"), *language;
    g_autoptr(GString) names = g_string_new(NULL);
    gsize i;

    if (rows == NULL)
        return FALSE;
    json_array_foreach(languages, i, language)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", json_string_value(language));
    if (names->len > 0 && !json_is_true(json_object_get(json_array_get(rows, 0), "trigrams")))
        fprintf(stderr, "mailgw: warning: in %s only words that are equal are found: PostgreSQL has no dictionary, and the extension pg_trgm is not "
                "there. Have its administrator run CREATE EXTENSION pg_trgm in this database, and import again\n", names->str);
    return TRUE;
}

static int
import_articles(const Cli *cli, const json_t *articles)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) changes = NULL;

    if (!cli_open(cli, STORE_OWNER, &config, &store))
        return EXIT_FAILED;
    changes = store_help_import(store, articles, &error);
    if (changes == NULL || !warn_of_bare_languages(store, &error))
        return fail(g_steal_pointer(&error));
    if (cli->json)
        json_print(changes, stdout);
    else
        print_changes(changes);
    return EXIT_DONE;
}

static int
kb_import(Cli *cli, int argc, char **argv)
{
    gboolean remove_all = FALSE;
    g_autofree char *named = NULL, *language = NULL;
    const GOptionEntry entries[] = {
        { "language", 0, 0, G_OPTION_ARG_STRING, &named, "of articles that do not name theirs", "LANGUAGE" },
        { "remove-all", 0, 0, G_OPTION_ARG_NONE, &remove_all, "a folder without articles leaves none", NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "import", "DIR", "make the help articles those of a folder", kb_import, NULL };
    int status = command_options("mailgw kb", &self, cli, entries, &argc, &argv, 1, 1);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Json) articles = NULL;

    if (status >= 0)
        return status;
    if (!read_language("mailgw kb import", named, &language))
        return EXIT_USAGE;
    articles = help_folder_read(argv[1], language, problems);
    for (guint i = 0; i < problems->len; i++) {
        g_autofree char *escaped = text_escape(problems->pdata[i]);

        fprintf(stderr, "%s\n", escaped);
    }
    if (problems->len > 0)
        return fail_text("nothing was imported: %u %s", problems->len, problems->len == 1 ? "mistake" : "mistakes");
    if (json_array_size(articles) == 0 && !remove_all)
        return fail_text("%s holds no help article (*.md); --remove-all removes those that were imported", argv[1]);
    return import_articles(cli, articles);
}

/* ---- list and try ------------------------------------------------------------------------------------------- */

static int
kb_list(Cli *cli, int argc, char **argv)
{
    static const Column columns[] = { { "path", "FILE", 40 }, { "language", "LANGUAGE", 0 }, { "title", "TITLE", 50 }, { "url", "ADDRESS", 50 },
                                      { "dictionary", "DICTIONARY", 0 },
                                      { "solved", "SOLVED", 0 }, { NULL, NULL, 0 } };
    gboolean all = FALSE;
    const GOptionEntry entries[] = {
        { "all", 0, 0, G_OPTION_ARG_NONE, &all, "not only the first " SHOWN, NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "list", NULL, "the help articles", kb_list, NULL };
    int status = command_options("mailgw kb", &self, cli, entries, &argc, &argv, 0, 0);
    const char *params[] = { all ? NULL : SHOWN };

    return status >= 0 ? status : list_rows(cli, QUERY_HELP_LIST, params, 1, columns);
}

static void
print_found(const json_t *rows)
{
    const double threshold = g_ascii_strtod(HELP_THRESHOLD, NULL);
    const json_t *row, *word;
    gboolean above = TRUE;
    gsize i, w;

    if (json_array_size(rows) == 0)
        puts("no help article has a word of this");
    json_array_foreach(rows, i, row) {
        double score = json_number_value(json_object_get(row, "score"));

        if (above && score < threshold)
            printf(HELP_THRESHOLD " ---- below, an article is not suggested; above, the first %d are\n", HELP_SUGGESTIONS);
        above = above && score >= threshold;
        printf("%5.3f  ", score);
        print_escaped(json_string_value(json_object_get(row, "path")));
        printf("  ");
        print_escaped(json_string_value(json_object_get(row, "title")));
        printf("\n       title %.3f, tags %.3f, text %.3f:", json_number_value(json_object_get(row, "from_title")),
               json_number_value(json_object_get(row, "from_tags")), json_number_value(json_object_get(row, "from_body")));
        json_array_foreach(json_object_get(row, "words"), w, word) {
            putchar(' ');
            print_escaped(json_string_value(word));
        }
        putchar('\n');
    }
}

/* As the parser tells it of a mail; else the one most articles are in. NULL: there are no articles. */
static char *
guess_language(Store *store, const char *text, GError **error)
{
    g_autofree char *mail = g_strdup_printf("MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n%s\n", text);
    const MessageOptions options = { .queue = "" };
    g_autoptr(Message) message = NULL;
    g_autoptr(Json) rows = NULL;

    message_init();
    message = message_parse((const guint8 *) mail, strlen(mail), &options);
    if (message->language != NULL)
        return g_strdup(message->language);
    rows = store_query_json(store, QUERY_HELP_LANGUAGES, NULL, 0, error);
    return rows != NULL ? g_strdup(json_string_value(json_object_get(json_array_get(rows, 0), "language"))) : NULL;
}

static int
kb_try(Cli *cli, int argc, char **argv)
{
    g_autofree char *named = NULL, *language = NULL, *text = NULL;
    const GOptionEntry entries[] = {
        { "language", 0, 0, G_OPTION_ARG_STRING, &named, "of the text", "LANGUAGE" },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "try", "TEXT", "which help articles a text finds, and why", kb_try, NULL };
    int status = command_options("mailgw kb", &self, cli, entries, &argc, &argv, 1, 1);
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) rows = NULL;

    if (status >= 0)
        return status;
    if (!read_language("mailgw kb try", named, &language))
        return EXIT_USAGE;
    if (!g_utf8_validate(argv[1], -1, NULL))
        return fail_text("the text is no UTF-8");
    if (!cli_open(cli, STORE_READER, &config, &store))
        return EXIT_FAILED;
    text = help_text(argv[1], NULL);
    if (language == NULL)
        language = guess_language(store, text, &error);
    rows = error == NULL ? store_help_try(store, language, text, 10, &error) : NULL;
    if (rows == NULL)
        return fail(g_steal_pointer(&error));
    if (cli->json) {
        g_autoptr(Json) whole = json_pack("{s:o, s:f, s:O}", "language", json_text(language), "threshold", g_ascii_strtod(HELP_THRESHOLD, NULL), "articles", rows);

        json_print(whole, stdout);
    } else {
        print_found(rows);
    }
    return EXIT_DONE;
}

const Command kb_commands[] = {
    { "import", "DIR", "make the help articles those of a folder", kb_import, NULL },
    { "list", NULL, "the help articles", kb_list, NULL },
    { "try", "TEXT", "which help articles a text finds, and why", kb_try, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};
