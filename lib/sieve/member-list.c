#include "sieve/member-list.h"

#include <string.h>

#include "base/address.h"

/* As entries and values are compared; an entry that is neither address nor domain is what it is, in lower case. */
static char *
canonical(const char *text)
{
    const char *domain = address_domain(text);
    char *canonical = domain != NULL && domain > text + 1 ? address_canonical(text) : NULL;
    g_autofree char *ascii = NULL;

    if (canonical != NULL)
        return canonical;
    ascii = address_domain_ascii(domain != NULL ? domain : text);
    if (ascii == NULL)
        return g_utf8_validate(text, -1, NULL) ? g_utf8_strdown(text, -1) : g_ascii_strdown(text, -1);
    return domain != NULL ? g_strconcat("@", ascii, NULL) : g_steal_pointer(&ascii);
}

/* The entry of a line, without its comment; NULL: there is none. */
static char *
entry_of(const char *line, gsize length)
{
    gsize end = 0;

    while (end < length && !(line[end] == '#' && (end == 0 || g_ascii_isspace(line[end - 1]))))
        end++;
    return g_strstrip(g_strndup(line, end));
}

GHashTable *
member_list_parse(const char *text, gsize length)
{
    GHashTable *list = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const char *line = text, *end = text + length;

    while (line < end) {
        const char *next = memchr(line, '\n', (gsize) (end - line));
        g_autofree char *entry = entry_of(line, (gsize) ((next != NULL ? next : end) - line));

        if (*entry != '\0')
            g_hash_table_add(list, canonical(entry));
        line = next != NULL ? next + 1 : end;
    }
    return list;
}

gboolean
member_list_contains(GHashTable *list, const char *value)
{
    g_autofree char *wanted = canonical(value);
    const char *domain = address_domain(wanted);
    g_autofree char *whole = NULL;

    if (g_hash_table_contains(list, wanted))
        return TRUE;
    whole = g_strconcat("@", domain != NULL ? domain : wanted, NULL);
    return g_hash_table_contains(list, whole) || (domain != NULL && g_hash_table_contains(list, domain));
}
