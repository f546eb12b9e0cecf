#include "sieve/checker-private.h"

#include <string.h>

#include "base/limits.h"
#include "sieve/chains-private.h"
#include "sieve/reach-private.h"
#include "sieve/registry-private.h"

gboolean
checker_has(const Checker *checker, const char *extension)
{
    return g_hash_table_contains(checker->script->required, extension);
}

/* TRUE if it cannot be had here. *hint_out is what could be done about it, if that is known. */
static gboolean
is_absent(const Checker *checker, const char *name, char **hint_out)
{
    gpointer key, hint;

    if (checker->host->absent == NULL || !g_hash_table_lookup_extended(checker->host->absent, name, &key, &hint))
        return FALSE;
    *hint_out = hint != key ? g_strdup(hint) : NULL;
    return TRUE;
}

void
checker_require(Checker *checker, const char *name, SievePlace place)
{
    const Extension *extension = registry_extension(name);
    char *hint;

    if (extension != NULL && is_absent(checker, name, &hint)) {
        sieve_error(checker->problems, place, hint, "the extension '%s' cannot be had in the gateway", name);
        return;
    }
    if (extension == NULL || (extension->testsuite && !checker->host->testsuite)) {
        sieve_error(checker->problems, place,
                    extension != NULL ? g_strdup("it is for .svtest files") : sieve_hint_word(name, registry_extension_names()),
                    "the extension '%s' is not known here", name);
        return;
    }
    g_hash_table_add(checker->script->required, g_strdup(extension->name));
    if (extension->implies != NULL)
        g_hash_table_add(checker->script->required, g_strdup(extension->implies));
}

guint
checker_emit(Checker *checker, StepKind kind, Call *call)
{
    Step step = { .kind = kind, .call = call, .rule = checker->rule };

    g_array_append_val(checker->script->steps, step);
    return checker->script->steps->len - 1;
}

guint
checker_here(const Checker *checker)
{
    return checker->script->steps->len;
}

GArray *
patches_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(guint));
}

/* A patch is twice the step's number, plus one for its if_false. */
static void
add_patch(GArray *patches, guint step, guint false_side)
{
    guint patch = 2 * step + false_side;

    g_array_append_val(patches, patch);
}

void
checker_patch_true(G_GNUC_UNUSED Checker *checker, guint step, GArray *patches)
{
    add_patch(patches, step, 0);
}

void
checker_patch_false(G_GNUC_UNUSED Checker *checker, guint step, GArray *patches)
{
    add_patch(patches, step, 1);
}

void
checker_land(Checker *checker, GArray *patches)
{
    guint here = checker_here(checker);

    for (guint i = 0; i < patches->len; i++) {
        guint patch = g_array_index(patches, guint, i);
        Step *step = &g_array_index(checker->script->steps, Step, patch / 2);

        if (patch % 2 == 0)
            step->if_true = here;
        else
            step->if_false = here;
    }
    g_array_set_size(patches, 0);
}

/* The definition a node names, as a command or as a test; NULL if it has none that may stand here (told). */
static const Definition *
find(Checker *checker, const Node *node, gboolean test)
{
    gboolean testsuite = checker->host->testsuite;
    const Definition *found = test ? registry_test(node->name, testsuite) : registry_command(node->name, testsuite);
    const char *what = test ? "test" : "command";
    char *hint;

    if (found == NULL) {
        const Definition *other = test ? registry_command(node->name, testsuite) : registry_test(node->name, testsuite);

        if (other != NULL)
            sieve_error(checker->problems, node->place, NULL, "'%s' is a %s, and a %s is expected here", node->name,
                        test ? "command" : "test", what);
        else
            sieve_error(checker->problems, node->place,
                        sieve_hint_word(node->name, test ? registry_test_names(checker->host->testsuite) : registry_command_names(checker->host->testsuite)),
                        "unknown %s '%s'", what, node->name);
        return NULL;
    }
    if (found->extension != NULL && !checker_has(checker, found->extension)) {
        sieve_error(checker->problems, node->place,
                    g_strdup_printf("begin the script with: require \"%s\";", found->extension),
                    "the %s '%s' belongs to an extension that is not required", what, node->name);
        return NULL;
    }
    if (is_absent(checker, found->name, &hint)) {
        sieve_error(checker->problems, node->place, hint, "the %s '%s' cannot be carried out here", what, node->name);
        return NULL;
    }
    return found;
}

/* What reads like a test is the next command, behind a ";" or "{" that was forgotten. */
static gboolean
tell_forgotten(Checker *checker, const Definition *definition, const Node *node)
{
    const Node *next = node->tests->len == 1 && !node->test_list ? node->tests->pdata[0] : NULL;

    if (next == NULL || registry_command(next->name, checker->host->testsuite) == NULL)
        return FALSE;
    sieve_error(checker->problems, next->place, NULL, "%s expected before '%s'", definition->test != NULL ? "'{'" : "';'",
                next->name);
    return TRUE;
}

