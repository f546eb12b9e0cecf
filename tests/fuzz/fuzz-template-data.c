/* Rendering over random data: JSON fills templates of every kind; a value stays on its line in a header, and is never read as a template. */
#include "check.h"

#include <string.h>

#include "base/limits.h"
#include "template/template.h"
#include "template/value-json.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length);

static Template *plain, *html, *header;

static Template *
compile(const char *text, TemplateEscape escape)
{
    g_autoptr(GPtrArray) problems = template_problems_new();
    Template *template = template_compile("t", text, strlen(text), escape, problems);

    g_assert(template != NULL);
    return template;
}

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *argc, G_GNUC_UNUSED char ***argv)
{
    plain = compile("{{.}}{{#a}}{{b}}{{a}}{{#l}}\n  {{>*p}}\n{{/l}}{{/a}}{{^a}}{{a.b.c}}{{/a}}{{#.}}{{.}}{{>p}}{{/.}}", TEMPLATE_PLAIN);
    html = compile("{{.}}{{a}}{{b}}{{#l}}{{.}}{{/l}}", TEMPLATE_HTML);
    header = compile("Subject: {{a}}{{#l}}{{.}}{{/l}}{{.}}", TEMPLATE_HEADER);
    return 0;
}

static const Template *
find(G_GNUC_UNUSED gpointer data, G_GNUC_UNUSED const char *name, G_GNUC_UNUSED gsize length)
{
    return plain;
}

static char *
fill(const Template *template, const TemplateValue *values)
{
    GString *output = g_string_new(NULL);

    template_render(template, values, find, NULL, output, NULL);
    g_assert(output->len <= LIMIT_TEMPLATE_OUTPUT);
    return g_string_free(output, FALSE);
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length)
{
    g_autoptr(Json) json = json_loadb((const char *) bytes, length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    g_autoptr(TemplateValue) values = json != NULL ? template_value_from_json(json, NULL) : NULL;
    g_autofree char *text = NULL, *marked = NULL, *line = NULL;

    if (values == NULL)
        return 0;
    text = fill(plain, values);
    marked = fill(html, values);
    g_assert(strpbrk(marked, "<>\"'") == NULL);
    line = fill(header, values);
    for (const char *p = line; *p != '\0'; p++)
        g_assert((guchar) *p >= ' ' && *p != 0x7f);
    return 0;
}
