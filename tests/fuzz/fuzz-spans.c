/* Spans: the text stands before the first NUL, hints behind it, two bytes each. */
#include "check.h"

#include <string.h>

#include "base/text.h"
#include "message/spans-private.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length);

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *argc, G_GNUC_UNUSED char ***argv)
{
    message_init();
    return 0;
}

static const char *
skip_lines(const char *from, guint lines)
{
    for (; lines > 0 && *from != '\0'; lines--) {
        const char *lf = strchr(from, '\n');

        from = lf != NULL ? lf + 1 : from + strlen(from);
    }
    return from;
}

/* Each pair of bytes is a hint: how many lines it leaves out, how many it covers, and its kind. */
static void
add_hints(const char *text, const guint8 *bytes, gsize length, GArray *hints)
{
    static const SpanKind kinds[] = { SPAN_QUOTE, SPAN_ATTRIBUTION, SPAN_SIGNATURE };
    const char *from = text;

    for (gsize i = 0; i + 1 < length && *from != '\0'; i += 2) {
        MessageSpan hint = { .kind = kinds[bytes[i + 1] % G_N_ELEMENTS(kinds)] };

        from = skip_lines(from, bytes[i] % 8);
        hint.start = (guint32) (from - text);
        from = skip_lines(from, bytes[i + 1] / 16 + 1);
        hint.end = (guint32) (from - text);
        if (hint.end > hint.start)
            g_array_append_val(hints, hint);
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length)
{
    const guint8 *nul = length > 0 ? memchr(bytes, 0, length) : NULL;
    gsize text_length = nul != NULL ? (gsize) (nul - bytes) : length;
    g_autofree char *text = text_sanitise((const char *) bytes, text_length);
    g_autoptr(GArray) hints = g_array_new(FALSE, FALSE, sizeof(MessageSpan));
    g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(MessageSpan));

    if (nul != NULL)
        add_hints(text, nul + 1, length - text_length - 1, hints);
    spans_find(text, hints, spans);
    check_spans(text, spans);
    for (gboolean whole = FALSE; whole <= TRUE; whole++) {
        g_autofree char *reply = spans_reply(text, spans, whole);

        check_text(reply);
        g_assert(strlen(reply) <= strlen(text));
    }
    return 0;
}
