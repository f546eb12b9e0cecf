#include "message/html-text-private.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#include "base/limits.h"
#include "message/html-element-private.h"
#include "message/html-scan-private.h"

/*
 * libxml2 looks through all open elements at each end tag. A document that has more open than this is given to a new parser in pieces, which knows
 * nothing of them: what they mean for the text is kept here.
 */
#define MAX_PARSER_DEPTH 500

/* What one call of the parser gets. */
#define CHUNK 16384

/* ---- what the parser calls --------------------------------------------------------------------------------------- */

/* Elements that are shown without a size of their own and inside one that shows nothing stay hidden. */
static void
take_visibility(HtmlReader *reader, HtmlElement *element, const HtmlStyle *style)
{
    element->invisible_before = reader->invisible;
    element->no_size_before = reader->no_size;
    if (style->invisible || style->visible)
        reader->invisible = style->invisible;
    if (style->no_size || style->size)
        reader->no_size = style->no_size;
}

static void
start_element(void *context, const xmlChar *name, const xmlChar **attributes)
{
    HtmlReader *reader = context;
    HtmlElement element = { .tag = (guint8) html_tag((const char *) name) };
    HtmlElement *open;
    HtmlStyle style;

    if (reader->skip > 0) {
        reader->skip++;
        return;
    }
    html_style_read(attributes, &style);
    if (element.tag == TAG_SKIP || style.hidden) {
        reader->skip = 1;
        return;
    }
    element.kind_before = (guint8) reader->writer.kind;
    take_visibility(reader, &element, &style);
    g_array_append_val(reader->elements, element);
    open = &g_array_index(reader->elements, HtmlElement, reader->elements->len - 1);
    if ((reader->invisible || reader->no_size) && (element.tag == TAG_IMAGE || element.tag == TAG_RULE))
        return;
    /* A rule above an answered mail belongs to it; all else is begun before it is said whose words it holds. */
    if (element.tag == TAG_RULE)
        html_hint_begin(reader, open, attributes, &style);
    html_begin(reader, open, attributes, &style);
    if (element.tag != TAG_RULE)
        html_hint_begin(reader, open, attributes, &style);
}

static void
end_element(void *context, G_GNUC_UNUSED const xmlChar *name)
{
    HtmlReader *reader = context;
    HtmlElement *element;

    if (reader->changes_parser)
        return;
    if (reader->skip > 0) {
        reader->skip--;
        return;
    }
    if (reader->elements->len == 0)
        return;
    element = &g_array_index(reader->elements, HtmlElement, reader->elements->len - 1);
    html_end(reader, element);
    html_hint_end(reader, element);
    reader->invisible = element->invisible_before;
    reader->no_size = element->no_size_before;
    g_array_set_size(reader->elements, reader->elements->len - 1);
}

static void
characters(void *context, const xmlChar *text, int length)
{
    HtmlReader *reader = context;

    if (reader->skip == 0 && !reader->invisible && !reader->no_size)
        html_writer_text(&reader->writer, (const char *) text, (gsize) length);
}

/* ---- what the parser gets ---------------------------------------------------------------------------------------- */

static htmlParserCtxtPtr
parser_new(HtmlReader *reader)
{
    static htmlSAXHandler handler = {
        .startElement = start_element,
        .endElement = end_element,
        .characters = characters,
        .ignorableWhitespace = characters,
    };
    htmlParserCtxtPtr parser = htmlCreatePushParserCtxt(&handler, reader, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);

    g_assert(parser != NULL);
    htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                   HTML_PARSE_IGNORE_ENC | HTML_PARSE_COMPACT);
    /* Without a body the parser makes paragraphs of bare text. */
    htmlParseChunk(parser, "<html><body>", (int) strlen("<html><body>"), 0);
    return parser;
}

static void
parser_free(htmlParserCtxtPtr parser)
{
    if (parser->myDoc != NULL)
        xmlFreeDoc(parser->myDoc);
    htmlFreeParserCtxt(parser);
}

/* The old one still holds a little of what it got. */
static htmlParserCtxtPtr
parser_replace(htmlParserCtxtPtr parser, HtmlReader *reader)
{
    reader->changes_parser = TRUE;
    htmlParseChunk(parser, NULL, 0, 1);
    reader->changes_parser = FALSE;
    parser_free(parser);
    return parser_new(reader);
}

static void
parse_html(HtmlReader *reader, const char *html, gsize length)
{
    htmlParserCtxtPtr parser = parser_new(reader);
    HtmlScanner scanner;
    HtmlPiece piece;
    const char *from = html, *to = html;    /* pieces that follow each other are given at once */

    html_scanner_init(&scanner, html, length);
    while (!html_writer_is_full(&reader->writer) && html_scanner_next(&scanner, &piece)) {
        if (piece.start != to || to - from > CHUNK) {
            htmlParseChunk(parser, from, (int) (to - from), 0);
            from = piece.start;
        }
        to = piece.start + piece.length;
        if (piece.cut) {
            htmlParseChunk(parser, from, (int) (to - from), 0);
            htmlParseChunk(parser, ">", 1, 0);
            from = to;
        }
        if (parser->nameNr > MAX_PARSER_DEPTH)
            parser = parser_replace(parser, reader);
    }
    htmlParseChunk(parser, from, (int) (to - from), 0);
    htmlParseChunk(parser, NULL, 0, 1);
    parser_free(parser);
}

void
html_to_text(const char *html, GString *to, GArray *hints)
{
    HtmlReader reader = { .elements = g_array_new(FALSE, FALSE, sizeof(HtmlElement)), .href = g_string_new(NULL) };

    html_writer_init(&reader.writer, to, LIMIT_TEXT, hints);
    parse_html(&reader, html, strnlen(html, LIMIT_TEXT));
    html_writer_finish(&reader.writer);
    g_array_unref(reader.elements);
    g_string_free(reader.href, TRUE);
}
