#include "message/html-scan-private.h"

#include <string.h>

#include "message/html-text-private.h"

void
html_scanner_init(HtmlScanner *scanner, const char *html, gsize length)
{
    *scanner = (HtmlScanner){ .next = html, .end = html + length };
}

static gboolean
at(const char *p, const char *end, const char *word)
{
    gsize length = strlen(word);

    return (gsize) (end - p) >= length && g_ascii_strncasecmp(p, word, length) == 0;
}

/* Behind the first c, or NULL; what is not there once is not there later either. */
static const char *
behind(const char *p, const char *end, char c, gboolean *none_inout)
{
    const char *found = *none_inout ? NULL : memchr(p, c, (gsize) (end - p));

    *none_inout = found == NULL;
    return found != NULL ? found + 1 : NULL;
}

/* A comment that never ends is closed by the next ">", so that the rest is not lost. */
static const char *
skip_comment(HtmlScanner *scanner, const char *p)
{
    const char *body = p + 4;
    const char *close;

    if (at(body, scanner->end, ">") || at(body, scanner->end, "->"))
        return body + (*body == '>' ? 1 : 2);
    for (close = body; !scanner->no_comment_end && (close = memchr(close, '-', (gsize) (scanner->end - close))) != NULL; close++) {
        if (at(close, scanner->end, "-->"))
            return close + 3;
        if (at(close, scanner->end, "--!>"))
            return close + 4;
    }
    scanner->no_comment_end = TRUE;
    close = behind(p, scanner->end, '>', &scanner->no_tag_end);
    return close != NULL ? close : scanner->end;
}

/* Behind "</name", which may not be there: then all the rest is part of it, as browsers have it. */
static const char *
skip_raw(HtmlScanner *scanner, const char *p, const char *end_tag)
{
    while ((p = memchr(p, '<', (gsize) (scanner->end - p))) != NULL) {
        if (at(p, scanner->end, end_tag)) {
            const char *close = memchr(p, '>', (gsize) (scanner->end - p));

            return close != NULL ? close + 1 : scanner->end;
        }
        p++;
    }
    return scanner->end;
}

static gboolean
is_name_end(const char *p, const char *end)
{
    return p >= end || g_ascii_isspace(*p) || *p == '>' || *p == '/';
}

/* The begin of something that is left out; returns what follows it, or NULL. */
static const char *
skip_unread(HtmlScanner *scanner, const char *p)
{
    static const char *const raw[][2] = { { "<script", "</script" }, { "<style", "</style" } };
    static const char *const dropped[] = { "</body", "</html" };
    const char *close;

    if (at(p, scanner->end, "<!--"))
        return skip_comment(scanner, p);
    if (at(p, scanner->end, "<!") || at(p, scanner->end, "<?")) {
        close = behind(p, scanner->end, '>', &scanner->no_tag_end);
        return close != NULL ? close : scanner->end;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(raw); i++) {
        if (at(p, scanner->end, raw[i][0]) && is_name_end(p + strlen(raw[i][0]), scanner->end))
            return skip_raw(scanner, p + 1, raw[i][1]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(dropped); i++) {
        if (at(p, scanner->end, dropped[i]) && is_name_end(p + strlen(dropped[i]), scanner->end)) {
            close = behind(p, scanner->end, '>', &scanner->no_tag_end);
            return close != NULL ? close : scanner->end;
        }
    }
    return NULL;
}

/* Behind the value's quote, or behind the quote alone if no second one comes. */
static const char *
skip_quoted(HtmlScanner *scanner, const char *p)
{
    const char *close = behind(p + 1, scanner->end, *p, *p == '"' ? &scanner->no_quote : &scanner->no_apostrophe);

    return close != NULL ? close : p + 1;
}

/* p: at "<" and a letter or slash. The piece is the whole tag, or as much as has HTML_MAX_ATTRIBUTES. */
static void
take_tag(HtmlScanner *scanner, const char *p, HtmlPiece *piece_out)
{
    guint attributes = 0;
    const char *limit = NULL;
    char last = '<';

    *piece_out = (HtmlPiece){ .start = p, .tag = TRUE };
    for (p++; p < scanner->end && *p != '>'; ) {
        gboolean begins = (g_ascii_isspace(last) && !g_ascii_isspace(*p)) || *p == '=';

        attributes += begins ? 1 : 0;
        if (attributes > HTML_MAX_ATTRIBUTES * 2 && limit == NULL)
            limit = p;
        if ((*p == '"' || *p == '\'') && last == '=') {
            p = skip_quoted(scanner, p);
            last = '"';
        } else {
            last = g_ascii_isspace(*p) && last == '=' ? '=' : *p;
            p++;
        }
    }
    scanner->next = p < scanner->end ? p + 1 : p;
    piece_out->cut = limit != NULL;
    piece_out->length = (gsize) ((limit != NULL ? limit : scanner->next) - piece_out->start);
}

gboolean
html_scanner_next(HtmlScanner *scanner, HtmlPiece *piece_out)
{
    while (scanner->next < scanner->end) {
        const char *p = scanner->next;
        const char *after = *p == '<' ? skip_unread(scanner, p) : NULL;
        const char *open;

        if (after != NULL) {
            scanner->next = after;
            continue;
        }
        if (*p == '<' && p + 1 < scanner->end && (g_ascii_isalpha(p[1]) || p[1] == '/')) {
            take_tag(scanner, p, piece_out);
            return TRUE;
        }
        open = memchr(p + 1, '<', (gsize) (scanner->end - p - 1));
        scanner->next = open != NULL ? open : scanner->end;
        *piece_out = (HtmlPiece){ .start = p, .length = (gsize) (scanner->next - p) };
        return TRUE;
    }
    return FALSE;
}

/* Letters and digits; an entity counts as one if it is written as a number, as none if it is named: most are blanks. */
gsize
html_count_letters(const char *html)
{
    HtmlScanner scanner;
    HtmlPiece piece;
    gsize count = 0;

    html_scanner_init(&scanner, html, strlen(html));
    while (html_scanner_next(&scanner, &piece)) {
        for (gsize i = 0; !piece.tag && i < piece.length; i++) {
            const char *p = piece.start + i;

            if (*p == '&') {
                gsize name = strspn(p + 1, "#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

                count += p[1] == '#' ? 1 : 0;
                i += MIN(name, piece.length - i - 1);
            } else if (g_ascii_isalnum(*p) || (guchar) *p >= 0xc0) {
                count++;
            }
        }
    }
    return count;
}
