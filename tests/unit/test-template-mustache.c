/*
 * test-template-mustache.c - the specification of Mustache, case by case, where its files are present
 *
 * The core modules, inheritance and dynamic names, as JSON; lambdas are left out, because there are none here.
 */
#include <string.h>

#include "base/json.h"
#include "tap.h"
#include "template/template.h"
#include "template/value-json.h"

static const char *const modules[] = { "comments", "delimiters", "interpolation", "inverted", "partials",
                                       "sections", "~inheritance", "~dynamic-names" };

typedef struct {
    GHashTable *templates;
} Partials;

static const Template *
find(gpointer data, const char *name, gsize length)
{
    g_autofree char *key = g_strndup(name, length);

    return g_hash_table_lookup(((const Partials *) data)->templates, key);
}

static Template *
compile(const char *name, const json_t *source)
{
    g_autoptr(GPtrArray) problems = template_problems_new();
    Template *template = template_compile(name, json_string_value(source), json_string_length(source), TEMPLATE_HTML, problems);

    for (guint i = 0; i < problems->len; i++) {
        g_autofree char *text = template_problem_format(problems->pdata[i]);

        g_test_message("%s", text);
    }
    g_assert_nonnull(template);
    return template;
}

static void
test_case(gconstpointer data)
{
    json_t *test = (json_t *) data;
    Partials partials = { g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) template_free) };
    g_autoptr(Template) template = compile("template", json_object_get(test, "template"));
    g_autoptr(GError) error = NULL;
    g_autoptr(TemplateValue) values = template_value_from_json(json_object_get(test, "data"), &error);
    GString *output = g_string_new(NULL);
    const char *name;
    json_t *partial;

    g_assert_no_error(error);
    json_object_foreach (json_object_get(test, "partials"), name, partial)
        g_hash_table_insert(partials.templates, g_strdup(name), compile(name, partial));
    template_render(template, values, find, &partials, output, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(output->str, ==, json_string_value(json_object_get(test, "expected")));
    g_string_free(output, TRUE);
    g_hash_table_unref(partials.templates);
}

static guint
add_module(const char *directory, const char *module, GPtrArray *files)
{
    g_autofree char *path = g_strdup_printf("%s/%s.json", directory, module);
    json_t *file = json_load_file(path, 0, NULL), *tests = json_object_get(file, "tests"), *test;
    guint n = 0;
    gsize i;

    g_assert_nonnull(file);
    g_ptr_array_add(files, file);
    json_array_foreach (tests, i, test) {
        g_autofree char *name = g_strdup_printf("/template/mustache/%s/%02u-%s", module + (*module == '~'), ++n,
                                                json_string_value(json_object_get(test, "name")));

        g_strdelimit(name + strlen("/template/mustache/") + strlen(module) + 1 - (*module == '~'), "/", '-');
        g_test_add_data_func(name, test, test_case);
    }
    return n;
}

static void
test_all_there(gconstpointer data)
{
    g_assert_cmpuint(GPOINTER_TO_UINT(data), ==, 136);
}

static void
test_absent(void)
{
    g_test_skip("no corpora");
}

int
main(int argc, char **argv)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func((GDestroyNotify) json_decref);
    const char *corpora = g_getenv("MAILGW_CORPORA");
    g_autofree char *directory = NULL;

    tap_init(&argc, &argv);
    directory = corpora != NULL ? g_build_filename(corpora, "mustache-spec", NULL)
                                : g_test_build_filename(G_TEST_DIST, "../../shared/corpora/mustache-spec", NULL);
    if (!g_file_test(directory, G_FILE_TEST_IS_DIR)) {
        g_test_add_func("/template/mustache", test_absent);
    } else {
        guint core = 0;

        for (gsize i = 0; i < G_N_ELEMENTS(modules); i++) {
            guint n = add_module(directory, modules[i], files);

            core += *modules[i] == '~' ? 0 : n;
        }
        g_test_add_data_func("/template/mustache/core-cases", GUINT_TO_POINTER(core), test_all_there);
    }
    return g_test_run();
}
