#include "message/structure-private.h"

#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "message/details-private.h"
#include "message/entity-private.h"
#include "message/field-scanner-private.h"
#include "message/filename-private.h"
#include "message/header-reader-private.h"
#include "message/leaf-private.h"
#include "message/message-private.h"
#include "message/multipart-private.h"
#include "message/protection-private.h"
#include "message/report-private.h"
#include "message/unpack-private.h"

/* An entity still to be looked at. */
typedef struct {
    const guint8 *bytes;
    gsize         length;
    char         *path;         /* of a message: that of what it stands in, "0" for the outermost */
    guint         depth;
    const char   *default_type;
    gboolean      message;      /* a whole message, not a part of a multipart */
    gboolean      embedded;     /* in a message/rfc822 */
    gboolean      unpacked;     /* out of another leaf's content */
} Visit;

typedef struct {
    Message      *message;
    GArray       *visits;       /* Visit: the walk's stack */
    GPtrArray    *unpacked;     /* Unpacked *, whose entities are visited */
    GPtrArray    *decoded;      /* embedded messages that were encoded */
    ReadableText *readable;
    PartWanted   *wanted;       /* or NULL */
    gsize         details_left; /* see details-private.h */
} Walk;

static void
visit_clear(gpointer data)
{
    g_free(((Visit *) data)->path);
}

static char *
child_path(const char *path, int number)
{
    return strcmp(path, "0") == 0 ? g_strdup_printf("%d", number) : g_strdup_printf("%s.%d", path, number);
}

/* The first part with that path: an embedded multipart shares the path of the message around it. */
static gboolean
is_wanted(const Walk *walk, const MessagePart *part)
{
    return walk->wanted != NULL && walk->wanted->part == NULL && strcmp(part->part, walk->wanted->path) == 0;
}

static void
keep_if_wanted(const Walk *walk, MessagePart *part, const guint8 *bytes, gsize length)
{
    if (!is_wanted(walk, part))
        return;
    walk->wanted->part = part;
    walk->wanted->content = g_bytes_new(bytes, length);
}

/* The body of a winmail.dat is read as that of an embedded message is: where the mail says nothing itself. */
static void
take_unpacked_file(Walk *walk, const UnpackedFile *file, const Visit *visit, const char *path)
{
    static const ReadablePlace place = { .embedded = TRUE };
    MessagePart *part = unpacked_describe(file, path);
    LeafContent content = { .owned = NULL };

    content.bytes = g_bytes_get_data(file->content, &content.length);
    part->attachment = !file->body && !visit->embedded;
    g_ptr_array_add(walk->message->parts, part);
    keep_if_wanted(walk, part, content.bytes, content.length);
    if (file->body)
        readable_take(walk->readable, walk->message, part, &content, &place);
}

/* What stands inside a leaf: files are taken at once, an entity is visited next, as if it stood here. */
static void
take_inside(Walk *walk, MessagePart *part, const LeafContent *content, const Visit *visit)
{
    Unpacked *inside = unpack_leaf(walk->message, part, content);
    guint room = LIMIT_MIME_PARTS - MIN(walk->message->parts->len, LIMIT_MIME_PARTS);

    if (inside == NULL)
        return;
    g_ptr_array_add(walk->unpacked, inside);
    if (inside->complete && inside->files->len <= room)
        part->attachment = FALSE;
    for (guint i = 0; i < MIN(inside->files->len, room); i++) {
        g_autofree char *path = child_path(visit->path, (int) i + 1);

        take_unpacked_file(walk, inside->files->pdata[i], visit, path);
    }
    if (inside->entity_bytes != NULL) {
        Visit inner = *visit;

        inner.bytes = inside->entity_bytes;
        inner.length = inside->entity_length;
        inner.path = g_strdup(visit->path);
        inner.depth++;
        inner.default_type = "text/plain";
        inner.message = TRUE;
        inner.unpacked = TRUE;
        g_array_append_val(walk->visits, inner);
    }
}

static void
take_leaf(Walk *walk, const Entity *entity, const Visit *visit, gboolean alone)
{
    const ReadablePlace place = { visit->embedded, alone, entity->content_type };
    LeafContent content;
    MessagePart *part;

    leaf_decode(entity, &content);
    part = leaf_describe(entity, &content, visit->path);
    g_ptr_array_add(walk->message->parts, part);
    part->unpacked = visit->unpacked;
    part->depth = visit->depth;
    if (walk->message->details) {
        details_keep_headers(part, entity);
        details_keep_content(part, &content, &walk->details_left);
    }
    keep_if_wanted(walk, part, content.bytes, content.length);
    if (visit->embedded)
        part->attachment = FALSE;
    else
        protection_note_leaf(walk->message, part, entity, &content);
    report_read_part(walk->message, part->type, content.bytes, content.length, visit->embedded);
    readable_take(walk->readable, walk->message, part, &content, &place);
    take_inside(walk, part, &content, visit);
    leaf_content_clear(&content);
}

