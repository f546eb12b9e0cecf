/*
 * acknowledge-help.c - the help articles that an acknowledgement names, each with a link that says "this solved it"
 *
 * The link is a mailto: (RFC 6068) and needs no server of ours but the one that takes mail. It bears a signed token, in its address, or in its subject where addresses take no
 * detail. All of it is the desk's own: what the sender wrote has chosen the articles, and stands in none of it.
 */
#include "base/text.h"
#include "gateway/decide-private.h"
#include "locale/locale.h"

#define TITLE_OCTETS 80            /* of the subject that a link fills in */

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

/* Nobody's ticket has no link: there is nobody from whom it would be believed. */
static void
set_links(TemplateValue *article, const Deciding *d, gint64 ticket, const FactHelp *help, const char *language)
{
    SolvedToken token = { ticket, decide_facts_of_requester(d)->person, help->id };
    g_autofree char *text = NULL, *address = NULL, *title = NULL, *tagged = NULL, *subject = NULL, *bare = NULL, *brief = NULL, *filled = NULL;

    if (token.person == 0 || token.article == 0)
        return;
    text = token_format_solved(d->settings->keys, &token);
    address = settings_subaddress(d->settings, d->queue, text);
    title = text_cut(help->title, TITLE_OCTETS);
    tagged = thread_tag_subject(title, queue_tag(d->queue, d->settings->name), ticket);
    subject = address != NULL ? g_strdup(tagged) : g_strdup_printf("%s (%s)", tagged, text);
    bare = address != NULL ? NULL : g_strdup_printf("[%s #%" G_GINT64_FORMAT "] %s", queue_tag(d->queue, d->settings->name), ticket, text);
    brief = mailto(address != NULL ? address : d->queue->address, bare, NULL);
    filled = mailto(address != NULL ? address : d->queue->address, subject, locale_solved_phrase(locale_get(language)));
    template_set_text(article, "solved", brief);
    template_set_text(article, "solved-filled", filled);
}

void
acknowledge_set_help(Deciding *d, gint64 ticket, const char *language, TemplateValue *values)
{
    TemplateValue *list = template_list();

    for (guint i = 0; i < d->facts->help_articles->len; i++) {
        const FactHelp *help = g_ptr_array_index(d->facts->help_articles, i);
        TemplateValue *article = template_object();

        template_set_text(article, "title", help->title);
        template_set_text(article, "url", help->url);
        template_set_text(article, "summary", help->url == NULL ? help->summary : NULL);
        set_links(article, d, ticket, help, language);
        template_list_add(list, article);
        trace_add(d->decision->trace, "help article", TRUE, "%s, score %.3f", help->path, (double) help->score / 1000);
    }
    template_set(values, "help.articles", list);
}
