/* Bytes to UTF-8: the first line is the declared set, the rest the text. */
#include "check.h"

#include <string.h>

#include "message/charset-private.h"

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
    const guint8 *lf = length > 0 ? memchr(bytes, '\n', length) : NULL;
    gsize label_length = lf != NULL ? (gsize) (lf - bytes) : 0;
    gsize from = lf != NULL ? label_length + 1 : 0;
    g_autofree char *label = check_string(bytes, label_length);
    g_autofree char *text = NULL, *of_html = NULL;
    CharsetFound found = { 0 };

    text = charset_decode(bytes + from, length - from, *label != '\0' ? label : NULL, "koi8-r", &found);
    check_text(text);
    check_text(found.name);
    of_html = charset_of_html(bytes + from, length - from);
    check_text_or_null(of_html);
    return 0;
}
