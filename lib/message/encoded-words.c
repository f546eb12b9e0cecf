#include "message/encoded-words-private.h"

#include <glib.h>
#include <string.h>

#include "message/charset-private.h"

#define MAX_CHARSET_LENGTH 60

typedef struct {
    char        charset[MAX_CHARSET_LENGTH + 1];
    gboolean    base64;
    const char *text;
    gsize       length;      /* of the encoded text */
    const char *end;         /* behind "?=" */
} Word;

/*
 * The "?=" that ends the text of a word.  Where it is missing, the next word or the end of the value; a question mark that a program
 * forgot to encode may stand before an encoded octet ("?=20").
 */
static const char *
text_end(const char *text, gboolean q)
{
    const char *p = text;

    for (; *p != '\0'; p++) {
        if (p[0] == '?' && p[1] == '=' && !(q && g_ascii_isxdigit(p[2]) && g_ascii_isxdigit(p[3])))
            return p;
        /* In "w6Q=?=" the padding only looks like the next word. */
        if (p[0] == '=' && p[1] == '?' && p[2] != '=')
            break;
    }
    while (p > text && g_ascii_isspace(p[-1]))
        p--;
    return p;
}

/* "=?charset*language?B?text?=" (RFC 2047, 2; RFC 2231, 5) */
static gboolean
read_word(const char *p, Word *word_out)
{
    gsize name;
    gsize to_encoding;
    const char *language;
    const char *stop;

    if (p[0] != '=' || p[1] != '?')
        return FALSE;
    p += 2;
    to_encoding = strcspn(p, "? \t");
    language = memchr(p, '*', to_encoding);
    name = language != NULL ? (gsize) (language - p) : to_encoding;
    if (p[to_encoding] != '?' || name == 0 || name > MAX_CHARSET_LENGTH)
        return FALSE;
    memcpy(word_out->charset, p, name);
    word_out->charset[name] = '\0';
    p += to_encoding + 1;
    if (strchr("BbQq", *p) == NULL || *p == '\0' || p[1] != '?')
        return FALSE;
    word_out->base64 = *p == 'B' || *p == 'b';
    word_out->text = p + 2;
    stop = text_end(word_out->text, !word_out->base64);
    word_out->length = (gsize) (stop - word_out->text);
    word_out->end = *stop == '?' ? stop + 2 : stop;
    return TRUE;
}

/* Whether base64 was cut between words where no group of four ends, as programs do that fold without looking. */
static gboolean
is_cut_base64(const GString *text)
{
    return text->len % 4 != 0 && text->str[text->len - 1] != '=';
}

static void
append_base64(GByteArray *to, const char *text, gsize length)
{
    g_autofree guchar *bytes = g_malloc(length / 4 * 3 + 6);
    gint state = 0;
    guint save = 0;

    g_byte_array_append(to, bytes, (guint) g_base64_decode_step(text, length, bytes, &state, &save));
    /* Missing padding: the bits that are there still make a byte or two. */
    while (state != 0 && state != -1) {
        gsize more = g_base64_decode_step("=", 1, bytes, &state, &save);

        g_byte_array_append(to, bytes, (guint) more);
        if (more > 0)
            break;
    }
}

static void
append_q(GByteArray *to, const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        guint8 byte = (guint8) text[i];

        if (text[i] == '_') {
            byte = ' ';
        } else if (text[i] == '=' && i + 2 < length && g_ascii_isxdigit(text[i + 1]) && g_ascii_isxdigit(text[i + 2])) {
            byte = (guint8) (g_ascii_xdigit_value(text[i + 1]) * 16 + g_ascii_xdigit_value(text[i + 2]));
            i += 2;
        }
        g_byte_array_append(to, &byte, 1);
    }
}

static void
flush_bytes(GString *to, GByteArray *bytes, const char *charset)
{
    gboolean guessed = FALSE;
    g_autofree char *text = charset_to_utf8(bytes->data, bytes->len, charset, &guessed);

    g_string_append(to, text);
    g_byte_array_set_size(bytes, 0);
}

static void
flush_base64(GByteArray *bytes, GString *base64)
{
    append_base64(bytes, base64->str, base64->len);
    g_string_truncate(base64, 0);
}

static void
append_without_blanks(GString *to, const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isspace(text[i]))
            g_string_append_c(to, text[i]);
    }
}

/* All words that follow each other, with nothing but blanks between, as one text; returns where they end. */
static const char *
read_run(const char *p, GString *text)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(GString) base64 = g_string_new(NULL);
    char charset[MAX_CHARSET_LENGTH + 1] = "";
    const char *end = p;
    Word word;

    while (read_word(p, &word)) {
        gboolean other = g_ascii_strcasecmp(charset, word.charset) != 0;

        if (base64->len > 0 && (other || !word.base64 || !is_cut_base64(base64)))
            flush_base64(bytes, base64);
        if (bytes->len > 0 && other)
            flush_bytes(text, bytes, charset);
        g_strlcpy(charset, word.charset, sizeof charset);
        if (word.base64)
            append_without_blanks(base64, word.text, word.length);
        else
            append_q(bytes, word.text, word.length);
        end = word.end;
        p = end + strspn(end, " \t\r\n");
    }
    flush_base64(bytes, base64);
    flush_bytes(text, bytes, charset);
    return end;
}

static void
append_as_word(GString *to, const char *text)
{
    g_string_append(to, "=?utf-8?Q?");
    for (const char *p = text; *p != '\0'; p++) {
        if (g_ascii_isalnum(*p))
            g_string_append_c(to, *p);
        else
            g_string_append_printf(to, "=%02X", (guchar) *p);
    }
    g_string_append(to, "?=");
}

static char *
rewrite(const char *raw, gboolean keep_encoded)
{
    gboolean guessed = FALSE;
    g_autofree char *valid = charset_to_utf8((const guint8 *) raw, strlen(raw), NULL, &guessed);
    GString *result = g_string_sized_new(strlen(valid) + 1);
    const char *p = valid;

    while (*p != '\0') {
        const char *open = strstr(p, "=?");
        g_autoptr(GString) text = NULL;
        Word word;

        if (open == NULL) {
            g_string_append(result, p);
            break;
        }
        g_string_append_len(result, p, open - p);
        if (!read_word(open, &word)) {
            g_string_append(result, "=?");
            p = open + 2;
            continue;
        }
        text = g_string_new(NULL);
        p = read_run(open, text);
        if (keep_encoded)
            append_as_word(result, text->str);
        else
            g_string_append(result, text->str);
    }
    return g_string_free(result, FALSE);
}

char *
encoded_words_decode(const char *raw)
{
    return rewrite(raw, FALSE);
}

char *
encoded_words_simplify(const char *raw)
{
    return rewrite(raw, TRUE);
}
