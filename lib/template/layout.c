/*
 * layout.c - white space that belongs to tags
 *
 * A tag that stands alone on its line takes the line with it; what stood before it is its indentation. That is the core of the specification.
 * Its inheritance module adds, in words of ours:
 *
 *   - A parent with all it holds is one tag: it stands alone if nothing but blanks is before its opening and behind its closing.
 *   - A block whose opening ends a line holds whole lines. Their indentation, that of the first of them, is the block's: it is taken
 *     off what the block holds, and put before each line of whatever fills the block.
 *   - A block that opens and closes within a line is text among text.
 */
#include "template/token-private.h"

#include <string.h>

#include "base/limits.h"

typedef struct {
    const char *start;
    gsize       length;
} Blank;

static gsize
leading_blanks(const Token *text)
{
    gsize n = 0;

    while (n < text->length && (text->start[n] == ' ' || text->start[n] == '\t'))
        n++;
    return n;
}

static gboolean
is_blank(const Token *text)
{
    gsize n = leading_blanks(text);

    if (n < text->length && text->start[n] == '\r' && n + 1 < text->length && text->start[n + 1] == '\n')
        n++;
    if (n < text->length && text->start[n] == '\n')
        n++;
    return n == text->length;
}

static gboolean
ends_line(const Token *token)
{
    return token->kind == TOKEN_TEXT && token->start[token->length - 1] == '\n';
}

static gboolean
is_kind(const TokenList *list, guint i, TokenKind kind)
{
    return token_at(list, i)->kind == kind;
}

/* The close of such a tag. */
static gboolean
closes(const TokenList *list, guint i, TokenKind kind)
{
    return is_kind(list, i, TOKEN_CLOSE) && is_kind(list, token_at(list, i)->match, kind);
}

static void
drop(const TokenList *list, guint from, guint to)
{
    for (guint i = from; i < to; i++) {
        if (is_kind(list, i, TOKEN_TEXT))
            token_at(list, i)->dropped = TRUE;
    }
}

static gboolean
all_blank(const TokenList *list, guint from, guint to)
{
    for (guint i = from; i < to; i++) {
        if (!is_kind(list, i, TOKEN_TEXT) || !is_blank(token_at(list, i)))
            return FALSE;
    }
    return TRUE;
}

/* The first tag of a line, with the blanks before it. */
static void
set_indent(Token *tag, const Token *before)
{
    if (tag == before)
        return;
    tag->indent = before->start;
    tag->indent_length = before->length;
}

/* A parent first on its line, and nothing behind its close if that is on the line too. */
static void
lay_out_parent(const TokenList *list, guint begin, guint first, guint end)
{
    Token *parent = token_at(list, first);

    if (parent->match < end && !all_blank(list, parent->match + 1, end))
        return;
    parent->standalone = TRUE;
    set_indent(parent, token_at(list, begin));
    drop(list, begin, first);
    if (parent->match < end)
        drop(list, parent->match + 1, end);
}

/* The last tag of a line opens a block, and before it parents only opened, or blocks of theirs ended. */
static void
lay_out_block_opening(const TokenList *list, guint begin, guint last, guint end)
{
    Token *block = token_at(list, last);

    for (guint i = begin; i < last; i++) {
        if (is_kind(list, i, TOKEN_TEXT) ? !is_blank(token_at(list, i)) : !is_kind(list, i, TOKEN_PARENT) && !closes(list, i, TOKEN_BLOCK))
            return;
    }
    block->standalone = TRUE;
    drop(list, last + 1, end);
}

/* The blanks before the close of a block of whole lines, where nothing but closes (and the next block of the parent) follow it. */
static void
lay_out_block_closing(const TokenList *list, guint begin, guint first, guint end)
{
    if (!token_at(list, token_at(list, first)->match)->standalone)
        return;
    for (guint i = first + 1; i < end; i++) {
        if (is_kind(list, i, TOKEN_TEXT) ? !is_blank(token_at(list, i)) : !is_kind(list, i, TOKEN_CLOSE) && !is_kind(list, i, TOKEN_BLOCK))
            return;
    }
    drop(list, begin, first);
}

