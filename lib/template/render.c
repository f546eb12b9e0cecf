/*
 * render.c - fills a template
 *
 * Indentation. A partial that stands alone on its line indents each line of its text, and not the lines of the values in it: the specification
 * indents before it renders. So white space is written where a line of a template begins (line_start), by whoever writes there first. It is
 * kept as one string that grows with each partial and block of whole lines; a partial inside a line begins a new one.
 *
 * Blocks. Each {{<parent}} that is being rendered lends its blocks to whatever it contains; of several that fill a block the outermost wins,
 * so that who is written last in a chain of parents has the last word.
 */
#include "template/program-private.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"

typedef struct {
    const Template *template;
    const Op       *parent;
} Lender;

typedef struct {
    GString      *output;
    gsize         output_end;                   /* output may grow to here */
    TemplateFind  find;
    gpointer      find_data;
    const TemplateValue *context[LIMIT_TEMPLATE_DEPTH + 2];
    guint         n_context;
    Lender        lenders[LIMIT_TEMPLATE_DEPTH + 2];
    guint         n_lenders;
    GString      *indent;
    gsize         indent_from;                  /* the indentation in force is indent from here */
    gsize         empty_to;                     /* up to here for lines that are empty          */
    gboolean      line_start;
    guint         depth;
    guint         steps;
    GError      **error;
} Render;

static gboolean run(Render *r, const Template *template, guint from, guint to);

static gboolean
stop(Render *r, const Template *template, const Op *op, const char *why)
{
    guint line, column;

    template_place(template, op->offset, &line, &column);
    g_set_error(r->error, MAILGW_ERROR, MAILGW_ERROR_LIMIT, "%s:%u:%u: %s", template->file, line, column, why);
    return FALSE;
}

/* ---- writing ------------------------------------------------------------------------------------------------ */

static gboolean
has_room(const Render *r, gsize length)
{
    return length <= r->output_end - r->output->len;
}

static gboolean
write_indent(Render *r, gboolean empty_line)
{
    gsize end = empty_line ? MAX(r->empty_to, r->indent_from) : r->indent->len;

    if (!r->line_start || end == r->indent_from)
        return TRUE;
    if (!has_room(r, end - r->indent_from))
        return FALSE;
    g_string_append_len(r->output, r->indent->str + r->indent_from, (gssize) (end - r->indent_from));
    return TRUE;
}

static gboolean
write_lines(Render *r, const char *text, gsize length)
{
    while (length > 0) {
        const char *newline = memchr(text, '\n', length);
        gsize line = newline != NULL ? (gsize) (newline - text) + 1 : length;

        if (!write_indent(r, text[0] == '\n' || text[0] == '\r') || !has_room(r, line))
            return FALSE;
        g_string_append_len(r->output, text, (gssize) line);
        r->line_start = newline != NULL;
        text += line;
        length -= line;
    }
    return TRUE;
}

static gboolean
write_text(Render *r, const Op *op)
{
    if (r->indent->len > r->indent_from)
        return write_lines(r, op->text, op->length);
    if (!has_room(r, op->length))
        return FALSE;
    g_string_append_len(r->output, op->text, (gssize) op->length);
    r->line_start = op->newline;
    return TRUE;
}

static const char *
entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static gboolean
write_html(Render *r, const char *text, gsize length)
{
    const char *from = text, *end = text + length;

    for (const char *p = text; p < end; p++) {
        const char *entity = entity_of(*p);

        if (entity == NULL)
            continue;
        if (!has_room(r, (gsize) (p - from) + strlen(entity)))
            return FALSE;
        g_string_append_len(r->output, from, p - from);
        g_string_append(r->output, entity);
        from = p + 1;
    }
    if (!has_room(r, (gsize) (end - from)))
        return FALSE;
    g_string_append_len(r->output, from, end - from);
    return TRUE;
}

