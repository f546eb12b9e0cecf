/*
 * ticket-attachment.c - ticket attachment: the decoded bytes of a part of a ticket's mail, into a file
 *
 * A part is named by its MIME path; where several mails of the ticket have that part, the article's number says which: 1042/3. The original is
 * taken apart in the parse child, as it was when it came. The name that a stranger gave the file is a label: of it only letters,
 * digits, ".", "_" and "-" get into a file's name here (A12).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/text.h"
#include "gateway/parser.h"
#include "lists.h"
#include "store/work.h"
#include "ticket-commands.h"

#define FILE_NAME_MAX 100

typedef struct {
    char    *output;
    gboolean force;
} AttachmentOptions;

/* ---- which mail --------------------------------------------------------------------------------------------- */

/* "1042", "#1042", "1042/3": article_out 0 is any. FALSE: the usage error was printed. */
static gboolean
split_reference(const char *text, gint64 *reference_out, gint64 *article_out)
{
    g_auto(GStrv) halves = g_strsplit(text, "/", 2);

    *article_out = 0;
    *reference_out = halves[0] != NULL ? argument_id("mailgw ticket attachment", halves[0]) : 0;
    if (*reference_out == 0 || halves[1] == NULL)
        return *reference_out != 0;
    *article_out = argument_id("mailgw ticket attachment", halves[1]);
    return *article_out != 0;
}

static gboolean
has_part(const json_t *article, const char *part)
{
    const json_t *attachment;
    gsize i;

    json_array_foreach(json_object_get(article, "attachments"), i, attachment)
        if (g_strcmp0(json_string_value(json_object_get(attachment, "part")), part) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
is_mail(const json_t *article)
{
    return json_is_integer(json_object_get(article, "inbound"));
}

/* The one article that is meant: the numbered one, else the only one with that attachment, else the only mail. */
static const json_t *
find_article(const json_t *articles, const char *reference, gint64 number, const char *part, GError **error)
{
    const json_t *article, *with_part = NULL, *mail = NULL;
    g_autoptr(GString) several = g_string_new(NULL);
    guint n_with_part = 0, n_mails = 0;
    gsize i;

    json_array_foreach(articles, i, article) {
        gint64 own = json_integer_value(json_object_get(article, "number"));

        if (!is_mail(article) || (number != 0 && own != number))
            continue;
        mail = article;
        n_mails++;
        if (!has_part(article, part))
            continue;
        with_part = article;
        g_string_append_printf(several, "%s%s/%" G_GINT64_FORMAT, n_with_part++ > 0 ? ", " : "", reference, own);
    }
    if (n_with_part == 1)
        return with_part;
    if (n_with_part > 1)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "several mails of ticket #%s have a part %s: say which, of %s",
                    reference, part, several->str);
    else if (n_mails == 1)
        return mail;
    else if (number != 0)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "ticket #%s has no mail with the number %" G_GINT64_FORMAT,
                    reference, number);
    else
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "no mail of ticket #%s has an attachment %s", reference, part);
    return NULL;
}

static GBytes *
load_original(const Cli *cli, gint64 number, gint64 article_number, const char *part, GError **error)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(Json) articles = NULL;
    g_autofree char *reference = id_text(number);
    const json_t *article;
    GBytes *bytes = NULL;

    if (!cli_open(cli, STORE_READER, &config, &store))
        return NULL;
    articles = load_articles(store, reference, error);
    if (articles == NULL)
        return NULL;
    if (json_array_size(articles) == 0) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "there is no ticket #%s with articles", reference);
        return NULL;
    }
    article = find_article(articles, reference, article_number, part, error);
    if (article == NULL
        || !store_inbound_bytes(store, json_integer_value(json_object_get(article, "inbound")), &bytes, error))
        return NULL;
    return bytes;
}

/* ---- where to ----------------------------------------------------------------------------------------------- */

/*
 * A name that is a name everywhere: no path, no hidden file, no option, nothing that a terminal or a shell would take for its own. Of a
 * name in another script the ending is left: "part-2.pdf".
 */
