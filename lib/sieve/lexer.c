#include "sieve/lexer-private.h"

#include <string.h>

#include "base/text.h"

const char *
token_kind_name(TokenKind kind)
{
    static const char *const names[N_TOKENS] = {
        [TOKEN_END] = "the end of the script", [TOKEN_BAD] = "something unreadable", [TOKEN_IDENTIFIER] = "a name",
        [TOKEN_TAG] = "a tag",                 [TOKEN_NUMBER] = "a number",          [TOKEN_STRING] = "a string",
        [TOKEN_SEMICOLON] = "';'",             [TOKEN_COMMA] = "','",                [TOKEN_PAREN_LEFT] = "'('",
        [TOKEN_PAREN_RIGHT] = "')'",           [TOKEN_BRACKET_LEFT] = "'['",         [TOKEN_BRACKET_RIGHT] = "']'",
        [TOKEN_BRACE_LEFT] = "'{'",            [TOKEN_BRACE_RIGHT] = "'}'",
    };

    return names[kind];
}

void
lexer_init(Lexer *lexer, const char *file, const char *source, gsize length, SieveProblems *problems)
{
    memset(lexer, 0, sizeof *lexer);
    lexer->problems = problems;
    lexer->next = source;
    lexer->end = source + length;
    lexer->place = (SievePlace) { file, 1, 1 };
    lexer->text = g_string_new(NULL);
}

void
lexer_clear(Lexer *lexer)
{
    g_string_free(lexer->text, TRUE);
    g_free(lexer->rule);
}

static char
peek(const Lexer *lexer, gsize ahead)
{
    return (gsize) (lexer->end - lexer->next) > ahead ? lexer->next[ahead] : '\0';
}

/* One octet further. Columns count characters, so the later octets of one do not move them. */
static void
step(Lexer *lexer)
{
    char c = *lexer->next++;

    if (c == '\n') {
        lexer->place.line++;
        lexer->place.column = 1;
    } else if ((c & 0xc0) != 0x80) {
        lexer->place.column++;
    }
}

static gboolean
at_end(const Lexer *lexer)
{
    return lexer->next == lexer->end;
}

