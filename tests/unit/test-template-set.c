/*
 * test-template-set.c - templates of several languages, ours and an organisation's, and what is told of them
 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/io.h"
#include "tap.h"
#include "template/check.h"
#include "template/context.h"
#include "template/set.h"

typedef struct {
    char      *folder;
    GPtrArray *problems;
} Place;

static void
setup(Place *place, G_GNUC_UNUSED gconstpointer data)
{
    place->folder = g_dir_make_tmp("mailgw-templates-XXXXXX", NULL);
    place->problems = template_problems_new();
}

static void
teardown(Place *place, G_GNUC_UNUSED gconstpointer data)
{
    g_assert_true(io_remove_tree(place->folder, NULL));
    g_free(place->folder);
    g_ptr_array_unref(place->problems);
}

static void
write_file(const Place *place, const char *path, const char *text)
{
    g_autofree char *full = g_build_filename(place->folder, path, NULL), *parent = g_path_get_dirname(full);

    g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
    g_assert_true(g_file_set_contents(full, text, -1, NULL));
}

static void
assert_told(const Place *place, const char *problem)
{
    for (guint i = 0; i < place->problems->len; i++) {
        g_autofree char *line = template_problem_format(place->problems->pdata[i]);

        if (g_str_equal(line, problem))
            return;
        g_test_message("%s", line);
    }
    g_error("nobody said: %s", problem);
}

static char *
text_of(const TemplateSet *set, const char *name, const char *language, const char *fallback, char **html_out)
{
    g_autoptr(TemplateValue) values = template_example_values();
    TemplateMail mail = { 0 };
    char *text;

    g_assert_true(template_set_render(set, name, language, fallback, values, &mail, NULL));
    text = g_strdup_printf("%s|%s", mail.subject, mail.text);
    if (html_out != NULL)
        *html_out = g_steal_pointer(&mail.html);
    template_mail_clear(&mail);
    return text;
}

static void
assert_text(const TemplateSet *set, const char *name, const char *language, const char *fallback, const char *expected)
{
    g_autofree char *text = text_of(set, name, language, fallback, NULL);

    g_assert_cmpstr(text, ==, expected);
}

/* ---- ours --------------------------------------------------------------------------------------------------- */

/* What we ship has nothing that a check could tell of: no unknown key, no missing part, no mail that a language lacks. */
static void
test_shipped(Place *place, G_GNUC_UNUSED gconstpointer data)
{
    static const char *const languages[] = { "be", "de", "el", "en", "pl", "ru" };
    static const char *const names[] = { "acknowledge", "acknowledge-out-of-hours", "follow-up", "reopened", "closed", "refused" };
    g_autoptr(TemplateSet) set = template_set_read(NULL, TRUE, place->problems);

    g_assert_nonnull(set);
    template_check(set, place->problems);
    g_assert_cmpuint(place->problems->len, ==, 0);
    for (gsize l = 0; l < G_N_ELEMENTS(languages); l++) {
        for (gsize n = 0; n < G_N_ELEMENTS(names); n++) {
            g_autofree char *html = NULL, *text = text_of(set, names[n], languages[l], NULL, &html);

            g_assert_true(template_set_has(set, languages[l], names[n]));
            g_assert_nonnull(html);
            /* A link to a help article is followed by a person; nothing is fetched to show the mail. */
            for (const char *at = strstr(html, "http"); at != NULL; at = strstr(at + 1, "http"))
                g_assert_true(at - html > 9 && g_str_has_prefix(at - 9, "<a href=\"http"));
            g_assert_null(strstr(html, "src="));
            g_assert_null(strstr(text, "{{"));
        }
    }
}

