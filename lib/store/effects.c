/*
 * effects.c - from effects, decision by decision, to rows, table by table
 */
#include <config.h>

#include "store/effects-private.h"

#include "base/limits.h"

#include <string.h>

typedef struct {
    Effects           *effects;
    GHashTable        *made;          /* gint64: tickets of this batch    */
    GHashTable        *found;         /* gint64: tickets in existing      */
    const Application *application;
    gint64             n;             /* of the application, from 1       */
} Collector;

void
effects_free(Effects *effects)
{
    if (effects == NULL)
        return;
    columns_free(effects->existing);
    columns_free(effects->tickets);
    columns_free(effects->articles);
    columns_free(effects->touched);
    columns_free(effects->references);
    columns_free(effects->participants);
    columns_free(effects->statuses);
    columns_free(effects->links);
    columns_free(effects->events);
    columns_free(effects->decisions);
    columns_free(effects->mails);
    columns_free(effects->buckets);
    columns_free(effects->content_keys);
    columns_free(effects->outcomes);
    columns_free(effects->returned);
    columns_free(effects->persons);
    columns_free(effects->images);
    columns_free(effects->changes);
    columns_free(effects->notes);
    columns_free(effects->hits);
    columns_free(effects->seen);
    g_clear_pointer(&effects->merges, g_array_unref);
    g_free(effects);
}

static Effects *
effects_new(void)
{
    Effects *effects = g_new0(Effects, 1);

    effects->existing = columns_new("i");
    effects->tickets = columns_new("ittittf");
    effects->articles = columns_new("iitittttttiftt");
    effects->touched = columns_new("i");
    effects->references = columns_new("tif");
    effects->participants = columns_new("ii");
    effects->statuses = columns_new("itit");
    effects->links = columns_new("iit");
    effects->events = columns_new("iitti");
    effects->decisions = columns_new("itttt");
    effects->mails = columns_new("ititttbii");
    effects->buckets = columns_new("itdd");
    effects->content_keys = columns_new("bif");
    effects->outcomes = columns_new("iittii");
    effects->returned = columns_new("itittt");
    effects->persons = columns_new("ittt");
    effects->images = columns_new("ib");
    effects->changes = columns_new("itttit");
    effects->notes = columns_new("itt");
    effects->hits = columns_new("ttiiit");
    effects->seen = columns_new("tdf");
    effects->merges = g_array_new(FALSE, FALSE, sizeof(EffectMerge));
    return effects;
}

/* TRUE for a ticket that was there before this batch; it is remembered, to be locked. */
static gboolean
is_existing(Collector *collector, gint64 ticket)
{
    if (ticket == 0 || g_hash_table_contains(collector->made, &ticket))
        return FALSE;
    if (g_hash_table_add(collector->found, g_memdup2(&ticket, sizeof ticket)))
        columns_int(collector->effects->existing, ticket);
    return TRUE;
}

static void
collect_ticket(Collector *collector, const Effect *effect)
{
    const EffectTicket *ticket = &effect->ticket;
    Columns *to = collector->effects->tickets;

    columns_int(to, ticket->reference);
    columns_text(to, ticket->queue);
    columns_text(to, ticket->subject != NULL ? ticket->subject : "");
    columns_int_or_null(to, ticket->requester);
    columns_text(to, ticket->language);
    columns_text(to, ticket_priority_name(ticket->priority));
    columns_bool(to, ticket->placeholder);
    g_hash_table_add(collector->made, g_memdup2(&ticket->reference, sizeof ticket->reference));
}

/* What is longer than a line can be is no Message-ID that anybody will answer. */
static void
add_reference(Collector *collector, const char *message_id, gint64 ticket, gboolean seen)
{
    Columns *to = collector->effects->references;

    if (message_id == NULL || *message_id == '\0' || strlen(message_id) > LIMIT_MESSAGE_ID)
        return;
    columns_text(to, message_id);
    columns_int(to, ticket);
    columns_bool(to, seen);
}

static void
collect_article(Collector *collector, const Effect *effect)
{
    const EffectArticle *article = &effect->article;
    gboolean is_quarantined = collector->application->decision->outcome == OUTCOME_QUARANTINED;
    Columns *to = collector->effects->articles;

    columns_int(to, article->ticket);
    columns_int(to, collector->application->inbound);
    columns_text(to, is_quarantined ? "quarantined" : "message");
    columns_int_or_null(to, article->author);
    columns_text(to, article->from_name);
    columns_text(to, article->from_address);
    columns_text(to, article->message_id);
    columns_text(to, article->subject != NULL ? article->subject : "");
    columns_text(to, article->text != NULL ? article->text : "");
    columns_text(to, article->class_name);
    columns_int_or_null(to, article->date);
    columns_bool(to, article->other_address);
    columns_text(to, article->spans);
    columns_text(to, article->attachments);
    add_reference(collector, article->message_id, article->ticket, TRUE);
    for (guint i = 0; article->references != NULL && i < article->references->len; i++)
        add_reference(collector, g_ptr_array_index(article->references, i), article->ticket, FALSE);
    if (is_existing(collector, article->ticket))
        columns_int(collector->effects->touched, article->ticket);
}

