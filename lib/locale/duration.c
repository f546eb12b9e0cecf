/*
 * duration.c - how long, in the units a reader thinks in
 */
#include "locale/locale-private.h"

#define MINUTE 60
#define HOUR   3600

/* In whole ones: so many of this unit and so many of the next. */
typedef struct {
    DurationUnit unit;
    gint64       count;
} Part;

static gint64
round_up(gint64 seconds, gint64 unit)
{
    return (seconds + unit - 1) / unit;
}

/* Of a plain duration a day is said from two on: "24 hours" is how people say it. */
static gsize
split(gint64 seconds, gint64 day, Part parts[2])
{
    gint64 lengths[N_UNITS] = { MINUTE, HOUR, day > 0 ? day : 24 * HOUR };
    gint64 first_day = day > 0 ? day : 48 * HOUR;
    DurationUnit unit;

    seconds = MAX(seconds, 1);
    unit = seconds >= first_day && lengths[UNIT_DAY] > HOUR ? UNIT_DAY : seconds >= HOUR ? UNIT_HOUR : UNIT_MINUTE;
    if (unit == UNIT_MINUTE) {
        parts[0] = (Part) { UNIT_MINUTE, round_up(seconds, MINUTE) };
        if (parts[0].count * MINUTE == HOUR)
            parts[0] = (Part) { UNIT_HOUR, 1 };
        return 1;
    }
    parts[1].unit = unit - 1;
    parts[1].count = round_up(seconds % lengths[unit], lengths[unit - 1]);
    parts[0] = (Part) { unit, seconds / lengths[unit] };
    /* What is left may have been rounded up to one more of the larger unit. */
    if (parts[1].count * lengths[unit - 1] >= lengths[unit]) {
        parts[0].count++;
        parts[1].count = 0;
    }
    return parts[1].count > 0 ? 2 : 1;
}

static char *
part_text(const Locale *locale, const Part *part, gboolean working, DurationForm form)
{
    const LocaleWords *words = locale->words;
    const PluralForms *plain, *within;
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, part->count);
    const char *values[] = { number };

    if (words == NULL)
        return icu_measure(locale, part->unit, part->count);
    plain = working ? &words->plain_working[part->unit] : &words->plain[part->unit];
    within = working ? &words->within_working[part->unit] : &words->within[part->unit];
    return locale_fill(icu_plural(locale, form == DURATION_WITHIN && within->other != NULL ? within : plain, part->count), values);
}

char *
locale_duration(const Locale *locale, gint64 seconds, gint64 day, DurationForm form)
{
    Part parts[2];
    gsize n = split(seconds, day, parts);
    g_autofree char *first = NULL, *second = NULL;
    const char *values[2];

    if (locale->words == NULL && day > 0)
        return NULL;
    first = part_text(locale, &parts[0], day > 0, form);
    if (n == 1 || first == NULL)
        return g_steal_pointer(&first);
    second = part_text(locale, &parts[1], FALSE, form);
    values[0] = first;
    values[1] = second != NULL ? second : "";
    return locale_fill(locale->words != NULL ? locale->words->both : "{0} {1}", values);
}
