#include "gateway/decision-json.h"

#include "base/hash.h"

static json_t *
ids_to_json(const GPtrArray *texts)
{
    json_t *list = json_array();

    for (guint i = 0; texts != NULL && i < texts->len; i++)
        json_array_append_new(list, json_text(g_ptr_array_index(texts, i)));
    return list;
}

static void
set_int(json_t *object, const char *key, gint64 value)
{
    if (value != 0)
        json_object_set_new(object, key, json_integer(value));
}

static void
set_true(json_t *object, const char *key, gboolean value)
{
    if (value)
        json_object_set_new(object, key, json_true());
}

static void
set_text(json_t *object, const char *key, const char *value)
{
    if (value != NULL)
        json_object_set_new(object, key, json_text(value));
}

static json_t *
hashes_to_json(const GByteArray *hashes)
{
    json_t *list = json_array();

    for (guint at = 0; at + 32 <= hashes->len; at += 32) {
        g_autofree char *hex = hash_hex(hashes->data + at, 32);

        json_array_append_new(list, json_text(hex));
    }
    return list;
}

/* ---- decision ----------------------------------------------------------------------------------------------- */

static void
ticket_effect(json_t *object, const EffectTicket *ticket)
{
    set_int(object, "ticket", ticket->reference);
    set_text(object, "queue", ticket->queue);
    set_text(object, "filed_by", ticket->filed_by);
    set_text(object, "subject", ticket->subject);
    set_int(object, "requester", ticket->requester);
    set_text(object, "language", ticket->language);
    set_text(object, "priority", ticket_priority_name(ticket->priority));
    set_true(object, "placeholder", ticket->placeholder);
}

static void
set_attachments(json_t *object, const char *attachments)
{
    json_t *list = attachments != NULL ? json_loads(attachments, 0, NULL) : NULL;

    if (json_array_size(list) > 0)
        json_object_set(object, "attachments", list);
    json_decref(list);
}

static void
article_effect(json_t *object, const EffectArticle *article)
{
    set_int(object, "ticket", article->ticket);
    set_text(object, "from", article->from_address);
    set_text(object, "message_id", article->message_id);
    if (article->references->len > 0)
        json_object_set_new(object, "references", ids_to_json(article->references));
    set_true(object, "other_address", article->other_address);
    set_attachments(object, article->attachments);
}

static void
mail_effect(json_t *object, const EffectMail *mail)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new();

    set_text(object, "kind", mail->kind);
    set_text(object, "to", mail->recipient);
    set_text(object, "envelope_sender", mail->envelope_sender);
    set_text(object, "message_id", mail->message_id);
    for (guint i = 0; i < mail->buckets->len; i++)
        g_ptr_array_add(keys, ((Bucket *) g_ptr_array_index(mail->buckets, i))->key);
    json_object_set_new(object, "if_buckets_allow", ids_to_json(keys));
}

static void
returned_effect(json_t *object, const EffectReturned *returned)
{
    set_int(object, "outbox", returned->outbox);
    set_text(object, "state", returned->bounced ? "bounced" : "delayed");
    set_text(object, "address", returned->address);
    set_text(object, "status", returned->status);
}

static void
person_effect(json_t *object, const EffectPerson *person)
{
    set_int(object, "person", person->person);
    set_text(object, "language", person->language);
    if (person->mail != PERSON_UNCHANGED)
        json_object_set_new(object, "bouncing", json_boolean(person->mail == PERSON_BOUNCES));
}

static void
images_effect(json_t *object, const EffectImages *images)
{
    set_int(object, "person", images->person);
    json_object_set_new(object, "sha256", hashes_to_json(images->sha256));
}

static void
change_effect(json_t *object, const EffectChange *change)
{
    set_int(object, "ticket", change->ticket);
    set_text(object, "what", change_kind_name(change->what));
    set_text(object, "name", change->name);
    set_text(object, "value", change->value);
}

