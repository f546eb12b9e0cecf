#include "message/mime-value.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "message/charset-private.h"
#include "message/header-reader-private.h"

/* A piece of a parameter as it stands: "name*1*=text" */
typedef struct {
    char    *name;
    int      section;       /* -1: the parameter is not split */
    gboolean percent;       /* a trailing asterisk: percent-encoded */
    char    *text;
} Piece;

static void
piece_free(gpointer data)
{
    Piece *piece = data;

    g_free(piece->name);
    g_free(piece->text);
    g_free(piece);
}

static void
parameter_free(gpointer data)
{
    MimeParameter *parameter = data;

    g_free(parameter->name);
    g_free(parameter->text);
    g_free(parameter);
}

void
mime_value_free(MimeValue *value)
{
    g_free(value->value);
    g_ptr_array_unref(value->parameters);
    g_free(value);
}

/* Behind blanks and comments (RFC 5322, 3.2.2); a comment that is not closed reaches to the end. */
static const char *
skip_blanks(const char *p)
{
    for (;;) {
        const char *behind;

        p += strspn(p, " \t\r\n\f");
        if (*p != '(')
            return p;
        behind = text_comment_end(p);
        p = behind != NULL ? behind : p + strlen(p);
    }
}

/* "text / plain" is one word; some programs write the field's name into its value. */
static const char *
read_main_value(const char *p, char **value_out)
{
    GString *value = g_string_new(NULL);

    p = skip_blanks(p);
    if (g_ascii_strncasecmp(p, "content-type:", 13) == 0)
        p = skip_blanks(p + 13);
    while (*p != '\0' && strchr(";,(", *p) == NULL) {
        if (g_ascii_isspace(*p)) {
            const char *next = p + strspn(p, " \t\r\n\f");

            if (*next != '/' && (value->len == 0 || value->str[value->len - 1] != '/'))
                break;
            p = next;
        } else {
            if (*p != '"')
                g_string_append_c(value, g_ascii_tolower(*p));
            p++;
        }
    }
    *value_out = g_string_free(value, FALSE);
    return p;
}

static const char *
read_quoted(const char *p, GString *text)
{
    const char *begin = ++p;

    for (; *p != '\0' && *p != '"'; p++) {
        if (*p == '\\' && p[1] != '\0')
            p++;
        g_string_append_c(text, *p);
    }
    if (*p == '"')
        return p + 1;
    /* The closing quote is missing: then the text ends where an unquoted one would. */
    g_string_truncate(text, 0);
    p = begin + strcspn(begin, ";");
    g_string_append_len(text, begin, p - begin);
    return p;
}

/* Whether what follows the blanks at p is the next parameter, before which a semicolon is missing. */
static gboolean
parameter_follows(const char *p)
{
    gsize length;

    p += strspn(p, " \t\r\n\f");
    length = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_*");
    return length > 0 && p[length] == '=';
}

/* Only names of files hold blanks that nobody quoted. */
static const char *
read_unquoted(const char *p, gboolean is_name, GString *text)
{
    gboolean word = FALSE;

    for (; *p != '\0' && *p != ';'; p++) {
        if (!g_ascii_isspace(*p)) {
            word = TRUE;
        } else if (word) {
            /* Looked at once for each run of blanks, so this stays linear. */
            if (!is_name || parameter_follows(p))
                break;
            word = FALSE;
        }
        g_string_append_c(text, *p);
    }
    while (text->len > 0 && g_ascii_isspace(text->str[text->len - 1]))
        g_string_truncate(text, text->len - 1);
    return p;
}

/* "name*1*": the name, the section and whether the text is percent-encoded. */
static Piece *
new_piece(const char *written, gsize length)
{
    Piece *piece = g_new0(Piece, 1);
    char *star;

    piece->name = g_ascii_strdown(written, (gssize) length);
    piece->section = -1;
    star = strchr(piece->name, '*');
    if (star == NULL)
        return piece;
    piece->percent = piece->name[length - 1] == '*';
    if (g_ascii_isdigit(star[1]))
        piece->section = (int) MIN(g_ascii_strtoull(star + 1, NULL, 10), 10000);
    *star = '\0';
    return piece;
}

static const char *
read_piece(const char *p, GPtrArray *pieces)
{
    gsize length = strcspn(p, "=; \t\r\n\f");
    GString *text;
    Piece *piece;
    const char *value = skip_blanks(p + length);

    if (length == 0 || *value != '=')
        return length == 0 ? p + 1 : p + length;
    for (value++; *value == '=' && value[1] != '?'; value++)
        continue;
    value = skip_blanks(value);
    piece = new_piece(p, length);
    text = g_string_new(NULL);
    if (*value == '"')
        value = read_quoted(value, text);
    else
        value = read_unquoted(value, strcmp(piece->name, "filename") == 0 || strcmp(piece->name, "name") == 0, text);
    piece->text = g_string_free(text, FALSE);
    g_ptr_array_add(pieces, piece);
    return value;
}

