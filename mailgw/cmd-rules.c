/*
 * cmd-rules.c - rules: check scripts, run the tests that go with them, list the rules in force
 *
 * Checking and testing need no configuration and no database. Where a configuration is found, scripts are checked against what it has.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli.h"
#include "gateway/rules.h"
#include "rules-replay.h"
#include "sieve/sieve.h"
#include "sieve/testsuite.h"

static GBytes *
read_script(const char *path, GError **error)
{
    if (g_str_equal(path, "-"))
        return io_read_fd(STDIN_FILENO, LIMIT_SIEVE_SCRIPT + 1, error);
    return io_read_file(path, LIMIT_SIEVE_SCRIPT + 1, error);
}

/* Included scripts stand beside the one that is read. */
typedef struct {
    char *folder;
} Beside;

static char *
load_beside(gpointer data, G_GNUC_UNUSED gboolean global, const char *name, gsize *length_out)
{
    const Beside *beside = data;

    return rules_read_included(beside->folder, name, length_out);
}

static json_t *
problem_to_json(const SieveProblem *problem)
{
    json_t *object = json_object();

    json_object_set_new(object, "file", json_text(problem->file));
    json_object_set_new(object, "line", json_integer(problem->line));
    json_object_set_new(object, "column", json_integer(problem->column));
    json_object_set_new(object, "severity", json_text(problem->severity == SIEVE_ERROR ? "error" : "warning"));
    json_object_set_new(object, "text", json_text(problem->text));
    json_object_set_new(object, "hint", json_text(problem->hint));
    return object;
}

/*
 * Who works here, where the database answers; where it does not, no name is doubted. Checking a file starts no server, and complains of none.
 */
static void
find_agents(const Config *config, SieveHost *known)
{
    g_autofree char *socket_dir = NULL;
    const StoreSettings settings = cli_store_settings(config, STORE_READER, "command", &socket_dir);
    g_autoptr(Store) store = config_require_database(config, NULL) ? store_open(&settings, NULL) : NULL;
    g_autoptr(Json) agents = store != NULL ? store_query_json(store, QUERY_AGENT_LIST, NULL, 0, NULL) : NULL;
    const json_t *agent;
    gsize i;

    if (agents == NULL)
        return;
    known->agents = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    json_array_foreach(agents, i, agent)
        if (!json_is_false(json_object_get(agent, "active")))
            g_hash_table_add(known->agents, g_strdup(json_string_value(json_object_get(agent, "name"))));
}

/* What exists for scripts in the gateway of the configuration, and which of them is run on targets. */
typedef struct {
    SieveHost *on_message, *on_target;      /* NULL: there is no configuration */
    char      *target_path;                 /* or NULL                         */
} Known;

static void
known_clear(Known *known)
{
    rules_host_free(known->on_message);
    rules_host_free(known->on_target);
    g_free(known->target_path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Known, known_clear)

/* Nothing is known where no configuration is found, which only a name that was given makes an error. */
static gboolean
find_known(const Cli *cli, Known *known)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Targets) targets = NULL;
    g_autoptr(TemplateSet) templates = NULL;
    g_autoptr(GError) error = NULL;
    RulesNames names;

    if (cli->config_is_default && !g_file_test(cli->config_path, G_FILE_TEST_EXISTS))
        return TRUE;
    config = cli_config(cli);
    if (config == NULL)
        return FALSE;
    templates = cli_templates(config, &error);
    if (templates == NULL || !cli_targets(config, &targets, &error)) {
        fail(g_steal_pointer(&error));
        return FALSE;
    }
    names = cli_rules_names(config, targets, templates);
    known->on_message = rules_host_new(&names);
    names.on_target = TRUE;
    known->on_target = rules_host_new(&names);
    if (config->rules.on_target != NULL)
        known->target_path = rules_find_script(config->directory, config->rules.on_target);
    find_agents(config, known->on_message);
    if (known->on_message->agents != NULL)
        known->on_target->agents = g_hash_table_ref(known->on_message->agents);
    return TRUE;
}

/* known: what exists for the script, or NULL: then it is the language alone. */
static gboolean
check_file(const char *path, SieveHost *known, gboolean on_target, GPtrArray *problems)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = read_script(path, &error);
    g_autoptr(SieveScript) script = NULL;
    g_autofree char *folder = g_path_get_dirname(path);
    Beside beside = { folder };
    g_autoptr(GHashTable) absent = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    SieveHost host = { .load = load_beside, .data = &beside, .absent = absent };
    gsize length;
    const char *text;

    if (bytes == NULL) {
        fail(g_steal_pointer(&error));
        return FALSE;
    }
    if (on_target)
        rules_add_absent_on_target(&host);
    if (known != NULL) {
        if (!rules_load_lists(known, folder, NULL, NULL, &error)) {
            fail(g_steal_pointer(&error));
            return FALSE;
        }
        host = *known;
        host.load = load_beside;
        host.data = &beside;
    }
    text = g_bytes_get_data(bytes, &length);
    script = sieve_compile(path, text != NULL ? text : "", length, &host, problems);
    return script != NULL;
}

