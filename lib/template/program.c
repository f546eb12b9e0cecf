/*
 * program.c - from tokens to instructions
 */
#include "template/program-private.h"

#include <string.h>

#include "template/token-private.h"

static OpKind
op_kind(TokenKind kind)
{
    switch (kind) {
    case TOKEN_VALUE:
        return OP_VALUE;
    case TOKEN_PLAIN:
        return OP_PLAIN;
    case TOKEN_SECTION:
        return OP_SECTION;
    case TOKEN_INVERTED:
        return OP_INVERTED;
    case TOKEN_PARTIAL:
        return OP_PARTIAL;
    case TOKEN_PARENT:
        return OP_PARENT;
    case TOKEN_BLOCK:
        return OP_BLOCK;
    case TOKEN_TEXT:
    case TOKEN_CLOSE:
    case TOKEN_NOTHING:
        break;
    }
    return OP_TEXT;
}

static gboolean
has_path(const Op *op)
{
    return op->kind == OP_VALUE || op->kind == OP_PLAIN || op->kind == OP_SECTION || op->kind == OP_INVERTED
           || ((op->kind == OP_PARTIAL || op->kind == OP_PARENT) && op->dynamic);
}

/* Texts that stand side by side in the source are one instruction; a tag between them keeps them apart. */
static void
add_text(GArray *ops, const Token *token)
{
    Op op = { .kind = OP_TEXT, .text = token->start, .length = token->length, .offset = token->offset };
    Op *before = ops->len > 0 ? &g_array_index(ops, Op, ops->len - 1) : NULL;

    if (token->length == 0)
        return;
    op.newline = token->start[token->length - 1] == '\n';
    if (before != NULL && before->kind == OP_TEXT && before->text + before->length == token->start) {
        before->length += token->length;
        before->newline = op.newline;
        return;
    }
    g_array_append_val(ops, op);
}

static GArray *
write_ops(const TokenList *list)
{
    GArray *ops = g_array_new(FALSE, FALSE, sizeof(Op));
    g_autoptr(GArray) places = g_array_sized_new(FALSE, TRUE, sizeof(guint), list->tokens->len);

    g_array_set_size(places, list->tokens->len);
    for (guint i = 0; i < list->tokens->len; i++) {
        const Token *token = token_at(list, i);
        Op op = { .kind = op_kind(token->kind), .text = token->start, .length = token->length, .dynamic = token->dynamic,
                  .standalone = token->standalone, .indent = token->indent, .indent_length = token->indent_length,
                  .offset = token->offset };

        if (token->kind == TOKEN_TEXT && !token->dropped)
            add_text(ops, token);
        if (token->kind == TOKEN_CLOSE)
            g_array_index(ops, Op, g_array_index(places, guint, token->match)).end = ops->len;
        if (op.kind == OP_TEXT)
            continue;
        g_array_index(places, guint, i) = ops->len;
        op.end = ops->len + 1;
        g_array_append_val(ops, op);
    }
    return ops;
}

static guint
count_steps(const GArray *ops)
{
    guint n = 0;

    for (guint i = 0; i < ops->len; i++) {
        const Op *op = &g_array_index(ops, Op, i);

        n++;
        for (gsize c = 0; has_path(op) && c < op->length; c++)
            n += op->text[c] == '.';
    }
    return n;
}

static void
split_path(Op *op, Step **next)
{
    const char *at = op->text, *end = op->text + op->length;

    op->path = *next;
    if (op->length == 1 && *at == '.')
        return;
    while (at < end) {
        const char *dot = memchr(at, '.', (gsize) (end - at));
        gsize length = (gsize) ((dot != NULL ? dot : end) - at);

        **next = (Step) { at, length, 0 };
        (*next)->hash = value_hash(at, length);
        (*next)++;
        op->n_steps++;
        at += length + 1;
    }
}

static void
set_program(Template *template, const TokenList *list)
{
    GArray *ops = write_ops(list);
    Step *next;

    template->steps = g_new0(Step, count_steps(ops) + 1);
    next = template->steps;
    template->n_ops = ops->len;
    template->ops = (Op *) (gpointer) g_array_free(ops, FALSE);
    for (guint i = 0; i < template->n_ops; i++) {
        if (has_path(&template->ops[i]))
            split_path(&template->ops[i], &next);
    }
}

/* Problems of a part of a file bear the lines of the file. */
static void
move_problems(GPtrArray *problems, guint from, guint lines)
{
    for (guint i = from; i < problems->len; i++) {
        TemplateProblem *problem = g_ptr_array_index(problems, i);

        if (problem->line > 0)
            problem->line += lines;
    }
}

Template *
template_compile_part(const char *file, const char *source, gsize length, guint lines_before, TemplateEscape escape,
                      GPtrArray *problems)
{
    g_autoptr(Template) template = g_new0(Template, 1);
    g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(Token));
    guint problems_before = problems->len;
    TokenList list = { file, NULL, length, tokens, problems };
    gboolean good;

    template->file = g_strdup(file);
    template->source = g_malloc(length + 1);
    if (length > 0)
        memcpy(template->source, source, length);
    template->source[length] = '\0';
    template->lines_before = lines_before;
    template->escape = escape;
    list.source = template->source;
    good = tokens_read(&list) && tokens_match(&list);
    move_problems(problems, problems_before, lines_before);
    if (!good)
        return NULL;
    tokens_lay_out(&list);
    set_program(template, &list);
    return g_steal_pointer(&template);
}

Template *
template_compile(const char *file, const char *source, gsize length, TemplateEscape escape, GPtrArray *problems)
{
    return template_compile_part(file, source, length, 0, escape, problems);
}

void
template_free(Template *template)
{
    if (template == NULL)
        return;
    g_free(template->file);
    g_free(template->source);
    g_free(template->ops);
    g_free(template->steps);
    g_free(template);
}

void
template_place(const Template *template, gsize offset, guint *line_out, guint *column_out)
{
    const char *begin = template->source;

    *line_out = template->lines_before + 1;
    for (const char *p = template->source; p < template->source + offset; p++) {
        if (*p == '\n') {
            (*line_out)++;
            begin = p + 1;
        }
    }
    *column_out = (guint) g_utf8_strlen(begin, template->source + offset - begin) + 1;
}

void
template_uses(const Template *template, void (*use)(gpointer data, TemplateUse kind, const char *name, guint line, guint column),
              gpointer data)
{
    for (guint i = 0; i < template->n_ops; i++) {
        const Op *op = &template->ops[i];
        gboolean is_template = (op->kind == OP_PARTIAL || op->kind == OP_PARENT) && !op->dynamic;
        g_autofree char *name = NULL;
        guint line, column;

        if (!is_template && !has_path(op))
            continue;
        name = g_strndup(op->text, op->length);
        template_place(template, op->offset, &line, &column);
        use(data, is_template ? TEMPLATE_USES_TEMPLATE
                              : op->kind == OP_SECTION || op->kind == OP_INVERTED ? TEMPLATE_USES_SECTION : TEMPLATE_USES_VALUE,
            name, line, column);
    }
}