static GPtrArray *
read_pieces(const char *p)
{
    GPtrArray *pieces = g_ptr_array_new_with_free_func(piece_free);

    while (pieces->len < 2 * LIMIT_MIME_PARAMETERS) {
        p += strspn(p, "; \t\r\n\f,");
        p = skip_blanks(p);
        if (*p == '\0')
            break;
        if (*p != ';' && *p != ',')
            p = read_piece(p, pieces);
    }
    return pieces;
}

static void
append_percent(GByteArray *to, const char *text)
{
    for (; *text != '\0'; text++) {
        guint8 byte = (guint8) *text;

        if (*text == '%' && g_ascii_isxdigit(text[1]) && g_ascii_isxdigit(text[2])) {
            byte = (guint8) (g_ascii_xdigit_value(text[1]) * 16 + g_ascii_xdigit_value(text[2]));
            text += 2;
        }
        g_byte_array_append(to, &byte, 1);
    }
}

/* "charset'language'text": what follows both apostrophes, and the character set (RFC 2231, 4). */
static const char *
behind_charset(const char *text, char **charset_out)
{
    const char *first = strchr(text, '\'');
    const char *second = first != NULL ? strchr(first + 1, '\'') : NULL;

    if (second == NULL)
        return text;
    if (first > text)
        *charset_out = g_strndup(text, (gsize) (first - text));
    return second + 1;
}

static int
by_section(gconstpointer a, gconstpointer b)
{
    return (*(Piece *const *) a)->section - (*(Piece *const *) b)->section;
}

/* All sections of one parameter as one text; a section that is missing or doubled is passed over. */
static char *
join_sections(GPtrArray *sections)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autofree char *charset = NULL;
    gboolean guessed = FALSE;
    gboolean percent = FALSE;
    int last = -2;

    g_ptr_array_sort(sections, by_section);
    for (guint i = 0; i < sections->len; i++) {
        const Piece *piece = sections->pdata[i];
        const char *text = piece->text;

        if (piece->section == last)
            continue;
        last = piece->section;
        if (piece->percent && i == 0)
            text = behind_charset(text, &charset);
        percent = percent || piece->percent;
        if (piece->percent)
            append_percent(bytes, text);
        else
            g_byte_array_append(bytes, (const guint8 *) text, (guint) strlen(text));
    }
    if (bytes->len == 0)
        return g_strdup("");
    if (percent)
        return charset_to_utf8(bytes->data, bytes->len, charset, &guessed);
    return g_strndup((const char *) bytes->data, bytes->len);
}

static void
add_parameter(MimeValue *value, const char *name, char *raw, gboolean extended)
{
    MimeParameter *parameter = g_new0(MimeParameter, 1);

    parameter->name = g_strdup(name);
    /* A boundary is no text: it is compared byte by byte, and may look like an encoded word. */
    parameter->text = strcmp(name, "boundary") == 0 ? g_strdup(raw) : header_decode(raw);
    parameter->extended = extended;
    g_ptr_array_add(value->parameters, parameter);
    g_free(raw);
}

/* All pieces of the parameter that pieces[first] begins; the ones taken are left without name. */
static void
take_parameter(MimeValue *value, GPtrArray *pieces, guint first)
{
    g_autoptr(GPtrArray) sections = g_ptr_array_new();
    Piece *begin = pieces->pdata[first];
    g_autofree char *name = g_strdup(begin->name);

    for (guint i = first; i < pieces->len; i++) {
        Piece *piece = pieces->pdata[i];

        if (piece->name == NULL || strcmp(piece->name, name) != 0 || (piece->section >= 0) != (begin->section >= 0) ||
            (piece->section < 0 && i > first))
            continue;
        g_ptr_array_add(sections, piece);
    }
    add_parameter(value, name, join_sections(sections), begin->section >= 0 || begin->percent);
    for (guint i = 0; i < sections->len; i++)
        g_clear_pointer(&((Piece *) sections->pdata[i])->name, g_free);
}

MimeValue *
mime_value_parse(const char *raw)
{
    MimeValue *value = g_new0(MimeValue, 1);
    const char *behind = read_main_value(raw, &value->value);
    g_autoptr(GPtrArray) pieces = NULL;

    value->parameters = g_ptr_array_new_with_free_func(parameter_free);
    /* "name=x" without a value before it */
    if (strchr(value->value, '=') != NULL)
        value->value[0] = '\0';
    else
        raw = behind;
    pieces = read_pieces(raw);
    for (guint i = 0; i < pieces->len; i++) {
        if (((Piece *) pieces->pdata[i])->name != NULL)
            take_parameter(value, pieces, i);
    }
    return value;
}

const char *
mime_value_parameter(const MimeValue *value, const char *name)
{
    const MimeParameter *found = NULL;

    if (value == NULL)
        return NULL;
    for (guint i = 0; i < value->parameters->len; i++) {
        const MimeParameter *parameter = value->parameters->pdata[i];

        if (strcmp(parameter->name, name) == 0 && (found == NULL || (parameter->extended && !found->extended)))
            found = parameter;
    }
    return found != NULL ? found->text : NULL;
}
