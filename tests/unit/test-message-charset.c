#include <string.h>

#include "message/charset-private.h"
#include "message/charset-table-private.h"
#include "message/message.h"
#include "tap.h"

#define FFFD "\357\277\275"

static void
test_labels(void)
{
    static const struct {
        const char *label;
        const char *name;      /* NULL: unknown */
    } cases[] = {
        { "UTF-8", "utf-8" },
        { "utf8", "utf-8" },
        { "unicode-1-1-utf-8", "utf-8" },
        { "ISO-8859-1", "windows-1252" },
        { "iso8859_1", "windows-1252" },
        { "ISO_8859-1:1987", "windows-1252" },
        { "latin1", "windows-1252" },
        { " \"iso-8859-15\" ", "iso-8859-15" },
        { "iso-8859-1*en", "windows-1252" },
        { "iso-8859-9", "windows-1254" },
        { "iso-8859-8-i", "iso-8859-8" },
        { "iso-8859-11", "windows-874" },
        { "TIS-620", "windows-874" },
        { "us-ascii", "us-ascii" },
        { "ANSI_X3.4-1968", "us-ascii" },
        { "gb2312", "gb18030" },
        { "GB_2312-80", "gb18030" },
        { "gbk", "gb18030" },
        { "cp936", "gb18030" },
        { "x-gbk", "gb18030" },
        { "ks_c_5601-1987", "euc-kr" },
        { "windows-949", "euc-kr" },
        { "UHC", "euc-kr" },
        { "Big5-HKSCS", "big5" },
        { "cp950", "big5" },
        { "Shift_JIS", "shift_jis" },
        { "windows-31J", "shift_jis" },
        { "x-sjis", "shift_jis" },
        { "x-euc-jp", "euc-jp" },
        { "csISO2022JP", "iso-2022-jp" },
        { "cp50220", "iso-2022-jp" },
        { "koi8-r", "koi8-r" },
        { "KOI8-RU", "koi8-u" },
        { "win-1251", "windows-1251" },
        { "windows1251", "windows-1251" },
        { "x-cp1251", "windows-1251" },
        { "cp-1251", "windows-1251" },
        { "1251", "windows-1251" },
        { "IBM866", "ibm866" },
        { "cp00858", "ibm850" },
        { "x-mac-cyrillic", "x-mac-cyrillic" },
        { "x-MacCE", "x-mac-ce" },
        { "macintosh", "macintosh" },
        { "utf-7", "utf-7" },
        { "UNICODE-1-1-UTF-7", "utf-7" },
        { "utf-16", "utf-16le" },
        { "UTF-16BE", "utf-16be" },
        { "unknown-8bit", "unknown-8bit" },
        { "x-user-defined", "unknown-8bit" },
        { "x-unknown", "unknown-8bit" },
        { "charset=utf-8", "utf-8" },
        { "", NULL },
        { "--", NULL },
        { "klingon", NULL },
        { "cp", NULL },
        { "windows-", NULL },
        { "a-label-that-is-so-long-that-no-one-would-ever-have-thought-of-it-as-a-label-at-all", NULL },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Charset *found = charset_find(cases[i].label);

        g_assert_cmpstr(found != NULL ? found->name : NULL, ==, cases[i].name);
    }
    g_assert_null(charset_find(NULL));
}

typedef struct {
    const char *rule;
    const char *bytes;
    gsize       length;
    const char *declared, *fallback;
    const char *text;
    const char *name;
    gboolean    guessed;
} Case;

/* Enough good text that a few bad bytes do not put the label in doubt. */
#define HIRAGANA_SJIS "\x82\xa0\x82\xa0\x82\xa0\x82\xa0\x82\xa0\x82\xa0\x82\xa0\x82\xa0\x82\xa0\x82\xa0"
#define HIRAGANA_EUC  "\xa4\xa2\xa4\xa2\xa4\xa2\xa4\xa2\xa4\xa2\xa4\xa2\xa4\xa2\xa4\xa2\xa4\xa2\xa4\xa2"
#define HIRAGANA      "ああああああああああ"

#define B(bytes) bytes, sizeof(bytes) - 1

static void
assert_cases(const Case *cases, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        /* In a block of its own size, so that the sanitizer sees every octet too far. */
        g_autofree guint8 *copy = g_memdup2(cases[i].bytes, cases[i].length);
        g_autofree char *text = NULL;
        CharsetFound found;

        g_test_message("%s", cases[i].rule);
        text = charset_decode(copy, cases[i].length, cases[i].declared, cases[i].fallback, &found);
        g_assert_cmpstr(text, ==, cases[i].text);
        g_assert_cmpstr(found.name, ==, cases[i].name);
        g_assert_cmpint(found.guessed, ==, cases[i].guessed);
    }
}