static void
lay_out_line(const TokenList *list, guint begin, guint end)
{
    guint first = begin, last = end;

    while (first < end && is_kind(list, first, TOKEN_TEXT) && is_blank(token_at(list, first)))
        first++;
    if (first == end || is_kind(list, first, TOKEN_TEXT))
        first = end;
    while (last > begin && is_kind(list, last - 1, TOKEN_TEXT) && is_blank(token_at(list, last - 1)))
        last--;
    if (first < end && first + 1 == last && !is_kind(list, first, TOKEN_VALUE) && !is_kind(list, first, TOKEN_PLAIN)) {
        token_at(list, first)->standalone = TRUE;
        set_indent(token_at(list, first), token_at(list, begin));
        drop(list, begin, end);
        return;
    }
    if (first < end && is_kind(list, first, TOKEN_BLOCK))
        set_indent(token_at(list, first), token_at(list, begin));
    if (last > begin && closes(list, last - 1, TOKEN_PARENT) && token_at(list, last - 1)->match < begin
        && token_at(list, token_at(list, last - 1)->match)->standalone)
        drop(list, last, end);
    if (last > begin && is_kind(list, last - 1, TOKEN_BLOCK) && last < end && ends_line(token_at(list, end - 1)))
        lay_out_block_opening(list, begin, last - 1, end);
    if (first < end && closes(list, first, TOKEN_BLOCK))
        lay_out_block_closing(list, begin, first, end);
    if (first < end && is_kind(list, first, TOKEN_PARENT))
        lay_out_parent(list, begin, first, end);
}

/* The indentation of the first line inside a block that is not empty. */
static Blank
indentation_inside(const TokenList *list, guint block)
{
    const Token *open = token_at(list, block);
    gboolean at_start = TRUE;

    for (guint i = block + 1; i < open->match; i++) {
        const Token *token = token_at(list, i);

        if (token->dropped)
            continue;
        if (token->kind != TOKEN_TEXT)
            return token->standalone ? (Blank) { token->indent, token->indent_length } : (Blank) { NULL, 0 };
        if (at_start && !(is_blank(token) && ends_line(token)))
            return (Blank) { token->start, leading_blanks(token) };
        at_start = ends_line(token);
    }
    return (Blank) { open->indent, open->indent_length };
}

/* How much of an indentation is that of the block around it. */
static gsize
common(const char *indent, gsize length, Blank block)
{
    gsize n = 0;

    while (n < length && n < block.length && indent[n] == block.start[n])
        n++;
    return n;
}

/* Takes the indentation of blocks of whole lines off what they hold. */
static void
strip_blocks(const TokenList *list)
{
    struct {
        guint end;
        Blank indent;
    } around[LIMIT_TEMPLATE_NESTING + 1] = { { G_MAXUINT, { NULL, 0 } } };
    guint depth = 0;
    gboolean at_start = TRUE;

    for (guint i = 0; i < list->tokens->len; i++) {
        Token *token = token_at(list, i);
        Blank outer;

        while (i >= around[depth].end)
            depth--;
        outer = around[depth].indent;
        if (token->kind == TOKEN_BLOCK && token->standalone) {
            Blank inside = indentation_inside(list, i);

            around[++depth].end = token->match;
            around[depth].indent = inside;
            token->indent = inside.start;
            token->indent_length = inside.length;
        }
        if (token->kind == TOKEN_TEXT && at_start && !token->dropped) {
            gsize cut = common(token->start, leading_blanks(token), outer);

            token->start += cut;
            token->length -= cut;
        } else if (token->kind != TOKEN_TEXT && token->indent_length > 0) {
            gsize cut = common(token->indent, token->indent_length, outer);

            token->indent += cut;
            token->indent_length -= cut;
        }
        at_start = token->kind == TOKEN_TEXT ? token->length == 0 || ends_line(token) : token->standalone;
    }
}

void
tokens_lay_out(TokenList *list)
{
    guint begin = 0;

    for (guint i = 0; i < list->tokens->len; i++) {
        if (i + 1 < list->tokens->len && !ends_line(token_at(list, i)))
            continue;
        lay_out_line(list, begin, i + 1);
        begin = i + 1;
    }
    strip_blocks(list);
}