static void
print_problems(const Cli *cli, const GPtrArray *problems)
{
    g_autoptr(Json) array = json_array();
    g_autofree char *line = NULL;

    for (guint i = 0; i < problems->len; i++) {
        g_autofree char *text = sieve_problem_format(problems->pdata[i]);

        if (cli->json) {
            json_array_append_new(array, problem_to_json(problems->pdata[i]));
        } else {
            print_escaped(text);
            puts("");
        }
    }
    if (!cli->json)
        return;
    line = json_format(array, TRUE);
    puts(line);
}

static gboolean
is_target_script(const Known *known, const char *path)
{
    g_autofree char *whole = g_canonicalize_filename(path, NULL);

    return known->target_path != NULL && g_str_equal(whole, known->target_path);
}

static gboolean
check_for(const Known *known, const char *path, gboolean on_target, GPtrArray *problems)
{
    return check_file(path, on_target ? known->on_target : known->on_message, on_target, problems);
}

static int
cmd_rules_check(Cli *cli, int argc, char **argv)
{
    gboolean on_target = FALSE;
    const GOptionEntry entries[] = {
        { "on-target", 0, 0, G_OPTION_ARG_NONE, &on_target, "scripts that run when a response is nearly or really overdue", NULL },
        { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
    };
    static const Command self = { "check", "FILE...", "tell all that is wrong with scripts", cmd_rules_check, NULL };
    int status = command_options("mailgw rules", &self, cli, entries, &argc, &argv, 1, -1);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    g_auto(Known) known = { NULL, NULL, NULL };
    gboolean all = TRUE;

    if (status >= 0)
        return status;
    if (!find_known(cli, &known))
        return EXIT_FAILED;
    for (int i = 1; i < argc; i++)
        all = check_for(&known, argv[i], on_target || is_target_script(&known, argv[i]), problems) && all;
    print_problems(cli, problems);
    return all ? EXIT_DONE : EXIT_FAILED;
}

/* One line of TAP, its name and reason escaped: both come from a file. */
static gboolean
print_result(const TestResult *result, const char *path, guint number)
{
    g_autofree char *name = text_escape(result->name);
    g_auto(GStrv) lines = NULL;

    printf("%s %u - %s:%u: %s\n", result->failure == NULL ? "ok" : "not ok", number, path, result->line, name);
    if (result->failure == NULL)
        return TRUE;
    lines = g_strsplit(result->failure, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        g_autofree char *line = text_escape(lines[i]);

        printf("# %s\n", line);
    }
    return FALSE;
}

static gboolean
test_file(const char *path, guint *count)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = read_script(path, &error);
    g_autofree char *folder = g_path_get_dirname(path);
    Beside beside = { folder };
    const RulesConfig none = { .redirects = 0 };
    SieveHost host = { .load = load_beside, .data = &beside };
    g_autoptr(GPtrArray) results = NULL, nothing = g_ptr_array_new();
    const RulesNames names = { .config = &none, .queues = nothing, .webhooks = nothing };
    g_autoptr(SieveHost) lists = rules_host_new(&names);
    gboolean passed = TRUE;
    gsize length;
    const char *text;

    if (bytes == NULL) {
        fail(g_steal_pointer(&error));
        return FALSE;
    }
    if (!rules_load_lists(lists, folder, NULL, NULL, &error)) {
        fail(g_steal_pointer(&error));
        return FALSE;
    }
    host.lists = lists->lists;
    host.members = lists->members;
    text = g_bytes_get_data(bytes, &length);
    results = testsuite_run(path, text != NULL ? text : "", length, &host);
    for (guint i = 0; i < results->len; i++)
        passed = print_result(results->pdata[i], path, ++*count) && passed;
    return passed;
}

static int
cmd_rules_test(Cli *cli, int argc, char **argv)
{
    static const Command self = { "test", "FILE.svtest...", "run the tests of rules (TAP)", cmd_rules_test, NULL };
    int status = command_options("mailgw rules", &self, cli, NULL, &argc, &argv, 1, -1);
    gboolean all = TRUE;
    guint count = 0;

    if (status >= 0)
        return status;
    message_init();
    for (int i = 1; i < argc; i++)
        all = test_file(argv[i], &count) && all;
    printf("1..%u\n", count);
    return all ? EXIT_DONE : EXIT_FAILED;
}

/* ---- list --------------------------------------------------------------------------------------------------- */

