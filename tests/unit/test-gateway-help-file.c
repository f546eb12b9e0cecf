#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/json.h"
#include "base/limits.h"
#include "gateway/help-file.h"
#include "tap.h"

#define HEAD "---\ntitle: A title\nlanguage: en\n---\n"

/* ---- one file ----------------------------------------------------------------------------------------------- */

/* What an article becomes; NULL in a column: not looked at. tags are joined by "|". */
static const struct {
    const char *rule, *file, *title, *language, *url, *tags, *summary, *body;
} articles[] = {
    { "plain", HEAD "Open the panel.\n", "A title", "en", "", "", "Open the panel.", "Open the panel." },
    { "quotes-are-no-part-of-a-value", "---\ntitle: \"A: title\"\nlanguage: 'de'\n---\nText\n", "A: title", "de", "", "", NULL, NULL },
    { "one-quote-is", "---\ntitle: \"\nlanguage: en\n---\nText\n", "\"", NULL, NULL, NULL, NULL, NULL },
    { "region-of-a-language", "---\ntitle: A\nlanguage: pt_BR\n---\nText\n", NULL, "pt", NULL, NULL, NULL, NULL },
    { "tags-as-a-list", "---\ntitle: A\nlanguage: en\ntags: [one, 'two words', ,]\n---\nText\n", NULL, NULL, NULL, "one|two words", NULL, NULL },
    { "tags-with-commas", "---\ntitle: A\nlanguage: en\ntags: one,two\n---\nText\n", NULL, NULL, NULL, "one|two", NULL, NULL },
    { "address", "---\ntitle: A\nlanguage: en\nurl: https://help.example/a?b=c#d\n---\nText\n", NULL, NULL, "https://help.example/a?b=c#d", NULL, NULL, NULL },
    { "comments-and-empty-lines", "---\n# of ours\n\ntitle: A\n  language : en  \n---\nText\n", "A", "en", NULL, NULL, NULL, NULL },
    { "byte-order-mark", "\xef\xbb\xbf" HEAD "Text\n", "A title", "en", NULL, NULL, "Text", "Text" },
    { "lines-that-end-in-crlf", "---\r\ntitle: A\r\nlanguage: en\r\n---\r\n# Head\r\n\r\nFirst.\r\n\r\nSecond.\r\n", "A", "en", NULL, NULL, "First.", "# Head\n\nFirst.\n\nSecond." },
    { "rule-in-the-body", HEAD "One\n\n---\n\nTwo\n", NULL, NULL, NULL, NULL, "One", "One\n\n---\n\nTwo" },
    { "summary-is-no-heading", HEAD "# Head\n\n## Head\n\nText.\n", NULL, NULL, NULL, NULL, "Text.", NULL },
    { "summary-right-under-a-heading", HEAD "# Head\nText.\n", NULL, NULL, NULL, NULL, "Text.", NULL },
    { "summary-without-marks", HEAD "Press **New**, see [the *form*](https://x.example/a) and `that`.\n", NULL, NULL, NULL, NULL, "Press New, see the form and that.", NULL },
    { "summary-of-an-unfinished-link", HEAD "See [that](https://x.example\n", NULL, NULL, NULL, NULL, "See that", NULL },
    { "summary-of-an-image", HEAD "See ![the form](form.png) there.\n", NULL, NULL, NULL, NULL, "See the form there.", NULL },
    { "summary-of-headings-alone", HEAD "# Head\n", NULL, NULL, NULL, NULL, "", NULL },
};

static char *
text_at(const json_t *article, const char *key)
{
    const json_t *value = json_object_get(article, key), *tag;
    g_autoptr(GPtrArray) tags = g_ptr_array_new();
    gsize i;

    if (!json_is_array(value))
        return g_strdup(value != NULL ? json_string_value(value) : "");
    json_array_foreach(value, i, tag)
        g_ptr_array_add(tags, (gpointer) json_string_value(tag));
    g_ptr_array_add(tags, NULL);
    return g_strjoinv("|", (char **) tags->pdata);
}

static void
assert_value(const json_t *article, const char *key, const char *expected)
{
    g_autofree char *value = text_at(article, key);

    if (expected != NULL)
        g_assert_cmpstr(value, ==, expected);
}

static void
test_article(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Json) article = help_file_parse("a.md", articles[i].file, strlen(articles[i].file), NULL, problems);

    if (problems->len > 0)
        g_error("%s: %s", articles[i].rule, (char *) problems->pdata[0]);
    g_assert_nonnull(article);
    assert_value(article, "path", "a.md");
    assert_value(article, "title", articles[i].title);
    assert_value(article, "language", articles[i].language);
    assert_value(article, "url", articles[i].url);
    assert_value(article, "tags", articles[i].tags);
    assert_value(article, "summary", articles[i].summary);
    assert_value(article, "body", articles[i].body);
}

