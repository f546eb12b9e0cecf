#include "sieve/syntax-private.h"

#include "base/limits.h"
#include "sieve/lexer-private.h"

typedef struct {
    Lexer lexer;
    guint depth;        /* blocks and tests around here */
    guint commands;
    gboolean given_up;
} Parser;

static void
text_free(gpointer data)
{
    SieveText *text = data;

    g_free(text->text);
    g_free(text);
}

static void
argument_free(gpointer data)
{
    Argument *argument = data;

    g_free(argument->tag);
    g_clear_pointer(&argument->strings, g_ptr_array_unref);
    g_free(argument);
}

void
node_free(Node *node)
{
    if (node == NULL)
        return;
    g_free(node->name);
    g_free(node->rule);
    g_ptr_array_unref(node->arguments);
    g_ptr_array_unref(node->tests);
    g_clear_pointer(&node->block, g_ptr_array_unref);
    g_free(node);
}

const char *
argument_kind_name(ArgumentKind kind)
{
    switch (kind) {
    case ARGUMENT_NUMBER: return "a number";
    case ARGUMENT_TAG: return "a tag";
    case ARGUMENT_STRING: return "a string";
    case ARGUMENT_LIST: return "a string list";
    }
    return "an argument";
}

static GPtrArray *
nodes_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify) node_free);
}

static Node *
node_new(Lexer *lexer)
{
    Node *node = g_new0(Node, 1);

    node->name = g_strdup(lexer->text->str);
    node->place = lexer->at;
    node->arguments = g_ptr_array_new_with_free_func(argument_free);
    node->tests = nodes_new();
    return node;
}

static gboolean
is_at(const Parser *parser, TokenKind kind)
{
    return parser->lexer.kind == kind;
}

static gboolean
accept(Parser *parser, TokenKind kind)
{
    if (!is_at(parser, kind))
        return FALSE;
    lexer_next(&parser->lexer);
    return TRUE;
}

static void
expected(Parser *parser, const char *what)
{
    /* What the lexer could not read it has reported itself. */
    if (!is_at(parser, TOKEN_BAD))
        sieve_error(parser->lexer.problems, parser->lexer.at, NULL, "%s expected, not %s", what,
                    token_kind_name(parser->lexer.kind));
}

/* To the end of the command that went wrong: behind its ";" or block, or before the "}" that ends the block around it. */
static void
recover(Parser *parser)
{
    guint open = 0;

    while (!is_at(parser, TOKEN_END)) {
        if (is_at(parser, TOKEN_BRACE_LEFT)) {
            open++;
        } else if (is_at(parser, TOKEN_BRACE_RIGHT)) {
            if (open == 0)
                return;
            if (--open == 0) {
                lexer_next(&parser->lexer);
                return;
            }
        } else if (is_at(parser, TOKEN_SEMICOLON) && open == 0) {
            lexer_next(&parser->lexer);
            return;
        }
        lexer_next(&parser->lexer);
    }
}

static gboolean
enter(Parser *parser)
{
    if (++parser->depth <= LIMIT_SIEVE_NESTING)
        return TRUE;
    /* Said once: whatever stands deeper is the same mistake. */
    if (!parser->given_up)
        sieve_error(parser->lexer.problems, parser->lexer.at, NULL, "blocks and tests are nested deeper than %d",
                    LIMIT_SIEVE_NESTING);
    parser->given_up = TRUE;
    return FALSE;
}

static void
take_text(Parser *parser, GPtrArray *strings)
{
    SieveText *text = g_new0(SieveText, 1);

    text->length = parser->lexer.text->len;
    text->text = g_memdup2(parser->lexer.text->str, text->length + 1);
    text->place = parser->lexer.at;
    g_ptr_array_add(strings, text);
    lexer_next(&parser->lexer);
}

static gboolean
parse_list(Parser *parser, GPtrArray *strings)
{
    lexer_next(&parser->lexer);
    /* "[]" is in no grammar, but empty lists are written; they match nothing. */
    if (accept(parser, TOKEN_BRACKET_RIGHT))
        return TRUE;
    do {
        if (!is_at(parser, TOKEN_STRING)) {
            expected(parser, "a string");
            return FALSE;
        }
        take_text(parser, strings);
    } while (accept(parser, TOKEN_COMMA));
    if (accept(parser, TOKEN_BRACKET_RIGHT))
        return TRUE;
    expected(parser, "',' or ']'");
    return FALSE;
}