static gboolean
is_name_char(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

/* Remembers "# rule:[name]"; the name may hold anything up to the last "]" of the line. */
static void
note_rule(Lexer *lexer, const char *comment, gsize length)
{
    const char *end;

    while (length > 0 && (*comment == ' ' || *comment == '\t'))
        comment++, length--;
    if (length < 7 || g_ascii_strncasecmp(comment, "rule:[", 6) != 0)
        return;
    end = g_strrstr_len(comment, (gssize) length, "]");
    if (end == NULL)
        return;
    g_free(lexer->rule);
    lexer->rule = g_strndup(comment + 6, (gsize) (end - comment - 6));
}

static void
skip_hash_comment(Lexer *lexer)
{
    const char *begin = lexer->next + 1;

    while (!at_end(lexer) && *lexer->next != '\n')
        step(lexer);
    note_rule(lexer, begin, (gsize) (lexer->next - begin));
}

/* RFC 5228, 2.3: bracketed comments do not nest. */
static void
skip_bracket_comment(Lexer *lexer)
{
    SievePlace begin = lexer->place;

    step(lexer);
    step(lexer);
    while (!at_end(lexer) && !(peek(lexer, 0) == '*' && peek(lexer, 1) == '/'))
        step(lexer);
    if (at_end(lexer)) {
        sieve_error(lexer->problems, begin, NULL, "this comment is never closed with '*/'");
        return;
    }
    step(lexer);
    step(lexer);
}

static void
skip_blanks(Lexer *lexer)
{
    while (!at_end(lexer)) {
        char c = *lexer->next;

        if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
            step(lexer);
        else if (c == '#')
            skip_hash_comment(lexer);
        else if (c == '/' && peek(lexer, 1) == '*')
            skip_bracket_comment(lexer);
        else
            return;
    }
}

static void
read_name(Lexer *lexer)
{
    while (is_name_char(peek(lexer, 0))) {
        g_string_append_c(lexer->text, g_ascii_tolower(*lexer->next));
        step(lexer);
    }
}

/* Digits and one of K, M, G (RFC 5228, 2.4.1). */
static void
read_number(Lexer *lexer)
{
    static const char quantifiers[] = "kmg";
    guint64 value = 0;
    gboolean too_large = FALSE;
    const char *quantifier;

    while (g_ascii_isdigit(peek(lexer, 0))) {
        too_large = too_large || !g_uint64_checked_mul(&value, value, 10) ||
                    !g_uint64_checked_add(&value, value, (guint64) (*lexer->next - '0'));
        step(lexer);
    }
    quantifier = peek(lexer, 0) != '\0' ? strchr(quantifiers, g_ascii_tolower(peek(lexer, 0))) : NULL;
    if (quantifier != NULL) {
        too_large = too_large || !g_uint64_checked_mul(&value, value, (guint64) 1 << (10 * (quantifier - quantifiers + 1)));
        step(lexer);
    }
    lexer->number = value;
    lexer->kind = TOKEN_NUMBER;
    if (is_name_char(peek(lexer, 0))) {
        sieve_error(lexer->problems, lexer->at, NULL, "a number is digits and at most one of K, M and G");
        lexer->kind = TOKEN_BAD;
        while (is_name_char(peek(lexer, 0)))
            step(lexer);
    } else if (too_large || value > G_MAXINT64) {
        sieve_error(lexer->problems, lexer->at, NULL, "this number is too large");
        lexer->kind = TOKEN_BAD;
    }
}

/* Line ends of a script become those of a mail: a string may go out in one. */
static void
append_char(Lexer *lexer)
{
    char c = *lexer->next;

    if (c == '\n' && (lexer->text->len == 0 || lexer->text->str[lexer->text->len - 1] != '\r'))
        g_string_append_c(lexer->text, '\r');
    g_string_append_c(lexer->text, c);
    step(lexer);
}

static void
read_quoted(Lexer *lexer)
{
    step(lexer);
    while (!at_end(lexer) && *lexer->next != '"') {
        if (*lexer->next == '\\' && peek(lexer, 1) != '\0')
            step(lexer);
        append_char(lexer);
    }
    lexer->kind = TOKEN_STRING;
    if (at_end(lexer)) {
        sieve_error(lexer->problems, lexer->at, NULL, "this string is never closed with '\"'");
        lexer->kind = TOKEN_BAD;
        return;
    }
    step(lexer);
}

/* What may stand between "text:" and its line end: blanks and a comment. */
static gboolean
skip_to_text(Lexer *lexer)
{
    while (peek(lexer, 0) == ' ' || peek(lexer, 0) == '\t' || peek(lexer, 0) == '\r')
        step(lexer);
    if (peek(lexer, 0) == '#') {
        while (!at_end(lexer) && *lexer->next != '\n')
            step(lexer);
    }
    if (peek(lexer, 0) != '\n')
        return FALSE;
    step(lexer);
    return TRUE;
}

static gboolean
at_closing_dot(const Lexer *lexer)
{
    return peek(lexer, 0) == '.' &&
           (peek(lexer, 1) == '\n' || (peek(lexer, 1) == '\r' && peek(lexer, 2) == '\n') || lexer->next + 1 == lexer->end);
}

/* RFC 5228, 2.4.2: lines up to a lone dot; a dot before a dot is taken off. */
static void
read_multiline(Lexer *lexer)
{
    lexer->kind = TOKEN_STRING;
    g_string_truncate(lexer->text, 0);
    if (!skip_to_text(lexer)) {
        sieve_error(lexer->problems, lexer->at, NULL, "after 'text:' the line must end");
        lexer->kind = TOKEN_BAD;
        return;
    }
    while (!at_end(lexer)) {
        if (at_closing_dot(lexer)) {
            step(lexer);
            return;
        }
        if (*lexer->next == '.')
            step(lexer);
        while (!at_end(lexer) && *lexer->next != '\n')
            append_char(lexer);
        if (!at_end(lexer))
            append_char(lexer);
    }
    sieve_error(lexer->problems, lexer->at, NULL, "this text is never closed with a line that is '.'");
    lexer->kind = TOKEN_BAD;
}

static void
read_identifier(Lexer *lexer)
{
    read_name(lexer);
    lexer->kind = TOKEN_IDENTIFIER;
    if (peek(lexer, 0) == ':' && strcmp(lexer->text->str, "text") == 0) {
        step(lexer);
        read_multiline(lexer);
    }
}

static void
read_tag(Lexer *lexer)
{
    step(lexer);
    lexer->kind = TOKEN_TAG;
    if (!g_ascii_isalpha(peek(lexer, 0)) && peek(lexer, 0) != '_') {
        sieve_error(lexer->problems, lexer->at, NULL, "after ':' the name of a tag is expected");
        lexer->kind = TOKEN_BAD;
        return;
    }
    read_name(lexer);
}

static TokenKind
punctuation(char c)
{
    switch (c) {
    case ';': return TOKEN_SEMICOLON;
    case ',': return TOKEN_COMMA;
    case '(': return TOKEN_PAREN_LEFT;
    case ')': return TOKEN_PAREN_RIGHT;
    case '[': return TOKEN_BRACKET_LEFT;
    case ']': return TOKEN_BRACKET_RIGHT;
    case '{': return TOKEN_BRACE_LEFT;
    case '}': return TOKEN_BRACE_RIGHT;
    default: return TOKEN_BAD;
    }
}

#define QUOTES_HINT "strings stand in double quotes: \"...\""

/* What other languages write there, and what Sieve has for it. */
static const struct {
    const char *begins, *hint;
} strange_hints[] = {
    { "'", QUOTES_HINT },
    { "`", QUOTES_HINT },
    { "@", QUOTES_HINT },
    { "\xe2\x80\x98", QUOTES_HINT },
    { "\xe2\x80\x99", QUOTES_HINT },
    { "\xe2\x80\x9a", QUOTES_HINT },
    { "\xe2\x80\x9c", QUOTES_HINT },
    { "\xe2\x80\x9d", QUOTES_HINT },
    { "\xe2\x80\x9e", QUOTES_HINT },
    { "&&", "allof (TEST, TEST) holds if all of them do" },
    { "||", "anyof (TEST, TEST) holds if one of them does" },
    { "!", "not TEST" },
    { "/", "comments are # to the end of the line, or /* ... */" },
    { ">", ":over, or :value \"gt\" with require \"relational\"" },
    { "<", ":under, or :value \"lt\" with require \"relational\"" },
    { "=", ":is" },
    { "~", ":matches, or :regex with require \"regex\"" },
};

static char *
hint_strange(const char *strange)
{
    for (gsize i = 0; i < G_N_ELEMENTS(strange_hints); i++) {
        if (g_str_has_prefix(strange, strange_hints[i].begins))
            return g_strdup(strange_hints[i].hint);
    }
    return NULL;
}

/* A run of strange characters is one mistake, not one for each. What stands behind "//" is meant as a comment. */
static void
skip_strange(Lexer *lexer)
{
    const char *begin = lexer->next;
    g_autofree char *strange = NULL, *shown = NULL;

    if (lexer->end - begin > 1 && begin[0] == '/' && begin[1] == '/') {
        while (!at_end(lexer) && *lexer->next != '\n')
            step(lexer);
        sieve_error(lexer->problems, lexer->at, hint_strange("/"), "'//' means nothing here");
        return;
    }
    do
        step(lexer);
    while (!at_end(lexer) && !is_name_char(*lexer->next) && strchr(" \t\r\n#\":;,()[]{}/", *lexer->next) == NULL);
    strange = g_strndup(begin, (gsize) (lexer->next - begin));
    shown = text_cut(strange, 40);
    sieve_error(lexer->problems, lexer->at, hint_strange(strange), "'%s' means nothing here", shown);
}

void
lexer_next(Lexer *lexer)
{
    char c;

    skip_blanks(lexer);
    g_string_truncate(lexer->text, 0);
    lexer->at = lexer->place;
    if (at_end(lexer)) {
        lexer->kind = TOKEN_END;
        return;
    }
    c = *lexer->next;
    if (g_ascii_isalpha(c) || c == '_') {
        read_identifier(lexer);
    } else if (g_ascii_isdigit(c)) {
        read_number(lexer);
    } else if (c == '"') {
        read_quoted(lexer);
    } else if (c == ':') {
        read_tag(lexer);
    } else {
        lexer->kind = punctuation(c);
        if (lexer->kind == TOKEN_BAD)
            skip_strange(lexer);
        else
            step(lexer);
    }
}
