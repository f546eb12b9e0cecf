/* Templates: whatever the bytes are, they compile or are told of with a place; and what compiles fills within its limits. */
#include "check.h"

#include <string.h>

#include "base/limits.h"
#include "template/template.h"
#include "template/value-json.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length);

static TemplateValue *values;

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *argc, G_GNUC_UNUSED char ***argv)
{
    g_autoptr(Json) json = json_loads("{\"a\": {\"b\": {\"c\": \"text <&>\"}, \"p\": \"self\"}, \"l\": [1, [2, 3], {\"a\": \"x\\ny\"}], \"t\": true,"
                                      " \"f\": false, \"n\": null, \"e\": \"\", \"v\": \"{{a}}{{>self}}\"}", 0, NULL);

    values = template_value_from_json(json, NULL);
    return 0;
}

/* A template that names a part names itself: partials call each other as deep as they may. */
static const Template *
find(gpointer data, G_GNUC_UNUSED const char *name, gsize length)
{
    g_assert(length > 0);
    return data;
}

static void
check_problems(const GPtrArray *problems, gboolean failed)
{
    g_assert(problems->len <= LIMIT_TEMPLATE_PROBLEMS);
    g_assert(failed == template_problems_are_errors(problems));
    for (guint i = 0; i < problems->len; i++) {
        g_autofree char *line = template_problem_format(problems->pdata[i]);

        g_assert(g_utf8_validate(line, -1, NULL));
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length)
{
    TemplateEscape escape = length > 0 ? (TemplateEscape) (bytes[0] % 3) : TEMPLATE_PLAIN;
    const char *text = length > 0 ? (const char *) bytes + 1 : "";
    g_autoptr(GPtrArray) problems = template_problems_new();
    g_autoptr(Template) template = template_compile("t", text, length > 0 ? length - 1 : 0, escape, problems);
    g_autoptr(GString) output = g_string_new("before");

    check_problems(problems, template == NULL);
    if (template == NULL)
        return 0;
    template_render(template, values, find, template, output, NULL);
    g_assert(output->len <= LIMIT_TEMPLATE_OUTPUT + strlen("before"));
    g_assert(g_str_has_prefix(output->str, "before"));
    return 0;
}