static const json_t *
find_hits(const json_t *hits, const char *file, const char *rule)
{
    const json_t *row;
    gsize i;

    json_array_foreach(hits, i, row)
        if (g_str_equal(json_string_value(json_object_get(row, "file")), file)
            && g_str_equal(json_string_value(json_object_get(row, "rule")), rule))
            return row;
    return NULL;
}

static void
add_rule(json_t *list, const json_t *hits, const char *file, const char *rule, guint line)
{
    const json_t *row = find_hits(hits, file, rule);
    json_t *object = json_object();

    json_object_set_new(object, "file", json_text(file));
    json_object_set_new(object, "line", line > 0 ? json_integer(line) : json_null());
    json_object_set_new(object, "rule", json_text(*rule != '\0' ? rule : "(outside of rules)"));
    json_object_set_new(object, "hits", row != NULL ? json_incref(json_object_get(row, "hits")) : json_integer(0));
    json_object_set_new(object, "last_hit", row != NULL ? json_incref(json_object_get(row, "last_hit")) : json_null());
    json_object_set_new(object, "mean_us", row != NULL ? json_incref(json_object_get(row, "mean_us")) : json_null());
    json_object_set_new(object, "measured", row != NULL ? json_incref(json_object_get(row, "measured")) : json_integer(0));
    json_object_set_new(object, "errors", row != NULL ? json_incref(json_object_get(row, "errors")) : json_integer(0));
    json_array_append_new(list, object);
}

static gboolean
is_file_of(const Rules *rules, const GPtrArray *there, const char *file)
{
    gboolean found = g_str_equal(rules->file, file);

    for (guint i = 0; i < there->len && !found; i++)
        found = g_str_equal(((const SieveRule *) g_ptr_array_index(there, i))->file, file);
    return found;
}

/* The rules of the files in their order; what stands outside of rules, and the script's errors, where there were any. */
static void
add_rows(json_t *list, const Rules *rules, json_t *hits)
{
    g_autoptr(GPtrArray) there = rules != NULL ? sieve_script_rules(rules->script) : NULL;
    json_t *row;
    gsize at;

    if (rules == NULL)
        return;
    for (guint i = 0; i < there->len; i++) {
        const SieveRule *rule = g_ptr_array_index(there, i);

        add_rule(list, hits, rule->file, rule->name, rule->line);
    }
    json_array_foreach(hits, at, row) {
        const char *file = json_string_value(json_object_get(row, "file"));

        if (g_str_equal(json_string_value(json_object_get(row, "rule")), "") && is_file_of(rules, there, file))
            add_rule(list, hits, file, "", 0);
    }
}

static int
cmd_rules_list(Cli *cli, int argc, char **argv)
{
    static const Column columns[] = { { "file", "FILE", 0 }, { "line", "LINE", 0 }, { "rule", "RULE", 40 }, { "hits", "HITS", 0 },
                                      { "last_hit", "LAST HIT", 0 }, { "mean_us", "MEAN US", 0 }, { "errors", "ERRORS", 0 }, { NULL, NULL, 0 } };
    static const Command self = { "list", NULL, "the rules of the configuration, and how often each did something", cmd_rules_list, NULL };
    int status = command_options("mailgw rules", &self, cli, NULL, &argc, &argv, 0, 0);
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(Targets) targets = NULL;
    g_autoptr(TemplateSet) templates = NULL;
    g_autoptr(Rules) rules = NULL, target_rules = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) hits = NULL, rows = json_array();

    if (status >= 0)
        return status;
    config = cli_config(cli);
    if (config == NULL)
        return EXIT_FAILED;
    templates = cli_templates(config, &error);
    if (templates == NULL || !cli_targets(config, &targets, &error) || !cli_rules(config, targets, templates, &rules, &target_rules, &error))
        return fail_text("%s", error->message);
    if (rules == NULL && target_rules == NULL)
        return fail_text("there are no rules: %s has no [rules] with on-message = FILE", config->path);
    store = cli_store(config, STORE_READER);
    if (store == NULL)
        return EXIT_FAILED;
    hits = store_query_json(store, QUERY_RULE_HITS, NULL, 0, &error);
    if (hits == NULL)
        return fail(g_steal_pointer(&error));
    add_rows(rows, rules, hits);
    add_rows(rows, target_rules, hits);
    print_rows(cli, rows, columns);
    return EXIT_DONE;
}

const Command rules_commands[] = {
    { "check", NULL, "tell all that is wrong with scripts", cmd_rules_check, NULL },
    { "list", NULL, "the rules of the configuration, and how often each did something", cmd_rules_list, NULL },
    { "replay", NULL, "what would be different if these were the rules", cmd_rules_replay, NULL },
    { "test", NULL, "run the tests of rules (TAP)", cmd_rules_test, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};
