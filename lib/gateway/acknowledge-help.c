/*
 * acknowledge-help.c - the help articles that an acknowledgement names, each with a link that says "this solved it"
 *
 * All of it is the desk's own: what the sender wrote has chosen the articles, and stands in none of it.
 */
#include "gateway/decide-private.h"
#include "gateway/mail-link.h"
#include "locale/locale.h"

/* Nobody's ticket has no link: there is nobody from whom it would be believed. */
static void
set_links(TemplateValue *article, const Deciding *d, gint64 ticket, const FactHelp *help, const char *language)
{
    SolvedToken token = { ticket, decide_facts_of_requester(d)->person, help->id };
    g_autofree char *text = NULL, *brief = NULL, *filled = NULL;
    MailLink link = { d->queue, ticket, NULL, help->title, locale_solved_phrase(locale_get(language)) };

    if (token.person == 0 || token.article == 0)
        return;
    text = token_format_solved(d->settings->keys, &token);
    link.token = text;
    brief = mail_link_brief(d->settings, &link);
    filled = mail_link_filled(d->settings, &link);
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
