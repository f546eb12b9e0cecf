/* The pre-flight scanner: what it leaves of a header that does not fit is a header that fits. */
#include "check.h"

#include "message/preflight.h"

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
    Preflight preflight;

    preflight_scan(bytes, length, &preflight);
    g_assert(preflight.fit == (preflight.reason == NULL));
    check_text_or_null(preflight.reason);
    if (preflight.header != NULL) {
        Preflight again;

        g_assert(!preflight.fit);
        preflight_scan(g_bytes_get_data(preflight.header, NULL), g_bytes_get_size(preflight.header), &again);
        g_assert(again.fit);
        preflight_clear(&again);
    }
    preflight_clear(&preflight);
    return 0;
}
