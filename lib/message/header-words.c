#include <string.h>

#include "message/message-private.h"

/* What follows the comments and blanks that value begins with (RFC 5322, 3.2.2: comments nest). */
static const char *
skip_comments(const char *value)
{
    guint depth = 0;

    for (; *value != '\0'; value++) {
        if (*value == '\\' && value[1] != '\0' && depth > 0)
            value++;
        else if (*value == '(')
            depth++;
        else if (*value == ')' && depth > 0)
            depth--;
        else if (depth == 0 && !g_ascii_isspace(*value))
            break;
    }
    return value;
}

char *
header_first_word(const char *value)
{
    const char *word = skip_comments(value);

    if (*word == '"')
        word++;
    return g_ascii_strdown(word, (gssize) strcspn(word, " \t\r\n;,(\""));
}

gboolean
header_has_word(const char *value, const char *word)
{
    gsize length = strlen(word);

    while (*value != '\0') {
        gsize item = strcspn(value, ",");
        const char *from = value;
        gsize left = item;

        while (left > 0 && g_ascii_isspace(*from)) {
            from++;
            left--;
        }
        while (left > 0 && g_ascii_isspace(from[left - 1]))
            left--;
        if (left == length && g_ascii_strncasecmp(from, word, length) == 0)
            return TRUE;
        value += item;
        if (*value == ',')
            value++;
    }
    return FALSE;
}
