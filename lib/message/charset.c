#include "message/charset-private.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "base/text.h"

#define NO_CONVERTER ((iconv_t) -1)

typedef struct {
    const char *label;      /* lower case, as mail writes it */
    const char *iconv_name;
    gboolean    label_first;   /* its bytes are valid UTF-8 too */
    iconv_t     converter;
} Charset;

/* The labels that mail uses, by the WHATWG Encoding Standard where a label means more than it says. */
static Charset charsets[] = {
    { "us-ascii", "CP1252", FALSE, NO_CONVERTER },      { "ascii", "CP1252", FALSE, NO_CONVERTER },
    { "iso-8859-1", "CP1252", FALSE, NO_CONVERTER },    { "latin1", "CP1252", FALSE, NO_CONVERTER },
    { "windows-1252", "CP1252", FALSE, NO_CONVERTER },  { "cp1252", "CP1252", FALSE, NO_CONVERTER },
    { "ansi_x3.4-1968", "CP1252", FALSE, NO_CONVERTER },
    { "iso-8859-2", "ISO-8859-2", FALSE, NO_CONVERTER },  { "latin2", "ISO-8859-2", FALSE, NO_CONVERTER },
    { "iso-8859-3", "ISO-8859-3", FALSE, NO_CONVERTER },  { "iso-8859-4", "ISO-8859-4", FALSE, NO_CONVERTER },
    { "iso-8859-5", "ISO-8859-5", FALSE, NO_CONVERTER },  { "iso-8859-6", "ISO-8859-6", FALSE, NO_CONVERTER },
    { "iso-8859-7", "ISO-8859-7", FALSE, NO_CONVERTER },  { "iso-8859-8", "ISO-8859-8", FALSE, NO_CONVERTER },
    { "iso-8859-8-i", "ISO-8859-8", FALSE, NO_CONVERTER },
    { "iso-8859-9", "CP1254", FALSE, NO_CONVERTER },      { "iso-8859-10", "ISO-8859-10", FALSE, NO_CONVERTER },
    { "iso-8859-11", "CP874", FALSE, NO_CONVERTER },      { "tis-620", "CP874", FALSE, NO_CONVERTER },
    { "windows-874", "CP874", FALSE, NO_CONVERTER },      { "iso-8859-13", "ISO-8859-13", FALSE, NO_CONVERTER },
    { "iso-8859-14", "ISO-8859-14", FALSE, NO_CONVERTER }, { "iso-8859-15", "ISO-8859-15", FALSE, NO_CONVERTER },
    { "iso-8859-16", "ISO-8859-16", FALSE, NO_CONVERTER },
    { "windows-1250", "CP1250", FALSE, NO_CONVERTER },    { "cp1250", "CP1250", FALSE, NO_CONVERTER },
    { "windows-1251", "CP1251", FALSE, NO_CONVERTER },    { "cp1251", "CP1251", FALSE, NO_CONVERTER },
    { "windows-1253", "CP1253", FALSE, NO_CONVERTER },    { "windows-1254", "CP1254", FALSE, NO_CONVERTER },
    { "windows-1255", "CP1255", FALSE, NO_CONVERTER },    { "windows-1256", "CP1256", FALSE, NO_CONVERTER },
    { "windows-1257", "CP1257", FALSE, NO_CONVERTER },    { "windows-1258", "CP1258", FALSE, NO_CONVERTER },
    { "koi8-r", "KOI8-R", FALSE, NO_CONVERTER },          { "koi8-u", "KOI8-U", FALSE, NO_CONVERTER },
    { "ibm437", "CP437", FALSE, NO_CONVERTER },           { "cp437", "CP437", FALSE, NO_CONVERTER },
    { "cp850", "CP850", FALSE, NO_CONVERTER },            { "ibm850", "CP850", FALSE, NO_CONVERTER },
    { "cp852", "CP852", FALSE, NO_CONVERTER },            { "ibm852", "CP852", FALSE, NO_CONVERTER },
    { "cp866", "CP866", FALSE, NO_CONVERTER },            { "ibm866", "CP866", FALSE, NO_CONVERTER },
    { "macintosh", "MACINTOSH", FALSE, NO_CONVERTER },    { "x-mac-cyrillic", "MAC-CYRILLIC", FALSE, NO_CONVERTER },
    { "gb2312", "GB18030", FALSE, NO_CONVERTER },         { "gbk", "GB18030", FALSE, NO_CONVERTER },
    { "x-gbk", "GB18030", FALSE, NO_CONVERTER },          { "cp936", "GB18030", FALSE, NO_CONVERTER },
    { "gb18030", "GB18030", FALSE, NO_CONVERTER },        { "gb_2312-80", "GB18030", FALSE, NO_CONVERTER },
    { "big5", "BIG5-HKSCS", FALSE, NO_CONVERTER },        { "big5-hkscs", "BIG5-HKSCS", FALSE, NO_CONVERTER },
    { "x-big5", "BIG5", FALSE, NO_CONVERTER },            { "cp950", "BIG5", FALSE, NO_CONVERTER },
    { "shift_jis", "CP932", FALSE, NO_CONVERTER },        { "x-sjis", "CP932", FALSE, NO_CONVERTER },
    { "windows-31j", "CP932", FALSE, NO_CONVERTER },      { "cp932", "CP932", FALSE, NO_CONVERTER },
    { "euc-jp", "EUC-JP", FALSE, NO_CONVERTER },          { "euc-tw", "EUC-TW", FALSE, NO_CONVERTER },
    { "euc-kr", "CP949", FALSE, NO_CONVERTER },           { "ks_c_5601-1987", "CP949", FALSE, NO_CONVERTER },
    { "ks_c_5601", "CP949", FALSE, NO_CONVERTER },        { "cp949", "CP949", FALSE, NO_CONVERTER },
    { "uhc", "CP949", FALSE, NO_CONVERTER },              { "johab", "JOHAB", FALSE, NO_CONVERTER },
    { "iso-2022-jp", "ISO-2022-JP-3", TRUE, NO_CONVERTER }, { "iso-2022-jp-2", "ISO-2022-JP-2", TRUE, NO_CONVERTER },
    { "iso-2022-kr", "ISO-2022-KR", TRUE, NO_CONVERTER },   { "iso-2022-cn", "ISO-2022-CN", TRUE, NO_CONVERTER },
    { "utf-7", "UTF-7", TRUE, NO_CONVERTER },             { "unicode-1-1-utf-7", "UTF-7", TRUE, NO_CONVERTER },
    { "utf-16", "UTF-16LE", TRUE, NO_CONVERTER },         { "utf-16le", "UTF-16LE", TRUE, NO_CONVERTER },
    { "utf-16be", "UTF-16BE", TRUE, NO_CONVERTER },       { "utf-32", "UTF-32LE", TRUE, NO_CONVERTER },
    { "utf-32le", "UTF-32LE", TRUE, NO_CONVERTER },       { "utf-32be", "UTF-32BE", TRUE, NO_CONVERTER },
};