static char *
safe_name(const char *label, const char *part)
{
    g_autoptr(GString) name = g_string_new(NULL);
    const char *ending;
    gboolean has_stem = FALSE;

    for (const char *p = label != NULL ? label : ""; *p != '\0' && name->len < FILE_NAME_MAX; p++)
        if (g_ascii_isalnum(*p) || strchr("._-", *p) != NULL)
            g_string_append_c(name, *p);
    ending = strrchr(name->str, '.');
    for (const char *p = name->str; *p != '\0' && p != ending; p++)
        has_stem = has_stem || g_ascii_isalnum(*p);
    if (!has_stem)
        return g_strdup_printf("part-%s%s", part, ending != NULL && ending[1] != '\0' ? ending : "");
    while (!g_ascii_isalnum(name->str[0]))
        g_string_erase(name, 0, 1);
    return g_strdup(name->str);
}

static gboolean
write_file(const char *path, GBytes *bytes, gboolean force, GError **error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (force ? O_TRUNC : O_EXCL), 0600);
    gboolean done;

    if (fd < 0 && errno == EEXIST) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_EXISTS, "cannot write %s: it exists; --force overwrites it", path);
        return FALSE;
    }
    if (fd < 0) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "cannot write %s: %s", path, g_strerror(errno));
        return FALSE;
    }
    done = fchmod(fd, 0600) == 0 && io_write_all(fd, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), error);
    if (close(fd) != 0)
        done = FALSE;
    if (!done && *error == NULL)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "could not write %s: %s", path, g_strerror(errno));
    return done;
}

static int
write_part(const AttachmentOptions *options, const ParserPart *part, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = safe_name(part->filename, path), *file = NULL;

    if (g_str_equal(options->output, "-")) {
        if (!io_write_all(STDOUT_FILENO, g_bytes_get_data(part->bytes, NULL), g_bytes_get_size(part->bytes), &error))
            return fail(g_steal_pointer(&error));
        return EXIT_DONE;
    }
    file = g_file_test(options->output, G_FILE_TEST_IS_DIR) ? g_build_filename(options->output, name, NULL)
                                                            : g_strdup(options->output);
    if (!write_file(file, part->bytes, options->force, &error))
        return fail(g_steal_pointer(&error));
    print_escaped(file);
    printf(": %" G_GSIZE_FORMAT " bytes, ", g_bytes_get_size(part->bytes));
    print_escaped(part->type != NULL ? part->type : "unknown type");
    puts("");
    return EXIT_DONE;
}

static int
run(const Cli *cli, const AttachmentOptions *options, const char *reference_text, const char *path)
{
    g_autoptr(Parser) parser = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(ParserPart) part = NULL;
    gint64 reference, article;

    if (!split_reference(reference_text, &reference, &article))
        return EXIT_USAGE;
    /* Before the database is opened: the child must not inherit a connection. */
    parser = parser_start(&error);
    if (parser == NULL)
        return fail(g_steal_pointer(&error));
    bytes = load_original(cli, reference, article, path, &error);
    if (bytes == NULL)
        return error != NULL ? fail(g_steal_pointer(&error)) : EXIT_FAILED;
    part = parser_part(parser, bytes, path, &error);
    if (part == NULL)
        return fail(g_steal_pointer(&error));
    return write_part(options, part, path);
}

int
ticket_attachment(Cli *cli, int argc, char **argv)
{
    AttachmentOptions options = { 0 };
    const GOptionEntry entries[] = {
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, "the file, a directory, or - for standard output", "FILE" },
        { "force", 0, 0, G_OPTION_ARG_NONE, &options.force, "overwrite a file that exists", NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "attachment", "REF[/ARTICLE] PART -o FILE", "write a part of a mail to a file", ticket_attachment,
                                  NULL };
    int status = command_options("mailgw ticket", &self, cli, entries, &argc, &argv, 2, 2);

    if (status < 0 && options.output == NULL)
        status = usage_text("mailgw ticket attachment", "needs -o FILE (- is standard output)");
    else if (status < 0)
        status = run(cli, &options, argv[1], argv[2]);
    g_free(options.output);
    return status;
}
