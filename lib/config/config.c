/*
 * config.c - reading a configuration, and its life
 */
#include "config/config.h"
#include "base/error.h"
#include "base/io.h"
#include "config/config-private.h"
#include "config/host-private.h"

#include <string.h>
#include <sys/stat.h>

Config *
config_new(void)
{
    Config *config = g_new0(Config, 1);

    config->ref_count = 1;
    config->present = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    sections_init(config);
    /* "May be empty", so that nobody has to ask for NULL first. */
    config->gateway.old_tags = g_new0(char *, 1);
    return config;
}

Config *
config_ref(Config *config)
{
    g_atomic_int_inc(&config->ref_count);
    return config;
}

void
config_unref(Config *config)
{
    if (config == NULL || !g_atomic_int_dec_and_test(&config->ref_count))
        return;
    sections_clear(config);
    g_hash_table_unref(config->present);
    g_free(config->path);
    g_free(config->directory);
    g_free(config);
}

static Config *
parse(const char *text, gsize length, const char *name, const char *directory, gboolean with_files, GError **error)
{
    g_autoptr(Config) config = config_new();
    g_autoptr(Mistakes) mistakes = mistakes_new(name);
    g_autoptr(GPtrArray) sections = reader_read(text, length, mistakes);

    config->directory = g_canonicalize_filename(directory, NULL);
    config->path = g_canonicalize_filename(name, config->directory);
    config_fill(config, sections, mistakes);
    config_check(config, sections, mistakes);
    if (with_files)
        config_check_files(config, sections, mistakes);
    return mistakes_none(mistakes, error) ? g_steal_pointer(&config) : NULL;
}

Config *
config_parse(const char *text, gsize length, const char *name, const char *directory, GError **error)
{
    return parse(text, length, name, directory, FALSE, error);
}

/* A password in the database's URI makes a secret of the whole file. */
static gboolean
check_mode(const Config *config, const char *path, GError **error)
{
    struct stat status;
    gsize start, end;

    if (config->database.url == NULL || !url_find_password(config->database.url, &start, &end)
        || stat(path, &status) != 0 || (status.st_mode & S_IRWXO) == 0)
        return TRUE;
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG,
                "%s holds a password in [database] url, and everybody may read it: chmod o= %s", path, path);
    return FALSE;
}

Config *
config_load(const char *path, GError **error)
{
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);
    g_autofree char *directory = g_path_get_dirname(absolute);
    g_autoptr(GError) cause = NULL;
    g_autoptr(GBytes) bytes = io_read_file(path, CONFIG_FILE_BYTES + 1, &cause);
    g_autoptr(Config) config = NULL;
    const char *text;
    gsize length;

    if (bytes == NULL) {
        /* More than fits is one of the mistakes of the file, as config_parse() words it. */
        if (g_error_matches(cause, MAILGW_ERROR, MAILGW_ERROR_LIMIT))
            g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "%s:1:1: the file is larger than 1 MiB", path);
        else
            g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "configuration: %s", cause->message);
        return NULL;
    }
    text = g_bytes_get_data(bytes, &length);
    config = parse(length == 0 ? "" : text, length, path, directory, TRUE, error);
    if (config == NULL || !check_mode(config, path, error))
        return NULL;
    g_free(config->path);
    config->path = g_steal_pointer(&absolute);
    return g_steal_pointer(&config);
}
