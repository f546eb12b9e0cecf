#include "gateway/facts-json.h"

#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "gateway/facts-json-private.h"

/* ---- the tables --------------------------------------------------------------------------------------------- */

#define MEMBER(struct_, name, kind) { #name, MEMBER_##kind, offsetof(struct_, name), NULL }
#define NOT_STORED(struct_, name, kind) { NULL, MEMBER_##kind, offsetof(struct_, name), NULL }
#define SHAPE(struct_, members) { sizeof(struct_), members, G_N_ELEMENTS(members) }

static const Member ticket_members[] = {
    { "ticket", MEMBER_INT, offsetof(FactTicket, reference), NULL },
    MEMBER(FactTicket, merged_from, INT),
    MEMBER(FactTicket, queue, TEXT),
    MEMBER(FactTicket, status, STATUS),
    MEMBER(FactTicket, subject, TEXT),
    MEMBER(FactTicket, requester, INT),
    MEMBER(FactTicket, changed_at, INT),
    MEMBER(FactTicket, sender_takes_part, TRUE),
    MEMBER(FactTicket, sender_is_requester, TRUE),
    MEMBER(FactTicket, same_organisation, TRUE),
    MEMBER(FactTicket, has_agent_reply, TRUE),
    MEMBER(FactTicket, priority, TEXT),
    MEMBER(FactTicket, assignee, TEXT),
    MEMBER(FactTicket, requester_address, TEXT),
    MEMBER(FactTicket, language, TEXT),
    MEMBER(FactTicket, target, TEXT),
    MEMBER(FactTicket, tags, TEXTS),
    MEMBER(FactTicket, fields, TEXT_MAP),
    MEMBER(FactTicket, articles, INT),
    MEMBER(FactTicket, created_at, INT),
    MEMBER(FactTicket, updated_at, INT),
};
static const Shape ticket_shape = SHAPE(FactTicket, ticket_members);

static const Member reference_members[] = {
    MEMBER(FactReference, message_id, TEXT),
    MEMBER(FactReference, ticket, INT),
    MEMBER(FactReference, seen, TRUE),
    MEMBER(FactReference, ours, TRUE),
    MEMBER(FactReference, automatic, TRUE),
};
static const Shape reference_shape = SHAPE(FactReference, reference_members);

static const Member mail_members[] = {
    { "outbox", MEMBER_INT, offsetof(FactMail, id), NULL },
    MEMBER(FactMail, kind, TEXT),
    MEMBER(FactMail, ticket, INT),
    MEMBER(FactMail, recipient, TEXT),
    MEMBER(FactMail, person, INT),
    MEMBER(FactMail, state, TEXT),
};
static const Shape mail_shape = SHAPE(FactMail, mail_members);

static const Member help_members[] = {
    { "article", MEMBER_INT, offsetof(FactHelp, id), NULL },
    MEMBER(FactHelp, score, INT),
    MEMBER(FactHelp, path, TEXT),
    MEMBER(FactHelp, title, TEXT),
    MEMBER(FactHelp, url, TEXT),
    MEMBER(FactHelp, summary, TEXT),
};
static const Shape help_shape = SHAPE(FactHelp, help_members);

static const Member open_members[] = {
    { "ticket", MEMBER_INT, offsetof(FactOpen, reference), NULL },
    MEMBER(FactOpen, created_at, INT),
    MEMBER(FactOpen, subject, TEXT),
};
static const Shape open_shape = SHAPE(FactOpen, open_members);

