/* The report reader: the first byte chooses the kind of part. */
#include "check.h"

#include "message/report-private.h"

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
    static const char *const types[] = { "message/delivery-status", "message/disposition-notification",
                                         "message/feedback-report", "text/rfc822-headers", "message/rfc822",
                                         "text/plain" };
    g_autoptr(Message) message = message_new();

    if (length == 0)
        return 0;
    if (bytes[0] & 0x80)
        report_note_kind(message, "delivery-status");
    report_read_part(message, types[bytes[0] % G_N_ELEMENTS(types)], bytes + 1, length - 1, (bytes[0] & 0x40) != 0);
    check_report(message->report);
    return 0;
}
