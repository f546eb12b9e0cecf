#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "message/html-text-private.h"
#include "message/message.h"
#include "tap.h"

typedef struct {
    const char *rule;
    const char *html;
    const char *text;
} Case;

static void
assert_cases(const Case *cases, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autoptr(GString) text = g_string_new(NULL);

        g_test_message("%s", cases[i].rule);
        html_to_text(cases[i].html, text, NULL);
        g_assert_cmpstr(text->str, ==, cases[i].text);
    }
}

static void
test_lines(void)
{
    static const Case cases[] = {
        { "nothing", "", "" },
        { "white space is folded", "  a \n\t b  ", "a b\n" },
        { "paragraphs", "<p>a</p>\n<p>b</p>", "a\n\nb\n" },
        { "paragraphs nobody ended", "<p>a<p>b", "a\n\nb\n" },
        { "lines", "a<br>b<div>c</div><div>d</div>", "a\nb\nc\nd\n" },
        { "an empty div with a break is an empty line", "<div>a</div><div><br></div><div>b</div>", "a\n\nb\n" },
        { "many breaks are one empty line", "a<br><br><br><br>b", "a\n\nb\n" },
        { "a break at the end of a block is none", "<div>a<br></div><div>b</div>", "a\nb\n" },
        { "headings", "<h1>T</h1>text", "T\n\ntext\n" },
        { "inline elements make no blanks", "<b>a</b><i>b</i> <span>c</span>", "ab c\n" },
        { "a rule", "a<hr>b", "a\n* * *\nb\n" },
        { "pre keeps its blanks", "<pre>a\n  b\tc\n\nd   e</pre>", "a\n  b\tc\n\nd   e\n" },
        { "white-space: pre-wrap is pre", "<div style=\"white-space:pre-wrap\">a\nb</div>", "a\nb\n" },
        { "Word's paragraphs are lines", "<p class=MsoNormal>a<o:p></o:p></p><p class=MsoNormal>b</p>", "a\nb\n" },
        { "Word's empty paragraph is an empty line",
          "<p class=MsoNormal>a</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>b</p>", "a\n\nb\n" },
        { "paragraphs without margins are lines", "<p style='margin:0'>a</p><p style='margin:0cm 0cm 0pt'>b</p>", "a\nb\n" },
        { "text behind </html> is kept", "<html><body>a</body></html><p>footer</p>", "a\n\nfooter\n" },
        { "a document inside a document", "<html><body>a<html><body>b</body></html>c</body></html>", "abc\n" },
    };

    assert_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_characters(void)
{
    static const Case cases[] = {
        { "entities", "&lt;&amp;&gt;&quot;&eacute;&#8364;&#x20ac;", "<&>\"é€€\n" },
        { "an entity nobody knows", "&nothing; x", "&nothing; x\n" },
        { "a lone sign", "1 < 2 & 3 > 2", "1 < 2 & 3 > 2\n" },
        { "&nbsp; is a blank that stays", "a&nbsp;&nbsp;b", "a  b\n" },
        { "&nbsp; at the begin of a line indents", "a<br>&nbsp;&nbsp;b", "a\n  b\n" },
        { "&nbsp; at its end is nothing", "<p>a&nbsp;</p>", "a\n" },
        { "soft hyphens and zero widths are nothing", "a&shy;b&#8203;c&#65279;d&#8288;e", "abcde\n" },
        { "joiners in words stay", "\331\205\333\214\342\200\214\330\256", "\331\205\333\214\342\200\214\330\256\n" },
        { "joiners as filling go", "a&zwnj;&nbsp;&zwnj;&nbsp;&zwnj;<br>b", "a\nb\n" },
        { "a character that is none", "a&#0;&#xD800;b", "ab\n" },
        { "control characters", "a\001b", "ab\n" },
    };

    assert_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_lists(void)
{
    static const Case cases[] = {
        { "bullets", "<ul><li>a</li><li>b</li></ul>", "- a\n- b\n" },
        { "numbers", "<ol><li>a<li>b</ol>c", "1. a\n2. b\n\nc\n" },
        { "a start", "<ol start=9><li>a<li>b</ol>", "9. a\n10. b\n" },
        { "a value", "<ol><li>a<li value=5>b<li>c</ol>", "1. a\n5. b\n6. c\n" },
        { "letters", "<ol type=a start=26><li>a<li>b</ol>", "z. a\naa. b\n" },
        { "Roman numbers", "<ol type=I start=4><li>a<li>b</ol>", "IV. a\nV. b\n" },
        { "a start nobody can write", "<ol type=i start=2147483647><li>a</ol>", "1000000. a\n" },
        { "nested", "<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n  - b\n- c\n" },
        { "further lines stand under the first", "<ul><li>a<br>b</ul>", "- a\n  b\n" },
        { "paragraphs as items", "<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n- b\n" },
        { "an empty item is nothing", "<ul><li></li><li>b</li></ul>", "- b\n" },
        { "an item without a list", "<li>a", "- a\n" },
        { "Word's bullet", "<p class=MsoListParagraph><span style='mso-list:Ignore'>1.<span>&nbsp;&nbsp;&nbsp; </span></span>a</p>",
          "1. a\n" },
        { "definitions", "<dl><dt>a<dd>b</dl>", "a\nb\n" },
    };

    assert_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_tables(void)
{
    static const Case cases[] = {
        { "rows are lines", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a  b\nc\n" },
        { "lines between cells are shown", "<table border=1><tr><td>a</td><td>b</td></tr></table>", "a | b\n" },
        { "a head is a table too", "<table><tr><th>a<th>b<tr><td>1<td>2</table>", "a | b\n1 | 2\n" },
        { "paragraphs in cells", "<table border=1><tr><td><p>a</p></td><td><p>b</p></td></tr><tr><td><p>c</p></td></tr></table>",
          "a | b\nc\n" },
        { "layout: a cell of several lines ends its line", "<table><tr><td>a<br>b</td><td>c</td></tr></table>", "a\nb\nc\n" },
        { "layout: tables in tables",
          "<table><tr><td><table><tr><td>a</td></tr><tr><td>b</td></tr></table></td><td>c</td></tr></table>", "a\nb\nc\n" },
        { "empty cells", "<table border=1><tr><td></td><td>a</td><td></td><td>b</td></tr></table>", "a | b\n" },
        { "cells of no table", "<td>a</td><td>b</td>", "ab\n" },
    };

    assert_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_links_and_images(void)
{
    static const Case cases[] = {
        { "the target behind the text", "<a href=\"https://x.example/a?b=1&amp;c=2\">here</a>.", "here <https://x.example/a?b=1&c=2>.\n" },
        { "not said twice", "<a href=\"https://x.example/a\">https://x.example/a</a>", "https://x.example/a\n" },
        { "not for a slash or a scheme", "<a href=\"http://www.x.example/\">x.example</a>", "x.example\n" },
        { "mail addresses are bare", "<a href=\"mailto:a@x.example?subject=y\">write</a>", "write <a@x.example>\n" },
        { "and not said twice", "<a href=\"mailto:A@x.example\">a@x.example</a>", "a@x.example\n" },
        { "telephones", "<a href=\"tel:+30-210-123\">+30 210 123</a> <a href=\"tel:+4930\">call</a>", "+30 210 123 call <tel:+4930>\n" },
        { "scripts lead nowhere", "<a href=\"javascript:alert(1)\">x</a><a href=\"JAVASCRIPT:y\">y</a><a href=\"data:text/html,x\">z</a>",
          "xyz\n" },
        { "anchors and relative targets", "<a href=\"#top\">x</a><a href=\"/y\">y</a><a>z</a>", "xyz\n" },
        { "a target with line ends", "<a href=\"https://x.example/\na\">y</a>", "y <https://x.example/a>\n" },
        { "a target cannot close itself", "<a href=\"https://x.example/>y<\">z</a>", "z <https://x.example/y>\n" },
        { "a link without text", "a<a href=\"https://x.example/\"></a>b", "ab\n" },
        { "an image's text", "<img src=x alt=\"Our logo\">", "[Our logo]\n" },
        { "a drawn emoji", "hi <img src=x alt=\"\360\237\230\200\">", "hi \360\237\230\200\n" },
        { "a tracker", "a<img src=x alt=track width=1 height=1>b", "ab\n" },
        { "an image in a link", "<a href=\"https://x.example/\"><img src=y alt=Shop></a>", "[Shop] <https://x.example/>\n" },
    };

    assert_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_hidden(void)
{
    static const Case cases[] = {
        { "head, scripts, styles", "<head><title>t</title><style>p{}</style></head><script>s</script>a", "a\n" },
        { "a script that writes an end tag", "<script>x='<\\/script>'; '<p>'</script>a", "a\n" },
        { "comments", "a<!-- <p>b</p> -->c", "ac\n" },
        { "an unfinished comment hides nothing but itself", "a<!-- b > c", "a c\n" },
        { "conditional comments", "a<!--[if mso]>b<![endif]-->c<![if !mso]>d<![endif]>", "acd\n" },
        { "display:none", "a<div style=\"color:red; DISPLAY : none !important\">b<p>c</p></div>d", "ad\n" },
        { "mso-hide", "a<span style='mso-hide:all'>b</span>c", "ac\n" },
        { "the attribute", "a<span hidden>b</span>c", "ac\n" },
        { "no height", "a<div style='max-height:0px;overflow:hidden'>b</div>c", "ac\n" },
        { "no opacity", "a<span style='opacity:0'>b</span>c", "ac\n" },
        { "visibility", "a<span style='visibility:hidden'>b<b style='visibility:visible'>c</b></span>d", "acd\n" },
        { "letters of no size", "a<span style='font-size:0'>b</span>c<span style='font-size:1px'>d</span>", "ac\n" },
        { "a size inside no size", "<table><tr><td style='font-size:0px'><div style='font-size:13px'>a</div></td></tr></table>", "a\n" },
        { "half a size is a size", "<span style='font-size:0.8em'>a</span>", "a\n" },
        { "forms", "<select><option>a</select>b<textarea>c</textarea>", "b\n" },
        { "no text at all", "<div style='display:none'>a</div>", "" },
    };

    assert_cases(cases, G_N_ELEMENTS(cases));
}

/* ---- hints ------------------------------------------------------------------------------------------------------- */

/* Each piece of text with its hint: "quote{> a\n}". */
static char *
marked(const char *html)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GArray) hints = g_array_new(FALSE, FALSE, sizeof(MessageSpan));
    GString *result = g_string_new(NULL);
    gsize at = 0;

    html_to_text(html, text, hints);
    for (guint i = 0; i < hints->len; i++) {
        const MessageSpan *hint = &g_array_index(hints, MessageSpan, i);

        g_assert_cmpint(hint->start, >=, at);
        g_assert_cmpint(hint->end, >, hint->start);
        g_assert_cmpint(hint->end, <=, text->len);
        g_string_append_len(result, text->str + at, (gssize) (hint->start - at));
        g_string_append_printf(result, "%s{%.*s}", span_kind_name(hint->kind), (int) (hint->end - hint->start), text->str + hint->start);
        at = hint->end;
    }
    g_string_append(result, text->str + at);
    return g_string_free(result, FALSE);
}

static void
test_hints(void)
{
    static const Case cases[] = {
        { "a blockquote", "a<blockquote>b<blockquote>c</blockquote></blockquote>d", "a\n\nquote{> b\n>\n> > c\n\n}d\n" },
        { "an indented paragraph is none", "<blockquote style=\"margin:0 0 0 40px;border:none;padding:0px\">a</blockquote>", "a\n" },
        { "unless it says cite", "<blockquote type=cite style=\"border:none\">a</blockquote>", "quote{> a\n}" },
        { "Gmail's reply",
          "<div>a</div><br><div class=\"gmail_quote\"><div class=\"gmail_attr\">On x wrote:</div>"
          "<blockquote class=\"gmail_quote\">b</blockquote></div>",
          "a\n\nattribution{On x wrote:\n\n}quote{> b\n}" },
        { "Gmail's reply before 2018",
          "a<div class=\"gmail_extra\"><div class=\"gmail_quote\">On x wrote:<br><blockquote class=\"gmail_quote\">b</blockquote></div></div>",
          "a\nattribution{On x wrote:\n\n}quote{> b\n}" },
        { "an answer between Gmail's quotes",
          "<div class=\"gmail_quote\"><div class=\"gmail_attr\">On x wrote:</div><blockquote class=\"gmail_quote\">b</blockquote>"
          "<div>c</div><blockquote class=\"gmail_quote\">d</blockquote></div>",
          "attribution{On x wrote:\n\n}quote{> b\n\n}c\n\nquote{> d\n}" },
        { "Gmail's forward",
          "a<div class=\"gmail_quote\"><div class=\"gmail_attr\">--- Forwarded ---<br>From: x</div><div>b<blockquote>c</blockquote></div></div>",
          "a\nattribution{--- Forwarded ---\nFrom: x\n}quote{b\n\n> c\n}" },
        { "Apple's cite", "a<br><blockquote type=\"cite\">On x wrote:<br><br>b</blockquote>", "a\n\nquote{> On x wrote:\n>\n> b\n}" },
        { "Apple's signature",
          "a<br id=\"lineBreakAtBeginningOfSignature\"><div dir=ltr>Sent from my iPhone</div><blockquote type=cite>b</blockquote>",
          "a\nsignature{Sent from my iPhone\n\n}quote{> b\n}" },
        { "Outlook's border",
          "<div class=WordSection1><p class=MsoNormal>a</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;"
          "padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal>From: x</p></div></div><p class=MsoNormal>b</p></div>",
          "a\nattribution{From: x\n}quote{b\n}" },
        { "Outlook's border at the left",
          "a<div style='border:none;border-left:solid blue 1.5pt;padding:0cm 0cm 0cm 4.0pt'>b</div>c", "a\nquote{b\n}c\n" },
        { "another border is none", "a<div style='border-top:solid #E1E1E1 1.0pt'>b</div>c", "a\nb\nc\n" },
        { "Outlook on the web",
          "<div>a</div><div id=\"appendonsend\"></div><hr tabindex=\"-1\"><div id=\"divRplyFwdMsg\">From: x</div><div>b</div>",
          "a\nquote{* * *\n}attribution{From: x\n}quote{b\n}" },
        { "Outlook's ids in a mail that is answered again", "a<div id=\"x_divRplyFwdMsg\">From: x</div>b",
          "a\nattribution{From: x\n}quote{b\n}" },
        { "Outlook's phone", "a<div id=\"mail-editor-reference-message-container\">b</div>", "a\nquote{b\n}" },
        { "Hotmail", "a<hr id=\"stopSpelling\">b", "a\nquote{* * *\nb\n}" },
        { "Yahoo", "a<div class=\"yahoo_quoted\" id=\"yahoo_quoted_123\">On x wrote:<br>b</div>", "a\nquote{On x wrote:\nb\n}" },
        { "Thunderbird",
          "a<div class=\"moz-cite-prefix\">On x wrote:<br></div><blockquote type=\"cite\">b</blockquote>"
          "<pre class=\"moz-signature\" cols=\"72\">-- \nJoe</pre>",
          "a\nattribution{On x wrote:\n\n}quote{> b\n\n}signature{--\nJoe\n}" },
        { "Proton",
          "a<div class=\"protonmail_signature_block\">Sent with Proton</div>"
          "<div class=\"protonmail_quote\">On x wrote:<br><blockquote class=\"protonmail_quote\" type=\"cite\">b</blockquote></div>",
          "a\nsignature{Sent with Proton\n}attribution{On x wrote:\n\n}quote{> b\n}" },
        { "Zoho", "a<div class=\"zmail_extra\">---- On x wrote ---<br><blockquote>b</blockquote></div>",
          "a\nattribution{---- On x wrote ---\n\n}quote{> b\n}" },
        { "Zimbra", "a<div data-marker=\"__SIG_POST__\">Joe</div><div data-marker=\"__QUOTED_TEXT__\">b</div>",
          "a\nsignature{Joe\n}quote{b\n}" },
        { "Gmail's prefix before what it quotes", "a<div class=\"gmail-moz-signature\">Joe</div><div class=\"m_-12gmail_signature\">Ann</div>",
          "a\nsignature{Joe\nAnn\n}" },
        { "whatever is called a signature", "a<div id=\"composer_signature\">b</div><div id=\"Signature\">c</div>", "a\nsignature{b\nc\n}" },
        { "a signature in a quote is a quote", "<blockquote>a<div class=gmail_signature>b</div></blockquote>", "quote{> a\n> b\n}" },
        { "nothing said, no hint", "<p class=\"x\" id=\"y\">a</p>", "a\n" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = marked(cases[i].html);

        g_test_message("%s", cases[i].rule);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

/* ---- hostile input ----------------------------------------------------------------------------------------------- */

static void
repeat(GString *to, const char *text, guint count)
{
    for (guint i = 0; i < count; i++)
        g_string_append(to, text);
}

/* Each of these took a minute and more where something looked back at all that came before. */
static void
test_linear(void)
{
    static const struct {
        const char *head, *body, *tail;
    } cases[] = {
        { "", "<div>", "" },
        { "", "<b>", "</i>" },
        { "", "<blockquote>", "x" },
        { "", "<ul><li>", "x" },
        { "", "<table><tr><td>", "x" },
        { "", "<!--", "" },
        { "", "<script>", "" },
        { "", "<a href=\"", "" },
        { "", "<a href='x>y", "" },
        { "<p ", "a b=c d ", "" },
        { "", "&", "" },
        { "", "&amp", "" },
        { "", "<p>", "</b>" },
        { "", "<div class=gmail_quote>", "</p>" },
        { "", "<a href=http://x.example/>", "x" },
        { "<p style='", "a:b;", "'>x" },
        { "<p class='", "gmail_quote ", "'>x" },
        { "", "<", "" },
        { "", "</", "" },
        { "", "<font size=1>", "</u>" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) html = g_string_new(cases[i].head);
        g_autoptr(GString) text = g_string_new(NULL);
        gint64 started = clock_process_cpu();

        repeat(html, cases[i].body, (guint) (LIMIT_TEXT / 2 / strlen(cases[i].body)));
        repeat(html, cases[i].tail, *cases[i].tail != '\0' ? (guint) (LIMIT_TEXT / 2 / strlen(cases[i].tail)) : 0);
        html_to_text(html->str, text, NULL);
        g_assert_true(g_utf8_validate(text->str, -1, NULL));
        g_assert_cmpint(text->len, <=, LIMIT_TEXT + 4096);
        g_test_message("%s: %d ms", cases[i].body, (int) ((clock_process_cpu() - started) / 1000));
        g_assert_cmpint(clock_process_cpu() - started, <, 3 * G_USEC_PER_SEC);
    }
}

/* Names that are all different: the parser compares each attribute with those before it. */
static void
test_attributes(void)
{
    g_autoptr(GString) html = g_string_new("<p ");
    g_autoptr(GString) text = g_string_new(NULL);
    gint64 started = clock_process_cpu();

    for (guint i = 0; i < 130000; i++)
        g_string_append_printf(html, "a%x ", i);
    g_string_append(html, ">x</p>");
    html_to_text(html->str, text, NULL);
    g_assert_cmpstr(text->str, ==, "x\n");
    g_assert_cmpint(clock_process_cpu() - started, <, 3 * G_USEC_PER_SEC);
}

static void
test_depth(void)
{
    g_autoptr(GString) html = g_string_new(NULL);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < 10000; i++)
        g_string_append_printf(html, "<div><b>%u</b>", i);
    html_to_text(html->str, text, NULL);
    g_assert_true(g_str_has_prefix(text->str, "0\n1\n2\n"));
    g_assert_true(g_str_has_suffix(text->str, "\n9998\n9999\n"));
}

static void
test_count(void)
{
    g_assert_cmpint(html_count_letters("<p class=x>ab &nbsp; c1</p><!-- d --><style>e</style><script>f</script>"), ==, 4);
    g_assert_cmpint(html_count_letters("&#945;&eacute;α"), ==, 2);
    g_assert_cmpint(html_count_letters(""), ==, 0);
    g_assert_cmpint(html_count_letters("&"), ==, 0);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    g_test_add_func("/html/lines", test_lines);
    g_test_add_func("/html/characters", test_characters);
    g_test_add_func("/html/lists", test_lists);
    g_test_add_func("/html/tables", test_tables);
    g_test_add_func("/html/links-and-images", test_links_and_images);
    g_test_add_func("/html/hidden", test_hidden);
    g_test_add_func("/html/hints", test_hints);
    g_test_add_func("/html/linear", test_linear);
    g_test_add_func("/html/attributes", test_attributes);
    g_test_add_func("/html/depth", test_depth);
    g_test_add_func("/html/count", test_count);
    return g_test_run();
}