/* CR and LF would begin a header of the value's own; no other control character has business in one. */
static void
make_one_line(char *text, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        if ((guchar) text[i] < ' ' || text[i] == 0x7f)
            text[i] = ' ';
    }
}

static gboolean
write_value(Render *r, const Template *template, const Op *op, const TemplateValue *value)
{
    gsize length, before;
    const char *text = template_value_text(value, &length);

    if (!write_indent(r, FALSE))
        return FALSE;
    r->line_start = FALSE;
    if (length == 0)
        return TRUE;
    if (template->escape == TEMPLATE_HTML && op->kind == OP_VALUE)
        return write_html(r, text, length);
    if (!has_room(r, length))
        return FALSE;
    before = r->output->len;
    g_string_append_len(r->output, text, (gssize) length);
    if (template->escape == TEMPLATE_HEADER)
        make_one_line(r->output->str + before, length);
    return TRUE;
}

/* ---- values ------------------------------------------------------------------------------------------------- */

/* The first name from the top of the context down, the others only inside what was found. */
static const TemplateValue *
look_up(const Render *r, const Op *op)
{
    const TemplateValue *value = NULL;

    if (op->n_steps == 0)
        return r->context[r->n_context - 1];
    for (guint i = r->n_context; i > 0 && value == NULL; i--)
        value = value_member(r->context[i - 1], op->path[0].name, op->path[0].length, op->path[0].hash);
    for (guint i = 1; i < op->n_steps && value != NULL; i++)
        value = value_member(value, op->path[i].name, op->path[i].length, op->path[i].hash);
    return value;
}

static const Template *
look_up_template(const Render *r, const Op *op)
{
    const char *name = op->text;
    gsize length = op->length;

    if (op->dynamic)
        name = template_value_text(look_up(r, op), &length);
    return r->find != NULL && name != NULL && length > 0 ? r->find(r->find_data, name, length) : NULL;
}

/* ---- what contains something -------------------------------------------------------------------------------- */

static gboolean
run_with(Render *r, const Template *template, const Op *op, guint place, const TemplateValue *value)
{
    gboolean done;

    r->context[r->n_context++] = value;
    done = run(r, template, place + 1, op->end);
    r->n_context--;
    return done;
}

static gboolean
run_section(Render *r, const Template *template, const Op *op, guint place)
{
    const TemplateValue *value = look_up(r, op);

    if (op->kind == OP_INVERTED)
        return value_is_true(value) || run(r, template, place + 1, op->end);
    if (!value_is_true(value))
        return TRUE;
    if (value->kind != VALUE_LIST)
        return run_with(r, template, op, place, value);
    for (guint i = 0; i < value->items->len; i++) {
        if (!run_with(r, template, op, place, g_ptr_array_index(value->items, i)))
            return FALSE;
    }
    return TRUE;
}

/* A row of lines, each behind the indentation of the tag; or text within a line, whose own lines are not indented. */
static gboolean
run_template(Render *r, const Op *op, const Template *named)
{
    gsize length = r->indent->len, from = r->indent_from, empty = r->empty_to;
    gboolean done;

    if (op->standalone) {
        g_string_append_len(r->indent, op->indent, (gssize) op->indent_length);
    } else {
        if (!write_indent(r, FALSE))
            return FALSE;
        r->line_start = FALSE;
        r->indent_from = length;
    }
    r->empty_to = r->indent->len;
    done = run(r, named, 0, named->n_ops);
    g_string_truncate(r->indent, length);
    r->indent_from = from;
    r->empty_to = empty;
    r->line_start = op->standalone;
    return done;
}

static gboolean
run_partial(Render *r, const Template *template, const Op *op)
{
    const Template *named = look_up_template(r, op);
    gboolean done;

    if (named == NULL)
        return TRUE;
    if (op->kind == OP_PARENT)
        r->lenders[r->n_lenders++] = (Lender) { template, op };
    done = run_template(r, op, named);
    if (op->kind == OP_PARENT)
        r->n_lenders--;
    return done;
}

