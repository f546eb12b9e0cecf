#include "message/html-element-private.h"

#include <string.h>

#define MAX_TARGET 2000
#define MAX_IMAGE_TEXT 200

/* An image this small shows nothing. */
#define TRACKER_PIXELS 2

static const char *const schemes[] = { "http://", "https://", "ftp://", "ftps://", "mailto:", "tel:", "sip:", "sms:", "xmpp:", "www." };

/* What else there is (javascript:, data:, cid:, "#top") leads nowhere from a text. */
static gboolean
leads_somewhere(const char *href)
{
    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
        gsize length = strlen(schemes[i]);

        if (g_ascii_strncasecmp(href, schemes[i], length) == 0 && href[length] != '\0')
            return TRUE;
    }
    return FALSE;
}

void
html_link_begin(HtmlReader *reader, const char *href)
{
    g_string_truncate(reader->href, 0);
    if (href != NULL)
        href += strspn(href, " \t\r\n");
    reader->link_start = reader->writer.out->len;
    if (href == NULL || !leads_somewhere(href))
        return;
    for (const char *p = href; *p != '\0' && reader->href->len < MAX_TARGET; p++) {
        if ((guchar) *p > ' ' && *p != '<' && *p != '>' && *p != 0x7f)
            g_string_append_c(reader->href, *p);
    }
    /* Cut between characters. */
    while (reader->href->len > 0 && !g_utf8_validate_len(reader->href->str, reader->href->len, NULL))
        g_string_truncate(reader->href, reader->href->len - 1);
}

/* An address without its scheme, "www.", the slash at its end, and for mail and telephones what follows "?". */
static char *
bare_target(const char *target, gsize length)
{
    static const char *const before[] = { "http://", "https://", "mailto:", "tel:", "www." };
    g_autofree char *copy = g_utf8_strdown(target, (gssize) length);
    char *p = copy;

    for (gsize i = 0; i < G_N_ELEMENTS(before); i++) {
        if (g_str_has_prefix(p, before[i]))
            p += strlen(before[i]);
    }
    length = strlen(p);
    while (length > 0 && strchr("/.,:;", p[length - 1]) != NULL)
        p[--length] = '\0';
    return g_strdup(p);
}

static gboolean
says_target(const char *shown, gsize length, const char *target, gsize target_length)
{
    g_autofree char *text = NULL;
    g_autofree char *wanted = NULL;

    /* Longer than the target and some words around it: it says something else. */
    while (length > 0 && g_ascii_isspace(*shown)) {
        shown++;
        length--;
    }
    if (length > MAX_TARGET)
        return FALSE;
    text = bare_target(shown, length);
    wanted = bare_target(target, target_length);
    if (*wanted == '\0')
        return TRUE;
    return strcmp(text, wanted) == 0 || (strlen(wanted) >= 6 && strstr(text, wanted) != NULL);
}

static gboolean
says_digits(const char *shown, gsize length, const char *target)
{
    GString *text = g_string_new(NULL);
    GString *wanted = g_string_new(NULL);
    gboolean same;

    for (gsize i = 0; i < length; i++) {
        if (g_ascii_isdigit(shown[i]))
            g_string_append_c(text, shown[i]);
    }
    for (; *target != '\0'; target++) {
        if (g_ascii_isdigit(*target))
            g_string_append_c(wanted, *target);
    }
    same = text->len > 0 && (g_str_has_suffix(wanted->str, text->str) || g_str_has_suffix(text->str, wanted->str));
    g_string_free(text, TRUE);
    g_string_free(wanted, TRUE);
    return same;
}

/* The target behind the text, unless the text says it already. */
void
html_link_end(HtmlReader *reader)
{
    GString *out = reader->writer.out;
    const char *target = reader->href->str;
    gsize length = reader->href->len;
    gsize start = MIN(reader->link_start, out->len);
    gboolean said;

    if (length == 0)
        return;
    if (g_ascii_strncasecmp(target, "mailto:", 7) == 0) {
        target += 7;
        length = strcspn(target, "?");
    }
    said = g_ascii_strncasecmp(target, "tel:", 4) == 0 ? says_digits(out->str + start, out->len - start, target)
                                                       : says_target(out->str + start, out->len - start, target, length);
    if (!said && length > 0 && out->len > start) {
        g_autofree char *shown = g_strdup_printf(" <%.*s>", (int) length, target);

        g_string_append(out, shown);
    }
    g_string_truncate(reader->href, 0);
}

/* An emoji that a program draws itself is a letter; everything else is marked as no word of the writer's. */
static gboolean
is_symbol(const char *text)
{
    if (g_utf8_strlen(text, -1) > 8)
        return FALSE;
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        if (g_unichar_isalnum(c) && c < 0x2000)
            return FALSE;
    }
    return TRUE;
}

/* Its text; a name that a program made up says nothing. */
void
html_image(HtmlReader *reader, const xmlChar **attributes)
{
    const char *alt = html_attribute(attributes, "alt");
    g_autofree char *cut = NULL;
    g_autofree char *plain = NULL;

    if (alt == NULL || html_attribute_number(attributes, "width", 100) <= TRACKER_PIXELS ||
        html_attribute_number(attributes, "height", 100) <= TRACKER_PIXELS)
        return;
    cut = g_utf8_substring(alt, 0, MIN(g_utf8_strlen(alt, -1), MAX_IMAGE_TEXT));
    plain = g_strstrip(g_strdelimit(g_steal_pointer(&cut), "\t\r\n", ' '));
    if (*plain == '\0')
        return;
    if (is_symbol(plain)) {
        html_writer_text(&reader->writer, plain, strlen(plain));
        return;
    }
    html_writer_text(&reader->writer, "[", 1);
    html_writer_text(&reader->writer, plain, strlen(plain));
    html_writer_text(&reader->writer, "]", 1);
}
