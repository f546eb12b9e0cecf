/*
 * acknowledge-mail.c - what an automatic mail says: a template in the sender's language, filled
 *
 * A stranger may have forged the sender, and the mail goes to whoever that is: of an unauthenticated sender nothing is repeated, neither name nor
 * subject nor text (A25 of our attack list). What is left of his is the address itself, the id he gave his mail, and a language.
 */
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "gateway/decide-private.h"
#include "message/compose.h"

#define NAME_OCTETS    80      /* of a person, in running text */
#define SUBJECT_OCTETS 200

/* "t1042.77.a...xyz.<random>@host": whoever answers carries the token back in In-Reply-To or References. */
char *
decide_message_id(Deciding *d, const char *token)
{
    guint8 bytes[sizeof d->ids->random];
    g_autofree char *random = NULL;

    memcpy(bytes, d->ids->random, sizeof bytes);
    bytes[0] ^= (guint8) d->n_ids++;
    random = base32_encode(bytes, sizeof bytes);

    return token != NULL ? g_strdup_printf("%s.%s@%s", token, random, d->settings->host)
                         : g_strdup_printf("%s@%s", random, d->settings->host);
}

/* ---- what the template may know ------------------------------------------------------------------------------ */

/* A name or subject in running text: one line, not longer than a reader's eye wants. */
static void
set_line(TemplateValue *values, const char *key, const char *text, gsize max_bytes)
{
    g_autofree char *folded = text != NULL ? text_fold_space(text) : NULL;
    g_autofree char *cut = folded != NULL ? text_cut(folded, max_bytes) : NULL;

    if (cut != NULL && *cut != '\0')
        template_set_text(values, key, cut);
}

static void
set_number(TemplateValue *values, const char *key, gint64 number)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);

    if (number != 0)
        template_set_text(values, key, text);
}

static void
set_desk(TemplateValue *values, const Deciding *d)
{
    const char *queue = d->queue->display_name != NULL ? d->queue->display_name : d->queue->name;
    const char *house = queue_installation_name(d->queue, d->settings->name);
    g_autofree char *both = g_strdup_printf("%s, %s", house, queue);

    template_set_text(values, "installation.name", house);
    template_set_text(values, "queue.name", queue);
    template_set_text(values, "queue.address", d->queue->address);
    template_set_text(values, "desk.name", g_str_equal(house, queue) ? queue : both);
}

static void
set_ticket(TemplateValue *values, const Deciding *d, gint64 ticket, const char *token)
{
    g_autofree char *tag = ticket != 0 ? g_strdup_printf("[%s #%" G_GINT64_FORMAT "]", queue_tag(d->queue, d->settings->name), ticket) : NULL;

    set_number(values, "ticket.reference", ticket);
    template_set_text(values, "ticket.tag", tag);
    template_set_text(values, "ticket.token", token);
}

static void
set_refusal(TemplateValue *values, const Deciding *d)
{
    const SieveAction *rejected = d->ruling != NULL && d->ruling->fate == FATE_REJECT ? d->ruling->cause : NULL;
    g_autofree char *clean = rejected != NULL ? text_sanitise(rejected->argument, strlen(rejected->argument)) : NULL;
    g_autofree char *reason = clean != NULL ? text_cut(clean, LIMIT_NOTE) : NULL;

    template_set_text(values, "refusal.reason", reason);
}

static TemplateValue *
make_values(const Deciding *d, gint64 ticket, gint64 previous, const char *token, gboolean proved)
{
    TemplateValue *values = template_object();

    set_desk(values, d);
    set_ticket(values, d, ticket, token);
    set_number(values, "previous.reference", previous);
    set_refusal(values, d);
    if (proved) {
        set_line(values, "message.subject", d->prepared->thread->subject, SUBJECT_OCTETS);
        set_line(values, "person.name", d->prepared->request->sender_name, NAME_OCTETS);
    }
    return values;
}

/* ---- the mail ------------------------------------------------------------------------------------------------ */

