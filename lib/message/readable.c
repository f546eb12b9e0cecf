#include "message/readable-private.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "message/charset-private.h"
#include "message/html-text-private.h"
#include "message/message-private.h"

/* A leaf that may be read as text. */
typedef struct {
    MessagePart *part;
    char        *text;           /* UTF-8, HTML still as HTML */
    gboolean     html;
    gboolean     blank;
    gconstpointer alternative;   /* the multipart/alternative it stands in, or NULL */
    gboolean     embedded;       /* inside a message/rfc822 */
} TextLeaf;

struct ReadableText {
    GArray    *leaves;     /* TextLeaf, in the order of the walk */
    GPtrArray *unlisted;   /* MessagePart *, of leaves that are no parts of the message */
};

static void
text_leaf_clear(gpointer data)
{
    g_free(((TextLeaf *) data)->text);
}

ReadableText *
readable_new(void)
{
    ReadableText *readable = g_new0(ReadableText, 1);

    readable->leaves = g_array_new(FALSE, FALSE, sizeof(TextLeaf));
    g_array_set_clear_func(readable->leaves, text_leaf_clear);
    readable->unlisted = g_ptr_array_new_with_free_func((GDestroyNotify) message_part_free);
    return readable;
}

void
readable_free(ReadableText *readable)
{
    g_array_unref(readable->leaves);
    g_ptr_array_unref(readable->unlisted);
    g_free(readable);
}

/* Whether a leaf is for reading: plain text or HTML without a file's name and not labelled an attachment. */
static gboolean
is_readable(const MessagePart *part, gboolean alone)
{
    if (strcmp(part->type, "text/plain") != 0 && strcmp(part->type, "text/html") != 0)
        return FALSE;
    return alone || (part->filename == NULL && g_strcmp0(part->disposition, "attachment") != 0);
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

void
readable_take(ReadableText *readable, Message *message, MessagePart *part, const LeafContent *content,
              const ReadablePlace *place)
{
    TextLeaf leaf = { .part = part, .alternative = place->alternative, .embedded = place->embedded };
    gsize used;

    if (!is_readable(part, place->alone))
        return;
    used = text_length(content);
    if (used < content->length)
        message_warn(message, "part %s: the text is cut after %d bytes", part->part, LIMIT_TEXT);
    leaf.html = strcmp(part->type, "text/html") == 0;
    leaf.text = charset_to_utf8(content->bytes, used, part->charset, &message->charset_guessed);
    leaf.blank = leaf.text[strspn(leaf.text, " \t\r\n")] == '\0';
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

/* Whether the same alternative offers plain text that says something; HTML is then not read. */
static gboolean
has_plain_sibling(const GArray *texts, const TextLeaf *html)
{
    if (html->alternative == NULL)
        return FALSE;
    for (guint i = 0; i < texts->len; i++) {
        const TextLeaf *leaf = &g_array_index(texts, TextLeaf, i);

        if (!leaf->html && leaf->alternative == html->alternative && !leaf->blank)
            return TRUE;
    }
    return FALSE;
}

static void
begin_line(GString *to)
{
    if (to->len > 0 && to->str[to->len - 1] != '\n')
        g_string_append_c(to, '\n');
}

static void
append_plain(GString *to, const char *text)
{
    /* CRLF and CR become LF: a text of ours has one kind of line end. A character more than the limit, so that the cut sees whole ones. */
    for (const char *p = text; *p != '\0' && to->len < LIMIT_TEXT + 4; p++) {
        if (*p == '\r' && p[1] == '\n')
            continue;
        g_string_append_c(to, *p == '\r' ? '\n' : *p);
    }
}

static gboolean
has_readable(const GArray *texts)
{
    for (guint i = 0; i < texts->len; i++) {
        if (!g_array_index(texts, TextLeaf, i).embedded)
            return TRUE;
    }
    return FALSE;
}

/* Of the embedded messages only where nothing stands beside them: a forward without a word. */
void
readable_make_text(ReadableText *readable, Message *message, GArray *hints)
{
    gboolean embedded = !has_readable(readable->leaves);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < readable->leaves->len && text->len < LIMIT_TEXT; i++) {
        TextLeaf *leaf = &g_array_index(readable->leaves, TextLeaf, i);

        if (leaf->embedded != embedded)
            continue;
        leaf->part->attachment = FALSE;
        if (leaf->html && message->html == NULL)
            message->html = g_strdup(leaf->text);
        if (leaf->html && has_plain_sibling(readable->leaves, leaf))
            continue;
        begin_line(text);
        if (leaf->html)
            html_to_text(leaf->text, text, hints);
        else
            append_plain(text, leaf->text);
    }
    g_free(message->text);
    message->text = text_cut(text->str, LIMIT_TEXT);
    g_string_free(text, TRUE);
}