/* What fills a block: the outermost parent that has one of its name, directly inside it. */
static const Op *
find_filling(Render *r, const Op *block, const Template **template_out)
{
    for (guint i = 0; i < r->n_lenders; i++) {
        const Template *template = r->lenders[i].template;
        const Op *parent = r->lenders[i].parent;

        for (guint at = (guint) (parent - template->ops) + 1; at < parent->end; at = MAX(template->ops[at].end, at + 1)) {
            const Op *op = &template->ops[at];

            r->steps++;
            if (op->kind == OP_BLOCK && op->length == block->length && memcmp(op->text, block->text, op->length) == 0) {
                *template_out = template;
                return op;
            }
        }
    }
    return NULL;
}

static gboolean
run_block(Render *r, const Template *template, const Op *op)
{
    const Template *whose = template;
    const Op *filling = find_filling(r, op, &whose);
    const Op *content = filling != NULL ? filling : op;
    guint place = (guint) (content - whose->ops);
    gsize length = r->indent->len;
    gboolean done;

    if (!op->standalone && filling == NULL)
        return run(r, whose, place + 1, content->end);
    if (!op->standalone) {
        if (!write_indent(r, FALSE))
            return FALSE;
        r->line_start = FALSE;
    }
    g_string_append_len(r->indent, op->indent, (gssize) op->indent_length);
    done = run(r, whose, place + 1, content->end);
    g_string_truncate(r->indent, length);
    r->line_start = op->standalone;
    return done;
}

static gboolean
run_op(Render *r, const Template *template, guint place)
{
    const Op *op = &template->ops[place];

    switch (op->kind) {
    case OP_TEXT:
        return write_text(r, op);
    case OP_VALUE:
    case OP_PLAIN:
        return write_value(r, template, op, look_up(r, op));
    case OP_SECTION:
    case OP_INVERTED:
        return run_section(r, template, op, place);
    case OP_PARTIAL:
    case OP_PARENT:
        return run_partial(r, template, op);
    case OP_BLOCK:
        break;
    }
    return run_block(r, template, op);
}

/* What went wrong inside has said so; who merely found no room is told of here. */
static gboolean
run(Render *r, const Template *template, guint from, guint to)
{
    gboolean done = TRUE;

    if (from >= to)
        return TRUE;
    if (r->depth == LIMIT_TEMPLATE_DEPTH)
        return stop(r, template, &template->ops[from], "templates go deeper than " G_STRINGIFY(LIMIT_TEMPLATE_DEPTH));
    r->depth++;
    for (guint at = from; done && at < to; at = MAX(template->ops[at].end, at + 1)) {
        if (++r->steps > LIMIT_TEMPLATE_STEPS)
            done = stop(r, template, &template->ops[at], "filling the template takes too many steps");
        else if (!run_op(r, template, at)) {
            done = FALSE;
            if (*r->error == NULL)
                stop(r, template, &template->ops[at], "the text grows beyond " G_STRINGIFY(LIMIT_TEMPLATE_OUTPUT));
        }
    }
    r->depth--;
    return done;
}

gboolean
template_render(const Template *template, const TemplateValue *values, TemplateFind find, gpointer find_data, GString *output,
                GError **error)
{
    g_autoptr(GError) problem = NULL;
    Render render;
    gboolean done;

    memset(&render, 0, G_STRUCT_OFFSET(Render, context));
    render.output = output;
    render.output_end = output->len + LIMIT_TEMPLATE_OUTPUT;
    render.find = find;
    render.find_data = find_data;
    render.context[0] = values;
    render.n_context = 1;
    render.n_lenders = 0;
    render.indent = g_string_new(NULL);
    render.indent_from = render.empty_to = 0;
    render.line_start = TRUE;
    render.depth = render.steps = 0;
    render.error = &problem;
    done = run(&render, template, 0, template->n_ops);
    g_string_free(render.indent, TRUE);
    if (!done)
        g_propagate_error(error, g_steal_pointer(&problem));
    return done;
}
