#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>

#include "deliver-private.h"

#define DEFAULT_CONFIG "/etc/mailgw/mailgw.conf"
#define DEFAULT_SOCKET "/run/mailgw/lmtp.sock"

enum { SECTION_OTHER, SECTION_LMTP, SECTION_LMTP_NAMED };

static char *
strip(char *text)
{
    size_t length;

    text += strspn(text, " \t");
    length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
        text[--length] = '\0';
    return text;
}

/* "[lmtp]" or "[lmtp internal]" */
static int
section_of(char *header)
{
    char *end = strchr(header, ']');
    char *name = header + 1;

    if (end == NULL)
        return SECTION_OTHER;
    *end = '\0';
    name = strip(name);
    if (strcmp(name, "lmtp") == 0)
        return SECTION_LMTP;
    return strncmp(name, "lmtp", 4) == 0 && (name[4] == ' ' || name[4] == '\t') ? SECTION_LMTP_NAMED : SECTION_OTHER;
}

/* The value if line is "socket = value", else NULL. */
static char *
socket_value(char *line)
{
    char *value = strchr(line, '=');

    if (value == NULL)
        return NULL;
    *value++ = '\0';
    return strcmp(strip(line), "socket") == 0 ? strip(value) : NULL;
}

/* A path relative to the file's directory. */
static bool
resolve(const char *config, const char *value, char *path, size_t size)
{
    const char *slash = strrchr(config, '/');
    int         length;

    if (value[0] == '/' || slash == NULL)
        length = snprintf(path, size, "%s", value);
    else
        length = snprintf(path, size, "%.*s/%s", (int) (slash - config), config, value);
    return length >= 0 && (size_t) length < size;
}

/* The one line of the file that matters here; mailgw's own reader checks the rest. A plain [lmtp] goes before a named one. */
static bool
read_config(const char *config, char *value, size_t size)
{
    char  *line = NULL;
    size_t capacity = 0;
    int    section = SECTION_OTHER;
    int    found_in = SECTION_OTHER;
    FILE  *file = fopen(config, "re");

    if (file == NULL)
        return false;
    while (found_in != SECTION_LMTP && getline(&line, &capacity, file) >= 0) {
        const char *text;

        if (line[0] == '[')
            section = section_of(line);
        /* An indented line continues a value, and no part of ours. */
        if (strchr("[ \t#\r\n", line[0]) != NULL || section == SECTION_OTHER || section == found_in)
            continue;
        text = socket_value(line);
        if (text != NULL && *text != '\0' && strlen(text) < size) {
            memcpy(value, text, strlen(text) + 1);
            found_in = section;
        }
    }
    free(line);
    fclose(file);
    return found_in != SECTION_OTHER;
}

static bool
is_set(const char *text)
{
    return text != NULL && *text != '\0';
}

bool
deliver_find_socket(const char *given, char *path, size_t size)
{
    const char *config = getenv("MAILGW_CONFIG");
    char        value[sizeof((struct sockaddr_un *) NULL)->sun_path];

    if (!is_set(given))
        given = getenv("MAILGW_SOCKET");
    if (is_set(given))
        return resolve("", given, path, size);
    if (!is_set(config))
        config = DEFAULT_CONFIG;
    if (read_config(config, value, sizeof value))
        return resolve(config, value, path, size);
    return resolve("", DEFAULT_SOCKET, path, size);
}
