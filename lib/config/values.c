/*
 * values.c - the table of types
 */
#include "config/values-private.h"
#include "base/text.h"

#include <string.h>

static const ValueType *const types[N_OPTION_TYPES] = {
    [OPTION_TEXT] = &value_type_text,
    [OPTION_TAG] = &value_type_tag,
    [OPTION_TAG_LIST] = &value_type_tag_list,
    [OPTION_TIMEZONE] = &value_type_timezone,
    [OPTION_BOOL] = &value_type_bool,
    [OPTION_INT] = &value_type_int,
    [OPTION_OCTAL] = &value_type_octal,
    [OPTION_DURATION] = &value_type_duration,
    [OPTION_SIZE] = &value_type_size,
    [OPTION_RATE] = &value_type_rate,
    [OPTION_PATH] = &value_type_path,
    [OPTION_DATABASE_URL] = &value_type_database_url,
    [OPTION_DOMAIN] = &value_type_domain,
    [OPTION_LISTEN] = &value_type_listen,
    [OPTION_NETWORK_LIST] = &value_type_network_list,
    [OPTION_ADDRESS] = &value_type_address,
    [OPTION_ADDRESS_LIST] = &value_type_address_list,
    [OPTION_CHOICE] = &value_type_choice,
    [OPTION_TRANSPORT] = &value_type_transport,
    [OPTION_ENVELOPE_SENDER] = &value_type_envelope_sender,
    [OPTION_HOURS] = &value_type_hours,
    [OPTION_DAY_HOURS] = &value_type_day_hours,
    [OPTION_WORKING_TIME] = &value_type_working_time,
    [OPTION_PERCENT] = &value_type_percent,
    [OPTION_NAME] = &value_type_name,
    [OPTION_HTTPS_URL] = &value_type_https_url,
    [OPTION_SECRET_URL] = &value_type_secret_url,
    [OPTION_FILE_LIST] = &value_type_file_list,
    [OPTION_FOLDER_LIST] = &value_type_folder_list,
    [OPTION_KEYWORD] = &value_type_keyword,
    [OPTION_PIN] = &value_type_pin,
    [OPTION_AFTER] = &value_type_after,
    [OPTION_IMPORT] = &value_type_import,
    [OPTION_MOMENT] = &value_type_moment,
};

ValueResult
value_parse(const Option *option, const char *directory, const char *text, gpointer values)
{
    if (*text == '\0')
        return VALUE_MALFORMED;
    return types[option->type]->parse(option, directory, text, G_STRUCT_MEMBER_P(values, option->offset));
}

char *
value_format(const Option *option, gconstpointer values)
{
    return types[option->type]->format(option, (const guint8 *) values + option->offset);
}

void
value_clear(const Option *option, gpointer values)
{
    if (types[option->type]->clear != NULL)
        types[option->type]->clear(G_STRUCT_MEMBER_P(values, option->offset));
}

/* "one of reopen, new, reject; did you mean "new"?" */
static char *
expected_choice(const Option *option, const char *text)
{
    g_auto(GStrv) words = g_strsplit(option->choices, "|", -1);
    g_autofree char *list = g_strjoinv(", ", words);
    const char *nearest = text_nearest(text, (const char *const *) words);

    if (nearest == NULL)
        return g_strdup_printf("one of %s", list);
    return g_strdup_printf("one of %s; did you mean \"%s\"?", list, nearest);
}

static char *
format_bound(const Option *option, gint64 bound)
{
    /* Printed as any value of the type would be; a rate's bounds are those of its count. */
    if (option->type == OPTION_RATE)
        return g_strdup_printf("%" G_GINT64_FORMAT, bound);
    return types[option->type]->format(option, &bound);
}

char *
value_expected(const Option *option, ValueResult result, const char *text)
{
    g_autofree char *low = NULL;
    g_autofree char *high = NULL;
    g_autofree char *why = NULL;
    gint64 period = value_period_of_key(option->key);

    if (option->choices != NULL)
        return expected_choice(option, text);
    switch (option->type) {
    case OPTION_INT:
    case OPTION_OCTAL:
    case OPTION_DURATION:
    case OPTION_SIZE:
    case OPTION_RATE:
    case OPTION_PERCENT:
        low = format_bound(option, option->min);
        high = format_bound(option, option->max);
        break;
    default:
        break;
    }
    if (option->type == OPTION_RATE && result == VALUE_MALFORMED && period > 0)
        return g_strdup_printf("a number such as 3 (in %s)", period == 3600 ? "an hour" : "a day");
    if (result == VALUE_OUT_OF_RANGE && low != NULL)
        return g_strdup_printf("a value from %s to %s", low, high);
    if (result == VALUE_OUT_OF_RANGE)
        return g_strdup_printf("at most %" G_GINT64_FORMAT " octets", option->max);
    why = types[option->type]->explain != NULL && *text != '\0' ? types[option->type]->explain(text) : NULL;
    return g_strconcat(types[option->type]->expected, why != NULL ? ": " : NULL, why, NULL);
}

void
value_set_text(gpointer member, char *text)
{
    char **to = member;

    g_free(*to);
    *to = text;
}

void
value_set_list(gpointer member, char **list)
{
    char ***to = member;

    g_strfreev(*to);
    *to = list;
}

char *
value_format_text(G_GNUC_UNUSED const Option *option, gconstpointer member)
{
    char *const *text = member;

    return g_strdup(*text);
}

char *
value_format_list(G_GNUC_UNUSED const Option *option, gconstpointer member)
{
    char **const *list = member;

    return *list == NULL || **list == NULL ? NULL : g_strjoinv(", ", *list);
}

void
value_clear_text(gpointer member)
{
    value_set_text(member, NULL);
}

void
value_clear_list(gpointer member)
{
    value_set_list(member, NULL);
}