static gboolean
parse_argument(Parser *parser, Node *node)
{
    Argument *argument = g_new0(Argument, 1);

    argument->place = parser->lexer.at;
    g_ptr_array_add(node->arguments, argument);
    if (is_at(parser, TOKEN_NUMBER)) {
        argument->kind = ARGUMENT_NUMBER;
        argument->number = parser->lexer.number;
        lexer_next(&parser->lexer);
        return TRUE;
    }
    if (is_at(parser, TOKEN_TAG)) {
        argument->kind = ARGUMENT_TAG;
        argument->tag = g_strdup(parser->lexer.text->str);
        lexer_next(&parser->lexer);
        return TRUE;
    }
    argument->strings = g_ptr_array_new_with_free_func(text_free);
    argument->kind = is_at(parser, TOKEN_STRING) ? ARGUMENT_STRING : ARGUMENT_LIST;
    if (argument->kind == ARGUMENT_LIST)
        return parse_list(parser, argument->strings);
    take_text(parser, argument->strings);
    return TRUE;
}

static gboolean
parse_arguments(Parser *parser, Node *node)
{
    while (is_at(parser, TOKEN_NUMBER) || is_at(parser, TOKEN_TAG) || is_at(parser, TOKEN_STRING) ||
           is_at(parser, TOKEN_BRACKET_LEFT)) {
        if (!parse_argument(parser, node))
            return FALSE;
    }
    return TRUE;
}

static gboolean parse_tests(Parser *parser, Node *node);

static gboolean
parse_test(Parser *parser, GPtrArray *tests)
{
    Node *test;
    gboolean good;

    if (!is_at(parser, TOKEN_IDENTIFIER)) {
        expected(parser, "a test");
        return FALSE;
    }
    test = node_new(&parser->lexer);
    g_ptr_array_add(tests, test);
    lexer_next(&parser->lexer);
    good = enter(parser) && parse_arguments(parser, test) && parse_tests(parser, test);
    parser->depth--;
    return good;
}

/* None, one, or a list in parentheses. */
static gboolean
parse_tests(Parser *parser, Node *node)
{
    if (is_at(parser, TOKEN_IDENTIFIER))
        return parse_test(parser, node->tests);
    if (!accept(parser, TOKEN_PAREN_LEFT))
        return TRUE;
    node->test_list = TRUE;
    do {
        if (!parse_test(parser, node->tests))
            return FALSE;
    } while (accept(parser, TOKEN_COMMA));
    if (accept(parser, TOKEN_PAREN_RIGHT))
        return TRUE;
    expected(parser, "',' or ')'");
    return FALSE;
}

static void parse_commands(Parser *parser, GPtrArray *commands);

static gboolean
parse_block(Parser *parser, Node *node)
{
    SievePlace begin = parser->lexer.at;
    gboolean good;

    lexer_next(&parser->lexer);
    node->block = nodes_new();
    good = enter(parser);
    if (good)
        parse_commands(parser, node->block);
    parser->depth--;
    if (good && !accept(parser, TOKEN_BRACE_RIGHT)) {
        sieve_error(parser->lexer.problems, begin, NULL, "this block is never closed with '}'");
        return FALSE;
    }
    return good;
}

static gboolean
parse_command(Parser *parser, GPtrArray *commands)
{
    Node *node = node_new(&parser->lexer);

    node->rule = g_steal_pointer(&parser->lexer.rule);
    g_ptr_array_add(commands, node);
    lexer_next(&parser->lexer);
    if (!parse_arguments(parser, node) || !parse_tests(parser, node))
        return FALSE;
    if (is_at(parser, TOKEN_BRACE_LEFT))
        return parse_block(parser, node);
    if (accept(parser, TOKEN_SEMICOLON))
        return TRUE;
    expected(parser, node->arguments->len == 0 && node->tests->len == 0 ? "an argument, a test, ';' or a block"
                                                                        : "';' or a block");
    return FALSE;
}

/* Up to the end of the file, or the "}" of the block around. */
static void
parse_commands(Parser *parser, GPtrArray *commands)
{
    while (!is_at(parser, TOKEN_END) && !is_at(parser, TOKEN_BRACE_RIGHT)) {
        SievePlace at = parser->lexer.at;

        if (is_at(parser, TOKEN_IDENTIFIER)) {
            if (!parse_command(parser, commands)) {
                /* Half a command would only bring errors of its own. */
                g_ptr_array_set_size(commands, (gint) commands->len - 1);
                recover(parser);
            }
        } else if (!accept(parser, TOKEN_SEMICOLON)) {
            expected(parser, "a command");
            recover(parser);
        } else {
            sieve_error(parser->lexer.problems, at, NULL, "a command expected before ';'");
        }
    }
}

GPtrArray *
syntax_parse(const char *file, const char *source, gsize length, SieveProblems *problems)
{
    GPtrArray *commands = nodes_new();
    Parser parser = { 0 };

    lexer_init(&parser.lexer, file, source, length, problems);
    lexer_next(&parser.lexer);
    parse_commands(&parser, commands);
    while (!is_at(&parser, TOKEN_END)) {
        sieve_error(problems, parser.lexer.at, NULL, "this '}' closes no block");
        lexer_next(&parser.lexer);
        parse_commands(&parser, commands);
    }
    lexer_clear(&parser.lexer);
    return commands;
}
