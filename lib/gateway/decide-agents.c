/*
 * decide-agents.c - the queue's agents are told, by mail: of a new ticket, of a follow-up, of an answer of ours that came back
 *
 * They read what a stranger wrote, so each of its lines stands behind a "> ": nothing of it is taken for our own words, or for a signature. The mail is automatic, and is sent by the
 * brakes of all such mail: what is automatic itself, was passed on by us, or came in quietly is told to nobody, and nobody is told of his own mail.
 */
#include <string.h>

#include "base/text.h"
#include "gateway/decide-private.h"
#include "message/compose.h"
#include "message/silence.h"

#define LINE_OCTETS 200

static const char *
why_not(const Deciding *d)
{
    if (d->arrival->quiet)
        return "imported quietly";
    if (message_is_auto_submitted(d->message))
        return "the message is automatic itself";
    return message_has_loop_sign(d->message, d->settings->host) ? "it was passed on by us before" : NULL;
}

static void
set_line(TemplateValue *values, const char *key, const char *text)
{
    g_autofree char *clean = text != NULL ? text_sanitise(text, strlen(text)) : NULL;
    g_autofree char *folded = clean != NULL ? text_fold_space(clean) : NULL;
    g_autofree char *cut = folded != NULL ? text_cut(folded, LINE_OCTETS) : NULL;

    if (cut != NULL && *cut != '\0')
        template_set_text(values, key, cut);
}

/* Behind "> ", line by line, without the empty ones at the end. */
static char *
quoted(const char *text)
{
    g_autofree char *clean = text_sanitise(text, strlen(text)), *cut = text_cut(clean, LIMIT_NOTE);
    g_auto(GStrv) lines = g_strsplit(g_strchomp(cut), "\n", -1);
    GString *to = g_string_new(NULL);

    for (guint i = 0; lines[i] != NULL; i++)
        g_string_append_printf(to, "%s>%s%s", i > 0 ? "\n" : "", *lines[i] != '\0' ? " " : "", lines[i]);
    return g_string_free(to, FALSE);
}

static void
set_desk(TemplateValue *values, const Deciding *d, const QueueConfig *queue, gint64 ticket)
{
    const char *name = queue->display_name != NULL ? queue->display_name : queue->name;
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, ticket), *tag = g_strdup_printf("[%s #%s]", queue_tag(queue, d->settings->name), number);

    template_set_text(values, "installation.name", queue_installation_name(queue, d->settings->name));
    template_set_text(values, "queue.name", name);
    template_set_text(values, "queue.address", queue->address);
    template_set_text(values, "desk.name", name);
    template_set_text(values, "ticket.reference", number);
    template_set_text(values, "ticket.tag", tag);
}

static gboolean
tell_one(Deciding *d, const QueueConfig *queue, gint64 ticket, const char *agent, const TemplateMail *filled, const char *template)
{
    g_autofree char *subject = thread_tag_subject(filled->subject, queue_tag(queue, d->settings->name), ticket), *id = decide_message_id(d, NULL);
    const Rate *limit = &d->settings->limits->agent_mails_hour;
    const MailDraft draft = { .from_name = queue_from_name(queue, d->settings->name), .from_address = queue->address,
                              .to_address = agent, .subject = subject, .message_id = id, .date = d->now, .automatic = MAIL_AUTO_NOTIFIED,
                              .loop_id = d->settings->host, .text = filled->text };
    GBytes *bytes = settings_is_own_address(d->settings, agent) || decide_is_sender(d, agent) ? NULL : compose_mail(&draft, NULL);
    Effect *effect;

    if (bytes == NULL)
        return FALSE;
    effect = decision_add(d->decision, EFFECT_MAIL, g_strdup_printf("%s to an agent of %s", template, queue->name));
    effect->mail.kind = g_strdup("notification");
    effect->mail.ticket = ticket;
    effect->mail.recipient = g_strdup(agent);
    effect->mail.message_id = g_steal_pointer(&id);
    effect->mail.bytes = bytes;
    effect->mail.expires = d->now + d->settings->automatic_life_seconds * G_USEC_PER_SEC;
    decide_automatic_sender(d, &effect->mail);
    g_ptr_array_add(effect->mail.buckets, bucket_new(g_strdup("agents:total:h"), limit->count, limit->seconds));
    return TRUE;
}