/* "header contains": what reads like a test is a tag whose colon was forgotten. */
static char *
hint_colon(const Node *node)
{
    static const char *const tags[] = {
        "is", "contains", "matches", "regex", "count", "value", "list", "comparator", "index", "mime", "all", "localpart", "domain", "user",
        "detail", "over", "under", "raw", "content", "text", "copy", NULL,
    };
    const char *word = ((const Node *) node->tests->pdata[0])->name;

    return g_strv_contains(tags, word) ? g_strdup_printf("did you mean ':%s'?", word) : NULL;
}

/* How many tests and what kind of end a command has. */
static gboolean
check_shape(Checker *checker, const Definition *definition, const Node *node)
{
    const char *name = node->name;
    guint errors = checker->problems->errors;

    if (definition->tests == TESTS_NONE && node->tests->len > 0 && tell_forgotten(checker, definition, node))
        return FALSE;
    if (definition->tests == TESTS_NONE && node->tests->len > 0)
        sieve_error(checker->problems, node->place, hint_colon(node), "'%s' takes no tests", name);
    else if (definition->tests == TESTS_ONE && (node->tests->len != 1 || node->test_list))
        sieve_error(checker->problems, node->place, NULL, "'%s' takes one test, without parentheses around it", name);
    else if (definition->tests == TESTS_LIST && (node->tests->len == 0 || !node->test_list))
        sieve_error(checker->problems, node->place, NULL, "'%s' takes a list of tests in parentheses", name);
    if (definition->block && node->block == NULL)
        sieve_error(checker->problems, node->place, NULL, "'%s' takes a block of commands in '{' and '}'", name);
    else if (!definition->block && node->block != NULL)
        sieve_error(checker->problems, node->place, NULL, "'%s' takes no block; end it with ';'", name);
    return checker->problems->errors == errors;
}

/* A block that cannot be emitted, because its command is wrong, is checked all the same. */
static void
check_rest(Checker *checker, const Node *node)
{
    if (node->block != NULL)
        checker_block(checker, node->block);
}

static void
emit_command(Checker *checker, const Node *node)
{
    const Definition *definition = find(checker, node, FALSE);
    Call *call = NULL;

    if (definition != NULL && check_shape(checker, definition, node))
        call = checker_call(checker, definition, node);
    if (call == NULL)
        check_rest(checker, node);
    else if (definition->emit != NULL)
        definition->emit(checker, node, call);
    else
        checker_emit(checker, STEP_RUN, call);
}

void
checker_begin_rule(Checker *checker, const Node *node)
{
    Rule *rule = g_new0(Rule, 1);

    rule->name = node->rule != NULL ? g_strdup(node->rule) : g_strdup_printf("line %u", node->place.line);
    rule->place = node->place;
    g_ptr_array_add(checker->script->rules, rule);
    checker->rule = checker->script->rules->len;
}

/* Named by the comment above it; an if at the top of a script is a rule without one, too. */
static void
begin_rule(Checker *checker, const Node *node, gboolean top)
{
    if (node->rule != NULL || (top && strcmp(node->name, "if") == 0))
        checker_begin_rule(checker, node);
    else if (top)
        checker->rule = 0;
}

static void
emit_commands(Checker *checker, const GPtrArray *nodes, gboolean top)
{
    guint around = checker->rule;

    for (guint i = 0; i < nodes->len;) {
        const Node *node = nodes->pdata[i];
        const Definition *definition = registry_command(node->name, checker->host->testsuite);

        if (strcmp(node->name, "require") != 0)
            checker->header_over = TRUE;
        begin_rule(checker, node, top);
        if (definition != NULL && definition->emit_chain != NULL) {
            i += definition->emit_chain(checker, nodes, i);
        } else {
            emit_command(checker, node);
            i++;
        }
        if (!top)
            checker->rule = around;
    }
}

void
checker_block(Checker *checker, const GPtrArray *nodes)
{
    emit_commands(checker, nodes, FALSE);
}

/* All but the last go on to the next test on one side, and out on the other. */
static void
emit_list(Checker *checker, const Node *node, gboolean all, GArray *on_true, GArray *on_false)
{
    g_autoptr(GArray) go_on = patches_new();

    for (guint i = 0; i + 1 < node->tests->len; i++) {
        checker_test(checker, node->tests->pdata[i], all ? go_on : on_true, all ? on_false : go_on);
        checker_land(checker, go_on);
    }
    checker_test(checker, node->tests->pdata[node->tests->len - 1], on_true, on_false);
}

void
checker_test(Checker *checker, const Node *node, GArray *on_true, GArray *on_false)
{
    const Definition *definition = find(checker, node, TRUE);
    Call *call;
    guint step;

    if (definition == NULL || !check_shape(checker, definition, node))
        return;
    call = checker_call(checker, definition, node);
    if (call == NULL)
        return;
    if (definition->tests == TESTS_LIST) {
        emit_list(checker, node, strcmp(definition->name, "allof") == 0, on_true, on_false);
        call_free(call);
    } else if (definition->tests == TESTS_ONE) {
        checker_test(checker, node->tests->pdata[0], on_false, on_true);
        call_free(call);
    } else {
        step = checker_emit(checker, STEP_TEST, call);
        checker_patch_true(checker, step, on_true);
        checker_patch_false(checker, step, on_false);
    }
}

