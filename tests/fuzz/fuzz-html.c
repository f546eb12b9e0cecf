/* HTML to text: UTF-8, and hints in order inside what was appended. */
#include "check.h"

#include "base/text.h"
#include "message/html-text-private.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length);

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *argc, G_GNUC_UNUSED char ***argv)
{
    message_init();
    return 0;
}

static void
check_hints(const GString *text, const GArray *hints)
{
    guint32 end = 0;

    for (guint i = 0; i < hints->len; i++) {
        const MessageSpan *hint = &g_array_index(hints, MessageSpan, i);

        g_assert(hint->kind == SPAN_QUOTE || hint->kind == SPAN_ATTRIBUTION || hint->kind == SPAN_SIGNATURE);
        g_assert(hint->start >= end && hint->end > hint->start && hint->end <= text->len);
        g_assert(((guchar) text->str[hint->start] & 0xc0) != 0x80 && ((guchar) text->str[hint->end] & 0xc0) != 0x80);
        end = hint->end;
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length)
{
    g_autofree char *html = text_sanitise((const char *) bytes, length);
    GString *text = g_string_new(NULL);
    g_autoptr(GArray) hints = g_array_new(FALSE, FALSE, sizeof(MessageSpan));

    html_to_text(html, text, hints);
    check_text(text->str);
    check_hints(text, hints);
    g_string_free(text, TRUE);
    return 0;
}
