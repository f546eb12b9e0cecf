/*
 * targets.c - from the sections of a configuration to calendars and policies
 */
#include "targets/targets.h"

#include <string.h>

#include "base/io.h"
#include "base/text.h"
#include "targets/digest-private.h"

/* Public lists of holidays have some hundred KiB. */
#define HOLIDAY_FILE_BYTES (4 * 1024 * 1024)

struct Targets {
    GHashTable *zones;             /* name -> Zone *                                 */
    GPtrArray  *calendars;         /* Calendar * in the order of the configuration   */
    GPtrArray  *policies;          /* Policy *                                       */
    char       *digest;
};

typedef struct {
    Targets    *targets;
    const char *file, *directory;
    GString    *mistakes;
} Loading;

/* ---- mistakes ----------------------------------------------------------------------------------------------- */

static void
complain(Loading *loading, guint line, const char *what, const char *name, GError *error)
{
    g_string_append_printf(loading->mistakes, "%s%s:%u: [calendar %s] %s%s", loading->mistakes->len > 0 ? "\n" : "", loading->file, line,
                           name, what, error->message);
    g_error_free(error);
}

/* ---- files -------------------------------------------------------------------------------------------------- */

/* Borrowed; NULL with an error. */
static Zone *
find_zone(Targets *targets, const char *name, GError **error)
{
    Zone *zone = g_hash_table_lookup(targets->zones, name);

    if (zone != NULL)
        return zone;
    zone = zone_load(name, error);
    if (zone != NULL)
        g_hash_table_insert(targets->zones, g_strdup(name), zone);
    return zone;
}

static Zone *
find_zone_of_event(gpointer data, const char *name)
{
    return find_zone(data, name, NULL);
}

static gboolean
read_file(Loading *loading, const char *name, Zone *zone, Holidays *holidays, GError **error)
{
    g_autofree char *path = config_find_file(loading->directory, "calendars", name);
    g_autoptr(GBytes) bytes = io_read_file(path, HOLIDAY_FILE_BYTES, error);
    g_autofree char *text = NULL;

    if (bytes == NULL)
        return FALSE;
    text = text_sanitise(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    if (holidays_read(holidays, text, zone, find_zone_of_event, loading->targets, error))
        return TRUE;
    g_prefix_error(error, "cannot use %s: ", path);
    return FALSE;
}

/* All events of several files; NULL where none are named, or after a complaint. */
static Holidays *
read_files(Loading *loading, const CalendarConfig *config, char **names, const char *what, guint line, Zone *zone)
{
    g_autoptr(Holidays) holidays = holidays_new();
    gboolean good = TRUE;

    if (names == NULL)
        return NULL;
    for (char **name = names; *name != NULL; name++) {
        GError *error = NULL;

        if (!read_file(loading, *name, zone, holidays, &error)) {
            complain(loading, line, what, config->name, error);
            good = FALSE;
        }
    }
    return good ? g_steal_pointer(&holidays) : NULL;
}

/* ---- loading ------------------------------------------------------------------------------------------------ */

static void
load_calendar(Loading *loading, const CalendarConfig *config)
{
    GError *error = NULL;
    Zone *zone = find_zone(loading->targets, config->timezone != NULL ? config->timezone : "UTC", &error);
    gsize before = loading->mistakes->len;
    g_autoptr(Holidays) holidays = NULL, extra = NULL;
    Calendar *calendar;

    if (zone == NULL) {
        complain(loading, config->line, "", config->name, error);
        return;
    }
    holidays = read_files(loading, config, config->holidays, "holidays: ", config->holidays_line, zone);
    extra = read_files(loading, config, config->extra_days, "extra-days: ", config->extra_line, zone);
    if (loading->mistakes->len > before)
        return;
    calendar = calendar_new(config, zone, g_steal_pointer(&holidays), g_steal_pointer(&extra), &error);
    if (calendar != NULL)
        g_ptr_array_add(loading->targets->calendars, calendar);
    else
        complain(loading, config->line, "", config->name, error);
}

static const Calendar *
find_calendar(gpointer data, const char *name)
{
    return targets_calendar(data, name);
}

Targets *
targets_load(const char *file, const char *directory, const GPtrArray *calendars, const GPtrArray *configs, GError **error)
{
    g_autoptr(Targets) targets = g_new0(Targets, 1);
    g_autoptr(GString) mistakes = g_string_new(NULL);
    Loading loading = { targets, file, directory, mistakes };

    targets->zones = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) zone_unref);
    targets->calendars = g_ptr_array_new_with_free_func((GDestroyNotify) calendar_free);
    targets->policies = g_ptr_array_new_with_free_func((GDestroyNotify) policy_free);
    for (guint i = 0; i < calendars->len; i++)
        load_calendar(&loading, calendars->pdata[i]);
    if (mistakes->len > 0) {
        g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, mistakes->str);
        return NULL;
    }
    for (guint i = 0; i < configs->len; i++)
        g_ptr_array_add(targets->policies, policy_new(configs->pdata[i], find_calendar, targets));
    targets->digest = digest_of(targets->calendars, targets->policies);
    return g_steal_pointer(&targets);
}

void
targets_free(Targets *targets)
{
    if (targets == NULL)
        return;
    g_ptr_array_unref(targets->policies);
    g_ptr_array_unref(targets->calendars);
    g_hash_table_unref(targets->zones);
    g_free(targets->digest);
    g_free(targets);
}

/* ---- questions ---------------------------------------------------------------------------------------------- */

const Calendar *
targets_calendar(const Targets *targets, const char *name)
{
    for (guint i = 0; i < targets->calendars->len; i++)
        if (g_strcmp0(calendar_name(targets->calendars->pdata[i]), name) == 0)
            return targets->calendars->pdata[i];
    return NULL;
}

const Policy *
targets_policy(const Targets *targets, const char *name)
{
    for (guint i = 0; i < targets->policies->len; i++)
        if (g_strcmp0(((const Policy *) targets->policies->pdata[i])->name, name) == 0)
            return targets->policies->pdata[i];
    return NULL;
}

const Policy *
targets_policy_for(const Targets *targets, TicketPriority priority)
{
    for (guint i = 0; i < targets->policies->len; i++)
        if (((const Policy *) targets->policies->pdata[i])->for_priority == (guint) priority + 1)
            return targets->policies->pdata[i];
    return NULL;
}

const char *
targets_digest(const Targets *targets)
{
    return targets->digest;
}

GPtrArray *
targets_calendar_names(const Targets *targets)
{
    GPtrArray *names = g_ptr_array_new();

    for (guint i = 0; i < targets->calendars->len; i++)
        g_ptr_array_add(names, (gpointer) calendar_name(targets->calendars->pdata[i]));
    return names;
}

GPtrArray *
targets_policy_names(const Targets *targets)
{
    GPtrArray *names = g_ptr_array_new();

    for (guint i = 0; i < targets->policies->len; i++)
        g_ptr_array_add(names, ((const Policy *) targets->policies->pdata[i])->name);
    return names;
}

GPtrArray *
targets_open(const Targets *targets, gint64 moment)
{
    GPtrArray *names = g_ptr_array_new();

    for (guint i = 0; i < targets->calendars->len; i++)
        if (calendar_is_open(targets->calendars->pdata[i], moment))
            g_ptr_array_add(names, (gpointer) calendar_name(targets->calendars->pdata[i]));
    return names;
}
