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
static char *
our_message_id(const Deciding *d, const char *token)
{
    g_autofree char *random = base32_encode(d->ids->random, sizeof d->ids->random);

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
    g_autofree char *both = g_strdup_printf("%s, %s", d->settings->name, queue);

    template_set_text(values, "installation.name", d->settings->name);
    template_set_text(values, "queue.name", queue);
    template_set_text(values, "queue.address", d->queue->address);
    template_set_text(values, "desk.name", g_str_equal(d->settings->name, queue) ? queue : both);
}

static void
set_ticket(TemplateValue *values, const Deciding *d, gint64 ticket, const char *token)
{
    g_autofree char *tag = ticket != 0 ? g_strdup_printf("[%s #%" G_GINT64_FORMAT "]", d->settings->name, ticket) : NULL;

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
fill(const Deciding *d, const char *template, gint64 ticket, gint64 previous, const char *token, TemplateMail *mail_out, GError **error)
{
    gboolean proved = decide_sender_standing(d->message, d->arrival) == SENDER_PASSED;
    g_autoptr(TemplateValue) values = make_values(d, ticket, previous, token, proved);

    if (!template_set_render(d->settings->templates, template, decide_language(d), d->queue->language, values, mail_out, error))
        return FALSE;
    /* Who is not proved gets plain text. */
    if (!proved)
        g_clear_pointer(&mail_out->html, g_free);
    keep_token(&mail_out->text, token, FALSE);
    if (mail_out->html != NULL)
        keep_token(&mail_out->html, token, TRUE);
    return TRUE;
}

/*
 * RFC 3834, 3.3: the null path, or an address that never answers. An address for bounces is one, and the report of a failure then stands on
 * the ticket. Without a way for bounces to come back it is the null path again.
 */
static void
set_envelope_sender(const Deciding *d, EffectMail *mail)
{
    const char *configured = d->settings->acknowledge->envelope_sender;

    if (!g_str_equal(configured, ENVELOPE_SENDER_BOUNCES)) {
        mail->envelope_sender = g_strdup(configured);
        return;
    }
    mail->envelope_sender = d->ids->outbox != 0 ? settings_bounce_address(d->settings, d->queue, d->ids->outbox) : NULL;
    if (mail->envelope_sender != NULL)
        mail->outbox = d->ids->outbox;
    else
        mail->envelope_sender = g_strdup("");
}

gboolean
acknowledge_compose(const Deciding *d, const char *template, gint64 previous, const char *recipient, EffectMail *mail, GError **error)
{
    const Message *message = d->message;
    /* A refusal belongs to no ticket. */
    gint64 ticket = d->decision->outcome == OUTCOME_REFUSED ? 0 : d->decision->ticket;
    Token token = { ticket, d->facts->person, TOKEN_AUTOMATIC };
    g_autofree char *signed_token = ticket != 0 && d->facts->person != 0 ? token_format(d->settings->keys, &token) : NULL;
    g_autofree char *reply_to = settings_subaddress(d->settings, d->queue, signed_token);
    g_autofree char *subject = NULL;
    g_autoptr(GPtrArray) references = g_ptr_array_new();
    TemplateMail filled = { 0 };
    MailDraft draft = { 0 };

    if (!fill(d, template, ticket, previous, signed_token, &filled, error))
        return FALSE;
    subject = ticket != 0 ? thread_tag_subject(filled.subject, d->settings->name, ticket) : g_strdup(filled.subject);
    if (message->message_id != NULL)
        g_ptr_array_add(references, message->message_id);
    mail->message_id = our_message_id(d, signed_token);
    draft.from_name = d->queue->display_name != NULL ? d->queue->display_name : d->settings->name;
    draft.from_address = d->queue->address;
    draft.to_address = recipient;
    draft.reply_to = reply_to;
    draft.subject = subject;
    draft.message_id = mail->message_id;
    draft.in_reply_to = message->message_id;
    draft.references = references;
    draft.date = d->now;
    draft.automatic = MAIL_AUTO_REPLIED;
    draft.loop_id = d->settings->host;
    draft.text = filled.text;
    draft.html = filled.html;
    mail->bytes = compose_mail(&draft, error);
    mail->ticket = ticket;
    set_envelope_sender(d, mail);
    template_mail_clear(&filled);
    return mail->bytes != NULL;
}
