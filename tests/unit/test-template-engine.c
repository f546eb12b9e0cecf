/*
 * test-template-engine.c - templates beyond the specification: problems with their places, limits, headers, blocks of whole lines
 */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "tap.h"
#include "template/template.h"
#include "template/value-json.h"

typedef struct {
    const char *name;
    const char *source;
    const char *problems;      /* as they are printed, joined by LF */
} Mistake;

static const Mistake mistakes[] = {
    { "tag-without-end", "Hello\n  {{name", "t:2:3: error: a tag is never closed (write '}}')" },
    { "triple-without-end", "{{{name}}", "t:1:1: error: a tag is never closed (write '}}}')" },
    { "delimiters-without-end", "{{=<% %>}}", "t:1:1: error: a tag is never closed (write '=}}')" },
    { "delimiters-of-one-word", "{{=<%=}}", "t:1:1: error: delimiters are set wrongly (write two words without '=', like '{{=<% %>=}}')" },
    { "delimiters-of-three-words", "{{=a b c=}}", "t:1:1: error: delimiters are set wrongly (write two words without '=', like '{{=<% %>=}}')" },
    { "section-without-end", "a\n{{#ticket}}\nb", "t:2:1: error: '{{#ticket}}' is never closed (write '{{/ticket}}')" },
    { "end-without-section", "{{/ticket}}", "t:1:1: error: '{{/ticket}}' closes what is not open" },
    { "end-of-another", "{{#a}}{{/b}}{{/a}}", "t:1:7: error: '{{/b}}' closes what is not open (write '{{/a}}')" },
    { "end-of-an-outer-one", "{{#a}}{{^b}}{{/a}}", "t:1:7: error: '{{^b}}' is never closed (write '{{/b}}')" },
    { "two-mistakes", "{{#a}}\n{{$b}}", "t:1:1: error: '{{#a}}' is never closed (write '{{/a}}')\n"
                                        "t:2:1: error: '{{$b}}' is never closed (write '{{/b}}')" },
    { "no-name", "{{}}", "t:1:1: error: a tag has no name" },
    { "no-name-of-a-section", "{{# }}{{/ }}", "t:1:1: error: a tag has no name\nt:1:7: error: a tag has no name" },
    { "blank-in-a-name", "{{your name}}", "t:1:1: error: a name cannot hold blanks: 'your name'" },
    { "dot-at-the-end", "{{ticket.}}", "t:1:1: error: 'ticket.' is not a name (names are joined by single dots, like 'ticket.subject')" },
    { "two-dots", "{{a..b}}", "t:1:1: error: 'a..b' is not a name (names are joined by single dots, like 'ticket.subject')" },
    { "columns-are-characters", "\316\261\316\262 {{}}", "t:1:4: error: a tag has no name" },
    { "bytes-that-are-no-text", "ok\n\xff", "t:2:1: error: this is not UTF-8 text (save the file as UTF-8)" },
    { "long-name-is-cut-between-characters", "{{#xαααααααααααααααααααααααααααααααααααααααα}}", "t:1:1: error: '{{#xααααααααααααααααααααααααααααα}}' is never closed (write '{{/xααααααααααααααααααααααααααααα}}')" },
    { "parent-without-end", "{{<*layout}}", "t:1:1: error: '{{<*layout}}' is never closed (write '{{/*layout}}')" },
};

static void
test_mistake(gconstpointer data)
{
    const Mistake *mistake = data;
    g_autoptr(GPtrArray) problems = template_problems_new();
    GString *told = g_string_new(NULL);

    g_assert_null(template_compile("t", mistake->source, strlen(mistake->source), TEMPLATE_PLAIN, problems));
    for (guint i = 0; i < problems->len; i++) {
        g_autofree char *line = template_problem_format(problems->pdata[i]);

        g_string_append_printf(told, "%s%s", i > 0 ? "\n" : "", line);
    }
    g_assert_cmpstr(told->str, ==, mistake->problems);
    g_string_free(told, TRUE);
}

/* ---- rendering ---------------------------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    TemplateEscape escape;
    const char *source, *data;
    const char *partial;        /* of the name "p"; NULL: none */
    const char *expected;
} Case;

