#include <config.h>
#include <string.h>

#include "base/limits.h"
#include "mail-fixture.h"
#include "message/part-content.h"
#include "message/rtf-private.h"
#include "message/tnef-private.h"
#include "tap.h"

#ifdef HAVE_YTNEF
#define UNPACKS TRUE
#else
#define UNPACKS FALSE
#endif

static const MessagePart *
part(const Message *message, const char *path)
{
    for (guint i = 0; i < message->parts->len; i++) {
        const MessagePart *one = message->parts->pdata[i];

        if (strcmp(one->part, path) == 0)
            return one;
    }
    g_error("no part %s", path);
}

static char *
content(const char *mail, const char *path)
{
    gsize length;
    g_autofree char *bytes = mail_fixture_bytes(mail, &length);
    g_autoptr(GBytes) found = message_part_content((const guint8 *) bytes, length, path, NULL, NULL);

    g_assert_nonnull(found);
    return g_strndup(g_bytes_get_data(found, NULL), g_bytes_get_size(found));
}

static void
test_alone(void)
{
    g_autoptr(Message) message = mail_fixture_parse("winmail-alone-rtf-body.eml");
    g_autofree char *pdf = content("winmail-alone-rtf-body.eml", "1.1");

    g_assert_cmpstr(message->text, ==, "Добрый день, €\n\n<two files>\n");
    g_assert_nonnull(strstr(message->html, "<p>Добрый день, €</p>"));
    g_assert_false(part(message, "1")->attachment);
    g_assert_false(part(message, "1")->unpacked);
    g_assert_true(part(message, "1.1")->attachment);
    g_assert_true(part(message, "1.1")->unpacked);
    g_assert_cmpstr(part(message, "1.1")->filename, ==, "Договор №17.pdf");
    g_assert_cmpstr(part(message, "1.1")->type, ==, "application/pdf");
    g_assert_cmpint(part(message, "1.1")->size_bytes, ==, 32);
    g_assert_cmpstr(pdf, ==, "%PDF-1.4\n% a report of one line\n");
    g_assert_cmpstr(part(message, "1.2")->detected_type, ==, "image/jpeg");
    g_assert_cmpstr(part(message, "1.2")->content_id, ==, "photo@01D7.ABCD");
    g_assert_false(part(message, "1.3")->attachment);
    g_assert_cmpuint(message->warnings->len, ==, 0);
}

static void
test_beside_text(void)
{
    g_autoptr(Message) message = mail_fixture_parse("winmail-beside-text.eml");

    g_assert_cmpstr(message->text, ==, "Hello,\nplease see the two files.\n");
    g_assert_null(message->html);
    g_assert_false(part(message, "2")->attachment);
    g_assert_cmpstr(part(message, "2.1")->filename, ==, "Zahlen für März.xls");
    g_assert_cmpstr(part(message, "2.2")->filename, ==, "An earlier mail");
    g_assert_cmpstr(part(message, "2.2")->detected_type, ==, "application/ms-tnef");
}

static void
test_damaged(void)
{
    g_autoptr(Message) message = mail_text_parse(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n\n"
        "\x78\x9f\x3e\x22 and no stream behind it\n--b--\n");

    g_assert_cmpstr(message->text, ==, "Hello");
    g_assert_true(part(message, "2")->attachment);
    g_assert_cmpuint(message->parts->len, ==, 3);
    g_assert_cmpuint(message->warnings->len, ==, 1);
}

static GBytes *
stream_of(const char *mail, const char *path)
{
    gsize length;
    g_autofree char *bytes = mail_fixture_bytes(mail, &length);

    return message_part_content((const guint8 *) bytes, length, path, NULL, NULL);
}

static void
unpack(const guint8 *bytes, gsize length)
{
    g_autofree guint8 *copy = g_memdup2(bytes, length);
    const char *why = NULL;
    g_autoptr(GPtrArray) files = tnef_unpack(copy, length, &why);

    g_assert_true(files != NULL || why != NULL);
    g_assert_true(files == NULL || files->len <= LIMIT_TNEF_FILES + 1);
}