/* An answer is found by its token wherever relays rewrite Message-IDs: a template that leaves it out gets it all the same. */
static void
keep_token(char **text, const char *token, gboolean html)
{
    const char *end = html ? g_strrstr(*text, "</body>") : NULL;
    gsize before = end != NULL ? (gsize) (end - *text) : strlen(*text);
    char *whole;

    if (token == NULL || strstr(*text, token) != NULL)
        return;
    whole = g_strdup_printf(html ? "%.*s<p>Ref: %s</p>\n%s" : "%.*s\nRef: %s\n%s", (int) before, *text, token, *text + before);
    g_free(*text);
    *text = whole;
}

static gboolean
fill(Deciding *d, const char *template, gint64 ticket, gint64 previous, const char *token, TemplateMail *mail_out, GError **error)
{
    /* Whom a form names has proved nothing. */
    gboolean proved = d->requester == NULL && decide_sender_standing(d->message, d->arrival) == SENDER_PASSED;
    g_autoptr(TemplateValue) values = make_values(d, ticket, previous, token, proved);
    const char *language = d->settings->preview != NULL && d->settings->preview->language != NULL ? d->settings->preview->language
                                                                                                  : decide_language(d);
    gboolean is_new = ticket != 0 && ticket == d->ids->reference;
    const char *written_in;

    /* A first response is owed to a new ticket. Its date is told in the language of the text around it, which may not be the sender's. */
    written_in = template_set_language(d->settings->templates, template, language, d->queue->language);
    if (is_new && d->facts->help_articles->len > 0)
        acknowledge_set_help(d, ticket, written_in, values);
    if (is_new && proved)
        acknowledge_set_related(d, written_in, values);
    if (is_new)
        promise_set_values(d, written_in, values);
    if (!template_set_render(d->settings->templates, template, language, d->queue->language, values, mail_out, error))
        return FALSE;
    /* Who is not proved gets plain text. */
    if (!proved)
        g_clear_pointer(&mail_out->html, g_free);
    keep_token(&mail_out->text, token, FALSE);
    if (mail_out->html != NULL)
        keep_token(&mail_out->html, token, TRUE);
    return TRUE;
}

gboolean
decide_take_bounce_address(Deciding *d, EffectMail *mail)
{
    gint64 number = d->n_outbox < G_N_ELEMENTS(d->ids->outbox) ? d->ids->outbox[d->n_outbox] : 0;

    mail->envelope_sender = number != 0 ? settings_bounce_address(d->settings, d->queue, number) : NULL;
    if (mail->envelope_sender == NULL)
        return FALSE;
    mail->outbox = number;
    d->n_outbox++;
    return TRUE;
}

/*
 * RFC 3834, 3.3: the null path, or an address that never answers. An address for bounces is one, and the report of a failure then stands on
 * the ticket. Without a way for bounces to come back it is the null path again.
 */
void
decide_automatic_sender(Deciding *d, EffectMail *mail)
{
    const char *configured = d->settings->acknowledge->envelope_sender;

    if (!g_str_equal(configured, ENVELOPE_SENDER_BOUNCES)) {
        mail->envelope_sender = g_strdup(configured);
        return;
    }
    if (!decide_take_bounce_address(d, mail))
        mail->envelope_sender = g_strdup("");
}

/* The words of a rule instead of the template's; nothing is added to a MIME entity. */
static void
say_words(const Deciding *d, const SieveAction *vacation, const char *token, TemplateMail *mail, gboolean is_entity)
{
    const char *queue = d->queue->display_name != NULL ? d->queue->display_name : d->queue->name;
    const char *house = queue_installation_name(d->queue, d->settings->name);
    gboolean same = g_str_equal(house, queue);
    char *words = text_cut(vacation->argument, LIMIT_NOTE), *text;

    g_clear_pointer(&mail->html, g_free);
    if (is_entity) {
        g_free(mail->text);
        mail->text = words;
        return;
    }
    text = g_strdup_printf("%s%s-- \n%s%s%s\n", words, g_str_has_suffix(words, "\n") ? "\n" : "\n\n", house, same ? "" : ", ",
                           same ? "" : queue);
    if (token != NULL) {
        char *with_token = g_strdup_printf("%sRef: %s\n", text, token);

        g_free(text);
        text = with_token;
    }
    g_free(words);
    g_free(mail->text);
    mail->text = text;
}

