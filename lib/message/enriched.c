#include "message/enriched-private.h"

#include <string.h>

/* RFC 1896: a command has at most 60 characters; what is longer is text. */
#define MAX_COMMAND 60

typedef struct {
    GString *out;
    guint    param;      /* open <param>: what it holds is for programs */
    guint    nofill;     /* open <nofill> and <verbatim>: line ends count */
} Enriched;

static gboolean
is_command(const char *name, gsize length, const char *wanted)
{
    return strlen(wanted) == length && g_ascii_strncasecmp(name, wanted, length) == 0;
}

static void
count_command(guint *open, gboolean closes)
{
    if (!closes)
        (*open)++;
    else if (*open > 0)
        (*open)--;
}

static void
take_command(Enriched *enriched, const char *name, gsize length)
{
    gboolean closes = length > 0 && *name == '/';

    name += closes ? 1 : 0;
    length -= closes ? 1 : 0;
    if (is_command(name, length, "param"))
        count_command(&enriched->param, closes);
    else if (is_command(name, length, "nofill") || is_command(name, length, "verbatim"))
        count_command(&enriched->nofill, closes);
    else if (is_command(name, length, "nl") || (closes && is_command(name, length, "paragraph")))
        g_string_append_c(enriched->out, '\n');
    else if (is_command(name, length, "lt"))
        g_string_append_c(enriched->out, '<');
}

/* Returns what follows the run of line ends: one is a blank, of several one is dropped. */
static const char *
take_line_ends(Enriched *enriched, const char *p)
{
    gsize count = 0;

    for (; *p == '\n' || *p == '\r'; p++)
        count += *p == '\n';
    if (enriched->nofill == 0 && count > 0)
        count--;
    if (count == 0)
        g_string_append_c(enriched->out, ' ');
    for (gsize i = 0; i < count; i++)
        g_string_append_c(enriched->out, '\n');
    return p;
}

char *
enriched_to_text(const char *p)
{
    Enriched enriched = { g_string_sized_new(strlen(p)), 0, 0 };

    while (*p != '\0') {
        gsize length = *p == '<' ? strnlen(p + 1, MAX_COMMAND + 2) : 0;
        const char *close = *p == '<' ? memchr(p + 1, '>', length) : NULL;

        if (p[0] == '<' && p[1] == '<') {
            g_string_append_c(enriched.out, '<');
            p += 2;
        } else if (close != NULL) {
            take_command(&enriched, p + 1, (gsize) (close - p - 1));
            p = close + 1;
        } else if (*p == '\n' || *p == '\r') {
            p = take_line_ends(&enriched, p);
        } else {
            if (enriched.param == 0)
                g_string_append_c(enriched.out, *p);
            p++;
        }
    }
    return g_string_free(enriched.out, FALSE);
}