static void
step_clear(gpointer data)
{
    call_free(((Step *) data)->call);
}

static void
rule_free(gpointer data)
{
    Rule *rule = data;

    g_free(rule->name);
    g_free(rule);
}

static SieveScript *
script_new(const char *file)
{
    SieveScript *script = g_new0(SieveScript, 1);

    script->file = g_strdup(file);
    script->steps = g_array_new(FALSE, FALSE, sizeof(Step));
    g_array_set_clear_func(script->steps, step_clear);
    script->rules = g_ptr_array_new_with_free_func(rule_free);
    script->local_names = g_ptr_array_new_with_free_func(g_free);
    script->globals = g_ptr_array_new_with_free_func(g_free);
    script->required = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    script->chains = g_ptr_array_new_with_free_func((GDestroyNotify) chain_free);
    script->included = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_script_free);
    return script;
}

void
sieve_script_free(SieveScript *script)
{
    if (script == NULL)
        return;
    g_free(script->file);
    g_array_unref(script->steps);
    g_ptr_array_unref(script->rules);
    g_ptr_array_unref(script->local_names);
    g_ptr_array_unref(script->globals);
    g_hash_table_unref(script->required);
    g_ptr_array_unref(script->chains);
    g_ptr_array_unref(script->included);
    g_free(script);
}

/* An extension that is of no use without another one (RFC 5703, 7). */
static void
check_companions(Checker *checker)
{
    SievePlace place = { checker->script->file, 1, 1 };

    if (checker_has(checker, "extracttext") && !checker_has(checker, "foreverypart"))
        sieve_error(checker->problems, place, g_strdup("require \"foreverypart\""),
                    "the extension 'extracttext' needs 'foreverypart'");
}

SieveScript *
checker_compile(const Checker *around, const char *file, const char *source, gsize length, const SieveHost *host,
                SieveProblems *problems)
{
    SieveScript *script = script_new(file);
    g_autoptr(GPtrArray) nodes = syntax_parse(script->file, source, length, problems);
    Checker checker = {
        .around = around,
        .problems = problems,
        .host = host,
        .script = script,
        .outermost = around != NULL ? around->outermost : script,
        .include_depth = around != NULL ? around->include_depth + 1 : 0,
    };

    checker.local_numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    checker.global_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    checker.loops = g_ptr_array_new();
    emit_commands(&checker, nodes, TRUE);
    check_companions(&checker);
    if (problems->errors == 0 && !host->testsuite)
        reach_check(nodes, problems);
    g_hash_table_unref(checker.local_numbers);
    g_hash_table_unref(checker.global_names);
    g_ptr_array_unref(checker.loops);
    if (problems->errors == 0)
        chains_build(script);
    return script;
}

/* PostgreSQL, the terminal and PCRE2 all want valid text, so a script that is none is refused as a whole. */
static gboolean
check_bytes(const char *file, const char *source, gsize length, SieveProblems *problems)
{
    SievePlace place = { file, 1, 1 };
    const char *end;

    if (length > LIMIT_SIEVE_SCRIPT) {
        sieve_error(problems, place, NULL, "the script has %" G_GSIZE_FORMAT " octets, at most %d are read", length,
                    LIMIT_SIEVE_SCRIPT);
        return FALSE;
    }
    if (g_utf8_validate_len(source, length, &end))
        return TRUE;
    for (const char *p = source; p < end; p++) {
        place.line += *p == '\n' ? 1 : 0;
        place.column = *p == '\n' ? 1 : place.column + ((*p & 0xc0) != 0x80 ? 1 : 0);
    }
    sieve_error(problems, place, NULL, *end == '\0' ? "a NUL octet" : "this is no UTF-8");
    return FALSE;
}

/* What the parser found comes before what the checker found; who reads it goes from top to bottom. Included files follow. */
static gint
compare_places(gconstpointer a, gconstpointer b, gpointer main_file)
{
    const SieveProblem *left = *(SieveProblem *const *) a, *right = *(SieveProblem *const *) b;
    gboolean left_is_main = strcmp(left->file, main_file) == 0, right_is_main = strcmp(right->file, main_file) == 0;
    gint files = left_is_main == right_is_main ? strcmp(left->file, right->file) : left_is_main ? -1 : 1;

    if (files != 0)
        return files;
    if (left->line != right->line)
        return left->line < right->line ? -1 : 1;
    return left->column < right->column ? -1 : left->column > right->column ? 1 : 0;
}

SieveScript *
sieve_compile(const char *file, const char *source, gsize length, const SieveHost *host, GPtrArray *problem_list)
{
    static const SieveHost nowhere = { 0 };
    SieveProblems problems = { .list = problem_list };
    SieveScript *script;

    if (!check_bytes(file, source, length, &problems))
        return NULL;
    script = checker_compile(NULL, file, source, length, host != NULL ? host : &nowhere, &problems);
    g_ptr_array_sort_with_data(problem_list, compare_places, (gpointer) file);
    if (problems.errors > 0)
        g_clear_pointer(&script, sieve_script_free);
    return script;
}
