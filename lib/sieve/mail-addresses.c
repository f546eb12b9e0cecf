#include "sieve/mail-addresses-private.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

static void
address_free(gpointer data)
{
    MailAddress *address = data;

    g_free(address->full);
    g_free(address->local_part);
    g_free(address->domain);
    g_free(address);
}

/* RFC 5322, 3.2.3, and UTF-8 (RFC 6532); dots may stand where they like, since some providers hand out such addresses. */
static gboolean
is_dot_atom(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        guchar c = (guchar) text[i];

        if (c < 0x80 && !g_ascii_isalnum((char) c) && strchr("!#$%&'*+-/=?^_`{|}~.", c) == NULL)
            return FALSE;
    }
    return length > 0;
}

static char *
quoted(const char *local_part, const char *domain)
{
    GString *text = g_string_new("\"");

    for (const char *p = local_part; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            g_string_append_c(text, '\\');
        g_string_append_c(text, *p);
    }
    g_string_append_printf(text, "\"@%s", domain);
    return g_string_free(text, FALSE);
}

/* text: without quotes; was_quoted: the local part had some. Those it needs it gets back, so that each address has one form. */
static MailAddress *
address_new(const char *text, gboolean was_quoted)
{
    MailAddress *address = g_new0(MailAddress, 1);
    const char *at = strrchr(text, '@');
    gboolean plain = at != NULL && is_dot_atom(text, (gsize) (at - text));

    if (at == NULL || at == text || at[1] == '\0' || (!plain && !was_quoted)) {
        address->full = g_strdup(text);
        return address;
    }
    address->local_part = g_strndup(text, (gsize) (at - text));
    address->domain = g_strdup(at + 1);
    address->full = plain ? g_strdup(text) : quoted(address->local_part, address->domain);
    return address;
}

/* A display name or comment is skipped, quotes are taken off a local part (RFC 5322, 3.4). Groups are flattened. */
static const char *
read_quoted(const char *p, GString *to)
{
    for (p++; *p != '\0' && *p != '"'; p++) {
        if (*p == '\\' && p[1] != '\0')
            p++;
        g_string_append_c(to, *p);
    }
    return *p == '"' ? p + 1 : p;
}

static void
finish_address(GPtrArray *found, GString *text, gboolean *was_quoted)
{
    g_strstrip(text->str);
    if (*text->str != '\0')
        g_ptr_array_add(found, address_new(text->str, *was_quoted));
    g_string_truncate(text, 0);
    *was_quoted = FALSE;
}

GPtrArray *
mail_addresses_parse(const char *value)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(address_free);
    g_autoptr(GString) text = g_string_new(NULL);
    const char *p = value;
    gboolean was_quoted = FALSE;

    while (*p != '\0') {
        if (*p == '"') {
            p = read_quoted(p, text);
            was_quoted = TRUE;
        } else if (*p == '(') {
            const char *behind = text_comment_end(p);

            p = behind != NULL ? behind : p + strlen(p);
        } else if (*p == '<') {
            g_string_truncate(text, 0);
            was_quoted = FALSE;
            p++;
        } else if (*p == '>') {
            finish_address(found, text, &was_quoted);
            p += 1 + strcspn(p + 1, ",;");
        } else if (*p == ',' || *p == ';') {
            finish_address(found, text, &was_quoted);
            p++;
        } else if (*p == ':') {
            g_string_truncate(text, 0);
            p++;
        } else {
            g_string_append_c(text, *p++);
        }
    }
    finish_address(found, text, &was_quoted);
    return found;
}

/* Where the next address of some fields is looked for: parsed addresses come in the order in which they were written. */
typedef struct {
    const GPtrArray *fields;
    guint            field;
    gsize            at;           /* in its value */
    gsize            budget;       /* octets that may still be looked at */
} Written;

/*
 * The parser writes domains in lower case, and a comparator may ask how it was written. Only letter case is taken from the field: what stands there
 * otherwise (a display name with an address in it) is not looked at. Addresses that do not stand there literally cost a search each, so these
 * searches are bounded; beyond that, an address is as it was parsed.
 */
static char *
as_written(Written *written, const char *address)
{
    gsize length = strlen(address);
    gsize at = written->at;

    for (guint i = written->field; i < written->fields->len; i++, at = 0) {
        const char *value = ((MailField *) written->fields->pdata[i])->value;

        for (; value[at] != '\0' && written->budget > 0; at++, written->budget--) {
            if (g_ascii_strncasecmp(value + at, address, length) == 0) {
                written->field = i;
                written->at = at + length;
                return g_strndup(value + at, length);
            }
        }
    }
    return g_strdup(address);
}

static void
collect_parsed(const GPtrArray *fields, const GPtrArray *parsed, GPtrArray *found)
{
    Written written = { .fields = fields, .budget = 4 * LIMIT_HEADER_FIELD };

    for (guint i = 0; i < fields->len; i++)
        written.budget += 2 * strlen(((MailField *) fields->pdata[i])->value);
    for (guint i = 0; i < parsed->len; i++) {
        g_autofree char *text = as_written(&written, ((MessageAddress *) parsed->pdata[i])->address);
        g_autoptr(GPtrArray) one = *text == '"' ? mail_addresses_parse(text) : NULL;

        if (one != NULL && one->len == 1)
            g_ptr_array_add(found, g_ptr_array_steal_index(one, 0));
        else
            g_ptr_array_add(found, address_new(text, FALSE));
    }
}

/* A field that is empty has one address, which is empty, too. */
GPtrArray *
mail_addresses_collect(const GPtrArray *fields, const GPtrArray *parsed)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(address_free);

    if (parsed != NULL)
        collect_parsed(fields, parsed, found);
    for (guint i = 0; i < fields->len; i++) {
        const MailField *field = fields->pdata[i];

        if (*field->value == '\0')
            g_ptr_array_add(found, address_new("", FALSE));
        else if (parsed == NULL)
            g_ptr_array_extend_and_steal(found, mail_addresses_parse(field->value));
    }
    return found;
}
