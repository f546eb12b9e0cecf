/* The whole parse: pre-flight, header, parts, text, spans, class, record and JSON. */
#include "check.h"

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
    static const MessageOptions options = { .queue = "support", .authserv_id = "mx.example.com" };
    g_autoptr(Message) message = message_parse(bytes, length, &options);

    check_message(message);
    return 0;
}
