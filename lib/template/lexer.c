/*
 * lexer.c - texts and tags of a template
 *
 * The delimiters may change with every tag ({{=<% %>=}}), so a tag is read with those in force where it begins.
 */
#include "template/token-private.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

typedef struct {
    TokenList  *list;
    gsize       at;
    const char *open, *close;          /* delimiters, in the source or constant */
    gsize       open_length, close_length;
    gboolean    failed;
} Lexer;

static void
place_of(const TokenList *list, gsize offset, guint *line_out, guint *column_out)
{
    const char *begin = list->source;

    *line_out = 1;
    for (const char *p = list->source; p < list->source + offset; p++) {
        if (*p == '\n') {
            (*line_out)++;
            begin = p + 1;
        }
    }
    *column_out = (guint) g_utf8_strlen(begin, list->source + offset - begin) + 1;
}

void
tokens_problem(const TokenList *list, gsize offset, char *hint, const char *text, ...)
{
    g_autofree char *said = NULL;
    guint line, column;
    va_list arguments;

    /* Places are counted from the beginning each time. */
    if (list->problems->len >= LIMIT_TEMPLATE_PROBLEMS && template_problems_are_errors(list->problems)) {
        g_free(hint);
        return;
    }
    va_start(arguments, text);
    said = g_strdup_vprintf(text, arguments);
    va_end(arguments);
    place_of(list, offset, &line, &column);
    template_problem_add(list->problems, TEMPLATE_ERROR, list->file, line, column, hint, "%s", said);
}

char *
token_name_shown(const Token *token)
{
    g_autofree char *name = g_strndup(token->start, token->length);

    return text_cut(name, 60);
}

static gboolean
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
trim(const char **start, gsize *length)
{
    while (*length > 0 && is_space((*start)[*length - 1]))
        (*length)--;
    while (*length > 0 && is_space(**start)) {
        (*start)++;
        (*length)--;
    }
}

static const char *
find(const Lexer *lexer, gsize from, const char *what, gsize length)
{
    const char *at = lexer->list->source + from, *end = lexer->list->source + lexer->list->length;

    while (at < end && (at = memchr(at, what[0], (gsize) (end - at))) != NULL && (gsize) (end - at) >= length) {
        if (memcmp(at, what, length) == 0)
            return at;
        at++;
    }
    return NULL;
}

static Token *
add(Lexer *lexer, TokenKind kind, gsize offset, const char *start, gsize length)
{
    Token token = { .kind = kind, .offset = offset, .start = start, .length = length };

    g_array_append_val(lexer->list->tokens, token);
    return token_at(lexer->list, lexer->list->tokens->len - 1);
}

/* Texts end behind each LF, so that a line is a row of tokens. */
static void
add_text(Lexer *lexer, gsize end)
{
    while (lexer->at < end) {
        const char *start = lexer->list->source + lexer->at;
        const char *newline = memchr(start, '\n', end - lexer->at);
        gsize length = newline != NULL ? (gsize) (newline - start) + 1 : end - lexer->at;

        add(lexer, TOKEN_TEXT, lexer->at, start, length);
        lexer->at += length;
    }
}

/* "<% %>": two words without blanks and "=". */
static void
read_delimiters(Lexer *lexer, gsize offset, const char *start, gsize length)
{
    gsize first = 0, gap;

    trim(&start, &length);
    while (first < length && !is_space(start[first]))
        first++;
    for (gap = first; gap < length && is_space(start[gap]); gap++)
        continue;
    for (gsize i = gap; i < length; i++) {
        if (is_space(start[i]))
            gap = length;
    }
    if (first == 0 || gap >= length || memchr(start, '=', length) != NULL) {
        tokens_problem(lexer->list, offset, g_strdup("write two words without '=', like '{{=<% %>=}}'"),
                       "delimiters are set wrongly");
        lexer->failed = TRUE;
        return;
    }
    add(lexer, TOKEN_NOTHING, offset, start, length);
    lexer->open = start;
    lexer->open_length = first;
    lexer->close = start + gap;
    lexer->close_length = length - gap;
}