/* Without anything that may be unknown they still read as sentences: no empty lines in a row, no blank before a mark. */
static void
test_shipped_bare(Place *place, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(TemplateSet) set = template_set_read(NULL, TRUE, place->problems);
    g_autoptr(GPtrArray) files = template_set_files(set);

    for (guint i = 0; i < files->len; i++) {
        const TemplateFile *file = files->pdata[i];
        g_autoptr(TemplateValue) values = template_object();
        TemplateMail mail = { 0 };

        if (file->header == NULL)
            continue;
        template_set_text(values, "ticket.reference", "7");
        template_set_text(values, "desk.name", "Desk");
        g_assert_true(template_set_render(set, file->name, file->language, NULL, values, &mail, NULL));
        g_assert_null(strstr(mail.text, "\n\n\n"));
        g_assert_null(strstr(mail.text, " ,"));
        g_assert_null(strstr(mail.text, " !"));
        g_assert_cmpstr(mail.subject, !=, "Auto:");
        g_assert_true(g_str_has_suffix(mail.text, "\n-- \nDesk\n"));
        template_mail_clear(&mail);
    }
}

/* ---- an organisation's -------------------------------------------------------------------------------------- */

static void
test_languages(Place *place, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(TemplateSet) set = NULL;

    write_file(place, "en/x.mustache", "Subject: S\n\nenglish {{language}}");
    write_file(place, "el/x.mustache", "Subject: S\n\ngreek {{>part}}");
    write_file(place, "zh-Hant/x.mustache", "Subject: S\n\nchinese {{language}}");
    write_file(place, "en/part.mustache", "(english part)");
    set = template_set_read(place->folder, FALSE, place->problems);
    assert_text(set, "x", "el-GR", NULL, "S|greek (english part)");
    assert_text(set, "x", "zh-Hant-TW", NULL, "S|chinese zh-Hant");
    assert_text(set, "x", "fr", "el", "S|greek (english part)");
    assert_text(set, "x", "fr", "nl", "S|english en");
    assert_text(set, "x", NULL, NULL, "S|english en");
    assert_text(set, "x", "../el", NULL, "S|english en");
}

/* HTML of ours says something else than the text of somebody else. */
static void
test_own_text_without_our_html(Place *place, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(TemplateSet) set = NULL;
    g_autofree char *html = NULL, *text = NULL, *other = NULL;

    write_file(place, "de/acknowledge.mustache", "Subject: Danke\n\nDanke.\n");
    set = template_set_read(place->folder, TRUE, place->problems);
    text = text_of(set, "acknowledge", "de", NULL, &html);
    g_assert_cmpstr(text, ==, "Danke|Danke.\n");
    g_assert_null(html);
    other = text_of(set, "closed", "de", NULL, &html);
    g_assert_nonnull(html);
}

static void
test_mistakes(Place *place, G_GNUC_UNUSED gconstpointer data)
{
    write_file(place, "en/a.mustache", "{{! note }}\nSubject: {{#x}}\n\ntext\n");
    write_file(place, "en/b.mustache", "Subject: b\nBcc: c@d.example\n\ntext {{/y}}\n");
    write_file(place, "en/c.mustache", "Subject: c\n\nline\n{{#z}}\n");
    write_file(place, "en/d.html.mustache", "{{nul");
    g_assert_null(template_set_read(place->folder, FALSE, place->problems));
    assert_told(place, "en/a.mustache:2:10: error: '{{#x}}' is never closed (write '{{/x}}')");
    assert_told(place, "en/b.mustache:2:1: error: only 'Subject: ...' can stand before the text (the text begins behind an empty line)");
    assert_told(place, "en/c.mustache:4:1: error: '{{#z}}' is never closed (write '{{/z}}')");
    assert_told(place, "en/d.html.mustache:1:1: error: a tag is never closed (write '}}')");
}

