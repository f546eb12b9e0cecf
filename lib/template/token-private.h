/*
 * token-private.h - a template as a row of texts and tags, on its way to a program
 *
 *   lexer.c    cuts the source into tokens; texts end at line ends
 *   parser.c   finds the partner of every tag that opens something
 *   layout.c   decides which white space belongs to tags and not to the text
 *   program.c  writes the instructions
 *
 * Nothing here calls itself: however deep a template is nested, the stack does not grow with it.
 */
#pragma once

#include "template/problem.h"

typedef enum {
    TOKEN_TEXT,
    TOKEN_VALUE,            /* {{name}}             */
    TOKEN_PLAIN,            /* {{{name}}} {{&name}} */
    TOKEN_SECTION,          /* {{#name}}            */
    TOKEN_INVERTED,         /* {{^name}}            */
    TOKEN_PARTIAL,          /* {{>name}}            */
    TOKEN_PARENT,           /* {{<name}}            */
    TOKEN_BLOCK,            /* {{$name}}            */
    TOKEN_CLOSE,            /* {{/name}}            */
    TOKEN_NOTHING,          /* {{! comment}} {{=<% %>=}} */
} TokenKind;

typedef struct {
    TokenKind   kind;
    gsize       offset;     /* of the tag in the source             */
    const char *start;      /* the text, or the name                */
    gsize       length;
    gboolean    dynamic;    /* {{>*name}}                           */
    guint       match;      /* of what opens and closes: its partner */
    gboolean    dropped;    /* a text that layout took away         */
    gboolean    standalone; /* nothing else stands on its lines     */
    const char *indent;     /* white space before it, where it is the first of its line */
    gsize       indent_length;
} Token;

typedef struct {
    const char *file;
    const char *source;
    gsize       length;
    GArray     *tokens;     /* Token               */
    GPtrArray  *problems;   /* TemplateProblem *   */
} TokenList;

void tokens_problem(const TokenList *list, gsize offset, char *hint, const char *text, ...) G_GNUC_PRINTF(4, 5);

/* A name as a problem shows it: not longer than a line holds. */
char *token_name_shown(const Token *token);

/* Each FALSE if the template cannot be used; problems say why. */
gboolean tokens_read(TokenList *list);
gboolean tokens_match(TokenList *list);
void     tokens_lay_out(TokenList *list);

/* A token that opens a part which a TOKEN_CLOSE ends. */
static inline gboolean
token_opens(const Token *token)
{
    return token->kind == TOKEN_SECTION || token->kind == TOKEN_INVERTED || token->kind == TOKEN_PARENT
           || token->kind == TOKEN_BLOCK;
}

static inline Token *
token_at(const TokenList *list, guint i)
{
    return &g_array_index(list->tokens, Token, i);
}
