#include "message/filename-private.h"

#include <glib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

static gboolean
is_hidden_character(gunichar c)
{
    return g_unichar_iscntrl(c) || c == 0x00ad || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

/* Characters that separate directories, streams or patterns somewhere. */
static gboolean
is_separator(gunichar c)
{
    return c == '/' || c == '\\' || c == 0x2215 || c == 0x2044;
}

static GString *
last_component(const char *name)
{
    GString *clean = g_string_new(NULL);

    for (const char *p = name; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        if (is_separator(c))
            g_string_truncate(clean, 0);
        else if (strchr(":*?\"<>|", c < 0x80 ? (int) c : 'x') != NULL)
            g_string_append_c(clean, '_');
        else if (!is_hidden_character(c))
            g_string_append_unichar(clean, c);
    }
    return clean;
}

static gboolean
is_device_name(const char *name)
{
    static const char *const devices[] = { "con", "prn", "aux", "nul", "com", "lpt" };
    gsize length = strcspn(name, ".");

    for (gsize i = 0; i < G_N_ELEMENTS(devices); i++) {
        if (g_ascii_strncasecmp(name, devices[i], 3) != 0)
            continue;
        if (i < 4 ? length == 3 : length == 4 && g_ascii_isdigit(name[3]))
            return TRUE;
    }
    return FALSE;
}

static char *
shorten(const char *name)
{
    const char *dot = strrchr(name, '.');
    gsize ending = dot != NULL ? strlen(dot) : 0;
    g_autofree char *stem = NULL;

    if (strlen(name) <= LIMIT_FILENAME)
        return g_strdup(name);
    if (ending > 16)
        ending = 0;
    stem = text_cut(name, LIMIT_FILENAME - ending);
    return g_strconcat(stem, ending > 0 ? dot : "", NULL);
}

char *
filename_clean(const char *name)
{
    g_autofree char *valid = text_sanitise(name, strlen(name));
    g_autofree char *normal = g_utf8_normalize(valid, -1, G_NORMALIZE_NFC);
    GString *clean = last_component(normal != NULL ? normal : valid);
    g_autofree char *label = NULL;
    const char *begin = clean->str;

    while (clean->len > 0 && strchr(" .", clean->str[clean->len - 1]) != NULL)
        g_string_truncate(clean, clean->len - 1);
    while (*begin == ' ' || *begin == '.')
        begin++;
    label = is_device_name(begin) ? g_strconcat("_", begin, NULL) : g_strdup(begin);
    g_string_free(clean, TRUE);
    return *label != '\0' ? shorten(label) : NULL;
}

char *
filename_of_message(const char *subject)
{
    g_autofree char *flat = g_strdup(subject != NULL ? subject : "");
    g_autofree char *stem = NULL;
    g_autofree char *name = NULL;

    /* No path stands in a subject; without this only what is behind its last slash would be left. */
    stem = filename_clean(g_strdelimit(flat, "/\\", '_'));
    name = g_strconcat(stem != NULL ? stem : "message", ".eml", NULL);
    return shorten(name);
}
