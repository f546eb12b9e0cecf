#include "message/charset-escape-private.h"

#include <string.h>

#define ESC 0x1b
#define SHIFT_OUT 0x0e
#define SHIFT_IN  0x0f

/* EUC's marks before a half-width katakana and before a character of JIS X 0212. */
#define EUC_KATAKANA 0x8e
#define EUC_JIS_212  0x8f

typedef enum { MODE_ASCII, MODE_KATAKANA, MODE_JIS_208, MODE_JIS_212 } JapaneseMode;

static const struct {
    const char  *escape;
    JapaneseMode mode;
} japanese_escapes[] = {
    { "\x1b(B", MODE_ASCII },    { "\x1b(J", MODE_ASCII },    { "\x1b(H", MODE_ASCII },     { "\x1b(I", MODE_KATAKANA },
    { "\x1b$B", MODE_JIS_208 },  { "\x1b$@", MODE_JIS_208 },  { "\x1b$(B", MODE_JIS_208 },  { "\x1b$(@", MODE_JIS_208 },
    { "\x1b$(D", MODE_JIS_212 }, { "\x1b&@", MODE_ASCII },
};

static gboolean
starts_with(const guint8 *bytes, gsize length, const char *with)
{
    gsize wanted = strlen(with);

    return length >= wanted && memcmp(bytes, with, wanted) == 0;
}

/* Takes a mode's escape; returns its length, 0 if there is none. */
static gsize
read_escape(const guint8 *bytes, gsize length, JapaneseMode *mode_inout)
{
    for (gsize i = 0; i < G_N_ELEMENTS(japanese_escapes); i++) {
        if (starts_with(bytes, length, japanese_escapes[i].escape)) {
            *mode_inout = japanese_escapes[i].mode;
            return strlen(japanese_escapes[i].escape);
        }
    }
    return 0;
}

static gboolean
is_graphic(guint8 byte)
{
    return byte >= 0x21 && byte <= 0x7e;
}

static void
append_high(GString *to, guint8 byte)
{
    g_string_append_c(to, (char) (byte | 0x80));
}

/* A pair of 7-bit bytes as EUC writes it. Returns how many bytes were used. */
static gsize
append_pair(GString *to, const guint8 *bytes, gsize length)
{
    if (length < 2 || !is_graphic(bytes[0]) || !is_graphic(bytes[1])) {
        g_string_append_c(to, (char) bytes[0]);
        return 1;
    }
    append_high(to, bytes[0]);
    append_high(to, bytes[1]);
    return 2;
}

static gsize
append_japanese(GString *to, const guint8 *bytes, gsize length, JapaneseMode mode)
{
    gboolean katakana = mode == MODE_KATAKANA ? bytes[0] >= 0x21 && bytes[0] <= 0x5f
                                              : bytes[0] >= 0xa1 && bytes[0] <= 0xdf;

    if (katakana) {
        g_string_append_c(to, (char) EUC_KATAKANA);
        append_high(to, bytes[0]);
        return 1;
    }
    if (mode == MODE_JIS_208 || (mode == MODE_JIS_212 && length >= 2 && is_graphic(bytes[0]) && is_graphic(bytes[1]))) {
        if (mode == MODE_JIS_212)
            g_string_append_c(to, (char) EUC_JIS_212);
        return append_pair(to, bytes, length);
    }
    g_string_append_c(to, (char) bytes[0]);
    return 1;
}

/* ISO-2022-JP and what is called so: a line begins in ASCII (RFC 1468), SO and SI shift to katakana (JIS7). */
static GString *
unescape_japanese(const guint8 *bytes, gsize length)
{
    GString *to = g_string_sized_new(length);
    JapaneseMode mode = MODE_ASCII;

    for (gsize i = 0; i < length;) {
        gsize used = bytes[i] == ESC ? read_escape(bytes + i, length - i, &mode) : 0;

        if (used == 0 && (bytes[i] == SHIFT_OUT || bytes[i] == SHIFT_IN)) {
            mode = bytes[i] == SHIFT_OUT ? MODE_KATAKANA : MODE_ASCII;
            used = 1;
        }
        if (bytes[i] == '\n')
            mode = MODE_ASCII;
        i += used > 0 ? used : append_japanese(to, bytes + i, length - i, mode);
    }
    return to;
}

