#include <string.h>

#include "base/limits.h"
#include "message/header-reader-private.h"

static gboolean
is_id(const char *id, gsize length)
{
    if (length == 0 || length > LIMIT_MESSAGE_ID)
        return FALSE;
    for (gsize i = 0; i < length; i++) {
        if ((guchar) id[i] <= ' ' || id[i] == '<' || id[i] == '>' || id[i] == 0x7f)
            return FALSE;
    }
    return TRUE;
}

/* "<...>" wherever it stands: between commas, words ("Your message of ...") and comments. */
static void
bracketed_ids(const char *value, GPtrArray *ids, guint *bad)
{
    const char *open = value;

    while ((open = strchr(open, '<')) != NULL) {
        const char *begin = open + 1;
        gsize length = strcspn(begin, "<>");
        gsize blanks = strspn(begin, " \t");
        const char *end = begin + length;

        open = end;
        /* "< a@b >" is obsolete syntax (RFC 5322, 4.5.4). */
        begin += MIN(blanks, length);
        while (end > begin && g_ascii_isspace(end[-1]))
            end--;
        if (*open == '>' && is_id(begin, (gsize) (end - begin)))
            g_ptr_array_add(ids, g_strndup(begin, (gsize) (end - begin)));
        else
            (*bad)++;
    }
}

/* Ids without brackets, as some mail programs write them. */
static void
bare_ids(const char *value, GPtrArray *ids, guint *bad)
{
    while (*value != '\0') {
        gsize length = strcspn(value, " \t,;");

        if (length > 0 && memchr(value, '@', length) != NULL && is_id(value, length))
            g_ptr_array_add(ids, g_strndup(value, length));
        else if (length > 0)
            (*bad)++;
        value += length;
        value += strspn(value, " \t,;");
    }
}

void
header_ids(const char *value, GPtrArray *ids, guint *bad_out)
{
    guint bad = 0;

    if (strchr(value, '<') != NULL)
        bracketed_ids(value, ids, &bad);
    else
        bare_ids(value, ids, &bad);
    if (bad_out != NULL)
        *bad_out = bad;
}
