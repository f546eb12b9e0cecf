#define _GNU_SOURCE
#include <string.h>
#include <strings.h>

#include "deliver-private.h"

bool
deliver_address_is_safe(const char *address)
{
    size_t length = strlen(address);

    if (length == 0 || length > DELIVER_ADDRESS_MAX)
        return false;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char) address[i];

        if (c <= ' ' || c == 0x7f || c == '<' || c == '>')
            return false;
    }
    return true;
}

static bool
take(const char *text, size_t length, char sender[DELIVER_ADDRESS_MAX + 1])
{
    if (length > 1 && text[0] == '<' && text[length - 1] == '>') {
        text++;
        length -= 2;
    }
    if (length > DELIVER_ADDRESS_MAX)
        return false;
    memcpy(sender, text, length);
    sender[length] = '\0';
    /* Postfix's pipe(8) writes MAILER-DAEMON for the null path unless it is told otherwise (null_sender=). */
    if (length == 0 || strcasecmp(sender, "MAILER-DAEMON") == 0) {
        sender[0] = '\0';
        return true;
    }
    /* A local name ("root") is nobody's address; that is no reason to send the mail back to it. */
    return deliver_address_is_safe(sender) && strchr(sender, '@') != NULL;
}

/* The value of the first Return-Path of the header block, unfolded only as far as the brackets need it. */
static const char *
find_return_path(const char *mail, size_t length, size_t *value_length)
{
    static const char name[] = "Return-Path:";
    const char       *end = mail + length;

    for (const char *line = mail; line < end;) {
        const char *lf = memchr(line, '\n', (size_t) (end - line));
        const char *next = lf != NULL ? lf + 1 : end;

        if (line[0] == '\n' || (line[0] == '\r' && next - line == 2))
            return NULL;
        if ((size_t) (next - line) > strlen(name) && strncasecmp(line, name, strlen(name)) == 0) {
            line += strlen(name);
            while (next < end && (*next == ' ' || *next == '\t')) {
                lf = memchr(next, '\n', (size_t) (end - next));
                next = lf != NULL ? lf + 1 : end;
            }
            *value_length = (size_t) (next - line);
            return line;
        }
        line = next;
    }
    return NULL;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool
deliver_find_sender(const char *given, const char *mail, size_t length, char sender[DELIVER_ADDRESS_MAX + 1])
{
    size_t      value_length = 0;
    const char *value;

    if (given != NULL)
        return take(given, strlen(given), sender);
    value = find_return_path(mail, length, &value_length);
    if (value == NULL)
        return false;
    while (value_length > 0 && is_blank(value[0])) {
        value++;
        value_length--;
    }
    while (value_length > 0 && is_blank(value[value_length - 1]))
        value_length--;
    /* An empty field says nothing; the null path is written "<>" there (RFC 5321, 4.4). */
    return value_length > 0 && memchr(value, '\0', value_length) == NULL && take(value, value_length, sender);
}