static const Case cases[] = {
    { "value-is-never-a-template", TEMPLATE_PLAIN, "{{a}}", "{\"a\": \"{{b}}{{>p}}\", \"b\": \"x\"}", "y", "{{b}}{{>p}}" },
    { "plain-text-is-not-escaped", TEMPLATE_PLAIN, "{{a}}", "{\"a\": \"<b> & 'c'\"}", NULL, "<b> & 'c'" },
    { "html-escapes-both-quotes", TEMPLATE_HTML, "<a title='{{a}}'>", "{\"a\": \"'\\\"\"}", NULL, "<a title='&#39;&quot;'>" },
    { "header-value-stays-on-its-line", TEMPLATE_HEADER, "Subject: {{a}}\n", "{\"a\": \"x\\r\\nBcc: y\\u0000z\"}", NULL, "Subject: x  Bcc: y\n" },
    { "empty-text-is-false", TEMPLATE_PLAIN, "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\": \"\"}", NULL, "no" },
    { "zero-is-a-value", TEMPLATE_PLAIN, "{{#a}}{{.}}{{/a}}", "{\"a\": 0}", NULL, "0" },
    { "object-prints-nothing", TEMPLATE_PLAIN, "[{{a}}]", "{\"a\": {\"b\": 1}}", NULL, "[]" },
    { "real-is-the-shortest", TEMPLATE_PLAIN, "{{a}} {{b}}", "{\"a\": 0.1, \"b\": 1e21}", NULL, "0.1 1e+21" },
    { "parent-with-text-inside-stands-alone", TEMPLATE_PLAIN, "a\n  {{<p}} ignored {{$x}}X{{/x}} {{/p}}\nb\n", "{}", "[{{$x}}{{/x}}]\n",
      "a\n  [X]\nb\n" },
    { "default-of-a-block-stays-as-it-is", TEMPLATE_PLAIN, "a\n  {{$x}}\n    one\n\n      two\n  {{/x}}\nb\n", "{}", NULL,
      "a\n    one\n\n      two\nb\n" },
    { "default-of-a-block-in-a-line-stays", TEMPLATE_PLAIN, "  {{$x}}one\n    two{{/x}}\n", "{}", NULL, "  one\n    two\n" },
    { "two-blocks-of-a-parent", TEMPLATE_PLAIN, "{{<p}}\n{{$a}}\nA\n{{/a}}\n{{$b}}\nB\n{{/b}}\n{{/p}}\n", "{}",
      "-\n  {{$a}}\n  {{/a}}\n{{$b}}\n{{/b}}\n", "-\n  A\nB\n" },
    { "section-inside-a-block", TEMPLATE_PLAIN, "{{<p}}\n{{$a}}\n  {{#l}}\n  - {{.}}\n  {{/l}}\n{{/a}}\n{{/p}}\n", "{\"l\": [1, 2]}",
      "{{$a}}\n{{/a}}\n", "- 1\n- 2\n" },
    { "partial-in-a-line-inside-an-indented-one", TEMPLATE_PLAIN, " {{>p}}\n", "{\"s\": {\"t\": 1}}", "x {{#s}}{{^u}}y{{/u}}{{/s}}\nz\n", " x y\n z\n" },
    { "dynamic-name-of-a-parent", TEMPLATE_PLAIN, "{{<*n}}{{$a}}1{{/a}}{{/*n}}", "{\"n\": \"p\"}", "<{{$a}}0{{/a}}>", "<1>" },
    { "nothing", TEMPLATE_PLAIN, "", "{}", NULL, "" },
};

typedef struct {
    Template *partial;
} Partials;

static const Template *
find(gpointer data, const char *name, gsize length)
{
    return length == 1 && *name == 'p' ? ((const Partials *) data)->partial : NULL;
}

static Template *
compile(const char *source, TemplateEscape escape)
{
    g_autoptr(GPtrArray) problems = template_problems_new();
    Template *template = template_compile("t", source, strlen(source), escape, problems);

    g_assert_cmpuint(problems->len, ==, 0);
    g_assert_nonnull(template);
    return template;
}

static TemplateValue *
values_of(const char *json)
{
    g_autoptr(Json) parsed = json_loads(json, JSON_ALLOW_NUL, NULL);

    g_assert_nonnull(parsed);
    return template_value_from_json(parsed, NULL);
}

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(Template) template = compile(c->source, c->escape);
    g_autoptr(Template) partial = c->partial != NULL ? compile(c->partial, c->escape) : NULL;
    g_autoptr(TemplateValue) values = values_of(c->data);
    Partials partials = { partial };
    GString *output = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    template_render(template, values, find, &partials, output, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(output->str, ==, c->expected);
    g_string_free(output, TRUE);
}

/* ---- limits ------------------------------------------------------------------------------------------------- */

