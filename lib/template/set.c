#include "template/set-private.h"

#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "template/context.h"
#include "template/shipped-private.h"

/* Where everything else is missing. */
#define LAST_LANGUAGE "en"

static void
set_file_free(gpointer data)
{
    SetFile *file = data;

    template_free(file->header);
    template_free(file->body);
    g_free(file->path);
    g_free(file->language);
    g_free(file->name);
    g_free(file->source);
    g_free(file);
}

void
set_add(TemplateSet *set, const char *path, const char *text, gsize length, gboolean own, GPtrArray *problems)
{
    SetFile *file = g_new0(SetFile, 1);

    file->path = g_strdup(path);
    file->source = g_strndup(text, length);    /* as many octets, also behind a NUL, which compiling refuses */
    if (!set_split_path(path, &file->language, &file->name, &file->file.html)) {
        template_problem_add(problems, TEMPLATE_WARNING, path, 0, 0, g_strdup("templates are LANGUAGE/NAME.mustache"), "this is no template");
        set_file_free(file);
        return;
    }
    file->file.path = file->path;
    file->file.language = file->language;
    file->file.name = file->name;
    file->file.source = file->source;
    file->file.own = own;
    if (set_file_compile(file, length, problems))
        g_hash_table_replace(set->files, file->path, file);
    else
        set_file_free(file);
}

static gint
by_path(gconstpointer a, gconstpointer b)
{
    const SetFile *const *left = a, *const *right = b;

    return strcmp((*left)->path, (*right)->path);
}

/* Lengths keep one text from passing for another with parts of its neighbour. */
static void
digest_text(Sha256 *digest, const char *text)
{
    guint64 size = GUINT64_TO_BE((guint64) strlen(text));

    sha256_update(digest, &size, sizeof size);
    sha256_update(digest, text, strlen(text));
}

static void
finish(TemplateSet *set)
{
    Sha256 *hash = sha256_new();
    guint8 digest[HASH_SHA256_BYTES];
    GHashTableIter iter;
    gpointer file;

    g_hash_table_iter_init(&iter, set->files);
    while (g_hash_table_iter_next(&iter, NULL, &file))
        g_ptr_array_add(set->sorted, file);
    g_ptr_array_sort(set->sorted, by_path);
    for (guint i = 0; i < set->sorted->len; i++) {
        const SetFile *at = set->sorted->pdata[i];

        digest_text(hash, at->path);
        digest_text(hash, at->source);
        if (at->header != NULL)
            g_hash_table_add(set->names, at->name);
    }
    sha256_finish(hash, digest);
    set->digest = hash_hex(digest, sizeof digest);
}

TemplateSet *
template_set_read(const char *folder, gboolean shipped, GPtrArray *problems)
{
    g_autoptr(TemplateSet) set = g_new0(TemplateSet, 1);

    set->files = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, set_file_free);
    set->sorted = g_ptr_array_new();
    set->names = g_hash_table_new(g_str_hash, g_str_equal);
    for (gsize i = 0; shipped && i < n_shipped_templates; i++)
        set_add(set, shipped_templates[i].path, shipped_templates[i].text, strlen(shipped_templates[i].text), FALSE, problems);
    if (folder != NULL && g_file_test(folder, G_FILE_TEST_IS_DIR))
        set_read_folder(set, folder, problems);
    if (template_problems_are_errors(problems))
        return NULL;
    finish(set);
    return g_steal_pointer(&set);
}

/* A mail that cannot be filled (parts that name each other without end) is told of before one has to be sent. */
static void
try_all(const TemplateSet *set, GPtrArray *problems)
{
    g_autoptr(TemplateValue) examples = template_example_values();

    for (guint i = 0; i < set->sorted->len; i++) {
        const SetFile *file = set->sorted->pdata[i];
        g_autoptr(GError) error = NULL;
        TemplateMail mail = { 0 };

        if (file->header != NULL && !template_set_render(set, file->name, file->language, NULL, examples, &mail, &error))
            template_problem_add(problems, TEMPLATE_ERROR, file->path, 0, 0, NULL, "%s", error->message);
        template_mail_clear(&mail);
    }
}

TemplateSet *
template_set_load(const char *folder, GError **error)
{
    g_autoptr(GPtrArray) problems = template_problems_new();
    g_autoptr(TemplateSet) set = template_set_read(folder, TRUE, problems);
    GString *text = g_string_new(NULL);

    if (set != NULL)
        try_all(set, problems);
    for (guint i = 0; i < problems->len; i++) {
        const TemplateProblem *problem = problems->pdata[i];
        g_autofree char *line = template_problem_format(problem);

        if (problem->severity == TEMPLATE_ERROR)
            g_string_append_printf(text, "%stemplates/%s", text->len > 0 ? "\n" : "", line);
    }
    if (text->len > 0) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "%s", text->str);
        g_clear_pointer(&set, template_set_free);
    }
    g_string_free(text, TRUE);
    return g_steal_pointer(&set);
}

void
template_set_free(TemplateSet *set)
{
    if (set == NULL)
        return;
    g_hash_table_unref(set->names);
    g_ptr_array_unref(set->sorted);
    g_hash_table_unref(set->files);
    g_free(set->digest);
    g_free(set);
}

const char *
template_set_digest(const TemplateSet *set)
{
    return set->digest;
}

GHashTable *
template_set_names(const TemplateSet *set)
{
    return set->names;
}

GPtrArray *
template_set_languages(const TemplateSet *set)
{
    GPtrArray *languages = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < set->sorted->len; i++) {
        const SetFile *file = set->sorted->pdata[i];

        if (languages->len == 0 || !g_str_equal(languages->pdata[languages->len - 1], file->language))
            g_ptr_array_add(languages, g_strdup(file->language));
    }
    return languages;
}