static const Member facts_members[] = {
    MEMBER(Facts, person, INT),
    MEMBER(Facts, person_is_bouncing, TRUE),
    MEMBER(Facts, person_language, TEXT),
    MEMBER(Facts, envelope_is_bouncing, TRUE),
    MEMBER(Facts, sender_is_agent, TRUE),
    MEMBER(Facts, duplicate_of, INT),
    MEMBER(Facts, elsewhere, INT),
    MEMBER(Facts, elsewhere_acknowledged, TRUE),
    MEMBER(Facts, newest_open, INT),
    { "tickets", MEMBER_OBJECTS, offsetof(Facts, tickets), &ticket_shape },
    { "references", MEMBER_OBJECTS, offsetof(Facts, references), &reference_shape },
    MEMBER(Facts, buckets, BUCKETS),
    { "mail", MEMBER_OBJECT, offsetof(Facts, mail), &mail_shape },
    MEMBER(Facts, organisation, TEXT),
    MEMBER(Facts, open_tickets, INT),
    MEMBER(Facts, answers, NUMBER_MAP),
    MEMBER(Facts, persons, PERSONS),
    MEMBER(Facts, tier, TEXT),
    MEMBER(Facts, number, TEXT),
    MEMBER(Facts, tags, TEXTS),
    MEMBER(Facts, fields, TEXT_MAP),
    NOT_STORED(Facts, rounds, COUNT),
    MEMBER(Facts, seen_images, HASHES),
    { "help_articles", MEMBER_OBJECTS, offsetof(Facts, help_articles), &help_shape },
    MEMBER(Facts, solved_path, TEXT),
    { "open_before", MEMBER_OBJECTS, offsetof(Facts, open_before), &open_shape },
    MEMBER(Facts, usual_seconds, INT),
};
const Shape facts_shape = SHAPE(Facts, facts_members);

gsize
member_size(const Member *member)
{
    static const gsize sizes[] = {
        [MEMBER_INT] = sizeof(gint64), [MEMBER_COUNT] = sizeof(guint), [MEMBER_TRUE] = sizeof(gboolean),
        [MEMBER_TEXT] = sizeof(char *), [MEMBER_STATUS] = sizeof(TicketStatus), [MEMBER_TEXTS] = sizeof(GPtrArray *),
        [MEMBER_TEXT_MAP] = sizeof(GHashTable *), [MEMBER_NUMBER_MAP] = sizeof(GHashTable *),
        [MEMBER_PERSONS] = sizeof(GHashTable *), [MEMBER_HASHES] = sizeof(GByteArray *), [MEMBER_BUCKETS] = sizeof(GPtrArray *), [MEMBER_OBJECT] = 0,
        [MEMBER_OBJECTS] = sizeof(GPtrArray *),
    };

    G_STATIC_ASSERT(G_N_ELEMENTS(sizes) == N_MEMBER_KINDS);
    return member->kind == MEMBER_OBJECT ? member->shape->size : sizes[member->kind];
}

#define AT(base, member, type) (*(type *) (void *) ((char *) (base) + (member)->offset))
#define CONST_AT(base, member, type) (*(type const *) (const void *) ((const char *) (base) + (member)->offset))

/* ---- writing ------------------------------------------------------------------------------------------------ */

static json_t *object_to_json(const void *base, const Shape *shape);

static json_t *
texts_to_json(const GPtrArray *texts)
{
    json_t *list = json_array();

    for (guint i = 0; i < texts->len; i++)
        json_array_append_new(list, json_text(g_ptr_array_index(texts, i)));
    return list;
}

static json_t *
text_map_to_json(GHashTable *map)
{
    json_t *object = json_object();
    GHashTableIter each;
    gpointer name, value;

    g_hash_table_iter_init(&each, map);
    while (g_hash_table_iter_next(&each, &name, &value))
        json_object_set_new(object, name, json_text(value));
    return object;
}

static json_t *
number_map_to_json(GHashTable *map)
{
    json_t *object = json_object();
    GHashTableIter each;
    gpointer name, number;

    g_hash_table_iter_init(&each, map);
    while (g_hash_table_iter_next(&each, &name, &number))
        json_object_set_new(object, name, json_integer(*(const gint64 *) number));
    return object;
}

static json_t *
persons_to_json(GHashTable *persons)
{
    json_t *object = json_object();
    GHashTableIter each;
    gpointer address, facts;

    g_hash_table_iter_init(&each, persons);
    while (g_hash_table_iter_next(&each, &address, &facts))
        json_object_set_new(object, address, facts_to_json(facts));
    return object;
}

static json_t *
hashes_to_json(const GByteArray *hashes)
{
    json_t *list = json_array();

    for (guint at = 0; at + HASH_SHA256_BYTES <= hashes->len; at += HASH_SHA256_BYTES) {
        g_autofree char *hex = hash_hex(hashes->data + at, HASH_SHA256_BYTES);

        json_array_append_new(list, json_text(hex));
    }
    return list;
}

static json_t *
buckets_to_json(const GPtrArray *buckets)
{
    json_t *object = json_object();

    for (guint i = 0; i < buckets->len; i++) {
        const Bucket *bucket = g_ptr_array_index(buckets, i);

        json_object_set_new(object, bucket->key, json_real(bucket->tokens));
    }
    return object;
}

