#include "message/rtf-private.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "message/charset-private.h"

#define MOST       (4u * LIMIT_TEXT)
#define MAX_GROUPS 1000     /* deeper ones share the state of the last */
#define MAX_FONTS  256

/* What a group inherits and gives back ("{" and "}"). */
typedef struct {
    gboolean skipped;       /* a destination that is no text */
    gboolean html_tag;      /* {\*\htmltag ...}: HTML to be copied */
    gboolean rtf_only;      /* between \htmlrtf and \htmlrtf0 */
    guint8   font;
    guint    fallback;      /* \ucN: how many characters stand for one \u */
} Group;

typedef struct {
    const guint8 *p, *end;
    GArray   *groups;
    guint     too_deep;
    gboolean  begins;            /* a group was just opened */
    gboolean  ignorable;         /* after \* */
    gboolean  from_html;
    gboolean  fonts;             /* inside the table of fonts */
    guint     fonts_depth;
    guint8    font_defined;
    guint16   font_page[MAX_FONTS];
    guint     page;              /* \ansicpg */
    guint     to_skip;           /* characters that a \u replaces */
    gunichar  high;              /* first half of a pair */
    GString  *octets;            /* \'xx not yet converted */
    guint     octets_page;
    GString  *out;
} Reader;

typedef struct {
    char        word[24];
    gboolean    has_value;
    int         value;
} Control;

static Group *
group(Reader *reader)
{
    return &g_array_index(reader->groups, Group, reader->groups->len - 1);
}

static gboolean
is_heard(Reader *reader)
{
    const Group *now = group(reader);

    return !now->skipped && (now->html_tag || !now->rtf_only);
}

static void
flush_octets(Reader *reader)
{
    g_autofree char *page = NULL;
    g_autofree char *text = NULL;
    gboolean guessed = FALSE;

    if (reader->octets->len == 0)
        return;
    page = g_strdup_printf(reader->octets_page >= 932 && reader->octets_page <= 950 ? "cp%u" : "windows-%u", reader->octets_page);
    text = charset_to_utf8((const guint8 *) reader->octets->str, reader->octets->len, page, &guessed);
    g_string_append(reader->out, text);
    g_string_truncate(reader->octets, 0);
}

static void
put_text(Reader *reader, const char *text)
{
    flush_octets(reader);
    g_string_append(reader->out, text);
}

/* One character of the text; those that stand in for a \u are for readers that know no Unicode. */
static gboolean
is_replaced(Reader *reader)
{
    if (reader->to_skip == 0)
        return FALSE;
    reader->to_skip--;
    return TRUE;
}

static void
put_octet(Reader *reader, guint8 octet)
{
    guint page = reader->font_page[group(reader)->font];

    if (page == 0)
        page = reader->page;
    if (is_replaced(reader) || !is_heard(reader))
        return;
    if (octet < 0x80 && reader->octets->len == 0) {
        g_string_append_c(reader->out, octet != 0 ? (char) octet : ' ');
        return;
    }
    /* The second octet of a Chinese, Japanese or Korean character may be ASCII. */
    if (reader->octets->len > 0 && page != reader->octets_page)
        flush_octets(reader);
    reader->octets_page = page;
    g_string_append_c(reader->octets, (char) octet);
    if (octet < 0x80)
        flush_octets(reader);
}

static void
put_literal(Reader *reader, guint8 octet)
{
    reader->begins = FALSE;
    put_octet(reader, octet);
}

static void
put_unicode(Reader *reader, int value)
{
    gunichar c = (gunichar) (value < 0 ? value + 65536 : value);

    reader->to_skip = group(reader)->fallback;
    if (!is_heard(reader))
        return;
    flush_octets(reader);
    if (c >= 0xd800 && c < 0xdc00) {
        reader->high = c;
        return;
    }
    if (c >= 0xdc00 && c < 0xe000 && reader->high != 0)
        c = 0x10000 + ((reader->high - 0xd800) << 10) + (c - 0xdc00);
    reader->high = 0;
    g_string_append_unichar(reader->out, c != 0 && g_unichar_validate(c) ? c : 0xfffd);
}

