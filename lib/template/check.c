#include "template/check.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "template/context.h"

typedef struct {
    const TemplateSet  *set;
    const TemplateFile *file;
    GPtrArray          *problems;
} Checking;

static void
check_use(gpointer data, TemplateUse kind, const char *name, guint line, guint column)
{
    const Checking *c = data;
    const char *nearest;

    if (kind == TEMPLATE_USES_TEMPLATE) {
        if (template_set_part(c->set, c->file->language, name, c->file->html) == NULL)
            template_problem_add(c->problems, TEMPLATE_ERROR, c->file->path, line, column, NULL, "there is no part '%s%s'", name,
                                 c->file->html ? ".html.mustache" : ".mustache");
        return;
    }
    if (template_key_is_known(name))
        return;
    nearest = template_key_nearest(name);
    template_problem_add(c->problems, TEMPLATE_ERROR, c->file->path, line, column,
                         nearest != NULL ? g_strdup_printf("did you mean '%s'?", nearest)
                                         : g_strdup("mailgw template context lists them"),
                         "nothing fills the key '%s'", name);
}

static void
check_lengths(const Checking *c, const TemplateMail *mail)
{
    glong length = g_utf8_strlen(mail->subject, -1);
    g_auto(GStrv) lines = g_strsplit(mail->text, "\n", -1);

    if (length > LIMIT_TEMPLATE_SUBJECT)
        template_problem_add(c->problems, TEMPLATE_WARNING, c->file->path, 0, 0, NULL,
                             "the subject has %ld characters, and few mail programs show more than %d", length, LIMIT_TEMPLATE_SUBJECT);
    for (guint i = 0; lines[i] != NULL; i++) {
        if (g_utf8_strlen(lines[i], -1) > LIMIT_TEMPLATE_LINE) {
            g_autofree char *begin = text_cut(lines[i], 40);

            template_problem_add(c->problems, TEMPLATE_WARNING, c->file->path, 0, 0, g_strdup_printf("break it below %d", LIMIT_TEMPLATE_LINE),
                                 "a line of the text has %ld characters: %s...", g_utf8_strlen(lines[i], -1), begin);
            return;
        }
    }
}

/* Filled with examples: what it would be like. */
static void
check_mail(const Checking *c, TemplateValue *examples)
{
    g_autoptr(GError) error = NULL;
    TemplateMail mail = { 0 };

    if (!template_set_render(c->set, c->file->name, c->file->language, NULL, examples, &mail, &error)) {
        template_problem_add(c->problems, TEMPLATE_ERROR, c->file->path, 0, 0, NULL, "%s", error->message);
        return;
    }
    if (*mail.subject == '\0')
        template_problem_add(c->problems, TEMPLATE_ERROR, c->file->path, 0, 0, NULL, "the subject is empty");
    check_lengths(c, &mail);
    template_mail_clear(&mail);
}

static void
check_languages(const TemplateSet *set, GPtrArray *problems)
{
    g_autoptr(GPtrArray) languages = template_set_languages(set);
    g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(template_set_names(set)), (GCompareFunc) strcmp);

    for (guint i = 0; i < languages->len; i++) {
        for (const GList *name = names; name != NULL; name = name->next) {
            g_autofree char *path = g_strdup_printf("%s/%s.mustache", (const char *) languages->pdata[i], (const char *) name->data);

            if (!template_set_has(set, languages->pdata[i], name->data))
                template_problem_add(problems, TEMPLATE_WARNING, path, 0, 0, NULL,
                                     "it is missing, and other languages have it: a mail in another language is sent instead");
        }
    }
}

void
template_check(const TemplateSet *set, GPtrArray *problems)
{
    g_autoptr(GPtrArray) files = template_set_files(set);
    g_autoptr(TemplateValue) examples = template_example_values();

    for (guint i = 0; i < files->len; i++) {
        Checking c = { set, files->pdata[i], problems };

        if (c.file->header != NULL)
            template_uses(c.file->header, check_use, &c);
        template_uses(c.file->body, check_use, &c);
        if (c.file->header != NULL)
            check_mail(&c, examples);
    }
    check_languages(set, problems);
}
