#include "gateway/mail-link.h"

#include "base/text.h"
#include "thread/thread.h"

#define TITLE_OCTETS 80

/* What stands between the address and the "?" may have what an address has; a "+" stays: some mail programs show it to the reader as it is. */
static char *
mailto(const char *address, const char *subject, const char *body)
{
    GString *link = g_string_new("mailto:");

    g_string_append_uri_escaped(link, address, "@+", FALSE);
    if (subject != NULL) {
        g_string_append(link, "?subject=");
        g_string_append_uri_escaped(link, subject, NULL, FALSE);
    }
    if (body != NULL) {
        g_string_append(link, "&body=");
        g_string_append_uri_escaped(link, body, NULL, FALSE);
    }
    return g_string_free(link, FALSE);
}

char *
mail_link_brief(const DecideSettings *settings, const MailLink *link)
{
    g_autofree char *address = settings_subaddress(settings, link->queue, link->token), *subject = NULL;

    if (address != NULL)
        return mailto(address, NULL, NULL);
    subject = g_strdup_printf("[%s #%" G_GINT64_FORMAT "] %s", queue_tag(link->queue, settings->name), link->ticket, link->token);
    return mailto(link->queue->address, subject, NULL);
}

char *
mail_link_filled(const DecideSettings *settings, const MailLink *link)
{
    g_autofree char *address = settings_subaddress(settings, link->queue, link->token), *title = text_cut(link->title, TITLE_OCTETS);
    g_autofree char *tagged = thread_tag_subject(title, queue_tag(link->queue, settings->name), link->ticket), *subject = NULL;

    if (address != NULL)
        return mailto(address, tagged, link->words);
    subject = g_strdup_printf("%s (%s)", tagged, link->token);
    return mailto(link->queue->address, subject, link->words);
}
