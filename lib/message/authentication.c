#include <string.h>

#include "base/address.h"
#include "base/text.h"
#include "message/alignment.h"
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

/* One "dkim/1 = Pass reason="..." header.d=example.com" of the field. */
typedef struct {
    char *text; /* folded, without comments */
    char *method, *word;
} Result;

static void
result_clear(Result *result)
{
    g_free(result->text);
    g_free(result->method);
    g_free(result->word);
}

/* FALSE: no result, or one in a later version of its method, which RFC 8601, 2.2 wants ignored. */
static gboolean
result_read(Result *result, const char *statement, gsize length)
{
    g_autofree char *raw = g_strndup(statement, length);
    const char *equals;
    gsize name;
    gsize word;

    result->text = text_fold_space(raw);
    name = strcspn(result->text, " =/");
    equals = result->text + name + strspn(result->text + name, " ");
    if (*equals == '/') {
        equals += 1 + strspn(equals + 1, " ");
        if (*equals != '1' || g_ascii_isdigit(equals[1]))
            return FALSE;
        equals++;
        equals += strspn(equals, " ");
    }
    if (name == 0 || *equals != '=')
        return FALSE;
    equals++;
    equals += strspn(equals, " ");
    word = strspn(equals, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (word == 0)
        return FALSE;
    result->method = g_ascii_strdown(result->text, (gssize) name);
    result->word = g_ascii_strdown(equals, (gssize) word);
    return TRUE;
}

/* The value of a property ("header.d"), outside quoted strings; NULL: it is missing. */
static char *
result_property(const Result *result, const char *name)
{
    gsize length = strlen(name);
    gboolean quoted = FALSE;

    for (const char *p = result->text; *p != '\0'; p++) {
        const char *value;

        if (*p == '\\' && p[1] != '\0') {
            p++;
            continue;
        }
        if (*p == '"')
            quoted = !quoted;
        if (quoted || p == result->text || p[-1] != ' ' || g_ascii_strncasecmp(p, name, length) != 0)
            continue;
        value = p + length + strspn(p + length, " ");
        if (*value != '=')
            continue;
        value += 1 + strspn(value + 1, " \"");
        return g_ascii_strdown(value, (gssize) strcspn(value, " \""));
    }
    return NULL;
}

/* The domain in a property's value: "example.com", "@example.com", "user@example.com". */
static char *
property_domain(const Result *result, const char *name)
{
    g_autofree char *value = result_property(result, name);
    const char *at = value != NULL ? strrchr(value, '@') : NULL;

    return value != NULL ? address_domain_ascii(at != NULL ? at + 1 : value) : NULL;
}

/* How much a signature says of the sender: good and of his organisation, of his organisation, good, anything. */
static guint
dkim_rank(const Result *result, const char *from_domain)
{
    g_autofree char *signer = property_domain(result, "header.d");
    guint good = strcmp(result->word, "pass") == 0 ? 1 : 0;

    if (signer == NULL)
        signer = property_domain(result, "header.i");
    return 1 + good + (domain_same_organisation(signer, from_domain) ? 2 : 0);
}

/* SPF of the envelope sender says more than that of the greeting, which is anybody's. */
static guint
spf_rank(const Result *result)
{
    g_autofree char *sender = result_property(result, "smtp.mailfrom");
    g_autofree char *greeting = result_property(result, "smtp.helo");

    return sender == NULL && greeting != NULL ? 1 : 2;
}

/* A DMARC result about another domain than that of From is not about this message's sender. */
static guint
dmarc_rank(const Result *result, const char *from_domain)
{
    g_autofree char *from = property_domain(result, "header.from");

    return from == NULL || g_strcmp0(from, from_domain) == 0 ? 1 : 0;
}

typedef struct {
    guint spf, dkim, dmarc;
} Ranks;

/* Of several results of one method the one that says most of the sender is kept, among equals the first. */
static void
keep_result(MessageAuthentication *authentication, Ranks *ranks, const Result *result, const char *from_domain)
{
    char **member;
    guint *best;
    guint rank;

    if (strcmp(result->method, "spf") == 0) {
        member = &authentication->spf;
        best = &ranks->spf;
        rank = spf_rank(result);
    } else if (strcmp(result->method, "dkim") == 0) {
        member = &authentication->dkim;
        best = &ranks->dkim;
        rank = dkim_rank(result, from_domain);
    } else if (strcmp(result->method, "dmarc") == 0) {
        member = &authentication->dmarc;
        best = &ranks->dmarc;
        rank = dmarc_rank(result, from_domain);
    } else {
        return;
    }
    if (rank <= *best)
        return;
    *best = rank;
    g_free(*member);
    *member = g_strdup(result->word);
}

static void
read_results(Message *message, const char *statement)
{
    const MessageAddress *from =
        message->from->len == 1 && message->from_fields <= 1 ? message->from->pdata[0] : NULL;
    const char *from_domain = from != NULL ? address_domain(from->address) : NULL;
    Ranks ranks = { 0, 0, 0 };

    while (*statement == ';') {
        gsize length = statement_length(++statement);
        Result result = { NULL, NULL, NULL };

        if (result_read(&result, statement, length))
            keep_result(message->authentication, &ranks, &result, from_domain);
        result_clear(&result);
        statement += length;
    }
}

/* "mx.example.com", or with the version of the field's grammar, which can only be 1 (RFC 8601, 2.2). */
static gboolean
is_readable_version(const char *plain, gsize length)
{
    g_autofree char *head = g_strndup(plain, length);
    g_auto(GStrv) words = NULL;
    guint count;

    g_strstrip(head);
    words = g_strsplit_set(head, " \t\r\n", -1);
    count = g_strv_length(words);
    return count < 2 || strcmp(words[count - 1], "1") == 0;
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
    gsize head;

    if (authserv_id == NULL || id == NULL || g_ascii_strcasecmp(id, authserv_id) != 0)
        return;
    head = statement_length(plain);
    if (!is_readable_version(plain, head))
        return;
    message->authentication = g_new0(MessageAuthentication, 1);
    message->authentication->authserv_id = g_strdup(id);
    read_results(message, plain + head);
}