/* "a.b" is two names; "." alone is the value itself. */
static gboolean
check_name(Lexer *lexer, gsize offset, const Token *token)
{
    const char *name = token->start;
    gsize length = token->length;
    gboolean is_path = token->dynamic || (token->kind != TOKEN_PARTIAL && token->kind != TOKEN_PARENT && token->kind != TOKEN_BLOCK);
    g_autofree char *shown = token_name_shown(token);

    if (length == 0) {
        tokens_problem(lexer->list, offset, NULL, "a tag has no name");
        return FALSE;
    }
    for (gsize i = 0; i < length; i++) {
        if (is_space(name[i])) {
            tokens_problem(lexer->list, offset, NULL, "a name cannot hold blanks: '%s'", shown);
            return FALSE;
        }
    }
    if (!is_path || token->kind == TOKEN_CLOSE || (length == 1 && name[0] == '.'))
        return TRUE;
    if (name[0] == '.' || name[length - 1] == '.' || g_strstr_len(name, (gssize) length, "..") != NULL) {
        tokens_problem(lexer->list, offset, g_strdup("names are joined by single dots, like 'ticket.subject'"),
                       "'%s' is not a name", shown);
        return FALSE;
    }
    return TRUE;
}

static gboolean
kind_of(char sigil, TokenKind *kind_out)
{
    static const struct {
        char      sigil;
        TokenKind kind;
    } kinds[] = {
        { '#', TOKEN_SECTION }, { '^', TOKEN_INVERTED }, { '/', TOKEN_CLOSE }, { '>', TOKEN_PARTIAL }, { '<', TOKEN_PARENT },
        { '$', TOKEN_BLOCK },   { '&', TOKEN_PLAIN },    { '{', TOKEN_PLAIN }, { '!', TOKEN_NOTHING },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (kinds[i].sigil == sigil) {
            *kind_out = kinds[i].kind;
            return TRUE;
        }
    }
    *kind_out = TOKEN_VALUE;
    return FALSE;
}

static void
read_name(Lexer *lexer, TokenKind kind, gsize offset, const char *start, gsize length)
{
    Token *token;

    trim(&start, &length);
    token = add(lexer, kind, offset, start, length);
    if (kind == TOKEN_NOTHING)
        return;
    if ((kind == TOKEN_PARTIAL || kind == TOKEN_PARENT || kind == TOKEN_CLOSE) && length > 0 && *start == '*') {
        token->dynamic = TRUE;
        token->start++;
        token->length--;
        trim(&token->start, &token->length);
    }
    if (!check_name(lexer, offset, token))
        lexer->failed = TRUE;
}

/* FALSE: the tag has no end, and nothing behind it can be read. */
static gboolean
read_tag(Lexer *lexer)
{
    const TokenList *list = lexer->list;
    gsize offset = lexer->at, inside = offset + lexer->open_length;
    char sigil = inside < list->length ? list->source[inside] : '\0';
    g_autofree char *ending = NULL;
    const char *end;
    gsize ending_length;
    TokenKind kind;

    if (sigil == '=' || sigil == '{') {
        ending = g_strdup_printf("%c%.*s", sigil == '=' ? '=' : '}', (int) lexer->close_length, lexer->close);
        inside++;
    } else {
        ending = g_strndup(lexer->close, lexer->close_length);
    }
    ending_length = strlen(ending);
    end = find(lexer, MIN(inside, list->length), ending, ending_length);
    if (end == NULL) {
        tokens_problem(list, offset, g_strdup_printf("write '%s'", ending), "a tag is never closed");
        return FALSE;
    }
    lexer->at = (gsize) (end - list->source) + ending_length;
    if (sigil == '=') {
        read_delimiters(lexer, offset, list->source + inside, (gsize) (end - list->source) - inside);
        return TRUE;
    }
    if (kind_of(sigil, &kind) && sigil != '{')
        inside++;
    read_name(lexer, kind, offset, list->source + inside, (gsize) (end - list->source) - inside);
    return TRUE;
}

gboolean
tokens_read(TokenList *list)
{
    Lexer lexer = { list, 0, "{{", "}}", 2, 2, FALSE };
    const char *bad;

    if (list->length > LIMIT_TEMPLATE_SOURCE) {
        template_problem_add(list->problems, TEMPLATE_ERROR, list->file, 0, 0, NULL, "the template is larger than %d octets",
                             LIMIT_TEMPLATE_SOURCE);
        return FALSE;
    }
    if (!g_utf8_validate_len(list->source, list->length, &bad)) {
        tokens_problem(list, (gsize) (bad - list->source), g_strdup("save the file as UTF-8"), "this is not UTF-8 text");
        return FALSE;
    }
    while (lexer.at < list->length) {
        const char *tag = find(&lexer, lexer.at, lexer.open, lexer.open_length);

        add_text(&lexer, tag != NULL ? (gsize) (tag - list->source) : list->length);
        if (tag != NULL && !read_tag(&lexer))
            return FALSE;
    }
    return !lexer.failed;
}