static void
collect_participant(Collector *collector, const Effect *effect)
{
    columns_int(collector->effects->participants, effect->small.ticket);
    columns_int(collector->effects->participants, effect->small.other);
    is_existing(collector, effect->small.ticket);
}

static void
collect_status(Collector *collector, const Effect *effect)
{
    Columns *to = collector->effects->statuses;

    columns_int(to, effect->small.ticket);
    columns_text(to, ticket_status_name(effect->small.status));
    columns_int_or_null(to, collector->application->inbound);
    columns_text(to, effect->reason != NULL ? effect->reason : "");
    is_existing(collector, effect->small.ticket);
}

static void
collect_merge(Collector *collector, const Effect *effect)
{
    EffectMerge merge = { effect->small.ticket, effect->small.other, collector->application->inbound,
                          effect->reason != NULL ? effect->reason : "" };

    g_array_append_val(collector->effects->merges, merge);
    is_existing(collector, merge.target);
    is_existing(collector, merge.other);
}

static void
collect_link(Collector *collector, const Effect *effect)
{
    Columns *to = collector->effects->links;

    columns_int(to, effect->small.ticket);
    columns_int(to, effect->small.other);
    columns_text(to, effect->reason != NULL ? effect->reason : "");
}

static void
collect_event(Collector *collector, const Effect *effect)
{
    Columns *to = collector->effects->events;

    columns_int_or_null(to, effect->small.ticket);
    columns_int_or_null(to, collector->application->inbound);
    columns_text(to, effect->small.text);
    columns_text(to, effect->reason != NULL ? effect->reason : "");
    columns_int_or_null(to, effect->small.other);
}

/* mail: its place among the mails of the batch; 0: taken in any case. */
static void
add_bucket(Collector *collector, gint64 mail, const char *key, gint64 count, gint64 seconds)
{
    Columns *to = collector->effects->buckets;

    columns_int(to, mail);
    columns_text(to, key);
    columns_double(to, (double) count);
    columns_double(to, (double) seconds);
}

static void
collect_take(Collector *collector, const Effect *effect)
{
    add_bucket(collector, 0, effect->small.text, effect->small.count, effect->small.seconds);
}

static void
collect_mail(Collector *collector, const Effect *effect)
{
    const EffectMail *mail = &effect->mail;
    Columns *to = collector->effects->mails;
    gsize length;
    const void *bytes = g_bytes_get_data(mail->bytes, &length);
    gint64 place;

    columns_int(to, collector->n);
    columns_text(to, mail->kind);
    columns_int_or_null(to, mail->ticket);
    columns_text(to, mail->envelope_sender);
    columns_text(to, mail->recipient);
    columns_text(to, mail->message_id);
    columns_bytes(to, bytes, length);
    columns_int(to, mail->expires);
    columns_int_or_null(to, mail->outbox);
    place = (gint64) columns_count(to);
    for (guint i = 0; mail->buckets != NULL && i < mail->buckets->len; i++) {
        const Bucket *bucket = g_ptr_array_index(mail->buckets, i);

        add_bucket(collector, place, bucket->key, bucket->count, bucket->seconds);
    }
    is_existing(collector, mail->ticket);
}

static void
collect_returned(Collector *collector, const Effect *effect)
{
    const EffectReturned *returned = &effect->returned;
    Columns *to = collector->effects->returned;

    columns_int(to, returned->outbox);
    columns_text(to, returned->bounced ? "bounced" : "delayed");
    columns_int(to, collector->application->inbound);
    columns_text(to, returned->address);
    columns_text(to, returned->status);
    columns_text(to, returned->text);
}

static void
collect_person(Collector *collector, const Effect *effect)
{
    static const char *const bouncing[] = { [PERSON_UNCHANGED] = NULL, [PERSON_BOUNCES] = "true", [PERSON_WRITES] = "false" };
    Columns *to = collector->effects->persons;

    columns_int(to, effect->person.person);
    columns_text(to, effect->person.language);
    columns_text(to, bouncing[effect->person.mail]);
    columns_text(to, effect->reason != NULL ? effect->reason : "");
}

static void
collect_images(Collector *collector, const Effect *effect)
{
    const GByteArray *sha256 = effect->images.sha256;
    Columns *to = collector->effects->images;

    for (guint at = 0; at + 32 <= sha256->len; at += 32) {
        columns_int(to, effect->images.person);
        columns_bytes(to, sha256->data + at, 32);
    }
}

