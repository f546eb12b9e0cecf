#include "gateway/help-file.h"

#include <stdarg.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"

static const char *const keys[] = { "title", "language", "tags", "url", NULL };

typedef struct {
    const char *path;
    guint       line;
    GPtrArray  *problems;
    json_t     *article;
} Reading;

static void tell(const Reading *reading, guint line, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void
tell(const Reading *reading, guint line, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(reading->problems, g_strdup_printf("%s:%u: %s", reading->path, line, text));
}

char *
help_language(const char *text)
{
    gsize length = strcspn(text, "-_");

    if (length < 2 || length > 3)
        return NULL;
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalpha(text[i]))
            return NULL;
    return g_ascii_strdown(text, (gssize) length);
}

char *
help_text(const char *subject, const char *reply)
{
    g_autofree char *both = g_strdup_printf("%s\n%s", subject != NULL ? subject : "", reply != NULL ? reply : "");

    return text_cut(both, LIMIT_HELP_QUESTION);
}

/* ---- the front matter --------------------------------------------------------------------------------------- */

/* "text", 'text' and text are the same. */
static char *
unquote(const char *value)
{
    gsize length = strlen(value);

    if (length >= 2 && (*value == '"' || *value == '\'') && value[length - 1] == *value)
        return g_strndup(value + 1, length - 2);
    return g_strdup(value);
}

/* "a, b" or "[a, b]" */
static json_t *
read_tags(const char *value)
{
    gsize length = strlen(value);
    gboolean list = length >= 2 && *value == '[' && value[length - 1] == ']';
    g_autofree char *inside = list ? g_strndup(value + 1, length - 2) : g_strdup(value);
    g_auto(GStrv) parts = g_strsplit(inside, ",", -1);
    json_t *tags = json_array();

    for (guint i = 0; parts[i] != NULL; i++) {
        g_autofree char *tag = unquote(g_strstrip(parts[i]));

        if (*tag != '\0')
            json_array_append_new(tags, json_text(tag));
    }
    return tags;
}

static gboolean
is_web_address(const char *value)
{
    const char *host = g_str_has_prefix(value, "https://") ? value + 8 : g_str_has_prefix(value, "http://") ? value + 7 : "";

    return *host != '\0' && strchr("/?#", *host) == NULL && strpbrk(value, " <>\"") == NULL;
}

/* What no editor shows and every terminal obeys; a mail shows titles and addresses. */
static gboolean
has_control(const char *value)
{
    for (const char *p = value; *p != '\0'; p = g_utf8_next_char(p))
        if (g_unichar_iscntrl(g_utf8_get_char(p)))
            return TRUE;
    return FALSE;
}

static void
read_value(Reading *reading, const char *key, const char *value)
{
    g_autofree char *language = g_str_equal(key, "language") ? help_language(value) : NULL;

    if (*value == '\0')
        tell(reading, reading->line, "'%s' has no value", key);
    else if (strlen(value) > LIMIT_HELP_LINE)
        tell(reading, reading->line, "'%s' is longer than %d octets", key, LIMIT_HELP_LINE);
    else if (has_control(value))
        tell(reading, reading->line, "'%s' holds a control character", key);
    else if (g_str_equal(key, "tags"))
        json_object_set_new(reading->article, key, read_tags(value));
    else if (g_str_equal(key, "language") && language == NULL)
        tell(reading, reading->line, "'%s' is no language (en, de, el ...)", value);
    else if (g_str_equal(key, "url") && !is_web_address(value))
        tell(reading, reading->line, "'%s' is no address of the web (https://...)", value);
    else
        json_object_set_new(reading->article, key, json_text(language != NULL ? language : value));
}

static void
read_line(Reading *reading, char *line)
{
    char *colon = strchr(g_strstrip(line), ':');
    g_autofree char *key = NULL;
    g_autofree char *value = NULL;
    const char *nearest;

    if (*line == '\0' || *line == '#')
        return;
    if (colon == NULL) {
        tell(reading, reading->line, "'%s' is no 'key: value'", line);
        return;
    }
    key = g_strstrip(g_strndup(line, (gsize) (colon - line)));
    value = unquote(g_strstrip(colon + 1));
    if (!g_strv_contains(keys, key)) {
        nearest = text_nearest(key, keys);
        tell(reading, reading->line, "'%s' is not known here%s%s%s", key, nearest != NULL ? " (did you mean '" : ": title, language, tags, url",
             nearest != NULL ? nearest : "", nearest != NULL ? "'?)" : "");
    } else if (json_object_get(reading->article, key) != NULL) {
        tell(reading, reading->line, "'%s' stands here for the second time", key);
    } else {
        read_value(reading, key, value);
    }
}

