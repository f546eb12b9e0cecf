/*
 * holidays.c - days and times, and their names
 */
#include "targets/holidays.h"

#include "targets/civil.h"

Holidays *
holidays_new(void)
{
    Holidays *holidays = g_new0(Holidays, 1);

    holidays->days = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    holidays->times = g_array_new(FALSE, FALSE, sizeof(Stretch));
    return holidays;
}

void
holidays_free(Holidays *holidays)
{
    if (holidays == NULL)
        return;
    g_hash_table_unref(holidays->days);
    g_array_unref(holidays->times);
    g_free(holidays);
}

/* The first name of a day stays: two files may have the same holiday. */
void
holidays_add_day(Holidays *holidays, gint64 day, const char *name)
{
    gpointer key = GINT_TO_POINTER((gint) day + 1);

    if (day < FIRST_DAY || day >= END_DAY || g_hash_table_contains(holidays->days, key))
        return;
    g_hash_table_insert(holidays->days, key, g_strdup(name != NULL ? name : ""));
    holidays->last = MAX(holidays->last, (day + 1) * SECONDS_PER_DAY);
}

void
holidays_add_time(Holidays *holidays, gint64 from, gint64 to)
{
    Stretch stretch = { MAX(from, FIRST_MOMENT), MIN(to, END_MOMENT) };

    if (stretch.from >= stretch.to)
        return;
    g_array_append_val(holidays->times, stretch);
    holidays->last = MAX(holidays->last, stretch.to);
}

void
holidays_sort(Holidays *holidays)
{
    stretches_join(holidays->times);
}

const char *
holidays_day(const Holidays *holidays, gint64 day)
{
    return g_hash_table_lookup(holidays->days, GINT_TO_POINTER((gint) day + 1));
}
