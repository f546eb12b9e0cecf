#include "message/spans-private.h"

#include <string.h>

#include "base/limits.h"

static void
add(GArray *spans, SpanKind kind, gsize start, gsize end)
{
    MessageSpan *last = spans->len > 0 ? &g_array_index(spans, MessageSpan, spans->len - 1) : NULL;
    MessageSpan span = { kind, (guint32) start, (guint32) end };

    if (last != NULL && spans->len >= LIMIT_SPANS)
        last->kind = kind = SPAN_REPLY;
    if (last != NULL && last->kind == kind)
        last->end = (guint32) end;
    else
        g_array_append_val(spans, span);
}

void
spans_find(const char *text, G_GNUC_UNUSED const GArray *hints, GArray *spans_out)
{
    gsize length = strlen(text);

    g_array_set_size(spans_out, 0);
    for (gsize from = 0; from < length;) {
        const char *lf = memchr(text + from, '\n', length - from);
        gsize end = lf != NULL ? (gsize) (lf - text) + 1 : length;

        add(spans_out, text[from] == '>' ? SPAN_QUOTE : SPAN_REPLY, from, end);
        from = end;
    }
}

char *
spans_reply(const char *text, const GArray *spans, gboolean whole_if_empty)
{
    GString *reply = g_string_new(NULL);
    gboolean quoted = FALSE;

    for (guint i = 0; i < spans->len; i++) {
        const MessageSpan *span = &g_array_index(spans, MessageSpan, i);

        if (span->kind == SPAN_REPLY)
            g_string_append_len(reply, text + span->start, span->end - span->start);
        quoted = quoted || span->kind == SPAN_QUOTE;
    }
    g_strstrip(reply->str);
    if (*reply->str == '\0' && whole_if_empty && !quoted)
        g_string_assign(reply, text);
    return g_string_free(reply, FALSE);
}
