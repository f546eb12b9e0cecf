/*
 * decide-quarantine.c - a mail that cannot be worked is shown to the agents, whole, and never answered
 */
#include "base/text.h"
#include "gateway/decide-private.h"

static char *
placeholder_text(const char *why)
{
    return g_strdup_printf("This mail was set aside: %s.\n\n"
                           "The original is kept. To read it: mailgw inbound export\n"
                           "To work it again: mailgw inbound retry", why);
}

Decision *
decide_quarantine(const Message *message, const Arrival *arrival, const char *why, const DecideIds *ids)
{
    const MessageAddress *from = message != NULL && message->from->len > 0 ? g_ptr_array_index(message->from, 0) : NULL;
    const char *subject = message != NULL && message->subject != NULL ? message->subject : "";
    Decision *decision = decision_new();
    g_autofree char *title = g_strdup_printf("Set aside: %s", subject[0] != '\0' ? subject : "a mail");
    Effect *effect;

    decision->outcome = OUTCOME_QUARANTINED;
    decision->reason = g_strdup(why);
    decision->ticket = ids->reference;
    decision->acknowledgement = g_strdup("none: quarantined");

    effect = decision_add(decision, EFFECT_TICKET, g_strdup("a placeholder shows it to the agents"));
    effect->ticket.reference = ids->reference;
    effect->ticket.queue = g_strdup(arrival->queue);
    effect->ticket.subject = text_cut(title, LIMIT_MESSAGE_ID);
    effect->ticket.priority = PRIORITY_NORMAL;
    effect->ticket.placeholder = TRUE;

    effect = decision_add(decision, EFFECT_ARTICLE, g_strdup("set aside"));
    effect->article.ticket = ids->reference;
    effect->article.from_name = from != NULL ? g_strdup(from->name) : NULL;
    effect->article.from_address = from != NULL ? g_strdup(from->address) : NULL;
    effect->article.subject = g_strdup(subject);
    effect->article.text = placeholder_text(why);
    effect->article.class_name = g_strdup("quarantined");
    return decision;
}
