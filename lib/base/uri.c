#include "base/uri.h"

#include <string.h>

#define SCHEME "https://"

/* RFC 3986, 2: reserved and unreserved characters, and the percent sign. */
static gboolean
has_foreign_character(const char *text)
{
    for (; *text != '\0'; text++)
        if (!g_ascii_isalnum(*text) && strchr("-._~:/?#[]@!$&'()*+,;=%", *text) == NULL)
            return TRUE;
    return FALSE;
}

const char *
uri_https_problem(const char *text)
{
    g_autoptr(GUri) uri = NULL;
    const char *host;

    if (g_ascii_strncasecmp(text, SCHEME, strlen(SCHEME)) != 0)
        return "has to begin with https://";
    if (has_foreign_character(text))
        return "holds characters that cannot stand in one: write %XX, and a host in A-labels (xn--...)";
    uri = g_uri_parse(text, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED, NULL);
    if (uri == NULL)
        return "cannot be taken apart";
    host = g_uri_get_host(uri);
    if (host == NULL || *host == '\0' || *host == '-')
        return "names no host";
    if (g_uri_get_port(uri) == 0)
        return "names a port that is none";
    if (g_uri_get_userinfo(uri) != NULL)
        return "may not hold a user or a password";
    if (g_uri_get_fragment(uri) != NULL)
        return "may not hold a fragment (#)";
    return NULL;
}

char *
uri_https_authority(const char *text)
{
    const char *authority = strstr(text, "://"), *at;
    gsize length;

    if (authority == NULL)
        return g_strdup("");
    authority += strlen("://");
    length = strcspn(authority, "/?#");
    at = g_strrstr_len(authority, (gssize) length, "@");
    return at == NULL ? g_strndup(authority, length) : g_strndup(at + 1, length - (gsize) (at + 1 - authority));
}
