/*
 * acknowledge.c - the automatic answer, or the reason why there is none
 *
 * RFC 3834 as a checklist, from the cheapest question to the dearest; the first that speaks against an answer decides. Three brakes
 * stand behind each other and each stops a loop alone: the signs in the message (silence.h), an answer to an automatic mail of ours
 * (a token or a reference shows it), and the token buckets, which apply takes.
 */
#include <string.h>

#include "base/address.h"
#include "base/hash.h"
#include "base/text.h"
#include "gateway/decide-private.h"
#include "message/alignment.h"
#include "message/compose.h"
#include "message/silence.h"

static const SieveAction *
vacation_of(const Deciding *d)
{
    return d->ruling != NULL ? d->ruling->vacation : NULL;
}

SenderStanding
decide_sender_standing(const Message *message, const Arrival *arrival)
{
    const MessageAuthentication *verdict = message->authentication;

    if (arrival->auth_user != NULL)
        return SENDER_PASSED;
    if (verdict == NULL || verdict->dmarc == NULL)
        return SENDER_UNKNOWN;
    /* DMARC speaks of one author (RFC 7489, 6.6.1); of several it is not known which one it meant. */
    if (g_ascii_strcasecmp(verdict->dmarc, "pass") == 0)
        return message->from_fields == 1 && message->from->len == 1 ? SENDER_PASSED : SENDER_UNKNOWN;
    return g_ascii_strcasecmp(verdict->dmarc, "fail") == 0 ? SENDER_FAILED : SENDER_UNKNOWN;
}

/* To the From, if the envelope sender belongs to the same organisation or the sender is proved; else to the envelope sender. */
const char *
acknowledge_recipient(const Deciding *d, char **why_not_out)
{
    const MessageAddress *from = d->message->from->len > 0 ? g_ptr_array_index(d->message->from, 0) : NULL;
    const char *envelope = d->prepared->envelope_sender;
    g_autofree char *from_domain = NULL, *envelope_domain = NULL;

    *why_not_out = NULL;
    if (d->requester != NULL)
        return d->requester_address;
    if (from == NULL || !address_is_valid(from->address))
        *why_not_out = g_strdup("From holds no address that mail could go to");
    else if (envelope != NULL && envelope[0] == '\0')
        *why_not_out = g_strdup("the envelope sender is null");
    else if (envelope != NULL && !address_is_valid(envelope))
        *why_not_out = g_strdup("the envelope sender is no valid address");
    if (*why_not_out != NULL)
        return NULL;
    if (envelope == NULL || decide_sender_standing(d->message, d->arrival) == SENDER_PASSED)
        return from->address;
    from_domain = address_domain_ascii(address_domain(from->address));
    envelope_domain = address_domain_ascii(address_domain(envelope));
    return domain_same_organisation(from_domain, envelope_domain) ? from->address : envelope;
}

static gboolean
list_has_own(const Deciding *d, const GPtrArray *addresses)
{
    for (guint i = 0; i < addresses->len; i++) {
        const MessageAddress *address = g_ptr_array_index(addresses, i);

        if (settings_is_own_address(d->settings, address->address))
            return TRUE;
    }
    return FALSE;
}

/* RFC 3834, 2: only mail that names the responder's address; delivery by Bcc or a forward makes a ticket, no answer. */
static gboolean
names_us(const Deciding *d)
{
    const Message *message = d->message;
    const SieveAction *vacation = vacation_of(d);

    if (vacation != NULL && (vacation_names(vacation, message->to) || vacation_names(vacation, message->cc)
                             || vacation_names(vacation, message->bcc) || vacation_names(vacation, message->resent_to)
                             || vacation_names(vacation, message->resent_cc) || vacation_names(vacation, message->resent_bcc)))
        return TRUE;
    return list_has_own(d, message->to) || list_has_own(d, message->cc) || list_has_own(d, message->bcc)
           || list_has_own(d, message->resent_to) || list_has_own(d, message->resent_cc)
           || list_has_own(d, message->resent_bcc);
}

