/*
 * Facts that are stored with a decision come back as they were: all of them, also from rows that earlier versions wrote.
 */
#include <string.h>

#include "base/error.h"
#include "gateway/facts-json.h"
#include "gateway/facts-json-private.h"
#include "tap.h"

/* ---- no member is forgotten --------------------------------------------------------------------------------- */

static gsize
alignment_of(const Member *member)
{
    return member->kind == MEMBER_COUNT || member->kind == MEMBER_TRUE || member->kind == MEMBER_STATUS ? 4 : 8;
}

static int
by_offset(gconstpointer a, gconstpointer b)
{
    const Member *left = *(const Member *const *) a, *right = *(const Member *const *) b;

    return left->offset < right->offset ? -1 : left->offset > right->offset;
}

static gsize
round_up(gsize offset, gsize to)
{
    return (offset + to - 1) / to * to;
}

/* A member that stands in no table leaves octets that no alignment explains. */
static void
check_shape(const Shape *shape)
{
    g_autoptr(GPtrArray) members = g_ptr_array_new();
    gsize end = 0;

    for (gsize i = 0; i < shape->n_members; i++)
        g_ptr_array_add(members, (gpointer) &shape->members[i]);
    g_ptr_array_sort(members, by_offset);
    for (guint i = 0; i < members->len; i++) {
        const Member *member = members->pdata[i];

        if (member->offset != round_up(end, alignment_of(member)))
            g_error("a member before '%s' is missing in the table of a shape", member->key);
        end = member->offset + member_size(member);
        if (member->shape != NULL)
            check_shape(member->shape);
    }
    g_assert_cmpuint(round_up(end, 8), ==, shape->size);
}

static void
test_every_member(void)
{
    check_shape(&facts_shape);
}

/* ---- the way there and back --------------------------------------------------------------------------------- */

static gpointer fill(const Shape *shape, gpointer base, int *next);

static void
fill_texts(GPtrArray **texts, int *next)
{
    *texts = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < 2; i++)
        g_ptr_array_add(*texts, g_strdup_printf("text %d: \xce\xb1 \" \\ \n", ++*next));
}

static void
fill_member(const Member *member, gpointer base, int *next)
{
    char *at = (char *) base + member->offset;
    gint64 number = 1000 + ++*next;
    guint8 hash[32];

    switch (member->kind) {
    case MEMBER_INT:
        *(gint64 *) (void *) at = number;
        break;
    case MEMBER_COUNT:
        break;
    case MEMBER_TRUE:
        *(gboolean *) (void *) at = TRUE;
        break;
    case MEMBER_TEXT:
        *(char **) (void *) at = g_strdup_printf("text %d", ++*next);
        break;
    case MEMBER_STATUS:
        *(TicketStatus *) (void *) at = TICKET_RESOLVED;
        break;
    case MEMBER_TEXTS:
        fill_texts((GPtrArray **) (void *) at, next);
        break;
    case MEMBER_TEXT_MAP:
        *(GHashTable **) (void *) at = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        g_hash_table_insert(*(GHashTable **) (void *) at, g_strdup("invoice"), g_strdup("2026/17"));
        break;
    case MEMBER_NUMBER_MAP:
        g_hash_table_insert(*(GHashTable **) (void *) at, g_strdup("agent:anna"), g_memdup2(&number, sizeof number));
        break;
    case MEMBER_PERSONS: {
        Facts *person = facts_new();

        person->person = number;
        g_hash_table_insert(*(GHashTable **) (void *) at, g_strdup("anna@client.example.net"), person);
        break;
    }
    case MEMBER_HASHES:
        memset(hash, 0xa7, sizeof hash);
        g_byte_array_append(*(GByteArray **) (void *) at, hash, sizeof hash);
        break;
    case MEMBER_BUCKETS: {
        Bucket *bucket = bucket_new(g_strdup("ack:total:h"), 0, 0);

        bucket->tokens = 0.7251;
        g_ptr_array_add(*(GPtrArray **) (void *) at, bucket);
        break;
    }
    case MEMBER_OBJECT:
        fill(member->shape, at, next);
        break;
    case MEMBER_OBJECTS:
        for (int i = 0; i < 2; i++)
            g_ptr_array_add(*(GPtrArray **) (void *) at, fill(member->shape, g_malloc0(member->shape->size), next));
        break;
    case N_MEMBER_KINDS:
        g_assert_not_reached();
    }
}

