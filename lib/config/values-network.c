/*
 * values-network.c - domains, hosts, networks, mail addresses, transports, the database's URI
 */
#include "config/values-private.h"
#include "base/address.h"
#include "base/uri.h"
#include "config/host-private.h"
#include "config/values.h"

#include <gio/gio.h>
#include <string.h>

static ValueResult
parse_database_url(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text,
                   gpointer member)
{
    if (!g_str_has_prefix(text, "postgresql://") && !g_str_has_prefix(text, "postgres://"))
        return VALUE_MALFORMED;
    if (strpbrk(text, " \t") != NULL)
        return VALUE_MALFORMED;
    value_set_text(member, g_strdup(text));
    return VALUE_OK;
}

/* config show may end in a ticket; a password in the URI must not. */
static char *
format_database_url(G_GNUC_UNUSED const Option *option, gconstpointer member)
{
    const char *url = *(char *const *) member;
    gsize start, end;

    if (url == NULL || !url_find_password(url, &start, &end))
        return g_strdup(url);
    return g_strdup_printf("%.*s***%s", (int) start, url, url + end);
}

static ValueResult
parse_domain(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text,
             gpointer member)
{
    char *ascii = address_domain_ascii(text);

    if (ascii == NULL)
        return VALUE_MALFORMED;
    value_set_text(member, ascii);
    return VALUE_OK;
}

static ValueResult
parse_listen(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text,
             gpointer member)
{
    g_autofree char *host = NULL;
    guint port;

    if (!host_port_parse(text, &host, &port) || port == 0)
        return VALUE_MALFORMED;
    value_set_text(member, host_port_format(host, port));
    return VALUE_OK;
}

/* The words of a list, separated by commas, blanks or both; NULL if there is none. */
static char **
split_words(const char *text)
{
    g_auto(GStrv) pieces = g_strsplit_set(text, ", \t", -1);
    GStrvBuilder *words = g_strv_builder_new();
    char **list;

    for (char **piece = pieces; *piece != NULL; piece++)
        if (**piece != '\0')
            g_strv_builder_add(words, *piece);
    list = g_strv_builder_end(words);
    g_strv_builder_unref(words);
    if (*list == NULL)
        g_clear_pointer(&list, g_strfreev);
    return list;
}

static ValueResult
parse_network_list(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text,
                   gpointer member)
{
    g_auto(GStrv) words = split_words(text);

    for (char **word = words; word != NULL && *word != NULL; word++) {
        g_autoptr(GInetAddressMask) mask = g_inet_address_mask_new_from_string(*word, NULL);

        if (mask == NULL)
            return VALUE_MALFORMED;
    }
    if (words == NULL)
        return VALUE_MALFORMED;
    value_set_list(member, g_steal_pointer(&words));
    return VALUE_OK;
}

/* NULL unless it could be handed to an SMTP server. */
static char *
canonical_if_valid(const char *text)
{
    return address_is_valid(text) ? address_canonical(text) : NULL;
}

static ValueResult
parse_address(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text,
              gpointer member)
{
    char *canonical = canonical_if_valid(text);

    if (canonical == NULL)
        return VALUE_MALFORMED;
    value_set_text(member, canonical);
    return VALUE_OK;
}

static ValueResult
parse_address_list(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text,
                   gpointer member)
{
    g_auto(GStrv) words = split_words(text);

    for (char **word = words; word != NULL && *word != NULL; word++) {
        char *canonical = canonical_if_valid(*word);

        if (canonical == NULL)
            return VALUE_MALFORMED;
        g_free(*word);
        *word = canonical;
    }
    if (words == NULL)
        return VALUE_MALFORMED;
    value_set_list(member, g_steal_pointer(&words));
    return VALUE_OK;
}

static ValueResult
parse_transport(G_GNUC_UNUSED const Option *option, const char *directory, const char *text, gpointer member)
{
    static const char *const schemes[] = { "smtp://", "smtps://" };

    if (g_str_has_prefix(text, "maildir:") && text[8] != '\0') {
        g_autofree char *path = g_canonicalize_filename(text + 8, directory);

        value_set_text(member, g_strconcat("maildir:", path, NULL));
        return VALUE_OK;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
        g_autofree char *host = NULL;
        g_autofree char *host_port = NULL;
        guint port;

        if (!g_str_has_prefix(text, schemes[i]) || !host_port_parse(text + strlen(schemes[i]), &host, &port))
            continue;
        host_port = host_port_format(host, port);
        value_set_text(member, g_strconcat(schemes[i], host_port, NULL));
        return VALUE_OK;
    }
    return VALUE_MALFORMED;
}

static ValueResult
parse_envelope_sender(const Option *option, const char *directory, const char *text, gpointer member)
{
    if (strcmp(text, "<>") == 0)
        value_set_text(member, g_strdup(""));
    else if (strcmp(text, ENVELOPE_SENDER_BOUNCES) == 0)
        value_set_text(member, g_strdup(text));
    else
        return parse_address(option, directory, text, member);
    return VALUE_OK;
}

static char *
format_envelope_sender(G_GNUC_UNUSED const Option *option, gconstpointer member)
{
    const char *address = *(char *const *) member;

    return g_strdup(address != NULL && *address == '\0' ? "<>" : address);
}

static ValueResult
parse_https_url(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    if (uri_https_problem(text) != NULL)
        return VALUE_MALFORMED;
    value_set_text(member, g_strdup(text));
    return VALUE_OK;
}

static char *
explain_https_url(const char *text)
{
    return g_strdup_printf("it %s", uri_https_problem(text));
}

/* Who knows the path of such a URL can call it: config show may end in a ticket. */
static char *
format_secret_url(G_GNUC_UNUSED const Option *option, gconstpointer member)
{
    const char *url = *(char *const *) member;
    g_autofree char *authority = url != NULL ? uri_https_authority(url) : NULL;

    return authority != NULL ? g_strdup_printf("https://%s/***", authority) : NULL;
}

const ValueType value_type_database_url = { parse_database_url, format_database_url, value_clear_text,
                                            "a URI such as postgresql://mailgw@db.example/mailgw", NULL };
const ValueType value_type_domain = { parse_domain, value_format_text, value_clear_text,
                                      "a domain such as mail.example.com", NULL };
const ValueType value_type_listen = { parse_listen, value_format_text, value_clear_text,
                                      "HOST:PORT such as 127.0.0.1:2424 or [::1]:2424", NULL };
const ValueType value_type_network_list = { parse_network_list, value_format_list, value_clear_list,
                                            "IP addresses such as 192.0.2.1 or 192.0.2.0/24", NULL };
const ValueType value_type_address = { parse_address, value_format_text, value_clear_text,
                                       "an address such as support@example.com", NULL };
const ValueType value_type_address_list = { parse_address_list, value_format_list, value_clear_list,
                                            "addresses such as support@example.com, help@example.com", NULL };
const ValueType value_type_transport = { parse_transport, value_format_text, value_clear_text,
                                         "smtp://HOST[:PORT], smtps://HOST[:PORT] or maildir:DIR", NULL };
const ValueType value_type_envelope_sender = { parse_envelope_sender, format_envelope_sender, value_clear_text,
                                               "<>, bounces, or an address such as noreply@example.com", NULL };
const ValueType value_type_https_url = { parse_https_url, value_format_text, value_clear_text,
                                         "a URL such as https://login.example.com/token", explain_https_url };
const ValueType value_type_secret_url = { parse_https_url, format_secret_url, value_clear_text,
                                          "a URL such as https://hooks.example.com/mail", explain_https_url };
