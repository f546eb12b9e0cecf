#include <string.h>

#include "mail-fixture.h"
#include "message/message.h"
#include "message/readable-leaf-private.h"
#include "tap.h"

#define PLAIN "Content-Type: text/plain; charset=utf-8\n\n"
#define HTML "Content-Type: text/html; charset=utf-8\n\n"
#define ALTERNATIVE(boundary) "Content-Type: multipart/alternative; boundary=" boundary "\n\n"
#define RELATED(boundary) "Content-Type: multipart/related; boundary=" boundary "\n\n"
#define MIXED(boundary) "Content-Type: multipart/mixed; boundary=" boundary "\n\n"
#define IMAGE "Content-Type: image/png\nContent-ID: <i@x>\n\nx\n"
#define LONG_HTML \
    "<p>Dear customer, we have received your order and will send it within two days. You find all items, their prices, the " \
    "address we send it to and how to send something back on the page of your order, which you can also print or save.</p>" \
    "<p>We are glad that you chose our shop, and wish you a nice day. Your friends of the shop at the corner of the street.</p>"

static Message *
parse_with(const char *text, const char *charset)
{
    const MessageOptions options = { .queue = "", .default_charset = charset };

    return message_parse((const guint8 *) text, strlen(text), &options);
}

typedef struct {
    const char *rule;
    const char *mail;
    const char *text;      /* or how it begins, where it ends in "..." */
} Case;

static void
assert_cases(const Case *cases, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autoptr(Message) message = parse_with(cases[i].mail, NULL);
        gsize begin = strlen(cases[i].text) - (g_str_has_suffix(cases[i].text, "...") ? 3 : 0);

        g_test_message("%s", cases[i].rule);
        if (cases[i].text[begin] != '\0' && strlen(message->text) > begin)
            message->text[begin] = '\0';
        g_assert_true(strncmp(message->text, cases[i].text, begin) == 0);
        g_assert_cmpint(strlen(message->text), ==, begin);
    }
}

