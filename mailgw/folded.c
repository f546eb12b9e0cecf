#include "folded.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "message/message-json.h"

/* What is folded into one line: an attribution belongs to the quote that follows it. */
typedef enum { FOLD_NONE, FOLD_QUOTE, FOLD_SIGNATURE, FOLD_DISCLAIMER, FOLD_FORWARD } Fold;

static Fold
fold_of(SpanKind kind, gboolean something_before)
{
    switch (kind) {
    case SPAN_QUOTE:
    case SPAN_ATTRIBUTION:
        return FOLD_QUOTE;
    case SPAN_SIGNATURE:
        return FOLD_SIGNATURE;
    case SPAN_DISCLAIMER:
        return FOLD_DISCLAIMER;
    case SPAN_FORWARD:
        return something_before ? FOLD_FORWARD : FOLD_NONE;
    case SPAN_REPLY:
    case N_SPAN_KINDS:
    default:
        return FOLD_NONE;
    }
}

static gboolean
is_blank(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isspace(text[i]))
            return FALSE;
    return TRUE;
}

/* Lines with something in them. */
static guint
count_lines(const char *text, gsize length)
{
    const char *end = text + length;
    guint lines = 0;

    while (text < end) {
        const char *next = memchr(text, '\n', (gsize) (end - text));
        gsize line = (gsize) ((next != NULL ? next : end) - text);

        lines += is_blank(text, line) ? 0 : 1;
        text += line + 1;
    }
    return lines;
}

static void
add_mark(GString *to, Fold fold, guint lines)
{
    static const char *const words[][2] = {
        [FOLD_NONE] = { "", "" },
        [FOLD_QUOTE] = { "quoted line", "quoted lines" },
        [FOLD_SIGNATURE] = { "line of signature", "lines of signature" },
        [FOLD_DISCLAIMER] = { "line of disclaimer", "lines of disclaimer" },
        [FOLD_FORWARD] = { "line of a forwarded mail", "lines of a forwarded mail" },
    };

    if (lines == 0)
        return;
    if (to->len > 0 && to->str[to->len - 1] != '\n')
        g_string_append_c(to, '\n');
    g_string_append_printf(to, "[%u %s folded]\n", lines, words[fold][lines == 1 ? 0 : 1]);
}

char *
folded_text(const char *text, const json_t *spans)
{
    g_autoptr(GArray) found = message_spans_from_json(text, spans);
    GString *to = g_string_new(NULL);
    Fold open = FOLD_NONE;
    guint lines = 0;
    gboolean something = FALSE;

    if (found->len == 0)
        g_string_append(to, text);
    for (guint i = 0; i < found->len; i++) {
        const MessageSpan *span = &g_array_index(found, MessageSpan, i);
        gsize length = span->end - span->start;
        Fold fold = fold_of(span->kind, something);

        if (fold == FOLD_NONE && is_blank(text + span->start, length) && i > 0)
            continue;
        if (fold != open) {
            add_mark(to, open, lines);
            lines = 0;
            open = fold;
        }
        if (fold == FOLD_NONE)
            g_string_append_len(to, text + span->start, (gssize) length);
        else
            lines += count_lines(text + span->start, length);
        something = something || (fold == FOLD_NONE && !is_blank(text + span->start, length));
    }
    add_mark(to, open, lines);
    return g_string_free(to, FALSE);
}

static const char *
string_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static char *
size_text(const json_t *size)
{
    double bytes = (double) json_integer_value(size);

    if (!json_is_integer(size))
        return NULL;
    if (bytes < 1024)
        return g_strdup_printf("%.0f bytes", bytes);
    return bytes < 1024 * 1024 ? g_strdup_printf("%.1f KiB", bytes / 1024) : g_strdup_printf("%.1f MiB", bytes / 1024 / 1024);
}

void
print_attachments(const json_t *attachments)
{
    const json_t *attachment;
    gsize i;

    json_array_foreach(attachments, i, attachment) {
        const char *label = string_of(attachment, "label");
        const char *name = label != NULL ? label : string_of(attachment, "filename");   /* older articles have no label */
        g_autofree char *size = size_text(json_object_get(attachment, "size"));

        printf("  %-6s ", string_of(attachment, "part"));
        print_escaped(name != NULL ? name : "(no name)");
        fputs(", ", stdout);
        print_escaped(string_of(attachment, "type") != NULL ? string_of(attachment, "type") : "unknown type");
        if (size != NULL)
            printf(", %s", size);
        if (json_is_true(json_object_get(attachment, "inline")))
            fputs(", inline", stdout);
        if (json_is_true(json_object_get(attachment, "repeated")))
            fputs(", sent before by this sender", stdout);
        puts("");
    }
}
