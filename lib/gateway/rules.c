#include "gateway/rules.h"

#include <string.h>

#include "base/hash.h"
#include "base/io.h"
#include "base/limits.h"

static const char redirect_hint[] = "allow it in the configuration: [rules] redirects = 1";

/* ---- what exists -------------------------------------------------------------------------------------------- */

static GHashTable *
set_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static GHashTable *
set_of(const GPtrArray *names)
{
    GHashTable *set = set_new();

    for (guint i = 0; i < names->len; i++)
        g_hash_table_add(set, g_strdup(names->pdata[i]));
    return set;
}

SieveHost *
rules_host_new(const RulesNames *names)
{
    g_autoptr(GPtrArray) calendars = names->targets != NULL ? targets_calendar_names(names->targets) : g_ptr_array_new();
    g_autoptr(GPtrArray) policies = names->targets != NULL ? targets_policy_names(names->targets) : g_ptr_array_new();
    SieveHost *host = g_new0(SieveHost, 1);
    GHashTableIter each;
    gpointer name;

    host->queues = set_new();
    for (guint i = 0; i < names->queues->len; i++)
        g_hash_table_add(host->queues, g_strdup(((const QueueConfig *) names->queues->pdata[i])->name));
    host->absent = set_new();
    if (names->config->redirects == 0)
        g_hash_table_insert(host->absent, g_strdup("redirect"), (gpointer) redirect_hint);
    if (names->on_target)
        rules_add_absent_on_target(host);
    host->targets = set_of(policies);
    host->calendars = set_of(calendars);
    host->templates = set_new();
    if (names->templates != NULL)
        g_hash_table_iter_init(&each, template_set_names(names->templates));
    while (names->templates != NULL && g_hash_table_iter_next(&each, &name, NULL))
        g_hash_table_add(host->templates, g_strdup(name));
    host->webhooks = set_new();
    for (guint i = 0; i < names->webhooks->len; i++)
        g_hash_table_add(host->webhooks, g_strdup(((const WebhookConfig *) names->webhooks->pdata[i])->name));
    host->lists = set_new();
    host->members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
    rules_add_lists_of_store(host);
    return host;
}

void
rules_host_free(SieveHost *host)
{
    if (host == NULL)
        return;
    g_clear_pointer(&host->agents, g_hash_table_unref);
    g_hash_table_unref(host->queues);
    g_hash_table_unref(host->absent);
    g_hash_table_unref(host->targets);
    g_hash_table_unref(host->calendars);
    g_hash_table_unref(host->templates);
    g_hash_table_unref(host->webhooks);
    g_hash_table_unref(host->lists);
    g_hash_table_unref(host->members);
    g_free(host);
}

/* ---- files -------------------------------------------------------------------------------------------------- */

char *
rules_read_included(const char *folder, const char *name, gsize *length_out)
{
    g_autofree char *file = g_strdup_printf("%s.sieve", name);
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autoptr(GBytes) bytes = io_read_file(path, LIMIT_SIEVE_SCRIPT + 1, NULL);
    const char *text;

    if (bytes == NULL)
        return NULL;
    text = g_bytes_get_data(bytes, length_out);
    return g_strndup(text, *length_out);
}

char *
rules_find_script(const char *directory, const char *name)
{
    g_autofree char *beside = g_canonicalize_filename(name, directory);

    if (g_path_is_absolute(name) || g_file_test(beside, G_FILE_TEST_EXISTS))
        return g_steal_pointer(&beside);
    return g_build_filename(directory, "rules", name, NULL);
}

/* What is read while the script is compiled, and the digest of it. */
typedef struct {
    char   *folder;
    Sha256 *digest;
} Reading;

/* Lengths keep one text from passing for another with parts of its neighbour. */
static void
digest_text(Sha256 *digest, const char *text, gsize length)
{
    guint64 size = GUINT64_TO_BE(length);

    sha256_update(digest, &size, sizeof size);
    sha256_update(digest, text, length);
}

static void
digest_list(gpointer data, const char *name, const char *text, gsize length)
{
    Reading *reading = data;

    digest_text(reading->digest, name, strlen(name));
    digest_text(reading->digest, text, length);
}

static char *
load_included(gpointer data, G_GNUC_UNUSED gboolean global, const char *name, gsize *length_out)
{
    Reading *reading = data;
    char *text = rules_read_included(reading->folder, name, length_out);

    if (text == NULL)
        return NULL;
    digest_text(reading->digest, name, strlen(name));
    digest_text(reading->digest, text, *length_out);
    return text;
}

/* ---- compiling ---------------------------------------------------------------------------------------------- */

static char *
format_problems(const GPtrArray *problems, SieveSeverity severity, GPtrArray *each)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < problems->len; i++) {
        const SieveProblem *problem = problems->pdata[i];
        g_autofree char *line = sieve_problem_format(problem);

        if (problem->severity != severity)
            continue;
        g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", line);
        if (each != NULL)
            g_ptr_array_add(each, g_steal_pointer(&line));
    }
    return g_string_free(text, FALSE);
}

static gboolean
compile(Rules *rules, GBytes *bytes, const RulesNames *names, GError **error)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    g_autofree char *folder = g_path_get_dirname(rules->path), *text = NULL;
    Reading reading = { folder, sha256_new() };
    g_autoptr(GError) problem = NULL;
    guint8 digest[HASH_SHA256_BYTES];
    gsize length;
    const char *source = g_bytes_get_data(bytes, &length);

    rules->host = rules_host_new(names);
    rules->host->load = load_included;
    rules->host->data = &reading;
    digest_text(reading.digest, rules->file, strlen(rules->file));
    digest_text(reading.digest, source != NULL ? source : "", length);
    if (!rules_load_lists(rules->host, folder, digest_list, &reading, &problem)) {
        sha256_finish(reading.digest, digest);
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot load the rules: %s", problem->message);
        return FALSE;
    }
    rules->script = sieve_compile(rules->file, source != NULL ? source : "", length, rules->host, problems);
    rules->host->load = NULL;
    rules->host->data = NULL;
    sha256_finish(reading.digest, digest);
    rules->digest = hash_hex(digest, sizeof digest);
    text = format_problems(problems, rules->script == NULL ? SIEVE_ERROR : SIEVE_WARNING, rules->warnings);
    if (rules->script == NULL)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "%s", text);
    return rules->script != NULL;
}

Rules *
rules_load(const char *directory, const char *script, const RulesNames *names, GError **error)
{
    g_autoptr(Rules) rules = g_new0(Rules, 1);
    g_autoptr(GError) problem = NULL;
    g_autoptr(GBytes) bytes = NULL;

    rules->warnings = g_ptr_array_new_with_free_func(g_free);
    rules->path = rules_find_script(directory, script);
    rules->file = g_path_get_basename(rules->path);
    bytes = io_read_file(rules->path, LIMIT_SIEVE_SCRIPT + 1, &problem);
    if (bytes == NULL) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "[rules] %s = %s: %s", names->on_target ? "on-target" : "on-message", script,
                    problem->message);
        return NULL;
    }
    return compile(rules, bytes, names, error) ? g_steal_pointer(&rules) : NULL;
}

void
rules_free(Rules *rules)
{
    if (rules == NULL)
        return;
    sieve_script_free(rules->script);
    rules_host_free(rules->host);
    g_free(rules->file);
    g_free(rules->path);
    g_free(rules->digest);
    g_clear_pointer(&rules->warnings, g_ptr_array_unref);
    g_free(rules);
}
