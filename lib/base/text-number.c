/*
 * text-number.c - numbers, durations and sizes as people write them in mailgw.conf and on the command line
 */
#include "base/error.h"
#include "base/text.h"

#include <string.h>

typedef struct {
    const char *suffix;
    gint64 factor;
} Unit;

static const Unit duration_units[] = {
    { "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 }, { "w", 7 * 86400 },
};

static const Unit size_units[] = {
    { "", 1 },
    { "K", 1 << 10 }, { "KiB", 1 << 10 },
    { "M", 1 << 20 }, { "MiB", 1 << 20 },
    { "G", 1 << 30 }, { "GiB", 1 << 30 },
};

/* Digits and one of the units, nothing else; at most max. */
static gboolean
parse_with_unit(const char *text, const Unit *units, gsize n_units, gint64 max, gint64 *value_out)
{
    gint64 value = 0;

    if (!g_ascii_isdigit(*text))
        return FALSE;
    for (; g_ascii_isdigit(*text); text++) {
        int digit = *text - '0';

        if (value > (max - digit) / 10)
            return FALSE;
        value = value * 10 + digit;
    }
    for (gsize i = 0; i < n_units; i++) {
        if (strcmp(text, units[i].suffix) != 0)
            continue;
        if (value > max / units[i].factor)
            return FALSE;
        *value_out = value * units[i].factor;
        return TRUE;
    }
    return FALSE;
}

gboolean
text_parse_duration(const char *text, gint64 *seconds_out, GError **error)
{
    /* Callers count in microseconds, so that the largest duration is one that can be. */
    if (parse_with_unit(text, duration_units, G_N_ELEMENTS(duration_units), G_MAXINT64 / G_USEC_PER_SEC,
                        seconds_out))
        return TRUE;
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID,
                "cannot read \"%.40s\": expected a duration such as 60s, 5m, 4h, 2d", text);
    return FALSE;
}

gboolean
text_parse_size(const char *text, gint64 *bytes_out, GError **error)
{
    if (parse_with_unit(text, size_units, G_N_ELEMENTS(size_units), G_MAXINT64, bytes_out))
        return TRUE;
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID,
                "cannot read \"%.40s\": expected a size such as 512K, 25M, 1G", text);
    return FALSE;
}

gboolean
text_parse_int64(const char *text, gint64 min, gint64 max, gint64 *value_out, GError **error)
{
    gint64 value;

    if (*text != '+' && g_ascii_string_to_signed(text, 10, min, max, &value, NULL)) {
        *value_out = value;
        return TRUE;
    }
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID,
                "cannot read \"%.40s\": expected a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                text, min, max);
    return FALSE;
}
