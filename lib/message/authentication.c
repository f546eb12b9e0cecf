#include <string.h>

#include "base/text.h"
#include "message/classify-private.h"
#include "message/message-private.h"

/* Comments become one blank, outside quoted strings (RFC 8601, 2.2: CFWS may stand nearly anywhere). */
static char *
without_comments(const char *value)
{
    GString *plain = g_string_new(NULL);
    gboolean quoted = FALSE;
    guint depth = 0;

    for (const char *p = value; *p != '\0'; p++) {
        if (*p == '\\' && p[1] != '\0') {
            if (depth == 0)
                g_string_append_len(plain, p, 2);
            p++;
        } else if (*p == '"' && depth == 0) {
            quoted = !quoted;
            g_string_append_c(plain, *p);
        } else if (*p == '(' && !quoted) {
            depth++;
            g_string_append_c(plain, ' ');
        } else if (*p == ')' && !quoted && depth > 0) {
            depth--;
        } else if (depth == 0) {
            g_string_append_c(plain, *p);
        }
    }
    return g_string_free(plain, FALSE);
}

/* The length up to the next ";" outside quotes. */
static gsize
statement_length(const char *p)
{
    gboolean quoted = FALSE;
    gsize length = 0;

    for (; p[length] != '\0' && (quoted || p[length] != ';'); length++) {
        if (p[length] == '\\' && p[length + 1] != '\0')
            length++;
        else if (p[length] == '"')
            quoted = !quoted;
    }
    return length;
}

/* "dkim/1 = Pass header.d=..." -> method "dkim", word "pass" */
static gboolean
split_result(const char *statement, char **method_out, char **word_out)
{
    g_autofree char *text = text_fold_space(statement);
    gsize name = strcspn(text, " =/");
    const char *equals = strchr(text, '=');
    gsize word;

    if (name == 0 || equals == NULL)
        return FALSE;
    equals++;
    equals += strspn(equals, " ");
    word = strspn(equals, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (word == 0)
        return FALSE;
    *method_out = g_ascii_strdown(text, (gssize) name);
    *word_out = g_ascii_strdown(equals, (gssize) word);
    return TRUE;
}

/* Of several signatures a good one is enough; of the other methods there is one result, and the first counts. */
static void
keep_result(MessageAuthentication *authentication, const char *method, const char *word)
{
    char **member = NULL;

    if (strcmp(method, "spf") == 0)
        member = &authentication->spf;
    else if (strcmp(method, "dkim") == 0)
        member = &authentication->dkim;
    else if (strcmp(method, "dmarc") == 0)
        member = &authentication->dmarc;
    if (member == NULL || (*member != NULL && (member != &authentication->dkim || strcmp(word, "pass") != 0)))
        return;
    g_free(*member);
    *member = g_strdup(word);
}

/*
 * Only the topmost of all instances is looked at: the one our border wrote, if it wrote one.  Below it stands what the sender may
 * have written, under whatever name (RFC 8601, 5 and 7.1).
 */
void
message_authenticate(Message *message, const char *authserv_id)
{
    const char *topmost = message_header(message, "Authentication-Results", 0);
    g_autofree char *plain = topmost != NULL ? without_comments(topmost) : NULL;
    g_autofree char *id = plain != NULL ? header_first_word(plain) : NULL;
    const char *statement;

    if (authserv_id == NULL || id == NULL || g_ascii_strcasecmp(id, authserv_id) != 0)
        return;
    message->authentication = g_new0(MessageAuthentication, 1);
    message->authentication->authserv_id = g_strdup(id);
    statement = plain + statement_length(plain);
    while (*statement == ';') {
        gsize length = statement_length(++statement);
        g_autofree char *text = g_strndup(statement, length);
        g_autofree char *method = NULL;
        g_autofree char *word = NULL;

        if (split_result(text, &method, &word))
            keep_result(message->authentication, method, word);
        statement += length;
    }
}