/* RFC 1557: one header names the set, SO and SI shift; a line begins in ASCII. */
static GString *
unescape_korean(const guint8 *bytes, gsize length)
{
    GString *to = g_string_sized_new(length);
    gboolean korean = FALSE;

    for (gsize i = 0; i < length;) {
        if (starts_with(bytes + i, length - i, "\x1b$)C")) {
            i += 4;
        } else if (bytes[i] == SHIFT_OUT || bytes[i] == SHIFT_IN) {
            korean = bytes[i++] == SHIFT_OUT;
        } else if (korean && bytes[i] != '\n') {
            i += append_pair(to, bytes + i, length - i);
        } else {
            korean = FALSE;
            g_string_append_c(to, (char) bytes[i++]);
        }
    }
    return to;
}

/* RFC 1843: "~{" and "~}" shift, "~~" is a tilde, "~" at the end of a line joins it with the next. */
static GString *
unescape_hz(const guint8 *bytes, gsize length)
{
    GString *to = g_string_sized_new(length);
    gboolean chinese = FALSE;

    for (gsize i = 0; i < length;) {
        guint8 next = i + 1 < length ? bytes[i + 1] : 0;

        if (bytes[i] == '~' && (next == '{' || next == '}')) {
            chinese = next == '{';
            i += 2;
        } else if (bytes[i] == '~' && !chinese && (next == '~' || next == '\n')) {
            if (next == '~')
                g_string_append_c(to, '~');
            i += 2;
        } else if (chinese && bytes[i] != '\n') {
            i += append_pair(to, bytes + i, length - i);
        } else {
            chinese = FALSE;
            g_string_append_c(to, (char) bytes[i++]);
        }
    }
    return to;
}

GString *
charset_unescape(const Charset *charset, const guint8 *bytes, gsize length)
{
    if (charset->kind != CHARSET_SEVEN_BIT)
        return NULL;
    if (g_str_equal(charset->name, "iso-2022-jp"))
        return unescape_japanese(bytes, length);
    if (g_str_equal(charset->name, "iso-2022-kr"))
        return unescape_korean(bytes, length);
    return g_str_equal(charset->name, "hz-gb-2312") ? unescape_hz(bytes, length) : NULL;
}

const Charset *
charset_by_escapes(const guint8 *bytes, gsize length)
{
    static const struct {
        const char *escape;
        const char *name;
    } signs[] = {
        { "\x1b$(O", "iso-2022-jp-3" }, { "\x1b$(P", "iso-2022-jp-3" }, { "\x1b$(Q", "iso-2022-jp-3" },
        { "\x1b$A", "iso-2022-jp-2" },  { "\x1b$(C", "iso-2022-jp-2" }, { "\x1b.A", "iso-2022-jp-2" },
        { "\x1b.F", "iso-2022-jp-2" },  { "\x1b$)C", "iso-2022-kr" },   { "\x1b$)A", "iso-2022-cn" },
        { "\x1b$)G", "iso-2022-cn" },   { "\x1b$)E", "iso-2022-cn" },   { "\x1b$B", "iso-2022-jp" },
        { "\x1b$@", "iso-2022-jp" },    { "\x1b(I", "iso-2022-jp" },    { "\x1b$(D", "iso-2022-jp" },
    };
    const guint8 *end = bytes + length;
    gsize best = G_N_ELEMENTS(signs);

    /* The earlier in the table, the less other sets know it: that one decides, wherever it stands. */
    for (const guint8 *p = memchr(bytes, ESC, length); p != NULL; p = memchr(p + 1, ESC, (gsize) (end - p - 1))) {
        for (gsize i = 0; i < best; i++) {
            if (starts_with(p, (gsize) (end - p), signs[i].escape))
                best = i;
        }
    }
    return best < G_N_ELEMENTS(signs) ? charset_find(signs[best].name) : NULL;
}
