#include "message/html-element-private.h"

#include <string.h>

/* Looking for the table of a cell ends here; a document that stands deeper is no letter. */
#define MAX_LOOK 300

#define MAX_INDENT 32

HtmlElement *
html_open_element(HtmlReader *reader, HtmlTag tag, HtmlTag or_tag)
{
    guint length = reader->elements->len;

    for (guint i = length; i > 0 && length - i < MAX_LOOK; i--) {
        HtmlElement *element = &g_array_index(reader->elements, HtmlElement, i - 1);

        if (element->tag == (guint8) tag || element->tag == (guint8) or_tag)
            return element;
    }
    return NULL;
}

/* ---- lists ------------------------------------------------------------------------------------------------------ */

static void
append_letters(GString *to, int number, char first)
{
    char letters[16];
    gsize count = 0;

    for (; number > 0 && count < sizeof letters; number = (number - 1) / 26)
        letters[count++] = (char) (first + (number - 1) % 26);
    while (count > 0)
        g_string_append_c(to, letters[--count]);
}

static void
append_roman(GString *to, int number, gboolean upper)
{
    static const struct {
        int         value;
        const char *text;
    } digits[] = { { 1000, "m" }, { 900, "cm" }, { 500, "d" }, { 400, "cd" }, { 100, "c" }, { 90, "xc" }, { 50, "l" },
                   { 40, "xl" },  { 10, "x" },   { 9, "ix" },  { 5, "v" },    { 4, "iv" },  { 1, "i" } };

    for (gsize i = 0; i < G_N_ELEMENTS(digits); i++) {
        for (; number >= digits[i].value; number -= digits[i].value)
            g_string_append(to, digits[i].text);
    }
    if (upper)
        g_string_ascii_up(to);
}

static void
make_marker(HtmlWriter *writer, const HtmlElement *list)
{
    g_autoptr(GString) number = g_string_new(NULL);

    if (list == NULL || !list->numbered) {
        g_strlcpy(writer->marker, "- ", sizeof writer->marker);
        return;
    }
    if ((list->style == 'a' || list->style == 'A') && list->item > 0)
        append_letters(number, list->item, list->style);
    else if ((list->style == 'i' || list->style == 'I') && list->item > 0 && list->item < 4000)
        append_roman(number, list->item, list->style == 'I');
    else
        g_string_append_printf(number, "%d", list->item);
    g_snprintf(writer->marker, sizeof writer->marker, "%s. ", number->str);
}

static void
begin_list(HtmlReader *reader, HtmlElement *element, const xmlChar **attributes)
{
    const char *type = html_attribute(attributes, "type");

    html_writer_owe_lines(&reader->writer, reader->writer.indent == 0 ? 2 : 1);
    element->numbered = element->tag == TAG_NUMBERED_LIST;
    element->style = type != NULL ? type[0] : '1';
    element->item = html_attribute_number(attributes, "start", 1) - 1;
    element->indent = reader->writer.indent < MAX_INDENT;
    reader->writer.indent += element->indent ? 2 : 0;
}

static void
begin_item(HtmlReader *reader, HtmlElement *element, const xmlChar **attributes)
{
    HtmlElement *list = html_open_element(reader, TAG_LIST, TAG_NUMBERED_LIST);

    html_writer_owe_lines(&reader->writer, 1);
    reader->writer.at_line = TRUE;
    element->lines = reader->writer.line_count;
    if (list != NULL)
        list->item = html_attribute_number(attributes, "value", list->item + 1);
    make_marker(&reader->writer, list);
}

/* ---- tables ----------------------------------------------------------------------------------------------------- */

static void
begin_table(HtmlReader *reader, HtmlElement *element, const xmlChar **attributes, const HtmlStyle *style)
{
    element->ruled = html_attribute_number(attributes, "border", 0) > 0 || style->ruled || html_attribute(attributes, "rules") != NULL;
    html_writer_owe_lines(&reader->writer, element->ruled ? 2 : 1);
}

static void
begin_row(HtmlReader *reader, HtmlElement *element)
{
    html_writer_owe_lines(&reader->writer, 1);
    reader->writer.at_line = TRUE;
    element->lines = reader->writer.line_count;
    element->length = reader->writer.out->len;
}

/*
 * Cells of one line each stand in one line of text; behind a cell of several lines, which is page layout, the next begins a line of its own.
 */
static void
begin_cell(HtmlReader *reader, const HtmlElement *element, const HtmlStyle *style)
{
    HtmlWriter *writer = &reader->writer;
    const HtmlElement *row = html_open_element(reader, TAG_ROW, TAG_TABLE);
    HtmlElement *table = html_open_element(reader, TAG_TABLE, TAG_TABLE);

    if (table != NULL && (element->tag == TAG_HEAD_CELL || style->ruled))
        table->ruled = TRUE;
    if (row == NULL || row->tag != TAG_ROW)
        return;
    if (writer->line_count > row->lines + 1) {
        html_writer_owe_lines(writer, 1);
        return;
    }
    if (writer->line_count > row->lines || (writer->at_cell && writer->out->len > row->length)) {
        writer->newlines = 0;
        writer->separator = table != NULL && table->ruled ? " | " : "  ";
        writer->at_cell = TRUE;
    }
}

