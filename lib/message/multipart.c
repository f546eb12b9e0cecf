#define _GNU_SOURCE

#include "message/multipart-private.h"

#include <string.h>

#include "base/limits.h"

typedef struct {
    const guint8 *line;     /* where the delimiter begins; NULL: there is none */
    const guint8 *next;     /* behind its line end */
    gboolean      last;     /* the one that closes the multipart */
} Delimiter;

static gboolean
is_rest_of_delimiter(const guint8 *p, const guint8 *end, Delimiter *found)
{
    const guint8 *lf = memchr(p, '\n', (gsize) (end - p));
    const guint8 *stop = lf != NULL ? lf : end;

    found->last = stop - p >= 2 && p[0] == '-' && p[1] == '-';
    if (found->last)
        p += 2;
    for (; p < stop; p++) {
        if (*p != ' ' && *p != '\t' && *p != '\r')
            return FALSE;
    }
    found->next = lf != NULL ? lf + 1 : end;
    return TRUE;
}

static Delimiter
next_delimiter(const guint8 *from, const guint8 *body, const guint8 *end, const GString *wanted)
{
    Delimiter found = { NULL, NULL, FALSE };

    while (from < end) {
        const guint8 *at = memmem(from, (gsize) (end - from), wanted->str, wanted->len);

        if (at == NULL)
            break;
        if ((at == body || at[-1] == '\n') && is_rest_of_delimiter(at + wanted->len, end, &found)) {
            found.line = at;
            break;
        }
        from = at + wanted->len;
    }
    return found;
}

gboolean
multipart_has_delimiter(const guint8 *body, const guint8 *end, const char *boundary)
{
    g_autofree char *text = g_strconcat("--", boundary, NULL);
    GString wanted = { text, strlen(text), 0 };

    return next_delimiter(body, body, end, &wanted).line != NULL;
}

/* The first line that begins with "--", without them and without the blanks at its end; NULL where there is none. */
static char *
first_dashed_line(const guint8 *body, const guint8 *end)
{
    while (body < end) {
        const guint8 *lf = memchr(body, '\n', (gsize) (end - body));
        const guint8 *stop = lf != NULL ? lf : end;

        if (stop - body > 2 && stop - body < LIMIT_BOUNDARY_LENGTH && body[0] == '-' && body[1] == '-' &&
            memchr(body, '\0', (gsize) (stop - body)) == NULL)
            return g_strchomp(g_strndup((const char *) body + 2, (gsize) (stop - body) - 2));
        body = lf != NULL ? lf + 1 : end;
    }
    return NULL;
}

char *
multipart_guess_boundary(const guint8 *body, const guint8 *end)
{
    g_autofree char *boundary = first_dashed_line(body, end);
    g_autofree char *closing = boundary != NULL ? g_strconcat(boundary, "--", NULL) : NULL;

    if (boundary == NULL || *boundary == '\0' || !multipart_has_delimiter(body, end, closing))
        return NULL;
    return g_steal_pointer(&boundary);
}

static const guint8 *
without_line_end(const guint8 *begin, const guint8 *end)
{
    if (end > begin && end[-1] == '\n')
        end--;
    if (end > begin && end[-1] == '\r')
        end--;
    return end;
}

void
multipart_split(const guint8 *body, const guint8 *end, const char *boundary, guint most, GArray *pieces)
{
    g_autoptr(GString) wanted = g_string_new("--");
    Delimiter at;

    g_string_append(wanted, boundary);
    at = next_delimiter(body, body, end, wanted);
    while (at.line != NULL && !at.last && pieces->len < most) {
        Delimiter next = next_delimiter(at.next, body, end, wanted);
        MultipartPiece piece = { at.next, next.line != NULL ? without_line_end(at.next, next.line) : end };

        /* Behind a delimiter that is the last thing of all nothing was ever meant to come: the mail is cut. */
        if (at.next < end)
            g_array_append_val(pieces, piece);
        at = next;
    }
}
