#include "message/html-text-private.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

#define MAX_QUOTE_DEPTH 8
#define MAX_LIST_DEPTH  16

typedef struct {
    GString *out;
    guint    skip;              /* open elements inside one that is not shown     */
    guint    pre;               /* open <pre>                                     */
    guint    quote;             /* open <blockquote>                              */
    guint    lists;             /* open lists                                     */
    guint    item[MAX_LIST_DEPTH];   /* number of the last item; of <ul> always 0 */
    gboolean ordered[MAX_LIST_DEPTH];
    guint    newlines;          /* line ends owed before the next text            */
    gboolean space;             /* a blank owed before the next text              */
    gboolean anything;
    GString *href;              /* target of the open link, empty if none         */
    gsize    link_start;
} TextWriter;

typedef enum { TAG_INLINE, TAG_SKIP, TAG_LINE, TAG_PARAGRAPH, TAG_CELL, TAG_LIST, TAG_ITEM, TAG_QUOTE, TAG_PRE,
               TAG_LINK, TAG_BREAK, TAG_RULE } TagKind;

/* Sorted by name for the search. */
static const struct {
    const char *name;
    TagKind     kind;
} tags[] = {
    { "a", TAG_LINK },        { "address", TAG_PARAGRAPH }, { "article", TAG_PARAGRAPH }, { "blockquote", TAG_QUOTE },
    { "br", TAG_BREAK },      { "center", TAG_LINE },       { "dd", TAG_LINE },           { "div", TAG_LINE },
    { "dl", TAG_PARAGRAPH },  { "dt", TAG_LINE },           { "footer", TAG_LINE },       { "form", TAG_LINE },
    { "h1", TAG_PARAGRAPH },  { "h2", TAG_PARAGRAPH },      { "h3", TAG_PARAGRAPH },      { "h4", TAG_PARAGRAPH },
    { "h5", TAG_PARAGRAPH },  { "h6", TAG_PARAGRAPH },      { "head", TAG_SKIP },         { "header", TAG_LINE },
    { "hr", TAG_RULE },       { "li", TAG_ITEM },           { "object", TAG_SKIP },       { "ol", TAG_LIST },
    { "p", TAG_PARAGRAPH },   { "pre", TAG_PRE },           { "script", TAG_SKIP },       { "section", TAG_LINE },
    { "select", TAG_SKIP },   { "style", TAG_SKIP },        { "table", TAG_LINE },        { "td", TAG_CELL },
    { "template", TAG_SKIP }, { "textarea", TAG_SKIP },     { "th", TAG_CELL },           { "title", TAG_SKIP },
    { "tr", TAG_LINE },       { "ul", TAG_LIST },
};

static int
compare_tag(const void *name, const void *tag)
{
    return strcmp(name, *(const char *const *) tag);
}

static TagKind
tag_kind(const char *name)
{
    const void *found = bsearch(name, tags, G_N_ELEMENTS(tags), sizeof tags[0], compare_tag);

    return found != NULL ? ((const __typeof__(tags[0]) *) found)->kind : TAG_INLINE;
}

static void
owe_newlines(TextWriter *writer, guint count)
{
    writer->newlines = MAX(writer->newlines, count);
    writer->space = FALSE;
}

static void
begin_line(TextWriter *writer)
{
    for (guint i = 0; i < MIN(writer->quote, MAX_QUOTE_DEPTH); i++)
        g_string_append(writer->out, "> ");
}

/* Pays what is owed: line ends (none before the first text) and a blank. */
static void
settle(TextWriter *writer)
{
    if (!writer->anything) {
        writer->newlines = 0;
        writer->space = FALSE;
        begin_line(writer);
        writer->anything = TRUE;
    }
    for (; writer->newlines > 0; writer->newlines--) {
        g_string_append_c(writer->out, '\n');
        if (writer->newlines == 1)
            begin_line(writer);
    }
    if (writer->space)
        g_string_append_c(writer->out, ' ');
    writer->space = FALSE;
}

static gboolean
is_full(const TextWriter *writer)
{
    return writer->out->len >= LIMIT_TEXT;
}

