#include "message/html-element-private.h"

#include <string.h>

/* An attribution is a line or two; more before a quote is something else. */
#define MAX_ATTRIBUTION 1000

/* The kind that text gets now: behind the begin of an answered mail there is nothing new. */
static guint
current_kind(const HtmlReader *reader, guint kind)
{
    return kind == HINT_NONE && reader->rest_is_quote ? SPAN_QUOTE : kind;
}

static gboolean
is_quoted(const HtmlReader *reader)
{
    return reader->writer.kind == SPAN_QUOTE;
}

/* The pieces of a reply block so far were what it said before its quote, or a quote themselves. */
static void
settle_reply_block(HtmlReader *reader, gboolean quote_follows)
{
    HtmlWriter *writer = &reader->writer;
    gsize length = 0;

    for (guint i = reader->reply_hint; writer->hints != NULL && i < writer->hints->len; i++) {
        MessageSpan *hint = &g_array_index(writer->hints, MessageSpan, i);

        if ((guint) hint->kind != HINT_OPEN)
            continue;
        length += hint->end - hint->start;
        hint->kind = quote_follows && length <= MAX_ATTRIBUTION ? SPAN_ATTRIBUTION : SPAN_QUOTE;
    }
    if (writer->open_kind == HINT_OPEN) {
        length += writer->out->len - writer->open_start;
        writer->open_kind = quote_follows && length <= MAX_ATTRIBUTION ? SPAN_ATTRIBUTION : SPAN_QUOTE;
    }
    /* What stands between and behind the quotes is an answer. */
    writer->kind = quote_follows ? HINT_NONE : SPAN_QUOTE;
}

static void
begin_reply_block(HtmlReader *reader, HtmlElement *element)
{
    if (reader->reply_block != 0 || is_quoted(reader))
        return;
    element->reply_block = TRUE;
    reader->reply_block = reader->elements->len;
    reader->reply_hint = reader->writer.hints != NULL ? reader->writer.hints->len : 0;
    html_writer_set_kind(&reader->writer, HINT_OPEN);
}

static void
begin_rest(HtmlReader *reader)
{
    reader->rest_is_quote = TRUE;
    html_writer_set_kind(&reader->writer, current_kind(reader, reader->writer.kind));
}

static void
begin_mark(HtmlReader *reader, HtmlElement *element, HtmlMark mark)
{
    HtmlWriter *writer = &reader->writer;

    switch (mark) {
    case MARK_QUOTE:
        html_writer_set_kind(writer, SPAN_QUOTE);
        break;
    case MARK_REPLY_BLOCK:
        begin_reply_block(reader, element);
        break;
    case MARK_ATTRIBUTION:
        if (!is_quoted(reader))
            html_writer_set_kind(writer, SPAN_ATTRIBUTION);
        break;
    case MARK_REST_HEADER:
        if (!is_quoted(reader) || (reader->rest_is_quote && !reader->rest_has_header)) {
            begin_rest(reader);
            reader->rest_has_header = TRUE;
            element->kind_before = (guint8) writer->kind;
            html_writer_set_kind(writer, SPAN_ATTRIBUTION);
        }
        break;
    case MARK_REST:
        if (!is_quoted(reader))
            begin_rest(reader);
        element->kind_before = (guint8) writer->kind;
        break;
    case MARK_SIGNATURE:
        if (writer->kind == HINT_NONE)
            html_writer_set_kind(writer, SPAN_SIGNATURE);
        break;
    case MARK_NEXT_SIGNATURE:
        reader->next_is_signature = TRUE;
        break;
    default:
        break;
    }
}

/* The blockquote of a reply block stands right in it; deeper ones are part of a forwarded mail. */
static void
begin_blockquote(HtmlReader *reader)
{
    if (reader->reply_block != 0 && reader->elements->len == reader->reply_block + 1) {
        HtmlElement *block = &g_array_index(reader->elements, HtmlElement, reader->reply_block - 1);

        settle_reply_block(reader, TRUE);
        g_array_index(reader->elements, HtmlElement, reader->elements->len - 1).kind_before = (guint8) reader->writer.kind;
        block->reply_block = FALSE;
        reader->reply_block = 0;
    }
    html_writer_set_kind(&reader->writer, SPAN_QUOTE);
}

void
html_hint_begin(HtmlReader *reader, HtmlElement *element, const xmlChar **attributes, const HtmlStyle *style)
{
    HtmlMark mark = html_mark(attributes);
    HtmlTag tag = element->tag;

    /* Outlook's rule above the header of the answered mail has no name. */
    if (tag == TAG_RULE && html_attribute_number(attributes, "tabindex", 0) == -1)
        mark = MARK_REST;
    if (style->top_border && mark == MARK_NONE)
        mark = MARK_REST_HEADER;
    if (style->left_border && mark == MARK_NONE)
        mark = MARK_QUOTE;
    if (reader->next_is_signature && (tag == TAG_LINE || tag == TAG_P) && mark == MARK_NONE) {
        reader->next_is_signature = FALSE;
        mark = MARK_SIGNATURE;
    }
    if (tag == TAG_QUOTE && element->quote)
        begin_blockquote(reader);
    else if (tag != TAG_QUOTE || mark != MARK_INDENT)
        begin_mark(reader, element, mark);
}

void
html_hint_end(HtmlReader *reader, HtmlElement *element)
{
    if (element->reply_block) {
        settle_reply_block(reader, FALSE);
        reader->reply_block = 0;
    }
    html_writer_set_kind(&reader->writer, current_kind(reader, element->kind_before));
}