static void
open_group(Reader *reader)
{
    Group inner = *group(reader);

    if (reader->groups->len >= MAX_GROUPS)
        reader->too_deep++;
    else
        g_array_append_val(reader->groups, inner);
    reader->begins = TRUE;
    reader->ignorable = FALSE;
    reader->to_skip = 0;
}

static void
close_group(Reader *reader)
{
    flush_octets(reader);
    if (reader->too_deep > 0)
        reader->too_deep--;
    else if (reader->groups->len > 1)
        g_array_set_size(reader->groups, reader->groups->len - 1);
    if (reader->groups->len < reader->fonts_depth)
        reader->fonts = FALSE;
    reader->begins = FALSE;
    reader->to_skip = 0;
}

/* The code page of a \fcharset, which is a character set of Windows' fonts; 0: that of the document. */
static guint16
page_of_font(int charset)
{
    static const struct { guint8 charset; guint16 page; } pages[] = {
        { 77, 10000 }, { 128, 932 }, { 129, 949 }, { 134, 936 }, { 136, 950 }, { 161, 1253 }, { 162, 1254 }, { 163, 1258 },
        { 177, 1255 }, { 178, 1256 }, { 186, 1257 }, { 204, 1251 }, { 222, 874 }, { 238, 1250 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(pages); i++) {
        if (pages[i].charset == charset)
            return pages[i].page;
    }
    return 0;
}

/* Words that stand for a character. */
static const struct { const char *word, *text; } characters[] = {
    { "par", "\n" }, { "line", "\n" }, { "sect", "\n" }, { "page", "\n" }, { "row", "\n" }, { "tab", "\t" }, { "cell", "\t" },
    { "lquote", "\u2018" }, { "rquote", "\u2019" }, { "ldblquote", "\u201c" }, { "rdblquote", "\u201d" },
    { "bullet", "\u2022" }, { "endash", "\u2013" }, { "emdash", "\u2014" }, { "enspace", " " }, { "emspace", " " },
};

/* Destinations that hold no text although nothing marks them as ignorable. */
static const char *const not_text[] = {
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "headerl", "headerr", "headerf", "footer", "footerl",
    "footerr", "footerf", "listtable", "listoverridetable", "rsidtbl", "generator", "xmlnstbl", "themedata", "latentstyles",
};

static gboolean
take_destination(Reader *reader, const Control *control)
{
    gboolean known = strcmp(control->word, "htmltag") == 0;

    if (reader->ignorable) {
        reader->ignorable = FALSE;
        group(reader)->html_tag = known && reader->from_html;
        group(reader)->skipped = group(reader)->skipped || !group(reader)->html_tag;
        return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(not_text) && reader->begins; i++) {
        if (strcmp(control->word, not_text[i]) == 0) {
            group(reader)->skipped = TRUE;
            reader->fonts = reader->fonts || i == 0;
            reader->fonts_depth = reader->fonts ? reader->groups->len : 0;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean
take_state(Reader *reader, const Control *control)
{
    const char *word = control->word;

    if (strcmp(word, "htmlrtf") == 0) {
        flush_octets(reader);
        group(reader)->rtf_only = reader->from_html && (!control->has_value || control->value != 0);
    } else if (strcmp(word, "fromhtml") == 0) {
        reader->from_html = TRUE;
    } else if (strcmp(word, "uc") == 0) {
        group(reader)->fallback = (guint) CLAMP(control->value, 0, 16);
    } else if (strcmp(word, "ansicpg") == 0 && control->value > 0 && control->value < 65536) {
        reader->page = (guint) control->value;
    } else if (strcmp(word, "f") == 0 && control->value >= 0 && control->value < MAX_FONTS) {
        reader->font_defined = (guint8) control->value;
        group(reader)->font = (guint8) control->value;
    } else if (strcmp(word, "fcharset") == 0 && reader->fonts) {
        reader->font_page[reader->font_defined] = page_of_font(control->value);
    } else if (strcmp(word, "plain") == 0) {
        group(reader)->font = 0;
    } else {
        return FALSE;
    }
    return TRUE;
}

static void
take_control(Reader *reader, const Control *control)
{
    gboolean destination = take_destination(reader, control);

    reader->begins = FALSE;
    if (destination || take_state(reader, control))
        return;
    if (strcmp(control->word, "u") == 0) {
        put_unicode(reader, control->value);
    } else if (strcmp(control->word, "bin") == 0) {
        reader->p += MIN((gsize) MAX(control->value, 0), (gsize) (reader->end - reader->p));
    } else if (!is_replaced(reader) && is_heard(reader)) {
        for (gsize i = 0; i < G_N_ELEMENTS(characters); i++) {
            if (strcmp(control->word, characters[i].word) == 0)
                put_text(reader, characters[i].text);
        }
    }
}

/* A word of letters, perhaps a number, and one blank that belongs to it. */
static void
read_word(Reader *reader)
{
    Control control = { .has_value = FALSE };
    gsize length = 0;
    gint64 value = 0;
    gboolean negative;

    for (; reader->p < reader->end && g_ascii_isalpha(*reader->p); reader->p++) {
        if (length < sizeof control.word - 1)
            control.word[length++] = (char) *reader->p;
    }
    negative = reader->p + 1 < reader->end && *reader->p == '-' && g_ascii_isdigit(reader->p[1]);
    if (negative)
        reader->p++;
    for (; reader->p < reader->end && g_ascii_isdigit(*reader->p); reader->p++) {
        control.has_value = TRUE;
        value = MIN(value * 10 + (*reader->p - '0'), G_MAXINT);
    }
    control.value = (int) (negative ? -value : value);
    if (reader->p < reader->end && *reader->p == ' ')
        reader->p++;
    take_control(reader, &control);
}

static void
read_hex(Reader *reader)
{
    int high, low;

    if (reader->end - reader->p < 2)
        return;
    high = g_ascii_xdigit_value((char) reader->p[0]);
    low = g_ascii_xdigit_value((char) reader->p[1]);
    if (high < 0 || low < 0)
        return;
    reader->p += 2;
    put_octet(reader, (guint8) (high * 16 + low));
}

static void
read_escape(Reader *reader)
{
    guint8 c;

    if (reader->p == reader->end)
        return;
    if (g_ascii_isalpha(*reader->p)) {
        read_word(reader);
        return;
    }
    c = *reader->p++;
    if (c == '*') {
        reader->ignorable = reader->begins;
        return;
    }
    reader->begins = FALSE;
    if (c == '\'')
        read_hex(reader);
    else if (c == '\\' || c == '{' || c == '}')
        put_octet(reader, c);
    else if (is_heard(reader) && (c == '~' || c == '_' || c == '\n' || c == '\r'))
        put_text(reader, c == '~' ? "\u00a0" : c == '_' ? "\u2011" : "\n");
}

char *
rtf_read(const guint8 *bytes, gsize length, gboolean *html_out)
{
    Reader reader = { .p = bytes, .end = bytes + length, .page = 1252 };
    Group outer = { .fallback = 1 };
    g_autofree char *text = NULL;

    reader.groups = g_array_new(FALSE, FALSE, sizeof(Group));
    reader.octets = g_string_new(NULL);
    reader.out = g_string_new(NULL);
    g_array_append_val(reader.groups, outer);
    while (reader.p < reader.end && reader.out->len < MOST) {
        guint8 c = *reader.p++;

        if (c == '{')
            open_group(&reader);
        else if (c == '}')
            close_group(&reader);
        else if (c == '\\')
            read_escape(&reader);
        else if (c != '\r' && c != '\n')
            put_literal(&reader, c);
    }
    flush_octets(&reader);
    g_array_unref(reader.groups);
    g_string_free(reader.octets, TRUE);
    *html_out = reader.from_html;
    text = g_string_free(reader.out, FALSE);
    return text_sanitise(text, strlen(text));
}
