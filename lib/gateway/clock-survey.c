/*
 * clock-survey.c - the mail that asks a customer how it went
 *
 * Each answer is a link (mail-link.h) with a token made out to this ticket, this person and this rating; decide-rated.c counts what comes back.
 */
#include "gateway/clock-letter.h"

#include "gateway/mail-link.h"
#include "locale/locale.h"

G_STATIC_ASSERT(RATING_GOOD - RATING_POOR + 1 == LOCALE_RATINGS);

static void
set_link(const ClockLetters *work, const RestingTicket *ticket, Rating rating, const char *language, TemplateValue *values)
{
    const RatedToken made_out = { ticket->reference, ticket->requester, rating };
    const char *words = locale_rated_phrase(locale_get(language), rating - RATING_POOR);
    g_autofree char *token = token_format_rated(work->settings->keys, &made_out);
    const MailLink link = { work->queue, ticket->reference, token, words, words };
    g_autofree char *brief = mail_link_brief(work->settings, &link), *filled = mail_link_filled(work->settings, &link);
    g_autofree char *key = g_strdup_printf("survey.%s", rating_name(rating)), *key_filled = g_strdup_printf("%s-filled", key);

    template_set_text(values, key, brief);
    template_set_text(values, key_filled, filled);
}

static void
set_links(const ClockLetters *work, const RestingTicket *ticket, const char *language, TemplateValue *values)
{
    set_link(work, ticket, RATING_GOOD, language, values);
    set_link(work, ticket, RATING_FAIR, language, values);
    set_link(work, ticket, RATING_POOR, language, values);
}

const ClockLetter clock_survey = {
    .template = "survey", .kind = "survey", .reason = "the ticket is over",
    .sent = "surveyed", .withheld = "survey-withheld", .without_answer = "to ask about", .set_values = set_links,
};
