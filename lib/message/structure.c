#include "message/structure-private.h"

#include <gmime/gmime.h>
#include <string.h>

#include "base/limits.h"
#include "message/encoded-words-private.h"
#include "message/entity-private.h"
#include "message/header-reader-private.h"
#include "message/leaf-private.h"
#include "message/message-private.h"
#include "message/report-private.h"
#include "message/unpack-private.h"

/* An object still to be looked at. */
typedef struct {
    GMimeObject  *object;
    char         *path;
    guint         depth;
    gconstpointer alternative;
    gboolean      embedded;
    gboolean      unpacked;     /* out of another leaf's content */
    const guint8 *bytes;        /* what the object was parsed from */
    gsize         length;
} Visit;

typedef struct {
    Message      *message;
    const guint8 *bytes;
    gsize         length;
    GArray       *visits;       /* Visit: the walk's stack */
    GPtrArray    *unpacked;     /* Unpacked *, whose objects are visited */
    ReadableText *readable;
    PartWanted   *wanted;       /* or NULL */
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
    part->attachment = FALSE;
    for (guint i = 0; i < MIN(inside->files->len, room); i++) {
        g_autofree char *path = child_path(visit->path, (int) i + 1);

        take_unpacked_file(walk, inside->files->pdata[i], visit, path);
    }
    if (inside->root != NULL) {
        Visit inner = { inside->root, NULL, visit->depth + 1, visit->alternative, visit->embedded, TRUE,
                        inside->entity_bytes, inside->entity_length };

        inner.path = GMIME_IS_MULTIPART(inside->root) ? g_strdup(visit->path) : child_path(visit->path, 1);
        g_array_append_val(walk->visits, inner);
    }
}

static void
take_leaf(Walk *walk, const LeafSource *source, const Visit *visit, gboolean alone)
{
    const ReadablePlace place = { visit->alternative, visit->embedded, alone };
    LeafContent content;
    MessagePart *part;

    leaf_decode(source, &content);
    part = leaf_describe(source, &content, visit->path);
    g_ptr_array_add(walk->message->parts, part);
    part->unpacked = visit->unpacked;
    keep_if_wanted(walk, part, content.bytes, content.length);
    if (visit->embedded)
        part->attachment = FALSE;
    else
        report_read_part(walk->message, part->type, content.bytes, content.length);
    readable_take(walk->readable, walk->message, part, &content, &place);
    take_inside(walk, part, &content, visit);
    leaf_content_clear(&content);
}

/*
 * A field of a part whose file name is written as encoded words, made simple for GMime's parser (see encoded-words-private.h).
 * NULL where there is none: what GMime parsed is then good.
 */
static char *
simplified_field(GMimeObject *object, const char *name)
{
    GMimeHeader *header = g_mime_header_list_get_header(g_mime_object_get_header_list(object), name);
    const char *raw = header != NULL ? g_mime_header_get_raw_value(header) : NULL;
    g_autofree char *unfolded = NULL;

    if (raw == NULL || strstr(raw, "=?") == NULL)
        return NULL;
    unfolded = g_mime_utils_header_unfold(raw);
    return encoded_words_simplify(unfolded);
}

/* The bytes of a part where they stand in the message: the parser keeps them as a window of our stream. */
static void
take_part(Walk *walk, GMimePart *mime_part, const Visit *visit)
{
    GMimeDataWrapper *wrapper = g_mime_part_get_content(mime_part);
    GMimeStream *stream = wrapper != NULL ? g_mime_data_wrapper_get_stream(wrapper) : NULL;
    LeafSource source = {
        .type = g_mime_object_get_content_type(GMIME_OBJECT(mime_part)),
        .disposition = g_mime_object_get_content_disposition(GMIME_OBJECT(mime_part)),
        .encoding = wrapper != NULL ? g_mime_data_wrapper_get_encoding(wrapper) : GMIME_CONTENT_ENCODING_DEFAULT,
        .content_id = g_mime_object_get_content_id(GMIME_OBJECT(mime_part)),
        .bytes = visit->bytes,
    };
    g_autofree char *type_field = simplified_field(GMIME_OBJECT(mime_part), "Content-Type");
    g_autofree char *disposition_field = simplified_field(GMIME_OBJECT(mime_part), "Content-Disposition");
    g_autoptr(GMimeContentType) type = NULL;
    g_autoptr(GMimeContentDisposition) disposition = NULL;

    if (type_field != NULL)
        source.type = type = g_mime_content_type_parse(mime_options(), type_field);
    if (disposition_field != NULL)
        source.disposition = disposition = g_mime_content_disposition_parse(mime_options(), disposition_field);
    if (stream != NULL && stream->bound_start >= 0 && stream->bound_end >= stream->bound_start &&
        (guint64) stream->bound_end <= visit->length) {
        source.bytes = visit->bytes + stream->bound_start;
        source.length = (gsize) (stream->bound_end - stream->bound_start);
    }
    take_leaf(walk, &source, visit, FALSE);
}

