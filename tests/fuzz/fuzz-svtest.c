/* The runner of .svtest files, over anything. */
#include "check-sieve.h"

#include "sieve/testsuite.h"

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
    g_autoptr(GPtrArray) results = testsuite_run("/nowhere/fuzz.svtest", (const char *) bytes, length, NULL);

    for (guint i = 0; i < results->len; i++) {
        const TestResult *result = results->pdata[i];

        check_text(result->name);
        check_text_or_null(result->failure);
        g_assert(result->line >= 1);
    }
    return 0;
}