static void
collect_change(Collector *collector, const Effect *effect)
{
    const EffectChange *change = &effect->change;
    Columns *to = collector->effects->changes;

    columns_int(to, change->ticket);
    columns_text(to, change_kind_name(change->what));
    columns_text(to, change->name);
    columns_text(to, change->value);
    columns_int_or_null(to, collector->application->inbound);
    columns_text(to, effect->reason != NULL ? effect->reason : "");
    is_existing(collector, change->ticket);
}

static void
collect_note(Collector *collector, const Effect *effect)
{
    Columns *to = collector->effects->notes;

    columns_int(to, effect->small.ticket);
    columns_text(to, effect->small.text);
    columns_text(to, effect->reason);
    is_existing(collector, effect->small.ticket);
}

static void
collect_seen(Collector *collector, const Effect *effect)
{
    Columns *to = collector->effects->seen;

    columns_text(to, effect->seen.key);
    columns_double(to, (double) effect->seen.seconds);
    columns_bool(to, effect->seen.again);
}

static void (*const collect[N_EFFECTS])(Collector *collector, const Effect *effect) = {
    [EFFECT_TICKET] = collect_ticket,
    [EFFECT_ARTICLE] = collect_article,
    [EFFECT_PARTICIPANT] = collect_participant,
    [EFFECT_STATUS] = collect_status,
    [EFFECT_MERGE] = collect_merge,
    [EFFECT_LINK] = collect_link,
    [EFFECT_EVENT] = collect_event,
    [EFFECT_TAKE] = collect_take,
    [EFFECT_MAIL] = collect_mail,
    [EFFECT_RETURNED] = collect_returned,
    [EFFECT_PERSON] = collect_person,
    [EFFECT_IMAGES] = collect_images,
    [EFFECT_CHANGE] = collect_change,
    [EFFECT_NOTE] = collect_note,
    [EFFECT_SEEN] = collect_seen,
};

typedef enum { HIT_DONE, HIT_FAILED, HIT_MEASURED } HitKind;

static void
add_hit(Columns *to, const char *file, const char *rule, HitKind kind, gint64 nanoseconds)
{
    columns_text(to, file);
    columns_text(to, rule);
    columns_int(to, kind == HIT_DONE);
    columns_int(to, kind == HIT_FAILED);
    columns_int_or_null(to, nanoseconds);
}

static void
collect_hits(Collector *collector)
{
    const Application *application = collector->application;
    Columns *to = collector->effects->hits;

    for (guint i = 0; i < application->decision->hits->len; i++) {
        const RuleHit *hit = g_ptr_array_index(application->decision->hits, i);

        add_hit(to, hit->file, hit->rule, hit->failed ? HIT_FAILED : HIT_DONE, 0);
        columns_text(to, application->rules_digest);
    }
    for (guint i = 0; i < application->decision->times->len; i++) {
        const RuleTime *time = g_ptr_array_index(application->decision->times, i);

        add_hit(to, time->file, time->rule, HIT_MEASURED, MAX(time->nanoseconds, 1));
        columns_text(to, application->rules_digest);
    }
}

static void
collect_inbound(Collector *collector)
{
    const Application *application = collector->application;
    const Decision *decision = application->decision;
    Effects *effects = collector->effects;

    columns_int(effects->decisions, application->inbound);
    columns_text(effects->decisions, application->rules_digest);
    columns_text(effects->decisions, application->facts_json);
    columns_text(effects->decisions, application->decided_json);
    columns_text(effects->decisions, decision->acknowledgement);
    columns_int(effects->outcomes, application->inbound);
    columns_int(effects->outcomes, application->lease);
    columns_text(effects->outcomes, outcome_name(decision->outcome));
    columns_text(effects->outcomes, decision->reason);
    columns_int_or_null(effects->outcomes, decision->ticket);
    columns_int_or_null(effects->outcomes, decision->duplicate_of);
    if (decision->keep_content_key) {
        columns_bytes(effects->content_keys, application->content_key, 32);
        columns_int(effects->content_keys, application->inbound);
        columns_bool(effects->content_keys, application->content_key_expires);
    }
}

static void
collect_decision(Collector *collector)
{
    const Decision *decision = collector->application->decision;

    if (collector->application->inbound != 0)
        collect_inbound(collector);
    for (guint i = 0; i < decision->effects->len; i++) {
        const Effect *effect = g_ptr_array_index(decision->effects, i);

        collect[effect->kind](collector, effect);
    }
    collect_hits(collector);
}

Effects *
effects_collect(const Application *applications, gsize n)
{
    g_autoptr(GHashTable) made = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_autoptr(GHashTable) found = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    Collector collector = { effects_new(), made, found, NULL, 0 };

    for (gsize i = 0; i < n; i++) {
        collector.application = &applications[i];
        collector.n = (gint64) i + 1;
        collect_decision(&collector);
    }
    return collector.effects;
}
