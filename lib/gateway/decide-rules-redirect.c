/*
 * decide-rules-redirect.c - a message is passed on (RFC 5228, 4.2; copy, RFC 3894)
 *
 * Whether it can be is known before it is filed, because one that cannot is kept. Four brakes against a loop, each of which stops one alone: the signs that we
 * put on what we pass on (X-Loop and Resent-Message-ID), addresses that had it already (ours, the sender's, those of Delivered-To), the count of hops, and the token
 * buckets. Bounces come to us and never to the customer, who does not know the goal; what answers there is not passed on.
 *
 * The buckets are looked at here, and taken in any case by a redirect that nothing keeps a copy of: it must not be lost between looking and taking.
 */
#include "base/address.h"
#include "base/text.h"
#include "gateway/decide-private.h"
#include "message/pass-on.h"
#include "message/silence.h"

void
passing_free(Passing *passing)
{
    if (passing == NULL)
        return;
    effect_free(passing->mail);
    g_free(passing->why_not);
    g_free(passing);
}

void
redirect_buckets(GPtrArray *buckets, const char *sender, const RulesConfig *config)
{
    g_ptr_array_add(buckets, bucket_new(g_strdup("redirect:total:h"), config->redirects_hour.count, config->redirects_hour.seconds));
    if (sender != NULL)
        g_ptr_array_add(buckets, bucket_new(g_strdup_printf("redirect:person:%s:h", sender), config->redirects_sender_hour.count,
                                            config->redirects_sender_hour.seconds));
}

/* ---- why not ------------------------------------------------------------------------------------------------ */

static guint
count_passed(const Ruling *ruling)
{
    guint n = 0;

    for (guint i = 0; i < ruling->passings->len; i++)
        n += ((const Passing *) g_ptr_array_index(ruling->passings, i))->why_not == NULL;
    return n;
}

static gboolean
was_passed_to(const Ruling *ruling, const char *goal)
{
    for (guint i = 0; i < ruling->passings->len; i++) {
        const Passing *passing = g_ptr_array_index(ruling->passings, i);

        if (passing->why_not == NULL && address_equal(passing->action->argument, goal))
            return TRUE;
    }
    return FALSE;
}

static char *
why_not_this_message(const Deciding *d)
{
    const char *host = d->settings->host;

    if (d->queue == NULL)
        return g_strdup("the queue is not in the configuration");
    if (d->arrival->bytes == NULL)
        return g_strdup("its bytes are not at hand");
    if (d->arrival->quiet)
        return g_strdup("imported quietly");
    if (d->arrival->taken_back)
        return g_strdup("it was passed on before, and came back");
    if (d->prepared->to_bounces)
        return g_strdup("it came to an address for bounces");
    if (d->message->class_ == CLASS_AUTO_REPLY)
        return g_strdup("it is an automatic reply");
    if (message_has_loop_sign(d->message, host))
        return g_strdup("it was passed on by us before");
    if (d->message->received_count > LIMIT_REDIRECT_RECEIVED)
        return g_strdup_printf("%u Received fields, at most %d", d->message->received_count, LIMIT_REDIRECT_RECEIVED);
    return NULL;
}

static gboolean
was_delivered_to(const Message *message, const char *goal)
{
    const char *value;

    for (guint n = 0; (value = message_header(message, "Delivered-To", n)) != NULL; n++)
        if (address_equal(value, goal))
            return TRUE;
    return FALSE;
}

static gboolean
is_same_mailbox(const char *address, const char *goal_key)
{
    g_autofree char *key = address != NULL ? address_counting_key(address) : NULL;

    return key != NULL && goal_key != NULL && g_str_equal(key, goal_key);
}

/* Its detail does not count: what a gateway like ours passes on has an envelope sender of its own for each mail. */
gboolean
decide_is_sender(const Deciding *d, const char *address)
{
    const MessageAddress *from = d->message->from->len > 0 ? g_ptr_array_index(d->message->from, 0) : NULL;
    g_autofree char *key = address_counting_key(address);

    return (from != NULL && is_same_mailbox(from->address, key)) || is_same_mailbox(d->prepared->envelope_sender, key);
}

static const char *
why_not_there(const Deciding *d, const char *goal)
{
    if (!address_is_valid(goal))
        return "it is no address that mail could go to";
    if (settings_is_own_address(d->settings, goal))
        return "it is an address of ours";
    if (decide_is_sender(d, goal))
        return "the message comes from there";
    if (was_delivered_to(d->message, goal))
        return "the message was there before";
    return was_passed_to(d->ruling, goal) ? "an earlier line passes it on there" : NULL;
}

static char *
why_not_by_limits(const Deciding *d)
{
    guint passed = count_passed(d->ruling);

    if (passed >= d->settings->rules_config->redirects)
        return g_strdup_printf("a message is passed on to at most %" G_GINT64_FORMAT " addresses", d->settings->rules_config->redirects);
    for (guint i = 0; i < d->facts->buckets->len; i++) {
        const Bucket *bucket = g_ptr_array_index(d->facts->buckets, i);

        if (g_str_has_prefix(bucket->key, "redirect:") && bucket->tokens < 1.0 + passed)
            return g_strdup_printf("bucket %s is empty", bucket->key);
    }
    return NULL;
}