GPtrArray *
template_set_files(const TemplateSet *set)
{
    GPtrArray *files = g_ptr_array_sized_new(set->sorted->len);

    for (guint i = 0; i < set->sorted->len; i++)
        g_ptr_array_add(files, &((SetFile *) set->sorted->pdata[i])->file);
    return files;
}

const char *
template_shipped_text(const char *path)
{
    for (gsize i = 0; i < n_shipped_templates; i++) {
        if (g_str_equal(shipped_templates[i].path, path))
            return shipped_templates[i].text;
    }
    return NULL;
}

/* ---- finding ------------------------------------------------------------------------------------------------ */

/* Names may come from data: what does not fit is no name of ours. */
static const SetFile *
find_in(const TemplateSet *set, const char *language, gsize language_length, const char *name, gsize length, gboolean html, gboolean mail)
{
    char path[256];
    const SetFile *file;

    if (language_length + length + sizeof "/.html.mustache" > sizeof path)
        return NULL;
    g_snprintf(path, sizeof path, "%.*s/%.*s%s", (int) language_length, language, (int) length, name, html ? ".html.mustache" : ".mustache");
    file = g_hash_table_lookup(set->files, path);
    return file != NULL && (!mail || file->header != NULL) ? file : NULL;
}

/* "zh-Hant-TW", then "zh-Hant", then "zh". */
static const SetFile *
find_from(const TemplateSet *set, const char *language, const char *name, gsize length, gboolean html, gboolean mail)
{
    gsize cut = language != NULL ? strlen(language) : 0;

    while (cut > 0) {
        const SetFile *file = find_in(set, language, cut, name, length, html, mail);

        if (file != NULL)
            return file;
        do
            cut--;
        while (cut > 0 && language[cut] != '-');
    }
    return NULL;
}

const SetFile *
set_find(const TemplateSet *set, const char *language, const char *fallback, const char *name, gsize length, gboolean html, gboolean mail)
{
    const SetFile *file = find_from(set, language, name, length, html, mail);

    if (file == NULL)
        file = find_from(set, fallback, name, length, html, mail);
    return file != NULL ? file : find_from(set, LAST_LANGUAGE, name, length, html, mail);
}

gboolean
template_set_has(const TemplateSet *set, const char *language, const char *name)
{
    return find_in(set, language, strlen(language), name, strlen(name), FALSE, TRUE) != NULL;
}

const char *
template_set_language(const TemplateSet *set, const char *name, const char *language, const char *fallback)
{
    const SetFile *file = set_find(set, language, fallback, name, strlen(name), FALSE, TRUE);

    return file != NULL ? file->language : NULL;
}

const TemplateFile *
template_set_part(const TemplateSet *set, const char *language, const char *name, gboolean html)
{
    const SetFile *file = set_find(set, language, NULL, name, strlen(name), html, FALSE);

    return file != NULL ? &file->file : NULL;
}

/* ---- filling ------------------------------------------------------------------------------------------------ */

typedef struct {
    const TemplateSet *set;
    const char        *language, *fallback;
    gboolean           html;
} Finding;

static const Template *
find_part(gpointer data, const char *name, gsize length)
{
    const Finding *finding = data;
    const SetFile *file = set_find(finding->set, finding->language, finding->fallback, name, length, finding->html, FALSE);

    return file != NULL ? file->body : NULL;
}

static char *
fill(const Template *template, const TemplateValue *values, Finding *finding, GError **error)
{
    GString *output = g_string_sized_new(2048);

    if (template_render(template, values, find_part, finding, output, error))
        return g_string_free(output, FALSE);
    g_string_free(output, TRUE);
    return NULL;
}

/* What the values and the parts of a Subject made of it: still one line. */
static char *
subject_of(const char *headers)
{
    return text_fold_space(headers + strlen("Subject:"));
}

gboolean
template_set_render(const TemplateSet *set, const char *name, const char *language, const char *fallback, TemplateValue *values,
                    TemplateMail *mail_out, GError **error)
{
    const SetFile *file = set_find(set, language, fallback, name, strlen(name), FALSE, TRUE);
    Finding finding = { set, file != NULL ? file->language : NULL, fallback, FALSE };
    const SetFile *html = file != NULL ? find_in(set, file->language, strlen(file->language), name, strlen(name), TRUE, FALSE) : NULL;
    g_autofree char *headers = NULL;
    TemplateMail mail = { 0 };

    if (file == NULL) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "there is no template '%s'", name);
        return FALSE;
    }
    if (template_value_is_object(values))
        template_set_text(values, "language", file->language);
    headers = fill(file->header, values, &finding, error);
    mail.text = headers != NULL ? fill(file->body, values, &finding, error) : NULL;
    if (mail.text != NULL && html != NULL && html->file.own == file->file.own) {
        finding.html = TRUE;
        mail.html = fill(html->body, values, &finding, error);
        if (mail.html == NULL)
            g_clear_pointer(&mail.text, g_free);
    }
    if (mail.text == NULL)
        return FALSE;
    mail.subject = subject_of(headers);
    mail.language = g_strdup(file->language);
    *mail_out = mail;
    return TRUE;
}

void
template_mail_clear(TemplateMail *mail)
{
    g_clear_pointer(&mail->language, g_free);
    g_clear_pointer(&mail->subject, g_free);
    g_clear_pointer(&mail->text, g_free);
    g_clear_pointer(&mail->html, g_free);
}