static const char *
silence_of_configuration(const Deciding *d)
{
    gboolean wanted = vacation_of(d) != NULL || (d->ruling != NULL && d->ruling->fate == FATE_REJECT);

    /* A rule that rejects or answers says so of this mail; the queue's option speaks of all. */
    if (d->queue == NULL || (!d->queue->acknowledge && !wanted))
        return "the queue does not acknowledge";
    if (d->arrival->quiet)
        return "imported quietly";
    if (d->prepared->to_bounces)
        return "it came to an address for bounces";
    if (d->now - d->arrival->received_at > d->settings->acknowledge->max_age_seconds * G_USEC_PER_SEC)
        return "it arrived too long ago";
    return NULL;
}

static const char *
silence_of_conversation(const Deciding *d)
{
    if (d->match->answers_automatic)
        return "it answers an automatic mail of ours";
    if (d->match->other_address)
        return "a token came from another address";
    if (d->facts->elsewhere != 0 && d->facts->elsewhere_acknowledged)
        return "acknowledged from another queue";
    return NULL;
}

/* Whoever is named in a form is proved by nothing, and the form itself is answered by nobody. */
static const char *
silence_of_requester(const Deciding *d)
{
    const char *why = decide_why_no_trusted_form(d);

    if (why != NULL)
        return why;
    if (d->settings->acknowledge->unauthenticated == UNAUTHENTICATED_NONE)
        return "the requester is not authenticated";
    return d->requester->person_is_bouncing ? "mail to the requester bounces" : NULL;
}

static const char *
silence_of_sender(const Deciding *d)
{
    SenderStanding standing = decide_sender_standing(d->message, d->arrival);

    if (!names_us(d))
        return "our address is in none of To, Cc, Bcc";
    if (d->requester != NULL)
        return silence_of_requester(d);
    if (standing == SENDER_FAILED)
        return "the sender failed authentication";
    if (standing == SENDER_UNKNOWN && d->settings->acknowledge->unauthenticated == UNAUTHENTICATED_NONE)
        return "the sender is not authenticated";
    return NULL;
}

/* NULL: nothing speaks against it, and *recipient_out is where it goes. */
static char *
why_silent(const Deciding *d, const char **recipient_out)
{
    const char *why = silence_of_configuration(d);
    char *reason;

    if (d->ruling != NULL && d->ruling->silence != NULL) {
        g_autofree char *place = ruling_place(d->ruling->silence);

        return g_strdup_printf("%s wants none", place);
    }
    if (why == NULL)
        why = d->requester != NULL ? d->prepared->silence_of_form : d->prepared->silence;
    if (why == NULL)
        why = silence_of_conversation(d);
    if (why == NULL)
        why = silence_of_sender(d);
    if (why != NULL)
        return g_strdup(why);
    *recipient_out = acknowledge_recipient(d, &reason);
    if (*recipient_out == NULL)
        return reason;
    if (settings_is_own_address(d->settings, *recipient_out))
        return g_strdup("it would go to an address of ours");
    if (d->facts->envelope_is_bouncing && *recipient_out == d->prepared->envelope_sender)
        return g_strdup_printf("mail to %s bounces", *recipient_out);
    return address_silence(*recipient_out);
}

static void
add_bucket(GPtrArray *buckets, char *key, Rate rate)
{
    g_ptr_array_add(buckets, bucket_new(key, rate.count, rate.seconds));
}

void
acknowledge_buckets(GPtrArray *buckets, const char *address, gint64 ticket, const AcknowledgeConfig *limits)
{
    g_autofree char *person = address_counting_key(address);
    const char *domain = person != NULL ? address_domain(person) : NULL;

    if (person != NULL) {
        add_bucket(buckets, g_strdup_printf("ack:person:%s:h", person), limits->per_sender_hour);
        add_bucket(buckets, g_strdup_printf("ack:person:%s:d", person), limits->per_sender_day);
        add_bucket(buckets, g_strdup_printf("ack:domain:%s:h", domain), limits->per_domain_hour);
    }
    if (ticket != 0)
        add_bucket(buckets, g_strdup_printf("ack:ticket:%" G_GINT64_FORMAT ":h", ticket), limits->per_ticket_hour);
    add_bucket(buckets, g_strdup("ack:total:h"), limits->total_hour);
}