static void
seen_effect(json_t *object, const EffectSeen *seen)
{
    set_text(object, "key", seen->key);
    set_int(object, "seconds", seen->seconds);
    set_true(object, "again", seen->again);
}

static void
small_effect(json_t *object, EffectKind kind, const EffectSmall *small)
{
    set_int(object, "ticket", small->ticket);
    switch (kind) {
    case EFFECT_STATUS:
        set_text(object, "status", ticket_status_name(small->status));
        break;
    case EFFECT_PARTICIPANT:
        set_int(object, "person", small->other);
        break;
    case EFFECT_MERGE:
    case EFFECT_LINK:
        set_int(object, "other", small->other);
        break;
    case EFFECT_TAKE:
        set_text(object, "bucket", small->text);
        break;
    case EFFECT_NOTE:
        set_text(object, "text", small->text);
        break;
    default:
        set_text(object, "event", small->text);
        set_int(object, "outbox", small->other);
        break;
    }
}

static json_t *
effect_to_json(const Effect *effect)
{
    json_t *object = json_object();

    set_text(object, "effect", effect_kind_name(effect->kind));
    set_text(object, "reason", effect->reason);
    switch (effect->kind) {
    case EFFECT_TICKET:
        ticket_effect(object, &effect->ticket);
        break;
    case EFFECT_ARTICLE:
        article_effect(object, &effect->article);
        break;
    case EFFECT_MAIL:
        mail_effect(object, &effect->mail);
        break;
    case EFFECT_RETURNED:
        returned_effect(object, &effect->returned);
        break;
    case EFFECT_PERSON:
        person_effect(object, &effect->person);
        break;
    case EFFECT_IMAGES:
        images_effect(object, &effect->images);
        break;
    case EFFECT_CHANGE:
        change_effect(object, &effect->change);
        break;
    case EFFECT_SEEN:
        seen_effect(object, &effect->seen);
        break;
    default:
        small_effect(object, effect->kind, &effect->small);
        break;
    }
    return object;
}

static json_t *
hits_to_json(const GPtrArray *hits)
{
    json_t *list = json_array();

    for (guint i = 0; i < hits->len; i++) {
        const RuleHit *hit = g_ptr_array_index(hits, i);
        json_t *object = json_object();

        set_text(object, "file", hit->file);
        set_text(object, "rule", hit->rule);
        set_true(object, "failed", hit->failed);
        json_array_append_new(list, object);
    }
    return list;
}

json_t *
decision_to_json(const Decision *decision, const Message *message)
{
    json_t *object = json_object();
    json_t *trace = json_array(), *effects = json_array();

    set_text(object, "outcome", outcome_name(decision->outcome));
    set_text(object, "reason", decision->reason);
    set_int(object, "ticket", decision->ticket);
    set_int(object, "duplicate_of", decision->duplicate_of);
    set_text(object, "class", message != NULL ? message_class_name(message->class_) : NULL);
    set_text(object, "acknowledgement", decision->acknowledgement);
    set_text(object, "rules_error", decision->rules_error);
    for (guint i = 0; i < decision->trace->lines->len; i++) {
        const TraceLine *line = g_ptr_array_index(decision->trace->lines, i);
        json_t *entry = json_object();

        set_text(entry, "step", line->step);
        json_object_set_new(entry, "held", json_boolean(line->held));
        set_text(entry, "text", line->text);
        set_text(entry, "test", line->test);
        if (line->test != NULL && (line->compares || line->found))
            json_object_set_new(entry, "value", line->found ? json_text(line->text) : json_null());
        json_array_append_new(trace, entry);
    }
    if (decision->hits->len > 0)
        json_object_set_new(object, "rules", hits_to_json(decision->hits));
    for (guint i = 0; i < decision->effects->len; i++)
        json_array_append_new(effects, effect_to_json(g_ptr_array_index(decision->effects, i)));
    json_object_set_new(object, "trace", trace);
    json_object_set_new(object, "effects", effects);
    return object;
}
