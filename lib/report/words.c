#include "report/words.h"

#define MINUTE ((gint64) 60)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static gint64
rounded(double seconds, gint64 unit)
{
    return (gint64) (seconds / (double) unit + 0.5) * unit;
}

static char *
two_units(gint64 seconds, gint64 large, char large_name, gint64 small, char small_name)
{
    gint64 rest = seconds % large / small;

    if (rest == 0)
        return g_strdup_printf("%" G_GINT64_FORMAT "%c", seconds / large, large_name);
    return g_strdup_printf("%" G_GINT64_FORMAT "%c %" G_GINT64_FORMAT "%c", seconds / large, large_name, rest, small_name);
}

char *
report_duration(double seconds)
{
    if (rounded(seconds, 1) < MINUTE)
        return g_strdup_printf("%" G_GINT64_FORMAT "s", rounded(MAX(seconds, 0), 1));
    if (rounded(seconds, MINUTE) < HOUR)
        return two_units(rounded(seconds, MINUTE), MINUTE, 'm', 1, 's');
    if (rounded(seconds, MINUTE) < DAY)
        return two_units(rounded(seconds, MINUTE), HOUR, 'h', MINUTE, 'm');
    return two_units(rounded(seconds, HOUR), DAY, 'd', HOUR, 'h');
}

char *
report_percent(double percent)
{
    if (percent < 0)
        return g_strdup("-");
    if (percent > 99.9 && percent < 100)
        percent = 99.9;
    if (percent > 0 && percent < 0.1)
        percent = 0.1;
    if (percent <= 0 || percent >= 100)
        return g_strdup_printf("%.0f%%", percent);
    return g_strdup_printf("%.1f%%", percent);
}

char *
report_change(gint64 count, gint64 before)
{
    gint64 change = count - before;

    if (before == 0)
        return count == 0 ? g_strdup("0") : g_strdup_printf("%+" G_GINT64_FORMAT " (new)", change);
    if (change == 0)
        return g_strdup("0");
    return g_strdup_printf("%+" G_GINT64_FORMAT " (%+.0f%%)", change, 100.0 * (double) change / (double) before);
}
