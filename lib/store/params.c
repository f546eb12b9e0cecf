/*
 * params.c - the values of one statement
 */
#include <config.h>

#include "store/store-private.h"

#include <limits.h>
#include <string.h>

void
params_init(Params *params)
{
    memset(params, 0, sizeof *params);
}

void
params_clear(Params *params)
{
    for (int i = 0; i < params->n; i++)
        g_free(params->owned[i]);
    params_init(params);
}

static void
add(Params *params, const char *value, char *owned, gsize length, int format)
{
    g_assert(params->n < PARAMS_MAX && length <= INT_MAX);
    params->values[params->n] = value;
    params->owned[params->n] = owned;
    params->lengths[params->n] = (int) length;
    params->formats[params->n] = format;
    params->n++;
}

static void
add_owned(Params *params, char *text)
{
    add(params, text, text, 0, 0);
}

void
params_text(Params *params, const char *text)
{
    add(params, text, NULL, 0, 0);
}

void
params_int(Params *params, gint64 value)
{
    add_owned(params, g_strdup_printf("%" G_GINT64_FORMAT, value));
}

void
params_int_or_null(Params *params, gint64 value)
{
    if (value == 0)
        params_text(params, NULL);
    else
        params_int(params, value);
}

void
params_bool(Params *params, gboolean value)
{
    params_text(params, value ? "t" : "f");
}

void
params_bytes(Params *params, const void *bytes, gsize length)
{
    add(params, length > 0 ? bytes : "", NULL, length, 1);
}

/* A time outside of the years 1 to 9999 is nobody's: null, as if there were none. */
void
params_time(Params *params, gint64 time)
{
    gint64 second = time / G_USEC_PER_SEC - (time % G_USEC_PER_SEC < 0 ? 1 : 0);
    g_autoptr(GDateTime) moment = time != 0 ? g_date_time_new_from_unix_utc(second) : NULL;
    g_autofree char *text = moment != NULL ? g_date_time_format(moment, "%Y-%m-%dT%H:%M:%S") : NULL;

    if (text == NULL)
        params_text(params, NULL);
    else
        add_owned(params, g_strdup_printf("%s.%06dZ", text, (int) (time - second * G_USEC_PER_SEC)));
}

void
params_int_array(Params *params, const gint64 *values, gsize n)
{
    GString *array = g_string_new("{");

    for (gsize i = 0; i < n; i++)
        g_string_append_printf(array, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", values[i]);
    g_string_append_c(array, '}');
    add_owned(params, g_string_free(array, FALSE));
}

static void
append_quoted(GString *array, const char *text)
{
    g_string_append_c(array, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_c(array, '\\');
        g_string_append_c(array, *text);
    }
    g_string_append_c(array, '"');
}

void
params_text_array(Params *params, const char *const *values, gsize n)
{
    GString *array = g_string_new("{");

    for (gsize i = 0; i < n; i++) {
        if (i > 0)
            g_string_append_c(array, ',');
        if (values[i] == NULL)
            g_string_append(array, "NULL");
        else
            append_quoted(array, values[i]);
    }
    g_string_append_c(array, '}');
    add_owned(params, g_string_free(array, FALSE));
}

void
params_bytes_array(Params *params, const guint8 *values, gsize size, gsize n)
{
    GString *array = g_string_new("{");

    for (gsize i = 0; i < n; i++) {
        g_string_append(array, i > 0 ? ",\"\\\\x" : "\"\\\\x");
        for (gsize byte = 0; byte < size; byte++)
            g_string_append_printf(array, "%02x", values[i * size + byte]);
        g_string_append_c(array, '"');
    }
    g_string_append_c(array, '}');
    add_owned(params, g_string_free(array, FALSE));
}
