/*
 * values-text.c - texts, paths, names for subject tags
 */
#include "config/values-private.h"

#include <string.h>

static ValueResult
parse_text(const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    if (option->choices != NULL) {
        g_auto(GStrv) words = g_strsplit(option->choices, "|", -1);

        if (!g_strv_contains((const char *const *) words, text))
            return VALUE_MALFORMED;
    }
    if (strlen(text) > (gsize) option->max)
        return VALUE_OUT_OF_RANGE;
    value_set_text(member, g_strdup(text));
    return VALUE_OK;
}

static ValueResult
parse_path(G_GNUC_UNUSED const Option *option, const char *directory, const char *text, gpointer member)
{
    value_set_text(member, g_canonicalize_filename(text, directory));
    return VALUE_OK;
}

/* "[Northwind #1042]": brackets and the number sign would make a tag that cannot be read back. */
static ValueResult
check_tag(const Option *option, const char *text)
{
    if (*text == '\0' || strpbrk(text, "[]#") != NULL)
        return VALUE_MALFORMED;
    return strlen(text) > (gsize) option->max ? VALUE_OUT_OF_RANGE : VALUE_OK;
}

static ValueResult
parse_tag(const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    ValueResult result = check_tag(option, text);

    if (result == VALUE_OK)
        value_set_text(member, g_strdup(text));
    return result;
}

static ValueResult
parse_tag_list(const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    g_auto(GStrv) names = g_strsplit(text, ",", -1);

    for (char **name = names; *name != NULL; name++) {
        ValueResult result = check_tag(option, g_strstrip(*name));

        if (result != VALUE_OK)
            return result;
    }
    value_set_list(member, g_steal_pointer(&names));
    return VALUE_OK;
}

static ValueResult
parse_timezone(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(text);

    if (zone == NULL)
        return VALUE_MALFORMED;
    value_set_text(member, g_strdup(text));
    return VALUE_OK;
}

const ValueType value_type_text = { parse_text, value_format_text, value_clear_text, "a text", NULL };
const ValueType value_type_path = { parse_path, value_format_text, value_clear_text, "a path", NULL };
const ValueType value_type_tag = { parse_tag, value_format_text, value_clear_text,
                                   "a name without \"[\", \"]\" and \"#\"", NULL };
const ValueType value_type_tag_list = { parse_tag_list, value_format_list, value_clear_list,
                                        "names without \"[\", \"]\" and \"#\", separated by commas", NULL };
const ValueType value_type_timezone = { parse_timezone, value_format_text, value_clear_text,
                                        "a time zone such as Europe/Athens or UTC", NULL };
