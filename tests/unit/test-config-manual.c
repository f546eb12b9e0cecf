/*
 * The manual and the commented example say of every option what the table says: that it is there, its default, its limits.
 */
#include "config/config.h"
#include "config/options.h"
#include "tap.h"

#include <string.h>

#define DAY 86400

static char *
read_source(const char *name)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "..", name, NULL);
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

/* ---- the table's numbers as people write them --------------------------------------------------------------- */

static char *
number_text(const Option *option, gint64 number)
{
    static const struct { gint64 seconds; const char *unit; } durations[] = { { DAY, "d" }, { 3600, "h" }, { 60, "m" }, { 1, "s" } };
    static const struct { gint64 bytes; const char *unit; } sizes[] = { { 1 << 20, "M" }, { 1 << 10, "K" } };

    for (gsize i = 0; option->type == OPTION_DURATION && number > 0 && i < G_N_ELEMENTS(durations); i++)
        if (number % durations[i].seconds == 0)
            return g_strdup_printf("%" G_GINT64_FORMAT "%s", number / durations[i].seconds, durations[i].unit);
    for (gsize i = 0; option->type == OPTION_SIZE && i < G_N_ELEMENTS(sizes); i++)
        if (number % sizes[i].bytes == 0)
            return g_strdup_printf("%" G_GINT64_FORMAT "%s", number / sizes[i].bytes, sizes[i].unit);
    return g_strdup_printf("%" G_GINT64_FORMAT, number);
}

/* "From 1s to 30s.", "At least 1.", or NULL where nothing has to be said. */
static char *
limits_text(const Option *option)
{
    gboolean counted = option->type == OPTION_INT || option->type == OPTION_DURATION || option->type == OPTION_SIZE;
    g_autofree char *min = number_text(option, option->min), *max = number_text(option, option->max);

    if ((option->type == OPTION_TEXT || option->type == OPTION_TAG) && option->choices == NULL)
        return g_strdup_printf("At most %s octets.", max);
    if (option->type == OPTION_RATE)
        return option->min > 0 ? g_strdup_printf("At least %s.", min) : NULL;
    if (!counted)
        return NULL;
    return option->max == G_MAXINT32 ? g_strdup_printf("At least %s.", min) : g_strdup_printf("From %s to %s.", min, max);
}

/* ---- mailgw.conf(5) ----------------------------------------------------------------------------------------- */

typedef struct {
    char *section;
    char *key;
    GString *text;
} Entry;

static void
entry_free(gpointer data)
{
    Entry *entry = data;

    g_free(entry->section);
    g_free(entry->key);
    g_string_free(entry->text, TRUE);
    g_free(entry);
}

/* "queue" of ".Ss [queue NAME]" */
static char *
word_after(const char *line, const char *prefix)
{
    const char *start = line + strlen(prefix);

    return g_strndup(start, strcspn(start, " ]"));
}

/* The entries below the headers ".Ss [section]"; the text of each is one line. */
static GPtrArray *
read_entries(void)
{
    g_autofree char *page = read_source("doc/mailgw.conf.5");
    g_auto(GStrv) lines = g_strsplit(page, "\n", -1);
    g_autofree char *section = NULL;
    GPtrArray *entries = g_ptr_array_new_with_free_func(entry_free);
    Entry *entry = NULL;

    for (gsize i = 0; lines[i] != NULL; i++) {
        if (g_str_has_prefix(lines[i], ".Ss [")) {
            g_free(section);
            section = word_after(lines[i], ".Ss [");
        } else if (g_str_has_prefix(lines[i], ".Sh ")) {
            g_clear_pointer(&section, g_free);
        } else if (section != NULL && g_str_has_prefix(lines[i], ".It Ic ")) {
            entry = g_new0(Entry, 1);
            entry->section = g_strdup(section);
            entry->key = word_after(lines[i], ".It Ic ");
            entry->text = g_string_new(NULL);
            g_ptr_array_add(entries, entry);
        }
        if (g_str_has_prefix(lines[i], ".El"))
            entry = NULL;
        if (entry != NULL)
            g_string_append_printf(entry->text, "%s ", lines[i]);
    }
    return entries;
}

static const Entry *
find_entry(GPtrArray *entries, const Option *option)
{
    const Entry *found = NULL;

    for (guint i = 0; i < entries->len; i++) {
        const Entry *entry = entries->pdata[i];

        if (strcmp(entry->section, option->section) != 0 || strcmp(entry->key, option->key) != 0)
            continue;
        g_assert_null(found);
        found = entry;
    }
    if (found == NULL)
        g_error("[%s] %s has no entry in mailgw.conf(5)", option->section, option->key);
    return found;
}