/* In the queue's language, which is the desk's. values: taken. */
static void
tell(Deciding *d, const QueueConfig *queue, gint64 ticket, const char *template, TemplateValue *values)
{
    g_autoptr(TemplateValue) owned = values;
    g_autoptr(GError) error = NULL;
    TemplateMail filled = { 0 };
    guint told = 0;

    if (!template_set_render(d->settings->templates, settings_template(d->settings, queue, template), queue->language, NULL, owned, &filled, &error)) {
        trace_add(d->decision->trace, "agents", FALSE, "template '%s': %s", template, error->message);
        return;
    }
    for (char **agent = queue->agents; *agent != NULL && told < LIMIT_NOTIFICATIONS; agent++)
        told += tell_one(d, queue, ticket, *agent, &filled, template) ? 1 : 0;
    template_mail_clear(&filled);
    trace_add(d->decision->trace, "agents", told > 0, "%u told by template '%s'", told, template);
}

static gboolean
are_told(const QueueConfig *queue, TellAgents least)
{
    return queue != NULL && queue->agents != NULL && queue->address != NULL && queue->tell_agents >= least;
}

/* Where the ticket stands when the rules are through. */
static const QueueConfig *
queue_of(const Deciding *d, const FactTicket *ticket)
{
    const char *name = ticket != NULL ? ticket->queue : d->queue != NULL ? d->queue->name : NULL;

    for (guint i = 0; i < d->decision->effects->len; i++) {
        const Effect *effect = g_ptr_array_index(d->decision->effects, i);

        if (effect->kind == EFFECT_TICKET)
            name = effect->ticket.queue;
        else if (effect->kind == EFFECT_CHANGE && effect->change.what == CHANGE_QUEUE)
            name = effect->change.value;
    }
    return name != NULL ? queues_find_name(d->settings->queues, name) : NULL;
}

void
decide_tell_agents(Deciding *d, gint64 reference, const FactTicket *ticket)
{
    const MessageAddress *from = d->message->from->len > 0 ? g_ptr_array_index(d->message->from, 0) : NULL;
    const QueueConfig *queue = queue_of(d, ticket);
    const char *why = why_not(d);
    g_autofree char *text = NULL;
    TemplateValue *values;

    if (!are_told(queue, ticket != NULL ? TELL_AGENTS_ALL : TELL_AGENTS_NEW))
        return;
    if (why != NULL) {
        trace_add(d->decision->trace, "agents", FALSE, "%s", why);
        return;
    }
    values = template_object();
    text = quoted(d->message->reply);
    set_desk(values, d, queue, reference);
    set_line(values, "message.subject", ticket != NULL ? ticket->subject : d->prepared->thread->subject);
    set_line(values, "sender.name", from != NULL ? from->name : NULL);
    set_line(values, "sender.address", d->requester != NULL ? d->requester_address : from != NULL ? from->address : NULL);
    template_set_text(values, "message.text", text);
    tell(d, queue, reference, ticket != NULL ? "agent-follow-up" : "agent-new", values);
}

void
decide_tell_of_bounce(Deciding *d, const char *address, const char *said)
{
    const FactMail *mail = &d->facts->mail;
    const FactTicket *ticket = facts_ticket(d->facts, mail->ticket);
    const QueueConfig *queue = ticket != NULL ? queues_find_name(d->settings->queues, ticket->queue) : NULL;
    TemplateValue *values;

    /* What was automatic may come back unread: an answer of a person has to reach somebody. */
    if (g_strcmp0(mail->kind, "reply") != 0 || !are_told(queue, TELL_AGENTS_NEW) || d->arrival->quiet)
        return;
    values = template_object();
    set_desk(values, d, queue, ticket->reference);
    set_line(values, "message.subject", ticket->subject);
    set_line(values, "bounce.address", address);
    set_line(values, "bounce.reason", said);
    tell(d, queue, ticket->reference, "bounce-note", values);
}
