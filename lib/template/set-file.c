/*
 * set-file.c - one file of a set: headers and text apart, each compiled
 */
#include "template/set-private.h"

#include <string.h>

static const char ending[] = ".mustache", html_ending[] = ".html.mustache";

static gboolean
is_word(const char *text, gsize length)
{
    if (length == 0 || *text == '.' || *text == '-')
        return FALSE;
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isalnum(text[i]) && text[i] != '-' && text[i] != '_' && text[i] != '.')
            return FALSE;
    }
    return TRUE;
}

gboolean
set_split_path(const char *path, char **language_out, char **name_out, gboolean *html_out)
{
    const char *slash = strchr(path, '/');
    gboolean html = g_str_has_suffix(path, html_ending);
    gsize tail = html ? strlen(html_ending) : strlen(ending), length;

    if (slash == NULL || !g_str_has_suffix(path, ending) || strlen(slash + 1) <= tail)
        return FALSE;
    length = strlen(slash + 1) - tail;
    if (!is_word(path, (gsize) (slash - path)) || !is_word(slash + 1, length))
        return FALSE;
    *language_out = g_strndup(path, (gsize) (slash - path));
    *name_out = g_strndup(slash + 1, length);
    *html_out = html;
    return TRUE;
}

/* Comments may stand before the headers, each on lines of its own: notes to translators. */
static const char *
skip_comments(const char *text)
{
    while (g_str_has_prefix(text, "{{!")) {
        const char *end = strstr(text, "}}");

        if (end == NULL)
            return text;
        for (end += 2; *end == ' ' || *end == '\t' || *end == '\r'; end++)
            continue;
        if (*end != '\n')
            return text;
        text = end + 1;
    }
    return text;
}

/* Behind the empty line that ends the headers; NULL if there is none. */
static const char *
end_of_headers(const char *text)
{
    while (*text != '\0' && *text != '\n' && !g_str_has_prefix(text, "\r\n")) {
        const char *newline = strchr(text, '\n');

        if (newline == NULL)
            return text + strlen(text);
        text = newline + 1;
    }
    return text;
}

static guint
count_lines(const char *from, const char *to)
{
    guint n = 0;

    for (const char *p = from; p < to; p++)
        n += *p == '\n';
    return n;
}

static void
complain(const SetFile *file, const char *at, GPtrArray *problems, const char *hint, const char *text)
{
    template_problem_add(problems, TEMPLATE_ERROR, file->path, count_lines(file->source, at) + 1, 1, g_strdup(hint), "%s", text);
}

/* One Subject, and nothing else: the other headers of a mail are not a template's to write. */
static gboolean
check_headers(const SetFile *file, const char *from, const char *to, GPtrArray *problems)
{
    guint subjects = 0;
    gboolean good = TRUE;

    for (const char *line = from; line < to; line = strchr(line, '\n') + 1) {
        if (g_ascii_strncasecmp(line, "Subject:", 8) == 0) {
            subjects++;
        } else {
            complain(file, line, problems, "the text begins behind an empty line", "only 'Subject: ...' can stand before the text");
            good = FALSE;
        }
        if (strchr(line, '\n') == NULL || strchr(line, '\n') >= to)
            break;
    }
    if (good && subjects != 1) {
        complain(file, from, problems, NULL, "a mail has one Subject");
        good = FALSE;
    }
    return good;
}

gboolean
set_file_compile(SetFile *file, gsize length, GPtrArray *problems)
{
    const char *source = file->source, *headers = skip_comments(source);

    if (file->file.html || g_ascii_strncasecmp(headers, "Subject:", 8) != 0) {
        file->body = template_compile(file->path, source, length, file->file.html ? TEMPLATE_HTML : TEMPLATE_PLAIN, problems);
    } else {
        const char *end = end_of_headers(headers), *body = end;

        if (g_str_has_prefix(body, "\r\n"))
            body += 2;
        else if (*body == '\n')
            body++;
        if (!check_headers(file, headers, end, problems))
            return FALSE;
        file->header = template_compile_part(file->path, headers, (gsize) (end - headers), count_lines(source, headers), TEMPLATE_HEADER,
                                             problems);
        file->body = template_compile_part(file->path, body, length - (gsize) (body - source), count_lines(source, body), TEMPLATE_PLAIN,
                                           problems);
        if (file->header == NULL)
            return FALSE;
    }
    file->file.header = file->header;
    file->file.body = file->body;
    return file->body != NULL;
}