static void
write_text(TextWriter *writer, const char *text, gsize length)
{
    for (gsize i = 0; i < length && !is_full(writer); i++) {
        char c = text[i];

        if (writer->pre > 0 && c == '\n') {
            settle(writer);
            writer->newlines = 1;
        } else if (g_ascii_isspace(c) && (writer->pre == 0 || c != ' ')) {
            writer->space = writer->newlines == 0;
        } else {
            settle(writer);
            g_string_append_c(writer->out, c);
        }
    }
}

static const char *
attribute(const xmlChar **attributes, const char *name)
{
    for (gsize i = 0; attributes != NULL && attributes[i] != NULL; i += 2) {
        if (strcmp((const char *) attributes[i], name) == 0)
            return (const char *) attributes[i + 1];
    }
    return NULL;
}

/* display:none is how preheaders and trackers hide text. */
static gboolean
is_hidden(const xmlChar **attributes)
{
    const char *style = attribute(attributes, "style");
    g_autofree char *plain = NULL;
    char *to;

    if (style == NULL)
        return FALSE;
    plain = g_ascii_strdown(style, MIN((gssize) strlen(style), 1000));
    to = plain;
    for (const char *from = plain; *from != '\0'; from++) {
        if (!g_ascii_isspace(*from))
            *to++ = *from;
    }
    *to = '\0';
    return strstr(plain, "display:none") != NULL;
}

static void
begin_item(TextWriter *writer)
{
    guint depth = MIN(writer->lists, MAX_LIST_DEPTH);

    owe_newlines(writer, 1);
    settle(writer);
    for (guint i = 1; i < depth; i++)
        g_string_append(writer->out, "  ");
    if (depth > 0 && writer->ordered[depth - 1])
        g_string_append_printf(writer->out, "%u. ", ++writer->item[depth - 1]);
    else
        g_string_append(writer->out, "- ");
}

static void
begin_list(TextWriter *writer, const char *name)
{
    owe_newlines(writer, writer->lists == 0 ? 2 : 1);
    if (writer->lists < MAX_LIST_DEPTH) {
        writer->ordered[writer->lists] = *name == 'o';
        writer->item[writer->lists] = 0;
    }
    writer->lists++;
}

static void
begin_link(TextWriter *writer, const char *href)
{
    g_string_truncate(writer->href, 0);
    if (href == NULL || (g_ascii_strncasecmp(href, "http:", 5) != 0 && g_ascii_strncasecmp(href, "https:", 6) != 0 &&
                         g_ascii_strncasecmp(href, "mailto:", 7) != 0))
        return;
    for (const char *p = href; *p != '\0' && writer->href->len < 2000; p++) {
        if (*p > ' ' && *p != '<' && *p != '>')
            g_string_append_c(writer->href, *p);
        else if ((guchar) *p >= 0x80)
            g_string_append_c(writer->href, *p);
    }
    writer->link_start = writer->out->len;
}

/* The target, unless the text says it already. */
static void
end_link(TextWriter *writer)
{
    const char *target = writer->href->str;
    const char *shown = writer->out->str + MIN(writer->link_start, writer->out->len);
    const char *bare = g_str_has_prefix(target, "mailto:") ? target + 7 : target;

    if (writer->href->len > 0 && writer->out->len > writer->link_start && strstr(shown, bare) == NULL &&
        !is_full(writer))
        g_string_append_printf(writer->out, " <%s>", bare);
    g_string_truncate(writer->href, 0);
}

static void
start_element(void *context, const xmlChar *name, const xmlChar **attributes)
{
    TextWriter *writer = context;
    TagKind kind = tag_kind((const char *) name);

    if (writer->skip > 0 || kind == TAG_SKIP || is_hidden(attributes)) {
        writer->skip++;
        return;
    }
    switch (kind) {
    case TAG_PARAGRAPH:
        owe_newlines(writer, 2);
        break;
    case TAG_LINE:
        owe_newlines(writer, 1);
        break;
    case TAG_BREAK:
        writer->newlines = MIN(writer->newlines + 1, 3);
        writer->space = FALSE;
        break;
    case TAG_RULE:
        owe_newlines(writer, 1);
        settle(writer);
        g_string_append(writer->out, "---");
        owe_newlines(writer, 1);
        break;
    case TAG_CELL:
        writer->space = writer->newlines == 0;
        break;
    case TAG_LIST:
        begin_list(writer, (const char *) name);
        break;
    case TAG_ITEM:
        begin_item(writer);
        break;
    case TAG_QUOTE:
        owe_newlines(writer, 2);
        writer->quote++;
        break;
    case TAG_PRE:
        owe_newlines(writer, 2);
        writer->pre++;
        break;
    case TAG_LINK:
        begin_link(writer, attribute(attributes, "href"));
        break;
    default:
        break;
    }
}