static void
test_alternatives(void)
{
    static const Case cases[] = {
        { "plain text is read", ALTERNATIVE("b") "--b\n" PLAIN "plain\n--b\n" HTML "<p>html</p>\n--b--\n", "plain" },
        { "HTML where it is empty", ALTERNATIVE("b") "--b\n" PLAIN " \n\n--b\n" HTML "<p>html</p>\n--b--\n", "html\n" },
        { "HTML where there is no other", ALTERNATIVE("b") "--b\n" HTML "<p>html</p>\n--b--\n", "html\n" },
        { "empty text where the HTML is empty too", ALTERNATIVE("b") "--b\n" PLAIN "--\n--b\n" HTML "<p></p>\n--b--\n", "--" },
        { "HTML where the text only says so",
          ALTERNATIVE("b") "--b\n" PLAIN "Your mail client does not support HTML.\n--b\n" HTML
                           "<p>Hello, this is the mail you wanted to read, with all its words.</p>\n--b--\n",
          "Hello, this is the mail you wanted to read, with all its words.\n" },
        { "HTML where it says much more", ALTERNATIVE("b") "--b\n" PLAIN "Dear customer\n--b\n" HTML LONG_HTML "\n--b--\n",
          "Dear customer, we have received..." },
        { "not where it says as much with a lot of markup",
          ALTERNATIVE("b") "--b\n" PLAIN "Hello\n--b\n" HTML
                           "<style>p { font-family: Arial } a { color: red } td { margin: 0 } th { margin: 0 }</style>"
                           "<!-- p { font-family: Arial } a { color: red } td { margin: 0 } th { margin: 0 } p { font-family: Arial } -->"
                           "<p style=\"font-family:Arial\" class=\"a-long-name-that-says-nothing-to-anybody\">Hello</p>\n--b--\n",
          "Hello" },
        { "the last of several HTML parts",
          ALTERNATIVE("b") "--b\n" HTML "<p>simple</p>\n--b\n" HTML "<p>rich</p>\n--b--\n", "rich\n" },
        { "related inside alternative",
          ALTERNATIVE("b") "--b\n" PLAIN "plain\n--b\n" RELATED("c") "--c\n" HTML "<p>html</p>\n--c\n" IMAGE "--c--\n--b--\n",
          "plain" },
        { "alternative inside related",
          RELATED("b") "--b\n" ALTERNATIVE("c") "--c\n" PLAIN "plain\n--c\n" HTML "<p>html</p>\n--c--\n--b\n" IMAGE "--b--\n",
          "plain" },
        { "what stands around the HTML goes with it",
          ALTERNATIVE("b") "--b\n" PLAIN "\n--b\n" MIXED("c") "--c\n" HTML "<p>one</p>\n--c\n" HTML "<p>two</p>\n--c--\n--b--\n",
          "one\ntwo\n" },
        { "and is dropped with it",
          ALTERNATIVE("b") "--b\n" PLAIN "plain\n--b\n" MIXED("c") "--c\n" HTML "<p>one</p>\n--c\n" PLAIN "two\n--c--\n--b--\n",
          "plain" },
        { "an alternative in an alternative",
          ALTERNATIVE("b") "--b\n" PLAIN "plain\n--b\n" RELATED("c") "--c\n" ALTERNATIVE("d") "--d\n" PLAIN "again\n--d\n" HTML
                           "<p>html</p>\n--d--\n--c--\n--b--\n",
          "plain" },
        { "a calendar beside them",
          ALTERNATIVE("b") "--b\n" PLAIN "plain\n--b\n" HTML "<p>html</p>\n--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n--b--\n",
          "plain" },
        { "text/enriched is text",
          ALTERNATIVE("b") "--b\nContent-Type: text/enriched\n\n<bold>rich</bold> << text\nof a line\n\nand\n--b--\n",
          "rich < text of a line\nand" },
    };

    assert_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_parts(void)
{
    static const Case cases[] = {
        { "several texts in their order", MIXED("b") "--b\n" PLAIN "one\n--b\n" HTML "<p>two</p>\n--b\n" PLAIN "three\n--b--\n",
          "one\ntwo\nthree" },
        { "an attachment is none",
          MIXED("b") "--b\n" PLAIN "one\n--b\nContent-Type: text/plain\nContent-Disposition: attachment\n\ntwo\n--b--\n", "one" },
        { "nor is a file", MIXED("b") "--b\n" PLAIN "one\n--b\nContent-Type: text/plain; name=log.txt\n\ntwo\n--b--\n", "one" },
        { "but the first part may have a name",
          MIXED("b") "--b\nContent-Type: text/plain; name=body.txt\n\none\n--b\n" PLAIN "two\n--b--\n", "one\ntwo" },
        { "a mail of one part is read whatever text it is", "Content-Type: text/markdown\n\n# one\n", "# one\n" },
        { "but a calendar is not", "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n", "" },
        { "the words beside an embedded message",
          MIXED("b") "--b\n" PLAIN "mine\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\ntheirs\n--b--\n", "mine" },
        { "an embedded message where nothing is said",
          MIXED("b") "--b\n" PLAIN "\n\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\ntheirs\n--b--\n", "theirs" },
        { "flowed text", "Content-Type: text/plain; format=flowed\n\none \ntwo\n", "one two\n" },
        { "flowed text that deletes blanks", "Content-Type: text/plain; format=Flowed; DelSp=Yes\n\none \ntwo\n", "onetwo\n" },
        { "line ends", "Content-Type: text/plain\n\none\r\ntwo\r\n", "one\ntwo\n" },
        { "line ends converted twice", "Content-Type: text/plain\r\r\n\r\r\nno: field\r\r\n\r\r\ntwo\r\r\n", "no: field\n\ntwo\n" },
        { "bare CR among LF", "Content-Type: text/plain\n\none\rtwo\r\rthree\n", "one\ntwo\n\nthree\n" },
    };

    assert_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_placeholder(void)
{
    g_assert_true(placeholder_is("Your e-mail client does not\n  support HTML messages."));
    g_assert_true(placeholder_is("Ihr E-Mail-Programm UNTERSTÜTZT KEIN HTML"));
    g_assert_true(placeholder_is("Ваша программа не поддерживает HTML."));
    g_assert_false(placeholder_is("My printer does not print."));
    g_assert_false(placeholder_is(""));
}

static gboolean
warns_of(const Message *message, const char *word)
{
    for (guint i = 0; i < message->warnings->len; i++) {
        if (strstr(message->warnings->pdata[i], word) != NULL)
            return TRUE;
    }
    return FALSE;
}

static void
test_charset_is_told(void)
{
    g_autoptr(Message) wrong = parse_with("Content-Type: text/plain; charset=us-ascii\n\ngr\374n\n", NULL);
    g_autoptr(Message) none = parse_with("Content-Type: text/plain\n\n\341\342\n", "windows-1253");
    g_autoptr(Message) right = parse_with("Content-Type: text/plain; charset=windows-1253\n\n\341\342\n", "koi8-r");
    g_autoptr(Message) html = parse_with("Content-Type: text/html\n\n<meta charset=windows-1253>\341\342\n", NULL);

    g_assert_true(wrong->charset_guessed);
    g_assert_true(warns_of(wrong, "part 1: labelled us-ascii, but taken for windows-1252"));
    g_assert_cmpstr(none->text, ==, "αβ\n");
    g_assert_true(warns_of(none, "part 1: names no character set, taken for windows-1253"));
    g_assert_cmpstr(right->text, ==, "αβ\n");
    g_assert_false(right->charset_guessed);
    g_assert_cmpint(right->warnings->len, ==, 0);
    g_assert_cmpstr(html->text, ==, "αβ\n");
}

/* The HTML stays as it came, whichever is read. */
static void
test_html_is_kept(void)
{
    g_autoptr(Message) message = parse_with(ALTERNATIVE("b") "--b\n" PLAIN "plain\n--b\n" HTML "<p>html</p>\n--b--\n", NULL);

    g_assert_cmpstr(message->html, ==, "<p>html</p>");
    g_assert_cmpstr(message->text, ==, "plain");
    for (guint i = 0; i < message->parts->len; i++)
        g_assert_false(((const MessagePart *) message->parts->pdata[i])->attachment);
}

/* Mail as programs write it. */
static void
test_mails(void)
{
    g_autoptr(Message) between = mail_fixture_parse("gmail-answer-between-quotes.eml");
    g_autoptr(Message) alarm = mail_fixture_parse("koi8-r-without-label.eml");
    g_autoptr(Message) placeholder = mail_fixture_parse("html-placeholder-text.eml");

    g_assert_cmpstr(between->reply, ==, "Hello, my answers are below.\n\nThe green one, model L-20.\n\nIn October.");
    g_assert_true(g_str_has_prefix(alarm->text, "Датчик уровня в третьем резервуаре"));
    g_assert_true(warns_of(alarm, "taken for koi8-u"));
    g_assert_cmpstr(placeholder->text, ==,
                    "[Garten & Haus]\nGuten Tag,\n\nwelche Größen führen Sie?\n\n1. 80 cm\n2. 120 cm\n\n"
                    "Siehe unsere Liste <https://garten.example/massliste?x=1&y=2>.\n");
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    g_test_add_func("/readable/alternatives", test_alternatives);
    g_test_add_func("/readable/parts", test_parts);
    g_test_add_func("/readable/placeholder", test_placeholder);
    g_test_add_func("/readable/charset-is-told", test_charset_is_told);
    g_test_add_func("/readable/html-is-kept", test_html_is_kept);
    g_test_add_func("/readable/mails", test_mails);
    return g_test_run();
}