static MessagePart *
add_container(Walk *walk, GMimeObject *object, const Visit *visit, gboolean attachment)
{
    MessagePart *part = g_new0(MessagePart, 1);

    part->part = g_strdup(visit->path);
    part->type = leaf_type(g_mime_object_get_content_type(object));
    part->size_bytes = -1;
    part->attachment = attachment && !visit->embedded;
    part->unpacked = visit->unpacked;
    g_ptr_array_add(walk->message->parts, part);
    return part;
}

static void
push(Walk *walk, GMimeObject *object, char *path, const Visit *parent, gconstpointer alternative, gboolean embedded)
{
    Visit visit = { object, path, parent->depth + 1, alternative, embedded, parent->unpacked, parent->bytes, parent->length };

    g_array_append_val(walk->visits, visit);
}

/* A multipart whose boundary never comes has its text where the preamble is. */
static void
take_preamble(Walk *walk, GMimeMultipart *multipart, const Visit *visit)
{
    const char *text = g_mime_multipart_get_prologue(multipart);
    g_autoptr(GMimeContentType) type = g_mime_content_type_new("text", "plain");
    LeafSource source = { .type = type, .encoding = GMIME_CONTENT_ENCODING_DEFAULT };
    Visit leaf = *visit;

    message_warn(walk->message, "part %s: a multipart without parts", visit->path);
    source.bytes = (const guint8 *) (text != NULL ? text : "");
    source.length = text != NULL ? strlen(text) : 0;
    leaf.path = child_path(visit->path, 1);
    take_leaf(walk, &source, &leaf, FALSE);
    g_free(leaf.path);
}

static void
take_multipart(Walk *walk, GMimeMultipart *multipart, const Visit *visit)
{
    GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(multipart));
    int count = g_mime_multipart_get_count(multipart);
    gconstpointer alternative = visit->alternative;

    if (g_mime_content_type_is_type(type, "multipart", "alternative"))
        alternative = multipart;
    if (!visit->embedded && g_mime_content_type_is_type(type, "multipart", "report")) {
        const char *report_type = g_mime_content_type_get_parameter(type, "report-type");

        report_note_kind(walk->message, report_type != NULL ? report_type : "");
    }
    (void) add_container(walk, GMIME_OBJECT(multipart), visit, FALSE);
    if (count <= 0)
        take_preamble(walk, multipart, visit);
    for (int i = count; i > 0; i--)
        push(walk, g_mime_multipart_get_part(multipart, i - 1), child_path(visit->path, i), visit, alternative,
             visit->embedded);
}

static void
note_returned_message(Walk *walk, GMimeMessage *inner)
{
    const char *id = g_mime_object_get_header(GMIME_OBJECT(inner), "Message-Id");
    g_autofree char *bracketed = NULL;

    if (id == NULL)
        return;
    bracketed = strchr(id, '<') == NULL ? g_strdup_printf("<%s>", id) : g_strdup(id);
    report_note_original(walk->message, bracketed);
}

static void
take_embedded(Walk *walk, GMimeMessagePart *message_part, const Visit *visit)
{
    GMimeMessage *inner = g_mime_message_part_get_message(message_part);
    GMimeObject *content = inner != NULL ? g_mime_message_get_mime_part(inner) : NULL;
    MessagePart *part = add_container(walk, GMIME_OBJECT(message_part), visit, TRUE);

    if (inner != NULL && is_wanted(walk, part)) {
        walk->wanted->part = part;
        walk->wanted->content = entity_bytes(GMIME_OBJECT(inner));
    }
    if (inner != NULL && !visit->embedded)
        note_returned_message(walk, inner);
    /* As IMAP numbers them: the parts of an embedded multipart follow at once, a single part is number 1. */
    if (content != NULL && GMIME_IS_MULTIPART(content))
        push(walk, content, g_strdup(visit->path), visit, NULL, TRUE);
    else if (content != NULL)
        push(walk, content, child_path(visit->path, 1), visit, NULL, TRUE);
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

static void
take_object(Walk *walk, const Visit *visit)
{
    if (GMIME_IS_MULTIPART(visit->object))
        take_multipart(walk, GMIME_MULTIPART(visit->object), visit);
    else if (GMIME_IS_MESSAGE_PART(visit->object))
        take_embedded(walk, GMIME_MESSAGE_PART(visit->object), visit);
    else if (GMIME_IS_PART(visit->object))
        take_part(walk, GMIME_PART(visit->object), visit);
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
            take_object(walk, &visit);
        g_free(visit.path);
    }
    return reason;
}

