/*
 * check-targets.c - calendars, policies, and the names by which sections speak of each other
 */
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "config/config-private.h"

/* ---- names -------------------------------------------------------------------------------------------------- */

/* The name is the first member of every named section's struct. */
static const char *
name_of(const GPtrArray *list, guint i)
{
    return *(char *const *) list->pdata[i];
}

/* what: "calendar", the word of the sections in list. */
static void
check_reference(const ReaderSection *section, const char *key, const char *what, const GPtrArray *list, Mistakes *mistakes)
{
    const ReaderEntry *entry = reader_entry(section, key);
    g_autofree const char **names = g_new0(const char *, list->len + 1);
    g_autofree char *cut = NULL, *shown = NULL;
    const char *nearest;

    if (entry == NULL)
        return;
    for (guint i = 0; i < list->len; i++)
        names[i] = name_of(list, i);
    if (g_strv_contains(names, entry->value->str))
        return;
    cut = text_cut(entry->value->str, 60);
    shown = text_escape(cut);
    nearest = text_nearest(entry->value->str, names);
    if (nearest != NULL)
        mistakes_add(mistakes, entry->value_at, "there is no [%s %s]; did you mean \"%s\"?", what, shown, nearest);
    else
        mistakes_add(mistakes, entry->value_at, "there is no [%s %s]", what, shown);
}

/* ---- calendars ---------------------------------------------------------------------------------------------- */

static void
check_calendar(const CalendarConfig *calendar, const ReaderSection *section, Mistakes *mistakes)
{
    static const char *const not_always[] = { "hours", "holidays", "extra-days", "extra-hours" };
    const ReaderEntry *extra_hours = reader_entry(section, "extra-hours");

    for (gsize i = 0; calendar->always && i < G_N_ELEMENTS(not_always); i++) {
        const ReaderEntry *entry = reader_entry(section, not_always[i]);

        if (entry != NULL)
            mistakes_add(mistakes, entry->key_at, "what is always open has no %s; for day and night but for holidays say "
                         "hours = Mon-Sun 00:00-24:00", not_always[i]);
    }
    if (!calendar->always && calendar->hours == NULL)
        mistakes_add(mistakes, section->at, "%s needs the key \"hours\", or always = yes", section->title);
    if (extra_hours != NULL && calendar->extra_days == NULL && !calendar->always)
        mistakes_add(mistakes, extra_hours->key_at, "extra-hours are those of extra-days, which %s does not have",
                     section->title);
}

/* ---- policies ----------------------------------------------------------------------------------------------- */

static gboolean
has_time(const TargetTerms *terms)
{
    return terms->first_response.given || terms->next_response.given || terms->resolution.given;
}

static void
check_target(const Config *config, const ReaderSection *section, Mistakes *mistakes)
{
    static const char *const prefixes[] = { "", "low.", "normal.", "high.", "urgent." };
    const TargetConfig *target = section->values;
    gboolean any = has_time(&target->all);

    if (reader_entry(section, "calendar") == NULL)
        mistakes_add(mistakes, section->at, "%s needs the key \"calendar\"", section->title);
    for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        g_autofree char *key = g_strconcat(prefixes[i], "calendar", NULL);

        check_reference(section, key, "calendar", config->calendars, mistakes);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(target->of_priority); i++)
        any = any || has_time(&target->of_priority[i]);
    if (!any)
        mistakes_add(mistakes, section->at, "%s promises nothing: it needs first-response, next-response or resolution",
                     section->title);
}

static void
check_queue(const Config *config, const ReaderSection *section, Mistakes *mistakes)
{
    check_reference(section, "target", "target", config->targets, mistakes);
    check_reference(section, "brand", "brand", config->brands, mistakes);
}

/* ---- all ---------------------------------------------------------------------------------------------------- */

void
config_check_targets(const Config *config, const ReaderSection *section, Mistakes *mistakes)
{
    if (strcmp(section->word, "queue") == 0)
        check_queue(config, section, mistakes);
    else if (strcmp(section->word, "calendar") == 0)
        check_calendar(section->values, section, mistakes);
    else if (strcmp(section->word, "target") == 0)
        check_target(config, section, mistakes);
}

static void
check_listed(const Config *config, char **names, const ReaderEntry *entry, Mistakes *mistakes)
{
    for (char **name = names; name != NULL && *name != NULL; name++) {
        g_autofree char *path = config_find_file(config->directory, "calendars", *name);

        if (!g_file_test(path, G_FILE_TEST_EXISTS))
            mistakes_add(mistakes, entry->value_at, "there is no file \"%s\" beside the configuration or in its folder calendars",
                         *name);
    }
}

void
config_check_calendar_files(const Config *config, const ReaderSection *section, Mistakes *mistakes)
{
    const CalendarConfig *calendar = section->values;

    check_listed(config, calendar->holidays, reader_entry(section, "holidays"), mistakes);
    check_listed(config, calendar->extra_days, reader_entry(section, "extra-days"), mistakes);
}
