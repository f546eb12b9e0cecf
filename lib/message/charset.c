#include "message/charset-private.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "message/charset-escape-private.h"
#include "message/charset-guess-private.h"
#include "message/charset-table-private.h"

#define REPLACEMENT "\357\277\275"   /* U+FFFD */

#define NO_CONVERTER ((iconv_t) -1)

/* What the chain is asked about. */
typedef struct {
    const guint8  *bytes;
    gsize          length;
    gsize          high;        /* bytes above 127 */
    gboolean       has_nul;
    const Charset *declared;    /* or NULL */
    const char    *fallback;
    CharsetFound  *found;
} Question;

void
charset_init(void)
{
    charset_table_init();
}

gboolean
charset_is_default(const char *label)
{
    const Charset *charset;

    charset_table_init();
    charset = charset_find(label);
    return charset != NULL && (charset->kind == CHARSET_EIGHT_BIT || charset->kind == CHARSET_UTF8);
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

static gsize
unit_size(const Charset *charset)
{
    if (charset->kind != CHARSET_WIDE)
        return 1;
    return g_str_has_prefix(charset->name, "utf-32") ? 4 : 2;
}

/*
 * How many bytes one U+FFFD stands for, as the WHATWG's Encoding Standard has it: the whole unit; in sets of two bytes the pair, but for
 * a second byte that is ASCII, which stays; and whatever is begun at the end.
 */
static gsize
bad_length(const Charset *charset, const char *bad, gsize left, gboolean is_end)
{
    gsize unit = unit_size(charset);

    if (is_end)
        return left;
    if (unit == 1 && charset_is_double_byte(charset) && left > 1 && (guint8) bad[0] > 0x80 && (guint8) bad[0] < 0xff &&
        (guint8) bad[1] >= 0x80)
        return 2;
    return MIN(unit, left);
}

/* Converts everything, U+FFFD for what does not fit; errors_out counts those. */
static GString *
run_converter(const Charset *charset, const guint8 *bytes, gsize length, gsize *errors_out)
{
    iconv_t converter = charset_converter(charset);
    GString *text = g_string_sized_new(length + length / 2 + 16);
    char *in = (char *) bytes;   /* iconv's prototype; it does not write there */
    gsize in_left = length;
    char buffer[4096];
    char *out = buffer;
    gsize out_left = sizeof buffer;

    *errors_out = 0;
    iconv(converter, NULL, NULL, NULL, NULL);
    while (in_left > 0) {
        gsize result = iconv(converter, &in, &in_left, &out, &out_left);
        int why = result == (gsize) -1 ? errno : 0;
        gsize bad;

        g_string_append_len(text, buffer, out - buffer);
        out = buffer;
        out_left = sizeof buffer;
        if (why == EILSEQ || why == EINVAL) {
            g_string_append(text, REPLACEMENT);
            (*errors_out)++;
            bad = bad_length(charset, in, in_left, why == EINVAL);
            in += bad;
            in_left -= bad;
            iconv(converter, NULL, NULL, NULL, NULL);
        }
    }
    /* Sets with combining characters hold the last one back until they are told that nothing follows. */
    iconv(converter, NULL, NULL, &out, &out_left);
    g_string_append_len(text, buffer, out - buffer);
    return text;
}

/* Some converters pass lone surrogates. */
static char *
convert(const Charset *charset, const guint8 *bytes, gsize length, gsize *errors_out)
{
    GString *unescaped = charset_unescape(charset, bytes, length);
    GString *text = run_converter(charset, unescaped != NULL ? (const guint8 *) unescaped->str : bytes,
                                  unescaped != NULL ? unescaped->len : length, errors_out);
    g_autofree char *plain = without_nul_text(text);

    if (unescaped != NULL)
        g_string_free(unescaped, TRUE);
    if (g_utf8_validate(plain, -1, NULL))
        return g_steal_pointer(&plain);
    return text_sanitise(plain, strlen(plain));
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

/* A few bad bytes do not make a set wrong; one in ten high bytes does. */
static gboolean
mostly_fits(gsize errors, gsize high)
{
    return errors == 0 || errors * 10 <= high;
}

static char *
as_utf8(const Question *question, gsize *errors_out)
{
    char *text = text_sanitise((const char *) question->bytes, question->length);

    *errors_out = 0;
    for (const char *p = text; (p = strstr(p, REPLACEMENT)) != NULL; p += strlen(REPLACEMENT))
        (*errors_out)++;
    return text;
}

static gboolean
has_c1(const Question *question)
{
    for (gsize i = 0; i < question->length; i++) {
        if (question->bytes[i] >= 0x80 && question->bytes[i] < 0xa0)
            return TRUE;
    }
    return FALSE;
}

/* The text, if the bytes are mostly of that set. units: how many of them could have been wrong. */
static char *
by_charset(const Question *question, const Charset *charset, gsize units)
{
    g_autofree char *text = NULL;
    gsize errors = 0;

    if (charset != NULL && charset->kind == CHARSET_EIGHT_BIT && has_c1(question))
        charset = charset_windows_twin(charset);
    if (charset == NULL || charset->kind == CHARSET_ASCII || charset->kind == CHARSET_UNKNOWN)
        return NULL;
    if (charset->kind == CHARSET_UTF8)
        text = as_utf8(question, &errors);
    else if (charset_converter(charset) != NO_CONVERTER)
        text = convert(charset, question->bytes, question->length, &errors);
    if (text == NULL || !mostly_fits(errors, units))
        return NULL;
    question->found->name = charset->name;
    question->found->guessed = question->found->guessed || charset != question->declared || errors > 0;
    return g_steal_pointer(&text);
}

static char *
by_byte_order_mark(const Question *question)
{
    static const struct {
        const char *mark;
        gsize       length;
        const char *label;
    } marks[] = {
        { "\xef\xbb\xbf", 3, "utf-8" },
        { "\xff\xfe\0\0", 4, "utf-32le" },
        { "\0\0\xfe\xff", 4, "utf-32be" },
        { "\xff\xfe", 2, "utf-16le" },
        { "\xfe\xff", 2, "utf-16be" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        Question rest = *question;

        if (question->length < marks[i].length || memcmp(question->bytes, marks[i].mark, marks[i].length) != 0)
            continue;
        rest.bytes += marks[i].length;
        rest.length -= marks[i].length;
        /* A mark is as good as a label. */
        rest.declared = charset_find(marks[i].label);
        return by_charset(&rest, rest.declared, rest.length);
    }
    return NULL;
}

static gboolean
is_ascii_text(const guint8 *bytes, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        if (bytes[i] >= 0x7f || (bytes[i] < 0x20 && strchr("\t\n\r\f", bytes[i]) == NULL) || bytes[i] == '\0')
            return FALSE;
    }
    return TRUE;
}

/* Which end of a 16-bit unit comes first is told by where the zeros of ASCII characters stand; labels are often wrong, or do not say. */
static const Charset *
with_byte_order(const Question *question)
{
    gsize step = unit_size(question->declared);
    gsize first = 0, last = 0;

    for (gsize i = 0; i + step <= question->length; i += step) {
        first += question->bytes[i] == 0;
        last += question->bytes[i + step - 1] == 0;
    }
    if (first == last)
        return question->declared;
    if (step == 4)
        return charset_find(first > last ? "utf-32be" : "utf-32le");
    return charset_find(first > last ? "utf-16be" : "utf-16le");
}

/* Sets whose bytes look like something else. Text that went through ASCII on its way kept the label all the same. */
static char *
by_label_first(Question *question)
{
    const Charset *declared = question->declared;

    if (declared == NULL)
        return NULL;
    if (declared->kind == CHARSET_WIDE && !is_ascii_text(question->bytes, question->length)) {
        question->declared = with_byte_order(question);
        return by_charset(question, question->declared, question->length);
    }
    if (declared->kind == CHARSET_NO_ASCII && !is_ascii_text(question->bytes, question->length))
        return by_charset(question, declared, question->length);
    if (declared->kind == CHARSET_SEVEN_BIT && question->high == 0) {
        const Charset *escapes = charset_by_escapes(question->bytes, question->length);

        /* Of the Japanese sets, the one that knows all the escapes. */
        if (escapes != NULL && g_str_has_prefix(declared->name, "iso-2022-jp") && g_str_has_prefix(escapes->name, "iso-2022-jp"))
            question->declared = escapes;
        return by_charset(question, question->declared, question->length);
    }
    return NULL;
}

static char *
as_it_is(const Question *question, const char *name)
{
    question->found->name = name;
    return g_strndup((const char *) question->bytes, question->length);
}

static char *
from_seven_bits(const Question *question)
{
    const Charset *charset = memchr(question->bytes, 0x1b, question->length) != NULL
                                 ? charset_by_escapes(question->bytes, question->length)
                                 : NULL;
    char *text = by_charset(question, charset, question->length);

    return text != NULL ? text : as_it_is(question, "us-ascii");
}

/* Strict UTF-8, the label, a guess, the default, windows-1252. */
static char *
from_eight_bits(const Question *question)
{
    const Charset *utf8 = charset_find("utf-8");
    char *text;

    if (g_utf8_validate_len((const char *) question->bytes, question->length, NULL)) {
        question->found->guessed = question->declared != utf8;
        return as_it_is(question, "utf-8");
    }
    text = by_charset(question, question->declared, question->high);
    if (text != NULL)
        return text;
    question->found->guessed = TRUE;
    text = by_charset(question, utf8, question->high);
    if (text == NULL)
        text = by_charset(question, charset_guess(question->bytes, question->length, question->high), question->high);
    if (text == NULL && question->fallback != NULL)
        text = by_charset(question, charset_find(question->fallback), question->high);
    if (text != NULL)
        return text;
    question->found->name = "windows-1252";
    return from_windows_1252(question->bytes, question->length);
}

static void
count_bytes(Question *question)
{
    gsize high = 0, nul = 0;

    for (gsize i = 0; i < question->length; i++) {
        high += question->bytes[i] >> 7;
        nul += question->bytes[i] == '\0';
    }
    question->high = high;
    question->has_nul = nul > 0;
}

/* NUL stands in text by mistake only, and would make good UTF-8 look bad. */
static guint8 *
without_nul(Question *question)
{
    guint8 *copy = g_malloc(question->length + 1);
    gsize to = 0;

    for (gsize i = 0; i < question->length; i++) {
        if (question->bytes[i] != '\0')
            copy[to++] = question->bytes[i];
    }
    question->bytes = copy;
    question->length = to;
    return copy;
}

char *
charset_decode(const guint8 *bytes, gsize length, const char *declared, const char *fallback, CharsetFound *found_out)
{
    Question question = { bytes, length, 0, FALSE, charset_find(declared), fallback, found_out };
    g_autofree guint8 *copy = NULL;
    char *text;

    found_out->name = "us-ascii";
    found_out->guessed = FALSE;
    if (length == 0)
        return g_strdup("");
    count_bytes(&question);
    text = by_byte_order_mark(&question);
    if (text == NULL)
        text = by_label_first(&question);
    if (text != NULL)
        return text;
    if (question.has_nul)
        copy = without_nul(&question);
    return question.high == 0 ? from_seven_bits(&question) : from_eight_bits(&question);
}

char *
charset_to_utf8(const guint8 *bytes, gsize length, const char *declared, gboolean *guessed_out)
{
    CharsetFound found;
    char *text = charset_decode(bytes, length, declared, NULL, &found);

    *guessed_out = *guessed_out || found.guessed;
    return text;
}

char *
charset_of_html(const guint8 *bytes, gsize length)
{
    g_autofree char *head = g_ascii_strdown((const char *) bytes, (gssize) MIN(length, 1024));
    const char *at = strstr(head, "<meta");

    at = at != NULL ? strstr(at, "charset") : NULL;
    if (at == NULL)
        return NULL;
    at += strlen("charset");
    at += strspn(at, " \t\r\n");
    if (*at != '=')
        return NULL;
    at += 1 + strspn(at + 1, " \t\r\n\"'");
    return g_strndup(at, strcspn(at, " \t\r\n\"'/>;"));
}
