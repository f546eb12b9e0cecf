/*
 * values-targets.c - hours, working time, shares, files that stand in a folder, names of other sections
 */
#include <string.h>

#include "base/text.h"
#include "config/config.h"
#include "config/values-private.h"

/* ---- hours -------------------------------------------------------------------------------------------------- */

static void
set_array(gpointer member, GArray *array)
{
    GArray **to = member;

    g_clear_pointer(to, g_array_unref);
    *to = array;
}

static void
clear_array(gpointer member)
{
    set_array(member, NULL);
}

static ValueResult
parse_hours(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    GArray *spans = hours_parse(text, NULL);

    if (spans == NULL)
        return VALUE_MALFORMED;
    set_array(member, spans);
    return VALUE_OK;
}

static char *
format_hours(G_GNUC_UNUSED const Option *option, gconstpointer member)
{
    GArray *const *spans = member;

    return *spans == NULL ? NULL : hours_format(*spans);
}

static ValueResult
parse_day_hours(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    GArray *spans = hours_parse_day(text, NULL);

    if (spans == NULL)
        return VALUE_MALFORMED;
    set_array(member, spans);
    return VALUE_OK;
}

static char *
format_day_hours(G_GNUC_UNUSED const Option *option, gconstpointer member)
{
    GArray *const *spans = member;

    return *spans == NULL ? NULL : hours_format_day(*spans);
}

static char *
explain_hours(const char *text)
{
    char *why = NULL;
    GArray *spans = hours_parse(text, &why);

    g_assert(spans == NULL);
    return why;
}

static char *
explain_day_hours(const char *text)
{
    char *why = NULL;
    GArray *spans = hours_parse_day(text, &why);

    g_assert(spans == NULL);
    return why;
}

/* ---- working time ------------------------------------------------------------------------------------------- */

static ValueResult
parse_working_time(const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    if (option->choices != NULL && g_str_equal(text, option->choices)) {
        *(WorkingTime *) member = (WorkingTime) { .given = FALSE };
        return VALUE_OK;
    }
    return working_time_parse(text, member, NULL) ? VALUE_OK : VALUE_MALFORMED;
}

static char *
format_working_time(const Option *option, gconstpointer member)
{
    const WorkingTime *time = member;

    return time->given ? working_time_format(time) : g_strdup(option->choices);
}

static char *
explain_working_time(const char *text)
{
    WorkingTime time;
    char *why = NULL;

    working_time_parse(text, &time, &why);
    return why;
}

/* "75%" */
static ValueResult
parse_percent(const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    gsize length = strlen(text);
    g_autofree char *number = NULL;
    gint64 percent;

    if (length < 2 || text[length - 1] != '%')
        return VALUE_MALFORMED;
    number = g_strchomp(g_strndup(text, length - 1));
    if (!text_parse_int64(number, G_MININT64, G_MAXINT64, &percent, NULL))
        return VALUE_MALFORMED;
    if (percent < option->min || percent > option->max)
        return VALUE_OUT_OF_RANGE;
    *(gint64 *) member = percent;
    return VALUE_OK;
}

static char *
format_percent(G_GNUC_UNUSED const Option *option, gconstpointer member)
{
    gint64 percent = *(const gint64 *) member;

    return percent == 0 ? NULL : g_strdup_printf("%" G_GINT64_FORMAT "%%", percent);
}

/* ---- names and files ---------------------------------------------------------------------------------------- */

/* Whether a section bears that name is looked at when all of the file is known (check.c). */
static ValueResult
parse_name(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    value_set_text(member, g_strdup(text));
    return VALUE_OK;
}

static ValueResult
parse_file_list(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    g_auto(GStrv) names = g_strsplit(text, ",", -1);

    for (char **name = names; *name != NULL; name++)
        if (*g_strstrip(*name) == '\0')
            return VALUE_MALFORMED;
    value_set_list(member, g_steal_pointer(&names));
    return VALUE_OK;
}

const ValueType value_type_hours = { parse_hours, format_hours, clear_array,
                                     "hours such as Mon-Fri 09:00-13:00 14:00-18:00; Sat 10:00-14:00", explain_hours };
const ValueType value_type_day_hours = { parse_day_hours, format_day_hours, clear_array, "spans such as 09:00-13:00 14:00-18:00",
                                         explain_day_hours };
const ValueType value_type_working_time = { parse_working_time, format_working_time, NULL,
                                            "working time such as 30m, 4h, 3d, 1d 4h", explain_working_time };
const ValueType value_type_percent = { parse_percent, format_percent, NULL, "a share such as 75%", NULL };
const ValueType value_type_name = { parse_name, value_format_text, value_clear_text, "the name of a section", NULL };
const ValueType value_type_file_list = { parse_file_list, value_format_list, value_clear_list, "files, separated by commas", NULL };