/* A subject that a rule gives stands as it is; the tag leads an answer back to its ticket. */
static char *
subject_of(const Deciding *d, gint64 ticket, const char *filled, const char *own)
{
    g_autofree char *folded = own != NULL ? text_fold_space(own) : NULL;
    g_autofree char *cut = folded != NULL ? text_cut(folded, SUBJECT_OCTETS) : NULL;
    const char *subject = cut != NULL && *cut != '\0' ? cut : filled;

    return ticket != 0 ? thread_tag_subject(subject, queue_tag(d->queue, d->settings->name), ticket) : g_strdup(subject);
}

static gint64
ticket_of(const Deciding *d)
{
    /* A refusal belongs to no ticket. */
    return d->decision->outcome == OUTCOME_REFUSED ? 0 : d->decision->ticket;
}

static char *
token_of(const Deciding *d, gint64 ticket)
{
    Token token = { ticket, decide_facts_of_requester(d)->person, TOKEN_AUTOMATIC };

    return ticket != 0 && token.person != 0 ? token_format(d->settings->keys, &token) : NULL;
}

void
acknowledge_preview(Deciding *d, const char *template, gint64 previous)
{
    AcknowledgePreview *preview = d->settings->preview;
    gint64 ticket = ticket_of(d);
    g_autofree char *token = token_of(d, ticket);
    g_autoptr(GError) error = NULL;

    preview->template = g_strdup(template);
    if (!fill(d, template, ticket, previous, token, &preview->mail, &error)) {
        preview->error = g_strdup(error->message);
        return;
    }
    if (ticket != 0) {
        char *tagged = thread_tag_subject(preview->mail.subject, queue_tag(d->queue, d->settings->name), ticket);

        g_free(preview->mail.subject);
        preview->mail.subject = tagged;
    }
}

/*
 * RFC 5322, 3.6.4: what the mail refers to, then itself, so that it threads. Of a sender who is not proved only the id of the mail itself is repeated (A25): the others are words
 * that he chose, and no mail that the victim ever saw.
 */
static void
add_references(const Deciding *d, GPtrArray *references)
{
    const Message *message = d->message;

    /* Whoever filled in a form never saw its mail. */
    if (message->message_id == NULL || d->requester != NULL)
        return;
    for (guint i = 0; decide_sender_standing(message, d->arrival) == SENDER_PASSED && i < message->references->len; i++)
        g_ptr_array_add(references, g_ptr_array_index(message->references, i));
    g_ptr_array_add(references, message->message_id);
}

gboolean
acknowledge_compose(Deciding *d, const char *template, gint64 previous, const char *recipient, EffectMail *mail, GError **error)
{
    const Message *message = d->message;
    gint64 ticket = ticket_of(d);
    const SieveAction *vacation = d->ruling != NULL && d->decision->outcome != OUTCOME_REFUSED ? d->ruling->vacation : NULL;
    g_autofree char *signed_token = token_of(d, ticket);
    g_autofree char *reply_to = settings_subaddress(d->settings, d->queue, signed_token);
    g_autofree char *subject = NULL;
    g_autoptr(GPtrArray) references = g_ptr_array_new();
    TemplateMail filled = { 0 };
    MailDraft draft = { 0 };

    if (!fill(d, template, ticket, previous, signed_token, &filled, error))
        return FALSE;
    draft.is_entity = vacation != NULL && vacation_option(vacation, "mime") != NULL;
    if (vacation != NULL)
        say_words(d, vacation, signed_token, &filled, draft.is_entity);
    subject = subject_of(d, ticket, filled.subject, vacation != NULL ? vacation_option(vacation, "subject") : NULL);
    add_references(d, references);
    mail->message_id = decide_message_id(d, signed_token);
    draft.from_name = queue_from_name(d->queue, d->settings->name);
    draft.from_address = vacation != NULL ? vacation_from(d, vacation) : d->queue->address;
    draft.to_address = recipient;
    draft.reply_to = reply_to;
    draft.subject = subject;
    draft.message_id = mail->message_id;
    draft.in_reply_to = d->requester == NULL ? message->message_id : NULL;
    draft.references = references;
    draft.date = d->now;
    draft.automatic = MAIL_AUTO_REPLIED;
    draft.loop_id = d->settings->host;
    draft.text = filled.text;
    draft.html = filled.html;
    mail->bytes = compose_mail(&draft, error);
    mail->ticket = ticket;
    decide_automatic_sender(d, mail);
    template_mail_clear(&filled);
    return mail->bytes != NULL;
}
