/* The record of the parse child, read as a stranger's: what is taken is a message, and is written as it was read. */
#include "check.h"

#include <string.h>

#include "message/record.h"

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
    g_autoptr(GByteArray) again = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(Message) message = message_record_read(bytes, length, &error);

    g_assert((message == NULL) == (error != NULL));
    if (message == NULL)
        return 0;
    check_header(message);
    check_report(message->report);
    check_text(message->text);
    check_text(message->reply);
    check_text_or_null(message->html);
    message_record_write(message, again);
    g_assert(again->len == length && memcmp(again->data, bytes, length) == 0);
    return 0;
}
