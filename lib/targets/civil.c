#include "targets/civil.h"

#include <string.h>

#include "base/text.h"

#define DAYS_PER_ERA 146097        /* 400 years */
#define ERA_OFFSET   719468        /* from 0000-03-01 to 1970-01-01 */

gint64
civil_day(int year, int month, int day)
{
    /* Years begin in March here, so that the leap day is the last of its year. */
    gint64 y = month <= 2 ? (gint64) year - 1 : year;
    gint64 era = (y >= 0 ? y : y - 399) / 400;
    gint64 of_era = y - era * 400;
    gint64 of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * DAYS_PER_ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - ERA_OFFSET;
}

void
civil_date(gint64 day, int *year_out, int *month_out, int *day_out)
{
    gint64 shifted = day + ERA_OFFSET;
    gint64 era = (shifted >= 0 ? shifted : shifted - DAYS_PER_ERA + 1) / DAYS_PER_ERA;
    gint64 of_era = shifted - era * DAYS_PER_ERA;
    gint64 year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    gint64 of_year = of_era - (365 * year + year / 4 - year / 100);
    gint64 month = (5 * of_year + 2) / 153;

    *day_out = (int) (of_year - (153 * month + 2) / 5 + 1);
    *month_out = (int) (month < 10 ? month + 3 : month - 9);
    *year_out = (int) (year + era * 400 + (month >= 10 ? 1 : 0));
}

int
civil_weekday(gint64 day)
{
    /* 1970-01-01 was a Thursday. */
    return (int) (((day + 3) % 7 + 7) % 7);
}

gint64
civil_day_of(gint64 seconds)
{
    return seconds / SECONDS_PER_DAY - (seconds % SECONDS_PER_DAY < 0 ? 1 : 0);
}

char *
civil_format(gint64 number)
{
    int year, month, day;

    civil_date(number, &year, &month, &day);
    return g_strdup_printf("%04d-%02d-%02d", year, month, day);
}

gboolean
civil_parse(const char *text, gint64 *day_out)
{
    g_auto(GStrv) parts = g_strsplit(text, "-", -1);
    gint64 year, month, day, number;
    g_autofree char *again = NULL;

    if (g_strv_length(parts) != 3 || !text_parse_int64(parts[0], FIRST_YEAR, END_YEAR - 1, &year, NULL) || strlen(parts[1]) != 2
        || strlen(parts[2]) != 2)
        return FALSE;
    month = g_ascii_strtoll(parts[1], NULL, 10);
    day = g_ascii_strtoll(parts[2], NULL, 10);
    if (month < 1 || month > 12 || day < 1)
        return FALSE;
    /* What is no day of its month comes out as another one. */
    number = civil_day((int) year, (int) month, (int) day);
    again = civil_format(number);
    if (strcmp(again, text) != 0)
        return FALSE;
    *day_out = number;
    return TRUE;
}
