/* Scripts, from their octets to the program: what is wrong is told, with a place, and nothing else happens. */
#include "check-sieve.h"

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
    sieve_script_free(check_sieve_compile((const char *) bytes, length));
    return 0;
}
