/*
 * parser.c - the partner of every tag that opens something
 */
#include "template/token-private.h"

#include <string.h>

#include "base/limits.h"

static char *
tag_text(const Token *token)
{
    static const char *const sigils[] = { [TOKEN_SECTION] = "#", [TOKEN_INVERTED] = "^", [TOKEN_PARENT] = "<", [TOKEN_BLOCK] = "$" };
    g_autofree char *name = token_name_shown(token);

    return g_strdup_printf("{{%s%s%s}}", token_opens(token) ? sigils[token->kind] : "/", token->dynamic ? "*" : "", name);
}

static char *
closing_of(const Token *token)
{
    g_autofree char *name = token_name_shown(token);

    return g_strdup_printf("write '{{/%s%s}}'", token->dynamic ? "*" : "", name);
}

static gboolean
same_name(const Token *a, const Token *b)
{
    return a->dynamic == b->dynamic && a->length == b->length && memcmp(a->start, b->start, a->length) == 0;
}

static void
complain_unclosed(const TokenList *list, const Token *open)
{
    g_autofree char *tag = tag_text(open);

    tokens_problem(list, open->offset, closing_of(open), "'%s' is never closed", tag);
}

/*
 * A close that does not fit: it may end something further out, and then what was opened since was forgotten; otherwise the close itself
 * is wrong.
 */
static gboolean
close_tag(TokenList *list, guint *stack, guint *depth, guint i)
{
    Token *close = token_at(list, i);
    g_autofree char *tag = tag_text(close);
    guint outer = *depth;

    while (outer > 0 && !same_name(token_at(list, stack[outer - 1]), close))
        outer--;
    if (outer == 0) {
        tokens_problem(list, close->offset, *depth > 0 ? closing_of(token_at(list, stack[*depth - 1])) : NULL,
                       "'%s' closes what is not open", tag);
        return FALSE;
    }
    for (guint open = outer; open < *depth; open++)
        complain_unclosed(list, token_at(list, stack[open]));
    close->match = stack[outer - 1];
    token_at(list, stack[outer - 1])->match = i;
    if (outer < *depth) {
        *depth = outer - 1;
        return FALSE;
    }
    *depth = outer - 1;
    return TRUE;
}

gboolean
tokens_match(TokenList *list)
{
    guint stack[LIMIT_TEMPLATE_NESTING], depth = 0;
    gboolean good = TRUE;

    for (guint i = 0; i < list->tokens->len; i++) {
        const Token *token = token_at(list, i);

        if (token->kind == TOKEN_CLOSE) {
            good = close_tag(list, stack, &depth, i) && good;
        } else if (token_opens(token)) {
            if (depth == LIMIT_TEMPLATE_NESTING) {
                tokens_problem(list, token->offset, NULL, "sections are nested more than %d deep", LIMIT_TEMPLATE_NESTING);
                return FALSE;
            }
            stack[depth++] = i;
        }
    }
    for (guint open = 0; open < depth; open++)
        complain_unclosed(list, token_at(list, stack[open]));
    return good && depth == 0;
}
