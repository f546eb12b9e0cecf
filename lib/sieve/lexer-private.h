/*
 * lexer-private.h - the tokens of a script (RFC 5228, 8.1)
 *
 * Comments and white space are skipped; a comment `# rule:[name]`, as mail clients' filter editors write it, is remembered and names the
 * command that follows. A token that is none (TOKEN_BAD) was reported, and reading goes on behind it.
 */
#pragma once

#include "sieve/problem-private.h"

typedef enum {
    TOKEN_END, TOKEN_BAD, TOKEN_IDENTIFIER, TOKEN_TAG, TOKEN_NUMBER, TOKEN_STRING,
    TOKEN_SEMICOLON, TOKEN_COMMA, TOKEN_PAREN_LEFT, TOKEN_PAREN_RIGHT, TOKEN_BRACKET_LEFT, TOKEN_BRACKET_RIGHT,
    TOKEN_BRACE_LEFT, TOKEN_BRACE_RIGHT, N_TOKENS
} TokenKind;

/* "a string", "';'": for problems. */
const char *token_kind_name(TokenKind kind);

typedef struct {
    SieveProblems *problems;
    const char    *next, *end;
    SievePlace     place;          /* of next */
    char          *rule;           /* name of the rule that begins, or NULL */

    /* The token that was read last. */
    TokenKind      kind;
    SievePlace     at;
    GString       *text;           /* identifier and tag (without ":") in lower case; string without quotes, line ends CRLF */
    guint64        number;
} Lexer;

/* source: UTF-8 without NUL (sieve_compile() has seen to it), kept until the lexer is cleared. */
void lexer_init(Lexer *lexer, const char *file, const char *source, gsize length, SieveProblems *problems);
void lexer_clear(Lexer *lexer);
void lexer_next(Lexer *lexer);