/* GMime decodes header words by their own labels; these modules must be loaded for it too. */
static const char *const header_names[] = {
    "ISO-8859-1", "ISO-8859-9", "ISO-8859-11", "GB2312", "GBK", "BIG5", "SHIFT_JIS", "EUC-KR", "ISO-2022-JP", "TIS-620",
};

static iconv_t header_converters[G_N_ELEMENTS(header_names)];

void
charset_init(void)
{
    static gboolean done = FALSE;

    if (done)
        return;
    done = TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(charsets); i++)
        charsets[i].converter = iconv_open("UTF-8", charsets[i].iconv_name);
    for (gsize i = 0; i < G_N_ELEMENTS(header_names); i++)
        header_converters[i] = iconv_open("UTF-8", header_names[i]);
}

static Charset *
find_charset(const char *declared)
{
    if (declared == NULL)
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(charsets); i++) {
        if (g_ascii_strcasecmp(charsets[i].label, declared) == 0)
            return charsets[i].converter != NO_CONVERTER ? &charsets[i] : NULL;
    }
    return NULL;
}

/* 16-bit sets can say NUL, which would cut the text. */
static char *
without_nul_text(GString *text)
{
    gsize to = 0;

    for (gsize i = 0; i < text->len; i++) {
        if (text->str[i] != '\0')
            text->str[to++] = text->str[i];
    }
    g_string_truncate(text, to);
    return g_string_free(text, FALSE);
}

/* Converts everything, U+FFFD for each byte that does not fit; errors_out counts those. */
static char *
convert(const Charset *charset, const guint8 *bytes, gsize length, gsize *errors_out)
{
    GString *text = g_string_sized_new(length + length / 2 + 16);
    char *in = (char *) bytes;   /* iconv's prototype; it does not write there */
    gsize in_left = length;
    char buffer[4096];
    char *out = buffer;
    gsize out_left = sizeof buffer;

    *errors_out = 0;
    iconv(charset->converter, NULL, NULL, NULL, NULL);
    while (in_left > 0) {
        gsize result = iconv(charset->converter, &in, &in_left, &out, &out_left);
        int why = result == (gsize) -1 ? errno : 0;

        g_string_append_len(text, buffer, out - buffer);
        out = buffer;
        out_left = sizeof buffer;
        if (why == EILSEQ || why == EINVAL) {
            g_string_append(text, "\357\277\275");
            (*errors_out)++;
            in++;
            in_left--;
            iconv(charset->converter, NULL, NULL, NULL, NULL);
        }
    }
    /* Sets with combining characters hold the last one back until they are told that nothing follows. */
    iconv(charset->converter, NULL, NULL, &out, &out_left);
    g_string_append_len(text, buffer, out - buffer);
    return without_nul_text(text);
}