/* What is told of a file, and that nothing is made of it. */
static const struct {
    const char *rule, *file, *problem;
} mistakes[] = {
    { "empty", "", "a.md:1: the file is empty" },
    { "no-front-matter", "Text\n", "a.md:1: a help article begins with a line '---'" },
    { "front-matter-is-the-first-line", "\n" HEAD "Text\n", "a.md:1: a help article begins with" },
    { "front-matter-without-an-end", "---\ntitle: A\nlanguage: en\nText\n", "a.md:4: 'Text' is no 'key: value'" },
    { "not-even-a-line", "---", "a.md:1: the front matter has no '---' at its end" },
    { "no-title", "---\nlanguage: en\n---\nText\n", "a.md:3: the front matter has no 'title'" },
    { "no-language", "---\ntitle: A\n---\nText\n", "a.md:3: the front matter has no 'language'" },
    { "no-text", HEAD " \n\n", "a.md:4: there is no text" },
    { "empty-value", "---\ntitle:\nlanguage: en\n---\nText\n", "a.md:2: 'title' has no value" },
    { "empty-value-in-quotes", "---\ntitle: \"\"\nlanguage: en\n---\nText\n", "a.md:2: 'title' has no value" },
    { "twice", "---\ntitle: A\ntitle: B\nlanguage: en\n---\nText\n", "a.md:3: 'title' stands here for the second time" },
    { "unknown-key", "---\ntitel: A\nlanguage: en\n---\nText\n", "a.md:2: 'titel' is not known here (did you mean 'title'?)" },
    { "no-language-at-all", "---\ntitle: A\nlanguage: english\n---\nText\n", "a.md:3: 'english' is no language" },
    { "script-as-address", "---\ntitle: A\nlanguage: en\nurl: javascript:alert(1)\n---\nText\n", "a.md:4: 'javascript:alert(1)' is no address" },
    { "address-in-angles", "---\ntitle: A\nlanguage: en\nurl: https://x.example/\"><b>\n---\nText\n", "is no address of the web" },
    { "address-of-nobody", "---\ntitle: A\nlanguage: en\nurl: https://\n---\nText\n", "is no address of the web" },
    { "address-of-a-path", "---\ntitle: A\nlanguage: en\nurl: https:///a\n---\nText\n", "is no address of the web" },
    { "no-utf-8", "---\ntitle: A\nlanguage: en\n---\nText \xff\n", "a.md:5: this is no UTF-8" },
    { "control-character-in-a-title", "---\ntitle: A\033[2J\nlanguage: en\n---\nText\n", "a.md:2: 'title' holds a control character" },
    { "control-character-in-an-address", "---\ntitle: A\nlanguage: en\nurl: https://x.example/\001\n---\nText\n", "a.md:4: 'url' holds a control character" },
    { "carriage-return-in-a-title", "---\ntitle: A\rBcc: x@y\nlanguage: en\n---\nText\n", "a.md:2: 'title' holds a control character" },
};

static void
test_mistake(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Json) article = help_file_parse("a.md", mistakes[i].file, strlen(mistakes[i].file), NULL, problems);

    g_assert_null(article);
    g_assert_cmpuint(problems->len, >=, 1);
    if (strstr(problems->pdata[0], mistakes[i].problem) == NULL)
        g_error("%s: %s", mistakes[i].rule, (char *) problems->pdata[0]);
}

static void
test_nul(void)
{
    static const char file[] = HEAD "Text\0more\n";
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);

    g_assert_null(help_file_parse("a.md", file, sizeof file - 1, NULL, problems));
    g_assert_cmpstr(problems->pdata[0], ==, "a.md:5: this is no UTF-8");
}

static void
test_default_language(void)
{
    static const char without[] = "---\ntitle: A\n---\nText\n";
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Json) given = help_file_parse("a.md", without, strlen(without), "el", problems);
    g_autoptr(Json) own = help_file_parse("a.md", HEAD "Text\n", strlen(HEAD "Text\n"), "el", problems);

    assert_value(given, "language", "el");
    assert_value(own, "language", "en");
}

/* A line of so many octets as a value. */
static json_t *
with_title(gsize octets, GPtrArray *problems)
{
    g_autofree char *title = g_strnfill(octets, 'a');
    g_autofree char *file = g_strdup_printf("---\ntitle: %s\nlanguage: en\n---\n%s\n", title, title);

    return help_file_parse("a.md", file, strlen(file), NULL, problems);
}

