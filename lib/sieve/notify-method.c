#include "sieve/notify-method-private.h"

#include <string.h>

#include "base/address.h"
#include "base/limits.h"
#include "base/text.h"
#include "sieve/field-names-private.h"
#include "sieve/mail-view-private.h"

void
notify_method_free(NotifyMethod *method)
{
    if (method == NULL)
        return;
    g_free(method->webhook);
    g_ptr_array_unref(method->recipients);
    g_free(method->to);
    g_free(method->cc);
    g_free(method->subject);
    g_free(method->body);
    g_free(method);
}

/* RFC 6068, 2: what may stand in "to" and in the fields as it is; "also" is what else is allowed here. */
static gboolean
is_plain(char c, const char *also)
{
    return g_ascii_isalnum(c) || (c != '\0' && (strchr("-._~!$'()*+,:@%", c) != NULL || strchr(also, c) != NULL));
}

/* Decoded; NULL if a character may not stand there, or a "%" is followed by no number. */
static char *
decode(const char *text, gsize length, const char *also, char **error_out)
{
    g_autofree char *part = g_strndup(text, length);
    char *decoded;

    for (const char *p = part; *p != '\0'; p++) {
        if (!is_plain(*p, also)) {
            *error_out = g_ascii_isprint(*p)
                             ? g_strdup_printf("'%c' cannot stand in a mailto URI; write %%%02X", *p, (guint) (guchar) *p)
                             : g_strdup_printf("what is no ASCII cannot stand in a mailto URI; write %%%02X",
                                               (guint) (guchar) *p);
            return NULL;
        }
    }
    decoded = g_uri_unescape_string(part, NULL);
    if (decoded == NULL || !g_utf8_validate(decoded, -1, NULL)) {
        *error_out = g_strdup_printf("'%s' cannot be decoded", part);
        g_clear_pointer(&decoded, g_free);
    }
    return decoded;
}

static gboolean
has_recipient(const NotifyMethod *method, const char *address)
{
    for (guint i = 0; i < method->recipients->len; i++) {
        if (address_equal(method->recipients->pdata[i], address))
            return TRUE;
    }
    return FALSE;
}

/* Adds the addresses of a list to the recipients, and to what the header says those that are not there yet. */
static gboolean
add_recipients(NotifyMethod *method, const char *list, char **header, char **error_out)
{
    g_autoptr(GPtrArray) addresses = mail_addresses_parse(list);
    guint before = method->recipients->len;
    g_autoptr(GString) fresh = g_string_new(NULL);

    if (text_has_control(list)) {
        *error_out = g_strdup("control characters among the addresses");
        return FALSE;
    }
    for (guint i = 0; i < addresses->len; i++) {
        const char *address = ((MailAddress *) addresses->pdata[i])->full;

        if (!address_is_valid(address)) {
            *error_out = g_strdup_printf("'%s' is no address", address);
            return FALSE;
        }
        if (has_recipient(method, address))
            continue;
        g_ptr_array_add(method->recipients, g_strdup(address));
        g_string_append_printf(fresh, "%s%s", fresh->len > 0 ? ", " : "", address);
    }
    if (method->recipients->len > LIMIT_SIEVE_NOTIFY_RECIPIENTS) {
        *error_out = g_strdup_printf("more than %d recipients", LIMIT_SIEVE_NOTIFY_RECIPIENTS);
        return FALSE;
    }
    if (header == NULL || fresh->len == 0)
        return TRUE;
    if (method->recipients->len - before == addresses->len) {
        g_string_truncate(fresh, 0);
        g_string_append(fresh, list);
    }
    if (*header != NULL)
        g_string_prepend(g_string_prepend(fresh, ", "), *header);
    g_free(*header);
    *header = g_strdup(fresh->str);
    return TRUE;
}

/* One of "hname=hvalue&hname=hvalue". */
static gboolean
take_field(NotifyMethod *method, const char *field, gsize length, char **error_out)
{
    const char *equals = memchr(field, '=', length);
    g_autofree char *name = NULL, *value = NULL;

    if (equals == NULL) {
        *error_out = g_strdup("a field of a mailto URI is \"name=value\"");
        return FALSE;
    }
    name = decode(field, (gsize) (equals - field), "", error_out);
    if (name != NULL)
        value = decode(equals + 1, length - (gsize) (equals + 1 - field), ";/?", error_out);
    if (value == NULL)
        return FALSE;
    if (!field_name_is_valid(name)) {
        *error_out = g_strdup_printf("'%s' is no name of a header field", name);
        return FALSE;
    }
    if (g_ascii_strcasecmp(name, "to") == 0)
        return add_recipients(method, value, &method->to, error_out);
    if (g_ascii_strcasecmp(name, "cc") == 0)
        return add_recipients(method, value, &method->cc, error_out);
    if (g_ascii_strcasecmp(name, "bcc") == 0)
        return add_recipients(method, value, NULL, error_out);
    if (g_ascii_strcasecmp(name, "subject") == 0 && method->subject == NULL)
        method->subject = text_fold_space(value);
    else if (g_ascii_strcasecmp(name, "body") == 0 && method->body == NULL)
        method->body = g_steal_pointer(&value);
    return TRUE;
}

static gboolean
parse_mailto(NotifyMethod *method, const char *rest, char **error_out)
{
    gsize length = strcspn(rest, "?");
    g_autofree char *to = decode(rest, length, "", error_out);

    if (to == NULL || !add_recipients(method, to, &method->to, error_out))
        return FALSE;
    rest += length;
    while (*rest != '\0') {
        length = strcspn(rest + 1, "&");
        if (!take_field(method, rest + 1, length, error_out))
            return FALSE;
        rest += 1 + length;
    }
    if (method->recipients->len == 0)
        *error_out = g_strdup("the mailto URI names nobody");
    return method->recipients->len > 0;
}

static gboolean
parse(NotifyMethod *method, const char *uri, char **error_out)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

    if (g_ascii_strncasecmp(uri, "mailto:", 7) == 0)
        return parse_mailto(method, uri + 7, error_out);
    if (g_ascii_strncasecmp(uri, "webhook:", 8) == 0 && uri[8] != '\0' && strspn(uri + 8, letters) == strlen(uri + 8)) {
        method->webhook = g_strdup(uri + 8);
        return TRUE;
    }
    *error_out = g_strdup_printf("'%s' is no way to notify: mailto:ADDRESS or webhook:NAME", uri);
    return FALSE;
}

NotifyMethod *
notify_method_parse(const char *uri, char **error_out)
{
    NotifyMethod *method = g_new0(NotifyMethod, 1);

    method->recipients = g_ptr_array_new_with_free_func(g_free);
    if (!parse(method, uri, error_out))
        g_clear_pointer(&method, notify_method_free);
    return method;
}
