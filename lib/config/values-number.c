/*
 * values-number.c - yes and no, numbers, durations, sizes, rates, choices
 */
#include "config/values-private.h"
#include "base/text.h"
#include "config/config.h"

#include <string.h>

/* The units that durations and rates are printed in, the largest first. */
static const struct {
    const char *suffix;
    gint64 seconds;
} units[] = { { "d", 86400 }, { "h", 3600 }, { "m", 60 }, { "s", 1 } };

static ValueResult
set_number(const Option *option, gint64 number, gpointer member)
{
    if (number < option->min || number > option->max)
        return VALUE_OUT_OF_RANGE;
    *(gint64 *) member = number;
    return VALUE_OK;
}

static char *
format_seconds(gint64 seconds)
{
    for (gsize i = 0; seconds > 0 && i < G_N_ELEMENTS(units); i++)
        if (seconds % units[i].seconds == 0)
            return g_strdup_printf("%" G_GINT64_FORMAT "%s", seconds / units[i].seconds, units[i].suffix);
    return g_strdup("0");
}

static ValueResult
parse_bool(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text,
           gpointer member)
{
    gboolean yes = strcmp(text, "yes") == 0;

    if (!yes && strcmp(text, "no") != 0)
        return VALUE_MALFORMED;
    *(gboolean *) member = yes;
    return VALUE_OK;
}

static char *
format_bool(G_GNUC_UNUSED const Option *option, gconstpointer member)
{
    return g_strdup(*(const gboolean *) member ? "yes" : "no");
}

static ValueResult
parse_int(const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    gint64 number;

    if (!text_parse_int64(text, G_MININT64, G_MAXINT64, &number, NULL))
        return VALUE_MALFORMED;
    return set_number(option, number, member);
}

static char *
format_int(G_GNUC_UNUSED const Option *option, gconstpointer member)
{
    return g_strdup_printf("%" G_GINT64_FORMAT, *(const gint64 *) member);
}

static ValueResult
parse_octal(const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    gsize length = strlen(text);

    if (length < 3 || length > 5 || strspn(text, "01234567") != length)
        return VALUE_MALFORMED;
    return set_number(option, (gint64) g_ascii_strtoull(text, NULL, 8), member);
}

static char *
format_octal(G_GNUC_UNUSED const Option *option, gconstpointer member)
{
    return g_strdup_printf("%04o", (guint) *(const gint64 *) member);
}

static ValueResult
parse_duration(const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    gint64 seconds;

    if (!text_parse_duration(text, &seconds, NULL))
        return VALUE_MALFORMED;
    return set_number(option, seconds, member);
}

static char *
format_duration(G_GNUC_UNUSED const Option *option, gconstpointer member)
{
    return format_seconds(*(const gint64 *) member);
}

static ValueResult
parse_size(const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    gint64 bytes;

    if (!text_parse_size(text, &bytes, NULL))
        return VALUE_MALFORMED;
    return set_number(option, bytes, member);
}

static char *
format_size(G_GNUC_UNUSED const Option *option, gconstpointer member)
{
    static const char suffixes[] = "KMG";
    gint64 bytes = *(const gint64 *) member;
    int suffix = -1;

    while (bytes > 0 && bytes % 1024 == 0 && suffix < 2) {
        bytes /= 1024;
        suffix++;
    }
    if (suffix < 0)
        return g_strdup_printf("%" G_GINT64_FORMAT, bytes);
    return g_strdup_printf("%" G_GINT64_FORMAT "%c", bytes, suffixes[suffix]);
}

gint64
value_period_of_key(const char *key)
{
    if (g_str_has_suffix(key, "-hour"))
        return 3600;
    return g_str_has_suffix(key, "-day") ? 86400 : 0;
}

/* "h", "10m": the time behind the slash of a rate. */
static gboolean
parse_period(const char *text, gint64 *seconds_out)
{
    g_autofree char *one = g_ascii_isdigit(*text) ? g_strdup(text) : g_strconcat("1", text, NULL);

    return g_ascii_isalpha(one[strlen(one) - 1]) && text_parse_duration(one, seconds_out, NULL)
           && *seconds_out > 0;
}

static ValueResult
parse_rate(const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    g_auto(GStrv) parts = g_strsplit(text, "/", 2);
    gint64 period_of_key = value_period_of_key(option->key);
    Rate rate = { 0, period_of_key };
    ValueResult result;

    if (!text_parse_int64(parts[0], G_MININT64, G_MAXINT64, &rate.count, NULL))
        return VALUE_MALFORMED;
    if (parts[1] == NULL ? period_of_key == 0 : !parse_period(parts[1], &rate.seconds))
        return VALUE_MALFORMED;
    /* "per-sender-hour = 5/d" says two things. */
    if (period_of_key > 0 && rate.seconds != period_of_key)
        return VALUE_MALFORMED;
    result = set_number(option, rate.count, &rate.count);
    if (result == VALUE_OK)
        *(Rate *) member = rate;
    return result;
}

static char *
format_rate(const Option *option, gconstpointer member)
{
    const Rate *rate = member;
    g_autofree char *period = NULL;

    if (value_period_of_key(option->key) > 0)
        return g_strdup_printf("%" G_GINT64_FORMAT, rate->count);
    period = format_seconds(rate->seconds);
    /* "1h" is written "h" */
    return g_strdup_printf("%" G_GINT64_FORMAT "/%s", rate->count,
                           period[0] == '1' && g_ascii_isalpha(period[1]) ? period + 1 : period);
}

static ValueResult
parse_choice(const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    g_auto(GStrv) words = g_strsplit(option->choices, "|", -1);

    for (guint i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            *(guint *) member = i;
            return VALUE_OK;
        }
    }
    return VALUE_MALFORMED;
}

static char *
format_choice(const Option *option, gconstpointer member)
{
    g_auto(GStrv) words = g_strsplit(option->choices, "|", -1);

    return g_strdup(words[*(const guint *) member]);
}

/* parse_choice() writes every enum as a guint. */
G_STATIC_ASSERT(sizeof(ClosedPolicy) == sizeof(guint));
G_STATIC_ASSERT(sizeof(BareNewline) == sizeof(guint));
G_STATIC_ASSERT(sizeof(Unauthenticated) == sizeof(guint));
G_STATIC_ASSERT(sizeof(SeveralQueues) == sizeof(guint));
G_STATIC_ASSERT(sizeof(ImapSecurityOption) == sizeof(guint));
G_STATIC_ASSERT(sizeof(ImapAllowPlaintext) == sizeof(guint));
G_STATIC_ASSERT(sizeof(ImapMechanismOption) == sizeof(guint));
G_STATIC_ASSERT(sizeof(ImapOrder) == sizeof(guint));

const ValueType value_type_bool = { parse_bool, format_bool, NULL, "yes or no", NULL };
const ValueType value_type_int = { parse_int, format_int, NULL, "a whole number", NULL };
const ValueType value_type_octal = { parse_octal, format_octal, NULL, "a file mode such as 0660", NULL };
const ValueType value_type_duration = { parse_duration, format_duration, NULL,
                                        "a duration such as 60s, 5m, 4h, 2d", NULL };
const ValueType value_type_size = { parse_size, format_size, NULL, "a size such as 512K, 25M", NULL };
const ValueType value_type_rate = { parse_rate, format_rate, NULL, "a rate such as 3/h, 10/d, 5/10m", NULL };
const ValueType value_type_choice = { parse_choice, format_choice, NULL, "one of the words in the manual", NULL };