/* WHATWG windows-1252, but the five holes are U+FFFD and not C1 controls. */
static char *
from_windows_1252(const guint8 *bytes, gsize length)
{
    static const guint16 high[32] = {
        0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd,
        0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
        0x0153, 0xfffd, 0x017e, 0x0178,
    };
    GString *text = g_string_sized_new(length + length / 4 + 1);

    for (gsize i = 0; i < length; i++) {
        if (bytes[i] >= 0x80 && bytes[i] < 0xa0)
            g_string_append_unichar(text, high[bytes[i] - 0x80]);
        else if (bytes[i] >= 0xa0)
            g_string_append_unichar(text, bytes[i]);
        else if (bytes[i] != '\0')
            g_string_append_c(text, (char) bytes[i]);
    }
    return g_string_free(text, FALSE);
}

static gsize
count_high(const guint8 *bytes, gsize length)
{
    gsize count = 0;

    for (gsize i = 0; i < length; i++)
        count += bytes[i] >> 7;
    return count;
}

static char *
by_byte_order_mark(const guint8 *bytes, gsize length)
{
    static const struct {
        const char *mark;
        gsize       length;
        const char *label;
    } marks[] = {
        { "\xef\xbb\xbf", 3, NULL },
        { "\xff\xfe\0\0", 4, "utf-32le" },
        { "\0\0\xfe\xff", 4, "utf-32be" },
        { "\xff\xfe", 2, "utf-16le" },
        { "\xfe\xff", 2, "utf-16be" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        gsize errors;

        if (length < marks[i].length || memcmp(bytes, marks[i].mark, marks[i].length) != 0)
            continue;
        bytes += marks[i].length;
        length -= marks[i].length;
        if (marks[i].label == NULL || find_charset(marks[i].label) == NULL)
            return text_sanitise((const char *) bytes, length);
        return convert(find_charset(marks[i].label), bytes, length, &errors);
    }
    return NULL;
}

static gboolean
is_utf8_label(const char *declared)
{
    return declared != NULL &&
           (g_ascii_strcasecmp(declared, "utf-8") == 0 || g_ascii_strcasecmp(declared, "utf8") == 0);
}

/* A few bad bytes do not make a declared set wrong; one in ten high bytes does. */
static gboolean
mostly_fits(gsize errors, gsize high)
{
    return errors == 0 || errors * 10 <= high;
}

static char *
by_label(const guint8 *bytes, gsize length, const char *declared, gsize high, gboolean *guessed_out)
{
    const Charset *charset = find_charset(declared);
    g_autofree char *text = NULL;
    gsize errors = 0;

    if (charset != NULL) {
        text = convert(charset, bytes, length, &errors);
    } else if (is_utf8_label(declared)) {
        text = text_sanitise((const char *) bytes, length);
        for (const char *p = text; (p = strstr(p, "\357\277\275")) != NULL; p += 3)
            errors++;
    } else {
        return NULL;
    }
    if (errors > 0)
        *guessed_out = TRUE;
    return mostly_fits(errors, high) ? g_steal_pointer(&text) : NULL;
}

/* Strict UTF-8, the label, windows-1252. */
static char *
without_mark(const guint8 *bytes, gsize length, const char *declared, gboolean *guessed_out)
{
    gsize high = count_high(bytes, length);
    char *text;

    if (high == 0 || g_utf8_validate_len((const char *) bytes, length, NULL)) {
        if (high > 0 && !is_utf8_label(declared))
            *guessed_out = TRUE;
        return g_strndup((const char *) bytes, length);
    }
    text = by_label(bytes, length, declared, high, guessed_out);
    if (text != NULL)
        return text;
    *guessed_out = TRUE;
    return from_windows_1252(bytes, length);
}

/* NUL stands in text by mistake only, and would make good UTF-8 look bad. */
static guint8 *
without_nul(const guint8 *bytes, gsize *length_inout)
{
    guint8 *copy = g_malloc(*length_inout);
    gsize to = 0;

    for (gsize i = 0; i < *length_inout; i++) {
        if (bytes[i] != '\0')
            copy[to++] = bytes[i];
    }
    *length_inout = to;
    return copy;
}

char *
charset_to_utf8(const guint8 *bytes, gsize length, const char *declared, gboolean *guessed_out)
{
    const Charset *charset = find_charset(declared);
    g_autofree char *text = NULL;
    g_autofree guint8 *copy = NULL;

    if (length == 0)
        return g_strdup("");
    text = by_byte_order_mark(bytes, length);
    if (text == NULL && charset != NULL && charset->label_first)
        text = by_label(bytes, length, declared, length, guessed_out);
    if (text == NULL && memchr(bytes, '\0', length) != NULL)
        bytes = copy = without_nul(bytes, &length);
    if (text == NULL)
        text = without_mark(bytes, length, declared, guessed_out);
    /* Some converters pass lone surrogates. */
    if (g_utf8_validate(text, -1, NULL))
        return g_steal_pointer(&text);
    return text_sanitise(text, strlen(text));
}
