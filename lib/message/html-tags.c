#include "message/html-tags-private.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* Sorted by name for the search. */
static const struct {
    const char *name;
    HtmlTag     tag;
} tags[] = {
    { "a", TAG_LINK },           { "address", TAG_LINE },     { "area", TAG_SKIP },         { "article", TAG_LINE },
    { "aside", TAG_LINE },       { "audio", TAG_SKIP },       { "blockquote", TAG_QUOTE },  { "br", TAG_BREAK },
    { "canvas", TAG_SKIP },      { "caption", TAG_LINE },     { "center", TAG_LINE },       { "datalist", TAG_SKIP },
    { "dd", TAG_LINE },          { "details", TAG_LINE },     { "dir", TAG_LIST },          { "div", TAG_LINE },
    { "dl", TAG_PARAGRAPH },     { "dt", TAG_LINE },          { "fieldset", TAG_LINE },     { "figcaption", TAG_LINE },
    { "figure", TAG_LINE },      { "footer", TAG_LINE },      { "form", TAG_LINE },         { "h1", TAG_PARAGRAPH },
    { "h2", TAG_PARAGRAPH },     { "h3", TAG_PARAGRAPH },     { "h4", TAG_PARAGRAPH },      { "h5", TAG_PARAGRAPH },
    { "h6", TAG_PARAGRAPH },     { "head", TAG_SKIP },        { "header", TAG_LINE },       { "hr", TAG_RULE },
    { "iframe", TAG_SKIP },      { "img", TAG_IMAGE },        { "legend", TAG_LINE },       { "li", TAG_ITEM },
    { "listing", TAG_PRE },      { "main", TAG_LINE },        { "menu", TAG_LIST },         { "nav", TAG_LINE },
    { "noframes", TAG_LINE },    { "object", TAG_SKIP },      { "ol", TAG_NUMBERED_LIST },  { "p", TAG_P },
    { "plaintext", TAG_PRE },    { "pre", TAG_PRE },          { "q", TAG_Q },               { "rp", TAG_SKIP },
    { "script", TAG_SKIP },      { "section", TAG_LINE },     { "select", TAG_SKIP },       { "style", TAG_SKIP },
    { "summary", TAG_LINE },     { "svg", TAG_SKIP },         { "table", TAG_TABLE },       { "td", TAG_CELL },
    { "template", TAG_SKIP },    { "textarea", TAG_SKIP },    { "th", TAG_HEAD_CELL },      { "title", TAG_SKIP },
    { "tr", TAG_ROW },           { "ul", TAG_LIST },          { "video", TAG_SKIP },        { "xml", TAG_SKIP },
    { "xmp", TAG_PRE },
};

static int
compare_tag(const void *name, const void *tag)
{
    return strcmp(name, *(const char *const *) tag);
}

HtmlTag
html_tag(const char *name)
{
    const void *found = bsearch(name, tags, G_N_ELEMENTS(tags), sizeof tags[0], compare_tag);

    return found != NULL ? ((const __typeof__(tags[0]) *) found)->tag : TAG_INLINE;
}