/* The value of the last field of that name, unfolded. */
static char *
last_field(const guint8 *bytes, gsize length, const char *name)
{
    FieldScanner scanner;
    RawField field;
    char *value = NULL;

    field_scanner_init(&scanner, bytes, length);
    while (field_scanner_next(&scanner, &field)) {
        if (raw_field_is(&field, name)) {
            g_free(value);
            value = g_string_free(raw_field_unfold(&field), FALSE);
        }
    }
    return value;
}

static char *
walk_parsed(Walk *walk)
{
    g_autoptr(GMimeObject) root = entity_parse(walk->bytes, walk->length);
    Visit first = { .object = root, .bytes = walk->bytes, .length = walk->length };

    if (root == NULL)
        return NULL;
    first.path = g_strdup(GMIME_IS_MULTIPART(root) ? "0" : "1");
    g_array_append_val(walk->visits, first);
    return walk_visits(walk);
}

static char *
take_single(Walk *walk, GMimeContentType *type, const guint8 *body, const guint8 *end)
{
    g_autofree char *encoding = last_field(walk->bytes, walk->length, "Content-Transfer-Encoding");
    g_autofree char *disposition_value = last_field(walk->bytes, walk->length, "Content-Disposition");
    g_autofree char *content_id = last_field(walk->bytes, walk->length, "Content-ID");
    g_autoptr(GMimeContentDisposition) disposition =
        disposition_value != NULL ? g_mime_content_disposition_parse(mime_options(), disposition_value) : NULL;
    LeafSource source = { type, disposition, GMIME_CONTENT_ENCODING_DEFAULT, content_id, body, (gsize) (end - body) };
    Visit visit = { .path = (char *) "1" };

    if (encoding != NULL)
        source.encoding = g_mime_content_encoding_from_string(encoding);
    take_leaf(walk, &source, &visit, TRUE);
    return walk_visits(walk);
}

/* What GMime has to take apart; everything else is one leaf that begins where the header ends. */
static gboolean
has_structure(GMimeContentType *type)
{
    if (g_mime_content_type_is_type(type, "multipart", "*"))
        return g_mime_content_type_get_parameter(type, "boundary") != NULL;
    return g_mime_content_type_is_type(type, "message", "rfc822") ||
           g_mime_content_type_is_type(type, "message", "global");
}

/* Without a usable type a message is plain text (RFC 2045, 5.2); so is a multipart that names no boundary. */
static GMimeContentType *
message_type(Walk *walk)
{
    g_autofree char *value = last_field(walk->bytes, walk->length, "Content-Type");
    GMimeContentType *type = value != NULL ? g_mime_content_type_parse(mime_options(), value) : NULL;

    if (type != NULL && g_mime_content_type_is_type(type, "multipart", "*") && !has_structure(type)) {
        message_warn(walk->message, "Content-Type: a multipart without boundary is read as plain text");
        g_clear_object(&type);
    } else if (value != NULL && strchr(value, '/') == NULL) {
        g_clear_object(&type);
    }
    return type != NULL ? type : g_mime_content_type_new("text", "plain");
}

char *
structure_read(Message *message, const guint8 *bytes, gsize length, const FieldScanner *scanner, ReadableText *readable,
               PartWanted *wanted)
{
    Walk walk = { .message = message, .bytes = bytes, .length = length, .readable = readable, .wanted = wanted };
    g_autoptr(GMimeContentType) type = message_type(&walk);
    char *reason = NULL;

    walk.visits = g_array_new(FALSE, FALSE, sizeof(Visit));
    g_array_set_clear_func(walk.visits, visit_clear);
    walk.unpacked = g_ptr_array_new_with_free_func((GDestroyNotify) unpacked_free);
    if (has_structure(type))
        reason = walk_parsed(&walk);
    else
        reason = take_single(&walk, type, scanner->next, scanner->end);
    g_array_unref(walk.visits);
    g_ptr_array_unref(walk.unpacked);
    if (reason != NULL)
        g_ptr_array_set_size(message->parts, 0);
    return reason;
}