/* Where the body begins; NULL: there is no front matter, or it does not end. */
static const char *
read_front_matter(Reading *reading, const char *text)
{
    for (const char *at = text; *at != '\0';) {
        gsize length = strcspn(at, "\n");
        g_autofree char *line = g_strchomp(g_strndup(at, length));

        reading->line++;
        at += length + (at[length] == '\n' ? 1 : 0);
        if (reading->line == 1 && !g_str_equal(line, "---")) {
            tell(reading, 1, "a help article begins with a line '---', its title and its language, and '---' again");
            return NULL;
        }
        if (reading->line > 1 && g_str_equal(line, "---"))
            return at;
        if (reading->line > 1)
            read_line(reading, line);
    }
    tell(reading, MAX(reading->line, 1), reading->line == 0 ? "the file is empty" : "the front matter has no '---' at its end");
    return NULL;
}

/* ---- the body ----------------------------------------------------------------------------------------------- */

/* Behind headings and empty lines. */
static const char *
first_words(const char *body)
{
    const char *at = body;

    while (*at == '#' || g_ascii_isspace(*at)) {
        if (*at == '#')
            at += strcspn(at, "\n");
        at += *at != '\0';
    }
    return at;
}

/* The first paragraph that is no heading, without the marks of Markdown: "[text](address)" is text. */
static char *
summary_of(const char *body)
{
    const char *first = first_words(body), *end = strstr(first, "\n\n");
    g_autofree char *paragraph = end != NULL ? g_strndup(first, (gsize) (end - first)) : g_strdup(first);
    g_autoptr(GString) plain = g_string_new(NULL);
    g_autofree char *folded = NULL;

    for (const char *p = paragraph; *p != '\0'; p++) {
        gsize address = p[0] == ']' && p[1] == '(' ? strcspn(p, ")") : 0;

        if (address > 0)
            p += address - (p[address] == '\0' ? 1 : 0);
        else if (strchr("*`[#>", *p) == NULL && !(p[0] == '!' && p[1] == '['))
            g_string_append_c(plain, *p);
    }
    folded = text_fold_space(plain->str);
    return text_cut(folded, LIMIT_HELP_SUMMARY);
}

/* Without a byte order mark, lines ended by LF alone. */
static char *
text_of(const char *bytes, gsize length)
{
    gboolean marked = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
    GString *text = g_string_sized_new(length);

    for (gsize i = marked ? 3 : 0; i < length; i++)
        if (bytes[i] != '\r' || i + 1 == length || bytes[i + 1] != '\n')
            g_string_append_c(text, bytes[i]);
    return g_string_free(text, FALSE);
}

json_t *
help_file_parse(const char *path, const char *bytes, gsize length, const char *default_language, GPtrArray *problems)
{
    guint before = problems->len;
    g_autoptr(Json) article = json_object();
    Reading reading = { path, 0, problems, article };
    g_autofree char *text = NULL, *body = NULL, *summary = NULL;
    const char *end, *rest;

    if (!g_utf8_validate(bytes, (gssize) length, &end)) {
        guint line = 1;

        for (const char *p = bytes; p < end; p++)
            line += *p == '\n';
        tell(&reading, line, "this is no UTF-8");
        return NULL;
    }
    text = text_of(bytes, length);
    rest = read_front_matter(&reading, text);
    if (rest == NULL)
        return NULL;
    body = g_strstrip(g_strdup(rest));
    if (json_object_get(article, "language") == NULL && default_language != NULL)
        json_object_set_new(article, "language", json_text(default_language));
    for (guint i = 0; i < 2 && problems->len == before; i++)
        if (json_object_get(article, keys[i]) == NULL)
            tell(&reading, reading.line, "the front matter has no '%s'", keys[i]);
    if (*body == '\0')
        tell(&reading, reading.line, "there is no text behind the front matter");
    if (problems->len > before)
        return NULL;
    summary = summary_of(body);
    json_object_set_new(article, "path", json_text(path));
    json_object_set_new(article, "summary", json_text(summary));
    json_object_set_new(article, "body", json_text(body));
    return g_steal_pointer(&article);
}