/* One U+FFFD for what the WHATWG's Encoding Standard takes for one mistake. */
static void
test_mistakes(void)
{
    static const Case cases[] = {
        { "UTF-8 that is cut", B("\xce\xb1\xce\xb1\xce\xb1\xce\xb1\xce\xb1\xce\xb1\xce\xb1\xf0\x9f\x98"), "utf-8", NULL,
          "ααααααα" FFFD, "utf-8", TRUE },
        { "a pair without an ASCII byte is one mistake", B(HIRAGANA_SJIS "\x85\xfd" "b"), "shift_jis", NULL, HIRAGANA FFFD "b",
          "shift_jis", TRUE },
        { "a second byte that is ASCII stays", B(HIRAGANA_EUC "\xa4" "b"), "euc-jp", NULL, HIRAGANA FFFD "b", "euc-jp", TRUE },
        { "a pair of EUC", B(HIRAGANA_EUC "\xa4\xfe" "b"), "euc-jp", NULL, HIRAGANA FFFD "b", "euc-jp", TRUE },
        { "half a pair at the end", B(HIRAGANA_EUC "\xa4"), "euc-jp", NULL, HIRAGANA FFFD, "euc-jp", TRUE },
        { "half a unit of UTF-16 at the end", B("\0" "a\0" "b\0" "c\0" "d\0" "e\0" "f\0" "g\0" "h\0" "i\0" "j\0"), "utf-16be", NULL,
          "abcdefghij" FFFD, "utf-16be", TRUE },
        { "a lone surrogate", B("\0" "a\0" "b\0" "c\0" "d\0" "e\0" "f\0" "g\0" "h\0" "i\0" "j\xd8\x3d\0" "k"), "utf-16be", NULL,
          "abcdefghij" FFFD "k", "utf-16be", TRUE },
    };

    assert_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_order(void)
{
    static const Case cases[] = {
        { "nothing", B(""), NULL, NULL, "", "us-ascii", FALSE },
        { "ASCII needs no label", B("plain"), NULL, NULL, "plain", "us-ascii", FALSE },
        { "a mark beats the label", B("\xef\xbb\xbf\xc3\xa9"), "iso-8859-1", NULL, "é", "utf-8", FALSE },
        { "UTF-16 by its mark", B("\xff\xfe" "a\0\xb1\x03"), NULL, NULL, "aα", "utf-16le", FALSE },
        { "UTF-16BE by its mark", B("\xfe\xff" "\0a\x03\xb1"), NULL, NULL, "aα", "utf-16be", FALSE },
        { "strict UTF-8 beats the label", B("caf\xc3\xa9"), "iso-8859-1", NULL, "café", "utf-8", TRUE },
        { "UTF-8 that says so is not guessed", B("caf\xc3\xa9"), "utf-8", NULL, "café", "utf-8", FALSE },
        { "the label", B("\xcf\xf0\xe8\xe2\xe5\xf2"), "windows-1251", NULL, "Привет", "windows-1251", FALSE },
        { "the label beats the default", B("\xe1"), "iso-8859-7", "koi8-r", "α", "iso-8859-7", FALSE },
        { "us-ascii says nothing about other bytes", B("gr\xfcn"), "us-ascii", NULL, "grün", "windows-1252", TRUE },
        { "the default before windows-1252", B("\xc1\xe2"), NULL, "windows-1253", "Αβ", "windows-1253", TRUE },
        { "an unknown label is none", B("gr\xfcn"), "klingon", NULL, "grün", "windows-1252", TRUE },
        { "an unknown default is none", B("gr\xfcn"), NULL, "klingon", "grün", "windows-1252", TRUE },
        { "holes of windows-1252", B("a\x81z"), NULL, NULL, "a" FFFD "z", "windows-1252", TRUE },
        { "NUL is dropped", B("a\0b"), NULL, NULL, "ab", "us-ascii", FALSE },
    };

    assert_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_bad_bytes(void)
{
    static const Case cases[] = {
        { "one bad byte in much UTF-8 is one U+FFFD",
          B("\xce\xb1\xce\xb2\xce\xb3\xce\xb4\xce\xb5\xce\xb6\xff"), "utf-8", NULL, "αβγδεζ" FFFD, "utf-8", TRUE },
        { "text that is not at all UTF-8 is not", B("gr\xfc\xdf"), "utf-8", NULL, "grüß", "windows-1252", TRUE },
        { "bytes that ISO-8859-2 does not have are of windows-1250", B("\x8aumava \x9elut\xfd"), "iso-8859-2", NULL,
          "Šumava žlutý", "windows-1250", TRUE },
        { "bytes it has are of ISO-8859-2", B("\xa9umava \xbelut\xfd"), "iso-8859-2", NULL, "Šumava žlutý", "iso-8859-2", FALSE },
        { "a lone surrogate in UTF-16", B("a\0\x00\xd8" "b\0c\0d\0"), "utf-16le", NULL, "a" FFFD "bcd", "utf-16le", TRUE },
    };

    assert_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_seven_bits(void)
{
    static const Case cases[] = {
        { "ISO-2022-JP", B("\x1b$B$3$s\x1b(B!"), "iso-2022-jp", NULL, "こん!", "iso-2022-jp", FALSE },
        { "ISO-2022-JP without a label", B("\x1b$B$3$s\x1b(B!"), NULL, NULL, "こん!", "iso-2022-jp", TRUE },
        { "ISO-2022-JP labelled us-ascii", B("\x1b$B$3$s\x1b(B!"), "us-ascii", NULL, "こん!", "iso-2022-jp", TRUE },
        { "NEC's row 13", B("\x1b$B-!\x1b(B"), "iso-2022-jp", NULL, "①", "iso-2022-jp", FALSE },
        { "half-width katakana", B("\x1b(I1\x1b(B"), "iso-2022-jp", NULL, "ｱ", "iso-2022-jp", FALSE },
        { "half-width katakana by SO and SI", B("\x0e" "1\x0f" "a"), "iso-2022-jp", NULL, "ｱa", "iso-2022-jp", FALSE },
        { "a line that never shifts back", B("\x1b$B$3\nabc"), "iso-2022-jp", NULL, "こ\nabc", "iso-2022-jp", FALSE },
        { "UTF-8 labelled ISO-2022-JP", B("\xe3\x81\x93"), "iso-2022-jp", NULL, "こ", "utf-8", TRUE },
        { "ISO-2022-KR", B("\x1b$)C\x0e" "GQ\x0f!"), "iso-2022-kr", NULL, "한!", "iso-2022-kr", FALSE },
        { "ISO-2022-KR without its header", B("\x0e" "GQ\x0f!"), "iso-2022-kr", NULL, "한!", "iso-2022-kr", FALSE },
        { "HZ", B("~{VPND~} ~~"), "hz-gb-2312", NULL, "中文 ~", "hz-gb-2312", FALSE },
        { "UTF-7", B("+A7E-x"), "utf-7", NULL, "αx", "utf-7", FALSE },
        { "half a character at the end", B("\x1b$B$"), "iso-2022-jp", NULL, "$", "iso-2022-jp", FALSE },
    };

    assert_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_wide(void)
{
    static const Case cases[] = {
        { "UTF-16LE", B("h\0i\0"), "utf-16le", NULL, "hi", "utf-16le", FALSE },
        { "the wrong end first", B("\0h\0i"), "utf-16", NULL, "hi", "utf-16be", FALSE },
        { "UTF-32", B("h\0\0\0"), "utf-32", NULL, "h", "utf-32le", FALSE },
        { "text that became ASCII on its way", B("plain text\n"), "utf-16", NULL, "plain text\n", "us-ascii", FALSE },
        { "EBCDIC", B("\xc8\x85\x93\x93\x96"), "ibm1047", NULL, "Hello", "ibm1047", FALSE },
        { "EBCDIC that became ASCII on its way", B("Hello"), "ibm037", NULL, "Hello", "us-ascii", FALSE },
    };

    assert_cases(cases, G_N_ELEMENTS(cases));
}

static char *
encoded(const char *text, const char *charset, gsize *length_out)
{
    char *bytes = g_convert(text, -1, charset, "UTF-8", NULL, length_out, NULL);

    g_assert_nonnull(bytes);
    return bytes;
}

/* A sentence or two, without a label, as old programs and devices send them. */
static void
test_guess(void)
{
    static const struct {
        const char *charset;
        const char *text;
    } cases[] = {
        { "KOI8-R", "Добрый день, принтер не печатает." },
        { "CP1251", "Добрый день, принтер не печатает." },
        { "ISO-8859-5", "Добрый день, принтер не печатает." },
        { "CP866", "Добрый день, принтер не печатает." },
        { "KOI8-U", "Добрий день, принтер не друкує, їхня підтримка не відповідає." },
        { "ISO-8859-7", "Καλημέρα, ο εκτυπωτής δεν δουλεύει." },
        { "CP1253", "Καλημέρα σας, η παραγγελία μου δεν ήρθε." },
        { "ISO-8859-2", "Dzień dobry, zamówienie wciąż nie dotarło, proszę o pilną odpowiedź i wyjaśnienie, dziękuję." },
        { "CP1250", "Dobrý den, objednávka ještě nedošla, můžete mi prosím říct, kdy přijde?" },
        { "CP1252", "Schöne Grüße aus Köln" },
        { "CP1252", "Où est ma commande passée le 3 février ?" },
        { "SHIFT_JIS", "お世話になっております。注文した商品が届きません。" },
        { "EUC-JP", "お世話になっております。注文した商品が届きません。" },
        { "EUC-KR", "안녕하세요, 주문한 상품이 아직 도착하지 않았습니다." },
        { "GB2312", "您好，我订购的商品还没有收到，请帮我查询。" },
        { "BIG5", "您好，我訂購的商品還沒有收到，請幫我查詢。" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gsize length;
        g_autofree char *bytes = encoded(cases[i].text, cases[i].charset, &length);
        g_autofree char *text = NULL;
        CharsetFound found;

        g_test_message("%s: %s", cases[i].charset, cases[i].text);
        text = charset_decode((const guint8 *) bytes, length, NULL, NULL, &found);
        g_assert_cmpstr(text, ==, cases[i].text);
        g_assert_true(found.guessed);
    }
}

/* Whatever the bytes and the label are, the text is valid; and every set of the table can be opened here. */
static void
test_any_bytes(void)
{
    static const char *const labels[] = { NULL, "utf-8", "utf-7", "utf-16", "utf-32be", "iso-2022-jp", "iso-2022-jp-2", "iso-2022-jp-3",
                                          "iso-2022-kr", "iso-2022-cn", "hz-gb-2312", "gb18030", "big5", "shift_jis", "euc-jp", "euc-tw",
                                          "euc-kr", "johab", "windows-1255", "windows-1258", "tcvn", "viscii", "ibm864", "ibm037",
                                          "koi8-t", "armscii-8", "x-mac-ce", "hp-roman8" };
    g_autoptr(GRand) random = g_rand_new_with_seed(3);

    for (guint i = 0; i < 4000; i++) {
        gsize length = (gsize) g_rand_int_range(random, 0, 60);
        g_autofree guint8 *bytes = g_malloc(length);
        g_autofree char *text = NULL;
        CharsetFound found;

        for (gsize k = 0; k < length; k++)
            bytes[k] = (guint8) (g_rand_int_range(random, 0, 4) == 0 ? "\x1b$(~{+-"[g_rand_int_range(random, 0, 7)]
                                                                      : g_rand_int_range(random, 0, 256));
        text = charset_decode(bytes, length, labels[i % G_N_ELEMENTS(labels)], NULL, &found);
        g_assert_true(g_utf8_validate(text, -1, NULL));
        g_assert_nonnull(found.name);
    }
    for (guint i = 1; i < G_N_ELEMENTS(labels); i++)
        g_assert_nonnull(charset_find(labels[i]));
}

static void
test_html(void)
{
    static const struct {
        const char *html;
        const char *label;
    } cases[] = {
        { "<html><head><META charset=\"KOI8-R\">", "koi8-r" },
        { "<meta http-equiv='Content-Type' content='text/html; charset = windows-1251'>", "windows-1251" },
        { "<meta name=x>", NULL },
        { "<meta charset", NULL },
        { "", NULL },
        { "charset=utf-8 without a meta", NULL },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *label = charset_of_html((const guint8 *) cases[i].html, strlen(cases[i].html));

        g_assert_cmpstr(label, ==, cases[i].label);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    charset_init();
    g_test_add_func("/charset/labels", test_labels);
    g_test_add_func("/charset/order", test_order);
    g_test_add_func("/charset/one-mark-for-each-mistake", test_mistakes);
    g_test_add_func("/charset/bad-bytes", test_bad_bytes);
    g_test_add_func("/charset/seven-bits", test_seven_bits);
    g_test_add_func("/charset/wide", test_wide);
    g_test_add_func("/charset/guess", test_guess);
    g_test_add_func("/charset/any-bytes", test_any_bytes);
    g_test_add_func("/charset/html-names-its-own", test_html);
    return g_test_run();
}