static void
end_element(void *context, const xmlChar *name)
{
    TextWriter *writer = context;
    TagKind kind = tag_kind((const char *) name);

    if (writer->skip > 0) {
        writer->skip--;
        return;
    }
    switch (kind) {
    case TAG_PARAGRAPH:
        owe_newlines(writer, 2);
        break;
    case TAG_LINE:
    case TAG_ITEM:
        owe_newlines(writer, 1);
        break;
    case TAG_CELL:
        writer->space = writer->newlines == 0;
        break;
    case TAG_LIST:
        writer->lists -= writer->lists > 0 ? 1 : 0;
        owe_newlines(writer, writer->lists == 0 ? 2 : 1);
        break;
    case TAG_QUOTE:
        writer->quote -= writer->quote > 0 ? 1 : 0;
        owe_newlines(writer, 2);
        break;
    case TAG_PRE:
        writer->pre -= writer->pre > 0 ? 1 : 0;
        owe_newlines(writer, 2);
        break;
    case TAG_LINK:
        end_link(writer);
        break;
    default:
        break;
    }
}

/* U+00A0 is how HTML mail writes a blank that stays; in text it is a blank. */
static void
characters(void *context, const xmlChar *text, int length)
{
    TextWriter *writer = context;
    const char *from = (const char *) text;
    const char *end = from + length;

    if (writer->skip > 0)
        return;
    while (from < end) {
        const char *hard = memchr(from, 0xc2, (gsize) (end - from));

        while (hard != NULL && !(hard + 1 < end && (guchar) hard[1] == 0xa0))
            hard = hard + 1 < end ? memchr(hard + 1, 0xc2, (gsize) (end - hard - 1)) : NULL;
        write_text(writer, from, (gsize) ((hard != NULL ? hard : end) - from));
        if (hard == NULL)
            return;
        write_text(writer, " ", 1);
        from = hard + 2;
    }
}

static void
parse_html(const char *html, gsize length, TextWriter *writer)
{
    htmlSAXHandler handler;
    htmlParserCtxtPtr context;

    memset(&handler, 0, sizeof handler);
    handler.startElement = start_element;
    handler.endElement = end_element;
    handler.characters = characters;
    handler.ignorableWhitespace = characters;
    context = htmlCreatePushParserCtxt(&handler, writer, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
    g_assert(context != NULL);
    htmlCtxtUseOptions(context, HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                    HTML_PARSE_IGNORE_ENC | HTML_PARSE_COMPACT);
    htmlParseChunk(context, html, (int) length, 0);
    htmlParseChunk(context, NULL, 0, 1);
    if (context->myDoc != NULL)
        xmlFreeDoc(context->myDoc);
    htmlFreeParserCtxt(context);
}

void
html_to_text(const char *html, GString *to, G_GNUC_UNUSED GArray *hints)
{
    g_autofree char *cut = text_cut(html, LIMIT_TEXT);
    TextWriter writer = { 0 };
    g_autofree char *text = NULL;
    g_autofree char *clean = NULL;

    writer.out = g_string_new(NULL);
    writer.href = g_string_new(NULL);
    parse_html(cut, strlen(cut), &writer);
    g_string_free(writer.href, TRUE);
    if (writer.out->len > 0 && writer.out->str[writer.out->len - 1] != '\n')
        g_string_append_c(writer.out, '\n');
    text = g_string_free(writer.out, FALSE);
    clean = text_sanitise(text, strlen(text));
    g_string_append(to, clean);
}
