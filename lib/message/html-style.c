#include "message/html-style-private.h"

#include <stdlib.h>
#include <string.h>

/* Of one property; longer values are of no interest here. */
#define MAX_VALUE 100

/* One "property:value" of a style, blanks squeezed out, in lower case. */
typedef struct {
    char name[32];
    char value[MAX_VALUE];
} Property;

typedef struct {
    gboolean no_height, no_overflow, border_none, border_left, border_top, padding_left, padding_top, flat_top, flat_bottom;
} Hints;

const char *
html_attribute(const xmlChar **attributes, const char *name)
{
    for (gsize i = 0; attributes != NULL && attributes[i] != NULL; i += 2) {
        if (strcmp((const char *) attributes[i], name) == 0)
            return attributes[i + 1] != NULL ? (const char *) attributes[i + 1] : "";
    }
    return NULL;
}

int
html_attribute_number(const xmlChar **attributes, const char *name, int otherwise)
{
    const char *value = html_attribute(attributes, name);
    char *end;
    long number;

    if (value == NULL)
        return otherwise;
    number = strtol(value, &end, 10);
    return end != value ? (int) CLAMP(number, -1000000, 1000000) : otherwise;
}

static const char *
copy_squeezed(const char *p, const char *stop, char *to, gsize size)
{
    gsize length = 0;

    for (; *p != '\0' && strchr(stop, *p) == NULL; p++) {
        if (!g_ascii_isspace(*p) && length + 1 < size)
            to[length++] = g_ascii_tolower(*p);
    }
    to[length] = '\0';
    return p;
}

/* Returns where the next one begins, or NULL at the end. */
static const char *
next_property(const char *p, Property *property_out)
{
    while (*p == ';' || g_ascii_isspace(*p))
        p++;
    if (*p == '\0')
        return NULL;
    p = copy_squeezed(p, ":;", property_out->name, sizeof property_out->name);
    property_out->value[0] = '\0';
    return *p == ':' ? copy_squeezed(p + 1, ";", property_out->value, sizeof property_out->value) : p;
}

/* A length that shows nothing: zero, or up to `most` of a unit. */
static gboolean
is_tiny(const char *value, double most)
{
    char *end;
    double number = g_ascii_strtod(value, &end);

    if (end == value || number < 0)
        return FALSE;
    if (number == 0)
        return TRUE;
    return number <= most && (g_str_has_prefix(end, "px") || g_str_has_prefix(end, "pt") || *end == '\0' || *end == '!');
}

static gboolean
is_length(const char *value)
{
    return g_ascii_isdigit(*value) || *value == '.';
}

static void
read_margin(const char *value, Hints *hints)
{
    /* "0cm0cm10pt0cm" is what the blanks leave of four lengths; a margin of zeros only has no other digit. */
    if (is_length(value) && value[strcspn(value, "123456789")] == '\0')
        hints->flat_top = hints->flat_bottom = TRUE;
}

static void
read_display(const Property *property, HtmlStyle *style)
{
    const char *name = property->name;
    const char *value = property->value;

    if (strcmp(name, "display") == 0)
        style->hidden = style->hidden || g_str_has_prefix(value, "none");
    else if (strcmp(name, "mso-hide") == 0)
        style->hidden = style->hidden || g_str_has_prefix(value, "all");
    else if (strcmp(name, "opacity") == 0)
        style->hidden = style->hidden || is_tiny(value, 0);
    else if (strcmp(name, "visibility") == 0)
        style->visible = !(style->invisible = g_str_has_prefix(value, "hidden") || g_str_has_prefix(value, "collapse"));
    else if (strcmp(name, "font-size") == 0)
        style->size = !(style->no_size = is_tiny(value, 1));
    else if (strcmp(name, "white-space") == 0)
        style->pre = g_str_has_prefix(value, "pre") || g_str_has_prefix(value, "break-spaces");
    else if (strcmp(name, "mso-list") == 0)
        style->list_mark = strstr(value, "ignore") != NULL;
}

static void
read_box(const Property *property, Hints *hints)
{
    const char *name = property->name;
    const char *value = property->value;

    if (strcmp(name, "max-height") == 0 || strcmp(name, "height") == 0 || strcmp(name, "max-width") == 0)
        hints->no_height = hints->no_height || is_tiny(value, 1);
    else if (strcmp(name, "overflow") == 0)
        hints->no_overflow = g_str_has_prefix(value, "hidden");
    else if (strcmp(name, "margin") == 0)
        read_margin(value, hints);
    else if (strcmp(name, "margin-top") == 0)
        hints->flat_top = is_tiny(value, 0);
    else if (strcmp(name, "margin-bottom") == 0)
        hints->flat_bottom = is_tiny(value, 1);
    else if (strcmp(name, "border") == 0)
        hints->border_none = g_str_has_prefix(value, "none") || is_tiny(value, 0);
    else if (strcmp(name, "border-left") == 0)
        hints->border_left = strstr(value, "solid") != NULL && strstr(value, "1.5pt") != NULL;
    else if (strcmp(name, "border-top") == 0)
        hints->border_top = strstr(value, "solid") != NULL && (strstr(value, "1.0pt") != NULL || strstr(value, "1pt") != NULL);
    else if (strcmp(name, "padding") == 0) {
        hints->padding_left = g_str_has_suffix(value, "4.0pt") || g_str_has_suffix(value, "4pt");
        hints->padding_top = g_str_has_prefix(value, "3.0pt0") || g_str_has_prefix(value, "3pt0");
    }
}

void
html_style_read(const xmlChar **attributes, HtmlStyle *style_out)
{
    const char *p = html_attribute(attributes, "style");
    Hints hints = { 0 };
    Property property;

    *style_out = (HtmlStyle){ .hidden = html_attribute(attributes, "hidden") != NULL };
    while (p != NULL && (p = next_property(p, &property)) != NULL) {
        read_display(&property, style_out);
        read_box(&property, &hints);
        style_out->ruled = style_out->ruled || (strcmp(property.name, "border") == 0 && strstr(property.value, "solid") != NULL);
    }
    style_out->hidden = style_out->hidden || (hints.no_height && hints.no_overflow);
    style_out->no_margin = hints.flat_top && hints.flat_bottom;
    style_out->no_border = hints.border_none;
    style_out->left_border = hints.border_none && hints.border_left && hints.padding_left;
    style_out->top_border = hints.border_none && hints.border_top && hints.padding_top;
}
