#define _GNU_SOURCE   /* memmem */
#include "sieve/string-private.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "sieve/checker-private.h"
#include "sieve/run-private.h"

static void
piece_clear(gpointer data)
{
    g_free(((StringPiece *) data)->text);
}

void
string_free(SieveString *string)
{
    if (string == NULL)
        return;
    g_free(string->text);
    g_clear_pointer(&string->pieces, g_array_unref);
    g_free(string);
}

static const char *
skip_blanks(const char *p, const char *end)
{
    while (p < end && strchr(" \t\r\n", *p) != NULL)
        p++;
    return p;
}

/* One hex number of at most `most` digits; NULL if there is none. */
static const char *
hex_number(const char *p, const char *end, guint most, gunichar *value_out)
{
    const char *begin = p;
    gunichar value = 0;

    while (p < end && (guint) (p - begin) < most && g_ascii_isxdigit(*p))
        value = value * 16 + (gunichar) g_ascii_xdigit_value(*p++);
    if (p == begin || (p < end && g_ascii_isxdigit(*p)))
        return NULL;
    *value_out = value;
    return p;
}

/*
 * RFC 5228, 2.4.2.4: "${hex: 40 c3}" and "${unicode: 40}", at p. Appends what it stands for and returns what follows it; NULL if it is
 * none and stays as it is.
 */
static const char *
decode_character(Checker *checker, const char *p, const char *end, SievePlace place, GString *to)
{
    gboolean hex = end - p > 6 && g_ascii_strncasecmp(p, "${hex:", 6) == 0;
    gsize before = to->len;

    if (!hex && !(end - p > 10 && g_ascii_strncasecmp(p, "${unicode:", 10) == 0))
        return NULL;
    p = skip_blanks(p + (hex ? 6 : 10), end);
    while (p < end && *p != '}') {
        gunichar value = 0;
        const char *next = hex_number(p, end, hex ? 2 : 8, &value);

        if (next == NULL || (next < end && *next != '}' && strchr(" \t\r\n", *next) == NULL)) {
            g_string_truncate(to, before);
            return NULL;
        }
        if (!hex && (value > 0x10ffff || (value >= 0xd800 && value < 0xe000)))
            sieve_error(checker->problems, place, NULL, "%X is no Unicode character", value);
        else if (hex)
            g_string_append_c(to, (char) value);
        else
            g_string_append_unichar(to, value);
        p = skip_blanks(next, end);
    }
    if (p >= end || to->len == before) {
        g_string_truncate(to, before);
        return NULL;
    }
    return p + 1;
}

static char *
decode_characters(Checker *checker, const char *text, gsize length, SievePlace place, gsize *length_out)
{
    GString *to = g_string_sized_new(length + 1);
    const char *end = text + length;

    for (const char *p = text; p < end;) {
        const char *next = *p == '$' ? decode_character(checker, p, end, place, to) : NULL;

        if (next == NULL)
            g_string_append_c(to, *p++);
        else
            p = next;
    }
    *length_out = to->len;
    return g_string_free(to, FALSE);
}

static void
add_text(GArray *pieces, const char *text, gsize length)
{
    StringPiece piece = { .kind = PIECE_TEXT, .text = g_strndup(text, length), .length = length };

    if (length > 0)
        g_array_append_val(pieces, piece);
    else
        g_free(piece.text);
}

static gboolean
is_identifier(const char *name, gsize length)
{
    if (length == 0 || !(g_ascii_isalpha(*name) || *name == '_'))
        return FALSE;
    for (gsize i = 1; i < length; i++) {
        if (!g_ascii_isalnum(name[i]) && name[i] != '_')
            return FALSE;
    }
    return TRUE;
}

/* "1", "23": a match variable. */
static gboolean
is_number(const char *name, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isdigit(name[i]))
            return FALSE;
    }
    return length > 0 && length < 8;
}

/* "env.phase": identifiers with dots between them (RFC 5229, 3: namespaces). */
static gboolean
is_dotted(const char *name, gsize length)
{
    const char *end = name + length;

    for (const char *dot; (dot = memchr(name, '.', (gsize) (end - name))) != NULL; name = dot + 1) {
        if (!is_identifier(name, (gsize) (dot - name)))
            return FALSE;
    }
    return is_identifier(name, (gsize) (end - name)) || is_number(name, (gsize) (end - name));
}