static void
assert_says(const Entry *entry, const char *text)
{
    if (strstr(entry->text->str, text) == NULL)
        g_error("mailgw.conf(5) does not say \"%s\" of [%s] %s: %s", text, entry->section, entry->key, entry->text->str);
}

static void
test_page_says_what_the_table_says(void)
{
    g_autoptr(GPtrArray) entries = read_entries();

    for (gsize i = 0; i < n_options; i++) {
        const Entry *entry;
        g_autofree char *limits = limits_text(&options[i]);

        if (option_is_of_priority(&options[i]))
            continue;
        entry = find_entry(entries, &options[i]);
        if (options[i].fallback != NULL) {
            g_autofree char *fallback = g_strdup_printf("Default: %s.", options[i].fallback);

            assert_says(entry, fallback);
        } else if (strstr(entry->text->str, "Required") == NULL) {
            assert_says(entry, "Default: ");
        }
        if (limits != NULL)
            assert_says(entry, limits);
        if (options[i].choices != NULL) {
            g_auto(GStrv) words = g_strsplit(options[i].choices, "|", -1);

            for (gsize word = 0; words[word] != NULL; word++) {
                g_autofree char *macro = g_strdup_printf("Cm %s", words[word]);

                assert_says(entry, macro);
            }
        }
    }
}

static void
test_page_has_no_other_option(void)
{
    g_autoptr(GPtrArray) entries = read_entries();
    guint n_entries = 0;

    for (gsize i = 0; i < n_options; i++)
        n_entries += !option_is_of_priority(&options[i]);
    g_assert_cmpuint(entries->len, ==, n_entries);
    for (guint i = 0; i < entries->len; i++) {
        const Entry *entry = entries->pdata[i];

        g_assert_nonnull(option_find(entry->section, entry->key));
    }
}

/* ---- mailgw.conf.example ------------------------------------------------------------------------------------ */

/* "#workers = 2" and "workers = 2" are an option, "# How many." is prose. */
static gboolean
take_example(const char *line, char **key_out, char **value_out)
{
    const char *start = *line == '#' ? line + 1 : line;
    const char *equals = strstr(start, " = ");

    if (equals == NULL || !g_ascii_islower(*start) || strcspn(start, " ") != (gsize) (equals - start))
        return FALSE;
    *key_out = g_strndup(start, (gsize) (equals - start));
    *value_out = g_strdup(equals + 3);
    return TRUE;
}

/* Takes each option of the example from wanted; one that is commented out shows its default. */
static void
check_example(GHashTable *wanted)
{
    g_autofree char *text = read_source("etc/mailgw.conf.example");
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *section = NULL;

    for (gsize i = 0; lines[i] != NULL; i++) {
        const char *header = lines[i][0] == '#' ? lines[i] + 1 : lines[i];
        g_autofree char *key = NULL, *value = NULL;
        const Option *option;

        if (*header == '[') {
            g_free(section);
            section = word_after(header, "[");
        }
        if (section == NULL || !take_example(lines[i], &key, &value))
            continue;
        option = option_find(section, key);
        if (option == NULL)
            g_error("mailgw.conf.example has [%s] %s, which is no option", section, key);
        /* What stands in a section that is commented out as a whole is an example. */
        if (lines[i][0] == '#' && option->fallback != NULL && strcmp(key, "name") != 0 && strcmp(key, "always") != 0)
            g_assert_cmpstr(value, ==, option->fallback);
        g_hash_table_remove(wanted, option);
    }
}

static void
test_example_has_every_option(void)
{
    g_autoptr(GHashTable) wanted = g_hash_table_new(NULL, NULL);
    GHashTableIter left;
    gpointer option;

    /* What stands for one priority stands for all of them first. */
    for (gsize i = 0; i < n_options; i++)
        if (!option_is_of_priority(&options[i]))
            g_hash_table_add(wanted, (gpointer) &options[i]);
    check_example(wanted);
    g_hash_table_iter_init(&left, wanted);
    while (g_hash_table_iter_next(&left, &option, NULL))
        g_error("mailgw.conf.example lacks [%s] %s", ((const Option *) option)->section, ((const Option *) option)->key);
}

static void
test_example_is_valid(void)
{
    g_autofree char *text = read_source("etc/mailgw.conf.example");
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = config_parse(text, strlen(text), "mailgw.conf.example", "/etc/mailgw", &error);

    g_assert_no_error(error);
    g_assert_nonnull(config);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/config/manual/page-says-what-the-table-says", test_page_says_what_the_table_says);
    g_test_add_func("/config/manual/page-has-no-other-option", test_page_has_no_other_option);
    g_test_add_func("/config/manual/example-has-every-option", test_example_has_every_option);
    g_test_add_func("/config/manual/example-is-valid", test_example_is_valid);
    return g_test_run();
}