/* ---- everything else -------------------------------------------------------------------------------------------- */

/* Word writes each line as a paragraph without margins; a style sheet says so for its classes. */
static gboolean
is_line_paragraph(const xmlChar **attributes, const HtmlStyle *style)
{
    const char *class = html_attribute(attributes, "class");

    return style->no_margin || (class != NULL && (g_str_has_prefix(class, "Mso") || g_str_has_prefix(class, "x_Mso") ||
                                                  g_str_has_prefix(class, "p1") || g_str_has_prefix(class, "p2")));
}

static gboolean
is_indent_only(const xmlChar **attributes, const HtmlStyle *style)
{
    const char *type = html_attribute(attributes, "type");

    if (type != NULL && g_ascii_strcasecmp(type, "cite") == 0)
        return FALSE;
    return html_attribute(attributes, "cite") == NULL && (style->no_border || html_mark(attributes) == MARK_INDENT);
}

static void
begin_quote(HtmlReader *reader, HtmlElement *element, const xmlChar **attributes, const HtmlStyle *style)
{
    element->quote = !is_indent_only(attributes, style);
    html_writer_owe_lines(&reader->writer, element->quote ? 2 : 1);
    reader->writer.quote += element->quote ? 1 : 0;
}

/* Not in hyphens or underscores: those stand above signatures and answered mails. */
static void
begin_rule(HtmlReader *reader)
{
    html_writer_owe_lines(&reader->writer, 1);
    html_writer_literal(&reader->writer, "* * *");
    html_writer_owe_lines(&reader->writer, 1);
}

void
html_begin(HtmlReader *reader, HtmlElement *element, const xmlChar **attributes, const HtmlStyle *style)
{
    HtmlWriter *writer = &reader->writer;

    switch ((HtmlTag) element->tag) {
    case TAG_P:
        element->line = is_line_paragraph(attributes, style);
        html_writer_owe_lines(writer, element->line ? 1 : 2);
        break;
    case TAG_PARAGRAPH:
    case TAG_PRE:
        html_writer_owe_lines(writer, 2);
        break;
    case TAG_LINE:
        html_writer_owe_lines(writer, 1);
        break;
    case TAG_BREAK:
        html_writer_break(writer);
        break;
    case TAG_TABLE:
        begin_table(reader, element, attributes, style);
        break;
    case TAG_ROW:
        begin_row(reader, element);
        break;
    case TAG_CELL:
    case TAG_HEAD_CELL:
        begin_cell(reader, element, style);
        break;
    case TAG_LIST:
    case TAG_NUMBERED_LIST:
        begin_list(reader, element, attributes);
        break;
    case TAG_ITEM:
        begin_item(reader, element, attributes);
        break;
    case TAG_QUOTE:
        begin_quote(reader, element, attributes, style);
        break;
    case TAG_RULE:
        begin_rule(reader);
        break;
    case TAG_LINK:
        html_link_begin(reader, html_attribute(attributes, "href"));
        break;
    case TAG_IMAGE:
        html_image(reader, attributes);
        break;
    case TAG_Q:
        html_writer_text(writer, "\"", 1);
        break;
    default:
        break;
    }
    element->pre = element->tag == TAG_PRE || style->pre;
    element->tight = style->list_mark;
    writer->pre += element->pre ? 1 : 0;
    writer->tight += element->tight ? 1 : 0;
}

/* A row or an item of one line is one, also where its text is a paragraph. */
static void
end_one_line(HtmlWriter *writer, const HtmlElement *element)
{
    if (writer->line_count == element->lines + 1)
        writer->newlines = MIN(writer->newlines, 1);
    writer->at_line = FALSE;
    html_writer_owe_lines(writer, 1);
}

void
html_end(HtmlReader *reader, HtmlElement *element)
{
    HtmlWriter *writer = &reader->writer;

    writer->pre -= element->pre ? 1 : 0;
    writer->tight -= element->tight ? 1 : 0;
    writer->indent -= element->indent ? 2 : 0;
    switch ((HtmlTag) element->tag) {
    case TAG_P:
        html_writer_end_block(writer, element->line ? 1 : 2);
        break;
    case TAG_PARAGRAPH:
    case TAG_PRE:
        html_writer_owe_lines(writer, 2);
        break;
    case TAG_LINE:
        html_writer_end_block(writer, 1);
        break;
    case TAG_ROW:
        writer->at_cell = FALSE;
        writer->separator = NULL;
        end_one_line(writer, element);
        break;
    case TAG_ITEM:
        writer->marker[0] = '\0';
        end_one_line(writer, element);
        break;
    case TAG_TABLE:
        html_writer_owe_lines(writer, element->ruled ? 2 : 1);
        break;
    case TAG_LIST:
    case TAG_NUMBERED_LIST:
        html_writer_owe_lines(writer, writer->indent == 0 ? 2 : 1);
        break;
    case TAG_QUOTE:
        html_writer_owe_lines(writer, element->quote ? 2 : 1);
        writer->quote -= element->quote ? 1 : 0;
        break;
    case TAG_LINK:
        html_link_end(reader);
        break;
    case TAG_Q:
        html_writer_text(writer, "\"", 1);
        break;
    default:
        break;
    }
}
