/*
 * print.c - rows and objects on a terminal; everything from outside is escaped before it is printed
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli.h"

void
print_escaped(const char *text)
{
    g_autofree char *escaped = text_escape(text);

    fputs(escaped, stdout);
}

static char *
array_text(const json_t *array)
{
    GString *text = g_string_new(NULL);
    const json_t *value;
    gsize i;

    json_array_foreach(array, i, value) {
        g_autofree char *one = value_text(value);

        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", one);
    }
    return g_string_free(text, FALSE);
}

char *
value_text(const json_t *value)
{
    switch (value != NULL ? json_typeof(value) : JSON_NULL) {
    case JSON_STRING:
        return text_escape(json_string_value(value));
    case JSON_INTEGER:
        return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
    case JSON_REAL:
        return g_strdup_printf("%.3g", json_real_value(value));
    case JSON_TRUE:
        return g_strdup("yes");
    case JSON_FALSE:
        return g_strdup("no");
    case JSON_ARRAY:
        return array_text(value);
    case JSON_OBJECT:
        return json_format(value, FALSE);
    case JSON_NULL:
    default:
        return g_strdup("");
    }
}

int
display_width(const char *text)
{
    int width = 0;

    for (const char *next = text; *next != '\0'; next = g_utf8_next_char(next)) {
        gunichar c = g_utf8_get_char(next);

        if (!g_unichar_iszerowidth(c))
            width += g_unichar_iswide(c) ? 2 : 1;
    }
    return width;
}

/* Cut to a width, with a mark that it was cut. */
static char *
cut_to_width(char *text, int max)
{
    int width = 0;
    char *next = text;

    if (max <= 0 || display_width(text) <= max)
        return text;
    while (*next != '\0') {
        int one = g_unichar_iswide(g_utf8_get_char(next)) ? 2 : 1;

        if (width + one > max - 1)
            break;
        width += one;
        next = g_utf8_next_char(next);
    }
    *next = '\0';
    {
        char *marked = g_strconcat(text, "\xe2\x80\xa6", NULL);

        g_free(text);
        return marked;
    }
}

static void
print_cell(const char *text, int width, gboolean right, gboolean last)
{
    int padding = width - display_width(text);

    if (right)
        printf("%*s%s", padding, "", text);
    else if (last)
        fputs(text, stdout);
    else
        printf("%s%*s", text, padding, "");
    fputs(last ? "\n" : "  ", stdout);
}

static gboolean
column_is_number(const json_t *rows, const char *key)
{
    const json_t *row;
    gsize i;

    json_array_foreach(rows, i, row) {
        const json_t *value = json_object_get(row, key);

        if (value != NULL && !json_is_null(value) && !json_is_number(value))
            return FALSE;
    }
    return json_array_size(rows) > 0;
}

static void
print_table(const json_t *rows, const Column *columns)
{
    gboolean cut = isatty(STDOUT_FILENO);
    gsize n_columns = 0, n = json_array_size(rows);
    g_autofree int *widths = NULL;
    g_autofree gboolean *numbers = NULL;
    g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);

    while (columns[n_columns].key != NULL)
        n_columns++;
    widths = g_new0(int, n_columns);
    numbers = g_new0(gboolean, n_columns);
    for (gsize c = 0; c < n_columns; c++) {
        widths[c] = display_width(columns[c].heading);
        numbers[c] = column_is_number(rows, columns[c].key);
    }
    for (gsize r = 0; r < n; r++)
        for (gsize c = 0; c < n_columns; c++) {
            char *cell = value_text(json_object_get(json_array_get(rows, r), columns[c].key));

            cell = cut ? cut_to_width(cell, columns[c].max_width) : cell;
            g_ptr_array_add(cells, cell);
            widths[c] = MAX(widths[c], display_width(cell));
        }
    for (gsize c = 0; c < n_columns; c++)
        print_cell(columns[c].heading, widths[c], numbers[c], c + 1 == n_columns);
    for (gsize r = 0; r < n; r++)
        for (gsize c = 0; c < n_columns; c++)
            print_cell(g_ptr_array_index(cells, r * n_columns + c), widths[c], numbers[c], c + 1 == n_columns);
}

void
print_rows(const Cli *cli, json_t *rows, const Column *columns)
{
    if (cli->json)
        json_print(rows, stdout);
    else if (json_array_size(rows) == 0)
        puts("(none)");
    else
        print_table(rows, columns);
}

void
print_object(const json_t *object)
{
    const char *key;
    const json_t *value;
    int width = 0;

    json_object_foreach((json_t *) object, key, value)
        width = MAX(width, (int) strlen(key) + 1);
    json_object_foreach((json_t *) object, key, value) {
        g_autofree char *label = g_strdup_printf("%s:", key);
        g_autofree char *text = value_text(value);

        if (text[0] != '\0' && !(json_is_object(value) && json_object_size(value) == 0))
            printf("%-*s %s\n", width, label, text);
    }
}