/* Cut anywhere, and with any octet another one: nothing is read beyond the end (seen by the sanitizers), and libytnef says nothing. */
static void
test_hostile(void)
{
    static const char *const mails[][2] = { { "winmail-alone-rtf-body.eml", "1" }, { "winmail-beside-text.eml", "2" } };

    for (gsize n = 0; n < G_N_ELEMENTS(mails); n++) {
        g_autoptr(GBytes) stream = stream_of(mails[n][0], mails[n][1]);
        gsize length;
        const guint8 *bytes = g_bytes_get_data(stream, &length);
        g_autofree guint8 *changed = g_memdup2(bytes, length);

        for (gsize i = 0; i < length; i++) {
            static const guint8 values[] = { 0, 1, 0x7f, 0x80, 0xff };

            unpack(bytes, i);
            for (gsize k = 0; k < sizeof values; k++) {
                changed[i] = values[k];
                unpack(changed, length);
            }
            changed[i] = bytes[i];
        }
    }
}

/* An attachment begins where its rendering does; more of them than the limit are not taken. */
static void
test_too_many(void)
{
    static const guint8 rendering[] = { 2, 2, 0x90, 6, 0, 1, 0, 0, 0, 7, 7, 0 };
    g_autoptr(GByteArray) stream = g_byte_array_new();
    const char *why = NULL;
    g_autoptr(GPtrArray) files = NULL;

    g_byte_array_append(stream, (const guint8 *) "\x78\x9f\x3e\x22\1\0", 6);
    for (guint i = 0; i < LIMIT_TNEF_FILES + 50; i++)
        g_byte_array_append(stream, rendering, sizeof rendering);
    files = tnef_unpack(stream->data, stream->len, &why);
    g_assert_cmpuint(files->len, ==, LIMIT_TNEF_FILES);
    g_assert_nonnull(why);
}

static void
add_attribute(GByteArray *stream, guint8 level, guint32 id, const guint8 *data, guint32 length)
{
    const guint8 header[] = { level, (guint8) id, (guint8) (id >> 8), (guint8) (id >> 16), (guint8) (id >> 24),
                              (guint8) length, (guint8) (length >> 8), (guint8) (length >> 16), (guint8) (length >> 24) };

    g_byte_array_append(stream, header, sizeof header);
    g_byte_array_append(stream, data, length);
    g_byte_array_append(stream, (const guint8 *) "??", 2);
}

/* One value that libytnef would give up the whole stream for does not cost the files; checksums are ours to make right. */
static void
test_too_large_for_the_library(void)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    g_autoptr(GByteArray) large = g_byte_array_new();
    const char *why = NULL;
    g_autoptr(GPtrArray) files = NULL;

    g_byte_array_set_size(large, 600 * 1024 + 16);
    memset(large->data, 'x', large->len);
    memcpy(large->data, "\1\0\0\0\x02\1\x01\x37\1\0\0\0\0\x60\x09\0", 16);
    g_byte_array_append(stream, (const guint8 *) "\x78\x9f\x3e\x22\1\0", 6);
    add_attribute(stream, 1, 0x0002800c, large->data + 16, 200000);
    add_attribute(stream, 2, 0x00069002, large->data, 14);
    add_attribute(stream, 2, 0x00018010, large->data + 16, 300);
    add_attribute(stream, 2, 0x0006800f, large->data + 16, 50);
    add_attribute(stream, 2, 0x00069002, large->data, 0);
    add_attribute(stream, 2, 0x00069005, large->data, large->len);
    files = tnef_unpack(stream->data, stream->len, &why);
    g_assert_cmpuint(files->len, ==, 3);
    g_assert_nonnull(why);
}

static void
assert_rtf(const char *rtf, gboolean is_html, const char *text)
{
    gboolean html;
    g_autofree char *read = rtf_read((const guint8 *) rtf, strlen(rtf), &html);

    g_assert_cmpstr(read, ==, text);
    g_assert_cmpint(html, ==, is_html);
}