static MessagePart *
add_container(Walk *walk, const Entity *entity, const Visit *visit)
{
    MessagePart *part = entity_describe(entity, visit->path);

    part->unpacked = visit->unpacked;
    part->depth = visit->depth;
    if (walk->message->details)
        details_keep_headers(part, entity);
    g_ptr_array_add(walk->message->parts, part);
    return part;
}

/* A multipart in which no delimiter ever comes: its text is there to be read, but it has no parts. */
static void
take_without_parts(Walk *walk, const Entity *entity, const Visit *visit)
{
    const ReadablePlace place = { visit->embedded, TRUE, NULL };
    const LeafContent content = { entity->body, (gsize) (entity->end - entity->body), NULL };

    message_warn(walk->message, "part %s: a multipart without parts", visit->path);
    readable_take_unlisted(walk->readable, walk->message, &content, &place);
}

/* Onto the stack from the last to the first, so that they are met in order. */
static void
push_parts(Walk *walk, const GArray *pieces, const Entity *entity, const Visit *visit)
{
    for (guint i = pieces->len; i > 0; i--) {
        const MultipartPiece *piece = &g_array_index(pieces, MultipartPiece, i - 1);
        Visit child = *visit;

        child.bytes = piece->begin;
        child.length = (gsize) (piece->end - piece->begin);
        child.path = child_path(visit->path, (int) i);
        child.depth++;
        child.default_type = strcmp(entity->type, "multipart/digest") == 0 ? "message/rfc822" : "text/plain";
        child.message = FALSE;
        g_array_append_val(walk->visits, child);
    }
}

static void
take_multipart(Walk *walk, const Entity *entity, const Visit *visit)
{
    g_autoptr(GArray) pieces = g_array_new(FALSE, FALSE, sizeof(MultipartPiece));
    MessagePart *part;

    if (!visit->embedded && strcmp(entity->type, "multipart/report") == 0) {
        const char *report_type = mime_value_parameter(entity->content_type, "report-type");

        report_note_kind(walk->message, report_type != NULL ? report_type : "");
    }
    if (!visit->embedded)
        protection_note_multipart(walk->message, entity);
    part = add_container(walk, entity, visit);
    multipart_split(entity->body, entity->end, entity->boundary, LIMIT_MIME_PARTS + 1, pieces);
    if (pieces->len == 0)
        take_without_parts(walk, entity, visit);
    else if (walk->message->details)
        details_keep_around(part, entity, g_array_index(pieces, MultipartPiece, 0).begin,
                            g_array_index(pieces, MultipartPiece, pieces->len - 1).end, &walk->details_left);
    push_parts(walk, pieces, entity, visit);
}

/* What a person opens: it needs a name, and its hash as any file. Messages inside it are opened with it. */
static void
describe_attached_message(MessagePart *part, const LeafContent *content, const Visit *inner)
{
    Entity entity;
    g_autofree char *raw = NULL;
    g_autofree char *subject = NULL;

    part->attachment = TRUE;
    hash_sha256(content->bytes, content->length, part->sha256);
    if (part->filename != NULL)
        return;
    entity_read(&entity, inner->bytes, inner->length, "text/plain");
    raw = entity_field(&entity, "Subject");
    entity_clear(&entity);
    subject = raw != NULL ? header_decode(raw) : NULL;
    part->filename = filename_of_message(subject);
    part->name_is_ours = TRUE;
}

/* Empty lines before the header of an embedded message are a mistake of what put it there. */
static void
skip_empty_lines(Visit *visit)
{
    while (visit->length > 0 && (*visit->bytes == '\n' || *visit->bytes == '\r')) {
        visit->bytes++;
        visit->length--;
    }
}

/* Whether what is called a message begins with a header field. What does not is a file with a wrong label. */
static gboolean
is_message(const Visit *inner)
{
    FieldScanner scanner;
    RawField field;

    field_scanner_init(&scanner, inner->bytes, inner->length);
    return inner->length == 0 || field_scanner_next(&scanner, &field);
}