static gpointer
fill(const Shape *shape, gpointer base, int *next)
{
    for (gsize i = 0; i < shape->n_members; i++)
        fill_member(&shape->members[i], base, next);
    return base;
}

/* Every member has a value, and what was written of the copy is what was written of the original. */
static void
test_round_trip(void)
{
    g_autoptr(Facts) facts = facts_new(), again = NULL;
    g_autoptr(Json) first = NULL, second = NULL;
    g_autoptr(GError) error = NULL;
    int next = 0;

    fill(&facts_shape, facts, &next);
    first = facts_to_json(facts);
    for (gsize i = 0; i < facts_shape.n_members; i++)
        if (facts_shape.members[i].key != NULL)
            g_assert_nonnull(json_object_get(first, facts_shape.members[i].key));
    again = facts_from_json(first, &error);
    g_assert_no_error(error);
    second = facts_to_json(again);
    g_assert_true(json_equal(first, second));
    g_assert_cmpfloat(facts_bucket(again, "ack:total:h")->tokens, ==, 0.7251);
    g_assert_cmpint(((FactTicket *) again->tickets->pdata[1])->status, ==, TICKET_RESOLVED);
    g_assert_cmpstr(((FactTicket *) again->tickets->pdata[0])->subject, !=, NULL);
    g_assert_cmpuint(again->rounds, ==, 0);
}

static void
test_nothing_known(void)
{
    g_autoptr(Facts) facts = facts_new(), again = NULL;
    g_autoptr(Json) object = facts_to_json(facts);
    g_autofree char *text = json_format(object, FALSE);

    g_assert_cmpstr(text, ==, "{\"tickets\":[],\"references\":[],\"buckets\":{},\"help_articles\":[],\"open_before\":[]}");
    again = facts_from_json(object, NULL);
    g_assert_nonnull(again);
    g_assert_cmpuint(again->tickets->len, ==, 0);
}

/* ---- what other versions and hands wrote -------------------------------------------------------------------- */

static Facts *
read_text(const char *text, GError **error)
{
    g_autoptr(Json) object = json_loads(text, 0, NULL);

    g_assert_nonnull(object);
    return facts_from_json(object, error);
}

/* The first version knew neither languages nor answers, and later ones will know more. */
static void
test_other_versions(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Facts) facts = read_text("{\"person\": 7, \"tickets\": [{\"ticket\": 12, \"status\": \"open\", \"colour\": \"red\"}],"
                                       " \"buckets\": {\"ack:total:h\": 3}, \"mood\": {\"sender\": 1}}", &error);

    g_assert_no_error(error);
    g_assert_cmpint(facts->person, ==, 7);
    g_assert_nonnull(facts_ticket(facts, 12));
    g_assert_null(facts_ticket(facts, 12)->subject);
    g_assert_cmpfloat(facts_bucket(facts, "ack:total:h")->tokens, ==, 3.0);
    g_assert_null(facts->person_language);
    g_assert_cmpuint(facts->references->len, ==, 0);
}

static void
test_nonsense(void)
{
    static const char *const wrong[] = {
        "[]", "[1]", "{\"person\": \"anna\"}", "{\"tickets\": {}}", "{\"tickets\": [7]}", "{\"mail\": 3}", "{\"buckets\": []}",
        "{\"tickets\": [{\"ticket\": 1, \"status\": \"boiling\"}]}", "{\"seen_images\": [\"abc\"]}", "{\"answers\": [1]}",
        "{\"seen_images\": [\"zz00000000000000000000000000000000000000000000000000000000000000\"]}",
        "{\"tickets\": [{\"tags\": \"x\"}]}", "{\"sender_is_agent\": 1}",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(read_text(wrong[i], &error));
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/gateway/facts-json/every-member-stands-in-a-table", test_every_member);
    g_test_add_func("/gateway/facts-json/what-was-written-is-read-again", test_round_trip);
    g_test_add_func("/gateway/facts-json/nothing-known", test_nothing_known);
    g_test_add_func("/gateway/facts-json/rows-of-other-versions", test_other_versions);
    g_test_add_func("/gateway/facts-json/nonsense-is-refused", test_nonsense);
    return g_test_run();
}