static void
test_check(Place *place, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(TemplateSet) set = NULL;

    write_file(place, "en/a.mustache", "Subject: a\n\n{{ticket.refrence}} {{#ticket}}{{reference}}{{/ticket}} {{secret}}\n{{>nowhere}}\n");
    write_file(place, "el/b.mustache", "Subject: {{^ticket}}x{{/ticket}}\n\ntext\n");
    set = template_set_read(place->folder, FALSE, place->problems);
    template_check(set, place->problems);
    assert_told(place, "en/a.mustache:3:1: error: nothing fills the key 'ticket.refrence' (did you mean 'ticket.reference'?)");
    assert_told(place, "en/a.mustache:3:57: error: nothing fills the key 'secret' (mailgw template context lists them)");
    assert_told(place, "en/a.mustache:4:1: error: there is no part 'nowhere.mustache'");
    assert_told(place, "el/b.mustache: error: the subject is empty");
    assert_told(place, "el/a.mustache: warning: it is missing, and other languages have it: a mail in another language is sent instead");
    g_assert_cmpuint(place->problems->len, ==, 6);
}

/* A set that cannot fill a mail is not taken; who has a good one keeps it. */
static void
test_endless(Place *place, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    write_file(place, "en/a.mustache", "Subject: a\n\n{{>p}}");
    write_file(place, "en/p.mustache", "{{>p}}");
    g_assert_null(template_set_load(place->folder, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    g_assert_true(g_str_has_prefix(error->message, "templates/en/a.mustache: error: en/p.mustache:1:1: templates go deeper than"));
}

static void
test_digest(Place *place, G_GNUC_UNUSED gconstpointer data)
{
    g_autoptr(TemplateSet) ours = template_set_load(NULL, NULL), same = template_set_load(place->folder, NULL), other = NULL;

    write_file(place, "en/a.mustache", "Subject: a\n\nb");
    other = template_set_load(place->folder, NULL);
    g_assert_cmpstr(template_set_digest(ours), ==, template_set_digest(same));
    g_assert_cmpstr(template_set_digest(ours), !=, template_set_digest(other));
    g_assert_true(g_hash_table_contains(template_set_names(other), "a"));
    g_assert_false(g_hash_table_contains(template_set_names(other), "signature"));
}

/* One list: the manual page has each key with its meaning and example. */
static void
test_manual(Place *place, G_GNUC_UNUSED gconstpointer data)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "../doc/mailgw-template.1", NULL), *file = NULL, *page = NULL;
    g_auto(GStrv) parts = NULL;
    const char *at;
    gsize n = 0;

    g_assert_nonnull(place);
    g_assert_true(g_file_get_contents(path, &file, NULL, NULL));
    /* What keeps a word from being a macro is not printed. */
    parts = g_strsplit(file, "\\&", -1);
    page = g_strjoinv(NULL, parts);
    for (gsize i = 0; i < n_template_keys; i++) {
        const TemplateKey *key = &template_keys[i];
        g_autofree char *example = key->example != NULL ? g_strdup_printf("Example:\n.Qq %s\n", key->example) : g_strdup("");
        g_autofree char *entry = g_strdup_printf(".It Li %s\n%c%s.\n%s", key->key, g_ascii_toupper(key->meaning[0]), key->meaning + 1, example);

        if (strstr(page, entry) == NULL)
            g_error("doc/mailgw-template.1 does not say:\n%s", entry);
    }
    for (at = strstr(page, ".Sh KEYS"); (at = strstr(at + 1, "\nExample:\n")) != NULL;)
        n++;
    for (gsize i = 0; i < n_template_keys; i++)
        n += template_keys[i].example == NULL;
    g_assert_cmpuint(n, ==, n_template_keys);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
#define ADD(path, test) g_test_add("/template/set/" path, Place, NULL, setup, test, teardown)
    ADD("shipped", test_shipped);
    ADD("shipped-with-nothing-known", test_shipped_bare);
    ADD("languages-fall-back", test_languages);
    ADD("own-text-without-our-html", test_own_text_without_our_html);
    ADD("mistakes", test_mistakes);
    ADD("check", test_check);
    ADD("endless", test_endless);
    ADD("digest", test_digest);
    ADD("manual", test_manual);
    return g_test_run();
}