static void
test_rtf_text(void)
{
    assert_rtf("{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}\\f0 Hello\\par\nworld\\tab x}", FALSE, "Hello\nworld\tx");
    assert_rtf("{\\rtf1\\ansi\\ansicpg1253 \\'e1\\'e2}", FALSE, "αβ");
    assert_rtf("{\\rtf1{\\fonttbl{\\f1\\fcharset204 A;}}{\\f1 \\'e4\\'e0} \\'e4}", FALSE, "да ä");
    assert_rtf("{\\rtf1\\uc1 \\u8364 ?5 \\u-10179?\\u-8704?{\\uc2\\u228 ab}c}", FALSE, "€5 😀äc");
    assert_rtf("{\\rtf1 a{\\*\\unknown hidden {more}}b{\\pict 0102}c}", FALSE, "abc");
    assert_rtf("{\\rtf1 \\{x\\}\\\\ \\~\\endash}", FALSE, "{x}\\ \u00a0–");
    assert_rtf("{\\rtf1 a\\bin3 }}}b}", FALSE, "ab");
    assert_rtf("}}}x", FALSE, "x");
    assert_rtf("\\", FALSE, "");
    assert_rtf("{\\rtf1 \\'4", FALSE, "4");
}

static void
test_rtf_html(void)
{
    assert_rtf("{\\rtf1\\fromhtml1{\\*\\htmltag64 <p>}\\htmlrtf {\\f4 \\htmlrtf0 a\\htmlrtf }\\htmlrtf0{\\*\\htmltag72 </p>}}", TRUE,
               "<p>a</p>");
    assert_rtf("{\\rtf1\\fromhtml1{\\*\\mhtmltag84 <img>}{\\*\\htmltag84 <img src=\"x\">}\\htmlrtf no\\htmlrtf0}", TRUE,
               "<img src=\"x\">");
    assert_rtf("{\\rtf1{\\*\\htmltag64 <p>}a}", FALSE, "a");
}

static void
test_rtf_deep(void)
{
    g_autoptr(GString) rtf = g_string_new("{\\rtf1 ");
    gboolean html;
    g_autofree char *text = NULL;

    for (guint i = 0; i < 1000000; i++)
        g_string_append_c(rtf, '{');
    g_string_append(rtf, "deep");
    text = rtf_read((const guint8 *) rtf->str, rtf->len, &html);
    g_assert_cmpstr(text, ==, "deep");
}

/* Eight references of 17 octets after each control octet: the most that two octets can become. */
static void
test_bomb(void)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    static const guint8 run[] = { 0xff, 0, 0x0f, 0, 0x0f, 0, 0x0f, 0, 0x0f, 0, 0x0f, 0, 0x0f, 0, 0x0f, 0, 0x0f };
    g_autoptr(GByteArray) rtf = NULL;

    g_byte_array_append(bytes, (const guint8 *) "\0\0\0\0\xff\xff\xff\xff" "LZFu\0\0\0\0", 16);
    for (guint i = 0; i < 200000; i++)
        g_byte_array_append(bytes, run, sizeof run);
    rtf = rtf_decompress(bytes->data, bytes->len);
    g_assert_cmpuint(rtf->len, <=, 4 * LIMIT_TEXT + 200);
    for (guint length = 0; length < 40; length++) {
        g_autofree guint8 *cut = g_memdup2(bytes->data, length);
        GByteArray *some = rtf_decompress(cut, length);

        g_assert_true((some != NULL) == (length > 16));
        g_clear_pointer(&some, g_byte_array_unref);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    if (UNPACKS) {
        g_test_add_func("/tnef/a-winmail-dat-that-is-the-whole-mail", test_alone);
        g_test_add_func("/tnef/beside-the-text-only-the-files-count", test_beside_text);
        g_test_add_func("/tnef/what-is-too-large-is-left-out-alone", test_too_large_for_the_library);
        g_test_add_func("/tnef/no-more-files-than-the-limit", test_too_many);
    }
    g_test_add_func("/tnef/what-is-damaged-stays-an-attachment", test_damaged);
    g_test_add_func("/tnef/cut-or-changed-anywhere", test_hostile);
    g_test_add_func("/tnef/rtf/text", test_rtf_text);
    g_test_add_func("/tnef/rtf/html-inside", test_rtf_html);
    g_test_add_func("/tnef/rtf/groups-without-end", test_rtf_deep);
    g_test_add_func("/tnef/rtf/compressed-has-a-limit", test_bomb);
    return g_test_run();
}
