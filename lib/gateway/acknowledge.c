/*
 * acknowledge.c - the automatic answer, or the reason why there is none
 *
 * RFC 3834 as a checklist, from the cheapest question to the dearest; the first that speaks against an answer decides. Three brakes
 * stand behind each other and each stops a loop alone: the signs in the message (silence.h), an answer to an automatic mail of ours
 * (a token or a reference shows it), and the token buckets, which apply takes.
 */
#include "base/address.h"
#include "gateway/decide-private.h"
#include "message/alignment.h"
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

/* What the queue's options say of each kind, by the template that it has. */
static gboolean
queue_wants(const QueueConfig *queue, const char *usual)
{
    const struct {
        const char *template;
        gboolean    wanted;
    } kinds[] = {
        { "follow-up", queue->acknowledge_follow_up },
        { "reopened", queue->acknowledge_reopened },
        { "closed", queue->acknowledge_closed },
        { "refused", queue->acknowledge_refused },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_strcmp0(usual, kinds[i].template) == 0)
            return queue->acknowledge && kinds[i].wanted;
    return queue->acknowledge;
}

static const char *
silence_of_configuration(const Deciding *d, const char *usual)
{
    gboolean wanted = d->ruling != NULL
                      && (d->ruling->fate == FATE_REJECT || d->ruling->answer != NULL || d->ruling->vacation != NULL);

    /* A rule that rejects or answers says so of this mail; the queue's option speaks of all. */
    if (d->queue == NULL || (!d->queue->acknowledge && !wanted))
        return "the queue does not acknowledge";
    if (!wanted && !queue_wants(d->queue, usual))
        return "the queue does not acknowledge this kind of mail";
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
why_silent(const Deciding *d, const char *usual, const char **recipient_out)
{
    const char *why = silence_of_configuration(d, usual);
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

/* Whoever writes at night is told when there is somebody. */
static const char *
at_this_hour(const Deciding *d, const char *usual)
{
    static const char closed[] = "acknowledge-out-of-hours";

    return g_strcmp0(usual, "acknowledge") == 0 && promise_desk_is_closed(d) ? closed : usual;
}

/* What the mail says: as a rule wants, where there is such a template; NULL: a rule wants what is not there. */
static const char *
choose_template(const Deciding *d, const char *usual)
{
    const SieveAction *named = d->ruling != NULL && d->ruling->fate != FATE_REJECT ? d->ruling->answer : NULL;

    const char *name = named != NULL && g_hash_table_contains(template_set_names(d->settings->templates), named->argument) ? named->argument
                                                                                                                              : at_this_hour(d, usual);

    return d->queue != NULL ? settings_template(d->settings, d->queue, name) : name;
}

void
decide_acknowledgement(Deciding *d, const char *kind, const char *usual, gint64 previous)
{
    g_autoptr(GError) error = NULL;
    const char *recipient = NULL, *template = choose_template(d, usual);
    g_autofree char *why = template != NULL ? why_silent(d, usual, &recipient) : g_strdup("there is no template of the name that a rule gives");
    Effect *effect;

    if (template != NULL && d->settings->preview != NULL)
        acknowledge_preview(d, template, previous);
    if (why == NULL) {
        effect = effect_new(EFFECT_MAIL, g_strdup_printf("%s to %s", kind, recipient));
        if (acknowledge_compose(d, template, previous, recipient, &effect->mail, &error)) {
            effect->mail.kind = g_strdup(kind);
            effect->mail.recipient = g_strdup(recipient);
            effect->mail.expires = d->now + d->settings->automatic_life_seconds * G_USEC_PER_SEC;
            add_period(d, effect->mail.buckets, recipient);
            acknowledge_buckets(effect->mail.buckets, recipient, effect->mail.ticket, d->settings->acknowledge);
            g_ptr_array_add(d->decision->effects, effect);
            d->decision->acknowledgement = g_strdup("mail");
            trace_add(d->decision->trace, kind, TRUE, "to %s by template '%s', if its limits allow", recipient, template);
            return;
        }
        effect_free(effect);
        why = g_strdup(error->message);
    }
    d->decision->acknowledgement = g_strdup_printf("none: %s", why);
    trace_add(d->decision->trace, kind, FALSE, "%s", why);
}
