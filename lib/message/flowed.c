#include "message/flowed-private.h"

#include <string.h>

typedef struct {
    const char *text;       /* without quote marks and the stuffed blank */
    gsize       length;     /* without the line end */
    gsize       depth;
} FlowedLine;

/* Returns the begin of the next line. */
static const char *
read_line(const char *p, FlowedLine *line_out)
{
    gsize length = strcspn(p, "\r\n");
    const char *end = p + length;

    line_out->depth = strspn(p, ">");
    p += line_out->depth;
    if (*p == ' ')
        p++;
    line_out->text = p;
    line_out->length = (gsize) (end - p);
    if (*end == '\r' && end[1] == '\n')
        return end + 2;
    return *end != '\0' ? end + 1 : end;
}

/* RFC 3676, 4.3: the usual signature separator is fixed although it ends in a blank. */
static gboolean
is_separator(const FlowedLine *line)
{
    return line->length == 3 && memcmp(line->text, "-- ", 3) == 0;
}

static gboolean
goes_on(const FlowedLine *line)
{
    return line->length > 0 && line->text[line->length - 1] == ' ' && !is_separator(line);
}

static void
begin_paragraph(GString *to, const FlowedLine *line)
{
    for (gsize i = 0; i < line->depth; i++)
        g_string_append_c(to, '>');
    if (line->depth > 0 && line->length > 0)
        g_string_append_c(to, ' ');
}

/* A paragraph that ends in a line which wanted to go on keeps no blank at its end. */
static void
end_paragraph(GString *to, gboolean open)
{
    while (open && to->len > 0 && to->str[to->len - 1] == ' ')
        g_string_truncate(to, to->len - 1);
    g_string_append_c(to, '\n');
}

void
flowed_append(GString *to, const char *text, gboolean delete_space, gsize limit)
{
    gboolean open = FALSE;      /* the last line goes on */
    gsize depth = 0;

    while (*text != '\0' && to->len < limit) {
        FlowedLine line;

        text = read_line(text, &line);
        /* 4.1 and 4.5: a paragraph does not go on at another depth, nor into the separator. */
        if (open && (line.depth != depth || is_separator(&line))) {
            end_paragraph(to, TRUE);
            open = FALSE;
        }
        if (!open)
            begin_paragraph(to, &line);
        open = goes_on(&line);
        depth = line.depth;
        g_string_append_len(to, line.text, (gssize) line.length - (open && delete_space ? 1 : 0));
        if (!open)
            end_paragraph(to, FALSE);
    }
    if (open)
        end_paragraph(to, TRUE);
}