/* RFC 2046, 5.2.1 forbids an encoding here; many programs encode all the same. */
static void
take_embedded(Walk *walk, const Entity *entity, const Visit *visit)
{
    Visit inner = *visit;
    LeafContent content;
    MessagePart *part;

    leaf_decode(entity, &content);
    if (content.owned != NULL)
        g_ptr_array_add(walk->decoded, content.owned);
    inner.bytes = content.bytes;
    inner.length = content.length;
    skip_empty_lines(&inner);
    if (!is_message(&inner)) {
        take_leaf(walk, entity, visit, FALSE);
        return;
    }
    part = add_container(walk, entity, visit);
    part->size_bytes = (gint64) content.length;
    if (!visit->embedded)
        describe_attached_message(part, &content, &inner);
    keep_if_wanted(walk, part, content.bytes, content.length);
    inner.path = g_strdup(visit->path);
    inner.depth++;
    inner.default_type = "text/plain";
    inner.message = TRUE;
    inner.embedded = TRUE;
    if (walk->message->details)
        details_keep_embedded(part, inner.bytes, inner.length, &walk->details_left);
    if (!visit->embedded)
        report_read_returned(walk->message, inner.bytes, inner.length);
    g_array_append_val(walk->visits, inner);
}

/* Without a boundary nothing can be taken apart: plain text, that at least can be read. */
static void
settle_type(Walk *walk, Entity *entity, const Visit *visit)
{
    if (entity->boundary != NULL || !g_str_has_prefix(entity->type, "multipart/"))
        return;
    message_warn(walk->message, "part %s: a multipart without boundary is read as plain text", visit->path);
    g_free(entity->type);
    entity->type = g_strdup("text/plain");
}

static void
take_entity(Walk *walk, Visit *visit)
{
    Entity entity;

    entity_read(&entity, visit->bytes, visit->length, visit->default_type);
    settle_type(walk, &entity, visit);
    /* As IMAP numbers them: the parts of a message that is a multipart follow at once, a single part is number 1. */
    if (visit->message && entity.boundary == NULL) {
        char *path = child_path(visit->path, 1);

        g_free(visit->path);
        visit->path = path;
    }
    if (entity.boundary != NULL)
        take_multipart(walk, &entity, visit);
    else if (entity_is_message(&entity))
        take_embedded(walk, &entity, visit);
    else
        take_leaf(walk, &entity, visit, visit->depth == 0);
    entity_clear(&entity);
}

static Visit
pop(GArray *visits)
{
    Visit *last = &g_array_index(visits, Visit, visits->len - 1);
    Visit visit = *last;

    /* The path goes with the copy; the array's clear function must not free it. */
    last->path = NULL;
    g_array_set_size(visits, visits->len - 1);
    return visit;
}

static char *
beyond_limits(const Walk *walk, const Visit *visit)
{
    if (visit->depth > LIMIT_MIME_DEPTH)
        return g_strdup_printf("parts nested deeper than %d", LIMIT_MIME_DEPTH);
    if (walk->message->parts->len + walk->visits->len >= LIMIT_MIME_PARTS)
        return g_strdup_printf("more than %d parts", LIMIT_MIME_PARTS);
    return NULL;
}

static char *
walk_visits(Walk *walk)
{
    char *reason = NULL;

    while (walk->visits->len > 0 && reason == NULL) {
        Visit visit = pop(walk->visits);

        reason = beyond_limits(walk, &visit);
        if (reason == NULL)
            take_entity(walk, &visit);
        g_free(visit.path);
    }
    return reason;
}

char *
structure_read(Message *message, const guint8 *bytes, gsize length, ReadableText *readable, PartWanted *wanted)
{
    Walk walk = { .message = message, .readable = readable, .wanted = wanted, .details_left = LIMIT_DETAILS };
    Visit first = { .bytes = bytes, .length = length, .path = g_strdup("0"), .default_type = "text/plain", .message = TRUE };
    char *reason;

    walk.visits = g_array_new(FALSE, FALSE, sizeof(Visit));
    g_array_set_clear_func(walk.visits, visit_clear);
    walk.unpacked = g_ptr_array_new_with_free_func((GDestroyNotify) unpacked_free);
    walk.decoded = g_ptr_array_new_with_free_func(g_free);
    g_array_append_val(walk.visits, first);
    reason = walk_visits(&walk);
    g_array_unref(walk.visits);
    g_ptr_array_unref(walk.unpacked);
    g_ptr_array_unref(walk.decoded);
    if (reason != NULL)
        g_ptr_array_set_size(message->parts, 0);
    return reason;
}
