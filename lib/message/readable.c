#include "message/readable-private.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "message/charset-private.h"
#include "message/enriched-private.h"
#include "message/flowed-private.h"
#include "message/html-text-private.h"
#include "message/message-private.h"
#include "message/readable-leaf-private.h"

struct ReadableText {
    GArray     *leaves;             /* TextLeaf, in the order of the walk */
    GPtrArray  *unlisted;           /* MessagePart: of leaves that are in no list of parts */
    const char *default_charset;
    gboolean    has_own_text;       /* a leaf that is not embedded says something */
};

static void
text_leaf_clear(gpointer data)
{
    g_free(((TextLeaf *) data)->text);
}

ReadableText *
readable_new(const char *default_charset)
{
    ReadableText *readable = g_new0(ReadableText, 1);

    readable->leaves = g_array_new(FALSE, FALSE, sizeof(TextLeaf));
    g_array_set_clear_func(readable->leaves, text_leaf_clear);
    readable->unlisted = g_ptr_array_new_with_free_func((GDestroyNotify) message_part_free);
    readable->default_charset = default_charset;
    return readable;
}

void
readable_free(ReadableText *readable)
{
    g_array_unref(readable->leaves);
    g_ptr_array_unref(readable->unlisted);
    g_free(readable);
}

static gboolean
is_text_type(const char *type)
{
    static const char *const types[] = { "text/plain", "text/html", "text/enriched", "text/richtext", NULL };

    return g_strv_contains(types, type);
}

/* The first part of a multipart, by its path. */
static gboolean
is_first(const char *path)
{
    const char *dot = strrchr(path, '.');

    return strcmp(dot != NULL ? dot + 1 : path, "1") == 0;
}

static gboolean
is_readable(const MessagePart *part, const ReadablePlace *place)
{
    /* RFC 2046, 4.1.4: text of an unknown kind is plain text; a calendar is not for reading. */
    if (place->alone)
        return g_str_has_prefix(part->type, "text/") && strcmp(part->type, "text/calendar") != 0;
    if (!is_text_type(part->type) || g_strcmp0(part->disposition, "attachment") == 0)
        return FALSE;
    return part->filename == NULL || is_first(part->part);
}

/* As much of the bytes as becomes text, not cut inside a UTF-8 character: half of one would make the rest look like another set. */
static gsize
text_length(const LeafContent *content)
{
    gsize length = MIN(content->length, LIMIT_TEXT);

    if (length == content->length)
        return length;
    while (length > LIMIT_TEXT - 4 && (content->bytes[length] & 0xc0) == 0x80)
        length--;
    return length;
}

static gboolean
parameter_is(const MimeValue *type, const char *name, const char *value)
{
    const char *given = mime_value_parameter(type, name);

    return given != NULL && g_ascii_strcasecmp(given, value) == 0;
}

static char *
decode(const ReadableText *readable, Message *message, const MessagePart *part, const guint8 *bytes, gsize length)
{
    g_autofree char *meta = NULL;
    const char *declared = part->charset;
    CharsetFound found;
    char *text;

    if (declared == NULL && strcmp(part->type, "text/html") == 0)
        declared = meta = charset_of_html(bytes, length);
    text = charset_decode(bytes, length, declared, readable->default_charset, &found);
    if (!found.guessed)
        return text;
    message->charset_guessed = TRUE;
    if (part->charset != NULL)
        message_warn(message, "part %s: labelled %s, but taken for %s", part->part, part->charset, found.name);
    else
        message_warn(message, "part %s: names no character set, taken for %s", part->part, found.name);
    return text;
}

void
readable_take(ReadableText *readable, Message *message, MessagePart *part, const LeafContent *content,
              const ReadablePlace *place)
{
    TextLeaf leaf = { .part = part, .embedded = place->embedded, .letters = -1 };
    gsize used;

    if (!is_readable(part, place) || (place->embedded && readable->has_own_text))
        return;
    used = text_length(content);
    if (used < content->length)
        message_warn(message, "part %s: the text is cut after %d bytes", part->part, LIMIT_TEXT);
    leaf.html = strcmp(part->type, "text/html") == 0;
    leaf.text = decode(readable, message, part, content->bytes, used);
    if (strcmp(part->type, "text/enriched") == 0 || strcmp(part->type, "text/richtext") == 0) {
        g_autofree char *enriched = leaf.text;

        leaf.text = enriched_to_text(enriched);
    }
    leaf.flowed = strcmp(part->type, "text/plain") == 0 && parameter_is(place->type, "format", "flowed");
    leaf.delete_space = parameter_is(place->type, "delsp", "yes");
    leaf.blank = leaf.text[strspn(leaf.text, " \t\r\n")] == '\0';
    readable->has_own_text = readable->has_own_text || (!leaf.embedded && !leaf.blank);
    g_array_append_val(readable->leaves, leaf);
}