static char *
why_not(const Deciding *d, const SieveAction *action, const FactTicket *ticket)
{
    char *why = why_not_this_message(d);

    if (why == NULL && ticket != NULL && !action->copy)
        why = g_strdup("follow-up: only redirect :copy");
    if (why == NULL)
        why = g_strdup(why_not_there(d, action->argument));
    return why != NULL ? why : why_not_by_limits(d);
}

/* ---- the mail ----------------------------------------------------------------------------------------------- */

static GArray *
edits_of(const SieveAction *action)
{
    GArray *edits = g_array_new(FALSE, FALSE, sizeof(HeaderEdit));

    for (guint i = 0; action->edits != NULL && i < action->edits->len; i++) {
        const SieveEdit *from = g_ptr_array_index(action->edits, i);
        const HeaderEdit edit = { from->name, from->value, from->last, from->occurrence };

        g_array_append_val(edits, edit);
    }
    return edits;
}

/* What came from the null path keeps it: nobody is told of its fate (RFC 5321, 4.5.5). */
static void
set_envelope_sender(Deciding *d, EffectMail *mail)
{
    if (d->prepared->envelope_sender != NULL && d->prepared->envelope_sender[0] == '\0')
        mail->envelope_sender = g_strdup("");
    else if (!decide_take_bounce_address(d, mail))
        mail->envelope_sender = g_strdup(d->queue->address);
}

static Effect *
write_mail(Deciding *d, const SieveAction *action, GError **error)
{
    g_autoptr(GArray) edits = edits_of(action);
    g_autofree char *message_id = decide_message_id(d, NULL);
    const PassingOn how = { .from_name = queue_from_name(d->queue, d->settings->name),
                            .from_address = d->queue->address, .to_address = action->argument, .message_id = message_id,
                            .host = d->settings->host, .inbound = d->arrival->inbound, .date = d->now, .edits = edits };
    gsize length;
    const guint8 *bytes = g_bytes_get_data(d->arrival->bytes, &length);
    GBytes *passed = pass_on_mail(bytes, length, &how, error);
    Effect *effect;

    if (passed == NULL)
        return NULL;
    effect = effect_new(EFFECT_MAIL, ruling_place(action));
    effect->mail.kind = g_strdup("redirect");
    effect->mail.recipient = g_strdup(action->argument);
    effect->mail.message_id = g_steal_pointer(&message_id);
    effect->mail.bytes = passed;
    effect->mail.expires = d->now + d->settings->reply_life_seconds * G_USEC_PER_SEC;
    set_envelope_sender(d, &effect->mail);
    return effect;
}

Passing *
decide_passing(Deciding *d, const SieveAction *action, const FactTicket *ticket)
{
    Passing *passing = g_new0(Passing, 1);
    g_autoptr(GError) error = NULL;

    passing->action = action;
    passing->why_not = why_not(d, action, ticket);
    if (passing->why_not == NULL)
        passing->mail = write_mail(d, action, &error);
    if (error != NULL)
        passing->why_not = g_strdup(error->message);
    return passing;
}

/* ---- its effects -------------------------------------------------------------------------------------------- */

static Passing *
find_passing(const Ruling *ruling, const SieveAction *action)
{
    for (guint i = 0; i < ruling->passings->len; i++) {
        Passing *passing = g_ptr_array_index(ruling->passings, i);

        if (passing->action == action)
            return passing;
    }
    return NULL;
}

static void
add_take(Deciding *d, Bucket *bucket)
{
    Effect *effect = decision_add(d->decision, EFFECT_TAKE, g_strdup("passed on"));

    effect->small.text = g_strdup(bucket->key);
    effect->small.count = bucket->count;
    effect->small.seconds = bucket->seconds;
    bucket_free(bucket);
}

static void
add_mail(Deciding *d, Passing *passing, gint64 ticket)
{
    g_autoptr(GPtrArray) buckets = g_ptr_array_new();
    Effect *effect = g_steal_pointer(&passing->mail);

    redirect_buckets(buckets, d->prepared->request->sender, d->settings->rules_config);
    for (guint i = 0; i < buckets->len; i++) {
        if (ticket == 0)
            add_take(d, g_ptr_array_index(buckets, i));
        else
            g_ptr_array_add(effect->mail.buckets, g_ptr_array_index(buckets, i));
    }
    effect->mail.ticket = ticket;
    g_ptr_array_add(d->decision->effects, effect);
}

static void
note_return(Deciding *d, const SieveAction *action, gint64 ticket)
{
    Effect *effect = decision_add(d->decision, EFFECT_NOTE, ruling_place(action));

    effect->small.ticket = ticket;
    effect->small.text = g_strdup_printf("This message was passed on to %s by the rules, and did not arrive there.", action->argument);
}

const char *
decide_pass_on(Deciding *d, const SieveAction *action, gint64 ticket)
{
    Passing *passing = find_passing(d->ruling, action);

    if (passing == NULL)
        return "it is not passed on";
    if (d->arrival->taken_back && ticket != 0)
        note_return(d, action, ticket);
    if (passing->mail != NULL)
        add_mail(d, passing, ticket);
    return passing->why_not;
}