static json_t *
objects_to_json(const GPtrArray *objects, const Shape *shape)
{
    json_t *list = json_array();

    for (guint i = 0; i < objects->len; i++)
        json_array_append_new(list, object_to_json(g_ptr_array_index(objects, i), shape));
    return list;
}

static json_t *
number_or_null(gint64 number)
{
    return number != 0 ? json_integer(number) : NULL;
}

/* What says nothing (0, FALSE, none) is NULL here, and not written. */
static json_t *
member_to_json(const void *base, const Member *member)
{
    const GPtrArray *list;
    GHashTable *map;

    switch (member->kind) {
    case MEMBER_INT:
        return number_or_null(CONST_AT(base, member, gint64));
    case MEMBER_COUNT:
        return number_or_null(CONST_AT(base, member, guint));
    case MEMBER_TRUE:
        return CONST_AT(base, member, gboolean) ? json_true() : NULL;
    case MEMBER_TEXT:
        return CONST_AT(base, member, char *) != NULL ? json_text(CONST_AT(base, member, char *)) : NULL;
    case MEMBER_STATUS:
        return json_text(ticket_status_name(CONST_AT(base, member, TicketStatus)));
    case MEMBER_TEXTS:
        list = CONST_AT(base, member, GPtrArray *);
        return list != NULL && list->len > 0 ? texts_to_json(list) : NULL;
    case MEMBER_TEXT_MAP:
        map = CONST_AT(base, member, GHashTable *);
        return map != NULL && g_hash_table_size(map) > 0 ? text_map_to_json(map) : NULL;
    case MEMBER_NUMBER_MAP:
        map = CONST_AT(base, member, GHashTable *);
        return g_hash_table_size(map) > 0 ? number_map_to_json(map) : NULL;
    case MEMBER_PERSONS:
        map = CONST_AT(base, member, GHashTable *);
        return g_hash_table_size(map) > 0 ? persons_to_json(map) : NULL;
    case MEMBER_HASHES:
        return CONST_AT(base, member, GByteArray *)->len > 0 ? hashes_to_json(CONST_AT(base, member, GByteArray *)) : NULL;
    case MEMBER_BUCKETS:
        return buckets_to_json(CONST_AT(base, member, GPtrArray *));
    case MEMBER_OBJECT:
        return CONST_AT(base, member, gint64) != 0 ? object_to_json((const char *) base + member->offset, member->shape) : NULL;
    case MEMBER_OBJECTS:
        return objects_to_json(CONST_AT(base, member, GPtrArray *), member->shape);
    case N_MEMBER_KINDS:
        break;
    }
    g_assert_not_reached();
}

static json_t *
object_to_json(const void *base, const Shape *shape)
{
    json_t *object = json_object();

    for (gsize i = 0; i < shape->n_members; i++) {
        const Member *member = &shape->members[i];
        json_t *value = member->key != NULL ? member_to_json(base, member) : NULL;

        if (value != NULL)
            json_object_set_new(object, member->key, value);
    }
    return object;
}

json_t *
facts_to_json(const Facts *facts)
{
    return object_to_json(facts, &facts_shape);
}

/* ---- reading ------------------------------------------------------------------------------------------------ */

static gboolean object_from_json(const json_t *object, const Shape *shape, void *base);

static GPtrArray *
texts_from_json(const json_t *list)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    const json_t *value;
    gsize i;

    json_array_foreach(list, i, value)
        if (json_is_string(value))
            g_ptr_array_add(texts, g_strdup(json_string_value(value)));
    return texts;
}

static GHashTable *
text_map_from_json(const json_t *object)
{
    GHashTable *map = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    const char *name;
    json_t *value;

    json_object_foreach((json_t *) object, name, value)
        if (json_is_string(value))
            g_hash_table_replace(map, g_strdup(name), g_strdup(json_string_value(value)));
    return map;
}

static void
read_number_map(const json_t *object, GHashTable *map)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *) object, name, value) {
        gint64 number = json_integer_value(value);

        if (json_is_integer(value))
            g_hash_table_replace(map, g_strdup(name), g_memdup2(&number, sizeof number));
    }
}