/* What stands between "${" and "}", if it names a variable (RFC 5229, 3). */
static gboolean
variable_piece(Checker *checker, const char *name, gsize length, SievePlace place, StringPiece *piece)
{
    const char *dot = memchr(name, '.', length);
    g_autofree char *text = g_strndup(name, length);

    if (is_number(name, length)) {
        piece->kind = PIECE_MATCH;
        piece->number = (guint) g_ascii_strtoull(text, NULL, 10);
        if (piece->number >= LIMIT_SIEVE_MATCHES)
            sieve_error(checker->problems, place, NULL, "match variables go up to %d", LIMIT_SIEVE_MATCHES - 1);
        return TRUE;
    }
    if (dot != NULL)
        return is_dotted(name, length) && checker_namespace(checker, text, place, piece);
    if (!is_identifier(name, length))
        return FALSE;
    if (checker_is_global(checker, text, &piece->number)) {
        piece->kind = PIECE_GLOBAL;
        return TRUE;
    }
    piece->kind = PIECE_LOCAL;
    piece->number = checker_local(checker, text, place);
    return TRUE;
}

static GArray *
find_variables(Checker *checker, const char *text, gsize length, SievePlace place)
{
    GArray *pieces = g_array_new(FALSE, TRUE, sizeof(StringPiece));
    const char *end = text + length, *from = text;

    g_array_set_clear_func(pieces, piece_clear);
    for (const char *p = text; p + 3 < end + 1 && (p = memmem(p, (gsize) (end - p), "${", 2)) != NULL;) {
        const char *close = memchr(p, '}', (gsize) (end - p));
        StringPiece piece = { 0 };

        if (close == NULL)
            break;
        if (variable_piece(checker, p + 2, (gsize) (close - p - 2), place, &piece)) {
            add_text(pieces, from, (gsize) (p - from));
            g_array_append_val(pieces, piece);
            p = from = close + 1;
        } else {
            p++;
        }
    }
    if (pieces->len == 0) {
        g_array_unref(pieces);
        return NULL;
    }
    add_text(pieces, from, (gsize) (end - from));
    return pieces;
}

/* Octets may be written one by one, but everything a string can come to (a ticket, a mail, a log) wants text. */
static void
make_valid(Checker *checker, SieveString *string, SievePlace place)
{
    char *valid;

    if (g_utf8_validate_len(string->text, string->length, NULL))
        return;
    sieve_warning(checker->problems, place, NULL, "these octets are no UTF-8: what is none matches nothing");
    valid = text_sanitise(string->text, string->length);
    g_free(string->text);
    string->text = valid;
    string->length = strlen(valid);
}

SieveString *
string_compile(Checker *checker, const char *text, gsize length, SievePlace place)
{
    SieveString *string = g_new0(SieveString, 1);

    string->place = place;
    if (checker_has(checker, "encoded-character") && memmem(text, length, "${", 2) != NULL) {
        string->text = decode_characters(checker, text, length, place, &string->length);
        make_valid(checker, string, place);
    } else {
        string->text = g_strndup(text, length);
        string->length = length;
    }
    if (checker_has(checker, "variables") && memmem(string->text, string->length, "${", 2) != NULL)
        string->pieces = find_variables(checker, string->text, string->length, place);
    return string;
}

const char *
string_value(Run *run, const SieveString *string, GString *scratch, gsize *length_out)
{
    if (string->pieces == NULL) {
        *length_out = string->length;
        return string->text;
    }
    g_string_truncate(scratch, 0);
    for (guint i = 0; i < string->pieces->len; i++) {
        const StringPiece *piece = &g_array_index(string->pieces, StringPiece, i);

        if (piece->kind == PIECE_TEXT)
            g_string_append_len(scratch, piece->text, (gssize) piece->length);
        else
            run_append_variable(run, piece, scratch);
        if (scratch->len > LIMIT_SIEVE_STRING)
            g_string_truncate(scratch, LIMIT_SIEVE_STRING);
    }
    run_spend(run, scratch->len);
    *length_out = scratch->len;
    return scratch->str;
}