/* First, because the first empty bucket is told as the reason. */
static void
add_period(const Deciding *d, GPtrArray *buckets, const char *recipient)
{
    Bucket *period = vacation_of(d) != NULL ? vacation_bucket(vacation_of(d), recipient) : NULL;

    if (period != NULL)
        g_ptr_array_add(buckets, period);
}

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

static gboolean
compose_effect(Deciding *d, const char *kind, const char *recipient, EffectMail *mail, GError **error)
{
    const Message *message = d->message;
    gboolean refusal = g_str_equal(kind, "refusal");
    const SieveAction *vacation = refusal ? NULL : vacation_of(d);
    gint64 ticket = refusal ? 0 : d->decision->ticket;
    Token token = { ticket, decide_facts_of_requester(d)->person, TOKEN_AUTOMATIC };
    g_autofree char *signed_token = ticket != 0 && token.person != 0 ? token_format(d->settings->keys, &token) : NULL;
    g_autofree char *reply_to = settings_subaddress(d->settings, d->queue, signed_token);
    g_autofree char *subject = NULL, *text = NULL;
    AcknowledgementValues values = { 0 };
    g_autoptr(GPtrArray) references = g_ptr_array_new();
    MailDraft draft = { 0 };

    /* Whoever filled in a form never saw its mail. */
    if (message->message_id != NULL && d->requester == NULL)
        g_ptr_array_add(references, message->message_id);
    values.installation = d->settings->name;
    values.queue = d->queue->display_name != NULL ? d->queue->display_name : d->queue->name;
    values.reference = ticket;
    values.token = signed_token;
    values.reason = d->ruling != NULL && d->ruling->fate == FATE_REJECT ? d->ruling->cause->argument : NULL;
    if (d->requester == NULL && decide_sender_standing(message, d->arrival) == SENDER_PASSED) {
        values.subject = d->prepared->thread->subject;
        values.person = d->prepared->request->sender_name;
    }
    if (vacation != NULL)
        vacation_values(vacation, &values);
    acknowledgement_text(kind, &values, &subject, &text);

    mail->message_id = decide_message_id(d, signed_token);
    draft.from_name = d->queue->display_name != NULL ? d->queue->display_name : d->settings->name;
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
    draft.text = text;
    draft.is_entity = values.is_entity;
    mail->bytes = compose_mail(&draft, error);
    mail->ticket = ticket;
    return mail->bytes != NULL;
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

void
decide_acknowledgement(Deciding *d, const char *kind)
{
    g_autoptr(GError) error = NULL;
    const char *recipient = NULL;
    g_autofree char *why = why_silent(d, &recipient);
    Effect *effect;

    if (why == NULL) {
        effect = effect_new(EFFECT_MAIL, g_strdup_printf("%s to %s", kind, recipient));
        if (compose_effect(d, kind, recipient, &effect->mail, &error)) {
            effect->mail.kind = g_strdup(kind);
            effect->mail.recipient = g_strdup(recipient);
            decide_automatic_sender(d, &effect->mail);
            effect->mail.expires = d->now + d->settings->automatic_life_seconds * G_USEC_PER_SEC;
            add_period(d, effect->mail.buckets, recipient);
            acknowledge_buckets(effect->mail.buckets, recipient, effect->mail.ticket, d->settings->acknowledge);
            g_ptr_array_add(d->decision->effects, effect);
            d->decision->acknowledgement = g_strdup("mail");
            trace_add(d->decision->trace, kind, TRUE, "to %s, if its limits allow", recipient);
            return;
        }
        effect_free(effect);
        why = g_strdup(error->message);
    }
    d->decision->acknowledgement = g_strdup_printf("none: %s", why);
    trace_add(d->decision->trace, kind, FALSE, "%s", why);
}