static void
expect_limit(const char *source, const char *partial_source, const TemplateValue *values, const char *words)
{
    g_autoptr(Template) template = compile(source, TEMPLATE_PLAIN);
    g_autoptr(Template) partial = compile(partial_source, TEMPLATE_PLAIN);
    Partials partials = { partial };
    GString *output = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    g_assert_false(template_render(template, values, find, &partials, output, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_LIMIT);
    g_assert_nonnull(strstr(error->message, words));
    g_assert_cmpuint(output->len, <=, LIMIT_TEMPLATE_OUTPUT);
    g_string_free(output, TRUE);
}

static void
test_endless_partial(void)
{
    g_autoptr(TemplateValue) values = values_of("{\"a\": 1}");

    expect_limit("{{>p}}", "x\n{{>p}}", values, "deeper");
    expect_limit("{{<p}}{{$b}}{{<p}}{{/p}}{{/b}}{{/p}}", "{{$b}}{{/b}}", values, "deeper");
    expect_limit("{{>p}}", "{{#a}}{{>p}}{{/a}}", values, "deeper");
}

static void
test_output(void)
{
    g_autofree char *large = g_strnfill(LIMIT_TEMPLATE_OUTPUT, 'x');
    g_autoptr(TemplateValue) values = template_object();
    g_autoptr(Template) fits = compile("{{a}}", TEMPLATE_PLAIN);
    GString *output = g_string_new("before");

    template_set_text(values, "a", large);
    g_assert_true(template_render(fits, values, NULL, NULL, output, NULL));
    g_assert_cmpuint(output->len, ==, LIMIT_TEMPLATE_OUTPUT + 6);
    g_string_free(output, TRUE);
    expect_limit("{{a}}.", "", values, "t:1:6: the text grows beyond");
    expect_limit("{{a}}{{b}}{{a}}", "", values, "t:1:11: the text grows beyond");
}

/* Lists in lists multiply without writing anything. */
static void
test_steps(void)
{
    g_autoptr(TemplateValue) values = template_object();
    TemplateValue *list = template_list();

    for (int i = 0; i < 100; i++)
        template_list_add(list, template_text("x"));
    template_set(values, "l", list);
    expect_limit("{{#l}}{{#l}}{{#l}}{{#l}}{{^l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}", "", values, "too many steps");
}

static void
test_nesting(void)
{
    GString *source = g_string_new(NULL);
    g_autoptr(GPtrArray) problems = template_problems_new();

    for (int i = 0; i < LIMIT_TEMPLATE_NESTING + 1; i++)
        g_string_append(source, "{{#a}}");
    g_assert_null(template_compile("t", source->str, source->len, TEMPLATE_PLAIN, problems));
    g_assert_cmpuint(problems->len, ==, 1);
    g_string_free(source, TRUE);
}

/* As many problems as a person reads; and their number does not make the run long. */
static void
test_many_problems(void)
{
    GString *source = g_string_new(NULL);
    g_autoptr(GPtrArray) problems = template_problems_new();

    while (source->len < LIMIT_TEMPLATE_SOURCE - 10)
        g_string_append(source, "{{/a}}");
    g_assert_null(template_compile("t", source->str, source->len, TEMPLATE_PLAIN, problems));
    g_assert_cmpuint(problems->len, ==, LIMIT_TEMPLATE_PROBLEMS);
    g_string_append(source, "0123456789");
    g_assert_null(template_compile("t", source->str, source->len, TEMPLATE_PLAIN, problems));
    g_string_free(source, TRUE);
}

static void
test_deep_data(void)
{
    GString *json = g_string_new(NULL);
    g_autoptr(Json) parsed = NULL;
    g_autoptr(GError) error = NULL;

    for (int i = 0; i < LIMIT_TEMPLATE_DATA + 2; i++)
        g_string_append_c(json, '[');
    for (int i = 0; i < LIMIT_TEMPLATE_DATA + 2; i++)
        g_string_append_c(json, ']');
    parsed = json_loads(json->str, 0, NULL);
    g_assert_null(template_value_from_json(parsed, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_LIMIT);
    g_string_free(json, TRUE);
}

static void
test_values(void)
{
    g_autoptr(TemplateValue) root = template_object();
    gsize length;

    for (int i = 0; i < 100; i++) {
        g_autofree char *key = g_strdup_printf("many.k%d", i);

        template_set_text(root, key, key);
    }
    template_set_text(root, "many.k7", "seven");
    template_set_text(root, "none", NULL);
    g_assert_cmpstr(template_value_text(template_value_at(root, "many.k7"), &length), ==, "seven");
    g_assert_cmpstr(template_value_text(template_value_at(root, "many.k99"), &length), ==, "many.k99");
    g_assert_null(template_value_at(root, "none"));
    g_assert_null(template_value_at(root, "many.k7.x"));
    template_set_text(root, "many.k7.x", "deeper");
    g_assert_cmpstr(template_value_text(template_value_at(root, "many.k7.x"), &length), ==, "deeper");
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        g_autofree char *path = g_strdup_printf("/template/mistakes/%s", mistakes[i].name);

        g_test_add_data_func(path, &mistakes[i], test_mistake);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/template/render/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/template/limits/endless-partial", test_endless_partial);
    g_test_add_func("/template/limits/output", test_output);
    g_test_add_func("/template/limits/steps", test_steps);
    g_test_add_func("/template/limits/nesting", test_nesting);
    g_test_add_func("/template/limits/problems", test_many_problems);
    g_test_add_func("/template/limits/data", test_deep_data);
    g_test_add_func("/template/values/by-path", test_values);
    return g_test_run();
}