static void
test_limits(void)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Json) most = with_title(LIMIT_HELP_LINE, problems);
    g_autoptr(Json) more = with_title(LIMIT_HELP_LINE + 1, problems);

    g_assert_nonnull(most);
    g_assert_cmpuint(strlen(json_string_value(json_object_get(most, "summary"))), <=, LIMIT_HELP_SUMMARY);
    g_assert_null(more);
    g_assert_cmpuint(problems->len, ==, 1);
}

/* ---- a folder ----------------------------------------------------------------------------------------------- */

static char *
make_folder(void)
{
    char *folder = g_dir_make_tmp("mailgw-help-XXXXXX", NULL);

    g_assert_nonnull(folder);
    return folder;
}

static void
write_file(const char *folder, const char *name, const char *content)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *above = g_path_get_dirname(path);

    g_assert_cmpint(g_mkdir_with_parents(above, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, content, -1, NULL));
}

static void
remove_folder(const char *folder)
{
    const char *argv[] = { "rm", "-r", "--", folder, NULL };

    g_assert_true(g_spawn_sync(NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
}

static void
test_folder(void)
{
    g_autofree char *folder = make_folder();
    g_autofree char *link = g_build_filename(folder, "up", NULL);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Json) found = NULL;

    write_file(folder, "b.md", HEAD "Text\n");
    write_file(folder, "en/deep/a.markdown", HEAD "Text\n");
    write_file(folder, "README", "no article");
    write_file(folder, ".git/x.md", "no article");
    write_file(folder, ".a.md.swp", "no article");
    g_assert_cmpint(symlink("..", link), ==, 0);
    found = help_folder_read(folder, NULL, problems);
    g_assert_cmpuint(problems->len, ==, 0);
    g_assert_cmpuint(json_array_size(found), ==, 2);
    assert_value(json_array_get(found, 0), "path", "b.md");
    assert_value(json_array_get(found, 1), "path", "en/deep/a.markdown");
    remove_folder(folder);
}

/* None of them is waited for, and each is told. */
static void
test_what_is_no_file(void)
{
    g_autofree char *folder = make_folder();
    g_autofree char *pipe = g_build_filename(folder, "a.md", NULL), *link = g_build_filename(folder, "b.md", NULL);
    g_autofree char *large = g_strnfill(LIMIT_HELP_FILE + 1, 'x');
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Json) found = NULL;

    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    g_assert_cmpint(symlink("nowhere", link), ==, 0);
    write_file(folder, "c.md", large);
    write_file(folder, "d.md/x.md", HEAD "Text\n");
    found = help_folder_read(folder, NULL, problems);
    g_assert_cmpuint(problems->len, ==, 3);
    for (guint i = 0; i < problems->len; i++)
        g_assert_cmpint(((char *) problems->pdata[i])[0], ==, "abc"[i]);
    g_assert_cmpuint(json_array_size(found), ==, 1);
    remove_folder(folder);
}

static void
test_no_folder(void)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Json) found = help_folder_read("/nonexistent/kb", NULL, problems);

    g_assert_cmpuint(problems->len, ==, 1);
    g_assert_cmpuint(json_array_size(found), ==, 0);
}

static void
test_language(void)
{
    static const struct { const char *text, *language; } cases[] = {
        { "en", "en" }, { "EN-gb", "en" }, { "el_GR", "el" }, { "fil", "fil" }, { "e", NULL }, { "", NULL }, { "english", NULL }, { "e1", NULL }, { "-", NULL },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *language = help_language(cases[i].text);

        g_assert_cmpstr(language, ==, cases[i].language);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(articles); i++) {
        g_autofree char *path = g_strdup_printf("/gateway/help-file/article/%s", articles[i].rule);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_article);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        g_autofree char *path = g_strdup_printf("/gateway/help-file/mistake/%s", mistakes[i].rule);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_mistake);
    }
    g_test_add_func("/gateway/help-file/nul-octet", test_nul);
    g_test_add_func("/gateway/help-file/default-language", test_default_language);
    g_test_add_func("/gateway/help-file/limits", test_limits);
    g_test_add_func("/gateway/help-file/language", test_language);
    g_test_add_func("/gateway/help-folder/what-is-read", test_folder);
    g_test_add_func("/gateway/help-folder/what-is-no-file", test_what_is_no_file);
    g_test_add_func("/gateway/help-folder/not-there", test_no_folder);
    return g_test_run();
}
