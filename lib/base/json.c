/*
 * json.c - making and printing JSON values
 */
#include "base/json.h"
#include "base/clock.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

json_t *
json_text(const char *text)
{
    g_autofree char *clean = NULL;
    gsize length;
    json_t *value;

    if (text == NULL)
        return json_null();
    length = strlen(text);
    if (!g_utf8_validate_len(text, length, NULL)) {
        clean = text_sanitise(text, length);
        text = clean;
        length = strlen(clean);
    }
    value = json_stringn_nocheck(text, length);
    g_assert(value != NULL);
    return value;
}

json_t *
json_time(gint64 time)
{
    g_autofree char *text = NULL;

    if (time == 0)
        return json_null();
    text = clock_format_utc(time);
    return json_text(text);
}

/* ---- printing: our own, because jansson checks each character anew, and what it leaves must be looked at once more ---- */

typedef struct {
    GString *text;
    gboolean indent;
    guint    depth;
} Printer;

static void
new_line(Printer *printer)
{
    if (!printer->indent)
        return;
    g_string_append_c(printer->text, '\n');
    for (guint i = 0; i < printer->depth; i++)
        g_string_append(printer->text, "  ");
}

/* An octet that is printed as it is, wherever it stands in a character of UTF-8. */
static gboolean
is_plain(guchar octet)
{
    return octet >= ' ' && octet != '"' && octet != '\\' && octet != 0x7f && octet != 0xc2 && octet != 0xd8 && octet != 0xe2;
}

static void
print_escaped_char(GString *text, gunichar c)
{
    static const char short_names[] = "\"\"\\\\\bb\ff\nn\rr\tt";

    for (gsize i = 0; i + 1 < sizeof short_names; i += 2) {
        if (c == (guchar) short_names[i]) {
            g_string_append_c(text, '\\');
            g_string_append_c(text, short_names[i + 1]);
            return;
        }
    }
    g_string_append_printf(text, "\\u%04X", c);
}

/* What must not reach a terminal lies below U+10000, so that one \uNNNN each will do. */
static void
print_string(GString *text, const char *string, gsize length)
{
    const char *end = string + length, *plain = string;

    g_string_append_c(text, '"');
    while (string < end) {
        gunichar c;

        while (string < end && is_plain((guchar) *string))
            string++;
        if (string == end)
            break;
        c = g_utf8_get_char(string);
        if (c == '"' || c == '\\' || text_char_is_unsafe(c)) {
            g_string_append_len(text, plain, string - plain);
            print_escaped_char(text, c);
            plain = g_utf8_next_char(string);
        }
        string = g_utf8_next_char(string);
    }
    g_string_append_len(text, plain, end - plain);
    g_string_append_c(text, '"');
}

static void print_value(Printer *printer, const json_t *value);

static void
print_array(Printer *printer, const json_t *array)
{
    gsize count = json_array_size(array);

    g_string_append_c(printer->text, '[');
    printer->depth++;
    for (gsize i = 0; i < count; i++) {
        if (i > 0)
            g_string_append_c(printer->text, ',');
        new_line(printer);
        print_value(printer, json_array_get(array, i));
    }
    printer->depth--;
    if (count > 0)
        new_line(printer);
    g_string_append_c(printer->text, ']');
}

static void
print_object(Printer *printer, const json_t *object)
{
    json_t *unchanged = (json_t *) object;    /* jansson's iterator asks for it without const */
    const char *key;
    json_t *value;
    gboolean any = FALSE;

    g_string_append_c(printer->text, '{');
    printer->depth++;
    json_object_foreach(unchanged, key, value) {
        if (any)
            g_string_append_c(printer->text, ',');
        any = TRUE;
        new_line(printer);
        print_string(printer->text, key, strlen(key));
        g_string_append(printer->text, printer->indent ? ": " : ":");
        print_value(printer, value);
    }
    printer->depth--;
    if (any)
        new_line(printer);
    g_string_append_c(printer->text, '}');
}

static void
print_real(GString *text, const json_t *value)
{
    char *number = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));   /* 17 would tell 0.3 as 0.29999999999999999 */

    g_assert(number != NULL);
    g_string_append(text, number);
    free(number);
}

/* The depth is that of what the program put together, or of what jansson has read, which stops at 2048. */
static void
print_value(Printer *printer, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        print_object(printer, value);
        break;
    case JSON_ARRAY:
        print_array(printer, value);
        break;
    case JSON_STRING:
        print_string(printer->text, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        g_string_append_printf(printer->text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL:
        print_real(printer->text, value);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        g_string_append(printer->text, json_is_true(value) ? "true" : "false");
        break;
    case JSON_NULL:
        g_string_append(printer->text, "null");
        break;
    }
}

char *
json_format(const json_t *value, gboolean indent)
{
    Printer printer = { g_string_sized_new(1024), indent, 0 };

    print_value(&printer, value);
    return g_string_free(printer.text, FALSE);
}

void
json_print(const json_t *value, FILE *to)
{
    g_autofree char *text = json_format(value, TRUE);

    fputs(text, to);
    fputc('\n', to);
}
