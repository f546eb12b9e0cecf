/* format=flowed and enriched text; the first byte chooses. */
#include "check.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "message/enriched-private.h"
#include "message/flowed-private.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length);

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *argc, G_GNUC_UNUSED char ***argv)
{
    message_init();
    return 0;
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length)
{
    guint8 choice = length > 0 ? bytes[0] : 0;
    gsize from = length > 0 ? 1 : 0;
    g_autofree char *raw = text_sanitise((const char *) bytes + from, length - from);
    g_autofree char *enriched = enriched_to_text(raw);
    GString *text = g_string_new(NULL);

    check_text(enriched);
    flowed_append(text, raw, (choice & 1) != 0, (choice & 2) != 0 ? 100 : LIMIT_TEXT);
    check_text(text->str);
    g_assert(memchr(text->str, '\r', text->len) == NULL);
    g_string_free(text, TRUE);
    return 0;
}
