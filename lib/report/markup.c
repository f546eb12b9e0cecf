#include "report/markup.h"

#include <string.h>

#include "base/text.h"

#define REPLACEMENT "\xef\xbf\xbd"

void
markup_text(GString *page, const char *text)
{
    g_autofree char *clean = text_sanitise(text, strlen(text));

    for (const char *p = clean; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        if (c == '&')
            g_string_append(page, "&amp;");
        else if (c == '<')
            g_string_append(page, "&lt;");
        else if (c == '>')
            g_string_append(page, "&gt;");
        else if (c == '"')
            g_string_append(page, "&quot;");
        else if (c == '\'')
            g_string_append(page, "&#39;");
        else if (text_char_is_unsafe(c))
            g_string_append(page, REPLACEMENT);
        else
            g_string_append_unichar(page, c);
    }
}

void
markup_raw(GString *page, const char *markup)
{
    g_string_append(page, markup);
}

void
markup_format(GString *page, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_string_append_vprintf(page, format, arguments);
    va_end(arguments);
}

void
markup_number(GString *page, const char *attribute, double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd(text, sizeof text, "%.1f", number);
    if (g_str_has_suffix(text, ".0"))
        text[strlen(text) - 2] = '\0';
    g_string_append_printf(page, " %s=\"%s\"", attribute, text);
}