void
readable_take_unlisted(ReadableText *readable, Message *message, const LeafContent *content, const ReadablePlace *place)
{
    MessagePart *part = g_new0(MessagePart, 1);

    part->part = g_strdup("");
    part->type = g_strdup("text/plain");
    g_ptr_array_add(readable->unlisted, part);
    readable_take(readable, message, part, content, place);
}

static void
begin_line(GString *to)
{
    if (to->len > 0 && to->str[to->len - 1] != '\n')
        g_string_append_c(to, '\n');
}

/* CRLF and CR become LF: a text of ours has one kind of line end. CR CR LF is one that was converted twice. */
static void
append_plain(GString *to, const char *text)
{
    while (*text != '\0') {
        gsize line = strcspn(text, "\r");

        g_string_append_len(to, text, (gssize) line);
        text += line;
        line = strspn(text, "\r");
        text += line;
        for (; *text != '\n' && line > 0; line--)
            g_string_append_c(to, '\n');
    }
}

static void
append_leaf(GString *to, const TextLeaf *leaf, GArray *hints)
{
    begin_line(to);
    if (leaf->html)
        html_to_text(leaf->text, to, hints);
    else if (leaf->flowed)
        flowed_append(to, leaf->text, leaf->delete_space, LIMIT_TEXT);
    else
        append_plain(to, leaf->text);
}

/* Hints end where the text was cut. */
static void
cut_hints(GArray *hints, gsize length)
{
    for (guint i = hints->len; i > 0; i--) {
        MessageSpan *hint = &g_array_index(hints, MessageSpan, i - 1);

        hint->end = (guint32) MIN(hint->end, length);
        if (hint->start >= hint->end)
            g_array_set_size(hints, i - 1);
    }
}

/* Of the embedded messages only where nothing is said beside them: a forward without a word. */
static void
drop_embedded(ReadableText *readable)
{
    gboolean wanted = FALSE;

    for (guint i = 0; i < readable->leaves->len && !readable->has_own_text; i++)
        wanted = wanted || g_array_index(readable->leaves, TextLeaf, i).embedded;
    for (guint i = 0; i < readable->leaves->len; i++) {
        TextLeaf *leaf = &g_array_index(readable->leaves, TextLeaf, i);

        leaf->dropped = leaf->embedded != wanted;
        if (!leaf->dropped || !leaf->embedded)
            leaf->part->attachment = FALSE;
    }
}

static void
keep_html(const ReadableText *readable, Message *message)
{
    for (guint i = 0; i < readable->leaves->len; i++) {
        TextLeaf *leaf = &g_array_index(readable->leaves, TextLeaf, i);

        if (leaf->html && !leaf->dropped) {
            g_free(message->html);
            message->html = g_strdup(leaf->text);
            return;
        }
    }
}

void
readable_make_text(ReadableText *readable, Message *message, GArray *hints)
{
    GString *text = g_string_new(NULL);

    drop_embedded(readable);
    keep_html(readable, message);
    readable_choose(readable->leaves, message->parts);
    for (guint i = 0; i < readable->leaves->len && text->len < LIMIT_TEXT; i++) {
        const TextLeaf *leaf = &g_array_index(readable->leaves, TextLeaf, i);

        if (!leaf->dropped)
            append_leaf(text, leaf, hints);
    }
    g_free(message->text);
    if (text->len > LIMIT_TEXT) {
        message->text = text_cut(text->str, LIMIT_TEXT);
        g_string_free(text, TRUE);
        cut_hints(hints, strlen(message->text));
    } else {
        message->text = g_string_free(text, FALSE);
    }
}