static gboolean
read_persons(const json_t *object, GHashTable *persons)
{
    const char *address;
    json_t *value;

    json_object_foreach((json_t *) object, address, value) {
        Facts *facts = facts_from_json(value, NULL);

        if (facts == NULL)
            return FALSE;
        g_hash_table_replace(persons, g_strdup(address), facts);
    }
    return json_is_object(object);
}

static gboolean
read_hashes(const json_t *list, GByteArray *hashes)
{
    const json_t *value;
    gsize i;

    json_array_foreach(list, i, value) {
        const char *hex = json_string_value(value);
        guint8 hash[HASH_SHA256_BYTES];

        if (hex == NULL || strlen(hex) != 2 * sizeof hash)
            return FALSE;
        for (gsize k = 0; k < sizeof hash; k++) {
            if (!g_ascii_isxdigit(hex[2 * k]) || !g_ascii_isxdigit(hex[2 * k + 1]))
                return FALSE;
            hash[k] = (guint8) (g_ascii_xdigit_value(hex[2 * k]) * 16 + g_ascii_xdigit_value(hex[2 * k + 1]));
        }
        g_byte_array_append(hashes, hash, sizeof hash);
    }
    return TRUE;
}

static void
read_buckets(const json_t *object, GPtrArray *buckets)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *) object, key, value) {
        Bucket *bucket = bucket_new(g_strdup(key), 0, 0);

        bucket->tokens = json_number_value(value);
        g_ptr_array_add(buckets, bucket);
    }
}

static gboolean
read_objects(const json_t *list, const Shape *shape, GPtrArray *objects)
{
    const json_t *value;
    gsize i;

    json_array_foreach(list, i, value) {
        gpointer object = g_malloc0(shape->size);

        g_ptr_array_add(objects, object);
        if (!object_from_json(value, shape, object))
            return FALSE;
    }
    return TRUE;
}

static gboolean
member_from_json(const json_t *value, const Member *member, void *base)
{
    switch (member->kind) {
    case MEMBER_INT:
        AT(base, member, gint64) = json_integer_value(value);
        return json_is_integer(value);
    case MEMBER_COUNT:
        AT(base, member, guint) = (guint) json_integer_value(value);
        return json_is_integer(value);
    case MEMBER_TRUE:
        AT(base, member, gboolean) = json_is_true(value);
        return json_is_boolean(value);
    case MEMBER_TEXT:
        AT(base, member, char *) = g_strdup(json_string_value(value));
        return json_is_string(value);
    case MEMBER_STATUS:
        return json_is_string(value) && ticket_status_parse(json_string_value(value), &AT(base, member, TicketStatus));
    case MEMBER_TEXTS:
        AT(base, member, GPtrArray *) = texts_from_json(value);
        return json_is_array(value);
    case MEMBER_TEXT_MAP:
        AT(base, member, GHashTable *) = text_map_from_json(value);
        return json_is_object(value);
    case MEMBER_NUMBER_MAP:
        read_number_map(value, AT(base, member, GHashTable *));
        return json_is_object(value);
    case MEMBER_PERSONS:
        return read_persons(value, AT(base, member, GHashTable *));
    case MEMBER_HASHES:
        return json_is_array(value) && read_hashes(value, AT(base, member, GByteArray *));
    case MEMBER_BUCKETS:
        read_buckets(value, AT(base, member, GPtrArray *));
        return json_is_object(value);
    case MEMBER_OBJECT:
        return object_from_json(value, member->shape, (char *) base + member->offset);
    case MEMBER_OBJECTS:
        return json_is_array(value) && read_objects(value, member->shape, AT(base, member, GPtrArray *));
    case N_MEMBER_KINDS:
        break;
    }
    g_assert_not_reached();
}

static gboolean
object_from_json(const json_t *object, const Shape *shape, void *base)
{
    for (gsize i = 0; i < shape->n_members; i++) {
        const Member *member = &shape->members[i];
        const json_t *value = member->key != NULL ? json_object_get(object, member->key) : NULL;

        if (value != NULL && !member_from_json(value, member, base))
            return FALSE;
    }
    return json_is_object(object);
}

Facts *
facts_from_json(const json_t *object, GError **error)
{
    g_autoptr(Facts) facts = facts_new();

    if (object_from_json(object, &facts_shape, facts))
        return g_steal_pointer(&facts);
    g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "cannot read the facts that were stored with a decision");
    return NULL;
}
